/** What the lesson Learning says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';
import { pixelsOf } from '../bars.ts';

const n = numbersOf('en');
const bits = (image: number): string => {
  const all = pixelsOf(image).join('');
  return `${all.slice(0, 3)} ${all.slice(3, 6)} ${all.slice(6)}`;
};

const texts = {
  question: {
    asks:
      'Learning has to know where the machine dreams. [CD-1](cd) lets it dream for one step only, beginning at the ' +
      'data. When does that lead furthest away from the direction of the [exact gradient](gradient)?',
    choices: [
      'At the beginning, when the machine knows nothing',
      'Later, when it has learned much',
      'Always equally far',
    ],
    why: [
      'At the beginning the weights are almost 0, and a single step forgets where it began: the dream is as good as ' +
        'any. Later valleys are deep. One step stays in the valley of the data where it began, and never sees the ' +
        'others.',
      'At the beginning the weights are almost 0, and a single step forgets where it began. Later valleys are deep: ' +
        'one step stays in the valley where it began, and what is wrong elsewhere is never dreamed of.',
      'How far one step leads depends on the weights. Almost 0, they let it forget where it began; once valleys are ' +
        'deep, one step stays in the valley of the data where it began.',
    ],
  },
  text: [
    'This machine has nine visible units, an image of 3 × 3 pixels, and six hidden ones. It is shown the 14 images ' +
      'in which all columns or all rows are full or empty. There are 512 images in all, so that the ' +
      '[likelihood](likelihood) and its gradient can be computed. For one weight the gradient is',
    '$$\\frac{\\partial \\log p}{\\partial w_{ij}} = \\langle \\vis{v_i} \\hid{h_j} \\rangle_0 - \\langle \\vis{v_i} ' +
      '\\hid{h_j} \\rangle_\\infty$$',
    'How often both units are on when data are shown, less how often when the machine dreams for ever. The first ' +
      'part lowers the energy at the data, the second raises it where the dreams are. When both agree, learning is ' +
      'done.',
    'A dream for ever is what nobody can afford. [Contrastive divergence](cd) begins at the data and stops after $k$ ' +
      'Gibbs steps:',
    '$$\\Delta w_{ij} = \\varepsilon \\, (\\langle \\vis{v_i} \\hid{h_j} \\rangle_0 - \\langle \\vis{v_i} \\hid{h_j} ' +
      '\\rangle_k)$$',
    'The bars in the figure show how many degrees that direction, averaged over all dreams, is off the exact one, ' +
      'for the machine as it is now. It shrinks as $k$ grows, and it grows as the machine learns.',
    'Where is the fault? Where no chain from the data arrives in $k$ steps: squares that stand out and have no dot ' +
      'keep their probability. And every valley keeps the chain that begins in it: the dots on the 14 data are ' +
      'alike, however unequal the squares under them become. After 6,000 steps of CD-1 one has 31%, another 0.1%. ' +
      '[Persistent chains](pcd) (PCD) go on from step to step of learning instead of beginning again at the data.',
  ],
  tries: [
    {
      task: 'Compare CD-1, CD-2, CD-5 and the exact gradient after 6,000 steps. How many [nats](nat) are lost?',
      answer:
        'The mean of $\\log p$ is −3.54 with CD-1, −3.07 with CD-2, −2.79 with CD-5, −2.73 with the exact gradient. ' +
        'More than $-\\log 14 = -2.64$ cannot be had: that is each of the 14 images with 1/14.',
    },
    {
      task: 'Go to 2,100 steps of CD-1 and look at the squares without a frame that stand out. Do they have dots?',
      answer:
        'Images that are not data have 39% of the probability, but only 27% of the dreams of one step. What is ' +
        'missing lies far from the data, where CD-1 does not raise the energy enough.',
    },
    {
      task:
        'Choose the exact gradient and look at the angles of CD at its end. The weights are right; why are they ' +
        'large?',
      answer:
        'The gradient is almost 0 there, and the directions of CD are not: they would lead away from the best ' +
        'machine. CD comes to rest elsewhere, and that is called its bias.',
    },
  ],
  terms: {
    cd: {
      name: 'contrastive divergence',
      means:
        'A rule that compares the data with what the machine makes of them after a few Gibbs steps, in CD-1 after ' +
        'one: all hidden units drawn given the data, then all visible, then hidden.',
    },
    gradient: { name: 'gradient', means: 'The direction in which the likelihood of the data rises most steeply.' },
    likelihood: terms.likelihood,
    pcd: {
      name: 'persistent chains',
      means:
        'Chains that do not begin anew at the data, but go on from where they are. Here 500 of them, each moved by ' +
        'one Gibbs step for each step of learning.',
    },
    nat: terms.nat,
  },

  label: 'A map of all 512 images: how probable the machine finds them as it learns, and where it dreams',
  waiting: 'The machine is learning.',
  rule: 'How it learns',
  rules: { cd1: 'CD-1', cd2: 'CD-2', cd5: 'CD-5', cd25: 'CD-25', pcd: 'PCD', exact: 'Exact' },
  ruleHints: {
    cd1: 'Dreams begin at the data and take one Gibbs step',
    cd2: 'Two Gibbs steps from the data',
    cd5: 'Five Gibbs steps from the data',
    cd25: '25 Gibbs steps from the data',
    pcd: '500 chains that go on dreaming while the machine learns',
    exact: 'The gradient itself, a sum over all states',
  },
  map: 'The 512 images; arrow keys go to one that differs in a single pixel',
  image: (image: number, isDatum: boolean, p: number, dreamed: number) =>
    `${bits(image)}${isDatum ? ', one of the data' : ''}: probability ${n.percent(p)}, dreams ${n.percent(dreamed)}`,
  one: (isDatum: boolean, p: number, dreamed: number) =>
    `${isDatum ? 'One of the data' : 'Not in the data'}: probability ${n.percent(p)}, dreams ${n.percent(dreamed)}.`,
  legend: 'A square stands out as its image is probable. Framed: data. Dots: dreams.',
  likelihood: 'Mean log p of the data',
  angles: 'Off the exact gradient, by k',
  anglesRead: (ks: readonly number[], angles: readonly number[]) =>
    'Angle between the mean direction of CD and the exact gradient: ' +
    n.list(ks.map((k, i) => `k = ${n.whole(k)}: ${n.whole(angles[i] ?? 0)}°`)),
  anglesLater: 'Hidden until you have guessed, or take over.',
  degrees: (value: number) => `${n.whole(value)}°`,
  nats: (value: number) => n.fixed(value, 2),
  whole: (value: number) => n.whole(value),
  steps: 'Steps of learning',
  seed: 'Other chances',
  seedHint: 'The same again with other random numbers',
  says: (rule: string, steps: number, known: number, logLikelihood: number, angle: number | null) =>
    `${rule}, ${n.plural(steps, { one: 'step', other: 'steps' })}: the data have ${n.percent(known)} of the ` +
    'probability, ' +
    `their mean log p is ${n.fixed(logLikelihood, 2)}` +
    (angle === null ? '.' : `, and the rule is ${n.whole(angle)}° off the exact gradient.`),
  scenes: {
    flat: 'At first all 512 images are nearly equally probable. 14 of them, framed, are shown to the machine.',
    valleys: 'Each step lowers the energy at the data, and raises it where the machine dreams: at the dots.',
    near: 'The valleys at the data deepen, and dreams of one step gather in them.',
    end: 'Broken line: the exact gradient from the same start. Choose another rule, a step, a square: it is yours.',
  },
};
export default texts;
export type Texts = typeof texts;
