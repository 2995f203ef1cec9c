// What models of several kinds share: data sets, learning, units, chains, estimates, files.
/** A Uint8Array that is not shared between threads, in the words of every version of TypeScript. */
export type Bytes = ReturnType<Uint8ArrayConstructor['of']>;

/** A result: a fresh array that the caller owns. */
export interface Tensor {
  data: Float32Array;
  shape: number[];
}

/** A Float16Array, in the words of every version of TypeScript. */
export interface HalfArray extends ArrayLike<number>, ArrayBufferView {
  readonly [Symbol.toStringTag]: 'Float16Array';
}

/** Numbers, whole rows of them. A tensor, such as a result of another call, must have rows of the right width. */
export type Rows = Float32Array | Float64Array | HalfArray | Tensor;

/** Numbers as a file has them, row by row. */
export interface NumberArray {
  data: Exclude<Pixels, HalfArray | Uint8ClampedArray>;
  shape: number[];
}

/** A table of a text file. */
export interface NumberTable extends Tensor {
  /** Of the columns, where the first line has them. */
  names?: string[];
}

/** Options of every call that may take long. */
export interface Abortable {
  /** Aborting rejects with `signal.reason`, and nothing has changed. */
  signal?: AbortSignal;
}

/**
 * Whole rows of examples: a data set, or numbers whose count is a multiple of the model's width (a tensor must have
 * rows of it); those of a Float64Array are rounded to float32. A grey value (between the two states of a Bernoulli or
 * spin unit, or in a softmax group) is a mean of states. It enters as it is, in training (unless `dataStates` says
 * otherwise) as in inference, where chains start, and in `reconstruct`. Values of Gaussian and relu units are at most
 * 1e12.
 */
export type Examples = Dataset | Rows;

/** Numbers of any kind but BigInt. */
export type Pixels =
  | Float32Array
  | Float64Array
  | HalfArray
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
  /**
   * NumPy's `.npy`, plain or gzip: the first size counts the examples. Booleans, integers and floats of every width and
   * byte order, in C's or Fortran's order; `scale` as for pixels (booleans need none).
   */
  | { kind: 'npy'; images: FileSource; labels?: FileSource; scale?: number }
  /**
   * NumPy's `.npz`: `images` and `labels` name arrays in it, the only one unless given. In `wakesleep/sync` by
   * `readNpz` of `wakesleep/import`, whose arrays `dataset` takes.
   */
  | { kind: 'npz'; file: FileSource; images?: string; labels?: string; scale?: number }
  /**
   * Text, plain or gzip, an example a line: numbers apart by commas, semicolons, tabs or spaces. The first line may
   * name the columns; empty lines, and those that begin with #, do not count. `labelColumn` has the labels: its number
   * from 0 on, or its name.
   */
  | { kind: 'csv'; images: FileSource; labelColumn?: number | string; scale?: number }
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
  rows(first: number, count: number, options?: Abortable): Promise<Tensor>;
  /** The labels of some rows; empty without labels. */
  labels(first: number, count: number): Promise<Uint16Array>;
  /** Of each column. */
  mean(options?: Abortable): Promise<Tensor>;
  deviation(options?: Abortable): Promise<Tensor>;
  /**
   * The same examples with each column less its mean and divided by its standard deviation, as Gaussian units like
   * them; constant columns become 0. Without an argument by its own mean and deviation; test data take those of the
   * training data.
   */
  standardised(by?: { mean: Rows; deviation: Rows }, options?: Abortable): Promise<Dataset>;
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
 * - `'ptt'`: parallel trajectory tempering (Béreux, Decelle, Furtlehner and Seoane 2026): chains that are exchanged
 *   with past models of the same training, and so stay at equilibrium; log Z is known all along. Below some 100 chains
 *   it is estimated too low
 * - `'mean-field'`: k steps from means to means from the data, nothing is sampled (Welling and Hinton 2002)
 * - `'exact'`: the gradient itself, by enumeration; for models with a side of at most 16 units, 2^16 states with labels
 */
export type LearningRule = 'cd' | 'pcd' | 'fpcd' | 'pt' | 'ptt' | 'mean-field' | 'exact';

/** How a gradient moves parameters: the same for every kind of model, but for their rates and defaults. */
export interface OptimizerOptions {
  /** Reached in the last epoch of this call, 0 to 100; unless given the learning rate stays. */
  finalLearningRate?: number;
  /** The way to `finalLearningRate`, epoch by epoch: equal steps (`'linear'`, default) or equal ratios. */
  learningRateSchedule?: 'linear' | 'exponential';
  /**
   * The epoch of the model's life in which schedules (of learning rates and Gibbs steps) began, 0 to 1,000,000; unless
   * given the present one. A training that was saved goes on as if it had never stopped with this and as many `epochs`
   * as were left.
   */
  scheduleStart?: number;
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
   * Share of the persistent chains, 0 to 1, with a label held, in the data's proportions: they learn p(v | label),
   * which is what a dream of that label shows. With a share of 1 no chain tells how often the labels come in the model:
   * p(y), and so classification, which compares labels by it, is not learned, p(v | label) is. For models with labels;
   * default 0.
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
  /**
   * Of `'ptt'`: how many samples of the ladder's last rung there are a chain, which the chains are exchanged with; 1 to
   * 100, default 10.
   */
  reservoir?: number;
  /**
   * Of `'ptt'`: rungs of the ladder that are kept, each as large as the model; of more, the one whose neighbours are
   * closest goes. 3 to 1000, default 40.
   */
  rungs?: number;
  /**
   * Of `'ptt'`: the model becomes a new rung where the expected share of accepted swaps with the last one falls below
   * this; above 0, below 1, default 0.3.
   */
  rungAcceptance?: number;
  /**
   * Of `'ptt'`: where it falls below this the update is refused, which takes the model back to the last rung and halves
   * the learning rate until 500 mini-batches have gone well; above 0 and below `rungAcceptance`, default 0.1.
   */
  leastAcceptance?: number;
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
  /**
   * How much each example counts, in the order of the data set: 0 or more, not all 0. An example of weight 0 is not
   * there. Default: all the same.
   */
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

/** Of a feed-forward net, means over examples. */
export interface Losses {
  /** What training minimises. */
  loss: number;
  /** The sum over the outputs of squared errors. */
  squaredError: number;
  /** Where labels are learned: the share of examples whose label is not the largest output. */
  errors?: number;
}

export interface TrainProgress {
  /**
   * The layer in training, 0 the lowest; always 0 for an RBM. Of a DBM: the RBM in pretraining, or as many as there
   * are; that number also in up-down learning of a DBN.
   */
  layer: number;
  /** Whole epochs done in this layer, in the model's life. */
  epoch: number;
  /** Batches done of the present epoch. */
  batch: number;
  /** Batches an epoch. */
  batches: number;
  examplesPerSecond: number;
  /** Mean squared error a visible unit (of a feed-forward net: an output), over the present epoch. */
  reconstructionError: number;
  /** 0 to 1 of what was asked for. */
  done: number;
  epochEnded: boolean;
  /** With `validation`, at the end of an epoch: mean free energies of up to 1,000 examples each. */
  freeEnergy?: { training: number; validation: number };
  /**
   * With method `'ptt'`, at the end of an epoch: mean log-likelihoods of up to 1,000 examples each, in nats, by the
   * ladder's log Z. Of grey examples they are lower bounds (see {@link LogLikelihood}); with labels they are of image
   * and label. Of a DBN's upper layers: of the upward means, under the layer in training.
   */
  logLikelihood?: { training: number; validation?: number };
  /**
   * With the `patience` of an RBM or of greedy training, at the end of an epoch: the mean log pseudo-likelihood, in
   * nats, of all validation data; of an upper layer that of their upward means.
   */
  pseudoLikelihood?: { validation: number };
  /** With the `patience` of `'up-down'`, at the end of an epoch: the share of validation data labelled wrongly. */
  errors?: { validation: number };
  /** Of feed-forward nets: each mini-batch before it moved the net, over the present epoch. */
  losses?: Losses;
  /** Of feed-forward nets with `validation`, at the end of an epoch. */
  validation?: Losses;
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
  /** With method `'ptt'`. */
  ladder?: LadderStatistics;
}

/** How the ladder of parallel trajectory tempering stands. */
export interface LadderStatistics {
  /** Past models that are kept, the one without weights among them. */
  rungs: number;
  /** Expected share of accepted swaps between the last rung and the model, before the last mini-batch. */
  acceptance: number;
  /** Integrated autocorrelation time of the last rung's swaps, in sweeps. */
  relaxation: number;
  /** Updates that were refused; each halves the learning rate, and 500 mini-batches without one double it again. */
  refused: number;
  /**
   * log Z in nats: at the end of an epoch that of the model as it is, else as it was at most 50 mini-batches, or a
   * twentieth of all, ago.
   */
  logZ: number;
  /** Its standard error. */
  logZError: number;
}

/** One entry an epoch. */
export type TrainHistory = TrainProgress[];

/** Options of a training that lasts: those of `train` but for what `run` takes. */
export type TrainingOptions<Options> = Options extends unknown ? Omit<Options, 'onProgress' | 'signal'> : never;

/** What can be changed on the way; options that can't be, such as the batch size, are refused by name. */
export type TrainingChanges<Options> = Options extends unknown
  ? Partial<Omit<Options, 'epochs' | 'batches' | 'validation' | 'mask' | 'onProgress' | 'signal'>>
  : never;

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
  clamp?: { values: Rows; mask: Rows };
  /** Label to hold, for models with labels; `null` is free. One for all chains or one each. */
  label?: Label | Label[];
  /** Of `replicated-softmax` visible units: the words of each document. */
  words?: number;
  /**
   * How chains are brought to equilibrium by exchanges with others. `'ladder'`: of an RBM that was trained with
   * method `'ptt'`, in this session or in a resumable file: they climb from a past model that is sampled exactly, and
   * a step is a sweep over all rungs. `'stacked'`: of a DBN, whose bottom RBM is sampled (from its own distribution,
   * which is not the net's), and the RBMs above help it to move between modes (Fernandez-de-Cossio-Diaz et al. 2024).
   * At most 1,000 chains of a ladder; nothing can be held, started from, or hotter.
   */
  tempering?: 'ladder' | 'stacked';
  /** Where the chains start: one row, or one a chain. Unless given: fair coins. */
  start?: Rows;
  /** 0 to 2^53 - 1. Unless given, each call takes the model's next numbers, so that a loop of calls is a chain. */
  seed?: number;
  signal?: AbortSignal;
}

export interface Samples {
  /**
   * Means of the visible units in the last step given the states of the layer above them, chains x visible. Their
   * average over chains, as that of `states`, is E[v].
   */
  means: Tensor;
  /**
   * States of the visible units, drawn from those means: samples of p(v), chains x visible. For a DBN they come from
   * the state of its top by ancestral sampling, drawn in every layer down to the pixels, at temperature 1.
   */
  states: Tensor;
  /**
   * What to draw, chains x visible: the means; for a DBN the means that come straight down, layer by layer, from the
   * means of the layer below its top. They lack the noise of states on the way, and their average is not E[v].
   */
  images: Tensor;
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
  /** Gibbs steps done so far. */
  steps: number;
}

/**
 * Endless: leave the loop, or abort the signal, to free the chains. Frames that are asked for before the last one has
 * come are computed one after the other, each by what was set when it was asked for.
 */
export interface Dream extends AsyncIterableIterator<DreamFrame> {
  /** Holds labels from the next frame on; `null` lets go. */
  clamp(label: Label | Label[]): void;
  /** The next frame starts at these images. */
  startFrom(x: Rows): void;
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

export interface CopyOptions {
  /**
   * With momentum, chains, counters and the place in its random numbers, so that the copy goes on training to the same
   * bits as the model; default true. Without them it has the parameters and the count of epochs, as a file has.
   */
  resumable?: boolean;
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
  save(options?: SaveOptions): Promise<Bytes>;
  /**
   * A hash of the parameters' bits: the same for the same seed, data and options on every machine. 16 hexadecimal
   * digits.
   */
  fingerprint(): Promise<string>;
  /** A model of its own with the same bits, whatever becomes of this one; also while this one trains. */
  copy(options?: CopyOptions): Promise<this>;
  /**
   * A table for people, as Keras prints it: layers with their units, types and tensors, how many parameters there are,
   * epochs of training so far, and where a training that is under way stands.
   */
  summary(): Promise<string>;
  dispose(): void;
  [Symbol.dispose](): void;
}

/** What every Boltzmann machine has, and DBNs, whose top is one. */
export interface BoltzmannBase<Options> extends ModelBase<Options> {
  readonly labels: number;
  /** The label of lowest free energy of each row. For models with labels, as are the next two. */
  predict(x: Examples, options?: Abortable): Promise<Uint16Array>;
  classify(x: Examples, options?: Abortable): Promise<Classification>;
  /** p(y | v) from a few mean-field iterations that start at a neutral label: rows x labels. */
  classifyByIteration(x: Examples, options?: Abortable & { iterations?: number }): Promise<Tensor>;
  /**
   * Mean of v after `steps` of Gibbs sampling (for a DBN at its top RBM, and from there straight down as `images` of
   * {@link Samples} are; 0: straight up and down, for a DBM too). Default 1. Chains of an RBM or a DBN with labels
   * start at a label drawn from p(y | v). Without a `seed`, as in `sample` and `dream`, each call takes the model's
   * next numbers.
   */
  reconstruct(
    x: Examples,
    options?: Abortable & { steps?: number; seed?: number; temperature?: number },
  ): Promise<Tensor>;
  sample(options?: GibbsOptions): Promise<Samples>;
  dream(options?: DreamOptions): Dream;
}

/**
 * What a unit's state is, given its total input a and a temperature T:
 * - `bernoulli`: 0 or 1, p(1) = sigmoid(a / T), to 24 bits: below 2^-25 it is never on.
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
  /**
   * How the betas are spread from 0 to 1: evenly, as in the paper most of them near 1, or (of RBMs and a DBN's top) by
   * equal progress, which a first pass of a tenth of them measures: in equal steps of the integral of the standard
   * deviation of d log p* / d beta (Gelman and Meng 1998). Default `'linear'`.
   */
  schedule?: 'linear' | 'late' | 'adaptive';
  /** Of `replicated-softmax` units: the words of a document. Every length has a partition function of its own. */
  words?: number;
  /** Its means are base rates, and chains of a reverse estimate start at its examples. */
  data?: Dataset;
  /**
   * What the runs start from: the model's visible biases, independent units with the means of `data`, or a uniform
   * base, whose biases are 0. Runs can miss modes that are far from where they start. Unless given, it is that of
   * `data` where there is one, or else the biases.
   */
  base?: 'biases' | 'data' | 'uniform';
  /**
   * Also anneal backwards, from the model to the base (Burda, Grosse and Salakhutdinov 2015): about twice the time, or
   * more. From exact samples, where the model can be enumerated, the result is an upper bound of log Z in expectation;
   * elsewhere it starts from Gibbs chains (at examples of `data`, if given) and is a check, not a bound. Default false.
   */
  reverse?: boolean;
  /** Of `reverse` from chains: their Gibbs steps before it begins, 0 to 10,000,000; unless given as many as betas. */
  startSteps?: number;
  /** Of AIS; 0 to 2^53 - 1. Unless given, each call takes the model's next numbers. */
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
   * Of `'ais'`: (sum of w)^2 / (sum of w^2) over the runs' weights w (Kish 1965), 1 to `runs`. As many equal weights
   * would estimate Z as well. Modes that no run has reached do not show in it.
   */
  effectiveSamples?: number;
  /**
   * With `reverse`: the estimate from above, `start` telling whether it is a bound (`'exact'`) or a check (`'chains'`).
   */
  reverse?: { logZ: number; low: number; high: number; effectiveSamples: number; start: 'exact' | 'chains' };
  /**
   * Where the intervals of the two directions are disjoint, or their estimates more than a nat apart: likelihoods from
   * this log Z may flatter the model. A `base` from which runs come to every mode helps; more `runs` do not.
   */
  warning?: string;
}

/** A mean over examples, in nats, and its standard error (Infinity for a single example). */
export interface Average {
  mean: number;
  error: number;
}

/** A mean of log p over examples. */
export interface LogLikelihood extends Average {
  /** What p is of: visible units, or those and the label. */
  of: 'v' | 'v, y';
  /**
   * Whether some values were grey, that is means of units' states and no states: it is no likelihood then, but a lower
   * bound of the mean log p of the states that could be drawn from them.
   */
  grey: boolean;
}

export interface ScoreOptions {
  /** From `logPartition()`; unless given, the scores lack it. */
  logZ?: number;
  /**
   * The labels of the rows, to score them together; `true`: those of the data set, `false`: none, so that labels are
   * summed out. Default: those of the data set, where it and the model have some.
   */
  labels?: boolean | ArrayLike<number>;
}

/** For estimates that take long. */
export interface EstimateOptions {
  /** 0 to 1, now and then. */
  onProgress?: (done: number) => void;
  signal?: AbortSignal;
}

/** Parameters as plain arrays, row by row, or as the tensors that `parameters()` gives, whose shapes are checked. */
export type ArraysOf<P> = {
  [K in keyof P]: P[K] extends Tensor[] | undefined ? readonly (Float32Array | Tensor)[] : Float32Array | Tensor;
};
