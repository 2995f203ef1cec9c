/** What the lesson How good is it? says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');
const bound = (value: number): string => (Number.isFinite(value) ? n.fixed(value, 2) : '∞');

const texts = {
  question: {
    asks:
      'A machine learns 14 images of 3 × 3 pixels by CD-1. After 3,000 steps its [reconstructions](reconstruction) ' +
      'are good; after 24,000 their error is 71 times smaller. What has become of the [likelihood](likelihood) ' +
      'meanwhile?',
    choices: ['It has risen too', 'It has stayed as it was', 'It has fallen'],
    why: [
      'One would think so, and yet it has fallen, by 0.6 nats an image. A reconstruction only asks whether the ' +
        'machine comes back to an image that it was given; it does not ask how often it would come to that image by ' +
        'itself.',
      'It has fallen, by 0.6 nats an image. A reconstruction only asks whether the machine comes back to an image ' +
        'that it was given; it does not ask how often it would come to that image by itself.',
      'By 0.6 nats an image. Valleys have become deep, so that the machine comes back to each image; but how much ' +
        'probability each valley has, CD-1 does not see, and some have nearly none.',
    ],
  },
  text: [
    'A and B are one machine, earlier and later in its training. The amber images are what it makes of the 14 data: ' +
      'up to the hidden units and down again. The bars below are how probable it finds them; at the broken line all ' +
      '14 would be alike.',
    'The error of a reconstruction is cheap and falls all the time. But it looks only at the surroundings of the ' +
      'data: a machine that copies whatever it is shown has no error at all, and knows nothing. What a model of the ' +
      'data is worth is the probability that it gives to them:',
    '$$\\log p(\\vis{v}) = -F(\\vis{v}) - \\log Z$$',
    'The [free energy](freeEnergy) $F$ is easily computed. $Z$ is a sum over all states, and here, with six hidden ' +
      'units, it can be had exactly. Large machines need an estimate. [Annealed importance sampling](ais) takes $M$ ' +
      'runs from a machine whose $Z_0$ is known over $T$ steps, each a little more like ours, and multiplies what ' +
      'they meet:',
    '$$\\frac{Z}{Z_0} \\approx \\frac{1}{M} \\sum_{m=1}^{M} \\prod_{t=1}^{T} \\frac{p^*_t(\\vis{v}_{t-1})}{p^*_{t-1}' +
      '(\\vis{v}_{t-1})}$$',
    'In the mean that is right for every $T$. With few steps, however, nearly all runs miss what counts, so that $Z$ ' +
      'comes out too small and the likelihood too high: the error flatters, and the more so the deeper the valleys ' +
      'are. A log p above 0 is a probability above 1, and shows that an estimate is wrong; most wrong ones do not ' +
      'show it.',
  ],
  tries: [
    {
      task: 'Set AIS to one step. Which machine looks better now, and how can you tell that it is not true?',
      answer:
        'B, with about 1.5, although its exact value is −3.98. A mean of $\\log p$ above 0 cannot be. And the ' +
        'interval, which comes from how much the runs differ, is narrow: all runs are wrong together.',
    },
    {
      task: 'Set AIS to 10,000 steps and compare with the exact values.',
      answer:
        'Now A is the better one by AIS too, and both exact values lie within the intervals. B needs more steps than ' +
        'A for the same precision: its valleys are deeper.',
    },
    {
      task: 'Which of the 14 images does B find least probable? How well does it reconstruct that one?',
      answer:
        'The empty one, at the far left, with 0.01% where a fair share would be 7%. Its reconstruction is as good as ' +
        'the others: shown the image, the machine stays there. It only hardly ever comes there by itself.',
    },
  ],
  terms: {
    reconstruction: terms.reconstruction,
    likelihood: terms.likelihood,
    freeEnergy: terms.freeEnergy,
    ais: {
      name: 'annealed importance sampling',
      means:
        'AIS: an estimate of Z by runs that come in small steps from a machine whose Z is known. Here 100 runs from ' +
        'independent pixels; the numbers in brackets are three standard errors of Z to either side.',
    },
  },

  label: 'One machine at two times of its training: its reconstructions, and how probable it finds the data',
  waiting: 'The machine is learning.',
  machine: (name: string, steps: number) => `${name}: ${n.plural(steps, { one: 'step', other: 'steps' })}`,
  images: (name: string) => `What machine ${name} makes of the 14 images, and how probable it finds each`,
  legend:
    'Above: reconstructions of the 14 data. Below: how probable each is; broken line: a fair share (heights ' +
    'are roots).',
  errors: 'Error of reconstructions, log scale',
  likelihood: 'Mean log p of the data',
  error: 'Error of reconstructions',
  exact: 'Mean log p, exact',
  estimated: 'Mean log p by AIS',
  range: (low: number, high: number) => `(${bound(low)} to ${bound(high)})`,
  small: (value: number) => n.significant(value, 2),
  axis: (value: number) => n.significant(value, 1),
  nats: (value: number) => n.fixed(value, 2),
  whole: (value: number) => n.whole(value),
  stepsOf: (name: string) => `Steps of ${name}`,
  betas: 'Steps of AIS',
  seed: 'Other chances',
  seedHint: 'The same again with other random numbers',
  same: 'A and B are the same machine at the same time.',
  says: (reconstructs: string, explains: string) =>
    reconstructs === explains
      ? `${reconstructs} has the better reconstructions, and the higher likelihood too.`
      : `${reconstructs} has the better reconstructions, and yet ${explains} has the higher likelihood.`,
  scenes: {
    same: 'A machine after 3,000 steps of CD-1: A and B are the same still. Both reconstruct well.',
    on: 'B goes on learning. The error of its reconstructions falls, and so does the likelihood.',
    unequal: 'The bars tell why: B comes back to every image, but gives some of them hardly any probability.',
    poor: 'AIS with a single step flatters B: a mean log p above 0 is a probability above 1.',
    good: 'With 10,000 steps AIS agrees with the exact values. Move A, B and the steps: it is yours.',
  },
};
export default texts;
export type Texts = typeof texts;
