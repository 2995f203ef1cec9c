import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');

const texts: Texts = {
  question: {
    asks:
      'Die obere Hälfte einer 8 ist verdeckt. Acht Ketten einer Maschine, die alle zehn Ziffern gelernt hat, halten ' +
      'die untere Hälfte fest und ziehen, was verdeckt ist, jede mit eigenen Zufallszahlen. Was zeichnen sie?',
    choices: [
      'Achtmal die 8, die darunter ist',
      'Verschiedene Ziffern, die alle zum Sichtbaren passen',
      'Achtmal ein graues Gemisch aus dem, was möglich ist',
      'Irgendwelche Ziffern, ob sie passen oder nicht',
    ],
    why: [
      'Die Maschine weiß nicht, was verdeckt ist. Auch eine 3, eine 5 oder eine 6 kann unten so enden, und jede ' +
        'Kette zieht eine der Möglichkeiten.',
      'Die untere Hälfte passt zu einer 3, einer 5, einer 6 und einer 8. Jede Ergänzung hat für die Maschine eine ' +
        'Wahrscheinlichkeit, und jede Kette zieht eine davon.',
      'Grau ist der Mittelwert vieler Ergänzungen: siehe das letzte Bild. Eine Kette zieht eine einzige, und die ist ' +
        'eine Ziffer.',
      'Die sichtbaren Bildpunkte werden festgehalten und wirken in jedem Schritt mit: Die verborgenen Einheiten, die ' +
        'sie anschalten, verlangen Striche, die dazu passen.',
    ],
  },
  text: [
    'Die Maschine ist eine beschränkte Boltzmann-Maschine mit 784 sichtbaren Einheiten, einer je Bildpunkt, und 500 ' +
      'verborgenen. Sie hat aus 60.000 geschriebenen Ziffern gelernt, und Ergänzen hat sie niemand gelehrt. Doch ein ' +
      'Modell des ganzen Bildes, $p(\\vis{v})$, hat für jede Abdeckung eine Antwort. Mit $\\vis{s}$ für die ' +
      'sichtbaren Bildpunkte und $\\vis{c}$ für die verdeckten ist sie',
    '$$p(\\vis{c} \\mid \\vis{s}) = \\frac{p(\\vis{s}, \\vis{c})}{\\sum_{\\vis{c}\\prime} p(\\vis{s}, ' +
      '\\vis{c}\\prime)} = \\frac{e^{-F(\\vis{s}, \\vis{c})}}{\\sum_{\\vis{c}\\prime} e^{-F(\\vis{s}, ' +
      '\\vis{c}\\prime)}}$$',
    '$F$ ist die [freie Energie](freeEnergy) eines Bildes. Unter einer halben Ziffer hat die Summe $2^{392}$ ' +
      'Summanden, und niemand kann sie ausrechnen. Eine [Gibbs-Kette](gibbs), deren sichtbare Bildpunkte ' +
      '[festgehalten](clamp) werden, zieht trotzdem aus dieser Verteilung. Sie beginnt unter der Abdeckung mit ' +
      'Münzwürfen und wiederholt zwei Schritte:',
    '$$\\hid{h} \\sim p(\\hid{h} \\mid \\vis{s}, \\vis{c}), \\qquad \\vis{c} \\sim p(\\vis{c} \\mid \\hid{h})$$',
    'Die sichtbaren Bildpunkte sprechen in jedem Schritt zu den verborgenen Einheiten und werden selbst nie gezogen. ' +
      'Auf die Dauer kommt jede Ergänzung so oft, wie sie wahrscheinlich ist.',
    'Die Antwort ist also nicht ein Bild, sondern eine Verteilung über Bilder, und jede Kette zeigt eine Ziehung. ' +
      'Der Mittelwert der acht ist die Vermutung mit dem kleinsten quadratischen Fehler; wo sie sich uneins sind, ' +
      'ist er grau, und so sieht keine Ziffer aus.',
    'Die Zahl unter einer Ziehung vergleicht sie mit $\\vis{c_0}$, dem, was die Abdeckung verbirgt. Der sichtbare ' +
      'Teil ist bei beiden derselbe, und $Z$ kürzt sich:',
    '$$\\ln \\frac{p(\\vis{s}, \\vis{c})}{p(\\vis{s}, \\vis{c_0})} = F(\\vis{s}, \\vis{c_0}) - F(\\vis{s}, \\vis{c})$$',
    'Bei +10 ist die Ziehung $e^{10}$ mal, das heißt 22.000-mal so wahrscheinlich wie die Wahrheit, bei −10 um ' +
      'ebenso viel weniger. In den ersten Schritten liegen die Zahlen weit unter 0: Die Kette ist von den Münzwürfen ' +
      'her noch unterwegs, und das sind noch keine Ziehungen aus der Verteilung.',
  ],
  tries: [
    {
      task:
        'Nehmen Sie die 2 und verdecken Sie die rechte Hälfte. Welche Ziffern kommen? Ändern andere ' +
        'Zufallszahlen etwas?',
      answer:
        'Manche Ketten machen daraus eine 2, andere eine 6: Beide können so anfangen. Mit anderen Zufallszahlen ' +
        'ziehen andere Ketten das eine und das andere, und acht Ziehungen sind zu wenige, um die Anteile genau zu ' +
        'nennen.',
    },
    {
      task: 'Nehmen Sie die 5 und verdecken Sie die untere Hälfte. Warum sind sich die Ketten jetzt einig?',
      answer:
        'Was zu sehen ist, lässt nur eine Ziffer zu. Die acht Fünfen unterscheiden sich noch in den Strichen: Wie ' +
        'sicher die Antwort ist, hängt davon ab, was zu sehen ist, und die Ziehungen zeigen es.',
    },
    {
      task: 'Verdecken Sie alles.',
      answer:
        'Nichts wird festgehalten, und die Ketten ziehen aus $p(\\vis{v})$ selbst: Sie träumen Ziffern mehrerer ' +
        'Arten. Träumen und Ergänzen sind dasselbe; sie unterscheiden sich darin, was festgehalten wird.',
    },
  ],
  terms: {
    freeEnergy: terms.freeEnergy,
    gibbs: terms.gibbs,
    clamp: { name: 'festgehalten', means: 'In einem gegebenen Zustand gehalten, während alles andere gezogen wird.' },
  },

  label: 'Eine zum Teil verdeckte Ziffer und acht Ergänzungen durch die Maschine',
  waiting: 'Die Maschine ist unterwegs.',
  given: 'Was zu sehen ist',
  found: 'Acht Ergänzungen und ihr Mittelwert',
  sheet: 'Die Ziffer und die Abdeckung darauf',
  sheetRole: 'Blatt zum Verdecken',
  keys:
    'Ziehen Sie, um einen anderen Teil zu verdecken. Pfeiltasten verschieben die Abdeckung, mit der Umschalttaste ' +
    'ändern sie ihre Größe.',
  covers: (x, y, width, height) =>
    `Verdeckt: ${n.plural(width, { one: 'Spalte', other: 'Spalten' })} ab Spalte ${n.whole(x)}, ` +
    `${n.plural(height, { one: 'Zeile', other: 'Zeilen' })} ab Zeile ${n.whole(y)}.`,
  completion: (number) => `Ergänzung ${n.whole(number)}`,
  mean: 'Mittelwert der acht Ergänzungen',
  meanShort: 'Mittel',
  gain: (value) => `${value >= 0.5 ? '+' : ''}${n.fixed(value, 0)}`,
  gainHint: 'ln davon, wievielmal so wahrscheinlich wie das, was die Abdeckung verbirgt',
  presets: 'Was verdeckt ist',
  preset: {
    upper: 'Obere Hälfte',
    lower: 'Untere Hälfte',
    left: 'Linke Hälfte',
    right: 'Rechte Hälfte',
    all: 'Alles',
  },
  chance: 'Andere Zufallszahlen',
  chanceHint: 'Dieselbe Ziffer und Abdeckung, acht andere Ketten',
  after: (steps, better) =>
    `Nach ${n.plural(steps, { one: 'Schritt', other: 'Schritten' })}: ${n.whole(better)} der 8 Ergänzungen ` +
    `${better === 1 ? 'ist' : 'sind'} für die Maschine wahrscheinlicher als das, was die Abdeckung verbirgt.`,
  scenes: {
    eight: 'Die Maschine sieht die untere Hälfte einer 8. Acht Ketten ziehen den Rest, jede mit eigenen Zufallszahlen.',
    two: 'Die linke Hälfte einer 2: Auch eine 6 kann so anfangen.',
    five: 'Die obere Hälfte einer 5 lässt keine andere Ziffer zu. Nur die Striche unterscheiden sich.',
    all: 'Alles ist verdeckt: Nichts wird festgehalten, und die Ketten träumen.',
  },
};
export default texts;
