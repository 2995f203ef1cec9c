// What RBMs, DBNs and DBMs have in common.
import type { NativeDbm, NativeDbn, NativeRbm } from '../native.js';
import type { Classification, Samples, Tensor, UnitType } from '../types.js';
import { integer, options, seedOf } from '../validate.js';
import {
  ChainsCore,
  mostSteps,
  ofDream,
  ofSample,
  temperatureOf,
  type DreamOptionsCore,
  type GibbsOptionsCore,
} from './chains.js';
import { nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { compute, type Task } from './task.js';
import { TrainedCore } from './trained.js';

interface Shape {
  kind: 'rbm' | 'dbn' | 'dbm';
  visible: number;
  labels: number;
  /** Weights that an example is multiplied by on its way up. */
  weights: number;
  visibleType: UnitType;
}

type AnyNative = NativeRbm | NativeDbn | NativeDbm;
export type ReconstructOptions = { steps?: number; seed?: number; temperature?: number };

export abstract class ModelCore<N extends AnyNative = AnyNative> extends TrainedCore<N> {
  readonly kind: Shape['kind'];
  readonly visible: number;
  readonly labels: number;
  readonly weights: number;
  readonly visibleType: UnitType;
  #owned = new Set<ChainsCore>();

  constructor(native: N, shape: Shape, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.kind = shape.kind;
    this.visible = shape.visible;
    this.labels = shape.labels;
    this.weights = shape.weights;
    this.visibleType = shape.visibleType;
  }

  *predict(x: ExamplesCore): Task<Uint16Array> {
    return (yield* this.#classify('predict', x)).labels;
  }

  *classify(x: ExamplesCore): Task<Classification> {
    return yield* this.#classify('classify', x);
  }

  *classifyByIteration(x: ExamplesCore, given?: { iterations?: number }): Task<Tensor> {
    this.#needsLabels('classifyByIteration');
    const iterations = integer('iterations', options('options', given, ['iterations']).iterations, 1, 1000, 10);
    return yield* compute(this.native.labelMeanField(nativeRows('x', x, this.visible), iterations), this);
  }

  *reconstruct(x: ExamplesCore, given?: ReconstructOptions): Task<Tensor> {
    const { steps, seed, temperature } = options<ReconstructOptions>('options', given, ['steps', 'seed', 'temperature']);
    // From the inferred means of its hidden units a deep model can come straight down.
    const count = integer('steps', steps, this.kind === 'rbm' ? 1 : 0, mostSteps, 1);
    const rows = nativeRows('x', x, this.visible);
    const start = seedOf(seed, this.seed);
    return yield* compute(this.native.reconstruct(rows, count, start, temperatureOf(temperature)), this);
  }

  *sample(given?: GibbsOptionsCore): Task<Samples> {
    const { steps, ...chains } = options<GibbsOptionsCore>('options', given, ofSample);
    const count = integer('steps', steps, 1, mostSteps, 1);
    const temperature = temperatureOf(chains.temperature);
    const sampler = new ChainsCore(this, chains);
    try {
      return yield* sampler.samples(count, temperature);
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
    if (!this.life.ended) for (const chains of this.#owned) chains.dispose();
    super.dispose();
  }

  *#classify(what: string, x: ExamplesCore): Task<Classification> {
    this.#needsLabels(what);
    return yield* compute(this.native.classify(nativeRows('x', x, this.visible)), this);
  }

  #needsLabels(what: string): void {
    void this.native;
    if (this.labels === 0) throw new TypeError(`${what} needs a model with label units, and this one has none`);
  }
}
