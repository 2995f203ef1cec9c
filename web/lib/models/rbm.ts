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
  RbmTrainOptions,
  ScoreOptions,
  Tensor,
  TrainingOptions,
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
import { labelsCount, labelsOfRows, labelsOfScores, nativeRows, scores, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import { checkPatience, EarlyStopping, pseudoLikelihoodOf, type Judged, type Stopping } from './stopping.js';
import { labelRow, layerRows, type LayerRow, type Named } from './summary.js';
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
  scoreSamples: { options: 1 },
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

type RbmLearning = CoreOptions<TrainingOptions<RbmTrainOptions>>;

export class RbmCore extends ModelCore<NativeRbm, RbmTrainOptions> implements CoreOf<Rbm> {
  readonly kind = 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    super(native, { visible: native.visible(), labels: native.labels() }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
    this.units = { visible: native.visibleUnits(), hidden: native.typesOfHiddenUnits() };
  }

  protected override engineOptions(learning: RbmLearning, validates: boolean): [object, ...unknown[]] {
    checkPatience(learning, validates);
    const { patience: _, ...rest } = learning;
    return super.engineOptions(rest, validates);
  }

  protected override stopping(learning: RbmLearning, validation: DatasetCore): Stopping | undefined {
    if (learning.patience === undefined) return undefined;
    const begin = () => pseudoLikelihoodOf(this.native, validation.native, learning.seed ?? this.seed);
    const knowsZ = learning.method === 'ptt';
    // Said now, and not after an epoch: what has no pseudo-likelihood, or data without labels.
    if (!knowsZ) begin().delete();
    const score = (): Task<Average> => compute(begin(), this);
    const judged: Judged = {
      keep: () => this.bytes(true),
      restore: (kept) => this.#restore(this.life.open(kept) as RbmCore),
      *score(epoch) {
        if (knowsZ) return epoch?.logLikelihood?.validation;
        const { mean } = yield* score();
        if (epoch) epoch.pseudoLikelihood = { validation: mean };
        return mean;
      },
    };
    return new EarlyStopping(judged, learning);
  }

  #restore(kept: RbmCore): void {
    // Chains of dreams that are under way hold on to the machine that was trained, and so it is taken back, too.
    if (this.dreams) this.native.setParameters(parameterArrays<RbmParameterArrays>(kept.parameters(), () => ({})));
    this.become(kept);
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

  *scoreSamples(x: ExamplesCore, given?: ScoreOptions): Task<Tensor> {
    const { logZ, labels } = options<ScoreOptions>('options', given, ['logZ', 'labels']);
    number('logZ', logZ, {}, 0);
    const of = labelsOfScores(labels, x, this);
    return scores(yield* compute(this.native.freeEnergy(nativeRows('x', x, this.visible), of), this), logZ);
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): RbmParameters {
    return this.native.parameters();
  }

  protected layerRows(): LayerRow[] {
    const { W, b, c, sigmaV, sigmaH, ...labels } = this.native.parameters();
    const of = [
      { b, sigmaV },
      { W, c, sigmaH },
    ];
    const { visible, hidden } = this.units;
    const sizes = [this.visible, this.hiddenUnits];
    const rows = layerRows(
      sizes,
      (l) => (l === 0 ? visible : hidden).type,
      (l) => of[l] as Named,
    );
    return [...rows, ...labelRow(this.labels, labels)];
  }

  protected trainedEpochs(): number[] {
    return [this.epochs()];
  }

  setParameters(given: RbmParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(parameterArrays(given, () => this.native.parameters()));
  }
}

export const rbmKind = { create: createRbm, core: RbmCore } as const;
