import type { NativeBoltzmann, NativeComputation, NativeModule, NativeRows, NativeTrained } from '../native.js';
import type {
  ArraysOf,
  Dbm,
  DbmOptions,
  DbmParameters,
  DbmTrainOptions,
  LogPartition,
  LogPartitionOptions,
  MeanFieldOptions,
  ScoreOptions,
  Tensor,
  TrainingOptions,
} from '../types.js';
import { integer, number, options, optionsGiven, parameterArrays, wrongType } from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions } from './dataset.js';
import { labelsOfRows, labelsOfScores, nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { logPartitionOf } from './estimates.js';
import { boltzmannMembers, ModelCore } from './model.js';
import { labelUnits, layerSizes, mostLayers } from './rbm.js';
import { noPatience, type Patience } from './stopping.js';
import { labelRow, layerRows, type LayerRow } from './summary.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';
import { forEngine } from './training.js';

export interface NativeDbm extends NativeBoltzmann, NativeTrained<DbmParameters> {
  layers(): Float64Array;
  freeEnergy(x: NativeRows, labels: Uint16Array | null, options: object): NativeComputation<Tensor>;
  bound(x: NativeRows, labels: Uint16Array | null, logZ: number, options: object): NativeComputation<Tensor>;
  hiddenMeans(x: NativeRows, options: object): NativeComputation<Tensor[]>;
}

type Module = NativeModule & {
  Dbm: { create(layers: Float64Array, labels: number, seed: number): NativeComputation<NativeDbm> };
};

export const dbmMembers = {
  ...boltzmannMembers,
  kind: 'property',
  layers: 'property',
  hiddenMeans: { options: 1 },
  freeEnergy: { options: 1 },
  bound: { options: 1 },
  scoreSamples: { options: 1 },
  logPartition: { options: 0 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Dbm>;

type DbmTrainOptionsCore = CoreOptions<TrainingOptions<DbmTrainOptions>>;

function* createDbm(engine: Owner<Module>, given: DbmOptions): Task<DbmCore> {
  const { layers, labels, seed } = options<DbmOptions>('options', given, ['layers', 'labels', 'seed']);
  const sizes = layerSizes(layers, 3);
  // The seeds of pretraining's upper layers follow the first.
  const first = integer('seed', seed, 0, Number.MAX_SAFE_INTEGER - mostLayers, 1);
  const created = engine.native.Dbm.create(sizes, labelUnits(labels), first);
  return new DbmCore(yield* compute(created, engine), {}, engine.life);
}

export class DbmCore extends ModelCore<NativeDbm, DbmTrainOptions> implements CoreOf<Dbm> {
  readonly kind = 'dbm';
  readonly layers: readonly number[];

  constructor(native: NativeDbm, notes: Record<string, string>, life: Life) {
    const layers = Array.from(native.layers());
    const shape = { visible: layers[0] as number, labels: native.labels() };
    super(native, shape, notes, life);
    this.layers = layers;
  }

  protected override engineOptions(learning: DbmTrainOptionsCore): [object] {
    const { pretraining, patience, ...rest } = learning as DbmTrainOptionsCore & Patience;
    if (patience !== undefined) {
      throw noPatience(
        "patience is not an option of deep Boltzmann machines: two epochs can't be compared without log Z, which " +
          'changes with the parameters; train epoch by epoch, and keep the best by copy()',
      );
    }
    return [{ ...forEngine(rest), pretraining: this.#pretraining(pretraining) }];
  }

  #pretraining(given: unknown): object | undefined | false {
    if (given === undefined || given === false) return given;
    if (typeof given !== 'object' || given === null) {
      throw wrongType('pretraining', 'options, an array of them, one a layer, or false', given);
    }
    const depth = this.layers.length - 1;
    if (Array.isArray(given) && given.length !== depth) {
      throw new RangeError(`pretraining must have ${depth} entries, one an RBM, not ${given.length}`);
    }
    return Array.isArray(given)
      ? given.map((one: object | undefined, l) => optionsGiven(`pretraining[${l}]`, one))
      : given;
  }

  *hiddenMeans(x: ExamplesCore, given?: MeanFieldOptions): Task<Tensor[]> {
    const how = optionsGiven('options', given);
    return yield* compute(this.native.hiddenMeans(nativeRows('x', x, this.visible), how), this);
  }

  *freeEnergy(x: ExamplesCore, given?: MeanFieldOptions & { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels, ...how } = optionsGiven('options', given);
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.freeEnergy(rows, labelsOfRows(labels, x, this), how), this);
  }

  *bound(x: ExamplesCore, given: MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels, logZ, ...how } = optionsGiven('options', given);
    const z = number('logZ', logZ, {});
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.bound(rows, labelsOfRows(labels, x, this), z, how), this);
  }

  *scoreSamples(x: ExamplesCore, given?: MeanFieldOptions & ScoreOptions): Task<Tensor> {
    const { labels, logZ, ...how } = optionsGiven('options', given);
    const z = number('logZ', logZ, {}, 0);
    const of = labelsOfScores(labels, x, this);
    return yield* compute(this.native.bound(nativeRows('x', x, this.visible), of, z, how), this);
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    return yield* logPartitionOf(this, given);
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): DbmParameters {
    return this.native.parameters();
  }

  protected layerRows(): LayerRow[] {
    const { W, b, ...labels } = this.native.parameters();
    const rows = layerRows(
      this.layers,
      () => 'bernoulli',
      (l) => ({ W: W[l - 1], b: b[l] }),
    );
    return [...rows, ...labelRow(this.labels, labels)];
  }

  protected trainedEpochs(): number[] {
    return [this.epochs()];
  }

  setParameters(given: ArraysOf<DbmParameters>): void {
    this.idle('setting parameters');
    this.native.setParameters(parameterArrays(given, () => this.native.parameters()));
  }
}

export const dbmKind = { create: createDbm, core: DbmCore } as const;
