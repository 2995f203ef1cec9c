/**
 * The same engine without a worker: single-threaded, and every call returns its result. For Node, for tests, and for
 * those who bring their own worker: in a page long calls block, so train there by `training.step()`.
 *
 * ```ts
 * import { load } from 'wakesleep/sync';
 *
 * const engine = await load();
 * const bars = engine.dataset({ kind: 'bars-and-stripes', size: 3 });
 * const rbm = engine.rbm({ visible: 9, hidden: 16 });
 * const training = rbm.training(bars, { epochs: 1000, method: 'pcd' });
 * while (training.step()) if (training.progress.epochEnded) draw(training.progress);
 * ```
 *
 * Errors are thrown as the other entry rejects with them.
 */
import { bytesOf, gunzipped, toUrl, type FetchOptions } from './bytes.js';
import { simd } from './builds.js';
import { checkFunction, checkSignal } from './connection.js';
import type { ChainsCore } from './models/chains.js';
import type { DatasetCore } from './models/dataset.js';
import type { BoundOptionsCore, DbnCore } from './models/dbn.js';
import { plainDrawing } from './models/drawing.js';
import type { EngineCore } from './models/engine.js';
import type { LogPartitionOptionsCore, ReportDone } from './models/estimates.js';
import { DbmCore, type DbmTrainOptionsCore } from './models/dbm.js';
import { RbmCore } from './models/rbm.js';
import { SbnCore, type SbnTrainOptionsCore } from './models/sbn.js';
import { finish } from './models/task.js';
import type { TrainingCore, TrainOptionsCore } from './models/training.js';
import { dispose } from './errors.js';
import { loadCore } from './loader.js';
import { requireWebAssembly } from './platform.js';
import type {
  Average,
  Bound,
  BoundOptions,
  Classification,
  Dataset,
  DatasetSource,
  Dbm,
  DbmOptions,
  DbmParameters,
  DbmTrainOptions,
  Dbn,
  DbnOptions,
  DbnTrainOptions,
  Diagnostics,
  Drawing,
  DreamFrame,
  DreamOptions,
  EngineInfo,
  EstimateOptions,
  FeatureOptions,
  FileSource,
  FreeEnergyGap,
  GibbsOptions,
  Label,
  LoadOptions,
  LogPartition,
  LogPartitionOptions,
  MeanFieldOptions,
  PixelOptions,
  Pixels,
  PseudoLikelihoodOptions,
  Rbm,
  RbmOptions,
  RbmParameterArrays,
  RbmParameters,
  Samples,
  SaveOptions,
  Sbn,
  SbnExactPosterior,
  SbnOptions,
  SbnParameterArrays,
  SbnParameters,
  SbnPosteriorOptions,
  SbnSamples,
  SbnTrainOptions,
  Tensor,
  TrainHistory,
  TrainOptions,
  TrainProgress,
} from './types.js';
import { apart, options as checkOptions } from './validate.js';

export { WakesleepError } from './errors.js';
export type * from './types.js';

/** What the other entry promises, at once; data sets and models are those of this entry. */
export type Synchronous<T> = {
  [K in keyof T]: T[K] extends (...args: infer A) => Promise<infer R>
    ? (
        ...args: { [I in keyof A]: A[I] extends infer One ? (One extends Dataset ? SyncDataset : One) : never }
      ) => R extends Dataset ? SyncDataset : R
    : T[K];
};

export type SyncDataset = Synchronous<Dataset>;

export interface SyncTrainOptions extends Omit<TrainOptions, 'validation' | 'mask' | 'signal'> {
  validation?: SyncDataset;
  mask?: SyncDataset;
}

export interface SyncDbnTrainOptions extends Omit<DbnTrainOptions, 'validation' | 'signal'> {
  validation?: SyncDataset;
}

export interface SyncDbmTrainOptions extends Omit<DbmTrainOptions, 'validation' | 'signal'> {
  validation?: SyncDataset;
}

export interface SyncLogPartitionOptions extends Omit<LogPartitionOptions, 'data' | 'signal'> {
  data?: SyncDataset;
}

/** A training that its caller drives. A model has one at a time: beginning another ends it. */
export interface Training {
  /** One mini-batch. False, and nothing done, when nothing is left. */
  step(): boolean;
  readonly progress: TrainProgress;
  /** One entry an epoch that has ended. */
  readonly history: TrainHistory;
  /** Frees what the training holds. The model stays as it is, and can go on in another. */
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface SyncDream extends IterableIterator<DreamFrame> {
  /** Holds labels from the next frame on; `null` lets go. */
  clamp(label: Label | Label[]): void;
  /** The next frame starts at these images. */
  startFrom(x: Float32Array): void;
  temperature: number;
  stepsPerFrame: number;
}

interface SyncModelBase<Options> {
  /** Begins a training to be stepped. */
  training(data: SyncDataset, options?: Omit<Options, 'onProgress'>): Training;
  /** Trains to the end. */
  train(data: SyncDataset, options?: Options): TrainHistory;
  sample(options?: Omit<GibbsOptions, 'signal'>): Samples;
  /** Endless: leave the loop to free the chains. */
  dream(options?: Omit<DreamOptions, 'signal'>): SyncDream;
}

type Own = 'train' | 'sample' | 'dream';

type Estimates = 'logPartition' | 'pseudoLikelihood' | 'freeEnergyGap' | 'bound' | 'features';

export interface SyncRbm extends Synchronous<Omit<Rbm, Own | Estimates>>, SyncModelBase<SyncTrainOptions> {
  logPartition(options?: SyncLogPartitionOptions): LogPartition;
  pseudoLikelihood(x: SyncDataset | Float32Array, options?: Omit<PseudoLikelihoodOptions, 'signal'>): Average;
  freeEnergyGap(
    training: SyncDataset,
    validation: SyncDataset,
    options?: Omit<EstimateOptions, 'signal'>,
  ): FreeEnergyGap;
}

export interface SyncDbn extends Synchronous<Omit<Dbn, Own | Estimates>>, SyncModelBase<SyncDbnTrainOptions> {
  logPartition(options?: SyncLogPartitionOptions): LogPartition;
  bound(x: SyncDataset | Float32Array, options: Omit<BoundOptions, 'signal'>): Bound;
  features(layer: number, options?: Omit<FeatureOptions, 'signal'>): Tensor;
}

export interface SyncDbm extends Synchronous<Omit<Dbm, Own | 'logPartition'>>, SyncModelBase<SyncDbmTrainOptions> {
  logPartition(options?: SyncLogPartitionOptions): LogPartition;
}

export interface SyncSbn extends Synchronous<Omit<Sbn, 'train' | 'posterior' | 'exactPosterior' | 'logLikelihood'>> {
  /** Begins a training to be stepped. */
  training(data: SyncDataset, options?: Omit<SbnTrainOptions, 'onProgress' | 'signal'>): Training;
  /** Trains to the end. */
  train(data: SyncDataset, options?: Omit<SbnTrainOptions, 'signal'>): TrainHistory;
  posterior(x: SyncDataset | Float32Array, options?: Omit<SbnPosteriorOptions, 'signal'>): Tensor[];
  exactPosterior(x: SyncDataset | Float32Array): SbnExactPosterior;
  logLikelihood(x: SyncDataset | Float32Array): number;
}

export type SyncModel = SyncRbm | SyncDbn | SyncDbm | SyncSbn;

export interface SyncEngine {
  readonly info: EngineInfo;
  /** Pixels in a typed array with their shape. */
  dataset(pixels: Pixels, options: PixelOptions): SyncDataset;
  /** IDX files as plain bytes: `await readFile(...)` fetches and unpacks them. */
  dataset(source: DatasetSource): SyncDataset;
  rbm(options: RbmOptions): SyncRbm;
  dbn(options: DbnOptions): SyncDbn;
  dbm(options: DbmOptions): SyncDbm;
  sbn(options: SbnOptions): SyncSbn;
  /** A saved model, typed by its `kind`. */
  open(bytes: Uint8Array | ArrayBuffer): SyncModel;
  /** As {@link Engine.preprocessDigit} of the other entry. */
  preprocessDigit(drawing: Drawing): Tensor;
  diagnostics(): Diagnostics;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Loads the engine into this thread. */
export async function load(given?: Omit<LoadOptions, 'threads'>): Promise<SyncEngine> {
  const { locate, signal, onProgress } = checkOptions<Omit<LoadOptions, 'threads'>>('options', given, [
    'locate',
    'signal',
    'onProgress',
  ]);
  checkFunction('locate', locate);
  checkFunction('onProgress', onProgress);
  checkSignal(signal);
  requireWebAssembly();
  const file = `wakesleep-${simd.build}.wasm`;
  const url = locate?.(file);
  const core = await loadCore(simd, 1, url === undefined ? undefined : toUrl(file, url), { signal, onProgress });
  signal?.throwIfAborted();
  return new EngineObject(core);
}

/** A file's bytes: fetched, or read, and unpacked where they are gzip. */
export async function readFile(source: FileSource, options?: FetchOptions): Promise<Uint8Array<ArrayBuffer>> {
  return gunzipped('source', await bytesOf('source', source, options));
}

class EngineObject implements SyncEngine {
  readonly info: EngineInfo = { build: 'simd', threads: 1, reason: 'wakesleep/sync has one thread' };

  constructor(private readonly core: EngineCore) {}

  dataset(what: Pixels | DatasetSource, options?: PixelOptions): SyncDataset {
    return ArrayBuffer.isView(what)
      ? this.core.datasetFromPixels(what, options)
      : finish(this.core.datasetFromSource(what));
  }

  rbm(options: RbmOptions): SyncRbm {
    return new RbmObject(this.core.rbm(options));
  }

  dbn(options: DbnOptions): SyncDbn {
    return new DbnObject(this.core.dbn(options));
  }

  dbm(options: DbmOptions): SyncDbm {
    return new DbmObject(this.core.dbm(options));
  }

  sbn(options: SbnOptions): SyncSbn {
    return new SbnObject(this.core.sbn(options));
  }

  open(bytes: Uint8Array | ArrayBuffer): SyncModel {
    const core = this.core.open(bytes);
    if (core instanceof DbmCore) return new DbmObject(core);
    if (core instanceof SbnCore) return new SbnObject(core);
    return core instanceof RbmCore ? new RbmObject(core) : new DbnObject(core);
  }

  preprocessDigit(drawing: Drawing): Tensor {
    return this.core.preprocessDigit(plainDrawing(drawing));
  }

  diagnostics(): Diagnostics {
    return this.core.diagnostics();
  }

  dispose(): void {
    this.core.dispose();
  }

  [dispose](): void {
    this.dispose();
  }
}

/** Data sets are those of the core; that they are is checked there. */
type Examples = SyncDataset | Float32Array;
const core = (x: Examples) => x as DatasetCore | Float32Array;

/** What is for the core, and the caller's function, apart. */
function withReport<T extends { onProgress?: ReportDone }>(options: T | undefined) {
  const { onProgress, ...rest } = apart(options);
  checkFunction('onProgress', onProgress);
  return { rest, report: onProgress };
}

/** Each model takes its own, and checks them. */
type SomeTrainOptions = TrainOptionsCore & DbmTrainOptionsCore & SbnTrainOptionsCore;

/** What every kind of model has. */
abstract class TrainedObject<Core extends RbmCore | DbnCore | DbmCore | SbnCore> {
  readonly visible: number;
  readonly seed: number;
  readonly notes: Record<string, string>;

  constructor(protected readonly core: Core) {
    this.visible = core.visible;
    this.seed = core.seed;
    this.notes = core.notes;
  }

  training(data: SyncDataset, options?: object): Training {
    this.core.stopTraining();
    return new TrainingObject(this.core.startTraining(data as DatasetCore, options as SomeTrainOptions));
  }

  train(data: SyncDataset, options?: { onProgress?: (progress: TrainProgress) => void }): TrainHistory {
    const { onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    this.core.stopTraining();
    return finish(this.core.train(data as DatasetCore, rest as SomeTrainOptions, onProgress));
  }

  save(options?: SaveOptions): Uint8Array<ArrayBuffer> {
    return this.core.save(options);
  }

  fingerprint(): string {
    return this.core.fingerprint();
  }

  dispose(): void {
    this.core.dispose();
  }

  [dispose](): void {
    this.dispose();
  }
}

/** What every model with the classes of a Boltzmann machine has. */
abstract class ModelObject<Core extends RbmCore | DbnCore | DbmCore> extends TrainedObject<Core> {
  readonly labels: number;

  constructor(core: Core) {
    super(core);
    this.labels = core.labels;
  }

  predict(x: Examples): Uint16Array {
    return finish(this.core.predict(core(x)));
  }

  classify(x: Examples): Classification {
    return finish(this.core.classify(core(x)));
  }

  classifyByIteration(x: Examples, options?: { iterations?: number }): Tensor {
    return finish(this.core.classifyByIteration(core(x), options));
  }

  reconstruct(x: Examples, options?: { steps?: number; seed?: number; temperature?: number }): Tensor {
    return finish(this.core.reconstruct(core(x), options));
  }

  sample(options?: Omit<GibbsOptions, 'signal'>): Samples {
    return finish(this.core.sample(options));
  }

  dream(options?: Omit<DreamOptions, 'signal'>): SyncDream {
    return new DreamObject(this.core.dream(options), apart(options));
  }
}

class RbmObject extends ModelObject<RbmCore> implements SyncRbm {
  readonly kind = 'rbm';

  get hiddenUnits(): number {
    return this.core.hiddenUnits;
  }

  get units(): Rbm['units'] {
    return this.core.units;
  }

  freeEnergy(x: Examples, options?: { labels?: ArrayLike<number> }): Tensor {
    return finish(this.core.freeEnergy(core(x), options));
  }

  hiddenMeans(x: Examples): Tensor {
    return finish(this.core.hiddenMeans(core(x)));
  }

  visibleMeans(h: Float32Array): Tensor {
    return finish(this.core.visibleMeans(h));
  }

  sampleHidden(x: Examples, options?: Parameters<Rbm['sampleHidden']>[1]): Tensor {
    return finish(this.core.sampleHidden(core(x), options));
  }

  sampleVisible(h: Float32Array, options?: Parameters<Rbm['sampleVisible']>[1]): Tensor {
    return finish(this.core.sampleVisible(h, options));
  }

  logPartition(options?: SyncLogPartitionOptions): LogPartition {
    const { rest, report } = withReport(options);
    return finish(this.core.logPartition(rest as LogPartitionOptionsCore, report));
  }

  pseudoLikelihood(x: Examples, options?: Omit<PseudoLikelihoodOptions, 'signal'>): Average {
    const { rest, report } = withReport(options);
    return finish(this.core.pseudoLikelihood(core(x), rest, report));
  }

  freeEnergyGap(
    training: SyncDataset,
    validation: SyncDataset,
    options?: Omit<EstimateOptions, 'signal'>,
  ): FreeEnergyGap {
    const { rest, report } = withReport(options);
    return finish(this.core.freeEnergyGap(training as DatasetCore, validation as DatasetCore, rest, report));
  }

  logLikelihood(x: SyncDataset, options: { logZ: number }): number {
    return finish(this.core.logLikelihood(x as DatasetCore, options));
  }

  epochs(): number {
    return this.core.epochs();
  }

  parameters(): RbmParameters {
    return this.core.parameters();
  }

  setParameters(parameters: RbmParameterArrays): void {
    this.core.setParameters(parameters);
  }
}

class DbnObject extends ModelObject<DbnCore> implements SyncDbn {
  readonly kind = 'dbn';

  get layers(): readonly number[] {
    return this.core.layers;
  }

  get units(): Dbn['units'] {
    return this.core.units;
  }

  up(x: Examples, layer: number): Tensor {
    return finish(this.core.up(core(x), layer));
  }

  logPartition(options?: SyncLogPartitionOptions): LogPartition {
    const { rest, report } = withReport(options);
    return finish(this.core.logPartition(rest as LogPartitionOptionsCore, report));
  }

  bound(x: Examples, options: Omit<BoundOptions, 'signal'>): Bound {
    const { rest, report } = withReport(options);
    return finish(this.core.bound(core(x), rest as BoundOptionsCore, report));
  }

  features(layer: number, options?: Omit<FeatureOptions, 'signal'>): Tensor {
    const { rest, report } = withReport(options);
    return finish(this.core.features(layer, rest, report));
  }

  parameters(layer: number): RbmParameters {
    return this.core.parameters(layer);
  }
}

class DbmObject extends ModelObject<DbmCore> implements SyncDbm {
  readonly kind = 'dbm';

  get layers(): readonly number[] {
    return this.core.layers;
  }

  hiddenMeans(x: Examples, options?: MeanFieldOptions): Tensor[] {
    return finish(this.core.hiddenMeans(core(x), options));
  }

  freeEnergy(x: Examples, options?: MeanFieldOptions & { labels?: ArrayLike<number> }): Tensor {
    return finish(this.core.freeEnergy(core(x), options));
  }

  bound(x: Examples, options: MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> }): Tensor {
    return finish(this.core.bound(core(x), options));
  }

  logPartition(options?: SyncLogPartitionOptions): LogPartition {
    const { onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return finish(this.core.logPartition(rest as LogPartitionOptionsCore, onProgress));
  }

  epochs(): number {
    return this.core.epochs();
  }

  parameters(): DbmParameters {
    return this.core.parameters();
  }

  setParameters(parameters: Parameters<Dbm['setParameters']>[0]): void {
    this.core.setParameters(parameters);
  }
}

class SbnObject extends TrainedObject<SbnCore> implements SyncSbn {
  readonly kind = 'sbn';

  get layers(): readonly number[] {
    return this.core.layers;
  }

  sample(options?: { count?: number; seed?: number }): SbnSamples {
    return finish(this.core.sample(options));
  }

  posterior(x: Examples, options?: Omit<SbnPosteriorOptions, 'signal'>): Tensor[] {
    return finish(this.core.posterior(core(x), options));
  }

  exactPosterior(x: Examples): SbnExactPosterior {
    return finish(this.core.exactPosterior(core(x)));
  }

  logLikelihood(x: Examples): number {
    return finish(this.core.logLikelihood(core(x)));
  }

  epochs(): number {
    return this.core.epochs();
  }

  parameters(): SbnParameters {
    return this.core.parameters();
  }

  setParameters(parameters: SbnParameterArrays): void {
    this.core.setParameters(parameters);
  }

  setWeight(layer: number, child: number, parent: number, value: number): void {
    this.core.setWeight(layer, child, parent, value);
  }

  setBias(layer: number, unit: number, value: number): void {
    this.core.setBias(layer, unit, value);
  }
}

class TrainingObject implements Training {
  constructor(private readonly core: TrainingCore) {}

  step(): boolean {
    return finish(this.core.advance());
  }

  get progress(): TrainProgress {
    return this.core.progress();
  }

  get history(): TrainHistory {
    return this.core.history;
  }

  dispose(): void {
    this.core.dispose();
  }

  [dispose](): void {
    this.dispose();
  }
}

class DreamObject implements SyncDream {
  temperature: number;
  stepsPerFrame: number;
  #ended = false;

  constructor(
    private readonly chains: ChainsCore,
    options: { temperature?: number; stepsPerFrame?: number },
  ) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
  }

  clamp(label: Label | Label[]): void {
    this.chains.clamp(label);
  }

  startFrom(x: Float32Array): void {
    this.chains.startFrom(x);
  }

  next(): IteratorResult<DreamFrame> {
    if (this.#ended) return { done: true, value: undefined };
    const { temperature, stepsPerFrame } = this;
    return { done: false, value: finish(this.chains.frame({ temperature, stepsPerFrame })) };
  }

  return(): IteratorResult<DreamFrame> {
    this.#ended = true;
    this.chains.dispose();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
