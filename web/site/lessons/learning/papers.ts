import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton'],
    year: 2002,
    title: 'Training products of experts by minimizing contrastive divergence',
    doi: '10.1162/089976602760128018',
  },
  {
    authors: ['Tieleman'],
    year: 2008,
    title: 'Training restricted Boltzmann machines using approximations to the likelihood gradient',
    doi: '10.1145/1390156.1390290',
  },
  {
    authors: ['Fischer', 'Igel'],
    year: 2011,
    title: 'Bounding the bias of contrastive divergence learning',
    doi: '10.1162/NECO_a_00085',
  },
];
