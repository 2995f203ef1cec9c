import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const drawings = { one: 'Zeichnung', other: 'Zeichnungen' };
const score = (right: number, all: number): string => `${n.whole(right)} von ${n.whole(all)}`;

const texts: Texts = {
  question: {
    asks:
      'Einer Maschine werden zwanzig Zeichnungen einer 3 gezeigt und nur zwei einer 8. Dann wird sie an je zwanzig ' +
      'geprüft, die sie nie gesehen hat, weil sie [zurückgehalten](held) wurden. Wofür hält sie diese?',
    choices: [
      'Sie erkennt beide etwa gleich gut',
      'Sie hält die meisten Achten für Dreien',
      'Sie hält die meisten Dreien für Achten',
      'Sie erkennt von beiden kaum eine',
    ],
    why: [
      'Sie erkennt alle zwanzig Dreien und keine der Achten. Zwei Achten sind zwei Arten, eine zu schreiben, und ' +
        'eine Maschine, die daneben zwanzig Dreien gesehen hat, erwartet eine 3.',
      'Sie erkennt alle zwanzig Dreien und keine der Achten. Sie kennt zwei Arten, eine 8 zu schreiben, und erwartet ' +
        'eine 3, noch ehe sie etwas gesehen hat.',
      'Es ist umgekehrt: Was ihr oft gezeigt wurde, erwartet sie. Alle zwanzig Achten hält sie für Dreien.',
      'Die Dreien kennt sie, alle zwanzig. Es sind die Achten, die sie für Dreien hält: Ihr wurden zwei gezeigt.',
    ],
  },
  text: [
    'Das ist eine beschränkte Boltzmann-Maschine mit 784 sichtbaren Einheiten, einer je Pixel, 30 verborgenen und ' +
      'zwei [Klasseneinheiten](label), einer für jedes Zeichen. Sie lernt Zeichnungen und Klassen zusammen, mit der ' +
      'Regel der Lektion [Lernen](#/learn/learning): CD-1, jede Zeichnung hundertmal. Das dauert Sekunden, in dieser ' +
      'Seite.',
    'Sie liest eine Zeichnung wie in der Lektion [Erkennen](#/learn/recognition), an den freien Energien der beiden ' +
      'Klassen:',
    '$$p(y \\mid \\vis{v}) = \\frac{e^{-F(\\vis{v}, y)}}{e^{-F(\\vis{v}, 0)} + e^{-F(\\vis{v}, 1)}}$$',
    'Werden ihr zwanzig von jedem gezeigt, so erkennt sie 37 der 40 zurückgehaltenen. Nichts in ihr weiß vorher, was ' +
      'eine 3 ist: Dieselbe Maschine lernt ein Herz und ein Haus oder zwei Buchstaben irgendeiner Schrift.',
    'Aber ihr Modell ist $p(\\vis{v}, y)$, und also auch, wie oft jede Klasse vorkommt. Nach zwanzig Dreien und zwei ' +
      'Achten erwartet sie von vornherein eine 3, und von der 8 kennt sie zwei. Keine der zwanzig Achten wird ' +
      'erkannt: Eine solche Maschine ist <em>voreingenommen</em>, obwohl niemand es wollte.',
    'Eine einzige Zahl kann das verdecken. Von den 22 gezeigten Zeichnungen liest sie 20 richtig, 91\u00a0%, und ' +
      'eine Prüfung mit zwanzig Dreien und zwei Achten sagte dasselbe. Nur eine Prüfung an zurückgehaltenen ' +
      'Zeichnungen, für jedes Zeichen einzeln gezählt, zeigt es.',
    'Wer eine Maschine weitergibt, sollte also sagen, was ihr gezeigt wurde, wie sie geprüft wurde und wofür sie ' +
      'nicht taugt: Das ist eine [Modellkarte](card). Die Datei, die Sie hier sichern, trägt ihre eigene.',
  ],
  tries: [
    {
      task: 'Zeigen Sie ihr acht Achten statt zwei, und dann zwanzig. Was wird aus den Achten, was aus den Dreien?',
      answer:
        'Mit acht werden 12 der 20 zurückgehaltenen Achten erkannt, mit zwanzig 19. Von den Dreien sind es beide ' +
        'Male 18 von 20, während es mit zwei Achten alle waren: Wer immer 3 sagt, verfehlt keine 3.',
    },
    {
      task: 'Zeigen Sie ihr zwei von jedem. Das ist ausgewogen. Ist es gut?',
      answer:
        'Nein: Sie erkennt 3 der Dreien und 18 der Achten, zusammen 21 von 40, kaum mehr als eine Münze. Ausgewogen ' +
        'genügt nicht, wo von beidem zu wenig da ist.',
    },
    {
      task:
        'Zeichnen Sie zwei eigene Zeichen, jedes achtmal oder öfter. Lassen Sie jemand anderen zeichnen, ohne es zu ' +
        'behalten: Was macht Ihre Maschine aus einer fremden Hand?',
      answer:
        'Jede vierte Zeichnung wird für die Prüfung zurückgehalten; das Ergebnis gilt also für Ihre Hand. Eine ' +
        'fremde war nicht unter dem, was der Maschine gezeigt wurde, und was sie daraus macht, sagt das Ergebnis ' +
        'nicht. Auf die Karte gehört es.',
    },
  ],
  terms: {
    held: {
      name: 'zurückgehalten',
      means: 'Der Maschine beim Lernen nicht gezeigt, damit sich zeigt, was sie aus Neuem macht.',
    },
    label: terms.label,
    card: {
      name: 'Modellkarte',
      means:
        'Ein Blatt zu einem Modell: was ihm gezeigt wurde, wie es geprüft wurde, bei wem es versagt, wofür es da ' +
        'ist.',
    },
  },

  label: 'Was einer Maschine von zwei Zeichen gezeigt wird, und wie sie zurückgehaltene Zeichnungen liest',
  of: 'Wessen Zeichnungen',
  sources: { examples: 'Beispiele: 3 und 8', own: 'Eigene' },
  digit: (digit) => n.whole(digit),
  unnamed: (symbol) => `Zeichen ${n.whole(symbol)}`,
  shown: 'Der Maschine gezeigt',
  shownLabel: (count, name) => `${n.plural(count, drawings)} von ${name}, der Maschine gezeigt`,
  test: 'Zurückgehalten, erkannt',
  score: (right, all) => (all === 0 ? '–' : score(right, all)),
  testLabel: (wrong, all, name) =>
    `${n.plural(all, drawings)} von ${name}, zurückgehalten; ${n.whole(wrong)} davon falsch gelesen`,
  legend:
    'Oben: was ihr gezeigt wird; blasse bleiben weg. Unten: die Prüfung; was sie falsch liest, ist durchgestrichen.',
  whole: (value) => n.whole(value),
  seed: 'Andere Zufallszahlen',
  seedHint: 'Dieselben Zeichnungen, eine Maschine, die anders beginnt',
  waiting: (names, counts) =>
    `Der Maschine wird gezeigt: ${names.map((name, i) => `${n.whole(counts[i] ?? 0)} von ${name}`).join(', ')}.`,
  drawFirst:
    'Zeichnen Sie von jedem einige: Die Maschine lernt, sobald von beiden eine da ist. Jede vierte wird für die ' +
    'Prüfung zurückgehalten.',
  untested: (epochs) =>
    `Sie hat jede Zeichnung ${n.whole(epochs)}-mal gesehen. Für eine Prüfung braucht es vier von jedem Zeichen.`,
  says: (epochs, names, right, all) =>
    `Sie hat jede Zeichnung ${n.whole(epochs)}-mal gesehen. Von den zurückgehaltenen erkennt sie ` +
    `${n.list(names.map((name, i) => `${score(right[i] ?? 0, all[i] ?? 0)} (${name})`))}.`,

  own: {
    name: (symbol) => `Name von Zeichen ${n.whole(symbol)}`,
    count: (count) => `${n.whole(count)} gezeichnet`,
    which: 'Was gezeichnet wird',
    draw: (name) => `Zeichnen: ${name}`,
    test: 'Nur prüfen',
    keep: 'Behalten',
    remove: 'Letzte zurücknehmen',
    hint: 'Zeichnungen bleiben in diesem Browser; die Seite „Training“ hat dieselben.',
    trouble: 'Der Browser behält sie nicht: Sie sind weg, wenn die Seite geschlossen wird.',
    reads: (name, share) => `Sie liest: ${name}, ${n.percent(share)}`,
  },
  card: {
    title: 'Ihre Karte und ihre Datei',
    later: 'Es gibt sie, wenn sie gelernt hat.',
    shown: (names, counts, own) =>
      `Gezeigt: ${names.map((name, i) => `${n.plural(counts[i] ?? 0, drawings)} von ${name}`).join(', ')}; ` +
      `${own ? 'im Browser von Hand gezeichnet' : 'von einem Generator für Strichziffern'}.`,
    trained: (hidden, epochs, seed) =>
      `Trainiert: eine beschränkte Boltzmann-Maschine mit ${n.whole(hidden)} verborgenen Einheiten, CD-1, ` +
      `${n.whole(epochs)} Epochen, Startwert ${String(seed)}.`,
    tested: (names, right, all) =>
      (all[0] ?? 0) + (all[1] ?? 0) === 0
        ? 'Geprüft: gar nicht.'
        : `Geprüft an zurückgehaltenen Zeichnungen: ` +
          `${names.map((name, i) => `${score(right[i] ?? 0, all[i] ?? 0)} erkannt (${name})`).join(', ')}.`,
    limits: (names) => `Sie kennt nur ${n.list(names)} und hält alles andere für eines davon.`,
    note: 'Was sollte man noch über sie wissen?',
    save: 'Maschine mit Karte sichern',
    hint:
      'Eine safetensors-Datei. Die Karte steht in ihren Metadaten (notes.card), und das Paket liest sie ' +
      'mit der Maschine.',
    saved: 'Gesichert.',
  },
};
export default texts;
