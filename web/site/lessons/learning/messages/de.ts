import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import { pixelsOf } from '../bars.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const bits = (image: number): string => {
  const all = pixelsOf(image).join('');
  return `${all.slice(0, 3)} ${all.slice(3, 6)} ${all.slice(6)}`;
};

const texts: Texts = {
  question: {
    asks:
      'Um zu lernen, muss man wissen, wovon die Maschine träumt. [CD-1](cd) lässt sie nur einen Schritt weit ' +
      'träumen, von den Daten aus. Wann führt das am weitesten von der Richtung des [exakten Gradienten](gradient) ' +
      'weg?',
    choices: ['Am Anfang, wenn die Maschine nichts weiß', 'Später, wenn sie viel gelernt hat', 'Immer gleich weit'],
    why: [
      'Am Anfang sind die Gewichte fast 0, und ein einziger Schritt vergisst, wo er begann: Der Traum ist so gut wie ' +
        'jeder andere. Später sind die Täler tief. Ein Schritt bleibt im Tal der Daten, in dem er begann, und sieht ' +
        'die anderen nie.',
      'Am Anfang sind die Gewichte fast 0, und ein einziger Schritt vergisst, wo er begann. Später sind die Täler ' +
        'tief: Ein Schritt bleibt im Tal, in dem er begann, und was anderswo falsch ist, wird nie geträumt.',
      'Wie weit ein Schritt führt, hängt von den Gewichten ab. Sind sie fast 0, vergisst er, wo er begann; sind die ' +
        'Täler erst tief, bleibt er im Tal der Daten, in dem er begann.',
    ],
  },
  text: [
    'Diese Maschine hat neun sichtbare Einheiten, ein Bild aus 3 × 3 Bildpunkten, und sechs verborgene. Gezeigt ' +
      'werden ihr die 14 Bilder, in denen alle Spalten oder alle Zeilen voll oder leer sind. Insgesamt gibt es 512 ' +
      'Bilder, sodass sich die [Likelihood](likelihood) und ihr Gradient ausrechnen lassen. Für ein Gewicht ist der ' +
      'Gradient',
    '$$\\frac{\\partial \\log p}{\\partial w_{ij}} = \\langle \\vis{v_i} \\hid{h_j} \\rangle_0 - \\langle \\vis{v_i} ' +
      '\\hid{h_j} \\rangle_\\infty$$',
    'Wie oft beide Einheiten an sind, wenn Daten gezeigt werden, abzüglich wie oft, wenn die Maschine ohne Ende ' +
      'träumt. Der erste Teil senkt die Energie bei den Daten, der zweite hebt sie, wo die Träume sind. Stimmen ' +
      'beide überein, ist ausgelernt.',
    'Einen Traum ohne Ende kann sich niemand leisten. [Kontrastive Divergenz](cd) beginnt bei den Daten und hört ' +
      'nach $k$ Gibbs-Schritten auf:',
    '$$\\Delta w_{ij} = \\varepsilon \\, (\\langle \\vis{v_i} \\hid{h_j} \\rangle_0 - \\langle \\vis{v_i} \\hid{h_j} ' +
      '\\rangle_k)$$',
    'Die Balken der Abbildung zeigen, um wie viel Grad diese Richtung, gemittelt über alle Träume, von der exakten ' +
      'abweicht, für die Maschine, wie sie jetzt ist. Die Abweichung sinkt mit $k$, und sie wächst, während die ' +
      'Maschine lernt.',
    'Wo liegt der Fehler? Dort, wohin von den Daten aus in $k$ Schritten keine Kette kommt: Felder, die hervortreten ' +
      'und keinen Punkt haben, behalten ihre Wahrscheinlichkeit. Und jedes Tal behält die Kette, die in ihm beginnt: ' +
      'Die Punkte auf den 14 Daten sind gleich, wie ungleich auch die Felder darunter werden. Nach 6.000 Schritten ' +
      'CD-1 hat eines 31\u00a0%, ein anderes 0,1\u00a0%. [Persistente Ketten](pcd) (PCD) laufen von Lernschritt zu ' +
      'Lernschritt weiter, statt wieder bei den Daten zu beginnen.',
  ],
  tries: [
    {
      task:
        'Vergleichen Sie CD-1, CD-2, CD-5 und den exakten Gradienten nach 6.000 Schritten. Wie viele [Nats](nat) ' +
        'gehen verloren?',
      answer:
        'Das Mittel von $\\log p$ ist −3,54 mit CD-1, −3,07 mit CD-2, −2,79 mit CD-5 und −2,73 mit dem exakten ' +
        'Gradienten. Mehr als $-\\log 14 = -2{,}64$ ist nicht zu haben: Dann hat jedes der 14 Bilder 1/14.',
    },
    {
      task:
        'Gehen Sie bei CD-1 zu 2.100 Schritten und sehen Sie die Felder ohne Rahmen an, die hervortreten. Haben sie ' +
        'Punkte?',
      answer:
        'Bilder, die nicht zu den Daten gehören, haben 39\u00a0% der Wahrscheinlichkeit, aber nur 27\u00a0% der ' +
        'Träume nach einem Schritt. Was fehlt, liegt weit von den Daten, wo CD-1 die Energie nicht genug hebt.',
    },
    {
      task:
        'Wählen Sie den exakten Gradienten und sehen Sie am Ende die Winkel von CD an. Die Gewichte stimmen; warum ' +
        'sind die Winkel groß?',
      answer:
        'Der Gradient ist dort fast 0, die Richtungen von CD sind es nicht: Sie würden von der besten Maschine ' +
        'wegführen. CD kommt anderswo zur Ruhe, und das heißt seine Verzerrung (bias).',
    },
  ],
  terms: {
    cd: {
      name: 'Kontrastive Divergenz',
      means:
        'Eine Regel, die die Daten mit dem vergleicht, was die Maschine nach wenigen Gibbs-Schritten aus ihnen ' +
        'macht, in CD-1 nach einem: alle verborgenen Einheiten gezogen, gegeben die Daten, dann alle sichtbaren, ' +
        'dann die verborgenen.',
    },
    gradient: { name: 'Gradient', means: 'Die Richtung, in der die Likelihood der Daten am steilsten steigt.' },
    likelihood: terms.likelihood,
    pcd: {
      name: 'Persistente Ketten',
      means:
        'Ketten, die nicht bei den Daten neu beginnen, sondern dort fortfahren, wo sie sind. Hier 500, jede mit ' +
        'einem Gibbs-Schritt für jeden Lernschritt.',
    },
    nat: terms.nat,
  },

  label:
    'Eine Karte aller 512 Bilder: wie wahrscheinlich die Maschine sie findet, während sie lernt, und wo sie träumt',
  waiting: 'Die Maschine lernt.',
  rule: 'Wie sie lernt',
  rules: { cd1: 'CD-1', cd2: 'CD-2', cd5: 'CD-5', cd25: 'CD-25', pcd: 'PCD', exact: 'Exakt' },
  ruleHints: {
    cd1: 'Träume beginnen bei den Daten und gehen einen Gibbs-Schritt weit',
    cd2: 'Zwei Gibbs-Schritte von den Daten aus',
    cd5: 'Fünf Gibbs-Schritte von den Daten aus',
    cd25: '25 Gibbs-Schritte von den Daten aus',
    pcd: '500 Ketten, die weiter träumen, während die Maschine lernt',
    exact: 'Der Gradient selbst, eine Summe über alle Zustände',
  },
  map: 'Die 512 Bilder; Pfeiltasten führen zu einem, das sich in einem einzigen Bildpunkt unterscheidet',
  image: (image, isDatum, p, dreamed) =>
    `${bits(image)}${isDatum ? ', eines der Daten' : ''}: Wahrscheinlichkeit ${n.percent(p)}, Träume ` +
    `${n.percent(dreamed)}`,
  one: (isDatum, p, dreamed) =>
    `${isDatum ? 'Eines der Daten' : 'Nicht in den Daten'}: Wahrscheinlichkeit ${n.percent(p)}, Träume ` +
    `${n.percent(dreamed)}.`,
  legend: 'Ein Feld tritt so hervor, wie sein Bild wahrscheinlich ist. Gerahmt: Daten. Punkte: Träume.',
  likelihood: 'Mittleres log p der Daten',
  angles: 'Vom exakten Gradienten ab, je k',
  anglesRead: (ks, angles) =>
    'Winkel zwischen der mittleren Richtung von CD und dem exakten Gradienten: ' +
    n.list(ks.map((k, i) => `k = ${n.whole(k)}: ${n.whole(angles[i] ?? 0)}°`)),
  anglesLater: 'Verdeckt, bis Sie geraten haben oder selbst weitermachen.',
  degrees: (value) => `${n.whole(value)}°`,
  nats: (value) => n.fixed(value, 2),
  whole: (value) => n.whole(value),
  steps: 'Lernschritte',
  seed: 'Anderer Zufall',
  seedHint: 'Dasselbe mit anderen Zufallszahlen',
  says: (rule, steps, known, logLikelihood, angle) =>
    `${rule}, ${n.plural(steps, { one: 'Schritt', other: 'Schritte' })}: Die Daten haben ${n.percent(known)} der ` +
    `Wahrscheinlichkeit, ihr mittleres log p ist ${n.fixed(logLikelihood, 2)}` +
    (angle === null ? '.' : `, und die Regel weicht um ${n.whole(angle)}° vom exakten Gradienten ab.`),
  scenes: {
    flat: 'Anfangs sind alle 512 Bilder fast gleich wahrscheinlich. 14 davon, gerahmt, werden der Maschine gezeigt.',
    valleys: 'Jeder Schritt senkt die Energie bei den Daten und hebt sie, wo die Maschine träumt: bei den Punkten.',
    near: 'Die Täler bei den Daten werden tiefer, und Träume von einem Schritt sammeln sich darin.',
    end:
      'Gestrichelt: der exakte Gradient vom selben Anfang aus. Wählen Sie eine Regel, einen Schritt, ein Feld: Jetzt ' +
      'sind Sie dran.',
  },
};
export default texts;
