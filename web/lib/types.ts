// Programs whose own settings do not name this library must be able to read these types.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The public types of the package. Matrices are flat, row by row, with their shape beside them: one example a row.
 *
 * Errors: a `TypeError` for the wrong kind of thing, a `RangeError` for a number or a shape outside what is allowed
 * (and when memory runs out), a {@link WakesleepError} for everything else. All messages name the argument, what came,
 * and what is allowed; those of an option carry its name as `option`. After any error the engine still works.
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
   * Where the engine's files are, when the bundler's own answer is not right: the file's name in, its URL out;
   * `undefined` keeps the bundler's answer. Asked for `worker.js` (a module that imports its neighbours), and for
   * `wakesleep-simd.wasm` or `wakesleep-threads.wasm`.
   */
  locate?: (file: string) => string | URL | undefined;
  signal?: AbortSignal;
  /** Bytes of WebAssembly loaded so far; `total` is 0 where the server does not tell. */
  onProgress?: (progress: { loaded: number; total: number }) => void;
}

/**
 * Whole rows of examples: a data set, or numbers whose count is a multiple of the model's width; those of a
 * Float64Array are rounded to float32.
 */
export type Examples = Dataset | Float32Array | Float64Array;

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
   * `size` random bits and the same shifted by one place or none. Labels: 0 left, 1 same, 2 right. `size` 3 to 64.
   * Without a `count` all of them, for sizes up to 10.
   */
  | { kind: 'shifter'; size: number; count?: number; seed?: number }
  /** Digit-like 28 x 28 images from parametrised strokes, labelled. `count` 1 to 1,000,000; `first`: where to begin. */
  | { kind: 'stroke-digits'; count: number; seed?: number; first?: number };

export interface Dataset {
  readonly count: number;
  readonly width: number;
  /**
   * How one example is laid out: `[28, 28]` for IDX images of that size, `shape` less its first entry for pixels; else
   * `[width]`.
   */
  readonly itemShape: readonly number[];
  /** Largest label plus one; 0 without labels. */
  readonly labelCount: number;
  /** Whether every value is 0 or 1, and so kept as a bit. */
  readonly binary: boolean;
  /** Some rows as floats. */
  rows(first: number, count: number): Promise<Tensor>;
  /** The labels of some rows; empty without labels. */
  labels(first: number, count: number): Promise<Uint16Array>;
  /** Of each column. */
  mean(): Promise<Tensor>;
  deviation(): Promise<Tensor>;
  /**
   * The same examples with each column less its mean and divided by its standard deviation, as Gaussian units like
   * them; constant columns become 0. Without an argument by its own mean and deviation; test data take those of the
   * training data.
   */
  standardised(by?: { mean: Float32Array | Float64Array; deviation: Float32Array | Float64Array }): Promise<Dataset>;
  /** A new data set of the rows with this label, or of `count` rows from `first` on. */
  subset(which: { label: number } | { first: number; count: number }): Promise<Dataset>;
  dispose(): void;
  [Symbol.dispose](): void;
}

/**
 * - `'cd'`: contrastive divergence, k Gibbs steps from the data (Hinton 2002)
 * - `'pcd'`: persistent contrastive divergence, chains that go on from batch to batch (Tieleman 2008)
 * - `'fpcd'`: the same, with fast weights that drive the chains on (Tieleman and Hinton 2009)
 * - `'pt'`: parallel tempering, chains with replicas at higher temperatures (Desjardins et al. 2010; Cho, Raiko and
 *   Ilin 2010)
 * - `'mean-field'`: k steps from means to means from the data, nothing is sampled (Welling and Hinton 2002)
 * - `'exact'`: the gradient itself, by enumeration; for models with a side of at most 16 units, 2^16 states with labels
 */
export type LearningRule = 'cd' | 'pcd' | 'fpcd' | 'pt' | 'mean-field' | 'exact';

/** How a gradient moves parameters: the same for every kind of model, but for their rates and defaults. */
export interface OptimizerOptions {
  /** Reached in the last epoch of this call, 0 to 100; unless given the learning rate stays. */
  finalLearningRate?: number;
  /** The way to `finalLearningRate`, epoch by epoch: equal steps (`'linear'`, default) or equal ratios. */
  learningRateSchedule?: 'linear' | 'exponential';
  /** Gradient ascent with momentum (`'sgd'`, default), or Adam (Kingma and Ba 2015). */
  optimizer?: 'sgd' | 'adam';
  /**
   * Of `'sgd'`: momentum of the first `initialMomentumEpochs` epochs of a model's life (Hinton 2012, section 9), 0 to
   * below 1; default 0.5.
   */
  initialMomentum?: number;
  /** Of `'sgd'`: 0 to 1,000,000; default 0. */
  initialMomentumEpochs?: number;
  /** Of `'adam'`: what stays of the gradient's running mean after a mini-batch, 0 to below 1; default 0.9. */
  beta1?: number;
  /** Of `'adam'`: what stays of the running mean of its squares, above `beta1` squared and below 1; default 0.999. */
  beta2?: number;
  /** Of `'adam'`: added to the root of that mean, 1e-12 to 1; default 1e-8. */
  epsilon?: number;
  /** L1 on the weights, not on the biases, 0 to 100; default 0. */
  l1?: number;
}

export interface TrainOptions extends OptimizerOptions {
  /** Epochs to train, added to what the model has had. 0 to 1,000,000; default 10. */
  epochs?: number;
  /**
   * Stop after that many mini-batches, in the middle of an epoch if need be, or after `epochs`, whichever comes first.
   * The next call with the same data and batch size goes on at that batch: 3 batches and 7 more equal 10. The last
   * entry of the history is then the part of the epoch that is done (`epochEnded` false).
   */
  batches?: number;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Above 0, at most 100; default 0.05. */
  learningRate?: number;
  /** Of `'sgd'`: 0 to below 1; default 0.9. */
  momentum?: number;
  /**
   * Of the logarithms of standard deviations, for Gaussian units that learn them (`learnedSigma`); 0 to 100, default:
   * the learning rate. They take plain steps with momentum, whatever the optimizer (Cho, Ilin and Raiko 2011).
   */
  sigmaLearningRate?: number;
  /** L2 on the weights, not on the biases, 0 to 100 (Hinton 2012, section 10); default 2e-4. */
  weightDecay?: number;
  /** Where the model's side of the gradient comes from; default `'cd'`. */
  method?: LearningRule;
  /** Gibbs steps a mini-batch (mean-field steps with `'mean-field'`), 1 to 10,000; default 1. */
  k?: number;
  /** Reached in equal steps, rounded, in the last epoch of this call, 1 to 10,000; unless given k stays. */
  finalK?: number;
  /** Persistent chains, 1 to 65,536; unless given as many as the batch size. */
  chains?: number;
  /**
   * Share of the persistent chains, 0 to 1, with a label held, each label in turn: they learn p(v | label), which is
   * what a dream of that label shows. For models with labels; default 0.
   */
  clampedChains?: number;
  /**
   * Chance, 0 to 1, that a persistent chain starts anew from fair coins before a mini-batch: learning then meets what
   * chains pass through that start at random, as dreams do. Default 0.
   */
  restarts?: number;
  /** Of `'fpcd'`: learning rate of the fast weights, 0 to 100; default: `learningRate`. */
  fastLearningRate?: number;
  /** Of `'fpcd'`: what stays of the fast weights after a mini-batch, 0 to 1; default 0.95, as in the paper. */
  fastDecay?: number;
  /** Of `'pt'`: replicas of every chain, 2 to 100, at inverse temperatures evenly from 1 down to 0; default 10. */
  temperatures?: number;
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
  /**
   * Both sides less their mean activity (Melchior, Fischer and Wiskott 2016): learning that does not care whether the
   * data are flipped, and goes faster. The means start at those of the data. The model stays a plain one. Default
   * false.
   */
  centering?: boolean;
  /** How fast the means follow each mini-batch's, 0 to 1; default 0.01. */
  centeringRate?: number;
  /**
   * Mean activity that hidden units are drawn to, 0 to below 1 (Hinton 2012, section 11); needs a `sparsityCost`.
   * Default 0.
   */
  sparsityTarget?: number;
  /** How strongly, 0 to 1000: cost * (target - mean activity) is added to the gradient of a unit's input. Default 0. */
  sparsityCost?: number;
  /** What stays of the running mean activity after a mini-batch, 0 to below 1; default 0.9. */
  sparsityDecay?: number;
  /**
   * Chance that a hidden unit is left out for an example, 0 to below 1, the same units in both phases (Srivastava et
   * al. 2014). Default 0. With methods `'cd'`, `'mean-field'`, `'pcd'` and `'fpcd'`.
   */
  dropout?: number;
  /**
   * For models with labels: maximise log p(v, y) (`'generative'`, default), log p(y | v), whose gradient is exact, or
   * log p(y | v) + `generativeWeight` log p(v, y) (Larochelle and Bengio 2008). The last two need units with an energy:
   * not `noisy-relu`.
   */
  objective?: 'generative' | 'discriminative' | 'hybrid';
  /** Of `'hybrid'`: 0 to 1000; default 0.01. */
  generativeWeight?: number;
  /** How much each example counts, in the order of the data set: 0 or more, not all 0. Default: all the same. */
  weights?: ArrayLike<number>;
  /**
   * Which values are known, in the shape of the data: 0 missing, 1 known. What is missing is drawn given the others
   * before each mini-batch. For RBMs.
   */
  mask?: Dataset;
  /** Gibbs steps that draw what is missing, 1 to 10,000; default 1. */
  missingSteps?: number;
  /** 0 to 2^53 - 1; default: the model's. */
  seed?: number;
  /** Whether progress has `statistics`; default false. */
  statistics?: boolean;
  /** Data kept apart: its free energy, less that of as many training examples, shows overfitting. */
  validation?: Dataset;
  /**
   * Called after slices of work, at most about 30 times a second, and at the end of every epoch; of epochs that take
   * less than a thirtieth of a second not every one is told here, but all are in the history.
   */
  onProgress?: (progress: TrainProgress) => void;
  /** Aborting rejects with `signal.reason`; the model stays as after its last whole batch and can go on training. */
  signal?: AbortSignal;
}

/** One set of options for all layers, or overrides a layer, lowest first. */
export interface DbnTrainOptions extends TrainOptions {
  layers?: Partial<Omit<TrainOptions, 'batches' | 'validation' | 'mask' | 'statistics' | 'onProgress' | 'signal'>>[];
  /**
   * Whether each untrained layer that is as wide as the one two below it (in a net of 784, 500, 784 units the second
   * RBM) starts from the transpose of the trained layer below, where the variational bound is tight (Hinton, Osindero
   * and Teh 2006). Default false.
   */
  startFromTranspose?: boolean;
}

/** How mean-field inference goes on: odd and even layers in turn, until the means hold. */
export interface MeanFieldOptions {
  /** Iterations at most, 1 to 100,000; default 50, in training 10. */
  meanFieldSteps?: number;
  /**
   * An example is done when an iteration has moved none of its means further; 0 to 1, default 1e-5, in training 1e-4.
   */
  meanFieldTolerance?: number;
  /** Part of the old means that an iteration keeps, 0 to below 1; default 0. */
  meanFieldDamping?: number;
}

/**
 * Training of a deep Boltzmann machine (Salakhutdinov and Hinton 2009): RBMs layer by layer, and then all layers at
 * once, with mean-field inference for the data and persistent chains for the model. `batches`, `validation`,
 * `onProgress` and `signal` are as in {@link TrainOptions}; in pretraining there is no free energy to report.
 */
export interface DbmTrainOptions
  extends
    OptimizerOptions,
    MeanFieldOptions,
    Pick<TrainOptions, 'batches' | 'validation' | 'statistics' | 'onProgress' | 'signal' | 'dataStates' | 'seed'> {
  /**
   * Of the RBMs, one set of options for all or one each, lowest first; `false` for none. Ignored where the model has
   * had its pretraining or has begun joint training. Default: `{}`, or with centering `false`.
   */
  pretraining?: PretrainingOptions | PretrainingOptions[] | false;
  /** Epochs of joint training, added to what the model has had. 0 (pretraining only) to 1,000,000; default 10. */
  epochs?: number;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Above 0, at most 100; default 0.005. */
  learningRate?: number;
  /** Of `'sgd'`: 0 to below 1; default 0.5. */
  momentum?: number;
  /** L2 on the weights, not on the biases, 0 to 100; default 2e-4. */
  weightDecay?: number;
  /** Gibbs steps of the persistent chains a mini-batch, 1 to 10,000; default 5. */
  k?: number;
  /** Persistent chains, 1 to 65,536; unless given as many as the batch size. */
  chains?: number;
  /**
   * Learns from states less their running means (Montavon and Müller 2012; Melchior, Fischer and Wiskott 2016). Default
   * false.
   */
  centering?: boolean;
  /** Part of a mini-batch's means in the running means, 0 to 1; default 0.01. */
  centeringRate?: number;
  /** Whether an untrained model's visible biases, where all are 0, start at the log-odds of the data; default true. */
  visibleBiasFromData?: boolean;
}

export type PretrainingOptions = Omit<
  TrainOptions,
  'batches' | 'validation' | 'mask' | 'statistics' | 'onProgress' | 'signal'
>;

export interface TrainProgress {
  /**
   * The layer in training, 0 the lowest; always 0 for an RBM. Of a DBM: the RBM in pretraining, or as many as there
   * are.
   */
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
  /** With `statistics`. */
  statistics?: TrainStatistics;
}

/** Activities are of the hidden units given the data, over the present epoch (the last, at its end). */
export interface TrainStatistics {
  /** Root of the sum of squares of the weights. */
  weightNorm: number;
  /** The same of the last mini-batch's change of them. */
  updateNorm: number;
  /** `updateNorm / weightNorm`; Hinton (2012, section 7) advises about 1e-3. */
  updateRatio: number;
  /** Hidden units whose mean activity is below 0.01. */
  deadUnits: number;
  /** Hidden units whose mean activity is above 0.99. */
  saturatedUnits: number;
  /** Of all hidden units. */
  meanActivity: number;
  /** Parallel tempering: share of the swaps accepted in the last mini-batch. */
  swapRate?: number;
}

/** One entry an epoch. */
export type TrainHistory = TrainProgress[];

/** Options of a training that lasts: those of `train` but for what `run` takes. */
export type TrainingOptions<Options> = Omit<Options, 'onProgress' | 'signal'>;

/** What can be changed on the way; options that can't be, such as the batch size, are refused by name. */
export type TrainingChanges<Options> = Partial<
  Omit<Options, 'epochs' | 'batches' | 'validation' | 'mask' | 'onProgress' | 'signal'>
>;

/** How far to run: to whichever comes first; unless either is given, to the training's end. */
export interface RunOptions {
  /** That many mini-batches, 1 or more. */
  batches?: number;
  /** Until that many epochs have ended, 1 or more; an epoch that is under way counts as one. */
  epochs?: number;
  /** As in {@link TrainOptions}. */
  onProgress?: (progress: TrainProgress) => void;
  /** Aborting rejects with `signal.reason`; the training stays as after its last whole batch, and can run on. */
  signal?: AbortSignal;
}

/**
 * A training that lasts: its options were checked when it began, it runs in portions, and options can be changed on the
 * way. Until its end or until it is disposed of, the model is `busy` for another and for new parameters.
 */
export interface Training<Options = TrainOptions> {
  /** As last heard of. */
  readonly progress: TrainProgress;
  /** One entry an epoch that has ended; in the asynchronous API complete whenever no `run` is under way. */
  readonly history: TrainHistory;
  /** Trains on, and resolves with the progress then. One `run` at a time: a `busy` error. */
  run(options?: RunOptions): Promise<TrainProgress>;
  /** Of the present epoch; `undefined` before the first mini-batch, and for models that have none. */
  statistics(): Promise<TrainStatistics | undefined>;
  /** From the next mini-batch on. Also while it runs. */
  change(options: TrainingChanges<Options>): Promise<void>;
  /** Frees what the training holds. The model stays as it is, and can go on in another. */
  dispose(): void;
  [Symbol.dispose](): void;
}

/** Why a training would be refused; `option` is the one to change, where it is one. */
export interface OptionProblem {
  option?: string;
  message: string;
}

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
  /**
   * RBM and DBM: visible units to hold (mask not 0) and where (at a value that they can have); one row, or one a chain.
   */
  clamp?: { values: Float32Array | Float64Array; mask: Float32Array | Float64Array };
  /** Label to hold, for models with labels; `null` is free. One for all chains or one each. */
  label?: Label | Label[];
  /** Of `replicated-softmax` units: the words of each document. */
  words?: number;
  /** Where the chains start: one row, or one a chain. Unless given: fair coins. */
  start?: Float32Array | Float64Array;
  seed?: number;
  signal?: AbortSignal;
}

export interface Samples {
  /**
   * Means of the visible units in the last step, chains x visible; for a DBN those that the top's states generate
   * downwards.
   */
  means: Tensor;
  /**
   * Sampled states of the visible units, chains x visible; for a DBN of the layer below the top, chains x its units.
   */
  states: Tensor;
  /**
   * Sampled states of the hidden units that led to the last step: of an RBM, a DBN's top, or a DBM's first hidden
   * layer.
   */
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
  startFrom(x: Float32Array | Float64Array): void;
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

/** What every kind of model has. */
export interface ModelBase<Options> {
  readonly visible: number;
  readonly seed: number;
  /** What was saved with the file, for opened models. */
  readonly notes: Record<string, string>;
  /** A {@link Training}, run to its end. */
  train(data: Dataset, options?: Options): Promise<TrainHistory>;
  /** Begins a training that lasts; refuses at once what does not suit the model, the data, or the other options. */
  training(data: Dataset, options?: TrainingOptions<Options>): Promise<Training<Options>>;
  /** What a training with these options would be refused for, without beginning it; empty when all is well. */
  check(data: Dataset, options?: TrainingOptions<Options>): Promise<OptionProblem[]>;
  save(options?: SaveOptions): Promise<Uint8Array<ArrayBuffer>>;
  /**
   * A hash of the parameters' bits: the same for the same seed, data and options on every machine. 16 hexadecimal
   * digits.
   */
  fingerprint(): Promise<string>;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** What every Boltzmann machine has, and DBNs, whose top is one. */
export interface BoltzmannBase<Options> extends ModelBase<Options> {
  readonly labels: number;
  /** The label of lowest free energy of each row. For models with labels, as are the next two. */
  predict(x: Examples): Promise<Uint16Array>;
  classify(x: Examples): Promise<Classification>;
  /** p(y | v) from a few mean-field iterations that start at a neutral label: rows x labels. */
  classifyByIteration(x: Examples, options?: { iterations?: number }): Promise<Tensor>;
  /**
   * Mean of v after `steps` of Gibbs sampling (for a DBN at its top RBM; 0: straight up and down, for a DBM too).
   * Default 1.
   */
  reconstruct(x: Examples, options?: { steps?: number; seed?: number; temperature?: number }): Promise<Tensor>;
  sample(options?: GibbsOptions): Promise<Samples>;
  dream(options?: DreamOptions): Dream;
}

/**
 * What a unit's state is, given its total input a and a temperature T:
 * - `bernoulli`: 0 or 1, p(1) = sigmoid(a / T).
 * - `gaussian`: real, N(a, sigma^2 T). It enters the interaction as s / sigma^2 (Cho, Ilin and Raiko 2011).
 * - `softmax`: groups of units, of which one is on.
 * - `replicated-softmax`: counts of words that add up to the length of the document; the hidden biases are multiplied
 *   with that
 *   length (Salakhutdinov and Hinton 2009). Visible side only.
 * - `relu`: not negative, a normal distribution N(a, T) cut off at zero.
 * - `noisy-relu`: max(0, a + N(0, T sigmoid(a / T))) (Nair and Hinton 2010). For sampling and learning only: it has no
 *   energy, so that free energies and log Z are refused.
 * - `spin`: -1 or 1, p(s) ~ exp(a s / T), as physicists write Ising models. Data between are means.
 */
export type UnitType = 'bernoulli' | 'gaussian' | 'softmax' | 'replicated-softmax' | 'relu' | 'noisy-relu' | 'spin';

/**
 * The units of one side. Standard deviations of Gaussian units start at 1 (so standardise the data: {@link
 * Dataset.standardised}) and stay there, or are learned, kept from 0.01 to 100. `groups`: the number of states of each
 * softmax group.
 */
export type Units =
  | Exclude<UnitType, 'softmax'>
  | { type: Exclude<UnitType, 'softmax' | 'gaussian'> }
  | { type: 'gaussian'; learnedSigma?: boolean }
  | { type: 'softmax'; groups: number[] };

export interface UnitDescription {
  readonly type: UnitType;
  readonly groups?: readonly number[];
  readonly learnedSigma?: boolean;
}

export interface RbmOptions {
  visible: number;
  hidden: number;
  /** Size of the softmax group of labels joined to the visible side; default 0, none. */
  labels?: number;
  /** Default `'bernoulli'`, as for the hidden units. */
  visibleUnits?: Units;
  hiddenUnits?: Units;
  seed?: number;
}

export interface LogPartitionOptions {
  /**
   * Enumeration (of two Gaussian sides a closed form), or annealed importance sampling (Salakhutdinov and Murray 2008),
   * which the options below are for. Default `'exact'`.
   */
  method?: 'exact' | 'ais';
  /** Independent runs, 2 to 65,536; default 100. */
  runs?: number;
  /** Intermediate distributions, 1 to 10,000,000; default 10,000. */
  betas?: number;
  /** How the betas are spread from 0 to 1: evenly, or as in the paper most of them near 1. Default `'linear'`. */
  schedule?: 'linear' | 'late';
  /** Of `replicated-softmax` units: the words of a document. Every length has a partition function of its own. */
  words?: number;
  /** Its means are the base rates that the runs start from; without it, the model's visible biases are. */
  data?: Dataset;
  /**
   * Also anneal backwards, from the model to the base (Burda, Grosse and Salakhutdinov 2015): about twice the time, or
   * more. From exact samples, where the model can be enumerated, the result is an upper bound of log Z in expectation;
   * elsewhere it starts from Gibbs chains (at examples of `data`, if given) and is a check, not a bound. Default false.
   */
  reverse?: boolean;
  /** Of `reverse` from chains: their Gibbs steps before it begins, 0 to 10,000,000; unless given as many as betas. */
  startSteps?: number;
  /** 0 to 2^53 - 1; default: the model's. */
  seed?: number;
  /** 0 to 1, now and then. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

/**
 * In nats. `low` and `high` are log(Z - 3 s) and log(Z + 3 s), s the estimated standard error of Z; exact ones equal
 * `logZ`. AIS that has not converged is too low rather than too high, and its error then too small.
 */
export interface LogPartition {
  logZ: number;
  low: number;
  high: number;
  /**
   * With `reverse`: the estimate from above, `start` telling whether it is a bound (`'exact'`) or a check (`'chains'`).
   */
  reverse?: { logZ: number; low: number; high: number; start: 'exact' | 'chains' };
  /** Where the two directions disagree by more than a nat: likelihoods from this log Z may flatter the model. */
  warning?: string;
}

/** A mean over examples, in nats, and its standard error (Infinity for a single example). */
export interface Average {
  mean: number;
  error: number;
}

/** For estimates that take long. */
export interface EstimateOptions {
  /** 0 to 1, now and then. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

export interface PseudoLikelihoodOptions extends EstimateOptions {
  /** One random unit an example in place of all of them: the same in the mean, much faster, noisier. Default false. */
  stochastic?: boolean;
  /** Of which units; 0 to 2^53 - 1; default: the model's. */
  seed?: number;
}

export interface FreeEnergyGap {
  /** `validation` less `training`, and its standard error. */
  gap: number;
  error: number;
  /** Mean free energies. */
  training: number;
  validation: number;
}

export interface BoundOptions extends EstimateOptions {
  /** Of the top RBM: from `dbn.logPartition()`. */
  logZ: number;
  /** Samples of the hidden states an example, 2 to 10,000; default 10. */
  samples?: number;
  /** Of the samples; 0 to 2^53 - 1; default: the model's. */
  seed?: number;
}

export interface Bound extends Average {
  /** The part of the error that more samples would lessen: the standard error given these examples. */
  monteCarloError: number;
}

export interface FeatureOptions extends EstimateOptions {
  /**
   * `'sum'` (default): the weighted sum of the features below, W1 W2 ... (Lee, Grosse, Ranganath and Ng 2009), in units
   * of a weight. `'maximisation'`: the image that drives the unit most, by gradient ascent from the weighted sum
   * (Erhan, Bengio, Courville and Vincent 2009), which the options from `iterations` on are for.
   */
  method?: 'sum' | 'maximisation';
  /** Which units of the layer, in this order; default: all. */
  units?: ArrayLike<number>;
  /** 1 to 100,000; default 200. */
  iterations?: number;
  /** The most that a pixel changes in the first iteration, above 0 to 10; it falls to 0 linearly. Default 0.1. */
  rate?: number;
  /** What is raised: the unit's input (default), or its mean. */
  response?: 'input' | 'mean';
  /**
   * The Euclidean norm that the image keeps, above 0 to 1,000,000; unless given, pixels stay in [0, 1] instead.
   * Gaussian visible units need one.
   */
  norm?: number;
}

/**
 * W: visible x hidden, b: visible, c: hidden; with labels U: labels x hidden and d: labels. The standard deviations of
 * Gaussian units: `sigmaV`, `sigmaH`.
 */
export interface RbmParameters {
  W: Tensor;
  b: Tensor;
  c: Tensor;
  U?: Tensor;
  d?: Tensor;
  sigmaV?: Tensor;
  sigmaH?: Tensor;
}

/** The same as plain arrays. Standard deviations may be left out, all of them: they stay as they are then. */
export type RbmParameterArrays = ArraysOf<RbmParameters>;

/** Parameters as plain arrays, row by row, in place of tensors. */
export type ArraysOf<P> = {
  [K in keyof P]: P[K] extends Tensor[] | undefined ? readonly Float32Array[] : Float32Array;
};

export interface Rbm extends BoltzmannBase<TrainOptions> {
  readonly kind: 'rbm';
  readonly hiddenUnits: number;
  readonly units: { readonly visible: UnitDescription; readonly hidden: UnitDescription };
  /** F(v), one a row; with `labels`, F(v, y). */
  freeEnergy(x: Examples, options?: { labels?: ArrayLike<number> }): Promise<Tensor>;
  /** Means of the hidden units, p(h = 1 | v) for Bernoulli: rows x hidden. */
  hiddenMeans(x: Examples): Promise<Tensor>;
  /**
   * Means of the visible units, p(v = 1 | h) for Bernoulli, the distribution of one word for counts: rows x visible.
   */
  visibleMeans(h: Float32Array | Float64Array): Promise<Tensor>;
  /**
   * States of the hidden units drawn from p(h | v), one row for each of `x` (states of the visible units, or means of
   * them): rows x hidden. Label units count as off. The same seed gives the same states; without one it is the model's.
   */
  sampleHidden(x: Examples, options?: { seed?: number; temperature?: number }): Promise<Tensor>;
  /**
   * States of the visible units drawn from p(v | h), without the label units: rows x visible. Counts of words need
   * `words`, the length of each document. A `RangeError` for values that hidden units cannot have or average to.
   */
  sampleVisible(h: Float32Array, options?: { seed?: number; temperature?: number; words?: number }): Promise<Tensor>;
  /**
   * Exact by enumeration, for models with a side of at most 25 units, and in closed form for Gaussian units on both
   * sides (at most 4,096 on one); by annealed importance sampling for all.
   */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /** Mean of log p(v) over the rows, in nats. */
  logLikelihood(x: Dataset, options: { logZ: number }): Promise<number>;
  /**
   * Mean log pseudo-likelihood of the rows (Besag 1975): the sum over the visible units of log p(unit | all others), a
   * label being one more unit; a model with labels needs a data set with labels. Needs no log Z. A softmax group counts
   * as one unit, every word of a document as one; of Gaussian and relu units p is a density.
   */
  pseudoLikelihood(x: Examples, options?: PseudoLikelihoodOptions): Promise<Average>;
  /**
   * Mean free energy of data kept apart less that of training data: a gap that grows is overfitting (Hinton 2012,
   * section 6).
   */
  freeEnergyGap(training: Dataset, validation: Dataset, options?: EstimateOptions): Promise<FreeEnergyGap>;
  /** Epochs of training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<RbmParameters>;
  /** Sets them and forgets momentum, chains and counters. */
  setParameters(parameters: RbmParameterArrays): Promise<void>;
}

export interface DbnOptions {
  /** Units of each layer, visible first; at least two. */
  layers: readonly number[];
  labels?: number;
  /** One a layer, visible first; default all Bernoulli. */
  units?: readonly Units[];
  seed?: number;
}

export interface Dbn extends BoltzmannBase<DbnTrainOptions> {
  readonly kind: 'dbn';
  readonly layers: readonly number[];
  /** One a layer. */
  readonly units: readonly UnitDescription[];
  /** Means of a layer's units, from the means below: rows x units. 1 is the first hidden layer. */
  up(x: Examples, layer: number): Promise<Tensor>;
  /** Of the top RBM, as {@link Rbm.logPartition}; of `data`, up to 200 examples are passed up to it. */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /**
   * A lower bound of the mean log p(v) over the rows, and of log p(v, y) for data with labels where the net has label
   * units, by samples of the hidden states (Salakhutdinov and Murray 2008, section 4). The layers between the visible
   * one and the last must be Bernoulli units.
   */
  bound(x: Examples, options: BoundOptions): Promise<Bound>;
  /** What units of a layer (1: the first hidden) respond to, as images: units x visible. */
  features(layer: number, options?: FeatureOptions): Promise<Tensor>;
  parameters(layer: number): Promise<RbmParameters>;
}

export interface DbmOptions {
  /** Units of each layer, visible first: 3 to 16 of them. */
  layers: readonly number[];
  /** Size of the softmax group of labels joined to the top layer; default 0, none. */
  labels?: number;
  seed?: number;
}

/**
 * W[l]: units of layer l x units of layer l + 1; b[l]: units of layer l; with labels U: labels x units of the top, d:
 * labels.
 */
export interface DbmParameters {
  W: Tensor[];
  b: Tensor[];
  U?: Tensor;
  d?: Tensor;
}

/**
 * A deep Boltzmann machine. Its posterior has no closed form: `predict`, `classify` and `freeEnergy` are by mean-field
 * inference, whose free energy is an upper bound on -log p*(v).
 */
export interface Dbm extends BoltzmannBase<DbmTrainOptions> {
  readonly kind: 'dbm';
  readonly layers: readonly number[];
  /** Mean-field means of the hidden layers, lowest first: rows x units each. */
  hiddenMeans(x: Examples, options?: MeanFieldOptions): Promise<Tensor[]>;
  /** Expected energy less entropy under the mean-field means, in nats, one a row; with `labels`, those are held. */
  freeEnergy(x: Examples, options?: MeanFieldOptions & { labels?: ArrayLike<number> }): Promise<Tensor>;
  /** Variational lower bound on log p(v), or with `labels` on log p(v, y), in nats: -freeEnergy - logZ, one a row. */
  bound(x: Examples, options: MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> }): Promise<Tensor>;
  /**
   * Exact by enumeration, for models with at most 25 units in the odd layers or in the even ones (labels count as the
   * layer after the top); by annealed importance sampling over the odd layers for all.
   */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /** Epochs of joint training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<DbmParameters>;
  setParameters(parameters: ArraysOf<DbmParameters>): Promise<void>;
}

export interface SbnOptions {
  /** Units of each layer, visible first; 2 to 16 layers. */
  layers: readonly number[];
  /** 0 to 2^53 - 1; default 1. */
  seed?: number;
}

export interface SbnTrainOptions extends OptimizerOptions {
  /** Epochs to train, added to what the net has had. 0 to 1,000,000; default 10. */
  epochs?: number;
  /** Stop after that many mini-batches, as for other models. */
  batches?: number;
  /** Whether progress has `statistics`; default false. */
  statistics?: boolean;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Above 0, at most 100; default 0.05. */
  learningRate?: number;
  /** Of `'sgd'`: 0 to below 1; default 0: plain gradient steps. */
  momentum?: number;
  /** L2 on the weights, not on the biases. 0 to 100; default 0. */
  weightDecay?: number;
  /**
   * Where the hidden states come from that the delta rule learns from. `'wake-sleep'` (default; Hinton, Dayan, Frey and
   * Neal 1995): from recognition weights, which learn from fantasies. `'gibbs'` (Neal 1992): from the posterior, by
   * sweeps of Gibbs sampling. `'exact'`: all of them, weighted by the exact posterior, which is the gradient of log
   * p(v); at most 16 hidden units. `'observed'`: from the data, whose examples hold the states of all layers, visible
   * first. `'cd'`: contrastive divergence as if each pair of layers were an RBM, which does not learn such a net: it is
   * here to be seen failing.
   */
  method?: 'wake-sleep' | 'gibbs' | 'exact' | 'observed' | 'cd';
  /** `'gibbs'`: sweeps over all hidden units a mini-batch; `'cd'`: times down and up. 1 to 10,000; default 5. */
  sweeps?: number;
  /** `'gibbs'`: whether an example's hidden states go on where they were when it was last shown; default true. */
  persistent?: boolean;
  /** Whether an untrained net's visible biases, where all are 0, start at the log-odds of the data; default true. */
  visibleBiasFromData?: boolean;
  /** 0 to 2^53 - 1; default: the net's. */
  seed?: number;
  /**
   * As for other models. `reconstructionError` is of the visible means given the hidden states that were learned from.
   */
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
 * W[l]: units of layer l x units of layer l + 1, from parents to children; b[l]: units of layer l. With recognition
 * weights R[l] in the shape of W[l], and c[l]: units of layer l + 1.
 */
export interface SbnParameters {
  W: Tensor[];
  b: Tensor[];
  R?: Tensor[];
  c?: Tensor[];
}

/** The same as plain arrays. R and c come together; without them a net keeps those it has. */
export type SbnParameterArrays = ArraysOf<SbnParameters>;

/**
 * The sigmoid belief net (Neal 1992): binary units in layers, each on with probability sigmoid(b_i + sum_j W_ij s_j),
 * s_j the states of the layer above. Examples are states of the visible units, 0 or 1; grey ones are sampled in
 * training and refused elsewhere.
 */
export interface Sbn extends ModelBase<SbnTrainOptions> {
  readonly kind: 'sbn';
  readonly layers: readonly number[];
  /** From the top layer down. `count` 1 to 1,048,576; default 1. */
  sample(options?: { count?: number; seed?: number }): Promise<SbnSamples>;
  /** p(h = 1 | v) of each hidden layer, the lowest first (rows x units), by Gibbs sampling. */
  posterior(x: Examples, options?: SbnPosteriorOptions): Promise<Tensor[]>;
  /**
   * The same, and log p(v), by summing over all hidden states: for nets of at most 25 hidden units, a `RangeError` for
   * others.
   */
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
}

export type Model = Rbm | Dbn | Dbm | Sbn;

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
 * Strokes, or a picture. In a picture that is transparent anywhere, what is opaque is ink; in others the ink is what
 * differs from the border: dark on bright, or bright on dark.
 */
export type Drawing = readonly Stroke[] | Picture;

/** What an option needs: another one that has one of these values, is above a number, or is given. */
export interface OptionNeed {
  option: string;
  is?: (string | boolean)[];
  above?: number;
  given?: true;
  /** Only while the option itself has one of these values, or is above that number. */
  when?: (string | boolean)[];
  whenAbove?: number;
}

export interface OptionDescription {
  name: string;
  type: 'number' | 'integer' | 'boolean' | 'word' | 'numbers' | 'dataset';
  /** Without one, `help` says what holds when the option is not given. */
  default?: number | boolean | string;
  above?: number;
  atLeast?: number;
  below?: number;
  atMost?: number;
  words?: string[];
  /** All of them. An option that is given without what it needs is a `TypeError`. */
  needs?: OptionNeed[];
  /** Whether it holds for a whole training: {@link Training.change} refuses another value. */
  fixed?: true;
  /** A sentence without its full stop. */
  help: string;
  /** A paper and its section. */
  source?: string;
}

export interface OptionTables {
  /** Training of RBMs, of a deep belief net's layers, and the pretraining of a deep Boltzmann machine. */
  rbm: OptionDescription[];
  /** Joint training of deep Boltzmann machines. */
  dbm: OptionDescription[];
  sbn: OptionDescription[];
  meanField: OptionDescription[];
  logPartition: OptionDescription[];
}

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
  /** Aborting rejects with `signal.reason`, and frees what was made so far. */
  dataset(source: DatasetSource, options?: { signal?: AbortSignal }): Promise<Dataset>;
  rbm(options: RbmOptions): Promise<Rbm>;
  dbn(options: DbnOptions): Promise<Dbn>;
  dbm(options: DbmOptions): Promise<Dbm>;
  sbn(options: SbnOptions): Promise<Sbn>;
  /** A saved model, typed by its `kind`. A URL is fetched, with progress. */
  open(
    source: FileSource,
    options?: { signal?: AbortSignal; onProgress?: (progress: { loaded: number; total: number }) => void },
  ): Promise<Model>;
  /**
   * A drawing as networks trained on MNIST expect it: 28 x 28 in [0, 1], bright ink, its box fitted to 20 pixels, a pen
   * of constant width for strokes, the centre of mass in the middle. All zeros where there is no ink.
   */
  preprocessDigit(drawing: Drawing): Promise<Tensor>;
  /** All options of training and of estimates, with what is known of each: a page can make its controls of them. */
  describe(): Promise<OptionTables>;
  diagnostics(): Promise<Diagnostics>;
  dispose(): void;
  [Symbol.dispose](): void;
}
