/** What the lesson Features says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'This machine has 50 hidden units and has only ever seen 2s. The unit that matters most for this 2 is switched ' +
      'off, and the 2 is reconstructed from the other 49. What becomes of the reconstruction?',
    choices: ['It is no 2 any more', 'A piece of it changes, the rest stays', 'Nothing: the other 49 take over'],
    why: [
      'A unit knows a few places only. Unit 46 changes 12 of the 784 pixels by more than 0.1, at the left of the ' +
        'upper arc; the other units hold the rest.',
      'Unit 46 changes 12 of the 784 pixels by more than 0.1, at the left of the upper arc. That costs 7.0 ' +
        '[nats](nat); of the other units 21 cost less than 0.1.',
      'The hidden units do not see each other: given the picture, each decides alone. On the way up and down nobody ' +
        'takes over, and 12 of the 784 pixels change by more than 0.1.',
    ],
  },
  text: [
    'Each little picture is a hidden unit: its weights $w_{ij}$ to the 784 pixels, red where ink speaks for the ' +
      'unit, blue where ink speaks against it. A unit is on with the probability',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}) = \\sigma\\Bigl(\\hid{c_j} + \\sum_i \\vis{v_i} w_{ij}\\Bigr), \\qquad ' +
      '\\sigma(a) = \\frac{1}{1 + e^{-a}}$$',
    'so it looks for its pattern in the picture. On the way down the same weights draw that pattern:',
    '$$p(\\vis{v_i} = 1 \\mid \\hid{h}) = \\sigma\\Bigl(b_i + \\sum_j w_{ij} \\hid{h_j}\\Bigr)$$',
    'Up and down together are a [reconstruction](reconstruction). What it is worth is told by the probability that ' +
      'it gives to the picture, $\\ln p(\\vis{v} \\mid \\hid{h})$. Switching off a unit, an ablation, costs as many ' +
      'nats as that falls.',
    'About half of the units are on for a 2. Some cost much, some nothing, and a few even less than nothing: without ' +
      'them this one picture would be drawn better.',
    'The units know strokes of 2s, and of nothing else. Choose a 5: what comes down is made of pieces of 2s, at ' +
      'twice the cost. The machine sees everything as a 2.',
  ],
  tries: [
    {
      task: 'Switch all units off, then all on. What is drawn without any feature, and what with all of them?',
      answer:
        'With all off the biases alone draw a pale blur, the mean of what is left unsaid, and the 2 costs 63 nats ' +
        'more. With all on it is worse, 91 nats: features exclude each other, and only some belong together.',
    },
    {
      task: 'Find a unit that makes the reconstruction of this 2 better when it is switched off.',
      answer: 'There are six that cost less than −0.05 nats. Unit 20 is the strongest of them, with −1.7.',
    },
    {
      task: 'Choose the 5. Which single unit does its reconstruction depend on most?',
      answer: 'Unit 14: without it the reconstruction loses 17 nats, more than twice what any unit costs the 2.',
    },
  ],
  terms: {
    nat: terms.nat,
    reconstruction: terms.reconstruction,
  },

  label: 'A digit, what a machine of 2s makes of it, and the 50 hidden units of the machine',
  pictures: {
    seen: 'What it sees',
    whole: 'Reconstructed by all',
    held: 'With your units',
    difference: 'Ink gained (red) and lost (blue)',
  },
  digits: 'What it is shown',
  units: 'Hidden units: press once for off, again for on, again to let it decide. Pale ones are off.',
  allOff: 'All off',
  allOn: 'All on',
  waiting: 'The machine is being loaded.',
  unit: (unit: number, mean: number, cost: number) =>
    `Unit ${n.whole(unit)} is on with probability ${n.percent(mean)}. Switching it off would cost ` +
    `${n.fixed(cost, 1)} nats.`,
  unitState: (unit: number, hold: 'a' | '0' | '1', mean: number, cost: number) =>
    `Unit ${n.whole(unit)}, ` +
    (hold === '0'
      ? 'held off'
      : hold === '1'
        ? 'held on'
        : `on with ${n.percent(mean)}; off it would cost ${n.fixed(cost, 1)} nats`),
  /** `unit`: which it is, where it is the only one. */
  cost: (cost: number, units: number, unit: number | null) =>
    (unit === null
      ? n.plural(units, { one: 'unit is held', other: 'units are held' })
      : `Unit ${n.whole(unit)} alone is held`) + `: the picture loses ${n.fixed(cost, 1)} nats.`,
  scenes: {
    two: 'A 2. Units that find their pattern light up, and together they draw it again.',
    five: 'A 5: other units light up, but all they can draw is pieces of 2s.',
    seven: 'A 7, made of the strokes of 2s.',
    three: 'A 3.',
    nought: 'A 0. The machine sees everything as a 2. Choose digits, press units: it is yours.',
  },
};
export default texts;
export type Texts = typeof texts;
