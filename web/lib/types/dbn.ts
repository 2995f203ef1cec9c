// Deep belief nets.
import type { RbmParameters } from './rbm.js';
import type {
  BoltzmannBase,
  EstimateOptions,
  Examples,
  LogLikelihood,
  LogPartition,
  LogPartitionOptions,
  Tensor,
  TrainOptions,
  UnitDescription,
  Units,
} from './shared.js';

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

export interface BoundOptions extends EstimateOptions {
  /** Of the top RBM: from `dbn.logPartition()`. */
  logZ: number;
  /** Samples of the hidden states an example, 2 to 10,000; default 10. */
  samples?: number;
  /** Of the samples; 0 to 2^53 - 1. Unless given, each call takes the model's next numbers. */
  seed?: number;
  /** Whether labels count: of log p(v, y). Default: where the data set and the net have some. */
  labels?: boolean;
}

/** Of grey values, which count as probabilities: the mean over states drawn from them. */
export interface Bound extends LogLikelihood {
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
  /** What is raised: the unit's input (default), or its mean; with labels its expectation over p(y | below). */
  response?: 'input' | 'mean';
  /**
   * The Euclidean norm that the image keeps, above 0 to 1,000,000; unless given, pixels stay in [0, 1] instead.
   * Gaussian visible units need one.
   */
  norm?: number;
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
  /**
   * Means of a layer's units, from the means below: rows x units. 1 is the first hidden layer. At the top label units
   * are summed out, as in {@link Rbm.hiddenMeans}.
   */
  up(x: Examples, layer: number): Promise<Tensor>;
  /** Of the top RBM, as {@link Rbm.logPartition}; of `data`, up to 200 examples are passed up to it. */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /**
   * A lower bound of the mean log p(v) over the rows, or of log p(v, y) for data with labels where the net has label
   * units, by samples of the hidden states (Salakhutdinov and Murray 2008, section 4). The layers between the visible
   * one and the last must be Bernoulli units.
   */
  bound(x: Examples, options: BoundOptions): Promise<Bound>;
  /** What units of a layer (1: the first hidden) respond to, as images: units x visible. */
  features(layer: number, options?: FeatureOptions): Promise<Tensor>;
  parameters(layer: number): Promise<RbmParameters>;
}
