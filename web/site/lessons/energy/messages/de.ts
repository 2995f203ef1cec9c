import { numbersOf } from '../../numbers.ts';
import { hidden, hiddenOn, visible, visibleOn } from '../../tiny-machine.ts';
import type { Texts } from './en.ts';

const n = numbersOf('de');
const bits = (count: number, on: (unit: number) => boolean): string =>
  Array.from({ length: count }, (_, unit) => (on(unit) ? '1' : '0')).join(' ');

const texts: Texts = {
  question: {
    asks:
      'Jeder Zustand der kleinen Maschine hat eine [Energie](energy) und daraus eine Wahrscheinlichkeit. Nun kommt ' +
      'zur Energie <em>jedes</em> Zustands 3 hinzu. Was geschieht mit den 32 Wahrscheinlichkeiten?',
    choices: ['Alle sinken', 'Die wahrscheinlichen verlieren an die anderen', 'Nichts', 'Alle steigen'],
    why: [
      'Niedrige Energie ist hohe Wahrscheinlichkeit, aber alle 32 ergeben zusammen immer 1; alle zugleich können ' +
        'nicht sinken. Jede wird mit $e^{-3}$ multipliziert und ihre Summe $Z$ ebenso: Es kürzt sich.',
      'Das bewirkt eine höhere Temperatur. Hier wird jeder Zustand mit demselben $e^{-3}$ multipliziert und ihre ' +
        'Summe $Z$ ebenso: Es kürzt sich.',
      'Die Balken der Energie steigen, die der Wahrscheinlichkeit bleiben stehen. Jeder Zustand wird mit demselben ' +
        '$e^{-3}$ multipliziert und ihre Summe $Z$ ebenso: Es kürzt sich. Nur Unterschiede der Energie zählen.',
      'Alle 32 ergeben zusammen immer 1; alle zugleich können nicht steigen. Jede wird mit $e^{-3}$ multipliziert ' +
        'und ihre Summe $Z$ ebenso: Es kürzt sich.',
    ],
  },
  text: [
    'Die Maschine hat drei sichtbare Einheiten $\\vis{v_1}, \\vis{v_2}, \\vis{v_3}$, in denen die Daten stehen, und ' +
      'zwei verborgene $\\hid{h_1}, \\hid{h_2}$. Jede ist aus (0) oder an (1), es gibt also $2^5 = 32$ Zustände. Ein ' +
      '[Gewicht](weight) verbindet jede sichtbare Einheit mit jeder verborgenen, und jede Einheit hat einen ' +
      '[Bias](bias). Die Energie eines Zustands ist',
    '$$E(\\vis{v}, \\hid{h}) = -\\sum_i b_i \\vis{v_i} - \\sum_j c_j \\hid{h_j} - \\sum_{i,j} \\vis{v_i} w_{ij} ' +
      '\\hid{h_j}$$',
    'Nur Einheiten, die an sind, zählen: Schalten Sie einige an und aus und lesen Sie die Summe unter der Maschine. ' +
      'Ein positives Gewicht senkt die Energie der Zustände, in denen seine beiden Einheiten an sind, ein negatives ' +
      'hebt sie. Die Wahrscheinlichkeit eines Zustands ist',
    '$$p(\\vis{v}, \\hid{h}) = \\frac{e^{-E(\\vis{v}, \\hid{h}) / T}}{Z}, \\qquad Z = \\sum_{\\vis{v}, \\hid{h}} ' +
      'e^{-E(\\vis{v}, \\hid{h}) / T}$$',
    'Die Summe $Z$ über alle Zustände, die [Zustandssumme](partition), sorgt dafür, dass sie zusammen 1 ergeben. Wie ' +
      'sich zwei Zustände zueinander verhalten, hängt von ihr nicht ab und auch von nichts, was zu beiden Energien ' +
      'hinzukommt:',
    '$$\\frac{p(a)}{p(b)} = e^{-(E(a) - E(b)) / T}$$',
    'Die [Temperatur](temperature) $T$ teilt jeden Unterschied. Bei $T = 2$ ist jeder Abstand zweier logarithmierter ' +
      'Wahrscheinlichkeiten halb so groß wie bei $T = 1$: Heiße Maschinen behandeln alle Zustände gleich, kalte ' +
      'bleiben beim niedrigsten.',
    'Mit 5 Einheiten hat $Z$ 32 Summanden. Mit den 784 Bildpunkten einer Ziffer sind es mehr, als das Universum ' +
      'Atome hat, und um diese Schwierigkeit führen die nächsten Lektionen herum.',
  ],
  tries: [
    {
      task: 'Machen Sie einen Zustand wahrscheinlicher als 95 %. Geht es auch ohne die Temperatur?',
      answer:
        'Mit allen sechs Gewichten auf 3 hat der Zustand, in dem alles an ist, 98 %. Abkühlen begünstigt den jeweils ' +
        'niedrigsten Zustand, ohne eine Energie zu ändern: Bei $T = 0{,}25$ zählt jeder Abstand vierfach.',
    },
    {
      task:
        'Wählen Sie den Zustand, in dem alle Einheiten aus sind; seine Energie ist 0, was auch die Gewichte sind. ' +
        'Wie wahrscheinlich ist er, verglichen mit dem niedrigsten, bei $T = 1$ und bei $T = 2$?',
      answer:
        'Der niedrigste Zustand, $\\vis{v} = 1\\,1\\,0$ mit $\\hid{h} = 1\\,0$, hat die Energie −1,5. Bei $T = 1$ ' +
        'ist das Verhältnis $e^{-1{,}5} = 0{,}22$, bei $T = 2$ ist es $e^{-0{,}75} = 0{,}47$, die Wurzel daraus.',
    },
    {
      task: 'Stellen Sie das Gewicht zwischen $\\vis{v_3}$ und $\\hid{h_2}$ auf −3. Welche Zustände verschwinden fast?',
      answer:
        'Die acht, in denen beide an sind: Ein negatives Gewicht sagt „nicht diese beiden zusammen“. Alle anderen ' +
        'gewinnen etwas, weil $Z$ kleiner geworden ist.',
    },
  ],
  terms: {
    energy: {
      name: 'Energie',
      means:
        'Eine Zahl für jeden Zustand: wie sehr Gewichte und Biase gegen ihn sprechen. Je niedriger, desto ' +
        'wahrscheinlicher.',
    },
    weight: {
      name: 'Gewicht',
      means: 'Um wie viel die Energie sinkt, wenn die beiden Einheiten, die es verbindet, an sind.',
    },
    bias: {
      name: 'Bias',
      means: 'Um wie viel die Energie sinkt, wenn die Einheit selbst an ist: die kleine Zahl in der Einheit.',
    },
    partition: {
      name: 'Zustandssumme',
      means:
        'Z, die Summe von exp(−E/T) über alle Zustände, auf Englisch partition function. Sie hängt von allen ' +
        'Gewichten ab, und bei großen Maschinen kann niemand sie ausrechnen.',
    },
    temperature: {
      name: 'Temperatur',
      means:
        'Die Einheit, in der Energieunterschiede gemessen werden. Eine trainierte Maschine ist für die Temperatur 1 ' +
        'gedacht.',
    },
  },

  label: 'Eine Maschine aus fünf Einheiten, die Energien ihrer 32 Zustände und deren Wahrscheinlichkeiten',
  machine: 'Die Maschine: Einheiten zum An- und Ausschalten, Gewichte zum Ziehen nach oben und unten',
  states: 'Die 32 Zustände; Pfeiltasten führen vom einen zum nächsten',
  unit: (side, unit) => `${side === 'visible' ? 'Sichtbare' : 'Verborgene'} Einheit ${n.whole(unit + 1)}`,
  weight: (v, h) =>
    `Gewicht zwischen der sichtbaren Einheit ${n.whole(v + 1)} und der verborgenen Einheit ${n.whole(h + 1)}`,
  number: (value) => n.fixed(value, 1, 2),
  percent: (share) => n.percent(share),
  state: (state, energy, p) =>
    `sichtbar ${bits(visible, (i) => visibleOn(state, i))}, verborgen ${bits(hidden, (j) => hiddenOn(state, j))}: ` +
    `Energie ${n.fixed(energy, 2)}, Wahrscheinlichkeit ${n.percent(p)}`,
  energy: 'Energie jedes Zustands',
  probability: 'Wahrscheinlichkeit',
  temperature: 'Temperatur T',
  offset: 'Zu jeder Energie hinzu',
  compare: (energy, lowest, temperature, isBest) => {
    if (isBest) return 'Das ist der niedrigste der 32 Zustände und damit der wahrscheinlichste.';
    const gap = energy - lowest;
    const ratio = n.significant(Math.exp(-gap / temperature), 2);
    return (
      `Dieser Zustand liegt ${n.fixed(gap, 2)} über dem niedrigsten und ist darum ${ratio} mal so wahrscheinlich: ` +
      `e hoch −${n.fixed(gap, 2)} / ${n.fixed(temperature, 2)}.`
    );
  },
  scenes: {
    states: 'Eine Spalte ist ein Zustand: welche Einheiten an sind, seine Energie und seine Wahrscheinlichkeit.',
    down:
      'Das Gewicht zwischen v₁ und h₁ fällt: Zustände, in denen beide an sind, steigen und verlieren ' +
      'Wahrscheinlichkeit.',
    up: 'Das Gewicht wächst wieder: Diese Zustände sinken und gewinnen, was andere verlieren.',
    hot: 'Erhitzt: Die Energien bleiben, und die Wahrscheinlichkeiten gleichen sich an.',
    cold: 'Abgekühlt: Der niedrigste Zustand bekommt fast alles.',
    back: 'Wieder bei Temperatur 1. Schalten Sie Einheiten, ziehen Sie Gewichte: Jetzt sind Sie dran.',
  },
};
export default texts;
