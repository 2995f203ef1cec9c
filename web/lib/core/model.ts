// What all kinds of model have in common.
import { WakesleepError } from '../errors.js';
import type { NativeClassification, NativeDbm, NativeDbn, NativeRbm } from '../native.js';
import type { Classification, SaveOptions, Samples, Tensor, UnitType } from '../types.js';
import { boolean, choice, integer, options, wrongType } from '../validate.js';
import {
  ChainsCore,
  mostSteps,
  ofDream,
  ofSample,
  temperatureOf,
  type DreamOptionsCore,
  type GibbsOptionsCore,
} from './chains.js';
import { inBlocks, mapRows, type Block, type ExamplesCore } from './examples.js';
import { Handle, type Life } from './life.js';
import type { Task } from './task.js';
import type { TrainingCore } from './training.js';
import { valueCheck, type ValueCheck } from './units.js';

interface Facts {
  kind: 'rbm' | 'dbn' | 'dbm';
  visible: number;
  labels: number;
  /** Weights that an example is multiplied by on its way up, and those of the (top) RBM. */
  weights: number;
  topWeights: number;
  visibleType: UnitType;
  /** Multiplications that classifying an example takes, where it is not one way up and a label at a time at the top. */
  classifying?: number;
}

type AnyNative = NativeRbm | NativeDbn | NativeDbm;

export abstract class ModelCore<N extends AnyNative = AnyNative> extends Handle<N> {
  readonly kind: Facts['kind'];
  readonly visible: number;
  readonly labels: number;
  readonly seed: number;
  readonly weights: number;
  readonly topWeights: number;
  readonly visibleType: UnitType;
  /** Of values of the visible units. */
  readonly checkValues: ValueCheck;
  readonly #classifying: number;
  #training: TrainingCore | null = null;
  #owned = new Set<ChainsCore>();

  constructor(
    native: N,
    facts: Facts,
    readonly notes: Record<string, string>,
    life: Life,
  ) {
    super('model', native, life);
    this.kind = facts.kind;
    this.visible = facts.visible;
    this.labels = facts.labels;
    this.weights = facts.weights;
    this.topWeights = facts.topWeights;
    this.visibleType = facts.visibleType;
    this.checkValues = valueCheck(facts.visibleType);
    this.#classifying = facts.classifying ?? facts.weights + 5 * facts.labels * (facts.topWeights / facts.visible);
    this.seed = native.seed();
  }

  *predict(x: ExamplesCore): Task<Uint16Array> {
    const parts: Uint16Array[] = [];
    const rows = yield* this.#classify('predict', x, (part) => parts.push(part.labels));
    const labels = new Uint16Array(rows);
    let next = 0;
    for (const part of parts) {
      labels.set(part, next);
      next += part.length;
    }
    return labels;
  }

  *classify(x: ExamplesCore): Task<Classification> {
    const parts: NativeClassification[] = [];
    const rows = yield* this.#classify('classify', x, (part) => parts.push(part));
    const labels = new Uint16Array(rows);
    const shape = [rows, this.labels];
    const freeEnergy = new Float32Array(rows * this.labels);
    const probabilities = new Float32Array(rows * this.labels);
    let next = 0;
    for (const part of parts) {
      labels.set(part.labels, next);
      freeEnergy.set(part.freeEnergy, next * this.labels);
      probabilities.set(part.probabilities, next * this.labels);
      next += part.labels.length;
    }
    return { labels, freeEnergy: { data: freeEnergy, shape }, probabilities: { data: probabilities, shape: [...shape] } };
  }

  *classifyByIteration(x: ExamplesCore, given?: { iterations?: number }): Task<Tensor> {
    this.#needsLabels('classifyByIteration');
    const iterations = integer('iterations', options('options', given, ['iterations']).iterations, 1, 1000, 10);
    const work = this.weights + iterations * this.labels * 100;
    const step = (values: Float32Array) => this.native.meanField(values, iterations);
    return yield* mapRows('x', x, this.visible, this.labels, work, step, this.checkValues);
  }

  *sample(given?: GibbsOptionsCore): Task<Samples> {
    const { steps, ...chains } = options<GibbsOptionsCore>('options', given, ofSample);
    const count = integer('steps', steps, 1, mostSteps, 1);
    const temperature = temperatureOf(chains.temperature);
    const sampler = new ChainsCore(this, chains);
    try {
      yield* sampler.advance(count, temperature);
      return sampler.samples();
    } finally {
      sampler.dispose();
    }
  }

  dream(given?: DreamOptionsCore): ChainsCore {
    const { stepsPerFrame, ...chains } = options<DreamOptionsCore>('options', given, ofDream);
    // Said now, and not with the first frame.
    integer('stepsPerFrame', stepsPerFrame, 1, mostSteps, 1);
    temperatureOf(chains.temperature);
    return new ChainsCore(this, chains);
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

  own(chains: ChainsCore): void {
    this.#owned.add(chains);
  }

  disown(chains: ChainsCore): void {
    this.#owned.delete(chains);
  }

  override dispose(): void {
    if (!this.life.ended) {
      this.stopTraining('model');
      for (const chains of this.#owned) chains.dispose();
    }
    super.dispose();
  }

  *#classify(what: string, x: ExamplesCore, each: (part: NativeClassification) => void): Task<number> {
    this.#needsLabels(what);
    const step = ({ values }: Block) => each(this.native.classify(values));
    return yield* inBlocks('x', x, this.visible, this.#classifying, step, this.checkValues);
  }

  #needsLabels(what: string): void {
    void this.native;
    if (this.labels === 0) throw new TypeError(`${what} needs a model with label units, and this one has none`);
  }
}

function checkNotes(notes: unknown): Record<string, string> {
  if (typeof notes !== 'object' || notes === null || Array.isArray(notes))
    throw wrongType('notes', 'an object of strings', notes);
  for (const [key, value] of Object.entries(notes))
    if (typeof value !== 'string') throw wrongType(`notes.${key}`, 'a string', value);
  return notes as Record<string, string>;
}
