import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton', 'Osindero', 'Teh'],
    year: 2006,
    title: 'A fast learning algorithm for deep belief nets',
    doi: '10.1162/neco.2006.18.7.1527',
  },
  {
    authors: ['Larochelle', 'Bengio'],
    year: 2008,
    title: 'Classification using discriminative restricted Boltzmann machines',
    doi: '10.1145/1390156.1390224',
  },
  {
    authors: ['Hinton'],
    year: 2012,
    title: 'A practical guide to training restricted Boltzmann machines',
    doi: '10.1007/978-3-642-35289-8_32',
  },
];
