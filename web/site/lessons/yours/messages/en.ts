/** What the lesson Teach your own says. Formulas stand between dollars, in TeX. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');
const drawings = { one: 'drawing', other: 'drawings' };
const score = (right: number, all: number): string => `${n.whole(right)} of ${n.whole(all)}`;

const texts = {
  question: {
    asks:
      'A machine is shown twenty drawings of a 3 and only two of an 8. Then it is tested on twenty of each that it ' +
      'has never seen, because they were [held back](held). What does it make of them?',
    choices: [
      'It recognises both about equally well',
      'It takes most of the 8s for 3s',
      'It takes most of the 3s for 8s',
      'It recognises hardly any of either',
    ],
    why: [
      'It recognises all twenty 3s and none of the 8s. Two 8s are two ways of writing one, and a machine that has ' +
        'seen twenty 3s beside them expects a 3.',
      'It recognises all twenty 3s and none of the 8s. It knows two ways of writing an 8, and expects a 3 before it ' +
        'has seen anything.',
      'It is the other way round: what it was shown often is what it expects. It takes all twenty 8s for 3s.',
      'The 3s it knows, all twenty of them. It is the 8s that it takes for 3s: it was shown two.',
    ],
  },
  text: [
    'This is a restricted Boltzmann machine with 784 visible units, one a pixel, 30 hidden ones, and two ' +
      '[label units](label), one for each symbol. It learns drawings and labels together, by the rule of the lesson ' +
      '[Learning](#/learn/learning): CD-1, and each drawing a hundred times. That takes seconds, in this page.',
    'It reads a drawing as in the lesson [Recognition](#/learn/recognition), by the free energies of the two labels:',
    '$$p(y \\mid \\vis{v}) = \\frac{e^{-F(\\vis{v}, y)}}{e^{-F(\\vis{v}, 0)} + e^{-F(\\vis{v}, 1)}}$$',
    'Shown twenty of each, it recognises 37 of the 40 drawings that were held back. Nothing in it has been told what ' +
      'a 3 is: the same machine learns a heart and a house, or two letters of any script.',
    'But it models $p(\\vis{v}, y)$, and so also how often each label comes. Shown twenty 3s and two 8s, it expects ' +
      'a 3 to begin with, and of the 8 it knows two. None of the twenty 8s is recognised: such a machine is ' +
      '<em>biased</em>, though nobody meant it to be.',
    'One number may hide that. Of the 22 drawings that it was shown it reads 20 rightly, 91%, and a test with twenty ' +
      '3s and two 8s would say the same. Only a test on drawings that were held back, counted for each symbol by ' +
      'itself, tells.',
    'So whoever passes a machine on should say what it was shown, how it was tested, and what it is not for: that is ' +
      'a [model card](card). The file that you save here carries its own.',
  ],
  tries: [
    {
      task: 'Show it eight 8s instead of two, and then twenty. What becomes of the 8s, and what of the 3s?',
      answer:
        'With eight of them 12 of the 20 held-back 8s are recognised, with twenty 19. Of the 3s it is 18 of 20 both ' +
        'times, where with two 8s it was all of them: who always says 3 misses no 3.',
    },
    {
      task: 'Show it two of each. That is balanced. Is it good?',
      answer:
        'No: it recognises 3 of the 3s and 18 of the 8s, 21 of 40 together, hardly more than a coin would. Balance ' +
        'is not enough where there is too little of both.',
    },
    {
      task:
        'Draw two symbols of your own, eight or more of each. Let somebody else draw some, without keeping them: ' +
        'what does your machine make of another hand?',
      answer:
        'Every fourth drawing is held back for the test, so that the score is of drawings by your hand. Another hand ' +
        'was not among what the machine was shown, and what it makes of it the score does not tell. It belongs on ' +
        'the card.',
    },
  ],
  terms: {
    held: {
      name: 'held back',
      means: 'Not shown to the machine while it learns, so that they can tell what it makes of what is new to it.',
    },
    label: terms.label,
    card: {
      name: 'model card',
      means: 'A page that goes with a model: what it was shown, how it was tested, on whom it fails, what it is for.',
    },
  },

  label: 'What a machine is shown of two symbols, and how it reads drawings that were held back',
  of: 'Whose drawings',
  sources: { examples: 'Examples: 3 and 8', own: 'Your own' },
  digit: (digit: number) => n.whole(digit),
  unnamed: (symbol: number) => `Symbol ${n.whole(symbol)}`,
  shown: 'Shown to the machine',
  shownLabel: (count: number, name: string) => `${n.plural(count, drawings)} of ${name}, shown to the machine`,
  test: 'Held back, recognised',
  score: (right: number, all: number) => (all === 0 ? '–' : score(right, all)),
  testLabel: (wrong: number, all: number, name: string) =>
    `${n.plural(all, drawings)} of ${name}, held back; ${n.whole(wrong)} of them read wrongly`,
  legend:
    'Above: what it is shown; pale ones are left out. Below: the test; those that it reads wrongly are struck out.',
  whole: (value: number) => n.whole(value),
  seed: 'Other random numbers',
  seedHint: 'The same drawings, a machine that begins otherwise',
  waiting: (names: readonly string[], counts: readonly number[]) =>
    `The machine is shown ${names.map((name, i) => `${n.whole(counts[i] ?? 0)} of ${name}`).join(', ')}.`,
  drawFirst: 'Draw some of each: the machine learns from the first of both on. Every fourth is held back for the test.',
  untested: (epochs: number) =>
    `It has seen each drawing ${n.plural(epochs, { one: 'time', other: 'times' })}. For a test draw four of each.`,
  says: (epochs: number, names: readonly string[], right: readonly number[], all: readonly number[]) =>
    `It has seen each drawing ${n.plural(epochs, { one: 'time', other: 'times' })}. Of what was held ` +
    `back it recognises ${n.list(names.map((name, i) => `${score(right[i] ?? 0, all[i] ?? 0)} (${name})`))}.`,

  own: {
    name: (symbol: number) => `Name of symbol ${n.whole(symbol)}`,
    count: (count: number) => `${n.whole(count)} drawn`,
    which: 'What is drawn',
    draw: (name: string) => `Draw: ${name}`,
    test: 'Only test',
    keep: 'Keep',
    remove: 'Take back the last',
    hint: 'Drawings stay in this browser; the page Train has the same ones.',
    trouble: 'The browser does not keep them: they are gone when the page is closed.',
    reads: (name: string, share: number) => `It reads: ${name}, ${n.percent(share)}`,
  },
  card: {
    title: 'Its card, and its file',
    later: 'There is one when it has learned.',
    shown: (names: readonly string[], counts: readonly number[], own: boolean) =>
      `Shown: ${names.map((name, i) => `${n.plural(counts[i] ?? 0, drawings)} of ${name}`).join(', ')}; ` +
      `${own ? 'drawn by hand in a browser' : 'made by a generator of stroke digits'}.`,
    trained: (hidden: number, epochs: number, seed: number) =>
      `Trained: a restricted Boltzmann machine with ${n.whole(hidden)} hidden units, CD-1, ` +
      `${n.whole(epochs)} epochs, seed ${String(seed)}.`,
    tested: (names: readonly string[], right: readonly number[], all: readonly number[]) =>
      (all[0] ?? 0) + (all[1] ?? 0) === 0
        ? 'Tested: not at all.'
        : `Tested on drawings that were held back: ` +
          `${names.map((name, i) => `${score(right[i] ?? 0, all[i] ?? 0)} recognised (${name})`).join(', ')}.`,
    limits: (names: readonly string[]) => `It knows ${n.list(names)} only, and takes everything else for one of them.`,
    note: 'What else should be known of it?',
    save: 'Save the machine with its card',
    hint:
      'A safetensors file. The card stands in its metadata (notes.card), and the package reads it with the ' +
      'machine.',
    saved: 'Saved.',
  },
};
export default texts;
export type Texts = typeof texts;
