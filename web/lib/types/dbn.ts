// Deep belief nets.
import type { Network } from './network.js';
import type { RbmParameters } from './rbm.js';
import type {
  Abortable,
  BoltzmannBase,
  EstimateOptions,
  Examples,
  LogLikelihood,
  LogPartition,
  LogPartitionOptions,
  OptimizerOptions,
  Tensor,
  TrainOptions,
  UnitDescription,
  Units,
} from './shared.js';

/** One set of options for all layers, or overrides a layer, lowest first. */
export interface DbnTrainOptions extends TrainOptions {
  layers?: (Partial<Omit<TrainOptions, 'batches' | 'validation' | 'mask' | 'statistics' | 'onProgress' | 'signal'>> &
    Pick<DbnTrainOptions, 'patience'>)[];
  /**
   * Early stopping, of each layer by itself: epochs of a layer without a better score of `validation`, which it needs,
   * after which the layer goes back to its best epoch, and training goes on with the next one. 1 to 1,000,000; unless
   * given, all epochs are trained. The score is that of an RBM's `patience`, of the validation data's upward means.
   */
  patience?: number;
  /**
   * Whether each untrained layer that is as wide as the one two below it (in a net of 784, 500, 784 units the second
   * RBM) starts from the transpose of the trained layer below, where the variational bound is tight (Hinton, Osindero
   * and Teh 2006). Default false.
   */
  startFromTranspose?: boolean;
}

/**
 * Up-down learning, the contrastive form of wake-sleep (Hinton, Osindero and Teh 2006, section 5): all layers of a
 * greedily trained DBN with labels learn at once. Its recognition weights, tied to the generative ones until then,
 * learn by themselves from here on, and greedy training is over. All units must be Bernoulli, and the data need labels.
 */
export interface UpDownTrainOptions
  extends
    OptimizerOptions,
    Pick<TrainOptions, 'batches' | 'validation' | 'statistics' | 'onProgress' | 'signal' | 'dataStates' | 'seed'> {
  /** Without it training is greedy. */
  method: 'up-down';
  /**
   * Early stopping: epochs without fewer wrong labels of `validation`, which it needs with labels, after which training
   * ends and the net goes back to its best epoch, its training state with it. 1 to 1,000,000; unless given, all epochs
   * are trained. Each training counts anew, from the net as it finds it.
   */
  patience?: number;
  /** Epochs to train, added to what the net has had of this method. 0 to 1,000,000; default 10. */
  epochs?: number;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Above 0, at most 100; default 0.02. */
  learningRate?: number;
  /** Of `'sgd'`: 0 to below 1; default 0.9. */
  momentum?: number;
  /** L2 on the weights, not on the biases, 0 to 100; default 0. */
  weightDecay?: number;
  /** Gibbs steps of the top RBM a mini-batch in the first third of the epochs, 1 to 10,000; default 3. */
  k?: number;
  /**
   * The same in the last third, 1 to 10,000; default 10. In the second third they are the mean of both, rounded down:
   * 3, 6 and 10, as in the paper.
   */
  finalK?: number;
  /**
   * Whether every mini-batch has each label in the proportion that it has in the data, to within an example or two;
   * default true.
   */
  balanced?: boolean;
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

/** Of a layer: W, b and c of its RBM. */
export interface DbnParameters extends RbmParameters {
  /**
   * Recognition weights in the shape of W, of each layer but the top one after up-down learning: W and b then generate
   * downwards, R and c recognise upwards.
   */
  R?: Tensor;
}

export interface Dbn extends BoltzmannBase<DbnTrainOptions | UpDownTrainOptions> {
  readonly kind: 'dbn';
  readonly layers: readonly number[];
  /** One a layer. */
  readonly units: readonly UnitDescription[];
  /**
   * Means of a layer's units, from the means below: rows x units. 1 is the first hidden layer. At the top label units
   * are summed out, as in {@link Rbm.hiddenMeans}.
   */
  up(x: Examples, layer: number, options?: Abortable): Promise<Tensor>;
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
  parameters(layer: number): Promise<DbnParameters>;
  /**
   * A feed-forward net of the same layers with a softmax of `classes` units on them, at least 2, to be fine-tuned
   * (Hinton, Osindero and Teh 2006). A net with label units has as many classes as these, whose weights the softmax
   * starts with; in others the softmax starts from random weights, by `seed` (0 to 2^53 - 1; default: the net's).
   * Bernoulli units become sigmoids, Gaussian ones linear, rectified ones rectified, a single softmax group a softmax;
   * others are refused.
   */
  toClassifier(options?: { classes?: number; seed?: number }): Promise<Network>;
  /**
   * A feed-forward net up to the top layer, which is its code, and down again by the same weights, untied (Hinton and
   * Salakhutdinov 2006). A top of Gaussian units is a linear code; it is no wider than the visible layer.
   */
  toAutoencoder(options?: { seed?: number }): Promise<Network>;
}
