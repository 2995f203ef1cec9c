import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hinton', 'Osindero', 'Teh'],
    year: 2006,
    title: 'A fast learning algorithm for deep belief nets',
    doi: '10.1162/neco.2006.18.7.1527',
  },
  {
    authors: ['Le Roux', 'Bengio'],
    year: 2008,
    title: 'Representational power of restricted Boltzmann machines and deep belief networks',
    doi: '10.1162/neco.2008.04-07-510',
  },
  {
    authors: ['Salakhutdinov', 'Murray'],
    year: 2008,
    title: 'On the quantitative analysis of deep belief networks',
    doi: '10.1145/1390156.1390266',
  },
];
