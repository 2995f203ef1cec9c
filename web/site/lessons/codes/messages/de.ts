/** Was die Lektion Codes sagt. */
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const numbers = { one: 'Zahl', other: 'Zahlen' };

const texts: Texts = {
  question: {
    asks:
      'Ein Netz aus Sigmoid-Einheiten und die [Hauptkomponentenanalyse](pca) (PCA) behalten von einer Ziffer je zwei ' +
      'Zahlen und machen daraus ein Bild. Beide liegen weit daneben, das Netz weniger. Nun darf jedes dreißig ' +
      'Zahlen behalten. Wessen Bilder kommen Ziffern näher, die keines von beiden kennt?',
    choices: [
      'Beide gleich nahe: Dreißig Zahlen genügen beiden',
      'Die der PCA, die den kleinsten quadratischen Fehler hat, den es geben kann',
      'Die des Netzes, auch wenn beide viel näher kommen',
      'Die des Netzes: Es liegt jetzt um gar nichts daneben',
    ],
    why: [
      'Beide kommen viel näher, aber das Netz bleibt vorn: Auf Testziffern ist sein quadratischer Fehler etwa 43 % ' +
        'von dem der PCA.',
      'Die PCA hat den kleinsten quadratischen Fehler aller linearen Abbildungen. Das Netz biegt sich, und auf ' +
        'Testziffern ist sein quadratischer Fehler etwa 43 % von dem der PCA.',
      'Dreißig gerade Richtungen sind viel besser als zwei, doch Ziffern liegen auf einer gebogenen Fläche. Das Netz ' +
        'folgt ihr, und auf Testziffern ist sein quadratischer Fehler etwa 43 % von dem der PCA.',
      'Dreißig Zahlen für 784 Bildpunkte verlieren immer etwas, etwa wie der Stift gezittert hat. Aber auf ' +
        'Testziffern verliert das Netz etwa 43 % von dem, was die PCA verliert.',
    ],
  },
  text: [
    'Ein [Autoencoder](auto) ist ein Netz mit schmaler Mitte, das lernt wiederzugeben, was es bekommt. Durch die ' +
      'Mitte passen nur wenige Zahlen, der Code. Die eine Hälfte des Netzes macht aus dem Bild den Code, die andere ' +
      'aus dem Code das Bild:',
    '$$\\hid{z} = f(\\vis{x}), \\qquad \\vis{\\hat x} = g(\\hid{z})$$',
    'Wie weit es daneben liegt, sagt der quadratische Fehler, $\\sum_i (\\vis{x_i} - \\vis{\\hat x_i})^2$.',
    'Die PCA ist dasselbe mit geraden Abbildungen: $\\hid{z} = (\\vis{x} - \\vis{m}) \\, U$ und ' +
      '$\\vis{\\hat x} = \\vis{m} + \\hid{z} \\, U^{\\top}$. Dabei ist $\\vis{m}$ das mittlere Bild, und die Spalten ' +
      'von $U$ sind die Richtungen, in denen sich Bilder am meisten unterscheiden. Kein linearer Code aus ebenso ' +
      'vielen Zahlen hat einen kleineren quadratischen Fehler auf dem, woraus er gemacht ist.',
    'Doch das Mittel aus zwei Einsen, die sich nach verschiedenen Seiten neigen, ist keine Eins dazwischen, sondern ' +
      'ein Kreuz. Ziffern liegen auf einer Fläche, die sich durch die 784 Dimensionen der Bildpunkte biegt, und eine ' +
      'gerade Abbildung schneidet durch die Luft. Mit Schichten aus Sigmoid-Einheiten zu beiden Seiten des Codes ' +
      'können sich $f$ und $g$ biegen wie die Fläche.',
    'Ein solches Netz ist tief, und aus kleinen zufälligen Gewichten lernte es früher fast nichts. Der Ausweg stand ' +
      'am Anfang dieses Gebiets: einen Stapel beschränkter Boltzmann-Maschinen lehren, eine auf den ' +
      '[Merkmalen](#/learn/features) der anderen, ihn zu einem Autoencoder aufklappen, $784 - 256 - 64 - 30$ und ' +
      'zurück, und erst dann Fehler durch alle Schichten zurückfließen lassen. So sind diese beiden entstanden, aus ' +
      '60.000 geschriebenen Ziffern.',
    'Auf den 10.000 Ziffern des Testsatzes, die dafür nicht verwendet wurden, ist der mittlere quadratische Fehler, ' +
      'nach der Anzahl der Zahlen des Codes, für das Netz ($f$ und $g$) und für die PCA ($U$):',
    '$$\\begin{array}{rcc} & \\hid{2} & \\hid{30} \\\\ f,\\,g & 30{,}0 & 6{,}0 \\\\ U & 43{,}6 & 13{,}9 \\end{array}$$',
    'Die Abbildung zeigt Ziffern aus einem Generator, die nicht die des Testsatzes sind; eine eigene Zeichnung wird ' +
      'auf die gleiche Weise sofort gemessen. Zwei Zahlen kann man sehen: Sie sind ein Ort auf der Karte. Niemand ' +
      'hat dem Netz gesagt, welche Ziffer welche ist, und doch hat jede eigene Gebiete.',
  ],
  tries: [
    {
      task: 'Wandern Sie auf der Karte von einer Ziffer zu einer anderen. Was liegt dazwischen?',
      answer:
        'Meist Bilder, die noch wie Ziffern aussehen: Eine biegt sich in die andere, oder eine dritte liegt ' +
        'dazwischen. An manchen Orten, wo wenige Ziffern sind, ist das Bild verwaschen.',
    },
    {
      task: 'Nehmen Sie mehrere Ziffern mit zwei Zahlen. Welche hält das Netz für andere?',
      answer:
        '4, 7 und 9 teilen sich ein Gebiet, ebenso 3, 5 und 8: Zwei Zahlen halten sie nicht auseinander. Mit dreißig ' +
        'ist jede Ziffer sie selbst.',
    },
    {
      task: 'Zeichnen Sie auf der ersten Seite etwas, das keine Ziffer ist, und nehmen Sie es hier mit dreißig Zahlen.',
      answer:
        'Der Fehler ist bei beiden größer. Das Netz macht etwas aus Strichen, wie Ziffern sie haben, und die PCA ' +
        'kann sogar näher kommen: Richtungen sagen weniger darüber, was Ziffern sind.',
    },
  ],
  terms: {
    pca: {
      name: 'Hauptkomponentenanalyse',
      means:
        'Die geraden Richtungen, in denen sich die Bilder einer Sammlung am meisten unterscheiden (englisch ' +
        'principal component analysis, PCA). Ein Bild wird dadurch beschrieben, wie weit es in jede geht.',
    },
    auto: {
      name: 'Autoencoder',
      means: 'Ein Netz, dessen Ausgabe seine Eingabe sein soll, mit weniger Einheiten in der Mitte als Bildpunkten.',
    },
  },

  label: 'Eine Ziffer, was ein Netz und die PCA aus wenigen Zahlen von ihr machen, und eine Karte der Codes zu zweit',
  waiting: 'Die Netze sind unterwegs.',
  sizes: 'Zahlen des Codes',
  size: (count) => n.plural(count, numbers),
  given: 'Die Ziffer',
  kind: { bent: 'Autoencoder', straight: 'PCA' },
  made: (kind) => `Das Bild, das aus dem Code entsteht: ${kind}`,
  code: (kind, count) => `Der Code, ${n.plural(count, numbers)}, negativ blau, positiv rot: ${kind}`,
  squared: 'Quadratischer Fehler: die Summe über 784 Bildpunkte',
  thisDigit: 'Diese Ziffer',
  allDigits: (count) => `Mittel der ${n.whole(count)} Ziffern auf der Karte`,
  tenths: (value) => n.fixed(value, 1),
  errors: (count, bent, straight) =>
    `Mit ${n.whole(count)} ${count === 1 ? 'Zahl' : 'Zahlen'} liegt der Autoencoder um ${n.fixed(bent, 1)} daneben, ` +
    `die PCA um ${n.fixed(straight, 1)}.`,
  map: 'Zwei Zahlen sind ein Ort auf einer Karte',
  mapLabel: 'Karte der Codes aus zwei Zahlen',
  mapRole: 'Karte',
  keys: 'Über die Karte fahren, oder mit den Pfeiltasten (mit der Umschalttaste in kleinen Schritten).',
  decoded: 'Was dort ist',
  decodedLabel: (around) => `Das Bild, das der Autoencoder aus dem Ort des Rings macht. ${around}`,
  around: (labels) => `Ziffern beim Ring: ${n.list(labels.map(n.whole)) || 'von jeder Art'}.`,
  marks: 'Ring: was gezeigt wird. Quadrat: wo die Ziffer ist.',
  scenes: {
    at: (digit) => `Eine ${n.whole(digit)}. Zwei Zahlen von ihr sind ihr Ort auf der Karte, dort, wo das Quadrat ist.`,
    between: (from, to) =>
      `Vom Ort der ${n.whole(from)} zu dem der ${n.whole(to)}: Auch jeder Ort dazwischen ist ein Bild.`,
  },
};
export default texts;
