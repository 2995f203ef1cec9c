// Training, batch by batch.
import { disposed } from '../errors.js';
import type { NativeDataset, NativeTraining, NativeTrainingOptions } from '../native.js';
import type { LearningRule, TrainHistory, TrainOptions, TrainProgress } from '../types.js';
import { boolean, choice, integer, number, numbersOf, options, seedOf, wrongType } from '../validate.js';
import { DatasetCore } from './dataset.js';
import { rowsAtOnce, type Task } from './task.js';

export type TrainOptionsCore = Omit<TrainOptions, 'validation' | 'mask' | 'onProgress' | 'signal'> & {
  validation?: DatasetCore;
  mask?: DatasetCore;
};
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

/** Data must be a data set. */
export function checkDataset(name: string, data: unknown): asserts data is DatasetCore {
  if (!(data instanceof DatasetCore)) throw wrongType(name, 'a data set of this engine', data);
}

/** Data must be a data set that fits the model; the engine checks again, but says so only when it comes to them. */
export function checkData(
  name: string,
  data: unknown,
  model: { native: { checkData(name: string, data: NativeDataset): void } },
): asserts data is DatasetCore {
  checkDataset(name, data);
  model.native.checkData(name, data.native);
}

/** How many examples the free energies at the end of an epoch are the mean of. */
const mostRows = 1000;
/** Milliseconds between reports, and between measurements of the speed. */
const betweenReports = 33;
const betweenSpeeds = 250;

export class TrainingCore {
  readonly history: TrainHistory = [];
  #native: NativeTraining | null;
  #ended = false;
  #disposed = 'training';
  #batches = 0;
  #speed = { since: performance.now(), examples: 0, perSecond: 0 };
  #ofTraining: NativeDataset[] = [];
  #ofValidation: NativeDataset[] = [];

  /** `onEnd` is called once: when nothing is left to do, an error came, or this was disposed. */
  constructor(
    native: NativeTraining,
    data: DatasetCore,
    private readonly limits: {
      batches: number | undefined;
      validation: DatasetCore | undefined;
      multiplications: number;
      statistics?: boolean;
    },
    private readonly onEnd: () => void,
  ) {
    this.#native = native;
    if (limits.validation) {
      this.#ofTraining = firstRows(data, limits.multiplications);
      this.#ofValidation = firstRows(limits.validation, limits.multiplications);
    }
  }

  get ended(): boolean {
    return this.#ended;
  }

  /** One mini-batch, and at the end of an epoch the free energies. False, and nothing done, when nothing is left. */
  *advance(): Task<boolean> {
    void this.#alive;
    if (this.#ended) return false;
    let goesOn = false;
    try {
      goesOn = this.#alive.step();
    } finally {
      if (!goesOn) this.#end();
    }
    if (!goesOn) return false;
    this.#batches++;
    const last = this.#batches === this.limits.batches;
    if (this.#alive.epochEnded()) {
      const entry = this.progress();
      if (this.limits.validation) {
        const energies = yield* this.#freeEnergies();
        // (A DBM in pretraining has none.)
        if (Number.isFinite(energies.training)) entry.freeEnergy = energies;
      }
      this.history.push(entry);
    } else if (last) {
      this.history.push(this.progress());
    }
    if (last) this.#end();
    return true;
  }

  /** All that is left, with reports now and then. */
  *run(report?: Report): Task<TrainHistory> {
    let reported = -Infinity;
    let reportedEpoch = -Infinity;
    let told: TrainProgress | undefined;
    while (yield* this.advance()) {
      if (report) {
        const now = performance.now();
        const ended = this.#native?.epochEnded() === true;
        if (now - reported >= betweenReports || (ended && now - reportedEpoch >= betweenReports)) {
          reported = now;
          if (ended) reportedEpoch = now;
          told = ended ? this.history.at(-1) : this.progress();
          if (told) report(told);
        }
      }
      if (!this.#ended) yield;
    }
    const last = this.history.at(-1);
    if (report && last && told !== last) report(last);
    return this.history;
  }

  progress(): TrainProgress {
    const { examples, ...now } = this.#alive.progress();
    const { limits } = this;
    const time = performance.now();
    const seconds = (time - this.#speed.since) / 1000;
    const perSecond = seconds > 0 ? (examples - this.#speed.examples) / seconds : 0;
    if (this.#speed.perSecond === 0 || seconds * 1000 >= betweenSpeeds) {
      this.#speed.perSecond = perSecond;
      if (seconds * 1000 >= betweenSpeeds) this.#speed = { since: time, examples, perSecond };
    }
    const done = limits.batches === undefined ? now.done : Math.max(now.done, this.#batches / limits.batches);
    const statistics = limits.statistics ? { statistics: this.#alive.statistics() } : {};
    return { ...now, done: Math.min(1, done), examplesPerSecond: this.#speed.perSecond, ...statistics };
  }

  /** `what` is named to those who go on using it. */
  dispose(what = 'training'): void {
    this.#end();
    this.#disposed = what;
    this.#native?.delete();
    for (const part of [...this.#ofTraining, ...this.#ofValidation]) part.delete();
    this.#ofTraining = this.#ofValidation = [];
    this.#native = null;
  }

  get #alive(): NativeTraining {
    if (!this.#native) throw disposed(this.#disposed);
    return this.#native;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.onEnd();
  }

  *#freeEnergies(): Task<{ training: number; validation: number }> {
    return { training: yield* this.#mean(this.#ofTraining), validation: yield* this.#mean(this.#ofValidation) };
  }

  *#mean(parts: NativeDataset[]): Task<number> {
    let sum = 0;
    let rows = 0;
    for (const part of parts) {
      yield;
      // Disposed in between: the parts have gone, too.
      const native = this.#alive;
      sum += native.meanFreeEnergy(part) * part.count();
      rows += part.count();
    }
    return sum / rows;
  }
}

/** The first rows in pieces of a few milliseconds. */
function firstRows(data: DatasetCore, multiplications: number): NativeDataset[] {
  const rows = Math.min(mostRows, data.count);
  const atOnce = rowsAtOnce(multiplications);
  const parts: NativeDataset[] = [];
  for (let first = 0; first < rows; first += atOnce)
    parts.push(data.native.subset(first, Math.min(atOnce, rows - first)));
  return parts;
}
