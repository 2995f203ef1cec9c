import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Eine Maschine hat 14 Bilder mit CD-1 gelernt und findet eines davon 300-mal so wahrscheinlich wie ein ' +
      'anderes. Auf sie wird eine zweite Maschine gesetzt. Diese lernt nur von den [Merkmalen](features): Sie sieht ' +
      'nie ein Bild, und die Gewichte zwischen Bildern und Merkmalen bleiben, wie sie sind. Kann sie die 14 Bilder ' +
      'gleich wahrscheinlich machen?',
    choices: [
      'Nein: Über Bilder entscheiden die Gewichte der ersten Maschine',
      'Ja: Es kommt auch darauf an, wie oft die Merkmale kommen',
      'Nur wenn die erste Maschine noch einmal lernt',
    ],
    why: [
      'Die entscheiden, zu welchem Bild Merkmale werden. Wie oft diese Merkmale kommen, ist eine zweite Frage, und ' +
        'die beantwortet die zweite Maschine besser: Nach 60 Schritten haben die 14 Bilder je 5,1\u00a0% bis ' +
        '6,1\u00a0%.',
      'Die Gewichte der ersten Maschine sagen, zu welchem Bild Merkmale werden. Wie oft die Merkmale kommen, bleibt ' +
        'der zweiten überlassen: Nach 60 Schritten haben die 14 Bilder je 5,1\u00a0% bis 6,1\u00a0%.',
      'Sie kann bleiben, wie sie ist. Falsch war nicht, wozu ihre Merkmale werden, sondern wie oft sie sie erwartet, ' +
        'und das lernt die zweite Maschine: Nach 60 Schritten haben die 14 Bilder je 5,1\u00a0% bis 6,1\u00a0%.',
    ],
  },
  text: [
    'Die erste Maschine ist die der Lektion [Lernen](#/learn/learning): neun Bildpunkte, sechs Merkmale, 14 Bilder ' +
      'aus Balken und Streifen. Man kann sie in zwei Teilen lesen: wie oft ihre Merkmale kommen und zu welchem Bild ' +
      'sie werden.',
    '$$p(\\vis{v}) = \\sum_{\\hid{h}} p(\\hid{h}) \\, p(\\vis{v} \\mid \\hid{h})$$',
    'Beide Teile haben dieselben Gewichte $W$. CD-1 hat den zweiten gut gelernt und den ersten schlecht: Die ' +
      'Maschine erwartet Muster, die die Daten fast nie hervorrufen, und manche, die sie hervorrufen, erwartet sie ' +
      'kaum (die beiden Seiten des mittleren Bildes). Eine zweite Maschine behält $p(\\vis{v} \\mid \\hid{h})$ und ' +
      'übernimmt $p(\\hid{h})$. Die wahre Likelihood muss dafür niemand kennen, denn es gibt eine [Schranke](bound):',
    '$$\\log p(\\vis{v}) \\ge \\langle \\log p(\\hid{h}) + \\log p(\\vis{v} \\mid \\hid{h}) \\rangle_q + H(q)$$',
    'Dabei ist $q(\\hid{h} \\mid \\vis{v})$, wie die erste Maschine Merkmale aus einem Bild zieht, ' +
      '$\\langle \\cdot \\rangle_q$ das Mittel über solche Ziehungen und $H(q)$ ihre Entropie. Nur ' +
      '$\\log p(\\hid{h})$ ändert sich, gemittelt über die Merkmale, die die Daten hervorrufen. Also lernt die ' +
      'zweite Maschine diese, als wären es ihre Daten, und jeder Schritt davon hebt die Schranke.',
    '<em>Wo sie beginnt.</em> Man gibt ihr die Gewichte der ersten auf den Kopf gestellt, $W^\\top$: Dann haben ihre ' +
      'sichtbaren Einheiten genau das $p(\\hid{h})$, das die verborgenen der ersten hatten. Nichts hat sich ' +
      'geändert, und die Schranke ist [scharf](tight). Man könnte eine dritte daraufsetzen und eine vierte: Eine RBM ' +
      'ist ein unendliches Belief-Netz, dessen Schichten alle die Gewichte $W$ teilen, und schichtweises Lernen löst ' +
      'sie voneinander, eine nach der anderen.',
    'Haben sich die oberen Gewichte geändert, ist $q$ nicht mehr die genaue A-posteriori-Verteilung: Die Schranke ' +
      'liegt etwas unter $\\log p(\\vis{v})$, der gestrichelten Linie. Die Likelihood kann sogar fallen, aber nie ' +
      'unter die Schranke. Was die Schranke gewinnen kann, ist vorher bekannt: wie weit die erwarteten Merkmale von ' +
      'denen entfernt sind, die die Daten hervorrufen, hier 0,91 [Nats](nat).',
  ],
  tries: [
    {
      task:
        'Lassen Sie die zweite Maschine mit zufälligen Gewichten beginnen. Wo beginnt die Schranke, und ist sie ' +
        'scharf?',
      answer:
        'Bei −4,08, 0,35 Nats unter der ersten Maschine, und die Likelihood ist −3,75: Die Schranke liegt um 0,33 ' +
        'Nats zu tief. Nach 600 Schritten ist sie bei −3,60, besser als die erste Maschine allein, aber weit von den ' +
        '−2,85 der Transponierten.',
    },
    {
      task:
        'Vergleichen Sie die Träume beider Tiefen, wenn die zweite Maschine gerade erst aufgesetzt ist, und 60 ' +
        'Schritte später.',
      answer:
        'Anfangs sind sie gleich, Traum für Traum: dieselbe Verteilung und dieselben Zufallszahlen. 60 Schritte ' +
        'später kommt das Bild aus zwei vollen unteren Zeilen, das fast jeder dritte Traum war, so oft wie die ' +
        'anderen.',
    },
    {
      task: 'Gehen Sie ans Ende und sehen Sie nach, was noch zu gewinnen ist. Könnte eine dritte Maschine helfen?',
      answer:
        'Die Merkmale werden fast so oft erwartet, wie sie hervorgerufen werden: 0,02 Nats sind übrig. Eine dritte ' +
        'Maschine könnte gewinnen, was die Merkmale der zweiten übrig lassen, und das ist noch weniger. Tiefe hilft, ' +
        'wo eine Maschine allein nicht gut genug ist.',
    },
  ],
  terms: {
    features: {
      name: 'Merkmale',
      means:
        'Was verborgene Einheiten über ein Bild sagen. Der zweiten Maschine werden die verborgenen Einheiten der ' +
        'ersten gezeigt, gezogen zu einem Bild: ein Muster aus sechs Bits.',
    },
    bound: {
      name: 'Schranke',
      means:
        'Ein Wert, unter dem die Log-Likelihood nie liegt; er folgt daraus, dass der Logarithmus konkav ist ' +
        '(Jensensche Ungleichung).',
    },
    tight: {
      name: 'scharf',
      means: 'Von einer Schranke: gleich dem, was sie beschränkt. Hier: Sie ist die Log-Likelihood selbst.',
    },
    nat: terms.nat,
  },

  label: 'Zwei Maschinen, eine auf den Merkmalen der anderen: ihr Lernen, ihre Merkmale und ihre Träume',
  waiting: 'Die Maschinen lernen.',
  plot: 'Mittleres log p der Daten; zweite Maschine: ihre Schranke',
  halves: { first: 'erste Maschine lernt', second: 'zweite Maschine lernt' },
  nats: (value) => n.fixed(value, 2),
  features: '64 Muster der Merkmale: von den Daten hervorgerufen, und erwartet',
  featuresRead: (left) =>
    `Wie oft jedes Muster der Merkmale von den Daten hervorgerufen wird, nach oben, und von der obersten Maschine ` +
    `erwartet wird, nach unten. Der Unterschied ist ${n.fixed(left, 2)} Nats.`,
  left: (left) => `Unterschied: ${n.fixed(left, 2)} Nats. So viel kann die Schranke noch gewinnen.`,
  depths: { one: 'Tiefe 1', two: 'Tiefe 2' },
  notYet: 'Die zweite Maschine lernt noch nicht.',
  shares: {
    one: 'Die 14 Bilder, und wie wahrscheinlich jedes für die erste Maschine allein ist',
    two: 'Die 14 Bilder, und wie wahrscheinlich jedes mit der zweiten Maschine ist.',
  },
  sharesRead: (least, most) => `Zwischen ${n.percent(least)} und ${n.percent(most)}.`,
  dreams: { one: '14 Träume der ersten Maschine', two: '14 Träume beider Maschinen' },
  legend:
    'Balken: wie wahrscheinlich jedes Bild ist; an der Linie sind alle 14 gleich. Darunter: 14 Träume; fett gerahmt, ' +
    'was zu den Daten gehört.',
  steps: 'Lernen',
  stepsFirst: (steps) => `erste Maschine, Schritt ${n.whole(steps)}`,
  stepsSecond: (steps) => `zweite Maschine, Schritt ${n.whole(steps)}`,
  start: 'Die zweite Maschine beginnt mit',
  starts: { transpose: 'der Transponierten', random: 'zufälligen Gewichten' },
  startHints: {
    transpose: 'Die Gewichte der ersten Maschine, auf den Kopf gestellt',
    random: 'Kleine zufällige Gewichte',
  },
  seed: 'Anderer Zufall',
  seedHint: 'Dasselbe mit anderen Zufallszahlen',
  first: (steps, logLikelihood, known) =>
    `Erste Maschine, ${n.plural(steps, { one: 'Schritt', other: 'Schritte' })}: mittleres log p ` +
    `${n.fixed(logLikelihood, 2)}; die Daten haben ${n.percent(known)} der Wahrscheinlichkeit.`,
  second: (steps, bound, logLikelihood, alone) =>
    `Zweite Maschine, ${n.plural(steps, { one: 'Schritt', other: 'Schritte' })}: Die Schranke ist ` +
    `${n.fixed(bound, 2)}, log p selbst ${n.fixed(logLikelihood, 2)}. Die erste Maschine allein: ${n.fixed(alone, 2)}.`,
  scenes: {
    first: 'Die erste Maschine lernt 14 Bilder. Nach oben: wie oft sie jedes Muster ihrer sechs Merkmale hervorrufen.',
    unequal: 'Nach unten: wie oft sie diese Muster erwartet. Es passt nicht, und so kommen manche Bilder fast nie.',
    turned:
      'Auf die Merkmale wird eine zweite Maschine gesetzt: die erste, auf den Kopf gestellt. Noch hat sich nichts ' +
      'geändert.',
  },
};
export default texts;
