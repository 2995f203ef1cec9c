import { numbersOf } from '../numbers.ts';
import type { Words } from './en.ts';

const n = numbersOf('de');

const words: Words = {
  title: 'Lernen',
  pageTitle: (page) => `${page} · Wakesleep`,
  lede:
    'Kurze Lektionen über Maschinen, die mit Energie lernen. Jede hat einen Gedanken, eine Abbildung zum Anfassen ' +
    'und eine Frage, die zu beantworten ist, bevor die Abbildung es tut.',
  lessonsLabel: 'Lektionen',
  language: 'Sprache',
  unknown: (name) => `Eine Lektion „${name}“ gibt es nicht. Es gibt diese:`,
  untranslated: 'Diese Lektion ist noch nicht übersetzt.',

  number: (number, all) => `Lektion ${n.whole(number)} von ${n.whole(all)}`,
  minutes: (minutes) => `${n.plural(minutes, { one: 'Minute', other: 'Minuten' })} Lesezeit`,
  question: {
    title: 'Erst raten',
    hint: 'Es gibt keine Noten. Nach der Antwort zeigt die Abbildung, was geschieht.',
    yours: 'Ihre Antwort',
    right: 'das geschieht',
    again: 'Noch einmal raten',
  },
  figure: 'Abbildung',
  play: 'Abspielen',
  pause: 'Anhalten',
  step: 'Schritt',
  reset: 'Wie zu Beginn',
  resetHint: 'Alles in der Abbildung wie zu Beginn',
  copy: 'Link hierauf kopieren',
  copyHint: 'Der Link öffnet die Abbildung genau so, wie sie jetzt ist',
  copied: 'Kopiert',
  copyFailed: 'Der Browser lässt Seiten nichts kopieren. Das ist der Link:',
  idea: 'Der Gedanke',
  tries: 'Zum Ausprobieren',
  answer: 'Was zu sehen ist',
  papers: 'Arbeiten',
  formula: 'Formel',
  answered: 'beantwortet',
  digits: {
    label: 'Ziffern',
    example: (label) => `Eine ${n.whole(label)}`,
    own: 'Ihre eigene Zeichnung',
    drawFirst: 'Auch eine Ziffer, die Sie auf der ersten Seite zeichnen, lässt sich hier nehmen.',
  },
  pad: {
    role: 'Zeichenfläche',
    keys: 'Pfeiltasten bewegen den Stift, die Leertaste setzt ihn auf oder hebt ihn ab.',
    undo: 'Rückgängig',
    clear: 'Leeren',
    penDown: 'Stift aufgesetzt',
    penUp: 'Stift abgehoben',
    undone: 'Zurückgenommen',
    cleared: 'Geleert',
  },
  glossary: {
    title: 'Glossar',
    lede: 'Die Wörter des Fachs, wie die Lektionen sie erklären, wo sie stehen.',
    hint: 'jedes Wort, das die Lektionen erklären',
    explainedIn: (lessons) => (lessons === 1 ? 'Lektion:' : 'Lektionen:'),
  },
  previous: 'Zurück',
  next: 'Weiter',
  allLessons: 'Alle Lektionen',
  end: 'Eine eigene Maschine trainieren',
  present: {
    start: 'Vorführen',
    hint: 'Für den Beamer: groß, Schritt für Schritt, mit Tasten',
    bar: 'Vorführung',
    keys: '→ oder Bild ab: weiter · ← oder Bild auf: zurück · F: ganzer Bildschirm · Esc: beenden',
    of: (step, all) => `${n.whole(step)} von ${n.whole(all)}`,
    piece: (of, number) => `${of} ${n.whole(number)}`,
    back: 'Zurück',
    on: 'Weiter',
    next: 'Nächste Lektion',
    fill: 'Ganzer Bildschirm',
    leave: 'Beenden',
  },
  teach: { lesson: 'Für Ihre Klasse', all: 'Für Lehrende', hint: 'Links, Notizen und Arbeitsblätter' },
  engineFailed: 'Die Abbildung konnte nicht berechnet werden.',
  notKept:
    'Diese Lektion gehört nicht zu denen, die auf diesem Gerät behalten sind, und was sie braucht, war nicht zu ' +
    'holen. Gibt es eine Verbindung?',
  kept: 'auf diesem Gerät behalten',
  retry: 'Noch einmal versuchen',

  lessons: {
    energy: {
      title: 'Energie',
      insight: 'Niedrige Energie ist hohe Wahrscheinlichkeit, und nur Unterschiede der Energie zählen.',
    },
    chance: {
      title: 'Zufall',
      insight:
        'Eine Einheit entscheidet mit einer gezinkten Münze, und so besucht die Maschine ihre Zustände so oft, wie ' +
        'sie wahrscheinlich sind.',
    },
    learning: {
      title: 'Lernen',
      insight: 'Lernen senkt die Energie bei den Daten und hebt sie dort, wo die Maschine träumt.',
    },
    features: {
      title: 'Merkmale',
      insight: 'Jede verborgene Einheit sucht nach etwas; nimmt man eine weg, sieht man, was fehlt.',
    },
    restriction: {
      title: 'Warum beschränkt',
      insight: 'Ohne Verbindungen innerhalb einer Schicht können alle ihre Einheiten zugleich gezogen werden.',
    },
    depth: { title: 'Tiefe', insight: 'Eine zweite Maschine auf den Merkmalen der ersten verbessert eine Schranke.' },
    explaining: {
      title: 'Wegerklären',
      insight: 'Zwei Ursachen, die nichts miteinander zu tun haben, werden abhängig, sobald ihre Wirkung zu sehen ist.',
    },
    recognition: {
      title: 'Erkennen',
      insight: 'Erkannt wird eine Ziffer an der Klasse mit der niedrigsten freien Energie; niemand braucht dafür Z.',
    },
    dreaming: {
      title: 'Träumen',
      insight: 'Ein Gedächtnis, das durch seine Energielandschaft wandert, wenn es einen Weg hinüber findet.',
    },
    wakesleep: {
      title: 'Wachen und Schlafen',
      insight: 'Durchgänge aufwärts und abwärts trennen die Gewichte des Erkennens von denen des Erzeugens.',
    },
    codes: {
      title: 'Codes',
      insight: 'Dreißig Zahlen reichen für eine Ziffer, wenn die Abbildung dorthin krumm sein darf.',
    },
    completion: { title: 'Ergänzen', insight: 'Ein Modell des Ganzen kann einen Teil ergänzen.' },
    quality: {
      title: 'Wie gut ist es?',
      insight: 'Die bessere Rekonstruktion kann vom schlechteren Modell kommen; die Likelihood entscheidet.',
    },
    feedback: {
      title: 'Rückkopplung',
      insight: 'In einer tiefen Boltzmann-Maschine lösen die oberen Schichten die Zweifel der unteren auf.',
    },
    yours: { title: 'Selbst lehren', insight: 'Eine Maschine kennt, was ihr gezeigt wurde, und sonst nichts.' },
  },
};
export default words;
