// What RBMs, DBNs and DBMs have in common.
import type { NativeClassification, NativeDbm, NativeDbn, NativeRbm } from '../native.js';
import type { BoltzmannBase, Classification, Samples, Tensor, UnitType } from '../types.js';
import { integer, options } from '../validate.js';
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
import type { Life } from './life.js';
import type { Task } from './task.js';
import type { Table } from './table.js';
import { modelMembers, TrainedCore } from './trained.js';
import { valueCheck, type ValueCheck } from './units.js';

export const boltzmannMembers = {
  ...modelMembers,
  labels: 'property',
  predict: 'method',
  classify: 'method',
  classifyByIteration: 'method',
  reconstruct: 'method',
  sample: { options: 0 },
  dream: 'dream',
} as const satisfies Table<BoltzmannBase<{ signal?: AbortSignal }>>;

interface Shape {
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

export abstract class ModelCore<N extends AnyNative, Options extends object> extends TrainedCore<N, Options> {
  readonly visible: number;
  readonly labels: number;
  readonly weights: number;
  readonly topWeights: number;
  readonly visibleType: UnitType;
  /** Of values of the visible units. */
  readonly checkValues: ValueCheck;
  readonly #classifying: number;
  #owned = new Set<ChainsCore>();

  constructor(native: N, shape: Shape, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.visible = shape.visible;
    this.labels = shape.labels;
    this.weights = shape.weights;
    this.topWeights = shape.topWeights;
    this.visibleType = shape.visibleType;
    this.checkValues = valueCheck(shape.visibleType);
    this.#classifying = shape.classifying ?? shape.weights + 5 * shape.labels * (shape.topWeights / shape.visible);
  }

  protected fitting(): { visible: number; labels: number; visibleType: UnitType } {
    return this;
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
    return {
      labels,
      freeEnergy: { data: freeEnergy, shape },
      probabilities: { data: probabilities, shape: [...shape] },
    };
  }

  *classifyByIteration(x: ExamplesCore, given?: { iterations?: number }): Task<Tensor> {
    this.#needsLabels('classifyByIteration');
    const iterations = integer('iterations', options('options', given, ['iterations']).iterations, 1, 1000, 10);
    const multiplications = this.weights + iterations * this.labels * 100;
    const step = (values: Float32Array) => this.native.meanField(values, iterations);
    return yield* mapRows('x', x, this.visible, this.labels, multiplications, step, this.checkValues);
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

  own(chains: ChainsCore): void {
    this.#owned.add(chains);
  }

  disown(chains: ChainsCore): void {
    this.#owned.delete(chains);
  }

  override dispose(): void {
    for (const chains of this.#owned) chains.dispose();
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
