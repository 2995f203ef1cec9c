// Training, batch by batch.
import { disposed } from '../errors.js';
import type { NativeDataset, NativeTraining, NativeTrainingOptions } from '../native.js';
import type { TrainHistory, TrainOptions, TrainProgress, UnitType } from '../types.js';
import { boolean, choice, integer, number, options, seedOf, wrongType } from '../validate.js';
import { DatasetCore } from './dataset.js';
import { rowsAtOnce, type Task } from './task.js';

export type TrainOptionsCore = Omit<TrainOptions, 'validation' | 'onProgress' | 'signal'> & { validation?: DatasetCore };
export type LayerOptions = Omit<TrainOptionsCore, 'validation' | 'batches'>;
export type Report = (progress: TrainProgress) => void;

const ofLayer = [
  'epochs',
  'batchSize',
  'learningRate',
  'finalLearningRate',
  'momentum',
  'initialMomentum',
  'initialMomentumEpochs',
  'weightDecay',
  'method',
  'k',
  'chains',
  'clampedChains',
  'restarts',
  'dataStates',
  'visibleStates',
  'hiddenStates',
  'upStates',
  'visibleBiasFromData',
  'seed',
] as const satisfies readonly (keyof LayerOptions)[];
export const ofTraining = [...ofLayer, 'batches', 'validation'] as const satisfies readonly (keyof TrainOptionsCore)[];

export function layerOptions(name: string, given: LayerOptions | undefined): Partial<LayerOptions> {
  return options(name, given, ofLayer);
}

/** Every option, checked. `seed` is the model's. */
export function nativeOptions(given: Partial<LayerOptions>, seed: number): NativeTrainingOptions {
  const states = ['sampled', 'mean'] as const;
  return {
    epochs: integer('epochs', given.epochs, 1, 1_000_000, 10),
    batchSize: integer('batchSize', given.batchSize, 1, 65536, 100),
    learningRate: number('learningRate', given.learningRate, { above: 0, atMost: 100 }, 0.05),
    finalLearningRate:
      given.finalLearningRate === undefined
        ? -1
        : number('finalLearningRate', given.finalLearningRate, { atLeast: 0, atMost: 100 }),
    momentum: number('momentum', given.momentum, { atLeast: 0, below: 1 }, 0.9),
    initialMomentum: number('initialMomentum', given.initialMomentum, { atLeast: 0, below: 1 }, 0.5),
    initialMomentumEpochs: integer('initialMomentumEpochs', given.initialMomentumEpochs, 0, 1_000_000, 0),
    weightDecay: number('weightDecay', given.weightDecay, { atLeast: 0, atMost: 100 }, 2e-4),
    method: choice('method', given.method, ['cd', 'pcd'], 'cd'),
    k: integer('k', given.k, 1, 10_000, 1),
    chains: given.chains === undefined ? 0 : integer('chains', given.chains, 1, 65536),
    clampedChains: number('clampedChains', given.clampedChains, { atLeast: 0, atMost: 1 }, 0),
    restarts: number('restarts', given.restarts, { atLeast: 0, atMost: 1 }, 0),
    dataStates: choice('dataStates', given.dataStates, states, 'mean'),
    visibleStates: choice('visibleStates', given.visibleStates, states, 'sampled'),
    hiddenStates: choice('hiddenStates', given.hiddenStates, states, 'mean'),
    upStates: choice('upStates', given.upStates, states, 'mean'),
    visibleBiasFromData: boolean('visibleBiasFromData', given.visibleBiasFromData, true),
    seed: seedOf(given.seed, seed),
  };
}

function rangeOf(type: UnitType): [number, number] {
  if (type === 'gaussian') return [-Infinity, Infinity];
  return [0, type === 'bernoulli' || type === 'softmax' ? 1 : Infinity];
}

/** Data must be a data set that fits the model; the engine checks again, but says so only when it comes to them. */
export function checkData(
  name: string,
  data: unknown,
  model: { visible: number; labels: number; visibleType: UnitType },
): asserts data is DatasetCore {
  if (!(data instanceof DatasetCore)) throw wrongType(name, 'a data set of this engine', data);
  const { native } = data;
  if (data.width !== model.visible) {
    throw new RangeError(`${name} has ${data.width} values an example, and the model has ${model.visible} visible units`);
  }
  const [low, high] = rangeOf(model.visibleType);
  if (!(native.min() >= low && native.max() <= high)) {
    const allowed = high === 1 ? 'in [0, 1]' : 'of 0 or more';
    throw new RangeError(`${name} must have values ${allowed}, and has some from ${native.min()} to ${native.max()}`);
  }
  if (model.labels > 0 && data.labelCount > model.labels) {
    throw new RangeError(`${name} has labels up to ${data.labelCount - 1}, and the model has ${model.labels} label units`);
  }
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
    private readonly limits: { batches: number | undefined; validation: DatasetCore | undefined; multiplications: number },
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
    return { ...now, done: Math.min(1, done), examplesPerSecond: this.#speed.perSecond };
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
  for (let first = 0; first < rows; first += atOnce) parts.push(data.native.subset(first, Math.min(atOnce, rows - first)));
  return parts;
}
