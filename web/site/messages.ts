/** What the site says. The words of pages that a first visitor does not see load with these pages: messages/. */
import type { Habit } from './pages/home/habits.ts';

const whole = new Intl.NumberFormat('en');
const plural = (n: number, one: string, many: string): string => `${whole.format(n)} ${n === 1 ? one : many}`;
const gibbsSteps = (n: number): string => plural(n, 'Gibbs step', 'Gibbs steps');
/** "a 7", but "an 8". */
const a = (digit: number): string => `${digit === 8 ? 'an' : 'a'} ${String(digit)}`;
const capital = (words: string): string => words.charAt(0).toUpperCase() + words.slice(1);
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
const probability = (value: number): string =>
  value > 0 && value < 0.005 ? '<1%' : value >= 0.995 && value < 1 ? '>99%' : percent.format(value);
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const messages = {
  name: 'Wakesleep',
  pageTitle: (page: string) => `${page} · Wakesleep`,
  nav: {
    label: 'Pages',
    home: 'Home',
    learn: 'Learn',
    teach: 'Teach',
    twos: 'Only 2s',
    train: 'Train',
    speed: 'Speed',
    docs: 'Docs',
  },
  skip: 'Skip to the content',
  theme: { toDark: 'Dark', toLight: 'Light' },

  engine: {
    private: 'Computed on this machine; what you draw stays here.',
    idle: 'Nothing on this page computes yet.',
    starting: 'Starting the engine …',
    failed: 'The engine could not start.',
    lost: 'The engine has stopped. Your drawing is kept.',
    how: 'How?',
    why: 'Why not faster?',
    running: (threads: number) => `Engine: WebAssembly with SIMD, ${plural(threads, 'thread', 'threads')}.`,
    reason: (reason: string) => `Not more threads, because ${reason}.`,
  },

  foot: {
    label: 'About',
    how: 'What is computed, and how',
    teach: 'For teachers',
    source: 'Source',
    licence: 'MIT licence',
    package: (version: string) => `npm package wakesleep ${version}`,
    papers: 'Papers:',
    open: 'Open Wakesleep',
    offline: 'Without a network',
    singleFile: 'This is the whole site in one file: it asks no server for anything, and computes with one thread.',
  },

  /** The page's name follows. */
  misplaced: 'Files are opened on the page',

  unknown: {
    title: 'There is no such page',
    text: (address: string) => `Nothing is at ${address}. These are:`,
  },

  failure: { retry: 'Try again' },

  loading: {
    begun: 'Loading …',
    ended: 'Ready',
    bytes: (what: string, loaded: number, total: number) =>
      total > 0 ? `${what} ${tenths.format(loaded / 1e6)} of ${tenths.format(total / 1e6)} MB` : what,
    page: 'Opening the page …',
    pageFailed: 'This page could not be loaded. Without a network only what was visited or kept opens.',
    models: {
      'digits-dbn': 'Loading the network …',
      'twos-rbm': 'Loading the network of 2s …',
      'threes-rbm': 'Loading the network of 3s …',
      'digits-rbm': 'Loading the network of all digits …',
      'strokes-dbn': 'Loading the greedily trained network …',
      'strokes-up-down-dbn': 'Loading the fine-tuned network …',
      'digits-dbm': 'Loading the deep Boltzmann machine …',
    },
    modelsFailed: {
      'digits-dbn': 'The network could not be loaded.',
      'twos-rbm': 'The network of 2s could not be loaded.',
      'threes-rbm': 'The network of 3s could not be loaded.',
      'digits-rbm': 'The network of all digits could not be loaded.',
      'strokes-dbn': 'The greedily trained network could not be loaded.',
      'strokes-up-down-dbn': 'The fine-tuned network could not be loaded.',
      'digits-dbm': 'The deep Boltzmann machine could not be loaded.',
    },
    failed: 'Something went wrong in the network.',
  },

  weights: { negative: 'negative', positive: 'positive weight' },

  pad: {
    role: 'drawing pad',
    keys: 'Arrow keys move the pen, space puts it down or lifts it.',
    undo: 'Undo',
    clear: 'Clear',
    example: 'Example',
    exampleHint: 'Puts a written digit here (key e)',
    penDown: 'Pen down',
    penUp: 'Pen up',
    undone: 'Undone',
    cleared: 'Cleared',
  },

  wells: {
    table: {
      label: 'Label',
      energy: 'Free energy above the lowest, in nats',
      probability: 'Probability',
    },
    lowest: 'lowest',
    above: (value: number) => `+${tenths.format(value)}`,
    probability,
    unread: '–',
    natsShow: 'in nats',
    natsHide: 'without nats',
    natsHint: 'Free energy above the lowest: one nat more is e = 2.7 times less likely',
  },

  home: {
    title: 'A network that dreams digits',
    lede:
      'A deep belief net: pixels, three layers of hidden units and ten label units, learned from ' +
      '60,000 handwritten digits. Run downwards it dreams digits that are not among them; run upwards ' +
      'it reads yours.',
    dreams: 'Dreams of the network',
    tile: (chain: number, label: number | null) =>
      label === null ? `Dream ${String(chain + 1)}` : `Dream ${String(chain + 1)}, ${a(label)}`,
    play: 'Dream',
    pause: 'Pause',
    playHint: 'Let the chains run, or hold them (space bar)',
    step: 'Step',
    stepHint: 'One step of Gibbs sampling (key s)',
    again: 'From noise',
    againHint: 'Lets the ten dreams form out of noise once more',
    steps: gibbsSteps,
    stepsDone: (n: number) => whole.format(n),
    gibbs: 'Gibbs steps',
    labels: 'Dream of',
    each: '0–9',
    eachHint: 'One label each',
    free: 'free',
    freeHint: 'Let go of the labels (Escape)',
    digitHint: (label: number) => `Clamp the label ${String(label)} (key ${String(label)})`,
    keys: 'keys 0 to 9, Esc lets go',
    temperature: 'Temperature',
    temperatureOf: (value: number) => tenths.format(value),
    hot: 'Above 1 the digits melt.',
    warm: 'At 1 the chains follow the network exactly.',
    cold: 'Below 1 chains freeze: they stay in the nearest well, be it of another digit.',
    cooling: (value: number) => `Cooling slowly, now ${tenths.format(value)}, so that digits form again.`,
    clamped: {
      each: 'Ten dreams, one of each digit.',
      free: 'Ten dreams, their labels free.',
      one: (label: number) => `Ten dreams of ${a(label)}.`,
    },
    terms: {
      gibbs:
        'All hidden units are drawn given the layer below, then that layer given the hidden units. Many ' +
        'such steps make a sample of what the network knows.',
      clamp:
        'A label unit is held on (clamped) while all others are drawn: the chain dreams of that digit. ' +
        'After some hundred steps, when some would turn into a neighbour, the dreams begin anew.',
      reconstruction:
        'The drawing goes up through the layers, each unit’s probability given those below, and down again.',
      energy:
        'How much the network’s weights object to the drawing together with a label. p(label) is ' +
        'proportional to exp(−free energy): one nat less is 2.7 times as likely.',
    },

    draw: 'Draw a digit',
    invitation: 'Draw a digit here',
    padLabel: 'Draw a digit from 0 to 9',
    drew: 'You drew',
    given: 'An example',
    sees: 'The network sees',
    seesHint: 'fitted and centred, 28\u00a0×\u00a028',
    reconstruction: 'It reconstructs',
    reconstructionHint: 'up through the layers and down again',
    seesLabel: 'Your drawing as the network sees it',
    reconstructionLabel: 'The network’s reconstruction of your drawing',
    kept: {
      title: 'As that digit',
      share: (kept: number) => `Keeps ${percent.format(kept)}`,
      kept: 'kept',
      lost: 'lost',
      invented: 'invented',
      label: 'What the network keeps of your drawing when it redraws it as the digit that it reads',
    },

    makes: 'What it makes of it',
    reading: {
      sure: (label: number) => `It reads ${a(label)}`,
      torn: (label: number) => `Perhaps ${a(label)}`,
      forced: (label: number) => `If it must choose, ${a(label)}`,
      unshown: (label: number) => `If it must choose, ${a(label)}`,
    },
    odds: (label: number, p: number, second: number, q: number) =>
      `${capital(a(label))}: ${probability(p)}; ${a(second)}: ${probability(q)}.`,
    forced: (kept: number, invented: number) =>
      `It knows nothing but ten digits, and must choose among them. Redrawn as that digit, ` +
      `${percent.format(kept)} of your ink is kept and ${percent.format(invented)} of its own is ` +
      `invented: it would write it differently.`,
    unshown: 'It was never shown a digit written so, and must choose among what it knows.',
    nothing: 'Nothing to read yet',
    unable: 'It can’t read now',
    unreadHint: 'The network reads as you draw.',
    energy: 'Free energy of each label',
    energyHint: 'The deepest well wins.',

    turn: 'Turn it into a',
    turnHint: (label: number) => `Clamp the label ${String(label)}, starting from your drawing (key ${String(label)})`,
    turning: (label: number) => `Turning into ${a(label)} …`,
    turned: (label: number) => `Turned into ${a(label)}`,
    filling: 'Filling in …',
    fillingAs: (label: number) => `Filling in, as ${a(label)} …`,
    filledIn: (label: number) => `Filled in: ${a(label)}`,
    after: (title: string, steps: number) => `${title}, after ${gibbsSteps(steps)}.`,
    turnKeys: 'keys 0 to 9',
    turnTitle: 'It becomes',
    turnNothing: 'No digit chosen yet',
    turnEmpty: 'draw first, or take an example',
    turnChoose: 'choose a digit below',
    fill: 'Fill in, strokes held',
    fillHint: 'Holds your strokes and lets the network add what is missing; a digit says as what',
    stop: 'Stop',
    goOn: 'Go on',
    letGo: 'Let go',
    letGoHint: 'Ends it (Escape)',

    how: 'How does it do that?',
    why: {
      stays: (label: number) => `Why does it stay ${a(label)}?`,
      dreams: 'How does it dream?',
      turns: 'How does it find its way there?',
      fillsIn: 'How can it fill in what it was never shown?',
      reads: 'How does it read?',
      redraws: 'What does it redraw it from?',
      fooled: 'Why does it know nothing else?',
    },

    fool: {
      title: 'Try to fool it',
      how: 'Draw a heart, a house, a letter: anything but a digit. It is fooled if it says “It reads …”.',
      noDigit: 'This is no digit',
      score: (fooled: number, tries: number) =>
        tries === 0 ? '' : `Fooled ${whole.format(fooled)} of ${plural(tries, 'time', 'times')}`,
      fooled: (label: number) => `Fooled: it took that for ${a(label)}.`,
      notFooled: 'Not fooled: it did not claim to read it.',
      shown:
        'It was shown American digits only (MNIST), where a 1 is a stroke and a 0 has no slash. What does it ' +
        'make of those it has never seen?',
      habits: { upstroke: 'A European 1', slash: 'A slashed 0' } satisfies Record<Habit, string>,
      habitHint: 'Writes one on the pad',
      takenFor: (label: number) => `It takes that for ${a(label)}.`,
    },
  },

  twos: {
    title: 'It has only ever seen 2s',
    lede: 'Three machines look at your drawing. The first learned from 2s alone, so it sees a 2 in everything.',
    draw: 'Draw anything',
    padLabel: 'Draw anything',
    invitation: 'Draw anything but a 2',
    sees: 'They all see',
    seesLabel: 'Your drawing as the machines see it',
    examples: 'Or start from an example',
    example: (label: number) => `A written ${String(label)}`,
    machines: 'Reconstructions',
    machine: {
      'twos-rbm': { name: 'Knows only 2s', units: '50 hidden units' },
      'threes-rbm': { name: 'Knows only 3s', units: '50 hidden units' },
      'digits-rbm': { name: 'Knows all digits', units: '500 hidden units' },
    },
    reconstruction: (name: string, steps: number) => `${name}: after ${plural(steps, 'Gibbs step', 'Gibbs steps')}`,
    waiting: (name: string) => `${name}: nothing drawn yet`,
    why: 'Why do they stay where they are?',
    run: 'Run',
    pause: 'Pause',
    step: 'Step',
    reset: 'Reset',
    runHint: 'Gibbs steps, one after the other (space bar)',
    stepHint: 'One Gibbs step: up to the hidden units and down again (key s)',
    resetHint: 'Back to the first reconstruction of the drawing, same seed (key r)',
    steps: gibbsSteps,
    keys: 'space runs, s steps, r resets, e takes an example',
    fields: 'Inside the machine that knows only 2s',
    fieldsHint: 'What each of its 50 hidden units looks for: its weights to the pixels. Those active now are lit.',
    unit: (index: number, active: boolean) => `Hidden unit ${String(index + 1)}${active ? ', active' : ''}`,
    active: (n: number, all: number) => `${whole.format(n)} of ${whole.format(all)} active`,
  },
};
