/** What the lesson Wake and sleep says. Formulas stand between dollars, in TeX. */
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'After greedy training a net recognises digits by the same weights by which it [generates](generate) them, ' +
      'turned upside down. It misreads 33 of 1,000 new digits. [Up-down learning](updown) lets both kinds of weights ' +
      'learn by themselves, and 25 are left. Now let the fine-tuned net read by its generative weights, upside down ' +
      'as before. How many does it misread?',
    choices: ['About as many: 25', '33, as before the fine-tuning', 'Many more: above 100'],
    why: [
      'It misreads 128. Its generative weights no longer are what the layers above expect to be read with: once ' +
        'free, they were learned for something else, to turn features into digits.',
      'It misreads 128. The weights have not gone back: the generative ones have moved on to what generates best, ' +
        'and upside down they recognise worse than before.',
      'It misreads 128. Recognising and generating want different weights. While both shared theirs, each was held ' +
        'back by the other; set free, they have grown apart.',
    ],
  },
  text: [
    'Both nets are deep belief nets with three hidden layers of 200, 200 and 400 units that have learned 20,000 ' +
      'generated digits. The left one was trained greedily, layer by layer. The right one is the same net after 20 ' +
      'more rounds in which all layers learned at once.',
    'Greedy training leaves each lower layer as it was when the next one began. It also ties two things together: ' +
      'weights $W$ that generate, and weights $R = W$ that recognise. The first is a model, the second only a fast ' +
      'guess at what may have caused an image.',
    '<em>Wake.</em> An image goes up by $R$, and sampled features are what it was caused by. The generative ' +
      'weights learn to make each layer from the one above:',
    '$$\\Delta W = \\varepsilon \\, (\\vis{v} - \\vis{\\hat v}) \\, \\hid{h}^\\top, \\qquad \\vis{\\hat v} = ' +
      '\\sigma(\\vis{b} + W \\hid{h})$$',
    '<em>Sleep.</em> The top dreams, and the dream goes down by $W$. Now the causes are known, because the net ' +
      'itself has drawn them, and the recognition weights learn to find them again:',
    '$$\\Delta R = \\varepsilon \\, \\vis{v} \\, (\\hid{h} - \\hid{\\hat h})^\\top, \\qquad \\hid{\\hat h} = ' +
      '\\sigma(\\hid{c} + R^\\top \\vis{v})$$',
    'The up-down algorithm is the contrastive form of this: its dream does not begin anywhere, but a few Gibbs steps ' +
      'from the features of an image, with its label at the top. So it sleeps near what it saw awake, and the two ' +
      'top layers learn by contrastive divergence.',
    'What comes of it? The net reads better, and more of its dreams are what they should be: a third, larger net ' +
      'reads 379 of 500 dreams of the left net as the label that was held, and 438 of the right one’s.',
  ],
  tries: [
    {
      task: 'Let both nets recognise by their generative weights. Why does nothing change on the left?',
      answer: 'There are no others: before fine-tuning $R$ is $W$, so 33 errors stay 33. On the right 25 become 128.',
    },
    {
      task: 'Go through the units. On the right, how do the two pictures of one unit differ?',
      answer:
        'They are akin, but not the same: in the mean over all units the [cosine](cosine) between them is 0.90. What ' +
        'a unit looks for and what it draws have come apart. In the second layer it is still 0.98.',
    },
    {
      task: 'Let both dream of a 5, with 1, 10 and 1,000 steps, and with other random numbers.',
      answer:
        'After one step the top is hardly more than noise, and digits of no label come out. After 200 a larger net ' +
        'reads half of the dreams on the left as 5s, 25 of 50, and 43 of 50 on the right. Both nets are small, and ' +
        'some dreams of either stay something else.',
    },
  ],
  terms: {
    generate: {
      name: 'generate',
      means: 'From the top down: each layer’s units are drawn given those of the layer above, in the end the pixels.',
    },
    updown: {
      name: 'up-down learning',
      means:
        'All layers learn at once, in passes up and down. A form of the wake-sleep algorithm, made for nets that ' +
        'begin trained greedily.',
    },
    cosine: {
      name: 'cosine',
      means: 'That of the angle between two lists of weights: 1 where they differ by a factor only, 0 at right angles.',
    },
  },

  label: 'A net after greedy training and after up-down learning: dreams, errors, and the weights of one unit',
  waiting: 'The nets are being loaded.',
  nets: ['Greedy', 'After up-down'],
  dreams: (net: string, label: number) => `${net}: dreams with ${n.whole(label)} held as label`,
  dream: (number: number) => `Dream ${n.whole(number)}`,
  errors: 'Misread of 1,000',
  recognises: 'looks for',
  generates: 'draws',
  up: (net: string, unit: number) => `${net}: weights by which unit ${n.whole(unit)} recognises`,
  down: (net: string, unit: number) => `${net}: weights by which unit ${n.whole(unit)} generates`,
  alike: (cosine: number) => `cosine ${n.fixed(cosine, 2)}`,
  ways: 'Read by',
  way: { recognition: 'Recognition weights', generative: 'Generative weights' },
  wayHints: {
    recognition: 'Each net recognises as it has learned to',
    generative: 'Each net recognises by the weights that generate, upside down',
  },
  ofLabel: 'Dream of a',
  steps: 'Gibbs steps at the top',
  unit: 'Unit of the first hidden layer',
  whole: (value: number) => n.whole(value),
  chance: 'Other random numbers',
  chanceHint: 'Both nets dream anew, with the same random numbers for both',
  says: (count: number, greedy: number, tuned: number, way: 'recognition' | 'generative') =>
    `Of ${n.whole(count)} digits that neither has seen the greedy net misreads ${n.whole(greedy)}, the ` +
    `fine-tuned one ${n.whole(tuned)}` +
    (way === 'generative' ? ', both by their generative weights, upside down.' : '.'),
  scenes: {
    dream: 'Both nets dream of a 2, from the same random numbers: more and more Gibbs steps at the top, then down.',
    rest: 'Left: trained layer by layer. Right: the same net after all layers have learned together, up and down.',
    again: 'The same with a 5.',
    units:
      'What one unit looks for, and what it draws. On the left it is the same; on the right the two have come apart.',
  },
};
export default texts;
export type Texts = typeof texts;
