// Sigmoid belief nets.
import type {
  Abortable,
  ArraysOf,
  Examples,
  LogLikelihood,
  ModelBase,
  OptimizerOptions,
  Tensor,
  TrainProgress,
} from './shared.js';

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
  /** 0 to 2^53 - 1; default: the net's next numbers. */
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

/** The same, also as plain arrays. R and c come together; without them a net keeps those it has. */
export type SbnParameterArrays = ArraysOf<SbnParameters>;

/**
 * The sigmoid belief net (Neal 1992): binary units in layers, each on with probability sigmoid(b_i + sum_j W_ij s_j),
 * s_j the states of the layer above. Examples are states of the visible units, 0 or 1; grey ones are sampled in
 * training and refused elsewhere.
 */
export interface Sbn extends ModelBase<SbnTrainOptions> {
  readonly kind: 'sbn';
  readonly layers: readonly number[];
  /**
   * From the top layer down. `count` 1 to 1,048,576; default 1. Without a `seed` each call takes the net's next
   * numbers, as in `posterior`.
   */
  sample(options?: Abortable & { count?: number; seed?: number }): Promise<SbnSamples>;
  /** p(h = 1 | v) of each hidden layer, the lowest first (rows x units), by Gibbs sampling. */
  posterior(x: Examples, options?: SbnPosteriorOptions): Promise<Tensor[]>;
  /**
   * The same, and log p(v), by summing over all hidden states: for nets of at most 25 hidden units, a `RangeError` for
   * others.
   */
  exactPosterior(x: Examples, options?: Abortable): Promise<SbnExactPosterior>;
  /** Mean of log p(v) over the rows, in nats, exactly; for nets of at most 25 hidden units. */
  logLikelihood(x: Examples, options?: Abortable): Promise<LogLikelihood>;
  /** log p(v) of each row, in nats, exactly; for nets of at most 25 hidden units. */
  scoreSamples(x: Examples, options?: Abortable): Promise<Tensor>;
  /** Epochs of training so far. */
  epochs(): Promise<number>;
  parameters(): Promise<SbnParameters>;
  setParameters(parameters: SbnParameterArrays): Promise<void>;
  /** The weight from unit `parent` of layer `layer + 1` to unit `child` of layer `layer`. */
  setWeight(layer: number, child: number, parent: number, value: number): Promise<void>;
  setBias(layer: number, unit: number, value: number): Promise<void>;
}
