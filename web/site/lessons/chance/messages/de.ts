import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import { hidden, hiddenOn, visible, visibleOn } from '../../tiny-machine.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const bits = (count: number, on: (unit: number) => boolean): string =>
  Array.from({ length: count }, (_, unit) => (on(unit) ? '1' : '0')).join(' ');
const steps = (count: number): string => n.plural(count, { one: 'Schritt', other: 'Schritten' });

const texts: Texts = {
  question: {
    asks:
      'Die Maschine ist 100 Schritte gelaufen, und das Histogramm der Zustände, in denen sie war, ' +
      '[weicht](variation) von deren Wahrscheinlichkeiten um etwa 20 % ab. Nach wie vielen Schritten sind es noch ' +
      'etwa 10 %?',
    choices: ['110', '200', '400', '1000'],
    why: [
      'Zehn weitere Schritte ändern ein Histogramm aus 100 höchstens um ein Zehntel. Der Fehler fällt wie ' +
        '$1 / \\sqrt{n}$: Halb so groß ist er nach viermal so vielen Schritten, nach 400.',
      'Doppelt so viele Schritte verkleinern den Fehler nur um $\\sqrt{2}$, auf etwa 14 %. Er fällt wie ' +
        '$1 / \\sqrt{n}$: Halb so groß ist er nach viermal so vielen, nach 400.',
      'Der Fehler eines Mittels aus Zufällen fällt wie $1 / \\sqrt{n}$: Viermal so viele Schritte halbieren ihn. ' +
        'Hundertmal so viele bringen eine Stelle mehr.',
      'Nach 1000 sind es schon nur noch etwa 6 %. Der Fehler fällt wie $1 / \\sqrt{n}$: Halb so groß ist er nach ' +
        'viermal so vielen Schritten, nach 400.',
    ],
  },
  text: [
    'Die Maschine ist die der Lektion [Energie](#/learn/energy), aber jetzt läuft sie. Ihre Einheiten sehen auf ihre ' +
      'Nachbarn und werfen gezinkte Münzen. Man nehme zwei Zustände, die sich nur in der verborgenen Einheit ' +
      '$\\hid{h_j}$ unterscheiden. Ihre Energien unterscheiden sich um die Eingabe $\\hid{x_j}$ der Einheit, und $Z$ ' +
      'kürzt sich; sie ist also an mit der Wahrscheinlichkeit',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}) = \\frac{1}{1 + e^{-\\hid{x_j} / T}}, \\qquad \\hid{x_j} = c_j + \\sum_i ' +
      '\\vis{v_i} w_{ij}$$',
    'Verborgene Einheiten sind untereinander nicht verbunden und können darum, wenn die sichtbaren gegeben sind, ' +
      'alle zugleich gezogen werden. Danach werden die sichtbaren gezogen, wenn die verborgenen gegeben sind, ebenso:',
    '$$p(\\vis{v_i} = 1 \\mid \\hid{h}) = \\frac{1}{1 + e^{-\\vis{x_i} / T}}, \\qquad \\vis{x_i} = b_i + \\sum_j ' +
      'w_{ij} \\hid{h_j}$$',
    'Hinauf und wieder herunter ist ein Schritt des [Gibbs-Samplings](gibbs). Ist der Zustand vor einem Schritt aus ' +
      '$p(\\vis{v}, \\hid{h})$ gezogen, so ist es auch der danach, und von jedem Anfang aus vergisst die Kette, wo ' +
      'sie begann. Auf lange Zeit ist sie in jedem Zustand so oft, wie er wahrscheinlich ist, und das ohne $Z$: Jede ' +
      'Münze braucht eine Summe über die Nachbarn.',
    'Zufall hat seinen Preis. Nach $n$ Schritten weicht das Histogramm um einen Betrag ab, der wie $1 / \\sqrt{n}$ ' +
      'fällt. Die gestrichelte Linie gilt für unabhängige Ziehungen. Die Kette liegt etwas darüber, weil ein Zustand ' +
      'dem vorigen ähnelt: Man sagt, sie [mischt](mixing) langsamer.',
  ],
  tries: [
    {
      task: 'Drücken Sie einige Male auf „Ein anderer Lauf“. Was ist in jedem Lauf gleich und was nicht?',
      answer:
        'Jeder Lauf weicht in anderen Spalten ab, aber um etwa denselben Betrag: nach 100 Schritten im Mittel 20 %, ' +
        'meist zwischen 15 % und 30 %. Derselbe Startwert gibt auf jedem Rechner denselben Lauf: Ein kopierter Link ' +
        'zeigt den Lauf, den Sie sehen.',
    },
    {
      task:
        'Kühlen Sie die Maschine auf $T = 0{,}25$ und sehen Sie sich einige Läufe mit 100 Schritten an. Was ist aus ' +
        'dem Histogramm geworden?',
      answer:
        'Viele Läufe verlassen kaum den Zustand, in dem sie begannen: Jeder Weg ins andere Tal führt über Zustände ' +
        'hoher Energie, die eine kalte Maschine nicht nimmt. Zwei Läufe können um 12 % und um 88 % abweichen. Von ' +
        'Abhilfe handelt die Lektion Träumen.',
    },
    {
      task: 'Wie lange muss sie laufen, bis die Abweichung nur noch 2 % beträgt?',
      answer:
        'Ein Zehntel von 20 % braucht hundertmal so viele Schritte, 10.000. Drücken Sie auf Abspielen: Der Lauf wird ' +
        'immer schneller, und die Linie fällt so steil wie die gestrichelte.',
    },
  ],
  terms: {
    variation: {
      name: 'totale Variation',
      means:
        'Die halbe Summe aller Unterschiede zweier Verteilungen: um wie viel sie höchstens auseinandergehen, worum ' +
        'es auch geht. 0 %: gleich; 100 %: nichts gemeinsam.',
    },
    gibbs: terms.gibbs,
    mixing: terms.mixing,
  },

  label:
    'Die Maschine aus fünf Einheiten bei der Arbeit, ein Histogramm ihrer Zustände vor deren Wahrscheinlichkeiten, ' +
    'und wie weit es abweicht',
  machine: 'Die Maschine: Einheiten, die an sind, sind gefüllt; in jeder steht, mit welcher Wahrscheinlichkeit',
  states: 'Die 32 Zustände; Pfeiltasten führen vom einen zum nächsten',
  number: (value) => n.fixed(value, 1, 2),
  percent: (share) => n.wholePercent(share),
  steps: (count) => n.whole(count),
  chance: (share) => n.wholePercent(share),
  state: (state, p, visits, count) =>
    `sichtbar ${bits(visible, (i) => visibleOn(state, i))}, verborgen ${bits(hidden, (j) => hiddenOn(state, j))}: ` +
    `Wahrscheinlichkeit ${n.percent(p)}, besucht ${n.whole(visits)} von ` +
    `${n.plural(count, { one: 'Mal', other: 'Malen' })}`,
  histogram: 'Besuche (gelb) vor den Wahrscheinlichkeiten',
  plot: 'Wie weit das Histogramm abweicht',
  independent: 'unabhängige Ziehungen',
  plotLabel: (count, off) => `Nach ${steps(count)} weicht das Histogramm um ${n.percent(off)} ab`,
  temperature: 'Temperatur T',
  another: 'Ein anderer Lauf',
  anotherHint: 'Dieselbe Maschine mit anderen Zufallszahlen',
  counted: (count, off, independent) =>
    count === 0
      ? 'Die Maschine beginnt.'
      : `Nach ${steps(count)} weicht das Histogramm um ${n.percent(off)} ab. Unabhängige Ziehungen wichen um etwa ` +
        `${n.percent(Math.min(1, independent))} ab.`,
  hiddenToss: (chances) =>
    `Die verborgenen Einheiten sehen auf die sichtbaren und werfen: an mit ${n.list(chances.map(n.wholePercent))}.`,
  visibleToss: (chances) =>
    `Dann sehen die sichtbaren auf die verborgenen und werfen: an mit ${n.list(chances.map(n.wholePercent))}.`,
};
export default texts;
