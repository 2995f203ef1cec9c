import type { NativeDbm, NativeDbmTrainingOptions, NativeMeanFieldOptions, NativeModule } from '../native.js';
import type {
  Dbm,
  DbmOptions,
  DbmParameters,
  DbmTrainOptions,
  LogPartition,
  LogPartitionOptions,
  MeanFieldOptions,
  Tensor,
  TrainingOptions,
} from '../types.js';
import { boolean, choice, exactly, integer, number, options, seedOf, wrongType } from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions } from './dataset.js';
import { labelsOfRows, nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { logPartitionOf } from './estimates.js';
import { boltzmannMembers, ModelCore } from './model.js';
import { labelUnits, mostUnits } from './rbm.js';
import type { Table } from './table.js';
import { compute, type Task } from './task.js';
import { layerOptions, nativeOptions, type LayerOptions } from './training.js';

export const dbmMembers = {
  ...boltzmannMembers,
  kind: 'property',
  layers: 'property',
  hiddenMeans: 'method',
  freeEnergy: 'method',
  bound: 'method',
  logPartition: { options: 0 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Dbm>;

type DbmTrainOptionsCore = CoreOptions<TrainingOptions<DbmTrainOptions>>;

const mostLayers = 16;

const ofMeanField = [
  'meanFieldSteps',
  'meanFieldTolerance',
  'meanFieldDamping',
] as const satisfies readonly (keyof MeanFieldOptions)[];
const ofTraining = [
  ...ofMeanField,
  'pretraining',
  'epochs',
  'batches',
  'batchSize',
  'learningRate',
  'finalLearningRate',
  'momentum',
  'weightDecay',
  'k',
  'chains',
  'centering',
  'centeringRate',
  'dataStates',
  'visibleBiasFromData',
  'seed',
  'validation',
  'statistics',
] as const satisfies readonly (keyof DbmTrainOptionsCore)[];

function meanFieldOptions(given: MeanFieldOptions, steps: number, tolerance: number): NativeMeanFieldOptions {
  return {
    meanFieldSteps: integer('meanFieldSteps', given.meanFieldSteps, 1, 100_000, steps),
    meanFieldTolerance: number('meanFieldTolerance', given.meanFieldTolerance, { atLeast: 0, atMost: 1 }, tolerance),
    meanFieldDamping: number('meanFieldDamping', given.meanFieldDamping, { atLeast: 0, below: 1 }, 0),
  };
}

/** Those of inference. */
const inferenceOptions = (given: MeanFieldOptions) => meanFieldOptions(given, 50, 1e-5);

export function createDbm(native: NativeModule, given: DbmOptions, life: Life): DbmCore {
  const { layers, labels, seed } = options<DbmOptions>('options', given, ['layers', 'labels', 'seed']);
  if (!Array.isArray(layers)) throw wrongType('layers', 'an array of sizes, visible units first', layers);
  if (layers.length < 3 || layers.length > mostLayers) {
    throw new RangeError(`layers must be 3 to ${mostLayers} sizes, visible units first, not ${layers.length}`);
  }
  const sizes = layers.map((size: unknown, i) => integer(`layers[${i}]`, size, 1, mostUnits));
  // The seeds of pretraining's upper layers follow the first.
  const first = integer('seed', seed, 0, Number.MAX_SAFE_INTEGER - mostLayers, 1);
  return new DbmCore(native.Dbm.create(Float64Array.from(sizes), labelUnits(labels), first), {}, life);
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

  protected engineOptions(learning: DbmTrainOptionsCore): [NativeDbmTrainingOptions] {
    const given = options<DbmTrainOptionsCore>('options', learning, ofTraining);
    const centering = boolean('centering', given.centering, false);
    const of = {
      ...meanFieldOptions(given, 10, 1e-4),
      pretraining: this.#pretraining(given.pretraining ?? (centering ? false : {})),
      epochs: integer('epochs', given.epochs, 0, 1_000_000, 10),
      batchSize: integer('batchSize', given.batchSize, 1, 65536, 100),
      learningRate: number('learningRate', given.learningRate, { above: 0, atMost: 100 }, 0.005),
      finalLearningRate:
        given.finalLearningRate === undefined
          ? -1
          : number('finalLearningRate', given.finalLearningRate, { atLeast: 0, atMost: 100 }),
      momentum: number('momentum', given.momentum, { atLeast: 0, below: 1 }, 0.5),
      weightDecay: number('weightDecay', given.weightDecay, { atLeast: 0, atMost: 100 }, 2e-4),
      k: integer('k', given.k, 1, 10_000, 5),
      chains: given.chains === undefined ? 0 : integer('chains', given.chains, 1, 65536),
      centering,
      centeringRate: number('centeringRate', given.centeringRate, { atLeast: 0, atMost: 1 }, 0.01),
      dataStates: choice('dataStates', given.dataStates, ['sampled', 'mean'], 'mean'),
      visibleBiasFromData: boolean('visibleBiasFromData', given.visibleBiasFromData, true),
      seed: seedOf(given.seed, this.seed),
    };
    return [of];
  }

  #pretraining(given: unknown): NativeDbmTrainingOptions['pretraining'] {
    if (given === false) return [];
    if (typeof given !== 'object' || given === null) {
      throw wrongType('pretraining', 'options, an array of them, one a layer, or false', given);
    }
    const depth = this.layers.length - 1;
    if (!Array.isArray(given)) {
      return Array.from({ length: depth }, () =>
        nativeOptions(layerOptions('pretraining', given as LayerOptions), this.seed),
      );
    }
    if (given.length !== depth) {
      throw new RangeError(`pretraining must have ${depth} entries, one an RBM, not ${given.length}`);
    }
    return given.map((one, l) => nativeOptions(layerOptions(`pretraining[${l}]`, one as LayerOptions), this.seed));
  }

  *hiddenMeans(x: ExamplesCore, given?: MeanFieldOptions): Task<Tensor[]> {
    const how = inferenceOptions(options<MeanFieldOptions>('options', given, ofMeanField));
    return yield* compute(this.native.hiddenMeans(nativeRows('x', x, this.visible), how), this);
  }

  *freeEnergy(x: ExamplesCore, given?: MeanFieldOptions & { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels, ...rest } = options<NonNullable<typeof given>>('options', given, [...ofMeanField, 'labels']);
    const how = inferenceOptions(rest);
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.freeEnergy(rows, labelsOfRows(labels, x, this), how), this);
  }

  *bound(x: ExamplesCore, given: MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels, logZ, ...rest } = options<typeof given>('options', given, [...ofMeanField, 'labels', 'logZ']);
    const z = number('logZ', logZ, {});
    const how = inferenceOptions(rest);
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.bound(rows, labelsOfRows(labels, x, this), z, how), this);
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    if (given?.reverse) throw new TypeError('reverse is for RBMs: a DBM has no reverse estimate');
    return yield* logPartitionOf(this, given);
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): DbmParameters {
    const { W, b } = this.native.parameters();
    const { layers, labels } = this;
    const depth = layers.length - 1;
    const own = {
      W: W.slice(0, depth).map((data, l) => ({ data, shape: [layers[l] as number, layers[l + 1] as number] })),
      b: b.slice(0, depth + 1).map((data) => ({ data, shape: [data.length] })),
    };
    if (labels === 0) return own;
    return {
      ...own,
      U: { data: W[depth] as Float32Array, shape: [labels, layers[depth] as number] },
      d: { data: b[depth + 1] as Float32Array, shape: [labels] },
    };
  }

  setParameters(given: { W: Float32Array[]; b: Float32Array[]; U?: Float32Array; d?: Float32Array }): void {
    this.idle('setting parameters');
    const { W, b, U, d } = options<typeof given>('parameters', given, ['W', 'b', 'U', 'd']);
    const { layers, labels } = this;
    const depth = layers.length - 1;
    const list = (name: string, value: unknown, length: number): unknown[] => {
      if (!Array.isArray(value)) throw wrongType(name, `an array of ${length} Float32Arrays`, value);
      if (value.length !== length) throw new RangeError(`${name} must have ${length} entries, not ${value.length}`);
      return value;
    };
    const weights = list('W', W, depth).map((one, l) => {
      const [below, above] = [layers[l] as number, layers[l + 1] as number];
      return exactly(`W[${l}]`, one, below * above, `${below} x ${above}`);
    });
    const biases = list('b', b, depth + 1).map((one, l) =>
      exactly(`b[${l}]`, one, layers[l] as number, `one a unit of layer ${l}`),
    );
    if (labels === 0 && (U !== undefined || d !== undefined))
      throw new TypeError('U and d belong to models with label units, and this one has none');
    if (labels > 0) {
      const top = layers[depth] as number;
      weights.push(exactly('U', U, labels * top, `labels x units of the top, ${labels} x ${top}`));
      biases.push(exactly('d', d, labels, 'one a label unit'));
    }
    this.native.setParameters(weights, biases);
  }
}
