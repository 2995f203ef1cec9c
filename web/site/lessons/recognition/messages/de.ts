import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Das Netz liest eine Zeichnung an zehn [freien Energien](freeEnergy), einer für jede Ziffer, die es sein kann. ' +
      'Der Arm dieser 4 biegt sich gleich nach rechts, bis er die Schleife einer 9 schließt. Wo wechselt das Netz ' +
      'von 4 zu 9?',
    choices: [
      'Erst wenn die Schleife geschlossen ist',
      'Solange die Lücke noch offen ist, und auf einem kleinen Stück des Weges',
      'Nirgends genau: Auf dem größten Teil des Weges sind beide etwa gleich wahrscheinlich',
      'Dazwischen hält es die Zeichnung für eine andere Ziffer',
    ],
    why: [
      'Die Lücke ist bis etwa drei Viertel des Weges offen. Die Schluchten von 4 und 9 sind aber schon bei 37 % ' +
        'gleich tief: Bei 30 % hat die 4 noch 98 %, bei 45 % hat die 9 schon 96 %.',
      'Die Schluchten von 4 und 9 sinken und steigen gleichmäßig und sind bei 37 % des Weges gleich tief. Die ' +
        'Wahrscheinlichkeit ist eine Exponentialfunktion ihres Unterschieds und kippt darum schnell: Bei 30 % hat ' +
        'die 4 noch 98 %, bei 45 % hat die 9 schon 96 %.',
      'Die freien Energien ändern sich tatsächlich gleichmäßig. Die Wahrscheinlichkeit ist aber eine ' +
        'Exponentialfunktion des Unterschieds, und wenige Nats genügen: Bei 30 % des Weges hat die 4 noch 98 %, bei ' +
        '45 % hat die 9 schon 96 %.',
      'Die anderen acht Schluchten bleiben mehrere Nats darüber. Alle anderen zusammen haben auf dem Weg nie mehr ' +
        'als 2 %: Bei 30 % des Weges hat die 4 noch 98 %, bei 45 % hat die 9 schon 96 %.',
    ],
  },
  text: [
    'Das ist ein [Deep Belief Net](dbn). Zwei Schichten verborgener Einheiten machen aus den Bildpunkten 500 ' +
      'Merkmale $\\vis{x}$. Darauf steht eine beschränkte Boltzmann-Maschine aus 2000 verborgenen Einheiten ' +
      '$\\hid{h}$ und zehn Einheiten für die Klassen, von denen eine an ist: die Klasse $y$. Sie hat gelernt, welche ' +
      'Merkmale und Klassen zusammengehören, und gibt jedem ganzen Zustand eine [Energie](#/learn/energy).',
    'Die verborgenen Einheiten einer Zeichnung kennt niemand, darum wird über sie summiert. Übrig bleibt eine ' +
      'Energie von Merkmalen und [Klasse](label) allein, die freie Energie:',
    '$$e^{-F(\\vis{x}, y)} = \\sum_{\\hid{h}} e^{-E(\\vis{x}, y, \\hid{h})}$$',
    'Die Summe hat $2^{2000}$ Summanden. Aber keine verborgene Einheit ist mit einer anderen verbunden, darum ist ' +
      'sie ein Produkt aus einem Faktor für jede, und ihr Logarithmus eine Summe aus 2000 Summanden:',
    '$$F(\\vis{x}, y) = -\\sum_i b_i \\vis{x_i} - d_y - \\sum_j \\ln\\bigl(1 + e^{\\hid{c_j} + u_{yj} + \\sum_i ' +
      '\\vis{x_i} w_{ij}}\\bigr)$$',
    'Die Wahrscheinlichkeit von Merkmalen zusammen mit einer Klasse ist $p(\\vis{x}, y) = e^{-F(\\vis{x}, y)} / Z$. ' +
      'Ihr $Z$ summiert über alle Merkmale, Klassen und verborgenen Einheiten, $2^{2500} \\cdot 10$ Zustände: ' +
      'Ausrechnen kann das niemand. Gefragt ist aber nur, welche Klasse diese eine Zeichnung hat:',
    '$$p(y \\mid \\vis{x}) = \\frac{p(\\vis{x}, y)}{\\sum_{y^{\\prime}} p(\\vis{x}, y^{\\prime})} = ' +
      '\\frac{e^{-F(\\vis{x}, y)}}{\\sum_{y^{\\prime}} e^{-F(\\vis{x}, y^{\\prime})}}$$',
    '$Z$ steht oben und unten und kürzt sich. Zehn Summen genügen, um eine Ziffer zu lesen, und sie sind exakt. ' +
      'Verschieben Sie die Annahme für $\\ln Z$: Jede Schlucht steigt oder sinkt um ebenso viel, und keine ' +
      'Wahrscheinlichkeit rührt sich.',
  ],
  tries: [
    {
      task: 'Suchen Sie die Stelle, an der 4 und 9 gleich wahrscheinlich sind. Wie tief sind ihre Schluchten dort?',
      answer:
        'Bei 37 % des Weges, und die Schluchten sind bis auf ein Drittel Nat gleich tief. Jedes [Nat](nat) ' +
        'Unterschied ist ein Faktor $e = 2{,}7$, sodass 5 Nats schon 150 zu 1 bedeuten.',
    },
    {
      task:
        'Verschieben Sie die Annahme für $\\ln Z$ und lesen Sie die Zeilen darunter. Was bewegt sich mit und was ' +
        'nicht?',
      answer:
        'Der Logarithmus $\\ln p(\\vis{x}, y)$ und die Schluchten bewegen sich mit, alle um ebenso viel. $F$ und ' +
        '$p(y \\mid \\vis{x})$ bleiben.',
    },
    {
      task:
        'Wählen Sie „Ihre eigene“ und zeichnen Sie ein Pluszeichen, das keine Ziffer ist. Was liest das Netz, und ' +
        'wie sicher ist es?',
      answer:
        'Gerade gezeichnet ist es eine 4 mit mehr als 99 %. Die zehn Klassen teilen sich 100 %, was auch gezeichnet ' +
        'ist. Was daran seltsam ist, zeigt sich in $F$ selbst: fast −500, wo die 4 der Abbildung bei −522 liegt. Für ' +
        'die obere Maschine sind die Merkmale des Pluszeichens $e^{28}$ mal weniger wahrscheinlich, und davon sagt ' +
        '$p(y \\mid \\vis{x})$ nichts.',
    },
  ],
  terms: {
    freeEnergy: terms.freeEnergy,
    label: terms.label,
    dbn: {
      name: 'Deep Belief Net',
      means:
        'Ein Netz, das Schicht für Schicht trainiert wurde, jede Schicht eine Maschine auf den Merkmalen der ' +
        'darunter.',
    },
    nat: terms.nat,
  },

  label: 'Eine Zeichnung, die freien Energien der zehn Klassen dafür und deren Wahrscheinlichkeiten',
  which: 'Was gelesen wird',
  images: { way: 'Von 4 zu 9', own: 'Ihre eigene' },
  image: (part) => `Die Zeichnung, wie das Netz sie bekommt, nach ${n.percent(part)} des Weges von einer 4 zu einer 9`,
  pad: {
    label: 'Zeichnen Sie eine Ziffer, und das Netz liest sie',
    invitation: 'Eine Ziffer zeichnen',
  },
  ravines: 'Die zehn Klassen; Pfeiltasten führen von einer zur nächsten',
  state: (label, energy, p) =>
    `${n.whole(label)}: freie Energie ${n.fixed(energy, 1)}, Wahrscheinlichkeit ${n.percent(p)}`,
  none: (label) => `${n.whole(label)}: Es ist nichts gezeichnet`,
  energy: 'Freie Energie: je niedriger, desto tiefer',
  probability: 'Wahrscheinlichkeit jeder Klasse, 0 bis 1',
  way: 'Von einer 4 zu einer 9',
  guess: 'Annahme für ln Z',
  whole: (value) => n.whole(value),
  percent: (share) => n.percent(share),
  tenths: (value) => n.fixed(value, 1),
  share: (p) => n.percent(p),
  columns: {
    energy: 'F(x, y)',
    joint: 'ln p(x, y)',
    posterior: 'p(y | x)',
  },
  waiting: 'Das Netz wird geladen.',
  empty: 'Zeichnen Sie eine Ziffer: Das Netz liest schon beim Zeichnen.',
  isLowest: (label, p) =>
    `Die Schlucht der ${n.whole(label)} ist die tiefste: Das Netz liest eine ${n.whole(label)}, mit ${n.percent(p)}.`,
  compare: (lowest, label, gap) =>
    `Die ${n.whole(label)} liegt ${n.fixed(gap, 1)} Nats über der ${n.whole(lowest)} und ist darum um den Faktor ` +
    `${times(Math.exp(gap))} weniger wahrscheinlich: e hoch ${n.fixed(gap, 1)}.`,
  scenes: {
    ravines:
      'Zehn Schluchten, eine für jede Klasse: wie niedrig ihre freie Energie für diese Zeichnung ist. Gelesen wird ' +
      'die tiefste.',
    bends: 'Der Arm biegt sich, und die Schlucht der 9 sinkt. Die der 4 ist noch die tiefste.',
    back: 'Wieder zurück. Wo überholt die 9 die 4? Danach fragt die Frage bei der Abbildung.',
    z: 'Eine andere Annahme für ln Z: Alle zehn bewegen sich zusammen, und keine Wahrscheinlichkeit ändert sich.',
    yours: 'Nur Unterschiede zählen. Biegen Sie den Arm selbst, oder zeichnen Sie Ihre eigene Ziffer.',
  },
};

/** A factor, told by as many digits as count. */
function times(factor: number): string {
  return factor < 10 ? n.fixed(factor, 1) : n.whole(Number(factor.toPrecision(2)));
}
export default texts;
