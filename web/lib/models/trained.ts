// What every kind of model has: one training at a time, and a file.
import { WakesleepError } from '../errors.js';
import type { NativeSaved } from '../native.js';
import type { SaveOptions } from '../types.js';
import { boolean, choice, options, wrongType } from '../validate.js';
import { Handle, type Life } from './life.js';
import type { TrainingCore } from './training.js';

export abstract class TrainedCore<N extends NativeSaved> extends Handle<N> {
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

  /** One training at a time may write to a model. */
  begin(training: TrainingCore): TrainingCore {
    this.#training = training;
    return training;
  }

  ended(training: TrainingCore): void {
    if (this.#training === training) this.#training = null;
  }

  idle(what: string): void {
    void this.native;
    if (this.#training)
      throw new WakesleepError('busy', `this model is in training: ${what} must wait for it to end, or abort it`);
  }

  /** Ends a training that was begun and left. */
  stopTraining(what = 'training'): void {
    this.#training?.dispose(what);
  }

  override dispose(): void {
    if (!this.life.ended) this.stopTraining('model');
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
