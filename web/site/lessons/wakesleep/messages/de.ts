import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Nach schichtweisem Training erkennt ein Netz Ziffern mit denselben Gewichten, mit denen es sie ' +
      '[erzeugt](generate), nur auf den Kopf gestellt. Von 1.000 neuen Ziffern liest es 33 falsch. ' +
      '[Up-down-Lernen](updown) lässt beide Arten von Gewichten für sich lernen, und 25 bleiben. Nun lese das ' +
      'nachtrainierte Netz mit seinen erzeugenden Gewichten, auf den Kopf gestellt wie zuvor. Wie viele liest es ' +
      'falsch?',
    choices: ['Etwa ebenso viele: 25', '33, wie vor dem Nachtraining', 'Viel mehr: über 100'],
    why: [
      'Es liest 128 falsch. Seine erzeugenden Gewichte sind nicht mehr das, womit die Schichten darüber zu lesen ' +
        'erwarten: Einmal frei, haben sie etwas anderes gelernt, nämlich aus Merkmalen Ziffern zu machen.',
      'Es liest 128 falsch. Die Gewichte sind nicht zurückgekehrt: Die erzeugenden sind dorthin gegangen, wo sie am ' +
        'besten erzeugen, und auf den Kopf gestellt erkennen sie schlechter als vorher.',
      'Es liest 128 falsch. Erkennen und Erzeugen wollen verschiedene Gewichte. Solange beide sie teilten, hielt ' +
        'eines das andere auf; freigelassen, haben sie sich auseinanderentwickelt.',
    ],
  },
  text: [
    'Beide Netze sind Deep-Belief-Netze mit drei verborgenen Schichten von 200, 200 und 400 Einheiten, die 20.000 ' +
      'erzeugte Ziffern gelernt haben. Das linke wurde Schicht für Schicht trainiert. Das rechte ist dasselbe Netz ' +
      'nach 20 weiteren Runden, in denen alle Schichten zugleich gelernt haben.',
    'Schichtweises Training lässt jede untere Schicht, wie sie war, als die nächste begann. Und es bindet zweierlei ' +
      'aneinander: Gewichte $W$, die erzeugen, und Gewichte $R = W$, die erkennen. Das erste ist ein Modell, das ' +
      'zweite nur eine schnelle Vermutung, was ein Bild verursacht haben mag.',
    '<em>Wachen.</em> Ein Bild geht mit $R$ hinauf, und gezogene Merkmale gelten als seine Ursachen. Die erzeugenden ' +
      'Gewichte lernen, jede Schicht aus der darüber zu machen:',
    '$$\\Delta W = \\varepsilon \\, (\\vis{v} - \\vis{\\hat v}) \\, \\hid{h}^\\top, \\qquad \\vis{\\hat v} = ' +
      '\\sigma(\\vis{b} + W \\hid{h})$$',
    '<em>Schlafen.</em> Die Spitze träumt, und der Traum geht mit $W$ hinunter. Nun sind die Ursachen bekannt, denn ' +
      'das Netz hat sie selbst gezogen, und die erkennenden Gewichte lernen, sie wiederzufinden:',
    '$$\\Delta R = \\varepsilon \\, \\vis{v} \\, (\\hid{h} - \\hid{\\hat h})^\\top, \\qquad \\hid{\\hat h} = ' +
      '\\sigma(\\hid{c} + R^\\top \\vis{v})$$',
    'Der Up-down-Algorithmus ist die kontrastive Form davon: Sein Traum beginnt nicht irgendwo, sondern wenige ' +
      'Gibbs-Schritte von den Merkmalen eines Bildes entfernt, mit dessen Klasse an der Spitze. So schläft das Netz ' +
      'nahe bei dem, was es wach gesehen hat, und die beiden obersten Schichten lernen mit kontrastiver Divergenz.',
    'Was kommt dabei heraus? Das Netz liest besser, und mehr seiner Träume sind, was sie sein sollen: Ein drittes, ' +
      'größeres Netz liest 379 von 500 Träumen des linken Netzes als die festgehaltene Klasse, und 438 des rechten.',
  ],
  tries: [
    {
      task: 'Lassen Sie beide Netze mit ihren erzeugenden Gewichten erkennen. Warum ändert sich links nichts?',
      answer:
        'Es gibt keine anderen: Vor dem Nachtraining ist $R$ gleich $W$, und so bleiben 33 Fehler 33. Rechts werden ' +
        'aus 25 Fehlern 128.',
    },
    {
      task: 'Gehen Sie die Einheiten durch. Wie unterscheiden sich rechts die beiden Bilder einer Einheit?',
      answer:
        'Sie sind verwandt, aber nicht gleich: Im Mittel über alle Einheiten ist der [Kosinus](cosine) zwischen ' +
        'ihnen 0,90. Was eine Einheit sucht und was sie zeichnet, hat sich getrennt. In der zweiten Schicht ist er ' +
        'noch 0,98.',
    },
    {
      task: 'Lassen Sie beide von einer 5 träumen, mit 1, 10 und 1.000 Schritten und mit anderen Zufallszahlen.',
      answer:
        'Nach einem Schritt ist an der Spitze kaum mehr als Rauschen, und es kommen Ziffern irgendeiner Klasse. Nach ' +
        '200 liest ein größeres Netz links die Hälfte der Träume als Fünfen, 25 von 50, und rechts 43 von 50. Beide ' +
        'Netze sind klein, und bei beiden bleiben manche Träume etwas anderes.',
    },
  ],
  terms: {
    generate: {
      name: 'erzeugen',
      means:
        'Von oben nach unten: Die Einheiten jeder Schicht werden gezogen, gegeben die der Schicht darüber, am Ende ' +
        'die Bildpunkte.',
    },
    updown: {
      name: 'Up-down-Lernen',
      means:
        'Alle Schichten lernen zugleich, in Durchgängen aufwärts und abwärts. Eine Form des Wake-sleep-Algorithmus ' +
        'für Netze, die schichtweise trainiert beginnen.',
    },
    cosine: {
      name: 'Kosinus',
      means:
        'Hier der des Winkels zwischen zwei Listen von Gewichten: 1, wo sie sich nur um einen Faktor unterscheiden, ' +
        '0 bei einem rechten Winkel.',
    },
  },

  label: 'Ein Netz nach schichtweisem Training und nach Up-down-Lernen: Träume, Fehler und die Gewichte einer Einheit',
  waiting: 'Die Netze werden geladen.',
  nets: ['Schichtweise', 'Nach Up-down'],
  dreams: (net, label) => `${net}: Träume, die Klasse ${n.whole(label)} festgehalten`,
  dream: (number) => `Traum ${n.whole(number)}`,
  errors: 'Falsch von 1.000',
  recognises: 'sucht',
  generates: 'zeichnet',
  up: (net, unit) => `${net}: Gewichte, mit denen Einheit ${n.whole(unit)} erkennt`,
  down: (net, unit) => `${net}: Gewichte, mit denen Einheit ${n.whole(unit)} erzeugt`,
  alike: (cosine) => `Kosinus ${n.fixed(cosine, 2)}`,
  ways: 'Gelesen mit',
  way: { recognition: 'Erkennenden Gewichten', generative: 'Erzeugenden Gewichten' },
  wayHints: {
    recognition: 'Jedes Netz erkennt, wie es gelernt hat',
    generative: 'Jedes Netz erkennt mit den Gewichten, die erzeugen, auf den Kopf gestellt',
  },
  ofLabel: 'Traum von einer',
  steps: 'Gibbs-Schritte an der Spitze',
  unit: 'Einheit der ersten verborgenen Schicht',
  whole: (value) => n.whole(value),
  chance: 'Andere Zufallszahlen',
  chanceHint: 'Beide Netze träumen neu, mit denselben Zufallszahlen für beide',
  says: (count, greedy, tuned, way) =>
    `Von ${n.whole(count)} Ziffern, die keines gesehen hat, liest das schichtweise trainierte Netz ` +
    `${n.whole(greedy)} falsch, das nachtrainierte ${n.whole(tuned)}` +
    (way === 'generative' ? ', beide mit ihren erzeugenden Gewichten, auf den Kopf gestellt.' : '.'),
  scenes: {
    dream:
      'Beide Netze träumen von einer 2, mit denselben Zufallszahlen: mehr und mehr Gibbs-Schritte an der Spitze, ' +
      'dann hinunter.',
    rest: 'Links: Schicht für Schicht trainiert. Rechts: dasselbe Netz, nachdem alle Schichten zugleich gelernt haben.',
    again: 'Dasselbe mit einer 5.',
    units: 'Was eine Einheit sucht und was sie zeichnet. Links ist es dasselbe; rechts hat sich beides getrennt.',
  },
};
export default texts;
