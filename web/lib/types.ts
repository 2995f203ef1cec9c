// Programs whose own settings do not name this library must be able to read these types.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The public types of the package. Matrices are flat, row by row, with their shape beside them: one example a row.
 *
 * Errors: a `TypeError` for the wrong kind of thing, a `RangeError` for a number or a shape outside what is allowed (and when
 * memory runs out), a {@link WakesleepError} for everything else. All messages name the argument, what came, and what is
 * allowed. After any error the engine still works.
 */

/** A result: a fresh array that the caller owns. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

export type WakesleepErrorCode =
  /** The model, data set or engine was disposed. */
  | 'disposed'
  /** A file is damaged, truncated, hostile or of another kind. */
  | 'format'
  /** Training left the range of finite numbers; the model is as after its last good batch. */
  | 'diverged'
  /** A file could not be fetched. */
  | 'fetch'
  /** The model is in training: wait for it to end, or abort it. */
  | 'busy'
  /** The engine's worker stopped working; everything it held is lost, and `load` gives a new one. */
  | 'worker-lost'
  /** What was asked for can't be done here, and the message says why. */
  | 'unsupported';

export type Build = 'threads' | 'simd';

export interface EngineInfo {
  /** Which WebAssembly build runs. */
  readonly build: Build;
  /** Threads that compute, the engine's worker included. */
  readonly threads: number;
  /** Why it is not the faster build, or not as many threads as asked for. */
  readonly reason?: string;
}

export interface LoadOptions {
  /** `'auto'` (default): one for each core, at most 8; or 1 to 64. */
  threads?: 'auto' | number;
  /**
   * Where the engine's files are, when the bundler's own answer is not right: the file's name in, its URL out; `undefined` keeps
   * the bundler's answer. Asked for `worker.js` (a module that imports its neighbours), and for `wakesleep-simd.wasm` or
   * `wakesleep-threads.wasm`.
   */
  locate?: (file: string) => string | URL | undefined;
  signal?: AbortSignal;
  /** Bytes of WebAssembly loaded so far; `total` is 0 where the server does not tell. */
  onProgress?: (progress: { loaded: number; total: number }) => void;
}

/** Whole rows of examples: a data set, or floats whose length is a multiple of the model's width. */
export type Examples = Dataset | Float32Array;

/** Numbers of any kind but BigInt. */
export type Pixels =
  | Float32Array
  | Float64Array
  | Uint8Array
  | Uint8ClampedArray
  | Int8Array
  | Uint16Array
  | Int16Array
  | Uint32Array
  | Int32Array;

export interface PixelOptions {
  /** `[examples, values an example]`; `[n, 28, 28]` is taken as `[n, 784]`. */
  shape: readonly number[];
  /** What a value is multiplied by. A must for integer arrays (`1 / 255` for bytes), 1 for floats unless given. */
  scale?: number;
  /** One label an example, 0 to 65535. */
  labels?: ArrayLike<number>;
}

/** A string is a URL, relative to the page; in Node also a path. */
export type FileSource = Blob | ArrayBuffer | Uint8Array | string | URL;

export type DatasetSource =
  /** MNIST's own format, plain or gzip: bytes, a file, or a URL to fetch. Values are scaled from bytes to [0, 1]. */
  | { kind: 'idx'; images: FileSource; labels?: FileSource }
  /** All distinct images of `size` x `size` bars or stripes. Labels: 0 bars, 1 stripes. `size` 2 to 12. */
  | { kind: 'bars-and-stripes'; size: number }
  /**
   * `size` random bits and the same shifted by one place or none. Labels: 0 left, 1 same, 2 right. `size` 3 to 64. Without a
   * `count` all of them, for sizes up to 10.
   */
  | { kind: 'shifter'; size: number; count?: number; seed?: number }
  /** Digit-like 28 x 28 images from parametrised strokes, labelled. `count` 1 to 1,000,000; `first`: where to begin. */
  | { kind: 'stroke-digits'; count: number; seed?: number; first?: number };

export interface Dataset {
  readonly count: number;
  readonly width: number;
  /** How one example is laid out: `[28, 28]` for IDX images of that size, `shape` less its first entry for pixels; else `[width]`. */
  readonly itemShape: readonly number[];
  /** Largest label plus one; 0 without labels. */
  readonly labelCount: number;
  /** Whether every value is 0 or 1, and so kept as a bit. */
  readonly binary: boolean;
  /** Some rows as floats. */
  rows(first: number, count: number): Promise<Tensor>;
  /** The labels of some rows; empty without labels. */
  labels(first: number, count: number): Promise<Uint16Array>;
  /** A new data set of the rows with this label, or of `count` rows from `first` on. */
  subset(which: { label: number } | { first: number; count: number }): Promise<Dataset>;
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface TrainOptions {
  /** Epochs to train, added to what the model has had. 1 to 1,000,000; default 10. */
  epochs?: number;
  /**
   * Stop after that many mini-batches, in the middle of an epoch if need be, or after `epochs`, whichever comes first. The next
   * call with the same data and batch size goes on at that batch: 3 batches and 7 more equal 10. The last entry of the history
   * is then the part of the epoch that is done (`epochEnded` false).
   */
  batches?: number;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Default 0.05. */
  learningRate?: number;
  /** Reached linearly in the last epoch of this call; unless given the learning rate stays. */
  finalLearningRate?: number;
  /** 0 to below 1; default 0.9. */
  momentum?: number;
  /** Momentum of the first `initialMomentumEpochs` epochs (default 0) of a model's life; default 0.5. */
  initialMomentum?: number;
  initialMomentumEpochs?: number;
  /** L2 on the weights, not on the biases; default 2e-4. */
  weightDecay?: number;
  /** Contrastive divergence (Hinton 2002) or persistent contrastive divergence (Tieleman 2008); default `'cd'`. */
  method?: 'cd' | 'pcd';
  /** Gibbs steps a mini-batch, 1 to 10,000; default 1. */
  k?: number;
  /** Persistent chains; default: as many as the batch size. */
  chains?: number;
  /**
   * Share of the persistent chains, 0 to 1, with a label held, each label in turn: they learn p(v | label), which is what a
   * dream of that label shows. For models with labels; default 0.
   */
  clampedChains?: number;
  /**
   * Chance, 0 to 1, that a persistent chain starts anew from fair coins before a mini-batch: learning then meets what chains pass
   * through that start at random, as dreams do. Default 0.
   */
  restarts?: number;
  /** Grey data: as they are (`'mean'`, default), or sampled to bits anew whenever they are shown. */
  dataStates?: 'sampled' | 'mean';
  /** Visible states of the negative phase; default `'sampled'`. */
  visibleStates?: 'sampled' | 'mean';
  /** Hidden states in the statistics; default `'mean'`. Those that drive a reconstruction are always sampled. */
  hiddenStates?: 'sampled' | 'mean';
  /** DBN: what a trained layer hands to the next; default `'mean'`. */
  upStates?: 'sampled' | 'mean';
  /** Whether an untrained model's visible biases, where all are 0, start at the log-odds of the data; default true. */
  visibleBiasFromData?: boolean;
  /** 0 to 2^53 - 1; default: the model's. */
  seed?: number;
  /** Data kept apart: its free energy, less that of as many training examples, shows overfitting. */
  validation?: Dataset;
  /**
   * Called after slices of work, at most about 30 times a second, and at the end of every epoch; of epochs that take less than
   * a thirtieth of a second not every one is told here, but all are in the history.
   */
  onProgress?: (progress: TrainProgress) => void;
  /** Aborting rejects with `signal.reason`; the model stays as after its last whole batch and can go on training. */
  signal?: AbortSignal;
}

/** One set of options for all layers, or overrides a layer, lowest first. */
export interface DbnTrainOptions extends TrainOptions {
  layers?: Partial<Omit<TrainOptions, 'batches' | 'validation' | 'onProgress' | 'signal'>>[];
}

export interface TrainProgress {
  /** The layer in training, 0 the lowest; always 0 for an RBM. */
  layer: number;
  /** Whole epochs done in this layer, in the model's life. */
  epoch: number;
  /** Batches done of the present epoch. */
  batch: number;
  /** Batches an epoch. */
  batches: number;
  examplesPerSecond: number;
  /** Mean squared error a visible unit, over the present epoch. */
  reconstructionError: number;
  /** 0 to 1 of what was asked for. */
  done: number;
  epochEnded: boolean;
  /** With `validation`, at the end of an epoch: mean free energies of up to 1,000 examples each. */
  freeEnergy?: { training: number; validation: number };
}

/** One entry an epoch. */
export type TrainHistory = TrainProgress[];

export interface Classification {
  /** The label of lowest free energy, one a row. */
  labels: Uint16Array;
  /** F(v, y), rows x labels. Comparable among the labels of one row, not across rows. */
  freeEnergy: Tensor;
  /** p(y | v), rows x labels. */
  probabilities: Tensor;
}

export interface GibbsOptions {
  /** Default 1. */
  chains?: number;
  /** Default 1. */
  steps?: number;
  /** Above 0; samples from p^(1/T). Default 1. */
  temperature?: number;
  /** RBM: visible units to hold (mask not 0) and where (0 or 1); one row, or one a chain. */
  clamp?: { values: Float32Array; mask: Float32Array };
  /** Label to hold, for models with labels; `null` is free. One for all chains or one each. */
  label?: Label | Label[];
  /** Where the chains start: one row, or one a chain. Unless given: fair coins. */
  start?: Float32Array;
  seed?: number;
  signal?: AbortSignal;
}

export interface Samples {
  /** Means of the visible units in the last step, chains x visible; for a DBN those that the top's states generate downwards. */
  means: Tensor;
  /** Sampled states of the (top) RBM's visible units: chains x visible for an RBM, chains x units of the layer below the top else. */
  states: Tensor;
  /** p(h = 1 | v) that led to the last step, sampled: chains x hidden of the (top) RBM. */
  hidden: Tensor;
  /** The label unit that is on in each chain; empty without labels. */
  labels: Uint16Array;
}

export type Label = number | null;

export interface DreamOptions extends Omit<GibbsOptions, 'steps'> {
  /** Gibbs steps between frames; default 1. */
  stepsPerFrame?: number;
}

export interface DreamFrame extends Samples {
  /** What to draw: the means, chains x visible. */
  images: Tensor;
  /** Gibbs steps done so far. */
  steps: number;
}

/** Endless: leave the loop, or abort the signal, to free the chains. */
export interface Dream extends AsyncIterableIterator<DreamFrame> {
  /** Holds labels from the next frame on; `null` lets go. */
  clamp(label: Label | Label[]): void;
  /** The next frame starts at these images. */
  startFrom(x: Float32Array): void;
  temperature: number;
  stepsPerFrame: number;
}

export interface SaveOptions {
  /** Default `'f32'`. */
  dtype?: 'f32' | 'f16';
  /** With momentum, chains and counters, so that training goes on as if it had never stopped; `'f32'` only. */
  resumable?: boolean;
  /** Kept in the file's training record. */
  notes?: Record<string, string>;
}

export interface ModelBase {
  readonly visible: number;
  readonly labels: number;
  readonly seed: number;
  /** What was saved with the file, for opened models. */
  readonly notes: Record<string, string>;
  /** The label of lowest free energy of each row. For models with labels, as are the next two. */
  predict(x: Examples): Promise<Uint16Array>;
  classify(x: Examples): Promise<Classification>;
  /** p(y | v) from a few mean-field iterations that start at a neutral label: rows x labels. */
  classifyByIteration(x: Examples, options?: { iterations?: number }): Promise<Tensor>;
  /** Mean of v after `steps` of Gibbs sampling (for a DBN at its top RBM; 0: straight up and down). Default 1. */
  reconstruct(x: Examples, options?: { steps?: number; seed?: number; temperature?: number }): Promise<Tensor>;
  sample(options?: GibbsOptions): Promise<Samples>;
  dream(options?: DreamOptions): Dream;
  save(options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>>;
  dispose(): void;
  [Symbol.dispose](): void;
}

export interface RbmOptions {
  visible: number;
  hidden: number;
  /** Size of the softmax group of labels joined to the visible side; default 0, none. */
  labels?: number;
  visibleUnits?: 'bernoulli';
  hiddenUnits?: 'bernoulli';
  seed?: number;
}

export interface LogPartitionOptions {
  /** Enumeration, or annealed importance sampling (Salakhutdinov and Murray 2008), which the options below are for. */
  method?: 'exact' | 'ais';
  /** Independent runs, 2 to 65,536; default 100. */
  runs?: number;
  /** Intermediate distributions, 1 to 10,000,000; default 10,000. */
  betas?: number;
  /** How the betas are spread from 0 to 1: evenly, or as in the paper most of them near 1. Default `'linear'`. */
  schedule?: 'linear' | 'late';
  /** Its means are the base rates that the runs start from; without it, the model's visible biases are. */
  data?: Dataset;
  /** 0 to 2^53 - 1; default: the model's. */
  seed?: number;
  /** 0 to 1, now and then. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

/**
 * In nats. `low` and `high` are log(Z - 3 s) and log(Z + 3 s), s the estimated standard error of Z; exact ones equal `logZ`. AIS
 * that has not converged is too low rather than too high, and its error then too small.
 */
export interface LogPartition {
  logZ: number;
  low: number;
  high: number;
}

/** W: visible x hidden, b: visible, c: hidden; with labels U: labels x hidden and d: labels. */
export interface RbmParameters {
  W: Tensor;
  b: Tensor;
  c: Tensor;
  U?: Tensor;
  d?: Tensor;
}

export interface Rbm extends ModelBase {
  readonly kind: 'rbm';
  readonly hiddenUnits: number;
  train(data: Dataset, options?: TrainOptions): Promise<TrainHistory>;
  /** F(v), one a row; with `labels`, F(v, y). */
  freeEnergy(x: Examples, options?: { labels?: ArrayLike<number> }): Promise<Tensor>;
  /** p(h = 1 | v), rows x hidden. */
  hidden(x: Examples): Promise<Tensor>;
  /** p(v = 1 | h), rows x visible. */
  visibleMeans(h: Float32Array): Promise<Tensor>;
  /** Exact by enumeration, for models with a side of at most 25 units; by annealed importance sampling for all. */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /** Mean of log p(v) over the rows, in nats. */
  logLikelihood(x: Dataset, options: { logZ: number }): Promise<number>;
  /** Epochs of training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<RbmParameters>;
  setParameters(parameters: {
    W: Float32Array;
    b: Float32Array;
    c: Float32Array;
    U?: Float32Array;
    d?: Float32Array;
  }): Promise<void>;
  /** A hash of the parameters' bits: the same for the same seed, data and options on every machine. 16 hexadecimal digits. */
  fingerprint(): Promise<string>;
}

export interface DbnOptions {
  /** Units of each layer, visible first; at least two. */
  layers: readonly number[];
  labels?: number;
  seed?: number;
}

export interface Dbn extends ModelBase {
  readonly kind: 'dbn';
  readonly layers: readonly number[];
  train(data: Dataset, options?: DbnTrainOptions): Promise<TrainHistory>;
  /** Means of a layer's units, from the means below: rows x units. 1 is the first hidden layer. */
  up(x: Examples, layer: number): Promise<Tensor>;
  parameters(layer: number): Promise<RbmParameters>;
  fingerprint(): Promise<string>;
}

export interface SbnOptions {
  /** Units of each layer, visible first; 2 to 16 layers. */
  layers: readonly number[];
  /** 0 to 2^53 - 1; default 1. */
  seed?: number;
}

export interface SbnTrainOptions {
  /** Epochs to train, added to what the net has had. 1 to 1,000,000; default 10. */
  epochs?: number;
  /** Stop after that many mini-batches, as for other models. */
  batches?: number;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Above 0, at most 100; default 0.05. Plain gradient steps: belief nets learn without momentum. */
  learningRate?: number;
  /** L2 on the weights, not on the biases. 0 to 100; default 0. */
  weightDecay?: number;
  /**
   * Where the hidden states come from that the delta rule learns from. `'wake-sleep'` (default; Hinton, Dayan, Frey and Neal
   * 1995): from recognition weights, which learn from fantasies. `'gibbs'` (Neal 1992): from the posterior, by sweeps of Gibbs
   * sampling. `'exact'`: all of them, weighted by the exact posterior, which is the gradient of log p(v); at most 16 hidden
   * units. `'observed'`: from the data, whose examples hold the states of all layers, visible first. `'cd'`: contrastive
   * divergence as if each pair of layers were an RBM, which does not learn such a net: it is here to be seen failing.
   */
  method?: 'wake-sleep' | 'gibbs' | 'exact' | 'observed' | 'cd';
  /** `'gibbs'`: sweeps over all hidden units a mini-batch; `'cd'`: times down and up. 1 to 10,000; default 5. */
  sweeps?: number;
  /** `'gibbs'`: an example's hidden states go on where they were when it was last shown (default), or start anew. */
  persistent?: boolean;
  /** Whether an untrained net's visible biases, where all are 0, start at the log-odds of the data; default true. */
  visibleBiasFromData?: boolean;
  /** 0 to 2^53 - 1; default: the net's. */
  seed?: number;
  /** As for other models. `reconstructionError` is of the visible means given the hidden states that were learned from. */
  onProgress?: (progress: TrainProgress) => void;
  /** Aborting rejects with `signal.reason`; the net stays as after its last whole batch and can go on training. */
  signal?: AbortSignal;
}

export interface SbnSamples {
  /** p(v = 1 | the layer above): count x visible. */
  means: Tensor;
  /** Sampled states of each layer, visible first: count x units. */
  states: Tensor[];
}

export interface SbnPosteriorOptions {
  /** Sweeps over all hidden units that the means are taken over. 1 to 1,000,000; default 100. */
  sweeps?: number;
  /** Sweeps before those. 0 to 1,000,000; default a fifth as many. */
  burnIn?: number;
  /** 0 to 2^53 - 1; default: the net's. */
  seed?: number;
  signal?: AbortSignal;
}

export interface SbnExactPosterior {
  /** p(h = 1 | v) of each hidden layer, the lowest first: rows x units. */
  means: Tensor[];
  /** log p(v) in nats, one a row. */
  logLikelihood: Tensor;
  /** Their mean, in double precision. */
  meanLogLikelihood: number;
}

/**
 * W[l]: units of layer l x units of layer l + 1, from parents to children; b[l]: units of layer l. With recognition weights R[l]
 * in the shape of W[l], and c[l]: units of layer l + 1.
 */
export interface SbnParameters {
  W: Tensor[];
  b: Tensor[];
  R?: Tensor[];
  c?: Tensor[];
}

/** The same as plain arrays. R and c come together; without them a net keeps those it has. */
export interface SbnParameterArrays {
  W: readonly Float32Array[];
  b: readonly Float32Array[];
  R?: readonly Float32Array[];
  c?: readonly Float32Array[];
}

/**
 * The sigmoid belief net (Neal 1992): binary units in layers, each on with probability sigmoid(b_i + sum_j W_ij s_j), s_j the
 * states of the layer above. Examples are states of the visible units, 0 or 1; grey ones are sampled in training and refused
 * elsewhere.
 */
export interface Sbn {
  readonly kind: 'sbn';
  readonly layers: readonly number[];
  readonly visible: number;
  readonly seed: number;
  /** What was saved with the file, for opened nets. */
  readonly notes: Record<string, string>;
  train(data: Dataset, options?: SbnTrainOptions): Promise<TrainHistory>;
  /** From the top layer down. `count` 1 to 1,048,576; default 1. */
  sample(options?: { count?: number; seed?: number }): Promise<SbnSamples>;
  /** p(h = 1 | v) of each hidden layer, the lowest first (rows x units), by Gibbs sampling. */
  posterior(x: Examples, options?: SbnPosteriorOptions): Promise<Tensor[]>;
  /** The same, and log p(v), by summing over all hidden states: for nets of at most 25 hidden units, a `RangeError` for others. */
  exactPosterior(x: Examples, options?: { signal?: AbortSignal }): Promise<SbnExactPosterior>;
  /** Mean of log p(v) over the rows, in nats, exactly; for nets of at most 25 hidden units. */
  logLikelihood(x: Examples, options?: { signal?: AbortSignal }): Promise<number>;
  /** Epochs of training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<SbnParameters>;
  setParameters(parameters: SbnParameterArrays): Promise<void>;
  /** The weight from unit `parent` of layer `layer + 1` to unit `child` of layer `layer`. */
  setWeight(layer: number, child: number, parent: number, value: number): Promise<void>;
  setBias(layer: number, unit: number, value: number): Promise<void>;
  save(options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>>;
  /** A hash of the parameters' bits: b and W of each layer in turn, then R and c. 16 hexadecimal digits. */
  fingerprint(): Promise<string>;
  dispose(): void;
  [Symbol.dispose](): void;
}

export type Model = Rbm | Dbn | Sbn;

/** One movement of the pen: points, or x and y of each point in turn. Any unit; y grows downwards. */
export type Stroke =
  readonly { readonly x: number; readonly y: number }[] | readonly (readonly [number, number])[] | Float32Array;

/** RGBA as canvases give it (an `ImageData`), or one value a pixel: bytes 0 to 255, floats 0 to 1. */
export interface Picture {
  readonly data: Uint8ClampedArray | Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Strokes, or a picture. In a picture that is transparent anywhere, what is opaque is ink; in others the ink is what differs
 * from the border: dark on bright, or bright on dark.
 */
export type Drawing = readonly Stroke[] | Picture;

export interface Diagnostics {
  /** Pieces of work that each thread has done since loading; the engine's own worker first. */
  workByThread: number[];
  /** Bytes of memory that the engine has taken from the system. */
  memory: number;
}

export interface Engine {
  readonly info: EngineInfo;
  /** Pixels in a typed array with their shape. */
  dataset(pixels: Pixels, options: PixelOptions): Promise<Dataset>;
  dataset(source: DatasetSource): Promise<Dataset>;
  rbm(options: RbmOptions): Promise<Rbm>;
  dbn(options: DbnOptions): Promise<Dbn>;
  sbn(options: SbnOptions): Promise<Sbn>;
  /** A saved model, typed by its `kind`. A URL is fetched, with progress. */
  open(
    source: FileSource,
    options?: { signal?: AbortSignal; onProgress?: (progress: { loaded: number; total: number }) => void },
  ): Promise<Model>;
  /**
   * A drawing as networks trained on MNIST expect it: 28 x 28 in [0, 1], bright ink, its box fitted to 20 pixels, a pen of
   * constant width for strokes, the centre of mass in the middle. All zeros where there is no ink.
   */
  preprocessDigit(drawing: Drawing): Promise<Tensor>;
  diagnostics(): Promise<Diagnostics>;
  dispose(): void;
  [Symbol.dispose](): void;
}
