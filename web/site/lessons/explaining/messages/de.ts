import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Unit } from '../causes.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const both = (on: Record<Unit, number>): string =>
  `Ein Erdbeben hat die Wahrscheinlichkeit ${n.percent(on.quake)}, ein Lastwagen ${n.percent(on.truck)}.`;

const texts: Texts = {
  question: {
    asks:
      'Ihr Haus hat einen Satz gemacht. Dazu bringt es kaum etwas anderes als ein Erdbeben oder ein Lastwagen, der ' +
      'es rammt. Beides ist selten, und keines weiß vom anderen. Jetzt hat jedes eine Wahrscheinlichkeit von 45 %. ' +
      'Sie sehen aus dem Fenster, und da steht der Lastwagen. Wie wahrscheinlich ist nun das Erdbeben?',
    choices: ['45 %, wie zuvor', 'Etwa 4 %', '0 %', 'Mehr als 45 %'],
    why: [
      'Bevor das Haus sprang, hatten die beiden nichts miteinander zu tun. Jetzt schon: Etwas muss da gewesen sein, ' +
        'und der Lastwagen war es. Das Erdbeben wird nicht mehr gebraucht und fällt auf 3,5 %.',
      'Der Lastwagen erklärt, warum das Haus sprang. Das Erdbeben wird nicht mehr gebraucht und fällt fast auf die ' +
        '1,8 %, die es vorher hatte: Es ist <em>wegerklärt</em>.',
      'Es fällt auf 3,5 % und nicht auf 0: Ein Erdbeben kann sich neben einem Lastwagen ereignen, und mit beiden ' +
        'springt das Haus sicherer. Es wird nur nicht mehr gebraucht.',
      'Mit beiden zusammen springt das Haus sicherer, aber beide zusammen sind sehr selten. Der Lastwagen allein ' +
        'genügt, und das Erdbeben fällt auf 3,5 %.',
    ],
  },
  text: [
    'Das ist ein [sigmoides Belief-Netz](net): Die verborgenen Einheiten $\\hid{h_1}$ (Erdbeben) und $\\hid{h_2}$ ' +
      '(Lastwagen) werden zuerst gezogen, jede mit ihrer eigenen Münze, und danach, wenn sie gegeben sind, die ' +
      'sichtbare Einheit $\\vis{v}$ (das Haus springt):',
    '$$p(\\hid{h_j} = 1) = \\sigma(c), \\qquad \\sigma(x) = \\frac{1}{1 + e^{-x}}$$',
    '$$p(\\vis{v} = 1 \\mid \\hid{h}) = \\sigma(b + w \\hid{h_1} + w \\hid{h_2})$$',
    'Den Pfeilen nach hinunter ist es einfach. Hinauf, vom Gesehenen zu seiner Ursache, muss man die ' +
      '[A-posteriori-Verteilung](posterior) berechnen, nach dem Satz von Bayes:',
    '$$p(\\hid{h_1}, \\hid{h_2} \\mid \\vis{v}) = \\frac{p(\\hid{h_1}) \\, p(\\hid{h_2}) \\, p(\\vis{v} \\mid ' +
      '\\hid{h_1}, \\hid{h_2})}{p(\\vis{v})}$$',
    'Der letzte Faktor zerfällt nicht in einen für jede Ursache, und so hängen die zuerst unabhängigen Ursachen ' +
      'voneinander ab, sobald die Wirkung zu sehen ist. Bei zweien sind vier Fälle abzuwägen. Bei tausend ' +
      'verborgenen Einheiten sind es $2^{1000}$, und es gibt keine Abkürzung: Darum sind Belief-Netze mit vielen ' +
      'verborgenen Einheiten schwer zu trainieren.',
    'Drücken Sie auf „Beschränkte Maschine“: dieselben Zahlen, die Linien ohne Richtung. Ist $\\vis{v}$ gegeben, so ' +
      'sind ihre verborgenen Einheiten von Bau aus unabhängig; ein Blick auf den Lastwagen sagt nichts über das ' +
      'Erdbeben, und tausend Einheiten lassen sich auf einmal erschließen. Ihr Preis liegt anderswo: Solange nichts ' +
      'zu sehen ist, hängen die Ursachen voneinander ab. Ein Deep Belief Net lernt seine Schichten nacheinander als ' +
      'beschränkte Maschinen.',
  ],
  tries: [
    {
      task: 'Stellen Sie ein, dass nichts zu sehen ist, und dann den Lastwagen allein. Was sagt er über das Erdbeben?',
      answer:
        'Nichts: Mit 1,8 % ist es so wahrscheinlich wie zuvor. Solange niemand auf das Haus sieht, sind die Ursachen ' +
        'unabhängig; zu sehen, dass es nicht sprang, macht beide unwahrscheinlicher.',
    },
    {
      task:
        'Nehmen Sie die Zahlen von Hinton, Osindero und Teh (2006): Ursachen −10, Wirkung −20, Gewicht 20. Wie sieht ' +
        'die A-posteriori-Verteilung aus, wenn das Haus sprang?',
      answer:
        'Erdbeben allein und Lastwagen allein haben je 50 %, keines und beide je weniger als 0,1 %. Wer dem zwei ' +
        'unabhängige Münzen anpasst, bekommt 25 % für jeden der vier Fälle: die halbe Wahrscheinlichkeit dort, wo ' +
        'keine ist.',
    },
    {
      task:
        'Wählen Sie die beschränkte Maschine, stellen Sie das Haus auf nicht gesehen und dann das Erdbeben auf ' +
        'gesehen. Was wird aus dem Lastwagen?',
      answer:
        'Ist das Haus zu sehen, ändert ein Erdbeben für den Lastwagen nichts. Ist es nicht zu sehen, macht es ihn ' +
        'wahrscheinlicher: Beide ziehen das Haus an, und das Haus zieht beide an.',
    },
  ],
  terms: {
    net: {
      name: 'Sigmoides Belief-Netz',
      means:
        'Ein Modell mit gerichteten Verbindungen: Jede Einheit ist mit einer Wahrscheinlichkeit an, die von ihren ' +
        'Ursachen abhängt (Neal 1992).',
    },
    posterior: terms.posterior,
  },

  label: 'Zwei Ursachen und ihre Wirkung, mit Wahrscheinlichkeiten bevor und nachdem etwas zu sehen ist',
  model: 'Art des Modells',
  models: { net: 'Belief-Netz', rbm: 'Beschränkte Maschine' },
  net: 'Zwei Ursachen oben, ihre Wirkung unten',
  press: 'Drücken Sie auf eine Einheit, um zu sagen, was zu sehen ist: nichts, ja, nein.',
  units: { quake: 'Erdbeben', truck: 'Lastwagen rammt es', house: 'Haus springt' },
  seen: { '?': 'nicht gesehen', '1': 'ja', '0': 'nein' },
  unitLabel: (unit, seen, p) => `${unit}: ${seen}, Wahrscheinlichkeit ${n.percent(p)}`,
  togetherTitle: 'Beide Ursachen zusammen: vorher (grau) und gegeben, was zu sehen ist (gelb)',
  together: ['keine', 'nur Lastwagen', 'nur Erdbeben', 'beide'],
  change: (before) => `${n.percent(before)} vorher, jetzt `,
  both: (together, product) => `Beide zugleich: ${n.percent(together)}. Wären sie unabhängig: ${n.percent(product)}.`,
  sliders: { cause: 'Bias jeder Ursache', effect: 'Bias der Wirkung', weight: 'Gewicht' },
  number: (value) => n.fixed(value, 1),
  percent: (share) => n.percent(share),
  says: (seen, on, without) => {
    if (seen.house === '1' && seen.truck === '1' && seen.quake === '?')
      return seen.model === 'net'
        ? `Der Lastwagen erklärt es: Das Erdbeben fällt von ${n.percent(without)} auf ${n.percent(on.quake)}.`
        : `Das Erdbeben bleibt bei ${n.percent(on.quake)}: Ist das Haus gegeben, sagt der Lastwagen nichts darüber.`;
    if (seen.house === '1') return `Das Haus ist gesprungen. ${both(on)}`;
    if (seen.house === '0') return `Das Haus ist nicht gesprungen. ${both(on)}`;
    return seen.truck === '?' && seen.quake === '?' ? `Noch ist nichts zu sehen. ${both(on)}` : both(on);
  },
};
export default texts;
