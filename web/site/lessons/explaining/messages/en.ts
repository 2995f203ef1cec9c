/** What the lesson Explaining away says. */
import terms from '../../messages/terms/en.ts';
import { numbersOf } from '../../numbers.ts';
import type { Evidence, Model, Seen, Unit } from '../causes.ts';

const n = numbersOf('en');
const both = (on: Record<Unit, number>): string =>
  `An earthquake has the probability ${n.percent(on.quake)}, a truck ${n.percent(on.truck)}.`;

const texts = {
  question: {
    asks:
      'Your house has jumped. Hardly anything makes it do so but an earthquake, or a truck that hits it. Both are ' +
      'rare, and neither knows of the other. Now each of them has a probability of 45%. You look out of the window, ' +
      'and there is the truck. How probable is the earthquake now?',
    choices: ['45%, as before', 'About 4%', '0%', 'More than 45%'],
    why: [
      'Before the house jumped, the two had nothing to do with each other. Now they have: something must have been ' +
        'there, and the truck was. The earthquake is no longer needed and falls to 3.5%.',
      'The truck explains why the house jumped. The earthquake is no longer needed, and falls almost to the 1.8% ' +
        'that it had before: it has been <em>explained away</em>.',
      'It falls to 3.5%, and not to 0: an earthquake may happen beside a truck, and the house jumps more surely with ' +
        'both. It is only no longer needed.',
      'Both together make the house jump more surely, but both together are very rare. The truck alone is enough, so ' +
        'that the earthquake falls to 3.5%.',
    ],
  },
  text: [
    'This is a [sigmoid belief net](net): the hidden units $\\hid{h_1}$ (earthquake) and $\\hid{h_2}$ (truck) are ' +
      'drawn first, each by a coin of its own, and then the visible unit $\\vis{v}$ (the house jumps) given them:',
    '$$p(\\hid{h_j} = 1) = \\sigma(c), \\qquad \\sigma(x) = \\frac{1}{1 + e^{-x}}$$',
    '$$p(\\vis{v} = 1 \\mid \\hid{h}) = \\sigma(b + w \\hid{h_1} + w \\hid{h_2})$$',
    'Down the arrows it is simple. To go up, from what is seen to what caused it, is to compute the ' +
      '[posterior](posterior), by Bayes’ rule:',
    '$$p(\\hid{h_1}, \\hid{h_2} \\mid \\vis{v}) = \\frac{p(\\hid{h_1}) \\, p(\\hid{h_2}) \\, p(\\vis{v} \\mid ' +
      '\\hid{h_1}, \\hid{h_2})}{p(\\vis{v})}$$',
    'The last factor does not fall apart into one for each cause, and so the causes, independent at first, depend on ' +
      'each other once the effect is seen. With two of them there are four cases to weigh. With a thousand hidden ' +
      'units there are $2^{1000}$, and no short cut: that is why belief nets with many hidden units are hard to learn.',
    'Press “Restricted machine”: the same numbers with no direction on the lines. Given $\\vis{v}$ its hidden units ' +
      'are independent by construction, so that a look at the truck tells nothing about the earthquake, and a ' +
      'thousand units can be inferred at once. Its price is elsewhere: while nothing is seen, the causes depend on ' +
      'each other. A deep belief net learns its layers as restricted machines, one after the other.',
  ],
  tries: [
    {
      task: 'Set nothing as seen, and then the truck alone. What does it say of the earthquake?',
      answer:
        'Nothing: with 1.8% it is as probable as before. As long as the house is not looked at, the causes are ' +
        'independent; seeing that it did not jump makes both less probable.',
    },
    {
      task:
        'Take the numbers of Hinton, Osindero and Teh (2006): causes −10, effect −20, weight 20. How does the ' +
        'posterior look when the house has jumped?',
      answer:
        'Earthquake alone and truck alone have 50% each, neither and both less than 0.1% each. Whoever fits two ' +
        'independent coins to it gets 25% for each of the four cases: half of the probability where there is none.',
    },
    {
      task:
        'Choose the restricted machine, set the house as not seen, and then the earthquake as seen. What of the ' +
        'truck?',
      answer:
        'With the house seen, an earthquake changes nothing for the truck. With the house not seen it makes the ' +
        'truck more probable: both pull the house on, and the house pulls both.',
    },
  ],
  terms: {
    net: {
      name: 'sigmoid belief net',
      means:
        'A model with directed connections: each unit is on with a probability that depends on its causes (Neal ' +
        '1992).',
    },
    posterior: terms.posterior,
  },

  label: 'Two causes and their effect, with probabilities before and after something is seen',
  model: 'Kind of model',
  models: { net: 'Belief net', rbm: 'Restricted machine' } satisfies Record<Model, string>,
  net: 'Two causes above, their effect below',
  press: 'Press a unit to say what is seen: nothing, yes, no.',
  units: { quake: 'Earthquake', truck: 'Truck hits it', house: 'House jumps' } satisfies Record<Unit, string>,
  seen: { '?': 'not seen', '1': 'yes', '0': 'no' } satisfies Record<Seen, string>,
  unitLabel: (unit: string, seen: string, p: number) => `${unit}: ${seen}, probability ${n.percent(p)}`,
  togetherTitle: 'Both causes together: before (grey) and given what is seen (amber)',
  together: ['neither', 'truck alone', 'earthquake alone', 'both'],
  change: (before: number) => `${n.percent(before)} before, now `,
  both: (together: number, product: number) =>
    `Both at once: ${n.percent(together)}. If they were independent: ${n.percent(product)}.`,
  sliders: { cause: 'Bias of each cause', effect: 'Bias of the effect', weight: 'Weight' },
  number: (value: number) => n.fixed(value, 1),
  percent: (share: number) => n.percent(share),
  says: (seen: Evidence & { model: Model }, on: Record<Unit, number>, without: number) => {
    if (seen.house === '1' && seen.truck === '1' && seen.quake === '?')
      return seen.model === 'net'
        ? `The truck explains it: the earthquake falls from ${n.percent(without)} to ${n.percent(on.quake)}.`
        : `The earthquake stays at ${n.percent(on.quake)}: given the house, the truck tells nothing about it.`;
    if (seen.house === '1') return `The house has jumped. ${both(on)}`;
    if (seen.house === '0') return `The house has not jumped. ${both(on)}`;
    return seen.truck === '?' && seen.quake === '?' ? `Nothing has been seen yet. ${both(on)}` : both(on);
  },
};
export default texts;
export type Texts = typeof texts;
