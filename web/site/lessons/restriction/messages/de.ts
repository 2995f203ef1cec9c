import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const after = (count: number): string => n.plural(count, { one: 'Schritt', other: 'Schritten' });

const texts: Texts = {
  question: {
    asks:
      'Drei sichtbare Einheiten werden festgehalten, und vier verborgene werden reihum gezogen, jede gegeben alle ' +
      'anderen: Das ist ein Schritt. In der einen Maschine sind die verborgenen Einheiten nur mit den sichtbaren ' +
      'verbunden, wie bisher. In der anderen liegt auch zwischen je zwei verborgenen Einheiten ein Gewicht von 3. ' +
      'Beide beginnen mit lauter verborgenen Einheiten, die aus sind. Nach wie vielen Schritten ist jede bis auf 1 % ' +
      'bei ihrer [Posteriorverteilung](posterior)?',
    choices: [
      'Beide nach 1',
      'Ohne nach 1, mit nach etwa 4: einem für jede Einheit',
      'Ohne nach 1, mit nach etwa 80',
      'Beide nach etwa 80',
    ],
    why: [
      'Ohne Verbindungen innerhalb der Schicht ist es 1, was auch vorher da war. Mit ihnen wird jede Einheit gegeben ' +
        'die anderen gezogen, und die waren alle aus: Also traut sie sich kaum, an zu sein, und es dauert 81 ' +
        'Schritte, bis die Maschine vergessen hat, wie sie begann.',
      'Ein Schritt zieht schon alle vier Einheiten. Aber jede wird gegeben die anderen gezogen, und die waren alle ' +
        'aus: Also traut sie sich kaum, an zu sein, und es dauert 81 Schritte, bis die Maschine vergessen hat, wie ' +
        'sie begann.',
      'Ohne Verbindungen innerhalb der Schicht hängen die verborgenen Einheiten nur von den sichtbaren ab, und ein ' +
        'Schritt zieht sie ganz neu. Mit ihnen geht jede Einheit mit den anderen mit, und es dauert 81 Schritte, bis ' +
        'die Maschine vergessen hat, wie sie begann.',
      '81 Schritte sind es mit den Verbindungen. Ohne sie hängen die verborgenen Einheiten nur von den sichtbaren ' +
        'ab, und die sind fest: Ein Schritt zieht sie ganz neu, was auch vorher da war.',
    ],
  },
  text: [
    'Eine [Boltzmann-Maschine](full) in voller Form hat Gewichte zwischen je zwei beliebigen Einheiten. Die zwischen ' +
      'verborgenen Einheiten fügen der Energie eine Summe hinzu:',
    '$$E(\\vis{v}, \\hid{h}) = -\\sum_i b_i \\vis{v_i} - \\sum_j c_j \\hid{h_j} - \\sum_{i,j} \\vis{v_i} w_{ij} ' +
      '\\hid{h_j} - \\sum_{j<k} \\hid{h_j} u_{jk} \\hid{h_k}$$',
    'Noch immer ist jede verborgene Einheit eine gewichtete Münze, gegeben die sichtbaren und die anderen ' +
      'verborgenen, $\\hid{h_{-j}}$:',
    '$$p(\\hid{h_j} = 1 \\mid \\vis{v}, \\hid{h_{-j}}) = \\sigma\\Bigl(c_j + \\sum_i \\vis{v_i} w_{ij} + \\sum_{k ' +
      '\\ne j} u_{jk} \\hid{h_k}\\Bigr)$$',
    'Mit $u = 0$ kommen die anderen verborgenen Einheiten darin nicht mehr vor. Die Posteriorverteilung zerfällt in ' +
      'eine Münze für jede Einheit, und alle werden zugleich geworfen:',
    '$$p(\\hid{h} \\mid \\vis{v}) = \\prod_j p(\\hid{h_j} \\mid \\vis{v})$$',
    'Mit $u > 0$ zerfällt sie nicht. Sehen Sie sich die Balken an: Fast die ganze Wahrscheinlichkeit liegt auf zwei ' +
      'Zuständen, alle an und alle aus, und die Querstriche, die vier unabhängige Münzen hätten, sagen etwas ganz ' +
      'anderes. Um vom einen dieser Zustände zum anderen zu kommen, muss die Kette an Zuständen vorbei, die fast nie ' +
      'besucht werden. Jede weitere 1 beim Gewicht macht das etwa fünfmal so lang: 5, 16, 81, 477 Schritte. Die ' +
      '[Autokorrelationszeit](time) der verborgenen Einheiten wächst mit: So viele Schritte sind so viel wert wie ' +
      'eine unabhängige Ziehung.',
    'Um zu lernen, braucht so eine Maschine das Gleichgewicht für jedes Beispiel zweimal: mit festgehaltenen Daten, ' +
      'und noch einmal für das, was sie träumt. Darum waren Boltzmann-Maschinen für alles Große zu langsam. Die ' +
      'beschränkte Maschine verzichtet auf Verbindungen innerhalb einer Schicht; die Posteriorverteilung ist dann ' +
      'exakt und sofort da, und nur der Traum braucht eine Kette. Was dabei verloren geht, kommt durch Schichten ' +
      'zurück: Eine zweite Maschine darüber lernt, wie die verborgenen Einheiten der ersten voneinander abhängen.',
  ],
  tries: [
    {
      task:
        'Worin unterscheiden sich bei einem Gewicht von 1 die Balken von den Querstrichen, und wie viele Schritte ' +
        'dauert es?',
      answer:
        'Alle aus und alle an sind wahrscheinlicher, als vier unabhängige Münzen sie hätten, der Rest weniger. Es ' +
        'dauert 5 Schritte; nach einem allein sind noch 29 % der Wahrscheinlichkeit am falschen Ort.',
    },
    {
      task:
        'Stellen Sie das Gewicht auf 3 und schalten Sie sichtbare Einheiten. Gibt es einen Zustand, in dem es leicht ' +
        'ist?',
      answer:
        'Nein: Es dauert zwischen 81 Schritten (1 0 1) und 137 (0 0 0). Die sichtbaren Einheiten neigen ' +
        'die Waage zwischen alle an und alle aus, und der Weg vom einen zum anderen bleibt so lang.',
    },
    {
      task: 'Stellen Sie das Gewicht auf 0. Die zweite Maschine hat ihre Verbindungen noch: Was ist sie jetzt?',
      answer:
        'Dasselbe wie die erste: 1 Schritt, Autokorrelationszeit 1. Wer aber nicht weiß, dass die Gewichte 0 sind, ' +
        'muss die Einheiten trotzdem nacheinander ziehen, in 4 Gruppen.',
    },
  ],
  terms: {
    posterior: terms.posterior,
    full: {
      name: 'Boltzmann-Maschine',
      means: 'Binäre Einheiten mit symmetrischen Gewichten zwischen je zwei von ihnen (Hinton und Sejnowski 1983).',
    },
    time: {
      name: 'Autokorrelationszeit',
      means:
        'Eins plus das Doppelte der Summe der Korrelationen einer Einheit mit sich selbst 1, 2, 3, … Schritte ' +
        'später: Bei 40 sagen 4000 Schritte so viel über sie wie 100 unabhängige Ziehungen.',
    },
  },

  label: 'Zwei Maschinen mit denselben Einheiten, ohne und mit Verbindungen in der verborgenen Schicht',
  machines: { restricted: 'Beschränkt', full: 'Innen verbunden' },
  short: { restricted: 'beschränkt', full: 'verbunden' },
  net: (name, weight) =>
    name === 'restricted'
      ? 'Jede von drei sichtbaren Einheiten ist mit jeder von vier verborgenen verbunden'
      : `Dasselbe, und ein Gewicht von ${n.fixed(weight, 0, 2)} zwischen je zwei verborgenen Einheiten`,
  joint: (name) =>
    `${name === 'restricted' ? 'Beschränkt' : 'Innen verbunden'}: Wahrscheinlichkeiten der 16 Zustände der ` +
    'verborgenen Einheiten',
  legend: 'Balken: p(h | v) der 16 Zustände von h. Querstriche: wenn die vier Einheiten unabhängig wären.',
  distance: 'Abstand von p(h | v)',
  lowest: (count) => `${n.percent(0.001)}; ${n.whole(count)} Schritte`,
  percent: (share) => n.percent(share),
  facts: {
    groups: 'Gruppen nacheinander',
    steps: 'Schritte bis auf 1 % an p(h | v)',
    time: 'Autokorrelationszeit in Schritten',
  },
  values: {
    groups: (count) => n.whole(count),
    steps: (count) => n.whole(count),
    time: (count) => n.fixed(count, 1),
  },
  held: 'Festgehaltene sichtbare Einheiten',
  unit: (i) => `Sichtbare Einheit ${n.whole(i + 1)}`,
  inside: 'Gewicht innerhalb der Schicht',
  number: (value) => n.fixed(value, 2),
  waiting: 'Die Maschine ist unterwegs.',
  says: (weight, restricted, full) =>
    weight === 0
      ? 'Mit dem Gewicht 0 sind beide gleich: ein Schritt, und alle verborgenen Einheiten sind neu gezogen.'
      : `Die beschränkte Maschine ist nach ${after(restricted.steps)} da, die verbundene nach ${after(full.steps)}.`,
  scenes: {
    none:
      'Zwei Maschinen mit denselben Einheiten. Ohne Gewichte innerhalb der Schicht zieht ein Schritt alle ' +
      'verborgenen Einheiten neu.',
    rising:
      'Die Gewichte innerhalb der Schicht wachsen: Zustände, in denen die Einheiten übereinstimmen, gewinnen, und ' +
      'der Weg zwischen ihnen wird lang.',
    tangled:
      'Die Balken sind weit von den Querstrichen unabhängiger Einheiten: Die Posteriorverteilung ist verflochten.',
    other:
      'Mit anderen sichtbaren Einheiten ist es dasselbe. Bewegen Sie das Gewicht, drücken Sie die sichtbaren ' +
      'Einheiten: Jetzt sind Sie dran.',
  },
};
export default texts;
