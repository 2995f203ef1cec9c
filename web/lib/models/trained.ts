// What every kind of model has: one training at a time, and a file.
import { optionOf, WakesleepError } from '../errors.js';
import type { NativeLearner } from '../native.js';
import type {
  Bytes,
  CopyOptions,
  ModelBase,
  OptionProblem,
  SaveOptions,
  TrainHistory,
  TrainingOptions,
} from '../types.js';
import { boolean, choice, integer, options, optionsGiven, wrongType } from '../validate.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { Handle, type Life } from './life.js';
import type { Begin, Stopping } from './stopping.js';
import { summaryOf, type LayerRow } from './summary.js';
import type { Table } from './table.js';
import type { Task } from './task.js';
import { checkData, forEngine, TrainingCore, type Fitting, type Report, type TrainOptionsCore } from './training.js';

export const modelMembers = {
  visible: 'property',
  seed: 'property',
  notes: 'property',
  train: { options: 1 },
  training: 'method',
  check: 'method',
  save: 'method',
  fingerprint: 'method',
  copy: 'method',
  summary: 'method',
} as const satisfies Table<ModelBase<{ signal?: AbortSignal }>>;

export abstract class TrainedCore<N extends NativeLearner, Options extends object> extends Handle<N> {
  abstract readonly visible: number;
  readonly seed: number;
  #training: TrainingCore | null = null;

  constructor(
    native: N,
    readonly notes: Record<string, string>,
    life: Life,
  ) {
    super('model', native, life);
    this.seed = native.seed();
  }

  fingerprint(): string {
    return this.native.fingerprint();
  }

  save(given?: SaveOptions): Bytes {
    const { native } = this;
    const { dtype, resumable, notes } = options<SaveOptions>('options', given, ['dtype', 'resumable', 'notes']);
    const half = choice('dtype', dtype, ['f32', 'f16'], 'f32') === 'f16';
    const whole = boolean('resumable', resumable, false);
    if (half && whole)
      throw new TypeError("resumable needs dtype 'f32': training could not go on exactly from rounded weights");
    const entries = Object.entries({ ...this.notes, ...(notes === undefined ? {} : checkNotes(notes)) });
    return native.save(half, whole, entries.flat());
  }

  copy(given?: CopyOptions): Handle {
    const { resumable } = options<CopyOptions>('options', given, ['resumable']);
    return this.life.open(this.bytes(boolean('resumable', resumable, true)));
  }

  summary(): string {
    const { kind, seed } = this;
    const epochs = this.trainedEpochs();
    return summaryOf({ kind, seed, rows: this.layerRows(), epochs, progress: this.#training?.progress });
  }

  /** Visible units first. */
  protected abstract layerRows(): LayerRow[];

  /** One for all layers, or one each. */
  protected abstract trainedEpochs(): number[];

  /** A file of this model as it is. */
  protected bytes(resumable: boolean): Bytes {
    return this.native.save(false, resumable, Object.entries(this.notes).flat());
  }

  /** One training at a time may write to a model. */
  training(data: DatasetCore, given?: CoreOptions<TrainingOptions<Options>>): TrainingCore {
    this.idle('another');
    const { validation, learning, args, stopping, ...counted } = this.#checked(data, given);
    const begin: Begin = (by) => {
      const begun = this.native.train(data.native, ...by);
      try {
        if (validation) begun.setValidation(validation.native);
      } catch (error) {
        begun.delete();
        throw error;
      }
      return begun;
    };
    const native = stopping?.over?.(begin, args) ?? begin(args);
    let now = learning;
    const change = (changes: object) => {
      const next = { ...now, ...changes };
      const given = this.engineOptions(next, validation !== undefined)[0];
      if (!stopping && validation && this.stopping(next, validation))
        throw Object.assign(new TypeError('patience must be given when a training begins'), { option: 'patience' });
      native.change(given);
      stopping?.change(next);
      now = next;
    };
    const training = new TrainingCore(
      { native, change, validates: validation !== undefined, stopping, ...counted },
      this.life,
      () => {
        this.#training = null;
      },
    );
    return (this.#training = training);
  }

  *train(data: DatasetCore, given?: CoreOptions<Options>): Task<TrainHistory> {
    const { onProgress, ...rest } = optionsGiven('options', given as { onProgress?: Report });
    const training = this.training(data, rest as CoreOptions<TrainingOptions<Options>>);
    try {
      yield* training.run({ onProgress });
      return training.history;
    } finally {
      training.dispose();
    }
  }

  check(data: DatasetCore, given?: CoreOptions<TrainingOptions<Options>>): OptionProblem[] {
    void this.native;
    try {
      return this.native.check(data.native, ...this.#checked(data, given).args);
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      const option = optionOf(error);
      return [{ ...(option === undefined ? {} : { option }), message: error.message }];
    }
  }

  /** What of a training is done here, and the options of learning, also as the engine takes them. */
  #checked(data: DatasetCore, given: object | undefined) {
    const { batches, validation, statistics, ...learning } = optionsGiven(
      'options',
      given as TrainOptionsCore | undefined,
    );
    checkData('data', data, this.fitting(learning));
    if (validation !== undefined) checkData('validation', validation, this.fitting(learning));
    return {
      batches: integer('batches', batches, 1, Number.MAX_SAFE_INTEGER, Infinity),
      statistics: boolean('statistics', statistics, false),
      validation,
      learning,
      args: this.engineOptions(learning, validation !== undefined),
      stopping: validation && this.stopping(learning, validation),
    };
  }

  /** What stops a training early, for models whose learning rules do not do so themselves. */
  protected stopping(_learning: object, _validation: DatasetCore): Stopping | undefined {
    return undefined;
  }

  /** What data must be to be learned from. */
  protected abstract fitting(learning: object): Fitting;

  /**
   * Options of learning as the engine's `train` and `check` take them after the data, and check them. `validates`:
   * whether there are validation data.
   */
  protected engineOptions(learning: object, _validates: boolean): [object, ...unknown[]] {
    return [forEngine(learning)];
  }

  protected idle(what: string): void {
    void this.native;
    if (this.#training)
      throw new WakesleepError('busy', `this model is in training: ${what} must wait for it to end, or abort it`);
  }

  override dispose(): void {
    this.#training?.dispose('model');
    super.dispose();
  }
}

function checkNotes(notes: unknown): Record<string, string> {
  if (typeof notes !== 'object' || notes === null || Array.isArray(notes))
    throw wrongType('notes', 'an object of strings', notes);
  for (const [key, value] of Object.entries(notes))
    if (typeof value !== 'string') throw wrongType(`notes.${key}`, 'a string', value);
  return notes as Record<string, string>;
}
