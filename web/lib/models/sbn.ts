// Sigmoid belief nets.
import type { NativeComputation, NativeDataset, NativeModule, NativeRows, NativeTrained } from '../native.js';
import type {
  LogLikelihood,
  Sbn,
  SbnExactPosterior,
  SbnOptions,
  SbnParameterArrays,
  SbnParameters,
  SbnPosteriorOptions,
  SbnSamples,
  SbnTrainOptions,
  Tensor,
  TrainingOptions,
} from '../types.js';
import { integer, number, options, parameterArrays, seedGiven, seedOf } from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions } from './dataset.js';
import { nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { layerSizes } from './rbm.js';
import { layerRows, type LayerRow } from './summary.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';
import { modelMembers, TrainedCore } from './trained.js';
import type { Fitting } from './training.js';

export interface NativeSbn extends NativeTrained<SbnParameters> {
  layers(): Float64Array;
  setWeight(layer: number, child: number, parent: number, value: number): void;
  setBias(layer: number, unit: number, value: number): void;
  sample(count: number, seed: number | undefined): NativeComputation<SbnSamples>;
  posterior(x: NativeRows, sweeps: number, burnIn: number, seed: number | undefined): NativeComputation<Tensor[]>;
  exactPosterior(x: NativeRows): NativeComputation<SbnExactPosterior>;
  logLikelihood(x: NativeRows): NativeComputation<LogLikelihood>;
  /** `observed`: whether examples hold the states of all layers. */
  checkData(name: string, data: NativeDataset, observed: boolean): void;
}

type Module = NativeModule & {
  Sbn: { create(layers: Float64Array, seed: number): NativeComputation<NativeSbn> };
};

export const sbnMembers = {
  ...modelMembers,
  kind: 'property',
  layers: 'property',
  sample: { options: 0 },
  posterior: { options: 1 },
  exactPosterior: { options: 1 },
  logLikelihood: { options: 1 },
  scoreSamples: { options: 1 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
  setWeight: 'method',
  setBias: 'method',
} as const satisfies Table<Sbn>;

type SbnTrainOptionsCore = TrainingOptions<SbnTrainOptions>;

const mostSamples = 2 ** 20;
const mostSweeps = 1_000_000;

function* createSbn(engine: Owner<Module>, given: SbnOptions): Task<SbnCore> {
  const { layers, seed } = options<SbnOptions>('options', given, ['layers', 'seed']);
  const sizes = layerSizes(layers, 2);
  const created = engine.native.Sbn.create(sizes, seedOf(seed, 1));
  return new SbnCore(yield* compute(created, engine), {}, engine.life);
}

export class SbnCore extends TrainedCore<NativeSbn, SbnTrainOptions> implements CoreOf<Sbn> {
  readonly kind = 'sbn';
  readonly layers: readonly number[];
  readonly visible: number;

  constructor(native: NativeSbn, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.layers = Array.from(native.layers());
    this.visible = this.#units(0);
  }

  protected fitting({ method }: SbnTrainOptionsCore): Fitting {
    return { checkData: (name, data) => this.native.checkData(name, data, method === 'observed') };
  }

  *sample(given?: { count?: number; seed?: number }): Task<SbnSamples> {
    const { count, seed } = options<NonNullable<typeof given>>('options', given, ['count', 'seed']);
    const rows = integer('count', count, 1, mostSamples, 1);
    return yield* compute(this.native.sample(rows, seedGiven(seed)), this);
  }

  *posterior(x: ExamplesCore, given?: CoreOptions<SbnPosteriorOptions>): Task<Tensor[]> {
    const known = ['sweeps', 'burnIn', 'seed'] as const;
    const { sweeps, burnIn, seed } = options<CoreOptions<SbnPosteriorOptions>>('options', given, known);
    const counted = integer('sweeps', sweeps, 1, mostSweeps, 100);
    const before = integer('burnIn', burnIn, 0, mostSweeps, Math.floor(counted / 5));
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.posterior(rows, counted, before, seedGiven(seed)), this);
  }

  *exactPosterior(x: ExamplesCore, given?: object): Task<SbnExactPosterior> {
    options('options', given, []);
    return yield* compute(this.native.exactPosterior(nativeRows('x', x, this.visible)), this);
  }

  *logLikelihood(x: ExamplesCore, given?: object): Task<LogLikelihood> {
    options('options', given, []);
    return yield* compute(this.native.logLikelihood(nativeRows('x', x, this.visible)), this);
  }

  *scoreSamples(x: ExamplesCore, given?: object): Task<Tensor> {
    return (yield* this.exactPosterior(x, given)).logLikelihood;
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): SbnParameters {
    return this.native.parameters();
  }

  protected layerRows(): LayerRow[] {
    const { W, b, R = [], c = [] } = this.native.parameters();
    return layerRows(
      this.layers,
      () => 'bernoulli',
      (l) => ({ W: W[l - 1], b: b[l], R: R[l - 1], c: c[l - 1] }),
    );
  }

  protected trainedEpochs(): number[] {
    return [this.epochs()];
  }

  setParameters(given: SbnParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(parameterArrays(given, () => this.native.parameters()));
  }

  setWeight(layer: number, child: number, parent: number, value: number): void {
    this.idle('setting a weight');
    const l = integer('layer', layer, 0, this.layers.length - 2);
    const i = integer('child', child, 0, this.#units(l) - 1);
    const j = integer('parent', parent, 0, this.#units(l + 1) - 1);
    this.native.setWeight(l, i, j, number('value', value, bounds));
  }

  setBias(layer: number, unit: number, value: number): void {
    this.idle('setting a bias');
    const l = integer('layer', layer, 0, this.layers.length - 1);
    this.native.setBias(l, integer('unit', unit, 0, this.#units(l) - 1), number('value', value, bounds));
  }

  #units(layer: number): number {
    return this.layers[layer] as number;
  }
}

/** Of float32, with room for the inputs of a million parents. */
const bounds = { atLeast: -1e15, atMost: 1e15 };

export const sbnKind = { create: createSbn, core: SbnCore } as const;
