// What RBMs, DBNs and DBMs have in common.
import type { NativeBoltzmann, NativeLearner } from '../native.js';
import type { BoltzmannBase, Classification, Samples, Tensor } from '../types.js';
import { integer, options, seedGiven } from '../validate.js';
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
import type { Table } from './table.js';
import { compute, type Task } from './task.js';
import { modelMembers, TrainedCore } from './trained.js';
import type { Fitting } from './training.js';

export const boltzmannMembers = {
  ...modelMembers,
  labels: 'property',
  predict: { options: 1 },
  classify: { options: 1 },
  classifyByIteration: { options: 1 },
  reconstruct: { options: 1 },
  sample: { options: 0 },
  dream: 'dream',
} as const satisfies Table<BoltzmannBase<{ signal?: AbortSignal }>>;

interface Shape {
  visible: number;
  labels: number;
}

type ReconstructOptions = { steps?: number; seed?: number; temperature?: number };

export abstract class ModelCore<N extends NativeBoltzmann & NativeLearner, Options extends object> extends TrainedCore<
  N,
  Options
> {
  abstract override readonly kind: 'rbm' | 'dbn' | 'dbm';
  readonly visible: number;
  readonly labels: number;
  #owned = new Set<ChainsCore>();

  constructor(native: N, shape: Shape, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.visible = shape.visible;
    this.labels = shape.labels;
  }

  protected fitting(): Fitting {
    return this.native;
  }

  *predict(x: ExamplesCore, given?: object): Task<Uint16Array> {
    options('options', given, []);
    return (yield* this.#classify('predict', x)).labels;
  }

  *classify(x: ExamplesCore, given?: object): Task<Classification> {
    options('options', given, []);
    return yield* this.#classify('classify', x);
  }

  *classifyByIteration(x: ExamplesCore, given?: { iterations?: number }): Task<Tensor> {
    this.#needsLabels('classifyByIteration');
    const iterations = integer('iterations', options('options', given, ['iterations']).iterations, 1, 1000, 10);
    return yield* compute(this.native.labelMeanField(nativeRows('x', x, this.visible), iterations), this);
  }

  *reconstruct(x: ExamplesCore, given?: ReconstructOptions): Task<Tensor> {
    const known = ['steps', 'seed', 'temperature'] as const;
    const { steps, seed, temperature } = options<ReconstructOptions>('options', given, known);
    // A deep model can come straight down from the inferred means of its hidden units.
    const count = integer('steps', steps, this.kind === 'rbm' ? 1 : 0, mostSteps, 1);
    const rows = nativeRows('x', x, this.visible);
    const start = seedGiven(seed);
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

  protected get dreams(): boolean {
    return this.#owned.size > 0;
  }

  own(chains: ChainsCore): void {
    this.#owned.add(chains);
  }

  disown(chains: ChainsCore): void {
    this.#owned.delete(chains);
  }

  override dispose(): void {
    for (const chains of this.#owned) chains.dispose('model');
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
