import type {
  NativeBoltzmann,
  NativeComputation,
  NativeDataset,
  NativeModule,
  NativeRows,
  NativeTrained,
} from '../native.js';
import type {
  Average,
  EstimateOptions,
  FreeEnergyGap,
  LogLikelihood,
  LogPartition,
  LogPartitionOptions,
  PseudoLikelihoodOptions,
  Rbm,
  RbmOptions,
  RbmParameterArrays,
  RbmParameters,
  Tensor,
  TrainOptions,
  UnitDescription,
  Units,
} from '../types.js';
import {
  boolean,
  checkFunction,
  floatsOf,
  integer,
  number,
  options,
  parameterArrays,
  seedGiven,
  seedOf,
  wrongType,
} from '../validate.js';
import { temperatureOf } from './chains.js';
import type { CoreOf } from './core.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { logPartitionOf } from './estimates.js';
import { labelsCount, labelsOfRows, nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';
import { checkData } from './training.js';

export const mostUnits = 2 ** 20;
export const mostLayers = 16;

interface SampleOptions {
  seed?: number;
  temperature?: number;
}

interface NativeSampleOptions {
  seed: number | undefined;
  temperature: number;
  words?: number | undefined;
}

export interface NativeRbm extends NativeBoltzmann, NativeTrained<RbmParameters> {
  visible(): number;
  hiddenUnits(): number;
  visibleUnits(): UnitDescription;
  typesOfHiddenUnits(): UnitDescription;
  freeEnergy(x: NativeRows, labels: Uint16Array | null): NativeComputation<Tensor>;
  hiddenMeans(x: NativeRows): NativeComputation<Tensor>;
  visibleMeans(h: Float32Array): NativeComputation<Tensor>;
  sampleHidden(x: NativeRows, options: NativeSampleOptions): NativeComputation<Tensor>;
  sampleVisible(h: Float32Array, options: NativeSampleOptions): NativeComputation<Tensor>;
  logLikelihood(data: NativeDataset, logZ: number, labels: boolean): NativeComputation<LogLikelihood>;
  pseudoLikelihood(
    x: NativeRows,
    options: { stochastic: boolean; seed: number | undefined },
  ): NativeComputation<Average>;
  freeEnergyGap(training: NativeDataset, validation: NativeDataset): NativeComputation<FreeEnergyGap>;
}

type Module = NativeModule & {
  Rbm: {
    create(
      visible: number,
      hidden: number,
      labels: number,
      seed: number,
      visibleUnits: Units | undefined,
      hiddenUnits: Units | undefined,
    ): NativeComputation<NativeRbm>;
  };
};

export const rbmMembers = {
  ...boltzmannMembers,
  kind: 'property',
  hiddenUnits: 'property',
  units: 'property',
  freeEnergy: { options: 1 },
  hiddenMeans: { options: 1 },
  visibleMeans: { options: 1 },
  sampleHidden: { options: 1 },
  sampleVisible: { options: 1 },
  logPartition: { options: 0 },
  logLikelihood: { options: 1 },
  pseudoLikelihood: { options: 1 },
  freeEnergyGap: { options: 2 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Rbm>;

/** Units of each layer of a deep model. */
export function layerSizes(layers: unknown, least: number, most = mostLayers): Float64Array {
  if (!Array.isArray(layers)) throw wrongType('layers', 'an array of sizes, visible units first', layers);
  if (layers.length < least || layers.length > most)
    throw new RangeError(`layers must be ${least} to ${most} sizes, visible units first, not ${layers.length}`);
  return Float64Array.from(layers, (size: unknown, i) => integer(`layers[${i}]`, size, 1, mostUnits));
}

/** Units in a group of labels: none, or at least two. */
export function labelUnits(value: unknown): number {
  const labels = integer('labels', value, 0, 65536, 0);
  if (labels === 1) throw new RangeError('labels must be 0 or at least 2: one label tells nothing');
  return labels;
}

function* createRbm(engine: Owner<Module>, given: RbmOptions): Task<RbmCore> {
  const known = ['visible', 'hidden', 'labels', 'visibleUnits', 'hiddenUnits', 'seed'] as const;
  const { visible, hidden, labels, visibleUnits, hiddenUnits, seed } = options<RbmOptions>('options', given, known);
  const v = integer('visible', visible, 1, mostUnits);
  const h = integer('hidden', hidden, 1, mostUnits);
  const of = seedOf(seed, 1);
  const created = engine.native.Rbm.create(v, h, labelUnits(labels), of, visibleUnits, hiddenUnits);
  return new RbmCore(yield* compute(created, engine), {}, engine.life);
}

export class RbmCore extends ModelCore<NativeRbm, TrainOptions> implements CoreOf<Rbm> {
  readonly kind = 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    super(native, { visible: native.visible(), labels: native.labels() }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
    this.units = { visible: native.visibleUnits(), hidden: native.typesOfHiddenUnits() };
  }

  *freeEnergy(x: ExamplesCore, given?: { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels } = options<{ labels?: ArrayLike<number> }>('options', given, ['labels']);
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.freeEnergy(rows, labelsOfRows(labels, x, this)), this);
  }

  *hiddenMeans(x: ExamplesCore, given?: object): Task<Tensor> {
    options('options', given, []);
    return yield* compute(this.native.hiddenMeans(nativeRows('x', x, this.visible)), this);
  }

  *visibleMeans(h: Float32Array | Tensor, given?: object): Task<Tensor> {
    options('options', given, []);
    return yield* compute(this.native.visibleMeans(floatsOf('h', h, this.hiddenUnits)), this);
  }

  *sampleHidden(x: ExamplesCore, given?: SampleOptions): Task<Tensor> {
    const of = this.#sampleOptions(options('options', given, ['seed', 'temperature']));
    return yield* compute(this.native.sampleHidden(nativeRows('x', x, this.visible), of), this);
  }

  *sampleVisible(h: Float32Array | Tensor, given?: SampleOptions & { words?: number }): Task<Tensor> {
    const { words, ...rest } = options<NonNullable<typeof given>>('options', given, ['seed', 'temperature', 'words']);
    const rows = floatsOf('h', h, this.hiddenUnits);
    return yield* compute(this.native.sampleVisible(rows, { ...this.#sampleOptions(rest), words }), this);
  }

  #sampleOptions({ seed, temperature }: SampleOptions): NativeSampleOptions {
    return { seed: seedGiven(seed), temperature: temperatureOf(temperature) };
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    return yield* logPartitionOf(this, given);
  }

  *pseudoLikelihood(x: ExamplesCore, given?: CoreOptions<PseudoLikelihoodOptions>): Task<Average> {
    const known = ['stochastic', 'seed', 'onProgress'] as const;
    const { stochastic, seed, onProgress } = options<CoreOptions<PseudoLikelihoodOptions>>('options', given, known);
    const of = { stochastic: boolean('stochastic', stochastic, false), seed: seedGiven(seed) };
    checkFunction('onProgress', onProgress);
    return yield* compute(this.native.pseudoLikelihood(nativeRows('x', x, this.visible), of), this, onProgress);
  }

  *freeEnergyGap(
    training: DatasetCore,
    validation: DatasetCore,
    given?: CoreOptions<EstimateOptions>,
  ): Task<FreeEnergyGap> {
    const { onProgress } = options<CoreOptions<EstimateOptions>>('options', given, ['onProgress']);
    checkFunction('onProgress', onProgress);
    checkData('training', training, this.native);
    checkData('validation', validation, this.native);
    return yield* compute(this.native.freeEnergyGap(training.native, validation.native), this, onProgress);
  }

  *logLikelihood(x: DatasetCore, given: { logZ: number; labels?: boolean }): Task<LogLikelihood> {
    checkData('x', x, this.native);
    const { logZ, labels } = options<{ logZ: number; labels?: boolean }>('options', given, ['logZ', 'labels']);
    const z = number('logZ', logZ, {});
    return yield* compute(this.native.logLikelihood(x.native, z, labelsCount(labels, x, this)), this);
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): RbmParameters {
    return this.native.parameters();
  }

  setParameters(given: RbmParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(parameterArrays(given, () => this.native.parameters()));
  }
}

export const rbmKind = { create: createRbm, core: RbmCore } as const;
