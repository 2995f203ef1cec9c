// Training, batch by batch.
import { WakesleepError } from '../errors.js';
import type { NativeDataset, NativeTraining } from '../native.js';
import type {
  RunOptions,
  TrainHistory,
  Training,
  TrainingOptions,
  TrainOptions,
  TrainProgress,
  TrainStatistics,
} from '../types.js';
import { checkFunction, integer, options, optionsGiven, wrongType } from '../validate.js';
import { DatasetCore, type CoreOptions } from './dataset.js';
import { Handle, type Life } from './life.js';
import type { Stopping } from './stopping.js';
import type { Table } from './table.js';
import type { Task } from './task.js';

export type TrainOptionsCore = CoreOptions<TrainingOptions<TrainOptions>>;
export type Report = (progress: TrainProgress) => void;

/** Options as the engine reads them: with its data sets. It checks everything else. */
export function forEngine(given: object): object {
  return Object.fromEntries(
    Object.entries(given).map(([name, value]) => [
      name,
      value instanceof DatasetCore ? value.native : (value as unknown),
    ]),
  );
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
  native: NativeTraining;
  /** Infinity without a limit. */
  batches: number;
  /** Whether progress has them. */
  statistics: boolean;
  /** Whether epochs end with what validation data say. */
  validates: boolean;
  stopping?: Stopping | undefined;
  /** Hands changed options to the engine's training. */
  change: (options: object) => void;
}

export class TrainingCore extends Handle<NativeTraining> {
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
    yield* this.#begun.stopping?.begin() ?? [];
    try {
      while (this.native.prepare()) yield;
    } catch (error) {
      // (An abort, which leaves at the yield, ends nothing.)
      this.#end();
      throw error;
    }
    let goesOn = false;
    try {
      goesOn = this.native.step();
    } finally {
      if (!goesOn) this.#end();
    }
    if (!goesOn) {
      // A training that stops early is done only now.
      if (this.progress.done < 1) this.#progress = null;
      return false;
    }
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
    if (entry.epochEnded) {
      if (this.#begun.validates) yield;
      while (this.native.validate()) yield;
      const { freeEnergy, logLikelihood, validation } = this.native.progress();
      if (freeEnergy) entry.freeEnergy = freeEnergy;
      if (logLikelihood) entry.logLikelihood = logLikelihood;
      if (validation) entry.validation = validation;
      if (yield* this.#begun.stopping?.ended(entry) ?? []) entry.done = 1;
    }
    this.#unrecorded = false;
    this.history.push(entry);
    if (entry.done === 1) this.#end();
  }
}
