import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton', 'Dayan', 'Frey', 'Neal'],
    year: 1995,
    title: 'The "wake-sleep" algorithm for unsupervised neural networks',
    doi: '10.1126/science.7761831',
  },
  {
    authors: ['Hinton', 'Osindero', 'Teh'],
    year: 2006,
    title: 'A fast learning algorithm for deep belief nets',
    doi: '10.1162/neco.2006.18.7.1527',
  },
];
