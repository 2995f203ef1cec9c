/** What the lesson Chance says. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';
import { hidden, hiddenOn, visible, visibleOn } from '../../tiny-machine.ts';

const n = numbersOf('en');
const bits = (count: number, on: (unit: number) => boolean): string =>
  Array.from({ length: count }, (_, unit) => (on(unit) ? '1' : '0')).join(' ');
const steps = (count: number): string => n.plural(count, { one: 'step', other: 'steps' });

const texts = {
  question: {
    asks:
      'The machine has run for 100 steps, and the histogram of the states that it has been in is [off](variation) ' +
      'from their probabilities by about 20%. After how many steps is it off by about 10%?',
    choices: ['110', '200', '400', '1,000'],
    why: [
      'Ten more steps change a histogram of 100 by a tenth at most. The error shrinks like $1 / \\sqrt{n}$: to halve ' +
        'it takes four times as many steps, 400.',
      'Twice as many steps make the error smaller by $\\sqrt{2}$ only, to about 14%. It shrinks like ' +
        '$1 / \\sqrt{n}$: to halve it takes four times as many, 400.',
      'The error of an average of chances shrinks like $1 / \\sqrt{n}$: four times as many steps halve it. A hundred ' +
        'times as many give one digit more.',
      'With 1,000 it is down to about 6% already. The error shrinks like $1 / \\sqrt{n}$: to halve it takes four ' +
        'times as many steps, 400.',
    ],
  },
  text: [
    'The machine is that of the lesson [Energy](#/learn/energy), but now it runs. Its units look at their neighbours ' +
      'and toss weighted coins. Take two states that differ in the hidden unit $\\hid{h_j}$ alone. Their energies ' +
      'differ by the unit’s input $\\hid{x_j}$, and $Z$ cancels, so that it is on with the probability',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}) = \\frac{1}{1 + e^{-\\hid{x_j} / T}}, \\qquad \\hid{x_j} = c_j + \\sum_i ' +
      '\\vis{v_i} w_{ij}$$',
    'Hidden units are not joined to each other, so that, given the visible units, they can all be drawn at once. ' +
      'Then the visible units are drawn given the hidden ones, in the same way:',
    '$$p(\\vis{v_i} = 1 \\mid \\hid{h}) = \\frac{1}{1 + e^{-\\vis{x_i} / T}}, \\qquad \\vis{x_i} = b_i + \\sum_j ' +
      'w_{ij} \\hid{h_j}$$',
    'Up and down again is one step of [Gibbs sampling](gibbs). If the state before a step is a draw from ' +
      '$p(\\vis{v}, \\hid{h})$, so is the state after it, and from any start the chain forgets where it began. Over ' +
      'a long time it is in each state as often as the state is probable, and it got there without $Z$: each coin ' +
      'needs one sum over the neighbours.',
    'Chance has its price. The histogram after $n$ steps is off by an amount that shrinks like $1 / \\sqrt{n}$. The ' +
      'dashed line is what independent draws would give. The chain lies a little above it, because a state resembles ' +
      'the one before: one says that it [mixes](mixing) more slowly.',
  ],
  tries: [
    {
      task: 'Press “Another run” some times. What is the same in every run, and what is not?',
      answer:
        'Each run is off in other columns, but by about the same amount: 20% after 100 steps on average, mostly ' +
        'between 15% and 30%. The same seed gives the same run, on every computer: a copied link shows the run that ' +
        'you see.',
    },
    {
      task: 'Cool the machine to $T = 0.25$ and look at some runs of 100 steps. What has become of the histogram?',
      answer:
        'Many runs hardly leave the state in which they started: every way to the other valley leads over states of ' +
        'high energy, which a cold machine does not take. Two runs can be off by 12% and by 88%. The lesson Dreaming ' +
        'is about what can be done.',
    },
    {
      task: 'How long does it have to run until it is off by 2% only?',
      answer:
        'A tenth of 20% takes a hundred times as many steps, 10,000. Press Play: the run becomes faster and faster, ' +
        'and the line goes down as steeply as the dashed one.',
    },
  ],
  terms: {
    variation: {
      name: 'total variation',
      means:
        'Half the sum of all differences between two distributions: the most by which they can differ about ' +
        'anything that may happen. 0%: the same; 100%: nothing in common.',
    },
    gibbs: terms.gibbs,
    mixing: terms.mixing,
  },

  label:
    'The machine of five units at work, a histogram of its states before their probabilities, and how far it is off',
  machine: 'The machine: units that are on are filled; in each the probability of its coin to come up on',
  states: 'The 32 states; arrow keys go from one to the next',
  number: (value: number) => n.fixed(value, 1, 2),
  percent: (share: number) => n.wholePercent(share),
  steps: (count: number) => n.whole(count),
  chance: (share: number) => n.wholePercent(share),
  state: (state: number, p: number, visits: number, count: number) =>
    `visible ${bits(visible, (i) => visibleOn(state, i))}, hidden ${bits(hidden, (j) => hiddenOn(state, j))}: ` +
    `probability ${n.percent(p)}, visited ${n.whole(visits)} of ${n.plural(count, { one: 'time', other: 'times' })}`,
  histogram: 'Visits (amber) before the probabilities',
  plot: 'How far the histogram is off',
  independent: 'independent draws',
  plotLabel: (count: number, off: number) => `After ${steps(count)} the histogram is off by ${n.percent(off)}`,
  temperature: 'Temperature T',
  another: 'Another run',
  anotherHint: 'The same machine with other random numbers',
  counted: (count: number, off: number, independent: number) =>
    count === 0
      ? 'The machine begins.'
      : `After ${steps(count)} the histogram is off by ${n.percent(off)}. Independent draws would be off by about ` +
        `${n.percent(Math.min(1, independent))}.`,
  hiddenToss: (chances: number[]) =>
    `The hidden units look at the visible ones and toss: on with ${n.list(chances.map(n.wholePercent))}.`,
  visibleToss: (chances: number[]) =>
    `Then the visible units look at the hidden ones and toss: on with ${n.list(chances.map(n.wholePercent))}.`,
};
export default texts;
export type Texts = typeof texts;
