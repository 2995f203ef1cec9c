/** What the Train page says. */
import type { DataKind } from '../pages/train/datasets';
import type { NumberOption, Options } from '../pages/train/options';

const whole = new Intl.NumberFormat('en');
const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const plural = (n: number, one: string, many: string): string => `${whole.format(n)} ${n === 1 ? one : many}`;

export const train = {
  title: 'Train a machine of your own',
  lede: 'A restricted Boltzmann machine learns here, in this tab: it looks at examples, dreams some of its own, and changes its weights until the two are alike.',

  transport: {
    label: 'Training',
    play: 'Train',
    pause: 'Pause',
    step: 'Step',
    stepHint: 'One mini-batch (key s)',
    playHint: 'Train or pause (space bar)',
    reset: 'Reset',
    resetHint: 'The untrained network of the same seed (key r)',
    epoch: 'Epoch',
    batch: 'Batch',
    batchOf: (batch: number, batches: number) => `${whole.format(batch)} of ${whole.format(batches)}`,
    speed: 'Examples a second',
    speedOf: (speed: number) => (speed > 0 ? short.format(speed) : '–'),
    error: 'Reconstruction error',
    whole: (n: number) => whole.format(n),
    figure: (value: number | null | undefined) => (value === null || value === undefined ? '–' : figure.format(value)),
    busy: { data: 'Making the data …', model: 'Making the network …', file: 'Opening the file …' },
    keys: 'Space trains and pauses, s takes one step, r resets.',
    state: (running: boolean, epoch: number) =>
      running ? 'Training has begun' : `Training is paused at epoch ${whole.format(epoch)}`,
  },

  data: {
    title: 'Data',
    label: 'Data set',
    kinds: {
      'stroke-digits': 'Stroke digits',
      'bars-and-stripes': 'Bars and stripes',
      shifter: 'Shifter',
      drawings: 'Your drawings',
      idx: 'IDX file',
      mnist: 'MNIST',
    } satisfies Record<DataKind, string>,
    about: {
      'stroke-digits': 'Digits written by a generator in several hands, 28 × 28 pixels in shades of grey.',
      'bars-and-stripes':
        'Every image whose columns, or whose rows, are all on or all off. Small enough to know the best possible likelihood.',
      shifter: 'Random bits above, the same bits below: shifted left, shifted right or not at all.',
      drawings: 'Digits, letters, signs: draw a few of each kind. They stay on this machine.',
      idx: 'Images in MNIST’s file format, plain or .gz. Drop them anywhere on this page; they stay on this machine.',
      mnist: '60,000 handwritten digits, 28 × 28 pixels.',
    } satisfies Record<DataKind, string>,
    size: 'Size',
    sizeHint: {
      'bars-and-stripes': (n: number) =>
        `${whole.format(n)} × ${whole.format(n)} pixels, ${whole.format(2 ** (n + 1) - 2)} images in all`,
      shifter: (n: number) =>
        `${whole.format(n)} bits and ${whole.format(n)} shifted ones, ${whole.format(3 * 2 ** n)} examples in all`,
    },
    count: 'Examples',
    countHint: 'More take longer to an epoch, and the network generalises better.',
    summary: (count: number, rows: number, columns: number, held: number) =>
      `${plural(count, 'example', 'examples')} of ${whole.format(rows)} × ${whole.format(columns)}` +
      (held > 0 ? `; the last ${whole.format(held)} are held back for validation.` : '.'),
    examples: 'Some examples of the data',
    example: (index: number, label: string | null) =>
      label === null ? `Example ${whole.format(index + 1)}` : `Example ${whole.format(index + 1)}, labelled ${label}`,
    chooseImages: 'Choose images …',
    chooseLabels: 'Choose labels …',
    noFile: 'no file yet',
    noLabels: 'none, and none needed',
    useFile: 'Use this file',
    dropHere: 'Drop to train on these images, or to open this network',
    failed: 'These data can’t be used, the ones before are still here.',
    failedFirst: 'These data can’t be used.',
  },

  drawings: {
    pad: 'Draw an example',
    invitation: 'Draw an example',
    noLabel: 'none',
    label: 'Label (if any)',
    keep: 'Keep',
    keepHint: 'Keeps the drawing as an example',
    empty: 'Nothing is drawn yet.',
    none: 'No drawings kept yet. Two are enough to start.',
    kept: (n: number) => `${plural(n, 'drawing', 'drawings')} kept`,
    remove: (index: number, label: string | null) =>
      `Delete drawing ${whole.format(index + 1)}${label === null ? '' : `, labelled ${label}`}`,
    removeHint: 'Press one to delete it.',
    use: 'Train on these',
    useAgain: 'Train on these now',
    fewer: 'Keep at least two drawings.',
    storage: 'This browser doesn’t let the page store anything: the drawings are gone when you close the tab.',
    full: 'The browser’s storage for this site is full: the newest drawings are gone when you close the tab.',
  },

  options: {
    title: 'Network and learning',
    fields: {
      hidden: 'Hidden units',
      k: 'Gibbs steps k',
      learningRate: 'Learning rate',
      momentum: 'Momentum',
      weightDecay: 'Weight decay',
      batchSize: 'Batch size',
    } satisfies Record<NumberOption, string>,
    hints: {
      hidden: 'Features the network can invent. Starts anew.',
      k: 'How far the dream runs before each correction. More is truer and slower.',
      learningRate: 'How big each correction is.',
      momentum: 'How much of the last correction goes on.',
      weightDecay: 'Pulls unused weights back to zero.',
      batchSize: 'Examples to a correction. Starts anew.',
    } satisfies Record<NumberOption, string>,
    shown: (option: NumberOption, value: number) => {
      if (option !== 'weightDecay' || value === 0 || value >= 1e-3) return String(value);
      const [digits, power] = value.toExponential().split('e-');
      const raised = [...(power ?? '')].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
      return digits === '1' ? `10⁻${raised}` : `${digits ?? ''} × 10⁻${raised}`;
    },
    method: 'Learning rule',
    methods: { cd: 'CD', pcd: 'PCD' } satisfies Record<Options['method'], string>,
    methodNames: {
      cd: 'Contrastive divergence',
      pcd: 'Persistent contrastive divergence',
    } satisfies Record<Options['method'], string>,
    methodHints: {
      cd: 'Contrastive divergence: each dream starts at the data.',
      pcd: 'Persistent CD: the dreams go on from batch to batch.',
    } satisfies Record<Options['method'], string>,
    seed: 'Seed',
    seedHint: 'The same seed, the same network, on every machine.',
    newSeed: 'New seed',
  },

  curves: {
    title: 'How it learns',
    epochs: 'epochs',
    training: 'training',
    validation: 'held back',
    network: 'network',
    best: 'best possible',
    error: 'Reconstruction error',
    errorHint: 'Mean squared error a pixel, after one step down and up.',
    freeEnergy: 'Free energy',
    freeEnergyHint: 'Mean over examples. Where the held-back ones stay above, the network learns by heart.',
    freeEnergyAlone: 'Mean over the examples, in nats.',
    likelihood: 'Log-likelihood',
    likelihoodHint: 'Exact, summed over all states, in nats an example.',
    likelihoodMissing: {
      grey: 'Log-likelihood: exact only for black-and-white data, such as bars and stripes.',
      large: 'Log-likelihood: exact only for small networks. Give it fewer hidden units, or smaller data.',
    },
    waiting: 'The curve starts with the first batch.',
    described: (name: string, epoch: number, values: readonly (readonly [string, number])[]) =>
      values.length === 0
        ? `${name}: nothing measured yet.`
        : `${name} at epoch ${figure.format(epoch)}: ${values.map(([series, value]) => `${series} ${figure.format(value)}`).join(', ')}.`,
    table: 'Figures as a table',
    tableCaption: 'The last points of the curves',
    epochColumn: 'Epoch',
    value: (value: number | null) => (value === null ? '–' : figure.format(value)),
  },

  fields: {
    title: 'What the hidden units look for',
    hint: 'The weights from each hidden unit to the pixels, its receptive field.',
    unit: (index: number) => `Hidden unit ${whole.format(index + 1)}`,
    shown: (shown: number, all: number) =>
      shown < all ? `The first ${whole.format(shown)} of ${plural(all, 'unit', 'units')}` : plural(all, 'unit', 'units'),
    all: 'Show all',
    fewer: 'Show fewer',
  },

  fantasies: {
    title: 'What it dreams',
    hint: 'Gibbs chains started from noise: each picture is a sample of what the network believes.',
    sample: (index: number) => `Sample ${whole.format(index + 1)}`,
    follow: 'Move while it trains',
    walk: 'Walk on',
    walkHint: (steps: number) => `${plural(steps, 'Gibbs step', 'Gibbs steps')} in each chain`,
    fresh: 'From noise',
    freshHint: 'Start the chains again from fair coins',
    steps: (steps: number) => plural(steps, 'Gibbs step', 'Gibbs steps'),
    real: (real: number, all: number) => `${whole.format(real)} of ${whole.format(all)} are true examples of the data`,
  },

  own: {
    title: 'Try it',
    hint: 'Draw, and see what the network makes of it as it learns.',
    pad: 'Draw for your network to reconstruct',
    invitation: 'Draw here',
    seesLabel: 'Your drawing as the network sees it',
    makesLabel: 'The reconstruction by your network',
    sees: 'The network sees',
    makes: 'It makes of it',
    nothing: 'nothing drawn yet',
  },

  files: {
    title: 'Keep it',
    save: 'Save',
    saved: (name: string, size: string) => `Saved as ${name}, ${size}.`,
    dtype: 'What to save',
    resumable: 'To go on training later',
    resumableHint: 'exact weights, momentum and chains',
    half: 'To use elsewhere',
    halfHint: 'small: weights in half precision',
    open: 'Open a network …',
    openHint: 'A .safetensors file from this page or from the wakesleep program; or drop it on the page.',
    opened: (name: string) => `${name} is open and can go on training.`,
    size: (bytes: number) => `${figure.format(bytes / (bytes < 1e6 ? 1e3 : 1e6))} ${bytes < 1e6 ? 'kB' : 'MB'}`,
  },

  problems: {
    lost: 'The part of the page that computes has stopped. Your data and the network as it was at most 15 seconds ago are kept.',
    train: 'Training stopped. The network is as it was after its last batch.',
    diverged: (learningRate: number) =>
      `The weights grew out of all bounds at a learning rate of ${String(learningRate)}. The network is as it was before; choose a lower rate and go on.`,
    model: 'This network can’t be made, the one before is still here.',
    memory: 'There is not enough memory for it.',
    open: 'This file can’t be opened. Your network is still here.',
    save: 'The network can’t be saved.',
    wrongKind:
      'This file holds a deep belief net. This page trains single restricted Boltzmann machines; your network is still here.',
    withLabels: 'This machine has label units, which this page can’t train. Your network is still here.',
    wrongWidth: (file: number, data: number | null) =>
      `This machine has ${plural(file, 'visible unit', 'visible units')}` +
      (data === null ? '.' : `, but an example of the present data has ${plural(data, 'value', 'values')}.`) +
      ' Choose data of its size first, then open it again. Your network is still here.',
    unknownFile: (name: string) =>
      `${name} is neither images in IDX format (MNIST’s) nor a saved network (.safetensors). Nothing was changed.`,
    onlyLabels: (name: string) => `${name} holds labels only. Drop it together with its images.`,
  },
};
