import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Diese Maschine hat 50 verborgene Einheiten und nie etwas anderes als Zweien gesehen. Die Einheit, auf die es ' +
      'bei dieser 2 am meisten ankommt, wird abgeschaltet und die 2 aus den anderen 49 rekonstruiert. Was wird aus ' +
      'der Rekonstruktion?',
    choices: ['Sie ist keine 2 mehr', 'Ein Stück ändert sich, der Rest bleibt', 'Nichts: Die anderen 49 springen ein'],
    why: [
      'Eine Einheit kennt nur wenige Stellen. Einheit 46 ändert 12 der 784 Bildpunkte um mehr als 0,1, links am ' +
        'oberen Bogen; die anderen Einheiten halten den Rest.',
      'Einheit 46 ändert 12 der 784 Bildpunkte um mehr als 0,1, links am oberen Bogen. Das kostet 7,0 [Nats](nat); ' +
        '21 der anderen Einheiten kosten weniger als 0,1.',
      'Die verborgenen Einheiten sehen einander nicht: Zum gegebenen Bild entscheidet jede allein. Auf dem Weg ' +
        'hinauf und hinunter springt niemand ein, und 12 der 784 Bildpunkte ändern sich um mehr als 0,1.',
    ],
  },
  text: [
    'Jedes kleine Bild ist eine verborgene Einheit: ihre Gewichte $w_{ij}$ zu den 784 Bildpunkten, rot, wo Tinte für ' +
      'die Einheit spricht, blau, wo Tinte gegen sie spricht. Eine Einheit ist an mit der Wahrscheinlichkeit',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}) = \\sigma\\Bigl(\\hid{c_j} + \\sum_i \\vis{v_i} w_{ij}\\Bigr), \\qquad ' +
      '\\sigma(a) = \\frac{1}{1 + e^{-a}}$$',
    'sie sucht also im Bild nach ihrem Muster. Auf dem Weg hinunter zeichnen dieselben Gewichte dieses Muster:',
    '$$p(\\vis{v_i} = 1 \\mid \\hid{h}) = \\sigma\\Bigl(b_i + \\sum_j w_{ij} \\hid{h_j}\\Bigr)$$',
    'Hinauf und hinunter zusammen sind eine [Rekonstruktion](reconstruction). Was sie wert ist, sagt die ' +
      'Wahrscheinlichkeit, die sie dem Bild gibt, $\\ln p(\\vis{v} \\mid \\hid{h})$. Eine Einheit abzuschalten, eine ' +
      'Ablation, kostet so viele Nats, wie sie dadurch sinkt.',
    'Bei einer 2 ist etwa die Hälfte der Einheiten an. Manche kosten viel, manche nichts, und einige sogar weniger ' +
      'als nichts: Ohne sie würde dieses eine Bild besser gezeichnet.',
    'Die Einheiten kennen Striche von Zweien und sonst nichts. Wählen Sie eine 5: Was herunterkommt, ist aus Stücken ' +
      'von Zweien gemacht und kostet das Doppelte. Die Maschine sieht alles als 2.',
  ],
  tries: [
    {
      task: 'Schalten Sie alle Einheiten ab, dann alle an. Was wird ohne jedes Merkmal gezeichnet und was mit allen?',
      answer:
        'Sind alle aus, zeichnen die Biase allein einen blassen Fleck, das Mittel dessen, was ungesagt bleibt, und ' +
        'die 2 kostet 63 Nats mehr. Sind alle an, ist es schlimmer, 91 Nats: Merkmale schließen einander aus, nur ' +
        'manche gehören zusammen.',
    },
    {
      task: 'Suchen Sie eine Einheit, ohne die die Rekonstruktion dieser 2 besser wird.',
      answer: 'Es sind sechs, die weniger als −0,05 Nats kosten. Einheit 20 ist die stärkste davon, mit −1,7.',
    },
    {
      task: 'Wählen Sie die 5. Von welcher einzelnen Einheit hängt ihre Rekonstruktion am meisten ab?',
      answer:
        'Von Einheit 14: Ohne sie verliert die Rekonstruktion 17 Nats, mehr als doppelt so viel, wie irgendeine ' +
        'Einheit die 2 kostet.',
    },
  ],
  terms: {
    nat: terms.nat,
    reconstruction: terms.reconstruction,
  },

  label: 'Eine Ziffer, was eine Maschine der Zweien aus ihr macht, und die 50 verborgenen Einheiten der Maschine',
  pictures: {
    seen: 'Was sie sieht',
    whole: 'Von allen rekonstruiert',
    held: 'Mit Ihren Einheiten',
    difference: 'Mehr Tinte (rot) und weniger (blau)',
  },
  digits: 'Was ihr gezeigt wird',
  units:
    'Verborgene Einheiten: einmal drücken für aus, noch einmal für an, noch einmal, und sie entscheidet selbst. ' +
    'Blasse sind aus.',
  allOff: 'Alle aus',
  allOn: 'Alle an',
  waiting: 'Die Maschine wird geladen.',
  unit: (unit, mean, cost) =>
    `Einheit ${n.whole(unit)} ist mit Wahrscheinlichkeit ${n.percent(mean)} an. Sie abzuschalten würde ` +
    `${n.fixed(cost, 1)} Nats kosten.`,
  unitState: (unit, hold, mean, cost) =>
    `Einheit ${n.whole(unit)}, ` +
    (hold === '0'
      ? 'aus gehalten'
      : hold === '1'
        ? 'an gehalten'
        : `an mit ${n.percent(mean)}; aus würde sie ${n.fixed(cost, 1)} Nats kosten`),
  cost: (cost, units, unit) =>
    (unit === null
      ? `${n.plural(units, { one: 'Einheit wird', other: 'Einheiten werden' })} gehalten`
      : `Nur Einheit ${n.whole(unit)} wird gehalten`) + `: Das Bild verliert ${n.fixed(cost, 1)} Nats.`,
  scenes: {
    two: 'Eine 2. Einheiten, die ihr Muster finden, leuchten auf, und zusammen zeichnen sie sie neu.',
    five: 'Eine 5: Andere Einheiten leuchten auf, aber zeichnen können sie nur Stücke von Zweien.',
    seven: 'Eine 7, gemacht aus Strichen von Zweien.',
    three: 'Eine 3.',
    nought: 'Eine 0. Die Maschine sieht alles als 2. Wählen Sie Ziffern, drücken Sie Einheiten: Jetzt sind Sie dran.',
  },
};
export default texts;
