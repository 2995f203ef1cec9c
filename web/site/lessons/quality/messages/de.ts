import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const bound = (value: number): string => (Number.isFinite(value) ? n.fixed(value, 2) : '∞');

const texts: Texts = {
  question: {
    asks:
      'Eine Maschine lernt mit CD-1 14 Bilder aus 3 × 3 Bildpunkten. Nach 3.000 Schritten sind ihre ' +
      '[Rekonstruktionen](reconstruction) gut, nach 24.000 ist deren Fehler 71-mal kleiner. Was ist inzwischen aus ' +
      'der [Likelihood](likelihood) geworden?',
    choices: ['Auch sie ist gestiegen', 'Sie ist geblieben, wie sie war', 'Sie ist gesunken'],
    why: [
      'Das liegt nahe, und doch ist sie gesunken, um 0,6 Nats je Bild. Eine Rekonstruktion fragt nur, ob die ' +
        'Maschine zu einem Bild zurückkehrt, das man ihr gab; sie fragt nicht, wie oft sie von selbst zu ihm käme.',
      'Sie ist gesunken, um 0,6 Nats je Bild. Eine Rekonstruktion fragt nur, ob die Maschine zu einem Bild ' +
        'zurückkehrt, das man ihr gab; sie fragt nicht, wie oft sie von selbst zu ihm käme.',
      'Um 0,6 Nats je Bild. Die Täler sind tief geworden, sodass die Maschine zu jedem Bild zurückkehrt; wie viel ' +
        'Wahrscheinlichkeit ein Tal hat, sieht CD-1 aber nicht, und manche haben fast keine.',
    ],
  },
  text: [
    'A und B sind dieselbe Maschine, früher und später in ihrem Training. Die gelbbraunen Bilder sind, was sie aus ' +
      'den 14 Daten macht: hinauf zu den verborgenen Einheiten und wieder hinunter. Die Balken darunter zeigen, wie ' +
      'wahrscheinlich sie sie findet; an der gestrichelten Linie wären alle 14 gleich.',
    'Der Fehler der Rekonstruktion ist billig und sinkt die ganze Zeit. Er sieht aber nur auf die Umgebung der ' +
      'Daten: Eine Maschine, die alles kopiert, was man ihr zeigt, hat gar keinen Fehler und weiß nichts. Was ein ' +
      'Modell der Daten wert ist, sagt die Wahrscheinlichkeit, die es ihnen gibt:',
    '$$\\log p(\\vis{v}) = -F(\\vis{v}) - \\log Z$$',
    'Die [freie Energie](freeEnergy) $F$ ist leicht berechnet. $Z$ ist eine Summe über alle Zustände, und hier, mit ' +
      'sechs verborgenen Einheiten, ist sie exakt zu haben. Bei großen Maschinen muss man schätzen. [Annealed ' +
      'importance sampling](ais) führt $M$ Läufe von einer Maschine, deren $Z_0$ bekannt ist, über $T$ Schritte, ' +
      'jeder der unseren etwas ähnlicher, und multipliziert, was sie antreffen:',
    '$$\\frac{Z}{Z_0} \\approx \\frac{1}{M} \\sum_{m=1}^{M} \\prod_{t=1}^{T} \\frac{p^*_t(\\vis{v}_{t-1})}{p^*_{t-1}' +
      '(\\vis{v}_{t-1})}$$',
    'Im Mittel stimmt das für jedes $T$. Bei wenigen Schritten aber verfehlen fast alle Läufe, worauf es ankommt, ' +
      'sodass $Z$ zu klein herauskommt und die Likelihood zu groß: Der Fehler schmeichelt, und das umso mehr, je ' +
      'tiefer die Täler sind. Ein log p über 0 ist eine Wahrscheinlichkeit über 1 und zeigt, dass eine Schätzung ' +
      'falsch ist; den meisten falschen sieht man es nicht an.',
  ],
  tries: [
    {
      task:
        'Stellen Sie AIS auf einen Schritt. Welche Maschine sieht nun besser aus, und woran merkt man, dass es ' +
        'nicht stimmt?',
      answer:
        'B, mit etwa 1,5, obwohl ihr exakter Wert −3,98 ist. Ein Mittel von $\\log p$ über 0 kann es nicht geben. ' +
        'Und das Intervall, das daher kommt, wie verschieden die Läufe sind, ist schmal: Alle Läufe irren gemeinsam.',
    },
    {
      task: 'Stellen Sie AIS auf 10.000 Schritte und vergleichen Sie mit den exakten Werten.',
      answer:
        'Nun ist A auch nach AIS die bessere, und beide exakten Werte liegen in den Intervallen. B braucht für ' +
        'dieselbe Genauigkeit mehr Schritte als A: Ihre Täler sind tiefer.',
    },
    {
      task: 'Welches der 14 Bilder findet B am wenigsten wahrscheinlich? Wie gut rekonstruiert sie gerade dieses?',
      answer:
        'Das leere, ganz links, mit 0,01\u00a0%, wo ein gleicher Anteil 7\u00a0% wäre. Seine Rekonstruktion ist so ' +
        'gut wie die anderen: Zeigt man das Bild der Maschine, bleibt sie dort. Sie kommt nur kaum je von selbst ' +
        'dorthin.',
    },
  ],
  terms: {
    reconstruction: terms.reconstruction,
    likelihood: terms.likelihood,
    freeEnergy: terms.freeEnergy,
    ais: {
      name: 'Annealed importance sampling',
      means:
        'Kurz AIS: eine Schätzung von Z durch Läufe, die in kleinen Schritten von einer Maschine kommen, deren Z ' +
        'man kennt. Hier 100 Läufe von unabhängigen Bildpunkten aus; die Zahlen in Klammern sind drei ' +
        'Standardfehler von Z nach beiden Seiten.',
    },
  },

  label:
    'Eine Maschine zu zwei Zeiten ihres Trainings: ihre Rekonstruktionen, und wie wahrscheinlich sie die Daten findet',
  waiting: 'Die Maschine lernt.',
  machine: (name, steps) => `${name}: ${n.plural(steps, { one: 'Schritt', other: 'Schritte' })}`,
  images: (name) => `Was Maschine ${name} aus den 14 Bildern macht, und wie wahrscheinlich sie jedes findet`,
  legend:
    'Oben: Rekonstruktionen der 14 Daten. Unten: wie wahrscheinlich jedes ist; gestrichelt: gleicher Anteil (Höhen ' +
    'sind Wurzeln).',
  errors: 'Fehler der Rekonstruktionen, logarithmisch',
  likelihood: 'Mittleres log p der Daten',
  error: 'Fehler der Rekonstruktionen',
  exact: 'Mittleres log p, exakt',
  estimated: 'Mittleres log p nach AIS',
  range: (low, high) => `(${bound(low)} bis ${bound(high)})`,
  small: (value) => n.significant(value, 2),
  axis: (value) => n.significant(value, 1),
  nats: (value) => n.fixed(value, 2),
  whole: (value) => n.whole(value),
  stepsOf: (name) => `Schritte von ${name}`,
  betas: 'Schritte von AIS',
  seed: 'Anderer Zufall',
  seedHint: 'Dasselbe mit anderen Zufallszahlen',
  same: 'A und B sind dieselbe Maschine zur selben Zeit.',
  says: (reconstructs, explains) =>
    reconstructs === explains
      ? `${reconstructs} hat die besseren Rekonstruktionen und auch die höhere Likelihood.`
      : `${reconstructs} hat die besseren Rekonstruktionen, und doch hat ${explains} die höhere Likelihood.`,
  scenes: {
    same: 'Eine Maschine nach 3.000 Schritten CD-1: A und B sind noch dieselbe. Beide rekonstruieren gut.',
    on: 'B lernt weiter. Der Fehler ihrer Rekonstruktionen sinkt, und die Likelihood sinkt auch.',
    unequal: 'Die Balken sagen, warum: B kehrt zu jedem Bild zurück, gibt aber manchen kaum Wahrscheinlichkeit.',
    poor:
      'AIS mit einem einzigen Schritt schmeichelt B: Ein mittleres log p über 0 ist eine Wahrscheinlichkeit über ' +
      '1.',
    good: 'Mit 10.000 Schritten stimmt AIS mit den exakten Werten überein. Bewegen Sie A, B und die Schritte.',
  },
};
export default texts;
