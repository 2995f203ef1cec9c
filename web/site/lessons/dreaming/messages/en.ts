/** What the lesson Dreaming says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');
const digits = { one: 'digit', other: 'digits' };
const named = (visited: readonly number[]): string => n.list(visited.map((one) => n.whole(one)));

const texts = {
  question: {
    asks:
      'A machine has learned all ten digits. A chain begins at a written 7, and takes 300 steps of ' +
      '[Gibbs sampling](gibbs) at temperature 1. How many different digits will it show?',
    choices: ['Only 7s', 'Two or three digits', 'All ten, each about as often', 'Soon none: it ends in noise'],
    why: [
      'The 7s lie in a valley of their own, and in 300 steps this chain does not find the way out. The other chain, ' +
        'which changes places with hotter ones, does.',
      'From other starts it may be two or three. From this 7 the chain does not leave its valley in 300 steps, ' +
        'though the machine holds the other digits for probable, too.',
      'In the long run it would visit each digit as often as it is probable. But the run has to be very long: in 300 ' +
        'steps this chain does not leave the valley of the 7s.',
      'Noise has a high energy: chains run from it, and not to it. This one stays among the 7s, whose valley it does ' +
        'not leave in 300 steps.',
    ],
  },
  text: [
    'The machine has 784 visible units and 500 hidden ones, and has learned from 60,000 written digits. Its [free ' +
      'energy](freeEnergy) is a landscape over all images, with valleys where there are digits. A chain that begins ' +
      'at a clumsy 7 runs down into the nearest valley and shows a better 7: the machine is an <em>associative ' +
      'memory</em>.',
    'It is also meant to dream: to visit every image as often as $p(\\vis{v})$ says. For that it must cross what ' +
      'lies between the valleys, images that are no digits. A ridge of height $\\Delta F$ is climbed in about one ' +
      'step of',
    '$$e^{\\Delta F / T}$$',
    'At $T = 1$ a ridge of 15 costs three million steps: the chain [mixes](mixing) slowly. Heat lowers every ridge. ' +
      'At $T = 1.4$ the same one costs 45,000, and chains wander; but what they show are draws from the hot machine, ' +
      'often hardly digits, and not from the one that has learned.',
    '<em>Parallel tempering</em> has both. Six chains run side by side, at temperatures from 1 up to the highest. ' +
      'After every fifth step neighbours offer each other their images $\\vis{v}$ and $\\vis{u}$, and exchange them ' +
      'with the probability',
    '$$\\min\\bigl(1,\\; e^{F_T(\\vis{v}) + F_S(\\vis{u}) - F_T(\\vis{u}) - F_S(\\vis{v})}\\bigr)$$',
    'where $F_T$ and $F_S$ are the free energies at their two temperatures: those of the machine with all weights ' +
      'and biases divided by $T$ and by $S$. With just this probability every temperature keeps its own ' +
      'distribution. The hot chains find ways across, and what they find comes down step by step to $T = 1$.',
    'A deep belief net offers another ladder. Its upper machines see features in place of pixels, among which the ' +
      'classes lie closer together; <em>stacked tempering</em> exchanges hidden states of one machine with visible ' +
      'states of the next.',
    'Or one does without crossing. A deep belief net with units for the labels holds one of them, and of its valleys ' +
      'only those of that digit are left: below the figure’s chains it begins at the same image, and walks there.',
  ],
  tries: [
    {
      task: 'Set the highest temperature to 1. Every exchange is accepted now. Is that good?',
      answer:
        'No: six equal chains pass round what each of them finds by itself, and most of the time that is a 7. An ' +
        'exchange helps only where the other chain moves more freely.',
    },
    {
      task: 'Set it to 2. What becomes of the exchanges?',
      answer:
        'The temperatures lie further apart, and fewer than a quarter of the exchanges are accepted. The hottest ' +
        'chain wanders widely, but its images seldom come down to $T = 1$. More temperatures between them would help.',
    },
    {
      task: 'Begin at the 0. Do the exchanges help there, too?',
      answer:
        'Not within 300 steps: the chain at $T = 1$ shows nothing but 0s. Their valley is deep, and other images are ' +
        'exchanged for it only if they are about as probable. Nor does a picture tell what a chain has not reached.',
    },
  ],
  terms: {
    gibbs: terms.gibbs,
    freeEnergy: terms.freeEnergy,
    mixing: terms.mixing,
  },

  label: 'A chain alone and one that changes places with hotter chains, from the same digit on',
  waiting: 'The machine is on its way.',
  alone: 'Alone, at T = 1',
  together: 'With exchanges, at T = 1',
  image: (name: string) => `What the chain shows: ${name}`,
  visits: (name: string, visited: readonly number[]) =>
    `${name}: digits by time. So far ${visited.length > 0 ? named(visited) : 'none'}.`,
  count: (visited: number) => `${n.plural(visited, digits)} so far`,
  ladder: 'The chains that change places',
  ways: (share: number) =>
    `The way of each chain between the temperatures; ${n.percent(share)} of the exchanges were accepted`,
  accepted: (share: number) =>
    `${n.percent(share)} of the exchanges accepted. The strong line is the chain that is at T = 1 now.`,
  rung: (temperature: number) => `T = ${n.fixed(temperature, 2)}`,
  hot: (temperature: number) => `What the chain at T = ${n.fixed(temperature, 2)} shows`,
  number: (value: number) => n.fixed(value, 1),
  highest: 'Highest temperature',
  starts: 'All chains begin at this digit:',
  held: 'From the same beginning, with a label held by a deep belief net',
  hold: (label: number) => `Hold the label ${n.whole(label)}`,
  heldSteps: (steps: number) => n.plural(steps, { one: 'step', other: 'steps' }),
  heldImage: (steps: number, label: number) =>
    `With the label ${n.whole(label)} held, after ${n.plural(steps, { one: 'step', other: 'steps' })}`,
  chance: 'Other random numbers',
  chanceHint: 'The same beginning, other chains',
  after: (steps: number, alone: readonly number[], together: readonly number[]) =>
    `After ${n.whole(steps)} steps the chain alone has shown ${n.plural(alone.length, digits)} ` +
    `(${named(alone)}), the one with exchanges ${n.whole(together.length)} (${named(together)}).`,
};
export default texts;
export type Texts = typeof texts;
