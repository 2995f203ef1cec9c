// Feed-forward nets.
import type {
  Abortable,
  ArraysOf,
  Dataset,
  Examples,
  ModelBase,
  OptimizerOptions,
  Rows,
  Tensor,
  TrainProgress,
} from './shared.js';

/** What a unit makes of its input: 1 / (1 + e^-x), max(0, x), x, or its part in a softmax over the layer. */
export type Activation = 'sigmoid' | 'relu' | 'linear' | 'softmax';

export interface NetworkOptions {
  /** Units of each layer, the inputs first; 2 to 32 layers. */
  layers: readonly number[];
  /**
   * One for each layer above the inputs. Default: sigmoids, with a softmax at the top; of an autoencoder a linear code,
   * with sigmoids everywhere else.
   */
  units?: readonly Activation[];
  /**
   * Makes an autoencoder: the number of the hidden layer that is its code, which is no wider than the input; the net
   * has as many outputs as inputs.
   */
  code?: number;
  /**
   * 0 to 2^53 - 1; default 1. Weights into rectified units are drawn from N(0, 2 / n), n the units below (He et al.
   * 2015), others from N(0, 2 / (n + m)), m the units above (Glorot and Bengio 2010); biases are 0.
   */
  seed?: number;
}

export interface NetworkTrainOptions extends OptimizerOptions {
  /** Epochs to train, added to what the net has had. 0 to 1,000,000; default 10. */
  epochs?: number;
  /** Stop after that many mini-batches, as for other models. */
  batches?: number;
  /** Whether progress has `statistics`; default false. */
  statistics?: boolean;
  /** Examples a mini-batch. 1 to 65,536; default 100. */
  batchSize?: number;
  /** Of `'gradient'`: above 0, at most 100; default 0.05. */
  learningRate?: number;
  /** Of `'sgd'`: 0 to below 1; default 0.9. */
  momentum?: number;
  /** L2 on the weights, not on the biases. 0 to 100; default 0. */
  weightDecay?: number;
  /**
   * How a mini-batch's gradient moves the weights. `'gradient'` (default): by a step of the optimizer.
   * `'conjugate-gradients'`: by line searches in conjugate directions, for mini-batches of about 1,000 (Hinton and
   * Salakhutdinov 2006). `'hessian-free'`: by conjugate gradients on the damped Gauss-Newton matrix, for mini-batches
   * of several thousand (Martens 2010).
   */
  method?: 'gradient' | 'conjugate-gradients' | 'hessian-free';
  /**
   * What is minimised, a mean over examples: - sum_k t_k log y_k (of sigmoids less (1 - t_k) log(1 - y_k) besides), or
   * 1/2 sum_k (y_k - t_k)^2. Unless given, the first for outputs that are sigmoids or a softmax, the second for others.
   */
  loss?: 'cross-entropy' | 'squared-error';
  /**
   * What the outputs are to be: 1 for an example's label and 0 elsewhere, the inputs, or the columns that examples have
   * behind their inputs. Unless given, the inputs for an autoencoder, and labels for other nets.
   */
  targets?: 'labels' | 'inputs' | 'columns';
  /** Chance that an input is left out for an example, 0 to below 1 (Srivastava et al. 2014); default 0. */
  inputDropout?: number;
  /**
   * The same of sigmoid and rectified hidden units; default 0. What stays is divided by the chance to stay, so that the
   * weights are at any time those of the whole net.
   */
  dropout?: number;
  /** The most that the norm of the weights into a unit can be, above 0 to 1,000,000; unless given, without bound. */
  maxNorm?: number;
  /**
   * Chance that an input is set to 0 for an example, 0 to below 1, which the net is to undo (Vincent et al. 2008);
   * default 0.
   */
  corruption?: number;
  /** Standard deviation of the normal noise that is added to inputs, 0 to 100; default 0. */
  noise?: number;
  /** The lowest layers of weights, so many, do not learn. 0 to 31; default 0. */
  frozenLayers?: number;
  /**
   * Epochs without a lower loss of `validation` after which training ends, and the net goes back to its best epoch. 1
   * to 1,000,000; unless given, all epochs are trained.
   */
  patience?: number;
  /** Of `'conjugate-gradients'`: line searches a mini-batch. 1 to 1000; default 3. */
  lineSearches?: number;
  /** Of `'hessian-free'`: iterations of conjugate gradients a mini-batch, at most. 1 to 10,000; default 100. */
  iterations?: number;
  /**
   * Of `'hessian-free'`: what is added to the diagonal of the Gauss-Newton matrix at first; it then follows how well
   * the matrix foretells the loss. Above 0, at most 1,000,000; default 1.
   */
  damping?: number;
  /** 0 to 2^53 - 1; default: the net's. */
  seed?: number;
  /** Data kept apart, with targets of the same kind: each epoch ends with what the net loses on all of them. */
  validation?: Dataset;
  /** As for other models. `reconstructionError` is the mean squared error an output. */
  onProgress?: (progress: TrainProgress) => void;
  /** Aborting rejects with `signal.reason`; the net stays as after its last whole batch and can go on training. */
  signal?: AbortSignal;
}

export interface NetworkClassification {
  /** The largest output, one a row. */
  labels: Uint16Array;
  /** p(y | x), rows x labels. */
  probabilities: Tensor;
}

/** How well a net does; means are over the examples. */
export interface NetworkErrors {
  /** What training minimises. */
  loss: number;
  /** Mean of sum_k (y_k - t_k)^2. */
  squaredError: number;
  /** For outputs that are sigmoids or a softmax. */
  crossEntropy?: number;
  /** Examples whose largest output is not their label's, where labels are the targets. */
  errors?: number;
  count: number;
}

/** W[l]: units of layer l x units of layer l + 1; b[l]: units of layer l + 1. */
export interface NetworkParameters {
  W: Tensor[];
  b: Tensor[];
}

/** The same as plain arrays. */
export type NetworkParameterArrays = ArraysOf<NetworkParameters>;

/**
 * The feed-forward net: layers of units, each computed from the one below, y_l = f_l(b_l + y_(l-1) W_l), which learn by
 * backpropagation of errors. From random weights, or unrolled from a deep belief net: {@link Dbn.toClassifier} and
 * {@link Dbn.toAutoencoder}.
 */
export interface Network extends ModelBase<NetworkTrainOptions> {
  readonly kind: 'network';
  readonly layers: readonly number[];
  /** One for each layer above the inputs. */
  readonly units: readonly Activation[];
  /** The number of the layer that is an autoencoder's code; 0 for other nets. */
  readonly code: number;
  /** Outputs of a classifier, which are a softmax; 0 for other nets. */
  readonly labels: number;
  /** The likeliest label of each row. For classifiers, as is the next. */
  predict(x: Examples, options?: Abortable): Promise<Uint16Array>;
  classify(x: Examples, options?: Abortable): Promise<NetworkClassification>;
  /** Rows x outputs. */
  outputs(x: Examples, options?: Abortable): Promise<Tensor>;
  /** Units of a layer, 1 the lowest above the inputs: rows x units. */
  up(x: Examples, layer: number, options?: Abortable): Promise<Tensor>;
  /** The code of each row. For autoencoders, as is the next. */
  encode(x: Examples, options?: Abortable): Promise<Tensor>;
  /** Outputs given codes, one a row. */
  decode(code: Rows, options?: Abortable): Promise<Tensor>;
  /** By the loss and the targets of a training with these options. */
  evaluate(data: Dataset, options?: Pick<NetworkTrainOptions, 'loss' | 'targets' | 'signal'>): Promise<NetworkErrors>;
  /** Epochs of training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<NetworkParameters>;
  setParameters(parameters: NetworkParameterArrays): Promise<void>;
}
