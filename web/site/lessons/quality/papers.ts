import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  { authors: ['Neal'], year: 2001, title: 'Annealed importance sampling', doi: '10.1023/A:1008923215028' },
  {
    authors: ['Salakhutdinov', 'Murray'],
    year: 2008,
    title: 'On the quantitative analysis of deep belief networks',
    doi: '10.1145/1390156.1390266',
  },
  {
    authors: ['Fischer', 'Igel'],
    year: 2010,
    title:
      'Empirical analysis of the divergence of Gibbs sampling based learning algorithms ' +
      'for restricted Boltzmann machines',
    doi: '10.1007/978-3-642-15825-4_26',
  },
];
