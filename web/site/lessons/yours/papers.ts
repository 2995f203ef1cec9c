import type { Paper } from '../texts';

export const papers: readonly Paper[] = [
  {
    authors: ['Larochelle', 'Bengio'],
    year: 2008,
    title: 'Classification using discriminative restricted Boltzmann machines',
    doi: '10.1145/1390156.1390224',
  },
  {
    authors: ['Buolamwini', 'Gebru'],
    year: 2018,
    title: 'Gender shades: intersectional accuracy disparities in commercial gender classification',
    doi: 'https://proceedings.mlr.press/v81/buolamwini18a.html',
  },
  {
    authors: ['Mitchell', 'Wu', 'Zaldivar', 'Barnes', 'Vasserman', 'Hutchinson', 'Spitzer', 'Raji', 'Gebru'],
    year: 2019,
    title: 'Model cards for model reporting',
    doi: '10.1145/3287560.3287596',
  },
];
