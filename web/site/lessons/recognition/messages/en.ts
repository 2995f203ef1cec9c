/** What the lesson Recognition says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'The net reads a drawing by ten [free energies](freeEnergy), one for each digit that it may be. The arm of ' +
      'this 4 will bend over to the right until it closes the loop of a 9. Where does the net change from 4 to 9?',
    choices: [
      'Only when the loop is closed',
      'While the gap is still open, and within a small part of the way',
      'Nowhere in particular: most of the way it finds both about as probable',
      'In between it takes the drawing for some other digit',
    ],
    why: [
      'The gap is open until about three quarters of the way. But the ravines of 4 and 9 are equally deep at 37%: at ' +
        '30% the 4 still has 98%, at 45% the 9 has 96%.',
      'The ravines of 4 and 9 sink and rise steadily, and are equally deep at 37% of the way. Probability is an ' +
        'exponential of their difference, and so it turns over fast: at 30% the 4 has 98%, at 45% the 9 has 96%.',
      'Their free energies do change steadily. But probability is an exponential of the difference, and a few nats ' +
        'are enough: at 30% of the way the 4 has 98%, at 45% the 9 has 96%.',
      'The other eight ravines stay several nats above. Between 4 and 9 the net has never more than 2% for all ' +
        'others together: at 30% of the way the 4 has 98%, at 45% the 9 has 96%.',
    ],
  },
  text: [
    'This is a [deep belief net](dbn). Two layers of hidden units turn the pixels into 500 features $\\vis{x}$. On ' +
      'them stands a restricted Boltzmann machine of 2000 hidden units $\\hid{h}$ and ten label units, of which one ' +
      'is on: the label $y$. It has learned which features and labels belong together, and gives each whole state an ' +
      '[energy](#/learn/energy).',
    'Nobody knows the hidden units of a drawing, so they are summed out. What is left is an energy of features and ' +
      '[label](label) alone, the free energy:',
    '$$e^{-F(\\vis{x}, y)} = \\sum_{\\hid{h}} e^{-E(\\vis{x}, y, \\hid{h})}$$',
    'That is a sum of $2^{2000}$ terms. But no hidden unit is connected with another, so it is a product of one ' +
      'factor for each, and its logarithm a sum of 2000 terms:',
    '$$F(\\vis{x}, y) = -\\sum_i b_i \\vis{x_i} - d_y - \\sum_j \\ln\\bigl(1 + e^{\\hid{c_j} + u_{yj} + \\sum_i ' +
      '\\vis{x_i} w_{ij}}\\bigr)$$',
    'The probability of features together with a label is $p(\\vis{x}, y) = e^{-F(\\vis{x}, y)} / Z$. Its $Z$ sums ' +
      'over all features, labels and hidden units, $2^{2500} \\cdot 10$ states: nobody can compute it. But the ' +
      'question is only which label this one drawing has:',
    '$$p(y \\mid \\vis{x}) = \\frac{p(\\vis{x}, y)}{\\sum_{y^{\\prime}} p(\\vis{x}, y^{\\prime})} = ' +
      '\\frac{e^{-F(\\vis{x}, y)}}{\\sum_{y^{\\prime}} e^{-F(\\vis{x}, y^{\\prime})}}$$',
    '$Z$ stands above and below, and cancels. Ten sums are enough to read a digit, and they are exact. Slide the ' +
      'guess of $\\ln Z$: every ravine rises or sinks by as much, and no probability moves.',
  ],
  tries: [
    {
      task: 'Find the place where 4 and 9 are equally probable. How deep are their ravines there?',
      answer:
        'At 37% of the way, and the ravines are equally deep to within a third of a nat. Each [nat](nat) of ' +
        'difference is a factor of $e = 2.7$, so that 5 nats already make 150 to 1.',
    },
    {
      task:
        'Slide the guess of $\\ln Z$ up and down, and read the lines under it. What moves with it and what does ' +
        'not?',
      answer:
        'The logarithm $\\ln p(\\vis{x}, y)$ and the ravines move with it, all by the same amount. $F$ and ' +
        '$p(y \\mid \\vis{x})$ stay.',
    },
    {
      task: 'Choose “Your own” and draw a plus sign, which is no digit. What does the net read, and how sure is it?',
      answer:
        'Drawn straight it is a 4 with more than 99%. The ten labels share 100% whatever is drawn. What is odd about ' +
        'it shows in $F$ itself: almost −500, where the 4 of the figure is at −522. For the top machine the features ' +
        'of the plus sign are $e^{28}$ times less probable, which $p(y \\mid \\vis{x})$ does not tell.',
    },
  ],
  terms: {
    freeEnergy: terms.freeEnergy,
    label: terms.label,
    dbn: {
      name: 'deep belief net',
      means: 'A net that was trained layer by layer, each layer a machine on the features of the one below.',
    },
    nat: terms.nat,
  },

  label: 'A drawing, the free energies of the ten labels for it and their probabilities',
  which: 'What is read',
  images: { way: 'From 4 to 9', own: 'Your own' },
  image: (part: number) => `The drawing as the net gets it, ${n.percent(part)} of the way from a 4 to a 9`,
  pad: {
    label: 'Draw a digit, and the net reads it',
    invitation: 'Draw a digit',
  },
  ravines: 'The ten labels; arrow keys go from one to the next',
  state: (label: number, energy: number, p: number) =>
    `${n.whole(label)}: free energy ${n.fixed(energy, 1)}, probability ${n.percent(p)}`,
  none: (label: number) => `${n.whole(label)}: nothing is drawn`,
  energy: 'Free energy: the lower, the deeper',
  probability: 'Probability of each label, 0 to 1',
  way: 'From a 4 to a 9',
  guess: 'A guess of ln Z',
  whole: (value: number) => n.whole(value),
  percent: (share: number) => n.percent(share),
  tenths: (value: number) => n.fixed(value, 1),
  share: (p: number) => n.percent(p),
  columns: {
    energy: 'F(x, y)',
    joint: 'ln p(x, y)',
    posterior: 'p(y | x)',
  },
  waiting: 'The net is being loaded.',
  empty: 'Draw a digit: the net reads it while you draw.',
  isLowest: (label: number, p: number) =>
    `The ravine of ${n.whole(label)} is the deepest: the net reads a ${n.whole(label)}, with ${n.percent(p)}.`,
  compare: (lowest: number, label: number, gap: number) =>
    `${n.whole(label)} lies ${n.fixed(gap, 1)} nats above ${n.whole(lowest)}, and so ${n.whole(lowest)} is ` +
    `${times(Math.exp(gap))} times as probable: e to the power of ${n.fixed(gap, 1)}.`,
  scenes: {
    ravines:
      'Ten ravines, one for each label: how low its free energy is for this drawing. The deepest is what is read.',
    bends: 'The arm bends, and the ravine of 9 sinks. That of 4 is still the deepest.',
    back: 'Back again. Where will 9 overtake 4? That is the question beside the figure.',
    z: 'Another guess of ln Z: all ten move together, and no probability changes.',
    yours: 'Only differences count. Now bend the arm yourself, or draw a digit of your own.',
  },
};

/** A factor, told by as many digits as count. */
function times(factor: number): string {
  return factor < 10 ? n.fixed(factor, 1) : n.whole(Number(factor.toPrecision(2)));
}
export default texts;
export type Texts = typeof texts;
