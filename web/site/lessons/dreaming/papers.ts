import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Hopfield'],
    year: 1982,
    title: 'Neural networks and physical systems with emergent collective computational abilities',
    doi: '10.1073/pnas.79.8.2554',
  },
  {
    authors: ['Desjardins', 'Courville', 'Bengio', 'Vincent', 'Delalleau'],
    year: 2010,
    title: 'Tempered Markov chain Monte Carlo for training of restricted Boltzmann machines',
    doi: 'https://proceedings.mlr.press/v9/desjardins10a.html',
  },
  {
    authors: ['Fernandez-de-Cossio-Diaz', 'Roussel', 'Cocco', 'Monasson'],
    year: 2024,
    title: 'Accelerated sampling with stacked restricted Boltzmann machines',
    doi: 'https://openreview.net/forum?id=kXNJ48Hvw1',
  },
];
