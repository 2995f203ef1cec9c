/** What the lesson Feedback says. Formulas stand between dollars, in TeX. */
import { numbersOf } from '../../numbers.ts';

const n = numbersOf('en');

const texts = {
  question: {
    asks:
      'The arm of a 4 bends until it is a 9. A third of the way a machine of two hidden layers, going up once, is in ' +
      'doubt: 9 with 56%, 4 with 40%. Now the upper layer tells the lower one what it expects, the lower one ' +
      'changes, the upper one looks again, and so on until nothing changes. What becomes of the doubt?',
    choices: ['It stays, as the image is the same', 'It grows: the layers disagree', 'It goes: one of the two wins'],
    why: [
      'The image is the same, but what the lower layer makes of it is not: it now also hears what the upper layer ' +
        'expects. 9 ends at 93%, 4 at 5%.',
      'The layers don’t disagree for long. Whatever the upper one leans to, the lower one sees more of, and that ' +
        'turns the upper one further: 9 ends at 93%, 4 at 5%.',
      '9 ends at 93%, 4 at 5%. The upper layer leans to 9 and has the lower one look for strokes of a 9; it finds ' +
        'some, and the upper one leans further.',
    ],
  },
  text: [
    'A deep Boltzmann machine is a stack of layers whose connections have no direction. This one has 784 pixels, two ' +
      'hidden layers of 200 units and ten labels at the top. Its energy is',
    '$$E = -\\vis{v}^\\top W_1 \\hid{h_1} - \\hid{h_1}^\\top W_2 \\hid{h_2} - \\hid{h_2}^\\top U \\vis{y} - ' +
      '\\text{bias}$$',
    'A unit of the first layer has neighbours on both sides, and its input comes from both. In a deep belief net it ' +
      'hears only the image when something is recognised; here it also hears what the layer above makes of it:',
    '$$\\hid{h_1} = \\sigma(W_1^\\top \\vis{v} + W_2 \\hid{h_2}), \\qquad \\hid{h_2} = \\sigma(W_2^\\top \\hid{h_1} ' +
      '+ U^\\top \\vis{y})$$',
    'Each of the two needs the other. [Mean-field inference](meanfield) begins with a pass upwards, in which twice ' +
      'the image’s input stands for what is missing from above, and computes both in turn until they hold: a [fixed ' +
      'point](fixed). It takes less than ten [sweeps](sweep). The first layer’s 200 means have then moved by 2.9, as ' +
      'the root of the summed squares.',
    'The picture in the middle shows what the first layer’s features draw, the right one what the second layer alone ' +
      'would have them draw. The pass upwards makes too much of the image, and its features close the loop at the ' +
      'top. Once the layers hear each other, what they draw is nearer to the image.',
    '<em>What it is worth.</em> Of 500 digits that the machine has never seen, the pass upwards reads 457 rightly ' +
      'and is 85% sure in the mean; with feedback it reads 460 and is 94% sure. So feedback mostly makes it more ' +
      'certain, and a little too certain: mean-field inference settles on one explanation. If one holds each label ' +
      'in turn and compares the bounds on $\\log p(\\vis{v}, \\vis{y})$, the doubt is still there: 49% and 48%.',
  ],
  tries: [
    {
      task: 'Take “Rather a 5”. What does the pass upwards read, and what comes of it?',
      answer:
        'A 3, with 47%. After ten sweeps it is a 5, with 91%: that is what it was drawn as. With “Rather a 9” it ' +
        'goes the same way, from a 3 with 59% to a 9 with 89%.',
    },
    {
      task: 'Take “Rather an 8”. Is feedback always right?',
      answer:
        'No. It was drawn as an 8, and the pass upwards read it so, with 61%. Feedback makes a 5 of it, with 96%. ' +
        'What is resolved is the doubt, not the error.',
    },
    {
      task: 'Bend the arm to 30% and let it have feedback. Then to 40%. Where does the decision change?',
      answer:
        'At 30% the 4 goes from 77% to 99%, at 40% the 9 from 74% to 97%. Feedback widens the gap on both sides: ' +
        'what was a slope becomes a step.',
    },
  ],
  terms: {
    meanfield: {
      name: 'mean-field inference',
      means:
        'Each unit is given its mean instead of a state, and computed from the means of its neighbours. It finds ' +
        'the best description of the posterior in which the units are independent, or one of those that are good.',
    },
    fixed: { name: 'fixed point', means: 'Means that come out as they were when they are computed once more.' },
    sweep: { name: 'sweep', means: 'All layers computed once: the first hidden one, the second, the labels.' },
  },

  label: 'A digit in doubt, read bottom-up and with feedback from the layers above, sweep by sweep',
  waiting: 'The machine is being loaded.',
  empty: 'Draw a digit: the machine reads it while you draw.',
  which: 'What is read',
  images: {
    way: 'Between 4 and 9',
    five: 'Rather a 5',
    nine: 'Rather a 9',
    eight: 'Rather an 8',
    own: 'Your own',
  },
  pad: {
    label: 'Draw a digit, and the machine reads it',
    invitation: 'Draw a digit',
  },
  pictures: { seen: 'the image', drawn: 'what layer 1 draws', expected: 'what layer 2 expects' },
  legend: 'Labels: outlined bottom-up, filled now',
  beliefs: (was: number, pWas: number, is: number, pIs: number) =>
    `Labels. Bottom-up: ${n.whole(was)} with ${n.percent(pWas)}. Now: ${n.whole(is)} with ${n.percent(pIs)}.`,
  plot: (label: number, other: number) => `p of ${n.whole(label)}; broken line: of ${n.whole(other)}`,
  percent: (share: number) => n.wholePercent(share),
  whole: (value: number) => n.whole(value),
  sweeps: 'Sweeps with feedback',
  way: 'From 4 to 9',
  feedback: 'Feedback',
  feedbackHint: 'Ten sweeps from the pass upwards on',
  up: (first: number, p: number, second: number, q: number) =>
    `Bottom-up: ${n.whole(first)} with ${n.wholePercent(p)}, ${n.whole(second)} with ${n.wholePercent(q)}. The ` +
    'layers above have not spoken yet.',
  after: (sweeps: number, is: number, p: number, was: number, q: number) =>
    `After ${n.plural(sweeps, { one: 'sweep', other: 'sweeps' })} with feedback: ${n.whole(is)} with ` +
    `${n.wholePercent(p)}. Bottom-up it was ${n.whole(was)} with ${n.wholePercent(q)}.`,
  scenes: {
    up: 'A 4 whose arm bends. The image goes up once, from layer to layer, to the ten labels.',
    doubt: 'Here the machine is in doubt: 9 with 56%, 4 with 40%. Right: what the layers make of the image.',
    nine: 'Further on it is a 9, and the doubt is gone.',
    ask: 'Back in doubt. What happens if the layers above may speak, too? That is the question beside the figure.',
  },
};
export default texts;
export type Texts = typeof texts;
