// What every kind of model has: one training at a time, and a file.
import { WakesleepError } from '../errors.js';
import type { NativeSaved } from '../native.js';
import type { ModelBase, OptionProblem, SaveOptions, TrainHistory, TrainingOptions } from '../types.js';
import { boolean, choice, options, optionsGiven, wrongType } from '../validate.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { Handle, type Life } from './life.js';
import type { Table } from './table.js';
import type { Task } from './task.js';
import { TrainingCore, type Begun, type Report } from './training.js';

export const modelMembers = {
  visible: 'property',
  seed: 'property',
  notes: 'property',
  train: { options: 1 },
  training: 'method',
  check: 'method',
  save: 'method',
  fingerprint: 'method',
} as const satisfies Table<ModelBase<{ signal?: AbortSignal }>>;

export abstract class TrainedCore<N extends NativeSaved, Options extends object> extends Handle<N> {
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

  save(given?: SaveOptions): Uint8Array<ArrayBuffer> {
    const { native } = this;
    const { dtype, resumable, notes } = options<SaveOptions>('options', given, ['dtype', 'resumable', 'notes']);
    const half = choice('dtype', dtype, ['f32', 'f16'], 'f32') === 'f16';
    const whole = boolean('resumable', resumable, false);
    if (half && whole)
      throw new TypeError("resumable needs dtype 'f32': training could not go on exactly from rounded weights");
    const entries = Object.entries({ ...this.notes, ...(notes === undefined ? {} : checkNotes(notes)) });
    return native.save(half, whole, entries.flat());
  }

  fingerprint(): string {
    return this.native.fingerprint();
  }

  /** One training at a time may write to a model. */
  training(data: DatasetCore, given?: CoreOptions<TrainingOptions<Options>>): TrainingCore {
    this.idle('another');
    const begun = this.begin(data, given);
    const training = new TrainingCore(begun, data, this.life, () => {
      this.#training = null;
    });
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
    try {
      this.begin(data, given).native.delete();
      return [];
    } catch (error) {
      if (!(error instanceof TypeError || error instanceof RangeError)) throw error;
      return [{ message: error.message }];
    }
  }

  /** The engine's training with these options, checked. */
  protected abstract begin(data: DatasetCore, given?: CoreOptions<TrainingOptions<Options>>): Begun;

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
