/** What the lesson Codes says. Formulas stand between dollars, in TeX. */
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'A network of sigmoid units and [PCA](pca) each keep two numbers of a digit, and make a picture of those. ' +
      'Both are far off, the network less so. Now each may keep thirty numbers. Whose pictures will be closer to ' +
      'digits that neither has seen?',
    choices: [
      'Equally close: thirty numbers are enough for both',
      'Those of PCA, which has the least squared error that there can be',
      'Those of the network, though both come much closer',
      'Those of the network: it is off by nothing at all now',
    ],
    why: [
      'Both come much closer, but the network stays ahead: on test digits its squared error is about 43 % of that of ' +
        'PCA.',
      'PCA has the least squared error of all maps that are linear. The network bends, and on test ' +
        'digits its squared error is about 43 % of that of PCA.',
      'Thirty straight directions are much better than two, but digits lie on a bent surface. The network follows ' +
        'it, and on test digits its squared error is about 43 % of that of PCA.',
      'Thirty numbers for 784 pixels lose something in any case: how the pen trembled, for one. But on test ' +
        'digits the network loses about 43 % of what PCA does.',
    ],
  },
  text: [
    'An [autoencoder](auto) is a network with a narrow middle, which is taught to give back what it is given. ' +
      'Through the middle only a few numbers pass, the code. Half of the network makes the code of the picture, and ' +
      'the other half the picture of the code:',
    '$$\\hid{z} = f(\\vis{x}), \\qquad \\vis{\\hat x} = g(\\hid{z})$$',
    'How far it is off is told by the squared error, $\\sum_i (\\vis{x_i} - \\vis{\\hat x_i})^2$.',
    'PCA is the same with straight maps: $\\hid{z} = (\\vis{x} - \\vis{m}) \\, U$ and ' +
      '$\\vis{\\hat x} = \\vis{m} + \\hid{z} \\, U^{\\top}$, where $\\vis{m}$ is the mean picture and the columns of ' +
      '$U$ are the directions in which pictures differ most. No linear code of as many numbers has a smaller squared ' +
      'error on what it was made from.',
    'But the mean of two 1s that lean to different sides is no 1 in between: it is a cross. Digits lie on a surface ' +
      'that bends through the 784 dimensions of pixels, and a straight map cuts through the air. With layers of ' +
      'sigmoid units on both sides of the code, $f$ and $g$ can bend as the surface does.',
    'Such a network is deep, and from small random weights it used to hardly learn at all. The way out began this ' +
      'field: teach a stack of restricted Boltzmann machines, one on the [features](#/learn/features) of the other, ' +
      'unroll it into an autoencoder, $784 - 256 - 64 - 30$ and back, and only then let errors flow back through all ' +
      'layers. So these two were made, from 60,000 written digits.',
    'On the 10,000 digits of the test set, which were not used for it, the mean squared error is, by numbers of ' +
      'the code, for the network ($f$ and $g$) and for PCA ($U$):',
    '$$\\begin{array}{rcc} & \\hid{2} & \\hid{30} \\\\ f,\\,g & 30.0 & 6.0 \\\\ U & 43.6 & 13.9 \\end{array}$$',
    'The figure shows digits from a generator, which are not those of the test set; a drawing of yours is measured ' +
      'live in the same way. Two numbers can be seen: they are a place on the map. Nobody told the network ' +
      'which digit is which, and still each has regions of its own.',
  ],
  tries: [
    {
      task: 'Walk over the map from one digit to another. What comes in between?',
      answer:
        'Mostly pictures that still look like digits: one digit bends into the other, or a third lies between them. ' +
        'In some places, where few digits are, the picture is a blur.',
    },
    {
      task: 'Take several digits with two numbers. Which does the network mistake for others?',
      answer:
        '4, 7 and 9 share a region, as do 3, 5 and 8: two numbers do not keep them apart. With thirty each digit ' +
        'is itself.',
    },
    {
      task: 'Draw something that is no digit on the first page, and take it here with thirty numbers.',
      answer:
        'The error is larger for both. The network makes something of strokes as digits have them, and PCA may even ' +
        'come closer: directions say less about what digits are.',
    },
  ],
  terms: {
    pca: {
      name: 'PCA',
      means:
        'Principal component analysis: the straight directions in which the pictures of a collection differ most. A ' +
        'picture is told by how far it goes in each.',
    },
    auto: {
      name: 'autoencoder',
      means: 'A network whose output is to be its input, with fewer units in the middle than pixels.',
    },
  },

  label: 'A digit, what a network and PCA make of a few numbers of it, and a map of codes of two numbers',
  waiting: 'The networks are on their way.',
  sizes: 'Numbers of the code',
  size: (count: number) => n.plural(count, { one: 'number', other: 'numbers' }),
  given: 'The digit',
  kind: { bent: 'Autoencoder', straight: 'PCA' },
  made: (kind: string) => `The picture that it makes of the code: ${kind}`,
  code: (kind: string, count: number) =>
    `The code, ${n.plural(count, { one: 'number', other: 'numbers' })}, negative blue, positive red: ${kind}`,
  squared: 'Squared error: the sum over 784 pixels',
  thisDigit: 'This digit',
  allDigits: (count: number) => `Mean of the ${n.whole(count)} digits on the map`,
  tenths: (value: number) => n.fixed(value, 1),
  errors: (count: number, bent: number, straight: number) =>
    `With ${n.plural(count, { one: 'number', other: 'numbers' })} the autoencoder is off by ${n.fixed(bent, 1)}, ` +
    `PCA by ${n.fixed(straight, 1)}.`,
  map: 'Two numbers are a place on a map',
  mapLabel: 'Map of the autoencoder’s codes of two numbers',
  mapRole: 'map',
  keys: 'Move over the map, or use the arrow keys (with Shift in small steps).',
  decoded: 'What is there',
  decodedLabel: (around: string) => `The picture that the autoencoder makes of the place of the ring. ${around}`,
  around: (labels: readonly number[]) => `Digits near the ring: ${n.list(labels.map(n.whole)) || 'of all kinds'}.`,
  marks: 'Ring: what is shown. Square: where the digit is.',
  scenes: {
    at: (digit: number) => `A ${n.whole(digit)}. Two numbers of it are its place on the map, where the square is.`,
    between: (from: number, to: number) =>
      `From the place of the ${n.whole(from)} to that of the ${n.whole(to)}: each place in between is a picture, too.`,
  },
};
export default texts;
export type Texts = typeof texts;
