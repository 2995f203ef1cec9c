import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Ackley', 'Hinton', 'Sejnowski'],
    year: 1985,
    title: 'A learning algorithm for Boltzmann machines',
    doi: '10.1207/s15516709cog0901_7',
  },
  {
    authors: ['Geman', 'Geman'],
    year: 1984,
    title: 'Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images',
    doi: '10.1109/TPAMI.1984.4767596',
  },
  {
    authors: ['Hinton'],
    year: 2002,
    title: 'Training products of experts by minimizing contrastive divergence',
    doi: '10.1162/089976602760128018',
  },
];
