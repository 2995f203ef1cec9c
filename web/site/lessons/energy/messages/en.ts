/** What the lesson Energy says. Formulas stand between dollars, in TeX. */
import { numbersOf } from '../../numbers.ts';
import { hidden, hiddenOn, visible, visibleOn } from '../../tiny-machine.ts';

const n = numbersOf('en');
const bits = (count: number, on: (unit: number) => boolean): string =>
  Array.from({ length: count }, (_, unit) => (on(unit) ? '1' : '0')).join(' ');

const texts = {
  question: {
    asks:
      'Every state of the little machine has an [energy](energy), and from it a probability. Now 3 is added to the ' +
      'energy of <em>every</em> state. What happens to the 32 probabilities?',
    choices: ['They all fall', 'The probable ones lose to the others', 'Nothing', 'They all rise'],
    why: [
      'Low energy is high probability, but all 32 still have to add up to 1, so they cannot all fall. Each is ' +
        'multiplied by $e^{-3}$, and so is their sum $Z$: it cancels.',
      'That is what a higher temperature does. Here every state is multiplied by the same $e^{-3}$, and so is their ' +
        'sum $Z$: it cancels.',
      'The bars of energy rise and those of probability stand still. Every state is multiplied by the same $e^{-3}$, ' +
        'and so is their sum $Z$: it cancels. Only differences of energy count.',
      'All 32 have to add up to 1, so they cannot all rise. Each is multiplied by $e^{-3}$, and so is their sum $Z$: ' +
        'it cancels.',
    ],
  },
  text: [
    'The machine has three visible units $\\vis{v_1}, \\vis{v_2}, \\vis{v_3}$, where data go, and two hidden units ' +
      '$\\hid{h_1}, \\hid{h_2}$. Each is off (0) or on (1), so that there are $2^5 = 32$ states. A [weight](weight) ' +
      'joins each visible unit with each hidden one, and every unit has a [bias](bias). The energy of a state is',
    '$$E(\\vis{v}, \\hid{h}) = -\\sum_i b_i \\vis{v_i} - \\sum_j c_j \\hid{h_j} - \\sum_{i,j} \\vis{v_i} w_{ij} ' +
      '\\hid{h_j}$$',
    'Only units that are on count: turn some on and off, and read the sum under the machine. A positive weight ' +
      'lowers the energy of states in which both its units are on, a negative one raises it. The probability of a ' +
      'state is',
    '$$p(\\vis{v}, \\hid{h}) = \\frac{e^{-E(\\vis{v}, \\hid{h}) / T}}{Z}, \\qquad Z = \\sum_{\\vis{v}, \\hid{h}} ' +
      'e^{-E(\\vis{v}, \\hid{h}) / T}$$',
    'The sum $Z$ over all states, the [partition function](partition), makes them add up to 1. How two states ' +
      'compare does not depend on it, nor on anything that is added to both energies:',
    '$$\\frac{p(a)}{p(b)} = e^{-(E(a) - E(b)) / T}$$',
    'The [temperature](temperature) $T$ divides every difference. At $T = 2$ each gap between two logarithms of ' +
      'probabilities is half of what it is at $T = 1$: hot machines take all states alike, cold ones keep to the ' +
      'lowest.',
    'With 5 units $Z$ has 32 terms. With the 784 pixels of a digit it has more than there are atoms in the universe, ' +
      'and that is the difficulty which the next lessons get around.',
  ],
  tries: [
    {
      task: 'Make one state more probable than 95%. Can it be done without the temperature?',
      answer:
        'With all six weights at 3 the state in which everything is on has 98%. Cooling favours whichever state is ' +
        'lowest, without touching an energy: at $T = 0.25$ each gap counts four times.',
    },
    {
      task:
        'Choose the state in which all units are off; its energy is 0 whatever the weights. How probable is it, ' +
        'compared with the lowest state, at $T = 1$ and at $T = 2$?',
      answer:
        'The lowest state, $\\vis{v} = 1\\,1\\,0$ with $\\hid{h} = 1\\,0$, has the energy −1.5. At $T = 1$ the ratio ' +
        'is $e^{-1.5} = 0.22$, at $T = 2$ it is $e^{-0.75} = 0.47$, the square root of the former.',
    },
    {
      task: 'Set the weight between $\\vis{v_3}$ and $\\hid{h_2}$ to −3. Which states all but vanish?',
      answer:
        'The eight in which both are on: a negative weight says “not these two together”. All others gain a little, ' +
        'because $Z$ has become smaller.',
    },
  ],
  terms: {
    energy: {
      name: 'energy',
      means: 'A number for each state: how much the weights and biases object to it. The lower, the more probable.',
    },
    weight: { name: 'weight', means: 'How much the energy sinks when the two units that it joins are both on.' },
    bias: { name: 'bias', means: 'How much the energy sinks when the unit alone is on: the small number in the unit.' },
    partition: {
      name: 'partition function',
      means:
        'Z, the sum of exp(−E/T) over all states; in German Zustandssumme, sum over states. It depends on all ' +
        'weights, and for large machines nobody can compute it.',
    },
    temperature: {
      name: 'temperature',
      means: 'The unit in which differences of energy are measured. A trained machine is meant to run at 1.',
    },
  },

  label: 'A machine of five units, the energies of its 32 states and their probabilities',
  machine: 'The machine: units to turn on and off, and weights to drag up and down',
  states: 'The 32 states; arrow keys go from one to the next',
  unit: (side: 'visible' | 'hidden', unit: number) =>
    `${side === 'visible' ? 'Visible' : 'Hidden'} unit ${n.whole(unit + 1)}`,
  weight: (v: number, h: number) => `Weight between visible unit ${n.whole(v + 1)} and hidden unit ${n.whole(h + 1)}`,
  number: (value: number) => n.fixed(value, 1, 2),
  percent: (share: number) => n.percent(share),
  state: (state: number, energy: number, p: number) =>
    `visible ${bits(visible, (i) => visibleOn(state, i))}, hidden ${bits(hidden, (j) => hiddenOn(state, j))}: ` +
    `energy ${n.fixed(energy, 2)}, probability ${n.percent(p)}`,
  energy: 'Energy of each state',
  probability: 'Probability',
  temperature: 'Temperature T',
  offset: 'Added to every energy',
  compare: (energy: number, lowest: number, temperature: number, isBest: boolean) => {
    if (isBest) return 'This is the lowest of the 32 states, and so the most probable.';
    const gap = energy - lowest;
    const ratio = n.significant(Math.exp(-gap / temperature), 2);
    return (
      `This state is ${n.fixed(gap, 2)} above the lowest, and so ${ratio} times as probable: ` +
      `e to the power of −${n.fixed(gap, 2)} / ${n.fixed(temperature, 2)}.`
    );
  },
  scenes: {
    states: 'One column is one state: which units are on, its energy, and its probability.',
    down: 'The weight between v₁ and h₁ falls: states in which both are on rise, and lose probability.',
    up: 'The weight grows again: those states sink, and gain what others lose.',
    hot: 'Heated, the energies stay as they are, and the probabilities level out.',
    cold: 'Cooled, the lowest state takes nearly all.',
    back: 'At temperature 1 again. Turn units on and off, drag weights: it is yours.',
  },
};
export default texts;
export type Texts = typeof texts;
