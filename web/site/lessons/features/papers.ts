import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton'],
    year: 2002,
    title: 'Training products of experts by minimizing contrastive divergence',
    doi: '10.1162/089976602760128018',
  },
  {
    authors: ['Hinton', 'Salakhutdinov'],
    year: 2006,
    title: 'Reducing the dimensionality of data with neural networks',
    doi: '10.1126/science.1127647',
  },
];
