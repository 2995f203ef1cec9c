// Objects that live in the worker, as the page sees them.
import type { ChainsCore } from './models/chains.js';
import type { DatasetCore } from './models/dataset.js';
import type { DbmCore } from './models/dbm.js';
import type { DbnCore } from './models/dbn.js';
import type { RbmCore } from './models/rbm.js';
import type { SbnCore } from './models/sbn.js';
import { checkFunction, handleOf, type CallOptions, type Connection, type Remote } from './connection.js';
import { dispose, disposed } from './errors.js';
import type { Created, DatasetFacts, DbmFacts, DbnFacts, MethodsOf, RbmFacts, Received, SbnFacts } from './protocol.js';
import type {
  Average,
  Bound,
  BoundOptions,
  Classification,
  Dataset,
  Dbm,
  DbmParameters,
  DbmTrainOptions,
  Dbn,
  DbnTrainOptions,
  Dream,
  DreamFrame,
  DreamOptions,
  EstimateOptions,
  Examples,
  FeatureOptions,
  FreeEnergyGap,
  GibbsOptions,
  Label,
  LogPartition,
  LogPartitionOptions,
  PseudoLikelihoodOptions,
  MeanFieldOptions,
  Rbm,
  RbmParameters,
  Samples,
  SaveOptions,
  Sbn,
  SbnExactPosterior,
  SbnParameterArrays,
  SbnParameters,
  SbnPosteriorOptions,
  SbnSamples,
  SbnTrainOptions,
  Tensor,
  TrainHistory,
  TrainOptions,
} from './types.js';
import { apart } from './validate.js';

abstract class RemoteObject<Core> implements Remote {
  #handle: number | null;

  constructor(
    private readonly what: string,
    protected readonly connection: Connection,
    handle: number,
  ) {
    this.#handle = handle;
  }

  [handleOf](connection: Connection): number {
    if (connection !== this.connection) throw new TypeError(`this ${this.what} belongs to another engine`);
    if (this.connection.closed) throw this.connection.closed;
    if (this.#handle === null) throw disposed(this.what);
    return this.#handle;
  }

  /** Calls a method of the object in the worker. */
  protected async call<M extends MethodsOf<Core>>(
    method: M,
    args: unknown[],
    options?: CallOptions,
  ): Promise<Received<Core[M]>> {
    const result = await this.connection.call(this[handleOf](this.connection), method, args, options);
    return result as Received<Core[M]>;
  }

  dispose(): void {
    if (this.#handle !== null) this.connection.release(this.#handle);
    this.#handle = null;
  }

  [dispose](): void {
    this.dispose();
  }
}

export class RemoteDataset extends RemoteObject<DatasetCore> implements Dataset {
  readonly count: number;
  readonly width: number;
  readonly itemShape: readonly number[];
  readonly labelCount: number;
  readonly binary: boolean;

  constructor(connection: Connection, { handle, facts }: Created<DatasetFacts>) {
    super('data set', connection, handle);
    this.count = facts.count;
    this.width = facts.width;
    this.itemShape = facts.itemShape;
    this.labelCount = facts.labelCount;
    this.binary = facts.binary;
  }

  rows(first: number, count: number): Promise<Tensor> {
    return this.call('rows', [first, count]);
  }

  labels(first: number, count: number): Promise<Uint16Array> {
    return this.call('labels', [first, count]);
  }

  mean(): Promise<Tensor> {
    return this.call('mean', []);
  }

  deviation(): Promise<Tensor> {
    return this.call('deviation', []);
  }

  async standardised(by?: { mean: Float32Array; deviation: Float32Array }): Promise<Dataset> {
    return new RemoteDataset(this.connection, await this.call('standardised', [by]));
  }

  async subset(which: { label: number } | { first: number; count: number }): Promise<Dataset> {
    return new RemoteDataset(this.connection, await this.call('subset', [which]));
  }
}

/** What every kind of model has. */
abstract class RemoteTrained<Core extends RbmCore | DbnCore | DbmCore | SbnCore> extends RemoteObject<Core> {
  readonly visible: number;
  readonly seed: number;
  readonly notes: Record<string, string>;

  constructor(connection: Connection, { handle, facts }: Created<RbmFacts | DbnFacts | DbmFacts | SbnFacts>) {
    super('model', connection, handle);
    this.visible = facts.visible;
    this.seed = facts.seed;
    this.notes = facts.notes;
  }

  /** Methods of all of them, typed once. */
  private ofAll<M extends 'train' | 'save' | 'fingerprint'>(method: M, args: unknown[], options?: CallOptions) {
    return this.call(method as unknown as MethodsOf<Core>, args, options) as Promise<Received<RbmCore[M]>>;
  }

  async train(data: Dataset, options?: TrainOptions | SbnTrainOptions): Promise<TrainHistory> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.ofAll('train', [data, rest, onProgress], { signal, report: onProgress });
  }

  save(options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>> {
    return this.ofAll('save', [options]);
  }

  fingerprint(): Promise<string> {
    return this.ofAll('fingerprint', []);
  }
}

/** What every model with the classes of a Boltzmann machine has. */
abstract class RemoteModel<Core extends RbmCore | DbnCore | DbmCore> extends RemoteTrained<Core> {
  readonly labels: number;

  constructor(connection: Connection, created: Created<RbmFacts | DbnFacts | DbmFacts>) {
    super(connection, created);
    this.labels = created.facts.labels;
  }

  /** What all of these have, typed once. */
  private shared<M extends MethodsOf<RbmCore> & MethodsOf<DbnCore> & MethodsOf<DbmCore>>(
    method: M,
    args: unknown[],
    options?: CallOptions,
  ) {
    return this.call(method as unknown as MethodsOf<Core>, args, options) as Promise<Received<RbmCore[M]>>;
  }

  predict(x: Examples): Promise<Uint16Array> {
    return this.shared('predict', [x]);
  }

  classify(x: Examples): Promise<Classification> {
    return this.shared('classify', [x]);
  }

  classifyByIteration(x: Examples, options?: { iterations?: number }): Promise<Tensor> {
    return this.shared('classifyByIteration', [x, options]);
  }

  reconstruct(x: Examples, options?: { steps?: number; seed?: number; temperature?: number }): Promise<Tensor> {
    return this.shared('reconstruct', [x, options]);
  }

  async sample(options?: GibbsOptions): Promise<Samples> {
    const { signal, ...rest } = apart(options);
    return this.shared('sample', [rest], { signal });
  }

  dream(options?: DreamOptions): Dream {
    const { signal, ...rest } = apart(options);
    // The signal ends frames, and not this call: chains that nobody hears of would stay for ever.
    return new RemoteDream(this.connection, () => this.shared('dream', [rest]), rest, signal);
  }
}

export class RemoteRbm extends RemoteModel<RbmCore> implements Rbm {
  readonly kind = 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(connection: Connection, created: Created<RbmFacts>) {
    super(connection, created);
    this.hiddenUnits = created.facts.hiddenUnits;
    this.units = created.facts.units;
  }

  freeEnergy(x: Examples, options?: { labels?: ArrayLike<number> }): Promise<Tensor> {
    return this.call('freeEnergy', [x, options]);
  }

  hiddenMeans(x: Examples): Promise<Tensor> {
    return this.call('hiddenMeans', [x]);
  }

  visibleMeans(h: Float32Array): Promise<Tensor> {
    return this.call('visibleMeans', [h]);
  }

  sampleHidden(x: Examples, options?: Parameters<Rbm['sampleHidden']>[1]): Promise<Tensor> {
    return this.call('sampleHidden', [x, options]);
  }

  sampleVisible(h: Float32Array, options?: Parameters<Rbm['sampleVisible']>[1]): Promise<Tensor> {
    return this.call('sampleVisible', [h, options]);
  }

  async logPartition(options?: LogPartitionOptions): Promise<LogPartition> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('logPartition', [rest, onProgress], { signal, report: onProgress });
  }

  logLikelihood(x: Dataset, options: { logZ: number }): Promise<number> {
    return this.call('logLikelihood', [x, options]);
  }

  async pseudoLikelihood(x: Examples, options?: PseudoLikelihoodOptions): Promise<Average> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('pseudoLikelihood', [x, rest, onProgress], { signal, report: onProgress });
  }

  async freeEnergyGap(training: Dataset, validation: Dataset, options?: EstimateOptions): Promise<FreeEnergyGap> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('freeEnergyGap', [training, validation, rest, onProgress], { signal, report: onProgress });
  }

  epochs(): Promise<number> {
    return this.call('epochs', []);
  }

  parameters(): Promise<RbmParameters> {
    return this.call('parameters', []);
  }

  setParameters(parameters: Parameters<Rbm['setParameters']>[0]): Promise<void> {
    return this.call('setParameters', [parameters]);
  }
}

export class RemoteDbn extends RemoteModel<DbnCore> implements Dbn {
  readonly kind = 'dbn';
  readonly layers: readonly number[];
  readonly units: Dbn['units'];

  constructor(connection: Connection, created: Created<DbnFacts>) {
    super(connection, created);
    this.layers = created.facts.layers;
    this.units = created.facts.units;
  }

  override train(data: Dataset, options?: DbnTrainOptions): Promise<TrainHistory> {
    return super.train(data, options);
  }

  up(x: Examples, layer: number): Promise<Tensor> {
    return this.call('up', [x, layer]);
  }

  async logPartition(options?: LogPartitionOptions): Promise<LogPartition> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('logPartition', [rest, onProgress], { signal, report: onProgress });
  }

  async bound(x: Examples, options: BoundOptions): Promise<Bound> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('bound', [x, rest, onProgress], { signal, report: onProgress });
  }

  async features(layer: number, options?: FeatureOptions): Promise<Tensor> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('features', [layer, rest, onProgress], { signal, report: onProgress });
  }

  parameters(layer: number): Promise<RbmParameters> {
    return this.call('parameters', [layer]);
  }
}

export class RemoteDbm extends RemoteModel<DbmCore> implements Dbm {
  readonly kind = 'dbm';
  readonly layers: readonly number[];

  constructor(connection: Connection, created: Created<DbmFacts>) {
    super(connection, created);
    this.layers = created.facts.layers;
  }

  override train(data: Dataset, options?: DbmTrainOptions): Promise<TrainHistory> {
    return super.train(data, options as TrainOptions);
  }

  hiddenMeans(x: Examples, options?: MeanFieldOptions): Promise<Tensor[]> {
    return this.call('hiddenMeans', [x, options]);
  }

  freeEnergy(x: Examples, options?: MeanFieldOptions & { labels?: ArrayLike<number> }): Promise<Tensor> {
    return this.call('freeEnergy', [x, options]);
  }

  bound(x: Examples, options: MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> }): Promise<Tensor> {
    return this.call('bound', [x, options]);
  }

  async logPartition(options?: LogPartitionOptions): Promise<LogPartition> {
    const { signal, onProgress, ...rest } = apart(options);
    checkFunction('onProgress', onProgress);
    return this.call('logPartition', [rest, onProgress], { signal, report: onProgress });
  }

  epochs(): Promise<number> {
    return this.call('epochs', []);
  }

  parameters(): Promise<DbmParameters> {
    return this.call('parameters', []);
  }

  setParameters(parameters: Parameters<Dbm['setParameters']>[0]): Promise<void> {
    return this.call('setParameters', [parameters]);
  }
}

export class RemoteSbn extends RemoteTrained<SbnCore> implements Sbn {
  readonly kind = 'sbn';
  readonly layers: readonly number[];

  constructor(connection: Connection, created: Created<SbnFacts>) {
    super(connection, created);
    this.layers = created.facts.layers;
  }

  sample(options?: { count?: number; seed?: number }): Promise<SbnSamples> {
    return this.call('sample', [options]);
  }

  async posterior(x: Examples, options?: SbnPosteriorOptions): Promise<Tensor[]> {
    const { signal, ...rest } = apart(options);
    return this.call('posterior', [x, rest], { signal });
  }

  exactPosterior(x: Examples, options?: { signal?: AbortSignal }): Promise<SbnExactPosterior> {
    return this.call('exactPosterior', [x], { signal: options?.signal });
  }

  logLikelihood(x: Examples, options?: { signal?: AbortSignal }): Promise<number> {
    return this.call('logLikelihood', [x], { signal: options?.signal });
  }

  epochs(): Promise<number> {
    return this.call('epochs', []);
  }

  parameters(): Promise<SbnParameters> {
    return this.call('parameters', []);
  }

  setParameters(parameters: SbnParameterArrays): Promise<void> {
    return this.call('setParameters', [parameters]);
  }

  setWeight(layer: number, child: number, parent: number, value: number): Promise<void> {
    return this.call('setWeight', [layer, child, parent, value]);
  }

  setBias(layer: number, unit: number, value: number): Promise<void> {
    return this.call('setBias', [layer, unit, value]);
  }
}

class RemoteChains extends RemoteObject<ChainsCore> {
  frame(given: { stepsPerFrame: number; temperature: number }, signal: AbortSignal | undefined): Promise<DreamFrame> {
    return this.call('frame', [given], { signal });
  }

  start(x: Float32Array): Promise<void> {
    return this.call('startFrom', [x]);
  }

  clamp(label: Label | Label[]): Promise<void> {
    return this.call('clamp', [label]);
  }
}

/** The consumer asks for each frame, so the worker never runs ahead of what is drawn. */
class RemoteDream implements Dream {
  temperature: number;
  stepsPerFrame: number;
  #chains: Promise<RemoteChains> | null = null;
  #ended = false;
  #clamped: { label: Label | Label[] } | null = null;
  #start: Float32Array | null = null;

  constructor(
    private readonly connection: Connection,
    private readonly begin: () => Promise<Created>,
    options: { temperature?: number; stepsPerFrame?: number },
    private readonly signal: AbortSignal | undefined,
  ) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
  }

  clamp(label: Label | Label[]): void {
    this.#clamped = { label };
  }

  startFrom(x: Float32Array): void {
    this.#start = x.slice();
  }

  async next(): Promise<IteratorResult<DreamFrame>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      this.#chains ??= this.begin().then(({ handle }) => new RemoteChains('dream', this.connection, handle));
      const chains = await this.#chains;
      // All are sent at once and answered in order: a refused label or image ends the dream, as a refused frame does.
      const before: Promise<void>[] = [];
      if (this.#start) before.push(chains.start(this.#start));
      if (this.#clamped) before.push(chains.clamp(this.#clamped.label));
      this.#start = this.#clamped = null;
      const { temperature, stepsPerFrame } = this;
      const frame = chains.frame({ temperature, stepsPerFrame }, this.signal);
      const [value] = await Promise.all([frame, ...before]);
      return { done: false, value };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  return(): Promise<IteratorResult<DreamFrame>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    if (this.#ended) return;
    this.#ended = true;
    this.#chains?.then(
      (chains) => chains.dispose(),
      () => undefined,
    );
  }
}
