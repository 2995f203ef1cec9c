import terms from '../../messages/terms/de.ts';
import { numbersOf } from '../../numbers.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const digits = { one: 'Ziffer', other: 'Ziffern' };
const named = (visited: readonly number[]): string => n.list(visited.map((one) => n.whole(one)));

const texts: Texts = {
  question: {
    asks:
      'Eine Maschine hat alle zehn Ziffern gelernt. Eine Kette beginnt bei einer geschriebenen 7 und macht 300 ' +
      'Schritte [Gibbs-Sampling](gibbs) bei der Temperatur 1. Wie viele verschiedene Ziffern zeigt sie?',
    choices: [
      'Nur Siebenen',
      'Zwei oder drei Ziffern',
      'Alle zehn, jede etwa gleich oft',
      'Bald keine: Sie endet im Rauschen',
    ],
    why: [
      'Die Siebenen liegen in einem eigenen Tal, und in 300 Schritten findet diese Kette nicht hinaus. Die andere, ' +
        'die mit heißeren Ketten den Platz tauscht, findet hinaus.',
      'Anderswo begonnen, sind es vielleicht zwei oder drei. Von dieser 7 aus verlässt die Kette ihr Tal in 300 ' +
        'Schritten nicht, obwohl die Maschine auch die anderen Ziffern für wahrscheinlich hält.',
      'Auf die Dauer besucht sie jede Ziffer so oft, wie sie wahrscheinlich ist. Aber das dauert sehr lange: In 300 ' +
        'Schritten verlässt diese Kette das Tal der Siebenen nicht.',
      'Rauschen hat hohe Energie: Ketten laufen von ihm weg und nicht zu ihm hin. Diese bleibt bei den Siebenen, ' +
        'deren Tal sie in 300 Schritten nicht verlässt.',
    ],
  },
  text: [
    'Die Maschine hat 784 sichtbare und 500 verborgene Einheiten und hat aus 60.000 geschriebenen Ziffern gelernt. ' +
      'Ihre [freie Energie](freeEnergy) ist eine Landschaft über allen Bildern, mit Tälern, wo Ziffern sind. Eine ' +
      'Kette, die bei einer ungelenken 7 beginnt, läuft ins nächste Tal hinab und zeigt eine bessere 7: Die Maschine ' +
      'ist ein <em>assoziatives Gedächtnis</em>.',
    'Sie soll aber auch träumen, also jedes Bild so oft besuchen, wie $p(\\vis{v})$ sagt. Dazu muss sie über das ' +
      'hinweg, was zwischen den Tälern liegt: Bilder, die keine Ziffern sind. Über einen Rücken der Höhe $\\Delta F$ ' +
      'führt etwa ein Schritt von',
    '$$e^{\\Delta F / T}$$',
    'Bei $T = 1$ kostet ein Rücken der Höhe 15 drei Millionen Schritte: Die Kette [mischt](mixing) langsam. Wärme ' +
      'macht jeden Rücken niedriger. Bei $T = 1{,}4$ kostet derselbe 45.000, und die Ketten wandern; doch was sie ' +
      'zeigen, sind Ziehungen aus der heißen Maschine, oft kaum Ziffern, und nicht aus der, die gelernt hat.',
    '<em>Parallel Tempering</em> vereint beides. Sechs Ketten laufen nebeneinander, bei Temperaturen von 1 bis zur ' +
      'höchsten. Nach jedem fünften Schritt bieten Nachbarn einander ihre Bilder $\\vis{v}$ und $\\vis{u}$ an und ' +
      'tauschen sie mit der Wahrscheinlichkeit',
    '$$\\min\\bigl(1,\\; e^{F_T(\\vis{v}) + F_S(\\vis{u}) - F_T(\\vis{u}) - F_S(\\vis{v})}\\bigr)$$',
    'Dabei sind $F_T$ und $F_S$ die freien Energien bei ihren beiden Temperaturen: die der Maschine, deren Gewichte ' +
      'und Biase alle durch $T$ und durch $S$ geteilt sind. Mit genau dieser Wahrscheinlichkeit behält jede ' +
      'Temperatur ihre eigene Verteilung. Die heißen Ketten finden Wege hinüber, und was sie finden, kommt Stufe um ' +
      'Stufe zu $T = 1$ herab.',
    'Ein Deep Belief Net bietet eine andere Leiter. Seine oberen Maschinen sehen Merkmale statt Bildpunkten, und ' +
      'dort liegen die Klassen näher beieinander; <em>Stacked Tempering</em> tauscht verborgene Zustände einer ' +
      'Maschine gegen sichtbare der nächsten.',
    'Oder man kommt ohne Überquerung aus. Ein Deep Belief Net mit Einheiten für die Klassen hält eine davon fest, ' +
      'und von seinen Tälern bleiben nur die dieser Ziffer: Unter den Ketten der Abbildung beginnt es beim selben ' +
      'Bild und läuft dorthin.',
  ],
  tries: [
    {
      task: 'Stellen Sie die höchste Temperatur auf 1. Nun wird jeder Tausch angenommen. Ist das gut?',
      answer:
        'Nein: Sechs gleiche Ketten reichen herum, was jede für sich findet, und das ist meistens eine 7. Ein Tausch ' +
        'hilft nur, wo die andere Kette sich freier bewegt.',
    },
    {
      task: 'Stellen Sie sie auf 2. Was wird aus den Tauschen?',
      answer:
        'Die Temperaturen liegen weiter auseinander, und weniger als ein Viertel der Tausche wird angenommen. Die ' +
        'heißeste Kette wandert weit, aber ihre Bilder kommen selten zu $T = 1$ herab. Mehr Temperaturen dazwischen ' +
        'würden helfen.',
    },
    {
      task: 'Beginnen Sie bei der 0. Hilft das Tauschen auch dort?',
      answer:
        'Nicht in 300 Schritten: Die Kette bei $T = 1$ zeigt nur Nullen. Deren Tal ist tief, und andere Bilder ' +
        'werden nur dagegen getauscht, wenn sie etwa so wahrscheinlich sind. Auch sagt kein Bild, was eine Kette ' +
        'nicht erreicht hat.',
    },
  ],
  terms: {
    gibbs: terms.gibbs,
    freeEnergy: terms.freeEnergy,
    mixing: terms.mixing,
  },

  label: 'Eine Kette allein und eine, die mit heißeren Ketten den Platz tauscht, von derselben Ziffer an',
  waiting: 'Die Maschine ist unterwegs.',
  alone: 'Allein, bei T = 1',
  together: 'Mit Tausch, bei T = 1',
  image: (name) => `Was die Kette zeigt: ${name}`,
  visits: (name, visited) =>
    `${name}: Ziffern im Lauf der Zeit. Bisher ${visited.length > 0 ? named(visited) : 'keine'}.`,
  count: (visited) => `bisher ${n.plural(visited, digits)}`,
  ladder: 'Die Ketten, die den Platz tauschen',
  ways: (share) => `Der Weg jeder Kette zwischen den Temperaturen; ${n.percent(share)} der Tausche wurden angenommen`,
  accepted: (share) =>
    `${n.percent(share)} der Tausche angenommen. Die kräftige Linie ist die Kette, die jetzt bei T = 1 ist.`,
  rung: (temperature) => `T = ${n.fixed(temperature, 2)}`,
  hot: (temperature) => `Was die Kette bei T = ${n.fixed(temperature, 2)} zeigt`,
  number: (value) => n.fixed(value, 1),
  highest: 'Höchste Temperatur',
  starts: 'Alle Ketten beginnen bei dieser Ziffer:',
  held: 'Vom selben Beginn an, mit einer Klasse, die ein Deep Belief Net festhält',
  hold: (label) => `Die Klasse ${n.whole(label)} festhalten`,
  heldSteps: (steps) => n.plural(steps, { one: 'Schritt', other: 'Schritte' }),
  heldImage: (steps, label) =>
    `Mit der Klasse ${n.whole(label)}, nach ${n.plural(steps, { one: 'Schritt', other: 'Schritten' })}`,
  chance: 'Andere Zufallszahlen',
  chanceHint: 'Derselbe Beginn, andere Ketten',
  after: (steps, alone, together) =>
    `Nach ${n.whole(steps)} Schritten hat die Kette allein ${n.plural(alone.length, digits)} gezeigt ` +
    `(${named(alone)}), die mit Tausch ${n.whole(together.length)} (${named(together)}).`,
};
export default texts;
