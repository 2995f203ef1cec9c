/** What the lesson Filling in says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'The upper half of an 8 is covered. Eight chains of a machine that has learned all ten digits hold the lower ' +
      'half as it is and draw what is covered, each with random numbers of its own. What will they draw?',
    choices: [
      'Eight times the 8 that is under the cover',
      'Different digits, each of which fits what is seen',
      'Eight times a grey mixture of what is possible',
      'Any digits, whether they fit or not',
    ],
    why: [
      'The machine does not know what is under the cover. A 3, a 5 or a 6 can end in the same lower half, and each ' +
        'chain draws one of the possibilities.',
      'The lower half fits a 3, a 5, a 6 and an 8. The machine has a probability for each way to complete it, and ' +
        'each chain draws one.',
      'Grey is what one gets from the mean of many completions: see the last picture. A chain draws a single one, ' +
        'and that is a digit.',
      'The pixels that are seen are held, and take part in every step: the hidden units that they turn on ask for ' +
        'strokes that go with them.',
    ],
  },
  text: [
    'The machine is a restricted Boltzmann machine of 784 visible units, one a pixel, and 500 hidden ones. It ' +
      'learned from 60,000 written digits, and was never taught to fill anything in. But a model of the whole image, ' +
      '$p(\\vis{v})$, has an answer for every cover. With $\\vis{s}$ for the pixels that are seen and $\\vis{c}$ for ' +
      'those that are covered it is',
    '$$p(\\vis{c} \\mid \\vis{s}) = \\frac{p(\\vis{s}, \\vis{c})}{\\sum_{\\vis{c}\\prime} p(\\vis{s}, ' +
      '\\vis{c}\\prime)} = \\frac{e^{-F(\\vis{s}, \\vis{c})}}{\\sum_{\\vis{c}\\prime} e^{-F(\\vis{s}, ' +
      '\\vis{c}\\prime)}}$$',
    '$F$ is the [free energy](freeEnergy) of an image. Under half a digit the sum has $2^{392}$ terms, and nobody ' +
      'can add them up. A [Gibbs chain](gibbs) whose seen pixels are [clamped](clamp) draws from this distribution ' +
      'all the same. It begins with fair coins under the cover, and repeats two steps:',
    '$$\\hid{h} \\sim p(\\hid{h} \\mid \\vis{s}, \\vis{c}), \\qquad \\vis{c} \\sim p(\\vis{c} \\mid \\hid{h})$$',
    'The seen pixels speak to the hidden units in every step, and are never drawn themselves. In the long run each ' +
      'completion comes as often as it is probable.',
    'So the answer is not one image but a distribution over images, and each chain shows one draw. The mean of the ' +
      'eight is the guess with the least squared error; where they disagree it is grey, as no digit is.',
    'The number below a draw compares it with $\\vis{c_0}$, what the cover hides. Both images have the same seen ' +
      'part, and $Z$ cancels:',
    '$$\\ln \\frac{p(\\vis{s}, \\vis{c})}{p(\\vis{s}, \\vis{c_0})} = F(\\vis{s}, \\vis{c_0}) - F(\\vis{s}, \\vis{c})$$',
    'At +10 the draw is $e^{10}$, that is 22,000, times as probable as the truth, at −10 as much less. In the first ' +
      'steps the numbers are far below 0: the chain is still on its way from the coins, and those are not yet draws ' +
      'from the distribution.',
  ],
  tries: [
    {
      task: 'Take the 2 and cover its right half. Which digits come? Do they change with other random numbers?',
      answer:
        'Some chains make a 2 of it, others a 6: both can begin like that. Other random numbers change which chain ' +
        'draws which, and eight draws are too few to tell the shares exactly.',
    },
    {
      task: 'Take the 5 and cover its lower half. Why do the chains agree now?',
      answer:
        'What is seen leaves one digit. The eight 5s still differ in their strokes: how certain the answer is ' +
        'depends on what is seen, and the draws show it.',
    },
    {
      task: 'Cover everything.',
      answer:
        'Nothing is held, and the chains draw from $p(\\vis{v})$ itself: they dream digits of several kinds. ' +
        'Dreaming and filling in are one thing; they differ in what is held.',
    },
  ],
  terms: {
    freeEnergy: terms.freeEnergy,
    gibbs: terms.gibbs,
    clamp: { name: 'clamped', means: 'Held at a given state, while everything else is drawn.' },
  },

  label: 'A digit with a part of it covered, and eight completions by the machine',
  waiting: 'The machine is on its way.',
  given: 'What is seen',
  found: 'Eight completions, and their mean',
  sheet: 'The digit and the cover over it',
  sheetRole: 'sheet to cover',
  keys: 'Drag to cover another part. Arrow keys move the cover, with Shift they resize it.',
  covers: (x: number, y: number, width: number, height: number) =>
    `Covered: ${n.plural(width, { one: 'column', other: 'columns' })} from column ${n.whole(x)}, ` +
    `${n.plural(height, { one: 'row', other: 'rows' })} from row ${n.whole(y)}.`,
  completion: (number: number) => `Completion ${n.whole(number)}`,
  mean: 'Mean of the eight completions',
  meanShort: 'mean',
  gain: (value: number) => `${value >= 0.5 ? '+' : ''}${n.fixed(value, 0)}`,
  gainHint: 'ln of how many times as probable as what the cover hides',
  presets: 'What is covered',
  preset: {
    upper: 'Upper half',
    lower: 'Lower half',
    left: 'Left half',
    right: 'Right half',
    all: 'Everything',
  },
  chance: 'Other random numbers',
  chanceHint: 'The same digit and cover, eight other chains',
  after: (steps: number, better: number) =>
    `After ${n.plural(steps, { one: 'step', other: 'steps' })}: ${n.whole(better)} of the 8 completions ` +
    `${better === 1 ? 'is' : 'are'} more probable to the machine than what the cover hides.`,
  scenes: {
    eight: 'The machine sees the lower half of an 8. Eight chains draw the rest, each with random numbers of its own.',
    two: 'The left half of a 2: a 6 can begin like that, too.',
    five: 'The upper half of a 5 leaves no other digit. Only the strokes differ.',
    all: 'Everything is covered: nothing is held, and the chains dream.',
  },
};
export default texts;
export type Texts = typeof texts;
