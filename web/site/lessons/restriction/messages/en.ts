/** What the lesson Why restrict says. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';
import type { Tangle } from '../tangle.ts';

const n = numbersOf('en');
type Name = 'restricted' | 'full';
const steps = (count: number): string => n.plural(count, { one: 'step', other: 'steps' });

const texts = {
  question: {
    asks:
      'Three visible units are held, and four hidden ones are drawn in turn, each given all others: that is a step. ' +
      'In one machine the hidden units are joined to the visible ones alone, as so far. In the other there is also a ' +
      'weight of 3 between any two hidden units. Both begin with all hidden units off. After how many steps is each ' +
      'at its [posterior](posterior), but for 1%?',
    choices: [
      'Both after 1',
      '1 without and some 4 with them: one for each unit',
      '1 without and some 80 with them',
      'Both after some 80',
    ],
    why: [
      'Without connections inside the layer it is 1, whatever was there before. With them each unit is drawn given ' +
        'the others, which were all off: so it hardly dares to be on, and it takes 81 steps until the machine has ' +
        'forgotten how it began.',
      'A step draws all four units already. But each is drawn given the others, which were all off: so it hardly ' +
        'dares to be on, and it takes 81 steps until the machine has forgotten how it began.',
      'Without connections inside the layer the hidden units depend on the visible ones alone, and a step is a fresh ' +
        'draw. With them each unit goes along with the others, and it takes 81 steps until the machine has forgotten ' +
        'how it began.',
      'It is 81 steps with the connections. Without them the hidden units depend on the visible ones alone, which ' +
        'are held: one step is a fresh draw, whatever was there before.',
    ],
  },
  text: [
    'A [Boltzmann machine](full) in full has weights between any two of its units. Those between hidden units add a ' +
      'sum to the energy:',
    '$$E(\\vis{v}, \\hid{h}) = -\\sum_i b_i \\vis{v_i} - \\sum_j c_j \\hid{h_j} - \\sum_{i,j} \\vis{v_i} w_{ij} ' +
      '\\hid{h_j} - \\sum_{j<k} \\hid{h_j} u_{jk} \\hid{h_k}$$',
    'Each hidden unit is still a weighted coin, given the visible ones and the other hidden ones, $\\hid{h_{-j}}$:',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}, \\hid{h_{-j}}) = \\sigma\\Bigl(c_j + \\sum_i \\vis{v_i} w_{ij} + \\sum_{k ' +
      '\\ne j} u_{jk} \\hid{h_k}\\Bigr)$$',
    'With $u = 0$ the other hidden units are gone from it. The posterior falls apart into one coin a unit, and all ' +
      'are tossed at once:',
    '$$p(\\hid{h} \\mid \\vis{v}) = \\prod_j p(\\hid{h_j} \\mid \\vis{v})$$',
    'With $u > 0$ it does not. Look at the bars: almost all of the probability is in two states, all on and all off, ' +
      'and the lines across them, which are what four independent coins would have, say something quite different. ' +
      'To come from one of these states to the other the chain has to pass by states that are hardly ever visited. ' +
      'Each further 1 of the weight makes that some five times as long: 5, 16, 81, 477 steps. The hidden units’ ' +
      '[autocorrelation time](time) grows along: so many steps are worth one independent draw.',
    'To learn, such a machine needs equilibrium twice for each example: with the data held, and once more for what ' +
      'it dreams. That made Boltzmann machines too slow for anything large. The restricted machine gives connections ' +
      'inside a layer away; the posterior is then exact and there at once, and only the dream needs a chain. What is ' +
      'lost comes back by layers: a second machine on top learns how the hidden units of the first depend on each ' +
      'other.',
  ],
  tries: [
    {
      task: 'At a weight of 1, how do the bars differ from the lines across them, and how many steps does it take?',
      answer:
        'All off and all on are more probable than four independent coins have them, the rest is less. It takes 5 ' +
        'steps; one step alone leaves 29% of the probability in the wrong place.',
    },
    {
      task: 'Set the weight to 3 and switch visible units. Is there one state in which it is easy?',
      answer:
        'No: it takes from 81 steps (1 0 1) to 137 (0 0 0). The visible units tilt the balance between all on and ' +
        'all off, and the way from one to the other stays as long.',
    },
    {
      task: 'Set the weight to 0. The second machine still has its connections: what is it now?',
      answer:
        'The same as the first: 1 step, autocorrelation time 1. But whoever does not know that the weights ' +
        'are 0 still has to draw the units one after the other, in 4 groups.',
    },
  ],
  terms: {
    posterior: terms.posterior,
    full: {
      name: 'Boltzmann machine',
      means: 'Binary units with symmetric weights between any two of them (Hinton and Sejnowski 1983).',
    },
    time: {
      name: 'autocorrelation time',
      means:
        'One plus twice the sum of the correlations of a unit with itself 1, 2, 3, … steps later: with 40, 4000 ' +
        'steps say as much about it as 100 independent draws.',
    },
  },

  label: 'Two machines with the same units, without and with connections inside the hidden layer',
  machines: { restricted: 'Restricted', full: 'Connected inside' } satisfies Record<Name, string>,
  short: { restricted: 'restricted', full: 'connected' } satisfies Record<Name, string>,
  net: (name: Name, weight: number) =>
    name === 'restricted'
      ? 'Each of three visible units is joined to each of four hidden ones'
      : `The same, and a weight of ${n.fixed(weight, 0, 2)} between any two hidden units`,
  joint: (name: Name) =>
    `${name === 'restricted' ? 'Restricted' : 'Connected inside'}: probabilities of the 16 states of the hidden units`,
  legend: 'Bars: p(h | v) of the 16 states of h. Lines across: if the four units were independent.',
  distance: 'Distance from p(h | v)',
  lowest: (count: number) => `${n.percent(0.001)}; ${n.whole(count)} steps`,
  percent: (share: number) => n.percent(share),
  facts: {
    groups: 'Groups drawn in turn',
    steps: 'Steps until 1% from p(h | v)',
    time: 'Autocorrelation time in steps',
  },
  values: {
    groups: (count: number) => n.whole(count),
    steps: (count: number) => n.whole(count),
    time: (count: number) => n.fixed(count, 1),
  },
  held: 'Held visible units',
  unit: (i: number) => `Visible unit ${n.whole(i + 1)}`,
  inside: 'Weight inside the layer',
  number: (value: number) => n.fixed(value, 2),
  waiting: 'The machine is on its way.',
  says: (weight: number, restricted: Tangle, full: Tangle) =>
    weight === 0
      ? 'With a weight of 0 both are the same: one step, and all hidden units are drawn afresh.'
      : `The restricted machine is there after ${steps(restricted.steps)}, the connected one after ` +
        `${steps(full.steps)}.`,
  scenes: {
    none: 'Two machines with the same units. Without weights inside the layer, one step draws all hidden units afresh.',
    rising:
      'The weights inside the layer grow: states in which the units agree win, and the way between them gets long.',
    tangled: 'The bars are far from the lines across them of independent units: the posterior is tangled.',
    other: 'With other visible units it is the same. Move the weight, press the visible units: it’s your turn.',
  },
};
export default texts;
export type Texts = typeof texts;
