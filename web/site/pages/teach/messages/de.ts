import { numbersOf } from '../../../lessons/numbers.ts';
import type { Words } from './en.ts';

const n = numbersOf('de');

const notes: Words['notes'] = {
  energy: {
    show:
      'Die Abbildung einmal wortlos laufen lassen, dann anhalten und einzelne Einheiten ein- und ausschalten: Die ' +
      'Summe unter der Maschine zeigt, woher jede Zahl kommt. Heizen und kühlen zuletzt.',
    think: [
      'Energie gilt als etwas Gutes, viel davon mache einen Zustand wahrscheinlich. Es ist umgekehrt.',
      'Viele erwarten, dass ein Gewicht einen Zustand ändert. Es ändert die Energie der acht, in denen beide ' +
        'Einheiten an sind, und über Z die Wahrscheinlichkeit aller 32.',
      'Die Temperatur wird für einen Teil der Energie gehalten. Sie ändert keine Energie, nur was Unterschiede zählen.',
    ],
    ask: [
      'Welche Zustände behalten ihre Energie, wenn sich dieses Gewicht bewegt, und warum ändert sich ihre ' +
        'Wahrscheinlichkeit trotzdem?',
      'Was muss man wissen, um zu sagen, wie wahrscheinlich ein einzelner Zustand ist? Und um zwei zu vergleichen?',
      'Was tut die Maschine bei einer Temperatur nahe 0, was bei einer sehr hohen?',
    ],
  },
  chance: {
    show:
      'Zuerst Schritt für Schritt: Wer sieht auf wen, und mit welcher Wahrscheinlichkeit fällt jede Münze? Dann ' +
      'laufen lassen und zusehen, wie sich das Histogramm auf die Balken setzt. Verschiedene Läufe auf verschiedenen ' +
      'Bildschirmen zeigen, dass Läufe sich unterscheiden.',
    think: [
      'Nach genug Schritten soll die Maschine beim besten Zustand stehen bleiben. Sie ruht nie: Sie besucht weiter ' +
        'alle Zustände, die wahrscheinlichen öfter.',
      'Doppelt so viele Schritte sollen den Fehler halbieren. Es braucht viermal so viele.',
      'Ein Lauf, der falsch aussieht, gilt als Panne. Nach 100 Schritten liegt er im Mittel um 20\u00a0% daneben.',
    ],
    ask: [
      'Warum können alle verborgenen Einheiten ihre Münzen zugleich werfen?',
      'Woran merkte man, ohne die wahren Balken zu kennen, dass die Kette lang genug gelaufen ist?',
      'Wo sonst schrumpft ein Fehler mit der Wurzel der Zahl der Versuche? (Umfragen, Messungen.)',
    ],
  },
  learning: {
    show:
      'Die Karte vor dem Lernen zeigen, dann die ersten hundert Schritte langsam: Wohin gehen die gerahmten ' +
      'Quadrate, wo sind die Punkte? CD-1 und den exakten Gradienten erst am Ende vergleichen.',
    think: [
      'Lernen wird für das Speichern der Bilder gehalten. Gespeichert wird nichts: Gewichte ändern sich, bis die ' +
        'Daten wahrscheinlich sind.',
      'Die Energie der Träume zu heben scheint das Gelernte zu zerstören. Am Ende hebt es sich mit den Daten auf.',
      'Eine falsche Richtung am Anfang scheint am schlimmsten. CD-1 liegt spät am weitesten daneben, wenn die Täler ' +
        'tief sind.',
    ],
    ask: [
      'Was geschähe, wenn die Maschine die Energie der Daten nur senkte und nirgends höbe?',
      'Warum ist es billig, die Daten anzusehen, und teuer, die Träume zu kennen?',
      'Was machen bleibende Ketten besser, und was kosten sie?',
    ],
  },
  features: {
    show:
      'Zwei oder drei Bilder von Gewichten gemeinsam lesen: Rot verlangt Tinte, Blau spricht dagegen. Dann einzelne ' +
      'Einheiten ausschalten und die Klasse vorher sagen lassen, was fehlen wird.',
    think: [
      'Jede Einheit soll für eine ganze Ziffer stehen. Eine Einheit kennt einen Strich oder eine Kante, mehrere ' +
        'zusammen machen die Ziffer.',
      'Fällt eine Einheit aus, sollen die anderen einspringen. Ist das Bild gegeben, entscheidet jede für sich.',
      'Mehr Merkmale sollen ein besseres Bild geben. Alle an ist schlechter als alle aus.',
    ],
    ask: [
      'Warum zeichnet eine Maschine, die nur Zweien gesehen hat, bei einer 5 Stücke von Zweien?',
      'Wie fände man heraus, wonach eine Einheit eines viel größeren Netzes sucht? Was gälte als Beweis?',
      'Welche Einheiten kann man ohne Verlust entfernen, und würden Sie es tun?',
    ],
  },
  restriction: {
    show:
      'Beide Maschinen nebeneinander im gleichen Zustand beginnen lassen. Es kommt darauf an, wie viele Schritte ' +
      'jede braucht, um ihn zu vergessen.',
    think: [
      '„Beschränkt“ klingt nur nach Verlust. Was an Verbindungen fehlt, wird an Tempo gewonnen, und mehr verborgene ' +
        'Einheiten gleichen es aus.',
      'Einheiten einer Schicht gelten als überhaupt unabhängig. Sie sind es, wenn die andere Schicht gegeben ist; ' +
        'sonst nicht.',
    ],
    ask: [
      'Welche Verbindungen fehlen, und was kann man deshalb auf einmal ausrechnen?',
      'Wann nähme man trotzdem eine Maschine mit Verbindungen innerhalb einer Schicht?',
    ],
  },
  depth: {
    show:
      'Zeigen, wie die Schranke dort beginnt, wo die erste Maschine aufgehört hat, und steigt, während die zweite ' +
      'lernt. Träume aus gleichem Startwert in jeder Tiefe vergleichen.',
    think: [
      'Mehr Schichten gelten von selbst als besser. Versprochen wird eine bessere Schranke, wenn die neue Schicht ' +
        'bei der Lösung der alten beginnt und weiter lernt.',
      'Die Schranke wird für die Likelihood selbst gehalten. Die kann darüber liegen und sich anders bewegen.',
    ],
    ask: [
      'Was sind die „Daten“ der zweiten Maschine?',
      'Warum hilft es, dass die zweite Maschine als umgedrehte erste beginnt?',
    ],
  },
  explaining: {
    show:
      'Die Geschichte vom Haus erzählen, bevor die Abbildung zu sehen ist, und abstimmen lassen. Dann die Einheiten ' +
      'in der Reihenfolge der Geschichte drücken: Haus, Lastwagen.',
    think: [
      'Was unabhängig war, soll unabhängig bleiben. Ist die gemeinsame Wirkung zu sehen, werden die Ursachen abhängig.',
      '„Der Lastwagen war es“ wird als „kein Erdbeben“ gelesen. Es fällt fast auf das zurück, was es am Anfang war, ' +
        'nicht auf 0.',
      'Pfeile werden als Richtung des Denkens gelesen. Geschlossen wird gegen die Pfeile, und das ist das Schwere.',
    ],
    ask: [
      'Finden Sie ein Beispiel aus dem Alltag: zwei Ursachen, eine Wirkung. Was sagt die zweite über die erste?',
      'Was ändert sich, wenn man weiß, dass die Wirkung ausgeblieben ist?',
      'Warum machen tausend Ursachen 2 hoch 1000 Fälle, und warum schadet das einer beschränkten Maschine nicht?',
    ],
  },
  recognition: {
    show:
      'Mit dem Weg von der 4 zur 9 beginnen und in der Mitte anhalten: Welche Schlucht ist tiefer? Dann jemanden an ' +
      'der Tafel zeichnen lassen, auch etwas, das keine Ziffer ist.',
    think: [
      'Das Netz soll die Zeichnung mit gespeicherten Bildern vergleichen. Es rechnet zehn Summen aus.',
      '99\u00a0% wird als „sicher eine Ziffer“ gelesen. Es heißt nur, welche der zehn es wäre, wenn es eine ist.',
      'In der Mitte des Weges soll es lange schwanken. Einige Nat entscheiden.',
    ],
    ask: [
      'Warum braucht zum Erkennen niemand Z, obwohl ohne Z niemand p des Bildes ausrechnen kann?',
      'Wie könnte das Netz sagen: „Das ist keine Ziffer“? Was müsste es dafür wissen?',
      'Was soll ein Programm tun, das Überweisungen liest und sich zu 60\u00a0% sicher ist?',
    ],
  },
  dreaming: {
    show:
      'Beide Ketten bei der 7 beginnen und nebeneinander laufen lassen. Die Balken der Besuche sagen mehr als die ' +
      'Bilder: Eine Kette bleibt, eine reist.',
    think: [
      'Eine Kette, die gute Ziffern zeigt, gilt als gemischt. Vielleicht hat sie nur ein Tal gesehen.',
      'Hitze soll bessere Träume machen. Sie lässt sie reisen und verwischt sie; es zählt, was bei T = 1 ankommt.',
      'Ein Tausch sieht nach Betrug aus. Mit der richtigen Wahrscheinlichkeit ändert er keine Verteilung.',
    ],
    ask: [
      'Woran erkennt man von außen, dass eine Kette nicht überall war?',
      'Warum soll die höchste Temperatur weder zu niedrig noch zu hoch sein?',
      'Wo sonst findet man bessere Lösungen, indem man eine Weile schlechtere zulässt?',
    ],
  },
  wakesleep: {
    show:
      'Die Träume vorher und nachher nebeneinander zeigen, aus gleichem Startwert. Dann sagen, welche Gewichte jede ' +
      'Phase ändert: im Wachen die erzeugenden, im Schlaf die erkennenden.',
    think: [
      'Die Gewichte aufwärts und abwärts gelten als für immer gleich. Nach dem schichtweisen Lernen sind sie es; ' +
        'hier trennen sie sich.',
      'Schlaf gilt als Ruhe. Er ist die Hälfte des Lernens: Das Netz lernt, seine eigenen Träume zu erkennen.',
    ],
    ask: [
      'Was lernt ein Netz aus Träumen, die es selbst gemacht hat?',
      'Warum muss bei mehreren Schichten das, was erkennt, anders sein als das, was erzeugt?',
    ],
  },
  codes: {
    show:
      'Den Zeiger langsam über die Karte führen: Benachbarte Stellen geben ähnliche Bilder. Dann eine Zeichnung von ' +
      'jemandem im Raum darauf suchen.',
    think: [
      'Verdichten soll von einzelnen Pixeln handeln. Ein Code beschreibt, was von Ziffer zu Ziffer anders ist.',
      'Eine gerade Abbildung wie PCA soll mit dreißig Zahlen genügen. Sie macht mit ebenso vielen größere Fehler.',
    ],
    ask: [
      'Was schrieben Sie auf, wenn Sie eine Ziffer mit dreißig Zahlen beschreiben sollten?',
      'Was zeigt die Karte zwischen einer 4 und einer 9?',
    ],
  },
  completion: {
    show:
      'Die obere Hälfte der 8 verdecken und an der Tafel Vermutungen sammeln, bevor es läuft. Danach verdeckt jeder ' +
      'eine eigene Ziffer so, dass der Nachbar falsch rät.',
    think: [
      'Es soll eine richtige Antwort geben, die unter der Abdeckung. Es gibt eine Verteilung von Antworten.',
      'Das Mittel gilt als beste Antwort. Es ist die beste im quadratischen Fehler, und keine Ziffer.',
      'Die Maschine soll das Ergänzen gelernt haben. Gelernt hat sie nur, wie Ziffern aussehen.',
    ],
    ask: [
      'Was heißt es, wenn alle acht Ergänzungen übereinstimmen? Können alle falsch sein?',
      'Woher kommen Bilder im Netz, die so ergänzt sind, und was sollte man über sie wissen?',
      'Was ist der Unterschied zwischen Erinnern und Erfinden?',
    ],
  },
  quality: {
    show:
      'Die Rekonstruktionen von A und B zeigen und die Klasse die bessere Maschine wählen lassen. Erst dann die ' +
      'Balken: Wovon träumt B fast nie?',
    think: [
      'Ein kleiner Rekonstruktionsfehler gilt als gutes Modell. Er sagt, dass die Maschine bleibt, wo man ' +
        'sie hinsetzt.',
      'Ein schmales Intervall gilt als richtig. Mit einem Schritt AIS liegen alle Läufe gemeinsam daneben.',
      'Mehr Training soll besser sein. Mit CD-1 kann die Likelihood fallen.',
    ],
    ask: [
      'Welche Prüfung zeigte, dass eine Maschine eines der Bilder vergessen hat?',
      'Ein Mittel von log p über 0: Warum kann das nicht sein?',
      'Wo sonst wird etwas gemessen, weil es leicht ist, und nicht, weil es zählt?',
    ],
  },
  feedback: {
    show:
      'Das zweideutigste Bild nehmen. Zuerst zeigen, was die untere Schicht allein daraus macht, dann die ' +
      'Rückkopplung zuschalten und zusehen, welche Einheiten ihre Meinung ändern.',
    think: [
      'Sehen soll in einer Richtung gehen, vom Auge nach oben. Hier ändert, was oben erwartet wird, was unten ' +
        'gesehen wird.',
      'Rückkopplung soll nie enden. Die Mittelwerte kommen nach einigen Runden zur Ruhe.',
    ],
    ask: [
      'Wo lesen Sie selbst etwas, das nicht dasteht, weil der Zusammenhang es verlangt?',
      'Wann schadete Rückkopplung?',
    ],
  },
  yours: {
    show:
      'Gemeinsam die ausgewogene Maschine an den Beispielen trainieren, dann die unausgewogene, und die Prüfung laut ' +
      'auszählen lassen. Danach zeichnen alle: zwanzig Minuten einplanen, zu zweit, zwei Zeichen je Paar.',
    think: [
      'Der Computer bekommt die Schuld: „Er mag mein Zeichen nicht.“ Die Maschine hat keine Meinung; ihr wurde zu ' +
        'wenig gezeigt.',
      'Geprüft wird mit Zeichnungen, an denen gelernt wurde. Nur zurückgehaltene sagen, was sie kann.',
      'Ein hoher Anteil richtiger Antworten gilt als gerecht. Er kann verdecken, dass eines der Zeichen ' +
        'kaum bekannt ist.',
    ],
    ask: [
      'Wessen Zeichnungen sind in den Daten, wessen fehlen? Lassen Sie ein anderes Paar Ihre Maschine prüfen.',
      'Was muss neben einem Modell stehen, bevor sich andere darauf verlassen dürfen?',
      'Ist eine Maschine gut, die „4“ sagt, sooft sie unsicher ist? Für wen?',
    ],
  },
};

const words: Words = {
  title: 'Unterrichten',
  lede:
    'Links, die eine Lektion genau so öffnen, wie Ihre Klasse sie vorfinden soll, Notizen zu jeder Lektion und ' +
    'Arbeitsblätter zum Drucken. Derselbe Link zeigt auf jedem Computer dasselbe Bild.',
  use: {
    title: 'Im Unterricht',
    points: [
      'Eine Lektion dauert 30 bis 50 Minuten, jede so lang, wie ihre Notizen sagen: eine Vermutung, auf die sich ' +
        'alle festlegen, die Abbildung gemeinsam, Aufgaben zu zweit und ein Gespräch über das Gesehene. Die Frage ' +
        'wird an jedem Bildschirm beantwortet und nicht benotet.',
      'Für den Beamer in der Lektion „Vorführen“ drücken oder im Formular ankreuzen: große Schrift, eine Abbildung, ' +
        'weiter mit Tasten.',
      'Nichts muss installiert werden, niemand braucht ein Konto, und was gezeichnet wird, bleibt auf dem Gerät.',
      'Ohne Netz: die Seite auf jedem Gerät einmal öffnen und ganz unten „Ohne Netz“ nehmen; oder die ganze ' +
        'Seite als eine Datei herumgeben.',
    ],
  },

  maker: {
    title: 'Ein Link für Ihre Klasse',
    lesson: 'Lektion',
    numbered: (number, title) => `${n.whole(number)}. ${title}`,
    figure: 'Die Abbildung',
    paste: '…#/learn/…',
    unset:
      'Wie zu Beginn. Für einen anderen Anfang (Gewichte, Ziffer, Zufall) stellen Sie die Abbildung in der Lektion ' +
      'ein, drücken dort „Link hierauf kopieren“ und fügen den Link hier ein.',
    set: (settings) =>
      'Sie beginnt, wie Sie sie eingestellt haben ' +
      `(${n.plural(settings, { one: 'Einstellung', other: 'Einstellungen' })}).`,
    strange: (names) => `Weggelassen, weil die Abbildung der Lektion es nicht kennt: ${n.list(names)}.`,
    refused: 'Das ist kein Link zu einer Lektion dieses Kurses.',
    none: 'Keiner, bis oben ein Link aus diesem Kurs steht oder das Feld leer ist.',
    sheet: 'Das Arbeitsblatt dazu',
    large: 'Den Code groß zeigen',
    close: 'Schließen',
    noCode: 'Ein QR-Code fehlt hier: Ein Telefon kann keine Datei auf der Platte dieses Computers öffnen.',
    asAtFirst: 'Wie zu Beginn',
    language: 'Sprache',
    controls: 'Was sich bedienen lässt',
    shows: {
      all: { name: 'Alles', hint: 'die Abbildung mit allen Reglern und Knöpfen' },
      run: { name: 'Abspielen, Schritt, Anfang', hint: 'die Abbildung läuft, in ihr ist nichts zu verstellen' },
      none: { name: 'Nichts', hint: 'die Abbildung ist zum Ansehen; die Frage lässt sich beantworten' },
    },
    present: 'Für den Beamer',
    presentHint: 'beginnt als Vorführung',
    link: 'Der Link',
    copy: 'Link kopieren',
    code: 'Der Link als QR-Code',
    codeHint: 'Für Telefone: zeigen oder diese Seite drucken.',
  },

  notesTitle: 'Notizen zu den Lektionen',
  lesson: 'Lektion',
  open: (title) => `Die Lektion ${title} öffnen`,
  time: (minutes) => `Etwa ${n.plural(minutes, { one: 'Minute', other: 'Minuten' })}`,
  phase: (minutes, what) => `${n.whole(minutes)} min: ${what}`,
  phases: [
    'alle raten, Handzeichen für jede Antwort',
    'die Antwort in der Abbildung, gemeinsam',
    'die Aufgaben, zu zweit, mit dem Arbeitsblatt',
    'was zu sehen war und was offen ist',
  ],
  think: 'Was die meisten zuerst denken',
  ask: 'Was zu fragen ist',
  notes,

  sheet: {
    title: 'Arbeitsblatt',
    of: (title) => `Arbeitsblatt: ${title}`,
    print: 'Drucken',
    withAnswers: 'Mit den Antworten, auf eigenen Seiten',
    name: 'Name',
    date: 'Datum',
    code: 'Die Adresse der Lektion als QR-Code',
    codeHint: 'die Lektion',
    guess: 'Erst raten',
    because: 'Das vermute ich, weil:',
    afterwards: 'Das zeigt die Abbildung:',
    terms: 'Wörter',
    termsHint: 'In eigenen Worten:',
    sketch: 'Eine Skizze von dem, was die Abbildung zeigte',
    forTeacher: 'Für die Lehrkraft',
    answersTo: (title) => `${title}: Antworten`,
  },
};
export default words;
