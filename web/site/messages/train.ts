/** What the Train page says. */
import { limits, type Diagnosis } from '../pages/train/diagnosis.ts';
import { stepsDreamed } from '../pages/train/measure.ts';
import { tellingTraits, valuesOf, type KeptRun, type Trait, type TraitValue } from '../pages/train/runs.ts';
import type { DataKind, HiddenUnits, NumberOption, Options, VisibleUnits } from '../pages/train/options.ts';

const whole = new Intl.NumberFormat('en');
/** So many traits tell a run from the others in a name; the table has all. */
const mostTold = 4;
const figure = new Intl.NumberFormat('en', { maximumSignificantDigits: 4 });
const short = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 3 });
const rough = new Intl.NumberFormat('en', { maximumSignificantDigits: 2 });
const percent = new Intl.NumberFormat('en', { style: 'percent' });
const percents = (value: number): string =>
  value > 0.995 && value < 1 ? '>99\u00a0%' : `${whole.format(Math.round(value * 100))}\u00a0%`;
const threeDigits = new Intl.NumberFormat('en', { minimumFractionDigits: 3, maximumFractionDigits: 3 });
const signed = (value: number): string =>
  threeDigits
    .format(value)
    .replace(/^-(?!0\.000$)/, '−')
    .replace('-', '');
const wasStep = (step: number | null): string =>
  step === null ? '' : `, a step was ${rough.format(step)} of the weights`;
/** Data as a network's note says them. */
function dataName(note: string): string {
  const { kind, size } = Object(JSON.parse(note)) as { kind?: DataKind; size?: number };
  const name = kind && kind in train.data.kinds ? train.data.kinds[kind] : note;
  return size === undefined ? name : `${name} of ${whole.format(size)}`;
}
const plural = (n: number, one: string, many: string): string => `${whole.format(n)} ${n === 1 ? one : many}`;

export const train = {
  title: 'Train a machine of your own',
  lede:
    'A restricted Boltzmann machine learns here, in this tab: it looks at examples, dreams some of its ' +
    'own, and changes its weights until the two are alike.',

  transport: {
    label: 'Training',
    play: 'Train',
    pause: 'Pause',
    step: 'Step',
    stepHint: 'One mini-batch (key s)',
    undo: 'Undo',
    undoHint: (hidden: number, epoch: number) =>
      hidden === 0
        ? 'Brings a trained network back that another took the place of (key u)'
        : `Brings the network of ${plural(hidden, 'hidden unit', 'hidden units')} at epoch ${whole.format(epoch)} ` +
          'back (key u)',
    options: 'Options',
    curve: 'Curve',
    cancel: 'Cancel',
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
    busy: {
      data: 'Making the data …',
      model: 'Making the network …',
      file: 'Opening the file …',
      recovery: 'Bringing the network back …',
    },
    slow: (pixels: number) => `${whole.format(pixels)} pixels: each step takes long.`,
    keys: 'With the focus in the strip: space trains and pauses, s takes one step, r resets, u undoes.',
    letterKeys: 'Letter keys',
    begun: 'Training has begun.',
    /** `epoch`: null where it has learned nothing yet. */
    here: (hidden: number, epoch: number | null) =>
      `${epoch === null ? 'A new network' : 'A network'} of ${plural(hidden, 'hidden unit', 'hidden units')}, ` +
      (epoch === null ? 'untrained.' : `at epoch ${whole.format(epoch)}.`),
    stopped: {
      shown: (epoch: number) =>
        `Enough to see: it rests at epoch ${whole.format(epoch)}. Train goes on; so does a change.`,
      paused: (epoch: number) => `Paused at epoch ${whole.format(epoch)}.`,
      left: (epoch: number) => `Paused at epoch ${whole.format(epoch)} while you were away.`,
      failed: (epoch: number) => `Training has stopped at epoch ${whole.format(epoch)}.`,
    },
    notes: {
      back: 'It rested while you were on another page, and goes on.',
      waiting: 'Changed: takes effect when training goes on.',
      cancelled: 'Cancelled; nothing was changed.',
      undone: 'The network before is back. Undo exchanges the two again.',
    },
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
        'Every image whose columns, or whose rows, are all on or all off. Small enough to know the best ' +
        'possible likelihood.',
      shifter: 'Random bits above, the same bits below: shifted left, shifted right or not at all.',
      drawings: 'Name two symbols and draw each a few times: the network learns them as you draw. They stay here.',
      idx: 'Images in MNIST’s file format, plain or .gz. Drop them anywhere on this page; they stay on this machine.',
      mnist: '60,000 handwritten digits, 28 × 28 pixels.',
    } satisfies Record<DataKind, string>,
    mnistElsewhere: 'MNIST itself is not in this page, which is one file: its files are opened here.',
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
    examples: (labels: readonly number[]) =>
      `Some examples of the data${labels.length === 0 ? '' : `, labelled ${labels.join(', ')}`}`,
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
    names: 'Your symbols',
    name: (index: number) => `Name of symbol ${whole.format(index + 1)}`,
    nameOf: (name: string, index: number) => name.trim() || `symbol ${whole.format(index + 1)}`,
    suggestions: ['heart', 'house', 'star', 'fish', 'sun', 'boat'],
    addName: 'One more symbol',
    drawOne: (name: string) => `Draw: ${name}`,
    count: (n: number) => `${whole.format(n)} drawn`,
    pad: (name: string) => `Draw an example: ${name}`,
    invitation: (name: string) => `Draw: ${name}`,
    next: 'Next',
    nextHint: 'Clears the pad for the next drawing; this one is kept',
    none: 'Each drawing is kept when you lift the pen. Training begins with the third.',
    kept: (n: number) => `${plural(n, 'drawing', 'drawings')} kept`,
    remove: (index: number, name: string) => `Take drawing ${whole.format(index + 1)} away, ${name}`,
    removeHint: 'Press one to take it away.',
    restore: (n: number) => `Bring back (${whole.format(n)})`,
    use: 'Train on these',
    storage: 'This browser doesn’t let the page store anything: the drawings are gone when you close the tab.',
    full: 'The browser’s storage for this site is full: the newest drawings are gone when you close the tab.',
  },

  verdict: {
    reads: (first: { name: string; probability: number }, second: { name: string; probability: number } | undefined) =>
      `${first.name}, ${percents(first.probability)}` +
      (second ? `; ${second.name}, ${percents(second.probability)}` : ''),
    wells: 'Free energy of each symbol',
    nothing: 'Draw, and it says what it takes it for.',
  },

  recipes: {
    title: 'Recipes',
    names: { right: 'Just right', hot: 'Too hot', forgets: 'CD forgets to dream' },
    hint: 'A recipe moves the sliders and starts a fresh network; the curve before stays in grey.',
    hints: {
      right: 'A start that learns well on these data.',
      hot: 'The learning rate far too high: watch the hidden units and the error.',
      forgets:
        'Contrastive divergence with one step: the error falls, but its dreams start at the data, ' +
        'and what lies far from them is never corrected.',
    },
  },

  diagnosis: (found: Diagnosis): string => {
    switch (found.kind) {
      case 'silent': {
        const never = `${whole.format(found.count)} of ${whole.format(found.all)} hidden units never fire`;
        const why = {
          rate: `the learning rate is too high${wasStep(found.step)}.`,
          softmax: 'a few templates have taken all examples. A lower rate shares them out.',
          start: 'they learn nothing more. Reset with a lower rate.',
        };
        return `${never}: ${why[found.cause]}`;
      }
      case 'always-on':
        return (
          `${whole.format(found.count)} of ${whole.format(found.all)} hidden units are always on: ` +
          (found.hot ? `the learning rate is too high${wasStep(found.step)}.` : 'they act as one more bias.')
        );
      case 'large-steps':
        return found.now
          ? `The learning rate is too high: a step is ${rough.format(found.step)} of the weights.`
          : `The learning rate is too high: a step was ${rough.format(found.step)} of the weights, and the error has ` +
              'hardly fallen since.';
      case 'small-steps':
        return (
          `The learning rate is too low: no step was more than ${rough.format(found.step)} of the weights, and the ` +
          'error is where it began.'
        );
      case 'few-swaps':
        return (
          `The chains are stuck: ${percents(found.share)} of the swaps between temperatures are taken. More ` +
          'temperatures lie closer together.'
        );
      case 'empty':
      case 'full': {
        const all = found.kind === 'empty' ? 'All dreams are blank' : 'All dreams are full';
        return found.fromData
          ? `${all}: ${train.options.methods[found.rule]} never looked this far from the data. PCD does.`
          : `${all}: the weights outran the chains. Lower the rate, or take more Gibbs steps.`;
      }
      case 'alike':
        return (
          `${whole.format(found.count)} of ${whole.format(found.all)} dreams look alike ` +
          `after ${whole.format(stepsDreamed)} Gibbs steps: ` +
          (found.fromData
            ? `${train.options.methods[found.rule]} never looked this far from the data. PCD does.`
            : 'the chains do not mix yet. More training, a lower rate, or tempering.')
        );
      case 'worse':
        return 'The error rises again: the steps are too large. Lower the rate.';
      case 'by-heart':
        return (
          `It learns by heart: held-back examples lie ${figure.format(Math.round(found.gap))} nats above the others, ` +
          'and the gap grows. Fewer hidden units, more examples, or weight decay.'
        );
      case 'flat':
        return 'Flat so far: it learns how bright each pixel is.';
      case 'learns':
        return `It learns: the error is down by ${percents(found.share)}.`;
      case 'some-silent':
        return `${whole.format(found.count)} of ${whole.format(found.all)} hidden units never fire, and learn little.`;
      case 'some-always-on':
        return `${whole.format(found.count)} of ${whole.format(found.all)} hidden units are always on, as a bias is.`;
    }
  },
  findings: {
    title: 'All that the figures say',
    none: 'Nothing yet: two points of the curves are needed.',
    limits:
      'A step is the change of all weights by one mini-batch. It is too large above ' +
      `${figure.format(limits.largeStep)} of the weights, or ${figure.format(limits.largeFirstStep)} in the first ` +
      'batches, when they are small; about 0.001 is a good pace in the long run (Hinton 2012, section 7). ' +
      'A unit never fires below a mean activity of ' +
      `1 %, and is always on above 99 %; a gap of free energies counts from ${figure.format(limits.gap)} nats.`,
  },

  options: {
    title: 'Network and learning',
    network: 'The network',
    noUnits: 'Units that can’t be chosen learn nothing to be seen on these data.',
    visibleUnits: 'Visible units',
    hiddenUnits: 'Hidden units',
    units: {
      bernoulli: 'Bernoulli',
      gaussian: 'Gaussian',
      softmax: 'Softmax',
      relu: 'Rectified linear',
      'noisy-relu': 'Noisy rectified',
    } satisfies Record<HiddenUnits | VisibleUnits, string>,
    visibleHints: {
      bernoulli: 'Each pixel is on or off; a shade of grey is the chance of being on.',
      gaussian:
        'Each pixel is a shade of grey with normal noise; for that it is standardised: less its mean, ' +
        'divided by its spread.',
    } satisfies Record<VisibleUnits, string>,
    noGaussian: 'Gaussian units are for shades of grey; these data are black and white.',
    learnedSigma: 'Learn the noise of each pixel',
    learnedSigmaHint: 'Standard deviations are learned along with the weights (Cho, Ilin and Raiko 2011). Starts anew.',
    hiddenHints: {
      bernoulli: 'Each feature is there or not.',
      softmax:
        'One softmax group: exactly one unit is on, so each becomes a template, and the machine a mixture of them.',
      relu: 'A feature is absent, or there to any degree: a normal distribution cut off at zero.',
      'noisy-relu':
        'A sum of many copies of one binary unit, made quick (Nair and Hinton 2010). For learning and ' +
        'sampling only: it has no energy.',
      gaussian: 'Any real number. With black-and-white pixels this is a Hopfield network (Barra et al. 2012).',
    } satisfies Record<HiddenUnits, string>,
    fields: {
      hidden: 'Number of hidden units',
      k: 'Gibbs steps k',
      temperatures: 'Temperatures',
      chains: 'Persistent chains',
      learningRate: 'Learning rate',
      momentum: 'Momentum',
      weightDecay: 'Weight decay (L2)',
      l1: 'Weight decay (L1)',
      sparsityCost: 'Sparsity, how strongly',
      sparsityTarget: 'Sparsity, target activity',
      dropout: 'Dropout',
      batchSize: 'Batch size',
    } satisfies Record<NumberOption, string>,
    hints: {
      hidden: 'Features the network can invent. Starts anew.',
      k: 'How far the dream runs before each correction. More is truer and slower.',
      temperatures:
        'Replicas of each chain, from the model’s own temperature up to where all is noise. More swap ' +
        'better, and take longer.',
      chains: 'Dreams that go on from batch to batch.',
      learningRate: 'How big each correction is.',
      momentum: 'How much of the last correction goes on.',
      weightDecay: 'Pulls large weights back towards zero.',
      l1: 'Pulls all weights back equally: unused ones become exactly nothing.',
      sparsityCost: 'Draws each hidden unit to a mean activity, so that few are on at a time (Hinton 2012).',
      sparsityTarget: 'The part of the examples that a unit should be on for.',
      dropout: 'Chance that a hidden unit is left out for an example (Srivastava et al. 2014).',
      batchSize: 'Examples to a correction. Starts anew.',
    } satisfies Record<NumberOption, string>,
    shown: (option: NumberOption, value: number) => {
      if (option === 'chains' && value === 0) return 'as the batch';
      if ((option !== 'weightDecay' && option !== 'l1') || value === 0 || value >= 1e-3) return String(value);
      const [digits, power] = value.toExponential().split('e-');
      const raised = [...(power ?? '')].map((digit) => '⁰¹²³⁴⁵⁶⁷⁸⁹'[Number(digit)] ?? '').join('');
      return digits === '1' ? `10⁻${raised}` : `${digits ?? ''} × 10⁻${raised}`;
    },
    method: 'Learning rule',
    methods: {
      cd: 'CD',
      pcd: 'PCD',
      fpcd: 'Fast PCD',
      pt: 'Tempering',
      ptt: 'Trajectory',
      'mean-field': 'Mean field',
      exact: 'Exact',
    } satisfies Record<Options['method'], string>,
    methodNames: {
      cd: 'Contrastive divergence',
      pcd: 'Persistent contrastive divergence',
      fpcd: 'Fast persistent contrastive divergence',
      pt: 'Parallel tempering',
      ptt: 'Parallel trajectory tempering',
      'mean-field': 'Mean-field contrastive divergence',
      exact: 'Exact gradient',
    } satisfies Record<Options['method'], string>,
    methodHints: {
      cd: 'Contrastive divergence: each dream starts at the data (Hinton 2002).',
      pcd: 'Persistent CD: the dreams go on from batch to batch (Tieleman 2008).',
      fpcd: 'Fast persistent CD: quick extra weights drive the dreams on to new places (Tieleman and Hinton 2009).',
      pt:
        'Parallel tempering: hotter replicas of each dream roam freely and swap places with cooler ones ' +
        '(Desjardins et al. 2010). Each temperature costs as much as the dream itself.',
      ptt:
        'Trajectory tempering: dreams swap places with those of earlier versions of this network, down to one ' +
        'without weights, and so visit everything in its proportion; the likelihood is known as it learns ' +
        '(Béreux et al. 2026).',
      'mean-field': 'Mean-field CD: means instead of samples, nothing is random (Welling and Hinton 2002).',
      exact: 'The gradient of the likelihood itself, summed over all states: what the other rules estimate.',
    } satisfies Record<Options['method'], string>,
    noExact: 'Exact: only where one side has few states, as with 4 × 4 pixels or 8 hidden units.',
    more: 'More options',
    optimizer: 'Steps',
    optimizers: { sgd: 'With momentum', adam: 'Adam' } satisfies Record<Options['optimizer'], string>,
    optimizerHints: {
      sgd: 'Plain steps along the gradient, with momentum.',
      adam: 'Each weight has a step size of its own, by how much its gradient varies (Kingma and Ba 2015).',
    } satisfies Record<Options['optimizer'], string>,
    centering: 'Centering',
    centeringHint:
      'Both sides learn less their mean activity (Melchior, Fischer and Wiskott 2016): faster, and white ' +
      'on black is as easy as black on white.',
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
    former: 'the run before',
    error: 'Reconstruction error',
    errorHint: 'Mean squared error a pixel, after one step down and up.',
    freeEnergy: 'Free energy',
    freeEnergyHint: 'Mean over examples. Where the held-back ones stay above, the network learns by heart.',
    freeEnergyAlone: 'Mean over the examples, in nats.',
    likelihood: 'Log-likelihood',
    likelihoodHint: 'Exact, summed over all states, in nats an example.',
    densityHint: 'Exact, summed over the hidden states: log-density of the standardised pixels, in nats an example.',
    ladderHint: 'By the ladder of earlier networks, in nats an example.',
    ladderBoundHint: 'By the ladder of earlier networks, in nats an example; of grey pixels a lower bound.',
    likelihoodMissing: {
      'no-energy':
        'Noisy rectified units have no energy, and so neither a free energy nor a likelihood. Rectified ' +
        'linear units have both.',
      real:
        'Log-likelihood: exact only where one side has a limited number of states; real numbers have ' +
        'infinitely many.',
      grey: 'Log-likelihood: exact only for black-and-white data, such as bars and stripes.',
      large:
        'Log-likelihood: exact only for small networks, and estimated as it learns by the rule Trajectory. Give it ' +
        'fewer hidden units, or smaller data.',
    },
    waiting: 'The curve starts with the first batch.',
    described: (name: string, epoch: number, values: readonly (readonly [string, number])[]) =>
      values.length === 0
        ? `${name}: nothing measured yet.`
        : `${name} at epoch ${figure.format(epoch)}: ` +
          `${values.map(([series, value]) => `${series} ${figure.format(value)}`).join(', ')}.`,
    table: 'Figures as a table',
    tableCaption: 'The last points of the curves',
    epochColumn: 'Epoch',
    value: (value: number | null) => (value === null ? '–' : figure.format(value)),
  },

  runs: {
    title: (kept: number) => (kept === 0 ? 'Compare runs' : `Compare runs (${whole.format(kept)} kept)`),
    none:
      'None yet. Reset, or change what starts a network anew: the run before is kept here, and its curves can be ' +
      'shown over those of the next.',
    hint: (most: number) =>
      `Up to ${whole.format(most)} at a time are shown over the present curves; of each its training examples. ` +
      'The present run is kept when another takes its place.',
    kept: (most: number) =>
      'Kept in this browser: options, curves and figures, without the weights. Of more than ' +
      `${whole.format(most)} the oldest goes that has no name of yours.`,
    storage: 'This browser doesn’t let the page store anything: the runs are gone when you close the tab.',
    full: 'The browser’s storage for this site is full: the newest runs are gone when you close the tab.',
    list: 'Kept runs',
    show: (name: string) => `Show ${name}`,
    rename: 'Rename',
    renameOne: (name: string) => `Rename ${name}`,
    newName: (name: string) => `Name of ${name}`,
    done: 'Done',
    remove: 'Remove',
    removeOne: (name: string) => `Remove ${name}`,
    removed: (name: string) => `${name} is removed; it can be brought back.`,
    restore: (n: number) => `Bring back (${whole.format(n)})`,
    table: 'What differs, and how they ended',
    run: 'Run',
    present: 'this one',
    trait: (trait: Trait): string => {
      switch (trait) {
        case 'data':
          return train.data.title;
        case 'examples':
          return train.data.count;
        case 'visibleUnits':
        case 'hiddenUnits':
        case 'method':
        case 'optimizer':
        case 'centering':
        case 'seed':
          return train.options[trait];
        case 'learnedSigma':
          return 'Learned noise';
        case 'hidden':
          return 'Hidden';
        default:
          return train.options.fields[trait];
      }
    },
    /** A value by itself, as in a table. */
    value: (trait: Trait, value: TraitValue): string => {
      if (typeof value === 'boolean') return value ? 'yes' : 'no';
      switch (trait) {
        case 'data':
          return dataName(String(value));
        case 'visibleUnits':
        case 'hiddenUnits':
          return train.options.units[value as HiddenUnits];
        case 'method':
          return train.options.methods[value as Options['method']];
        case 'optimizer':
          return value === 'adam' ? train.options.optimizers.adam : 'momentum';
        case 'examples':
        case 'seed':
          return typeof value === 'number' ? whole.format(value) : value;
        default:
          return train.options.shown(trait as NumberOption, Number(value));
      }
    },
    /** One after another, where it was changed on the way; the first and the last of many. */
    values: (trait: Trait, values: readonly TraitValue[]): string => {
      const said = values.map((value) => train.runs.value(trait, value));
      return (said.length > 3 ? [said[0], '…', said.at(-1)] : said).join(' → ');
    },
    /** "CD", "60 hidden", "learning rate 0.05". */
    told: (trait: Trait, values: readonly TraitValue[]): string => {
      const value = train.runs.values(trait, values);
      const name = train.runs.trait(trait);
      if (trait === 'data' || trait === 'method') return value;
      if (trait === 'hidden' || trait === 'examples') return `${value} ${name.toLowerCase()}`;
      return `${name.charAt(0).toLowerCase()}${name.slice(1)} ${value}`;
    },
    /** What each of these runs is called beside the others and the present one. */
    named: (others: readonly KeptRun[], present: KeptRun | null): ((run: KeptRun) => string) => {
      const telling = tellingTraits(present ? [...others, present] : others).slice(0, mostTold);
      const told = (run: KeptRun): string[] => telling.map((trait) => train.runs.told(trait, valuesOf(run, trait)));
      return (run) => run.name ?? `${whole.format(run.number)}: ${told(run).join(', ')}`;
    },
    epoch: 'Measured at epoch',
    error: 'Error',
    validationError: 'Error, held back',
    logLikelihood: 'Log-likelihood',
    gap: 'Free-energy gap',
    end: (value: number | null) => (value === null ? '–' : figure.format(value)),
  },

  figures: {
    title: 'Save these figures',
    hint: 'As they stand now, in the colours of the page; with the kept runs that are shown.',
    svg: 'Curves, SVG',
    png: 'Curves, PNG',
    csv: 'Curves, CSV',
    fields: 'Receptive fields, PNG',
    /** In the table. */
    present: 'this run',
    failed: 'This browser can’t make the picture.',
  },

  activity: {
    title: 'How the hidden units do',
    value: (value: number | null | undefined) => {
      if (value === null || value === undefined) return '–';
      return value > 0 && value < 1e-4 ? '<0.0001' : rough.format(value);
    },
    share: (value: number | null | undefined) => (value === null || value === undefined ? '–' : percent.format(value)),
    units: (n: number | undefined) => (n === undefined ? '–' : plural(n, 'unit', 'units')),
    networks: (n: number) => plural(n, 'network', 'networks'),
    mean: 'Mean activity',
    meanHint: {
      probability: 'Share of the examples that a unit is on for.',
      value: 'Mean of all units over the examples.',
    },
    silent: 'Silent',
    silentHint: 'On for hardly any example: they learn little.',
    alwaysOn: 'Always on',
    alwaysOnHint: 'On for nearly all: they act as a bias.',
    update: 'Step / weights',
    updateHint: 'About 0.001 is a good pace (Hinton 2012).',
    swaps: 'Swaps taken',
    rungSwapsHint: 'With samples of the last earlier network that was kept. Below 0.3 this network is kept, too.',
    rungs: 'Earlier networks kept',
    rungsHint: (refused: number) =>
      refused === 0 ? 'The ladder that dreams climb.' : `The ladder that dreams climb. Updates taken back: ${refused}.`,
    swapsHint: 'Between neighbouring temperatures. Near none: take more of them.',
  },

  fields: {
    title: 'What the hidden units look for',
    hint: {
      bernoulli: 'The weights from each hidden unit to the pixels, its receptive field.',
      gaussian: 'The weights from each hidden unit to the pixels: the shade that it adds to each.',
    } satisfies Record<VisibleUnits, string>,
    units: (n: number) => `The weights of ${plural(n, 'hidden unit', 'hidden units')}`,
    shown: (shown: number, all: number) =>
      shown < all
        ? `The first ${whole.format(shown)} of ${plural(all, 'unit', 'units')}`
        : plural(all, 'unit', 'units'),
    all: 'Show all',
    fewer: 'Show fewer',
    closer: 'The weights one by one',
    keys: 'Arrow keys go from unit to unit, with Shift from pixel to pixel; Home and End to the first and the last.',
    invitation: 'Point at a pixel of a unit to read its weight as it learns.',
    /** Counted from 1. */
    reading: (at: { unit: number; row: number; column: number; weight: number; bias: number; largest: number }) =>
      `Unit ${whole.format(at.unit)}, row ${whole.format(at.row)}, column ${whole.format(at.column)}: ` +
      `weight ${signed(at.weight)}. Its largest is ${signed(at.largest)}, its bias ${signed(at.bias)}.`,
  },

  fantasies: {
    title: 'What it dreams',
    hint: 'Gibbs chains started from noise: each picture is a sample of what the network believes.',
    toolsTitle: 'Its dreams',
    samples: (n: number) => `${plural(n, 'sample', 'samples')} of the network`,
    follow: 'Move while it trains',
    walk: 'Walk on',
    walkHint: (steps: number) => `${plural(steps, 'Gibbs step', 'Gibbs steps')} in each chain`,
    fresh: 'From noise',
    freshHint: 'Start the chains again from pure noise',
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
    lost:
      'The part of the page that computes has stopped. Your data and the network as it was at most 15 ' +
      'seconds ago are kept.',
    train: 'Training stopped. The network is as it was after its last batch.',
    diverged: (learningRate: number) =>
      `The weights grew out of all bounds at a learning rate of ${String(learningRate)}. The network is as ` +
      'it was before; choose a lower rate and go on.',
    refused: 'The engine refuses this beside the other choices. Nothing was changed.',
    model: 'This network can’t be made, the one before is still here.',
    memory: 'There is not enough memory for it.',
    open: 'This file can’t be opened. Your network is still here.',
    save: 'The network can’t be saved.',
    wrongKind:
      'This file holds a network of another kind. This page trains single restricted Boltzmann machines; ' +
      'your network is still here.',
    withLabels:
      'This machine has label units for symbols that are not here. Draw as many symbols first, then open it ' +
      'again. Your network is still here.',
    withUnits: (units: string) =>
      `This machine has units (${units}) that this page doesn’t train. Your network is still here.`,
    wrongWidth: (file: number, data: number | null) =>
      `This machine has ${plural(file, 'visible unit', 'visible units')}` +
      (data === null ? '.' : `, but an example of the present data has ${plural(data, 'value', 'values')}.`) +
      ' Choose data of its size first, then open it again. Your network is still here.',
    unknownFile: (name: string) =>
      `${name} is neither images in IDX format (MNIST’s) nor a saved network (.safetensors). Nothing was changed.`,
    onlyLabels: (name: string) => `${name} holds labels only. Drop it together with its images.`,
  },
};
