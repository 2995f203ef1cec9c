import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Der Arm einer 4 biegt sich, bis sie eine 9 ist. Auf einem Drittel des Weges zweifelt eine Maschine mit zwei ' +
      'verborgenen Schichten, die einmal hinaufgeht: 9 mit 56\u00a0%, 4 mit 40\u00a0%. Nun sagt die obere Schicht ' +
      'der unteren, was sie erwartet, die untere ändert sich, die obere sieht wieder hin, und so fort, bis sich ' +
      'nichts mehr ändert. Was wird aus dem Zweifel?',
    choices: [
      'Er bleibt, denn das Bild ist dasselbe',
      'Er wächst: Die Schichten sind uneins',
      'Er vergeht: Eine von beiden gewinnt',
    ],
    why: [
      'Das Bild ist dasselbe, aber nicht, was die untere Schicht daraus macht: Sie hört nun auch, was die obere ' +
        'erwartet. Die 9 endet bei 93\u00a0%, die 4 bei 5\u00a0%.',
      'Uneins sind die Schichten nicht lange. Wozu die obere neigt, davon sieht die untere mehr, und das dreht die ' +
        'obere weiter: Die 9 endet bei 93\u00a0%, die 4 bei 5\u00a0%.',
      'Die 9 endet bei 93\u00a0%, die 4 bei 5\u00a0%. Die obere Schicht neigt zur 9 und lässt die untere nach ' +
        'Strichen einer 9 suchen; die findet welche, und die obere neigt sich weiter.',
    ],
  },
  text: [
    'Eine tiefe Boltzmann-Maschine ist ein Stapel von Schichten, deren Verbindungen keine Richtung haben. Diese hat ' +
      '784 Bildpunkte, zwei verborgene Schichten zu 200 Einheiten und zehn Klassen an der Spitze. Ihre Energie ist',
    '$$E = -\\vis{v}^\\top W_1 \\hid{h_1} - \\hid{h_1}^\\top W_2 \\hid{h_2} - \\hid{h_2}^\\top U \\vis{y} - ' +
      '\\text{bias}$$',
    'Eine Einheit der ersten Schicht hat Nachbarn auf beiden Seiten, und von beiden kommt ihre Eingabe. In einem ' +
      'Deep-Belief-Netz hört sie beim Erkennen nur das Bild; hier hört sie auch, was die Schicht darüber daraus macht:',
    '$$\\hid{h_1} = \\sigma(W_1^\\top \\vis{v} + W_2 \\hid{h_2}), \\qquad \\hid{h_2} = \\sigma(W_2^\\top \\hid{h_1} ' +
      '+ U^\\top \\vis{y})$$',
    'Jede der beiden braucht die andere. [Mean-field-Inferenz](meanfield) beginnt mit einem Durchgang aufwärts, in ' +
      'dem das Doppelte der Eingabe vom Bild für das steht, was von oben noch fehlt, und berechnet beide ' +
      'abwechselnd, bis sie sich halten: ein [Fixpunkt](fixed). Das dauert weniger als zehn [Runden](sweep). Die 200 ' +
      'Mittelwerte der ersten Schicht haben sich dann um 2,9 bewegt, als Wurzel der Quadratsumme.',
    'Das mittlere Bild zeigt, was die Merkmale der ersten Schicht zeichnen, das rechte, was die zweite allein sie ' +
      'zeichnen ließe. Der Durchgang aufwärts macht zu viel aus dem Bild, und seine Merkmale schließen oben die ' +
      'Schleife. Hören die Schichten einander, ist näher am Bild, was sie zeichnen.',
    '<em>Was es wert ist.</em> Von 500 Ziffern, die die Maschine nie gesehen hat, liest der Durchgang aufwärts 457 ' +
      'richtig und ist sich im Mittel zu 85\u00a0% sicher; mit Rückkopplung liest sie 460 und ist sich zu 94\u00a0% ' +
      'sicher. Rückkopplung macht sie also vor allem sicherer, und ein wenig zu sicher: Mean-field-Inferenz legt ' +
      'sich auf eine Erklärung fest. Hält man jede Klasse der Reihe nach fest und vergleicht die Schranken für ' +
      '$\\log p(\\vis{v}, \\vis{y})$, ist der Zweifel noch da: 49\u00a0% und 48\u00a0%.',
  ],
  tries: [
    {
      task: 'Nehmen Sie „Eher eine 5“. Was liest der Durchgang aufwärts, und was wird daraus?',
      answer:
        'Eine 3, mit 47\u00a0%. Nach zehn Runden ist es eine 5, mit 91\u00a0%: Als solche wurde sie gezeichnet. Mit ' +
        '„Eher eine 9“ geht es ebenso, von einer 3 mit 59\u00a0% zu einer 9 mit 89\u00a0%.',
    },
    {
      task: 'Nehmen Sie „Eher eine 8“. Hat Rückkopplung immer recht?',
      answer:
        'Nein. Gezeichnet wurde eine 8, und so las sie der Durchgang aufwärts, mit 61\u00a0%. Rückkopplung macht ' +
        'eine 5 daraus, mit 96\u00a0%. Aufgelöst wird der Zweifel, nicht der Fehler.',
    },
    {
      task:
        'Biegen Sie den Arm auf 30\u00a0% und geben Sie Rückkopplung. Dann auf 40\u00a0%. Wo ändert sich die ' +
        'Entscheidung?',
      answer:
        'Bei 30\u00a0% geht die 4 von 77\u00a0% auf 99\u00a0%, bei 40\u00a0% die 9 von 74\u00a0% auf 97\u00a0%. ' +
        'Rückkopplung vergrößert den Abstand auf beiden Seiten: Aus einem Hang wird eine Stufe.',
    },
  ],
  terms: {
    meanfield: {
      name: 'Mean-field-Inferenz',
      means:
        'Jede Einheit bekommt statt eines Zustands ihren Mittelwert, berechnet aus denen ihrer Nachbarn. Das findet ' +
        'die beste Beschreibung der A-posteriori-Verteilung, in der die Einheiten unabhängig sind, oder eine der ' +
        'guten.',
    },
    fixed: { name: 'Fixpunkt', means: 'Mittelwerte, die wieder herauskommen, wenn man sie noch einmal berechnet.' },
    sweep: { name: 'Runde', means: 'Alle Schichten einmal berechnet: die erste verborgene, die zweite, die Klassen.' },
  },

  label: 'Eine zweifelhafte Ziffer, aufwärts gelesen und mit Rückkopplung von den oberen Schichten, Runde für Runde',
  waiting: 'Die Maschine wird geladen.',
  empty: 'Zeichnen Sie eine Ziffer: Die Maschine liest sie, während Sie zeichnen.',
  which: 'Was gelesen wird',
  images: {
    way: 'Zwischen 4 und 9',
    five: 'Eher eine 5',
    nine: 'Eher eine 9',
    eight: 'Eher eine 8',
    own: 'Ihre eigene',
  },
  pad: {
    label: 'Zeichnen Sie eine Ziffer, und die Maschine liest sie',
    invitation: 'Eine Ziffer zeichnen',
  },
  pictures: { seen: 'das Bild', drawn: 'was Schicht 1 zeichnet', expected: 'was Schicht 2 erwartet' },
  legend: 'Klassen: umrandet aufwärts, gefüllt jetzt',
  beliefs: (was, pWas, is, pIs) =>
    `Klassen. Aufwärts: ${n.whole(was)} mit ${n.percent(pWas)}. Jetzt: ${n.whole(is)} mit ${n.percent(pIs)}.`,
  plot: (label, other) => `p der ${n.whole(label)}; gestrichelt: der ${n.whole(other)}`,
  percent: (share) => n.wholePercent(share),
  whole: (value) => n.whole(value),
  sweeps: 'Runden mit Rückkopplung',
  way: 'Von 4 nach 9',
  feedback: 'Rückkopplung',
  feedbackHint: 'Zehn Runden vom Durchgang aufwärts an',
  up: (first, p, second, q) =>
    `Aufwärts: ${n.whole(first)} mit ${n.wholePercent(p)}, ${n.whole(second)} mit ${n.wholePercent(q)}. Die oberen ` +
    'Schichten haben noch nichts gesagt.',
  after: (sweeps, is, p, was, q) =>
    `Nach ${n.plural(sweeps, { one: 'Runde', other: 'Runden' })} mit Rückkopplung: ${n.whole(is)} mit ` +
    `${n.wholePercent(p)}. Aufwärts war es ${n.whole(was)} mit ${n.wholePercent(q)}.`,
  scenes: {
    up: 'Eine 4, deren Arm sich biegt. Das Bild geht einmal hinauf, von Schicht zu Schicht, zu den zehn Klassen.',
    doubt:
      'Hier zweifelt die Maschine: 9 mit 56\u00a0%, 4 mit 40\u00a0%. Rechts: was die Schichten aus dem Bild machen.',
    nine: 'Ein Stück weiter ist es eine 9, und der Zweifel ist fort.',
    ask: 'Zurück im Zweifel. Was geschieht, wenn auch die oberen Schichten sprechen dürfen? Das ist die Frage daneben.',
  },
};
export default texts;
