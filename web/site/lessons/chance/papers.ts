import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Metropolis', 'Rosenbluth', 'Rosenbluth', 'Teller', 'Teller'],
    year: 1953,
    title: 'Equation of state calculations by fast computing machines',
    doi: '10.1063/1.1699114',
  },
  {
    authors: ['Geman', 'Geman'],
    year: 1984,
    title: 'Stochastic relaxation, Gibbs distributions, and the Bayesian restoration of images',
    doi: '10.1109/TPAMI.1984.4767596',
  },
];
