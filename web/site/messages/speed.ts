/** What the Speed page says. */
import type { Library, Peer } from '../speed/peers';

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const three = new Intl.NumberFormat('en', { maximumSignificantDigits: 3 });
const rounded = new Intl.NumberFormat('en', { maximumSignificantDigits: 2, minimumSignificantDigits: 2 });
const figure = new Intl.NumberFormat('en', { minimumFractionDigits: 4, maximumFractionDigits: 4 });
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 1 });
const threads = (n: number): string => `${whole.format(n)} ${n === 1 ? 'thread' : 'threads'}`;

const names: Record<Library, string> = {
  wakesleep: 'Wakesleep',
  'onnxruntime-web': 'onnxruntime-web',
  'jax-js': 'jax-js',
  'tensorflow.js': 'TensorFlow.js',
};

export const speed = {
  title: 'How fast is it here?',
  lede:
    'The same learning step, in this tab: by this engine, by the libraries that others would take, and ' +
    'beside them the most that this tab can multiply and add at all.',

  controls: 'Measurement',
  run: 'Measure',
  again: 'Measure again',
  stop: 'Stop',
  peers: 'Compare with',
  peersHint: 'They come from this site, when they are measured first.',
  noPeers: 'Other libraries are not in this page, which is one file: only its server’s page compares with them.',
  peerSize: { 'onnxruntime-web': '14 MB', 'jax-js': '0.3 MB', 'tensorflow.js': '1 MB' } satisfies Record<Peer, string>,

  state: {
    idle: 'Nothing is measured yet. It takes some seconds, and is fairest while nothing else is busy.',
    data: 'Drawing the digits to learn from …',
    starting: (who: string) => `Starting ${who} …`,
    warming: 'Warming up …',
    round: (round: number, rounds: number) => `Round ${whole.format(round)} of ${whole.format(rounds)}`,
    judging: 'Looking whether all have learned …',
    done: 'Measured.',
    stopped: 'Stopped. What was measured until then stays.',
  },
  progress: 'Progress of the measurement',
  failed: 'The measurement could not be made.',
  oneThread: 'This page has no threads here, because it is not cross-origin isolated: all run on one.',

  names,
  ceiling: 'Multiply-add limit of this tab',
  threads,
  chart: 'Effective GFLOP/s',
  chartHint: (operations: number) =>
    `Images learned a second, times the ${whole.format(operations)} operations that dense matrix ` +
    'products would need for each. More is better.',
  waiting: '–',
  rate: (operations: number) => three.format(operations / 1e9),
  images: (images: number) => `${whole.format(Number(images.toPrecision(3)))} images a second`,
  out: (message: string) => `left out: ${message}`,

  words: {
    title: 'In words',
    empty: 'Ratios come with the first round.',
    ceiling: (times: number) =>
      `A whole step of learning runs at ${rounded.format(times)} times what any dense matrix product could ` +
      'reach in this tab.',
    peer: (times: number, peer: string, count: number) =>
      `${rounded.format(times)} times as fast as ${peer}${count === 1 ? '' : `, both with ${threads(count)}`}.`,
    threads: (times: number, count: number) => `${threads(count)} are ${rounded.format(times)} times as fast as one.`,
  },

  table: {
    title: 'Figures as a table',
    caption: 'Medians over the rounds; the spread is half of what lies between the quartiles',
    who: 'Who',
    threads: 'Threads',
    images: 'Images a second',
    rate: 'GFLOP/s',
    spread: 'Spread',
    before: 'Error before',
    after: 'Error after',
    whole: (value: number) => whole.format(value),
    share: (value: number) => `± ${percent.format(value)}`,
    error: (value: number | null) => (value === null ? '–' : figure.format(value)),
    broken: 'has not learned',
  },

  about: {
    title: 'What is measured',
    work:
      'One step of contrastive divergence (CD-1) after another, for a machine of 784 visible and 500 ' +
      'hidden units, on batches of 100 binary digits: the hidden states are sampled from the images, new ' +
      'images from these, hidden states again, and the weights move by the difference, with momentum and ' +
      'weight decay. All start at the same weights, take turns in rounds, and must learn: the ' +
      'reconstruction error of digits kept apart is in the table.',
    ceiling:
      'The limit is a loop that does nothing but multiply and add, on the 128-bit vectors of WebAssembly. ' +
      'A dense matrix product can’t be faster than that. This engine can, because the states of the units ' +
      'are bits: it adds up sums of rows that it has looked up, and multiplies nothing.',
    more: 'The repository’s command “npm run bench” measures this, native programs too, with more rounds.',
  },
};
