import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton', 'Salakhutdinov'],
    year: 2006,
    title: 'Reducing the dimensionality of data with neural networks',
    doi: '10.1126/science.1127647',
  },
  {
    authors: ['Baldi', 'Hornik'],
    year: 1989,
    title: 'Neural networks and principal component analysis: learning from examples without local minima',
    doi: '10.1016/0893-6080(89)90014-2',
  },
  {
    authors: ['Kramer'],
    year: 1991,
    title: 'Nonlinear principal component analysis using autoassociative neural networks',
    doi: '10.1002/aic.690370209',
  },
];
