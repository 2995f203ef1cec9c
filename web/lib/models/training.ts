// Training, batch by batch.
import { WakesleepError } from '../errors.js';
import type { NativeDataset, NativeTraining, NativeTrainingOptions } from '../native.js';
import type {
  LearningRule,
  RunOptions,
  TrainHistory,
  Training,
  TrainingOptions,
  TrainOptions,
  TrainProgress,
  TrainStatistics,
} from '../types.js';
import {
  boolean,
  checkFunction,
  choice,
  integer,
  number,
  numbersOf,
  options,
  optionsGiven,
  seedOf,
  wrongType,
} from '../validate.js';
import { DatasetCore, type CoreOptions } from './dataset.js';
import { Handle, type Life } from './life.js';
import type { Table } from './table.js';
import type { Task } from './task.js';

export type TrainOptionsCore = CoreOptions<TrainingOptions<TrainOptions>>;
export type LayerOptions = Omit<TrainOptionsCore, 'validation' | 'batches' | 'statistics'>;
export type Report = (progress: TrainProgress) => void;

const ofLayer = [
  'epochs',
  'batchSize',
  'learningRate',
  'finalLearningRate',
  'learningRateSchedule',
  'optimizer',
  'momentum',
  'initialMomentum',
  'initialMomentumEpochs',
  'beta1',
  'beta2',
  'epsilon',
  'sigmaLearningRate',
  'weightDecay',
  'l1',
  'method',
  'k',
  'finalK',
  'chains',
  'clampedChains',
  'restarts',
  'fastLearningRate',
  'fastDecay',
  'temperatures',
  'dataStates',
  'visibleStates',
  'hiddenStates',
  'upStates',
  'visibleBiasFromData',
  'centering',
  'centeringRate',
  'sparsityTarget',
  'sparsityCost',
  'sparsityDecay',
  'dropout',
  'objective',
  'generativeWeight',
  'weights',
  'mask',
  'missingSteps',
  'seed',
] as const satisfies readonly (keyof LayerOptions)[];
export const ofTraining = [
  ...ofLayer,
  'batches',
  'validation',
  'statistics',
] as const satisfies readonly (keyof TrainOptionsCore)[];

export function layerOptions(name: string, given: LayerOptions | undefined): Partial<LayerOptions> {
  return options(name, given, ofLayer);
}

const methods = ['cd', 'pcd', 'fpcd', 'pt', 'mean-field', 'exact'] as const satisfies readonly LearningRule[];

/** Every option, checked. `seed` is the model's. */
export function nativeOptions(given: Partial<LayerOptions>, seed: number): NativeTrainingOptions {
  const states = ['sampled', 'mean'] as const;
  const small = { atLeast: 0, below: 1 };
  const share = { atLeast: 0, atMost: 1 };
  const { mask } = given;
  if (mask !== undefined && !(mask instanceof DatasetCore)) throw wrongType('mask', 'a data set of this engine', mask);
  const unless = <T>(value: unknown, preset: T, check: () => T): T => (value === undefined ? preset : check());
  const checked: NativeTrainingOptions = {
    epochs: integer('epochs', given.epochs, 1, 1_000_000, 10),
    batchSize: integer('batchSize', given.batchSize, 1, 65536, 100),
    learningRate: number('learningRate', given.learningRate, { above: 0, atMost: 100 }, 0.05),
    finalLearningRate: unless(given.finalLearningRate, -1, () =>
      number('finalLearningRate', given.finalLearningRate, { atLeast: 0, atMost: 100 }),
    ),
    learningRateSchedule: choice(
      'learningRateSchedule',
      given.learningRateSchedule,
      ['linear', 'exponential'],
      'linear',
    ),
    optimizer: choice('optimizer', given.optimizer, ['sgd', 'adam'], 'sgd'),
    momentum: number('momentum', given.momentum, small, 0.9),
    initialMomentum: number('initialMomentum', given.initialMomentum, small, 0.5),
    initialMomentumEpochs: integer('initialMomentumEpochs', given.initialMomentumEpochs, 0, 1_000_000, 0),
    beta1: number('beta1', given.beta1, small, 0.9),
    beta2: number('beta2', given.beta2, small, 0.999),
    epsilon: number('epsilon', given.epsilon, { atLeast: 1e-12, atMost: 1 }, 1e-8),
    sigmaLearningRate:
      given.sigmaLearningRate === undefined
        ? -1
        : number('sigmaLearningRate', given.sigmaLearningRate, { atLeast: 0, atMost: 100 }),
    weightDecay: number('weightDecay', given.weightDecay, { atLeast: 0, atMost: 100 }, 2e-4),
    l1: number('l1', given.l1, { atLeast: 0, atMost: 100 }, 0),
    method: choice('method', given.method, methods, 'cd'),
    k: integer('k', given.k, 1, 10_000, 1),
    finalK: unless(given.finalK, 0, () => integer('finalK', given.finalK, 1, 10_000)),
    chains: unless(given.chains, 0, () => integer('chains', given.chains, 1, 65536)),
    clampedChains: number('clampedChains', given.clampedChains, share, 0),
    restarts: number('restarts', given.restarts, share, 0),
    fastLearningRate: unless(given.fastLearningRate, -1, () =>
      number('fastLearningRate', given.fastLearningRate, { atLeast: 0, atMost: 100 }),
    ),
    fastDecay: number('fastDecay', given.fastDecay, share, 0.95),
    temperatures: integer('temperatures', given.temperatures, 2, 100, 10),
    dataStates: choice('dataStates', given.dataStates, states, 'mean'),
    visibleStates: choice('visibleStates', given.visibleStates, states, 'sampled'),
    hiddenStates: choice('hiddenStates', given.hiddenStates, states, 'mean'),
    upStates: choice('upStates', given.upStates, states, 'mean'),
    visibleBiasFromData: boolean('visibleBiasFromData', given.visibleBiasFromData, true),
    centering: boolean('centering', given.centering, false),
    centeringRate: number('centeringRate', given.centeringRate, share, 0.01),
    sparsityTarget: number('sparsityTarget', given.sparsityTarget, small, 0),
    sparsityCost: number('sparsityCost', given.sparsityCost, { atLeast: 0, atMost: 1000 }, 0),
    sparsityDecay: number('sparsityDecay', given.sparsityDecay, small, 0.9),
    dropout: number('dropout', given.dropout, small, 0),
    objective: choice('objective', given.objective, ['generative', 'discriminative', 'hybrid'], 'generative'),
    generativeWeight: number('generativeWeight', given.generativeWeight, { atLeast: 0, atMost: 1000 }, 0.01),
    weights: unless(given.weights, new Float32Array(0), () => numbersOf('weights', given.weights)),
    mask: mask?.native ?? null,
    missingSteps: integer('missingSteps', given.missingSteps, 1, 10_000, 1),
    seed: seedOf(given.seed, seed),
  };
  refuseNeedless(given, checked);
  return checked;
}

/** An option that was given and has no effect beside the others is a mistake. */
function refuseNeedless(given: Partial<LayerOptions>, o: NativeTrainingOptions): void {
  const { method, objective } = o;
  const persistent = method === 'pcd' || method === 'fpcd';
  const discriminative = objective === 'discriminative';
  const steps = method !== 'exact' && !discriminative;
  const sgd = o.optimizer === 'sgd';
  const rules: readonly [boolean, string, readonly (keyof LayerOptions)[]][] = [
    [!discriminative, "has no effect with objective 'discriminative', whose gradient is exact", ['method']],
    [steps, `has no effect with ${discriminative ? "objective 'discriminative'" : "method 'exact'"}`, ['k', 'finalK']],
    [persistent || method === 'pt', "is an option of methods 'pcd', 'fpcd' and 'pt'", ['chains']],
    [persistent, "is an option of methods 'pcd' and 'fpcd'", ['clampedChains', 'restarts']],
    [method === 'fpcd', "is an option of method 'fpcd'", ['fastLearningRate', 'fastDecay']],
    [method === 'pt', "is an option of method 'pt'", ['temperatures']],
    [method === 'cd' || persistent, `has no effect with method '${method}'`, ['visibleStates']],
    [method !== 'exact' && method !== 'mean-field', `has no effect with method '${method}'`, ['hiddenStates']],
    [sgd, "is an option of optimizer 'sgd'", ['momentum', 'initialMomentum', 'initialMomentumEpochs']],
    [!sgd, "is an option of optimizer 'adam'", ['beta1', 'beta2', 'epsilon']],
    [given.finalLearningRate !== undefined, 'needs finalLearningRate', ['learningRateSchedule']],
    [o.centering, 'needs centering', ['centeringRate']],
    [o.sparsityCost > 0, 'needs a sparsityCost above 0', ['sparsityTarget', 'sparsityDecay']],
    [objective === 'hybrid', "is an option of objective 'hybrid'", ['generativeWeight']],
    [o.mask !== null, 'is an option of mask', ['missingSteps']],
  ];
  for (const [has, why, names] of rules) {
    const needless = has ? undefined : names.find((name) => given[name] !== undefined);
    if (needless !== undefined) throw new TypeError(`${needless} ${why}`);
  }
}

/** What tells whether a data set fits its model. */
export interface Fitting {
  checkData(name: string, data: NativeDataset): void;
}

/** Data must be a data set that fits the model; the engine checks again, but says so only when it comes to them. */
export function checkData(name: string, data: unknown, model: Fitting): asserts data is DatasetCore {
  if (!(data instanceof DatasetCore)) throw wrongType(name, 'a data set of this engine', data);
  model.checkData(name, data.native);
}

/** Milliseconds between reports, and between measurements of the speed. */
const betweenReports = 33;
const betweenSpeeds = 250;

export const trainingMembers = {
  progress: 'property',
  history: 'property',
  run: { options: 0 },
  statistics: 'method',
  change: 'method',
} as const satisfies Table<Training>;

/** The engine's training, and what of its options is done here. */
export interface Begun {
  native: NativeTraining<unknown>;
  /** Infinity without a limit. */
  batches: number;
  /** Whether progress has them. */
  statistics: boolean;
  /** Whether epochs end with free energies. */
  validates: boolean;
  /** Hands changed options to the engine's training. */
  change: (options: object) => void;
}

export class TrainingCore extends Handle<NativeTraining<unknown>> {
  readonly kind = 'training';
  readonly history: TrainHistory = [];
  readonly #begun: Begun;
  #ended = false;
  #running = false;
  #batches = 0;
  /** After the last mini-batch; null before anyone has asked. */
  #progress: TrainProgress | null = null;
  /** Whether the history still lacks an entry for the last mini-batch. */
  #unrecorded = false;
  #speed = { since: performance.now(), examples: 0, perSecond: 0 };
  #pausedAt = performance.now();

  /** `onEnd` is called once: when nothing is left to do, an error came, or this was disposed. */
  constructor(
    begun: Begun,
    life: Life,
    private readonly onEnd: () => void,
  ) {
    super('training', begun.native, life);
    this.#begun = begun;
  }

  /** One mini-batch, and at the end of an epoch the free energies. False, and nothing done, when nothing is left. */
  *step(): Task<boolean> {
    void this.native;
    // The last time an abort may have come before the free energies.
    yield* this.#record();
    if (this.#ended) return false;
    while (this.native.prepare()) yield;
    let goesOn = false;
    try {
      goesOn = this.native.step();
    } finally {
      if (!goesOn) this.#end();
    }
    if (!goesOn) return false;
    this.#batches++;
    this.#progress = null;
    this.#unrecorded = this.native.epochEnded() || this.#batches === this.#begun.batches;
    yield* this.#record();
    return true;
  }

  *run(given?: CoreOptions<RunOptions>): Task<TrainProgress> {
    const { batches, epochs, onProgress } = options<CoreOptions<RunOptions>>('options', given, [
      'batches',
      'epochs',
      'onProgress',
    ]);
    const mostBatches = integer('batches', batches, 1, Number.MAX_SAFE_INTEGER, Infinity);
    const mostEpochs = integer('epochs', epochs, 1, Number.MAX_SAFE_INTEGER, Infinity);
    checkFunction('onProgress', onProgress);
    void this.native;
    if (this.#running) throw new WakesleepError('busy', 'this training is running: wait for it to pause, or abort it');
    this.#running = true;
    // Speed is that of the time in which it runs.
    this.#speed.since += performance.now() - this.#pausedAt;
    let [reportedAt, reportedEpochAt] = [-Infinity, -Infinity];
    let reported: TrainProgress | undefined;
    const report = (last: boolean, epochEnded: boolean) => {
      const now = performance.now();
      if (!last && now - reportedAt < betweenReports && !(epochEnded && now - reportedEpochAt >= betweenReports))
        return;
      reportedAt = now;
      if (epochEnded) reportedEpochAt = now;
      if (reported !== this.progress) onProgress?.((reported = this.progress));
    };
    try {
      let ended = 0;
      for (let batch = 1; yield* this.step(); ++batch) {
        const epochEnded = this.native.epochEnded();
        if (epochEnded) ++ended;
        const last = this.#ended || batch === mostBatches || ended === mostEpochs;
        if (onProgress) report(last, epochEnded);
        if (last) break;
        yield;
      }
      return this.progress;
    } finally {
      this.#running = false;
      this.#pausedAt = performance.now();
    }
  }

  get progress(): TrainProgress {
    return (this.#progress ??= this.#newProgress());
  }

  /** What the history and the progress are to one who knows the first `known` entries. */
  since(known: number): { progress: TrainProgress; entries: TrainHistory } {
    return { progress: this.progress, entries: this.history.slice(known) };
  }

  statistics(): TrainStatistics | undefined {
    return this.native.statistics();
  }

  change(given: object): void {
    void this.native;
    this.#begun.change(optionsGiven('options', given));
  }

  /** `what` is named to those who go on using it. */
  override dispose(what?: string): void {
    this.#end();
    super.dispose(what);
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
  }

  #newProgress(): TrainProgress {
    const { examples, ...now } = this.native.progress();
    const { batches, statistics } = this.#begun;
    const time = performance.now();
    const seconds = (time - this.#speed.since) / 1000;
    const perSecond = seconds > 0 ? (examples - this.#speed.examples) / seconds : 0;
    if (this.#speed.perSecond === 0 || seconds * 1000 >= betweenSpeeds) {
      this.#speed.perSecond = perSecond;
      if (seconds * 1000 >= betweenSpeeds) this.#speed = { since: time, examples, perSecond };
    }
    const done = Math.min(1, Math.max(now.done, this.#batches / batches));
    const found = statistics ? this.statistics() : undefined;
    return { ...now, done, examplesPerSecond: this.#speed.perSecond, ...(found ? { statistics: found } : {}) };
  }

  *#record(): Task<void> {
    if (!this.#unrecorded) return;
    const entry = this.progress;
    if (this.#begun.validates && entry.epochEnded) {
      do yield;
      while (this.native.validate());
      const { freeEnergy } = this.native.progress();
      if (freeEnergy) entry.freeEnergy = freeEnergy;
    }
    this.#unrecorded = false;
    this.history.push(entry);
    if (entry.done === 1) this.#end();
  }
}
