/** The message catalogue: all that the site says, in one place. */
import { train } from './messages/train';

const whole = new Intl.NumberFormat('en');
const plural = (n: number, one: string, many: string): string => `${whole.format(n)} ${n === 1 ? one : many}`;
/** "a 7", but "an 8". */
const a = (digit: number): string => `${digit === 8 ? 'an' : 'a'} ${String(digit)}`;
const percent = new Intl.NumberFormat('en', { style: 'percent', maximumFractionDigits: 0 });
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });

export const messages = {
  name: 'Wakesleep',
  pageTitle: (page: string) => `${page} · Wakesleep`,
  nav: { label: 'Pages', home: 'Home', twos: 'Only 2s', train: 'Train', speed: 'Speed', docs: 'Docs' },
  skip: 'Skip to the content',
  theme: { toDark: 'Dark', toLight: 'Light' },

  engine: {
    running: (threads: number, reason: string | undefined) =>
      `Engine: WebAssembly with SIMD, ${plural(threads, 'thread', 'threads')}${reason ? ` (${reason})` : ''}`,
    starting: 'Starting the engine …',
    failed: 'The engine could not start.',
    lost: 'The engine has stopped. Your drawing is kept.',
    private: 'Everything is computed on this machine; what you draw stays here.',
  },

  failure: { retry: 'Try again' },

  loading: {
    begun: 'Loading …',
    ended: 'Ready',
    bytes: (what: string, loaded: number, total: number) =>
      total > 0 ? `${what} ${tenths.format(loaded / 1e6)} of ${tenths.format(total / 1e6)} MB` : what,
    page: 'Opening the page …',
    pageFailed: 'This page could not be loaded.',
    models: {
      'digits-dbn': 'Loading the network …',
      'twos-rbm': 'Loading the network of 2s …',
      'threes-rbm': 'Loading the network of 3s …',
      'digits-rbm': 'Loading the network of all digits …',
    },
    modelsFailed: {
      'digits-dbn': 'The network could not be loaded.',
      'twos-rbm': 'The network of 2s could not be loaded.',
      'threes-rbm': 'The network of 3s could not be loaded.',
      'digits-rbm': 'The network of all digits could not be loaded.',
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

  home: {
    title: 'A network that dreams digits',
    lede: 'A deep belief net learned from 60,000 handwritten digits. These are not among them: it makes them up.',
    dreams: 'Dreams of the network',
    tile: (chain: number, label: number | null) =>
      label === null ? `Dream ${String(chain + 1)}` : `Dream ${String(chain + 1)}, ${a(label)}`,
    play: 'Dream',
    pause: 'Pause',
    playHint: 'Let the chains run, or hold them (space bar)',
    step: 'Step',
    stepHint: 'One step of Gibbs sampling (key s)',
    steps: (n: number) => plural(n, 'Gibbs step', 'Gibbs steps'),
    labels: 'Dream of',
    each: '0–9',
    eachHint: 'One label each',
    free: 'free',
    freeHint: 'Let go of the labels (Escape)',
    digitHint: (label: number) => `Clamp the label ${String(label)} (key ${String(label)})`,
    keys: 'keys 0 to 9, Esc lets go',
    temperature: 'Temperature',
    temperatureOf: (value: number) => tenths.format(value),
    temperatureHint: 'Above 1 the digits melt.',
    clamped: {
      each: 'Ten dreams, one of each digit.',
      free: 'Ten dreams, their labels free.',
      one: (label: number) => `Ten dreams of ${a(label)}.`,
    },

    draw: 'Draw a digit',
    drawHint: 'The network reads it as you go.',
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

    makes: 'What it makes of it',
    reading: (label: number, probability: number) =>
      probability >= 0.9 ? `It reads ${a(label)}` : `Perhaps ${a(label)}`,
    nothing: 'Nothing to read yet',
    energy: 'Free energy of each label',
    energyHint: 'In nats above the lowest. Lower is better.',
    energyTable: {
      label: 'Label',
      energy: 'Free energy above the lowest, in nats',
      probability: 'Probability',
    },
    lowest: 'lowest',
    above: (value: number) => `+${tenths.format(value)}`,
    probability: (value: number) =>
      value > 0 && value < 0.005 ? '<1%' : value >= 0.995 && value < 1 ? '>99%' : percent.format(value),
    unread: '–',

    finish: 'Finish it as a',
    finishHint: (label: number) =>
      `Clamp the label ${String(label)}, starting from your drawing (key ${String(label)})`,
    finished: (label: number) => `Finished as ${a(label)}`,
    finishedLabel: (label: number) => `What the network makes of your drawing as ${a(label)}`,
    finishKeys: 'keys 0 to 9',
    finishTitle: 'It finishes',
    finishNothing: 'No digit chosen yet',
    finishEmpty: 'draw first, or take an example',
    finishChoose: 'choose a digit below',
    stop: 'Stop',
    goOn: 'Go on',
    letGo: 'Let go',
    letGoHint: 'Ends it (Escape)',
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
    run: 'Run',
    pause: 'Pause',
    step: 'Step',
    reset: 'Reset',
    runHint: 'Gibbs steps, one after the other (space bar)',
    stepHint: 'One Gibbs step: up to the hidden units and down again (key s)',
    resetHint: 'Back to the first reconstruction of the drawing, same seed (key r)',
    steps: (n: number) => plural(n, 'Gibbs step', 'Gibbs steps'),
    keys: 'space runs, s steps, r resets, e takes an example',
    fields: 'Inside the machine that knows only 2s',
    fieldsHint: 'What each of its 50 hidden units looks for: its weights to the pixels. Those active now are lit.',
    unit: (index: number, active: boolean) => `Hidden unit ${String(index + 1)}${active ? ', active' : ''}`,
    active: (n: number, all: number) => `${whole.format(n)} of ${whole.format(all)} active`,
  },

  train,
};
