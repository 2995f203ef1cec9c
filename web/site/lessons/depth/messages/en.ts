/** What the lesson Depth says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'A machine has learned 14 images with CD-1, and finds one of them 300 times as probable as another. A second ' +
      'machine is put on top. It learns from the [features](features) alone: it never sees an image, and the weights ' +
      'between images and features stay as they are. Can it make the 14 images equally probable?',
    choices: [
      'No: the weights of the first machine decide about images',
      'Yes: how often the features come decides, too',
      'Only if the first machine learns again',
    ],
    why: [
      'They decide which image features turn into. How often those features come is a second question, and the ' +
        'second machine answers it better: after 60 steps the 14 images have between 5.1% and 6.1% each.',
      'The weights of the first machine say which image features turn into. How often the features come is left to ' +
        'the second one: after 60 steps the 14 images have between 5.1% and 6.1% each.',
      'It can stay as it is. What was wrong was not what its features turn into, but how often it expects them, and ' +
        'that the second machine learns: after 60 steps the 14 images have between 5.1% and 6.1% each.',
    ],
  },
  text: [
    'The first machine is that of the lesson [Learning](#/learn/learning): nine pixels, six features, 14 images of ' +
      'bars and stripes. It can be read in two parts: how often its features come, and what image they turn into.',
    '$$p(\\vis{v}) = \\sum_{\\hid{h}} p(\\hid{h}) \\, p(\\vis{v} \\mid \\hid{h})$$',
    'Both parts have the same weights $W$. CD-1 has got the second right and the first wrong: it expects patterns ' +
      'that the data hardly ever cause, and hardly expects some that they cause (the two sides of the middle ' +
      'picture). A second machine keeps $p(\\vis{v} \\mid \\hid{h})$ and takes over $p(\\hid{h})$. Nobody has to ' +
      'know the true likelihood for that, as there is a [bound](bound):',
    '$$\\log p(\\vis{v}) \\ge \\langle \\log p(\\hid{h}) + \\log p(\\vis{v} \\mid \\hid{h}) \\rangle_q + H(q)$$',
    'Here $q(\\hid{h} \\mid \\vis{v})$ is how the first machine draws features from an image, ' +
      '$\\langle \\cdot \\rangle_q$ the mean over such draws and $H(q)$ their entropy. Only $\\log p(\\hid{h})$ ' +
      'changes, and it is averaged over features that the data cause. So the second machine learns them as if they ' +
      'were its data, and each step of that raises the bound.',
    '<em>Where it starts.</em> Give it the weights of the first one upside down, $W^\\top$: then its visible units ' +
      'have the very $p(\\hid{h})$ that the first machine’s hidden units had. Nothing has changed, and the bound is ' +
      '[tight](tight). One could put a third on top, and a fourth: an RBM is an infinite belief net whose layers all ' +
      'share the weights $W$, and learning layer by layer unties them, one after the other.',
    'Once the upper weights have changed, $q$ is no longer the exact posterior: the bound lies a little below ' +
      '$\\log p(\\vis{v})$, the broken line. The likelihood may even fall, but never below the bound. What the bound ' +
      'can gain is known beforehand: how far the expected features are from those that the data cause, 0.91 ' +
      '[nats](nat) here.',
  ],
  tries: [
    {
      task: 'Let the second machine start from random weights instead. Where does the bound start, and is it tight?',
      answer:
        'At −4.08, 0.35 nats below the first machine, and the likelihood is −3.75: the bound is 0.33 nats too low. ' +
        'After 600 steps it has come to −3.60, better than the first machine alone, but far from the −2.85 of the ' +
        'transpose.',
    },
    {
      task: 'Compare the dreams of both depths when the second machine has just been turned over, and 60 steps later.',
      answer:
        'At first they are the same, dream for dream: the same distribution, and the same random numbers. 60 steps ' +
        'later the image of two full lower rows, nearly every third dream before, comes as often as the others.',
    },
    {
      task: 'Go to the end and look at what is still left to gain. Could a third machine help?',
      answer:
        'The features are expected almost as often as they are caused: 0.02 nats are left. A third machine could ' +
        'gain what the second one’s features leave, and that is still less. Depth helps where a machine alone is not ' +
        'good enough.',
    },
  ],
  terms: {
    features: {
      name: 'features',
      means:
        'What hidden units say of an image. The second machine is shown the hidden units of the first, drawn given ' +
        'an image: a pattern of six bits.',
    },
    bound: {
      name: 'bound',
      means: 'A value that the log-likelihood is never below. By concavity of the logarithm (Jensen’s inequality).',
    },
    tight: { name: 'tight', means: 'Of a bound: equal to what it bounds. Here: it is the log-likelihood itself.' },
    nat: terms.nat,
  },

  label: 'Two machines, one on the features of the other: their learning, their features and their dreams',
  waiting: 'The machines are learning.',
  plot: 'Mean log p of the data; second machine: its bound',
  halves: { first: 'first machine learns', second: 'second machine learns' },
  nats: (value: number) => n.fixed(value, 2),
  features: '64 patterns of features: caused by the data, and expected',
  featuresRead: (left: number) =>
    `How often each pattern of features is caused by the data, upwards, and expected by the machine on top, ` +
    `downwards. They differ by ${n.fixed(left, 2)} nats.`,
  left: (left: number) => `Apart by ${n.fixed(left, 2)} nats: as much can the bound still gain.`,
  depths: { one: 'Depth 1', two: 'Depth 2' },
  notYet: 'The second machine does not learn yet.',
  shares: {
    one: 'The 14 images, and how probable each is to the first machine alone',
    two: 'The 14 images, and how probable each is with the second machine.',
  },
  sharesRead: (least: number, most: number) => `Between ${n.percent(least)} and ${n.percent(most)}.`,
  dreams: { one: '14 dreams of the first machine', two: '14 dreams of both machines' },
  legend: 'Bars: how probable each image is; at the line all 14 are alike. Below: 14 dreams; in a bold frame, data.',
  steps: 'Learning',
  stepsFirst: (steps: number) => `first machine, step ${n.whole(steps)}`,
  stepsSecond: (steps: number) => `second machine, step ${n.whole(steps)}`,
  start: 'The second machine starts from',
  starts: { transpose: 'the transpose', random: 'random weights' },
  startHints: {
    transpose: 'The weights of the first machine, upside down',
    random: 'Small random weights',
  },
  seed: 'Other chances',
  seedHint: 'The same again with other random numbers',
  first: (steps: number, logLikelihood: number, known: number) =>
    `First machine, ${n.plural(steps, { one: 'step', other: 'steps' })}: mean log p ${n.fixed(logLikelihood, 2)}; ` +
    `the data have ${n.percent(known)} of the probability.`,
  second: (steps: number, bound: number, logLikelihood: number, alone: number) =>
    `Second machine, ${n.plural(steps, { one: 'step', other: 'steps' })}: the bound is ${n.fixed(bound, 2)}, ` +
    `log p itself ${n.fixed(logLikelihood, 2)}. The first machine alone: ${n.fixed(alone, 2)}.`,
  scenes: {
    first: 'The first machine learns 14 images. Upwards: how often they cause each pattern of its six features.',
    unequal: 'Downwards: how often it expects those patterns. They don’t match, and so some images hardly ever come.',
    turned: 'A second machine is put on the features: the first one upside down. Nothing has changed yet.',
  },
};
export default texts;
export type Texts = typeof texts;
