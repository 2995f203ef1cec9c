/** The options of a training: their defaults, their ranges, and which of them need a new model. */
import type { LearningRule, OptionDescription, RbmOptions, TrainOptions, Units } from 'wakesleep';

export type VisibleUnits = 'bernoulli' | 'gaussian';
export type HiddenUnits = 'bernoulli' | 'softmax' | 'relu' | 'noisy-relu' | 'gaussian';
export type DataKind = 'bars-and-stripes' | 'shifter' | 'stroke-digits' | 'drawings' | 'idx' | 'mnist';
export type Optimizer = 'sgd' | 'adam';

export interface Options {
  visibleUnits: VisibleUnits;
  /** Of Gaussian visible units: whether their standard deviations are learned. */
  learnedSigma: boolean;
  /** `softmax`: all hidden units are one group. */
  hiddenUnits: HiddenUnits;
  hidden: number;
  method: LearningRule;
  k: number;
  /** Of parallel tempering. */
  temperatures: number;
  /** Persistent chains; 0: as many as a batch has examples. */
  chains: number;
  optimizer: Optimizer;
  learningRate: number;
  momentum: number;
  centering: boolean;
  weightDecay: number;
  l1: number;
  sparsityCost: number;
  sparsityTarget: number;
  dropout: number;
  batchSize: number;
  seed: number;
}

export type NumberOption = Exclude<
  keyof Options,
  'visibleUnits' | 'learnedSigma' | 'hiddenUnits' | 'method' | 'optimizer' | 'centering' | 'seed'
>;

export const visibleUnits: readonly VisibleUnits[] = ['bernoulli', 'gaussian'];
export const hiddenUnits: readonly HiddenUnits[] = ['bernoulli', 'softmax', 'relu', 'noisy-relu', 'gaussian'];

/** Pixels up to which data are small. */
const small = 64;

/** The hidden units that learn something to be seen within seconds, on data of this size beside these visible units. */
export function offeredUnits({ width }: { width: number }, below: VisibleUnits): readonly HiddenUnits[] {
  return hiddenUnits.filter(
    (above) =>
      // Of many pixels a few templates take all examples before the others have learned anything.
      !(above === 'softmax' && width > small) && !unbounded({ visibleUnits: below, hiddenUnits: above }),
  );
}

const plain = {
  visibleUnits: 'bernoulli',
  learnedSigma: false,
  hiddenUnits: 'bernoulli',
  temperatures: 10,
  chains: 0,
  optimizer: 'sgd',
  learningRate: 0.05,
  momentum: 0.5,
  centering: false,
  weightDecay: 2e-4,
  l1: 0,
  sparsityCost: 0,
  sparsityTarget: 0.1,
  dropout: 0,
} satisfies Partial<Options>;

/** A start that learns well on each kind of data. */
export function defaultOptions(kind: DataKind): Omit<Options, 'seed'> {
  switch (kind) {
    case 'bars-and-stripes':
      return { ...plain, hidden: 16, method: 'cd', k: 20, batchSize: 50 };
    case 'shifter':
      return { ...plain, hidden: 30, method: 'cd', k: 20, batchSize: 50 };
    case 'drawings':
      return { ...plain, hidden: 20, method: 'pcd', k: 1, batchSize: 5 };
    case 'stroke-digits':
    case 'idx':
    case 'mnist':
      return { ...plain, hidden: 60, method: 'pcd', k: 1, batchSize: 50 };
  }
}

/** What the engine says of each option of learning: its range, its words, what it needs beside it. */
export type OptionTable = ReadonlyMap<string, OptionDescription>;

export const tableOf = (rows: readonly OptionDescription[]): OptionTable => new Map(rows.map((row) => [row.name, row]));

/** The stops of the sliders, lowest first. */
const stops: Record<NumberOption, readonly number[]> = {
  hidden: [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 750, 1000],
  k: [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100],
  temperatures: [2, 3, 5, 7, 10, 15, 20, 30],
  chains: [0, 5, 10, 20, 50, 100, 200, 500],
  learningRate: [1e-4, 2e-4, 5e-4, 0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1],
  momentum: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98],
  weightDecay: [0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  l1: [0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  sparsityCost: [0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1],
  sparsityTarget: [0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5],
  dropout: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8],
  batchSize: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
};

/** Changing one of these starts the network anew; the others take effect with the next slice of training. */
export const restarting: readonly (keyof Options)[] = [
  'visibleUnits',
  'learnedSigma',
  'hiddenUnits',
  'hidden',
  'batchSize',
  'seed',
];

/** A slider of these is heard when it is let go. */
export const patient: readonly (keyof Options)[] = [...restarting, 'sparsityCost', 'dropout'];

/** What the slider of an option can be set to: those of its stops that the engine takes; chains also to 0. */
export function choicesOf(table: OptionTable, option: NumberOption): readonly number[] {
  const { atLeast = -Infinity, above = -Infinity, atMost = Infinity, below = Infinity } = table.get(option) ?? {};
  const fits = (value: number): boolean => value >= atLeast && value > above && value <= atMost && value < below;
  return stops[option].filter((value) => fits(value) || (option === 'chains' && value === 0));
}

/** Whether an option has an effect beside the others: what has none is not shown, and not given to the engine. */
export function applies(table: OptionTable, option: string, options: Options): boolean {
  const valueOf = (name: string): unknown =>
    (options as unknown as Record<string, unknown>)[name] ?? table.get(name)?.default;
  // What only some values need is refused when they are chosen.
  const needs = table.get(option)?.needs?.filter(({ when, whenAbove }) => !when && whenAbove === undefined) ?? [];
  return needs.every(({ option: other, is, above }) => {
    const value = valueOf(other);
    if (is) return is.some((one) => one === value);
    return above === undefined ? value !== undefined : Number(value) > above;
  });
}

export const largestSeed = 2 ** 32 - 1;

/** Where the slider of an option stands for a value: at the nearest choice. */
export function nearestChoice(choices: readonly number[], value: number): number {
  const distances = choices.map((choice) => Math.abs(choice - value));
  return distances.indexOf(Math.min(...distances));
}

/** A machine of these options for data of this width. */
export function rbmOptions(options: Options, width: number, labels: number): RbmOptions {
  const { hidden, seed, learnedSigma } = options;
  const above: Units = options.hiddenUnits === 'softmax' ? { type: 'softmax', groups: [hidden] } : options.hiddenUnits;
  const below: Units = options.visibleUnits === 'gaussian' ? { type: 'gaussian', learnedSigma } : options.visibleUnits;
  return { visible: width, hidden, labels, visibleUnits: below, hiddenUnits: above, seed };
}

/** Persistent chains of a machine with labels that have one held: they learn what a dream of that label shows. */
const clampedChains = 0.5;

export function trainOptions(
  table: OptionTable,
  options: Options,
  labels: number,
): Omit<TrainOptions, 'mask' | 'validation' | 'signal' | 'onProgress'> {
  const given = Object.entries(options).filter(
    ([option, value]) => table.has(option) && applies(table, option, options) && !(option === 'chains' && value === 0),
  );
  return {
    ...Object.fromEntries(given),
    // Grey values become bits anew whenever they are shown; Gaussian units take them as they are.
    ...(options.visibleUnits === 'bernoulli' ? { dataStates: 'sampled' } : {}),
    ...(labels > 0 && applies(table, 'clampedChains', options) ? { clampedChains } : {}),
  };
}

/** Whether neither side's states have bounds: such a machine has a distribution only while its weights are small. */
export const unbounded = ({
  visibleUnits: below,
  hiddenUnits: above,
}: Pick<Options, 'visibleUnits' | 'hiddenUnits'>): boolean =>
  below === 'gaussian' && above !== 'bernoulli' && above !== 'softmax';

const isRectified = (units: HiddenUnits): boolean => units === 'relu' || units === 'noisy-relu';
/** Rectified units take ten times as long to sample as Bernoulli ones: with more steps nothing would be seen soon. */
const mostRectifiedSteps = 5;

/** What else changes with the units or the optimizer, so that something is to be seen within seconds. */
export function startingWith(options: Options, width: number): Pick<Options, 'learningRate' | 'k'> {
  const k = isRectified(options.hiddenUnits) ? Math.min(options.k, mostRectifiedSteps) : options.k;
  return { learningRate: startingRate(options, width), k };
}

/**
 * A learning rate at which these units learn steadily, by trials on the page's own data. Units without bounds answer
 * the more strongly the more pixels there are; Gaussian pixels weigh about five times as much as Bernoulli ones.
 */
export function startingRate(options: Options, width: number): number {
  const { visibleUnits: below, hiddenUnits: above, learnedSigma, method } = options;
  const adam = options.optimizer === 'adam';
  const few = width <= small;
  if (unbounded(options)) return adam ? 1e-4 : 2e-4;
  if (above === 'softmax') return adam ? 0.01 : few ? 0.5 : 0.1;
  if (below === 'gaussian') return adam ? 0.002 : learnedSigma ? 0.005 : 0.01;
  if (above === 'bernoulli') return adam ? (few ? 0.01 : 0.002) : few && method === 'exact' ? 0.2 : 0.05;
  if (few) return adam ? 0.005 : isRectified(above) ? 0.1 : 0.02;
  return adam ? 0.001 : above === 'gaussian' ? 0.002 : 0.005;
}

/**
 * Options from a file's notes: what is missing or out of range stays as it was. What the machine itself says is not
 * read.
 */
export function mergeOptions(table: OptionTable, now: Options, text: string | undefined): Options {
  let found: unknown;
  try {
    found = JSON.parse(text ?? 'null');
  } catch {
    found = null;
  }
  if (typeof found !== 'object' || found === null) return now;
  const values = found as Record<string, unknown>;
  const merged = Object.entries(now).map(([option, before]) => {
    const value = values[option];
    const choices = option in stops ? choicesOf(table, option as NumberOption) : [];
    if (typeof value === 'number' && value >= (choices[0] ?? Infinity) && value <= (choices.at(-1) ?? 0))
      return [option, choices[nearestChoice(choices, value)]];
    const known = typeof value === 'boolean' || table.get(option)?.words?.some((word) => word === value);
    return [option, known && typeof value === typeof before ? value : before];
  });
  return Object.fromEntries(merged) as Options;
}
