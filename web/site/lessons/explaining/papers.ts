import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Neal'],
    year: 1992,
    title: 'Connectionist learning of belief networks',
    doi: '10.1016/0004-3702(92)90065-6',
  },
  {
    authors: ['Hinton', 'Osindero', 'Teh'],
    year: 2006,
    title: 'A fast learning algorithm for deep belief nets',
    doi: '10.1162/neco.2006.18.7.1527',
  },
];
