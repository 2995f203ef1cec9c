import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hopfield'],
    year: 1982,
    title: 'Neural networks and physical systems with emergent collective computational abilities',
    doi: '10.1073/pnas.79.8.2554',
  },
  {
    authors: ['Ackley', 'Hinton', 'Sejnowski'],
    year: 1985,
    title: 'A learning algorithm for Boltzmann machines',
    doi: '10.1207/s15516709cog0901_7',
  },
];
