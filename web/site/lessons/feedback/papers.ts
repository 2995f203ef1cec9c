import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Salakhutdinov', 'Hinton'],
    year: 2012,
    title: 'An efficient learning procedure for deep Boltzmann machines',
    doi: '10.1162/NECO_a_00311',
  },
  {
    authors: ['Salakhutdinov', 'Hinton'],
    year: 2009,
    title: 'Deep Boltzmann machines',
    doi: 'https://proceedings.mlr.press/v5/salakhutdinov09a.html',
  },
  {
    authors: ['Rao', 'Ballard'],
    year: 1999,
    title:
      'Predictive coding in the visual cortex: a functional interpretation of some extra-classical ' +
      'receptive-field effects',
    doi: '10.1038/4580',
  },
];
