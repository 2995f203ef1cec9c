import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Ackley', 'Hinton', 'Sejnowski'],
    year: 1985,
    title: 'A learning algorithm for Boltzmann machines',
    doi: '10.1207/s15516709cog0901_7',
  },
  {
    authors: ['Salakhutdinov', 'Mnih', 'Hinton'],
    year: 2007,
    title: 'Restricted Boltzmann machines for collaborative filtering',
    doi: '10.1145/1273496.1273596',
  },
  {
    authors: ['Eslami', 'Heess', 'Williams', 'Winn'],
    year: 2014,
    title: 'The Shape Boltzmann Machine: a strong model of object shape',
    doi: '10.1007/s11263-013-0669-1',
  },
];
