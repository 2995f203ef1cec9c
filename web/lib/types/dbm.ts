// Deep Boltzmann machines.
import type {
  Abortable,
  ArraysOf,
  BoltzmannBase,
  Examples,
  LogPartition,
  LogPartitionOptions,
  MeanFieldOptions,
  OptimizerOptions,
  ScoreOptions,
  Tensor,
  TrainOptions,
} from './shared.js';

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
  hiddenMeans(x: Examples, options?: Abortable & MeanFieldOptions): Promise<Tensor[]>;
  /** Expected energy less entropy under the mean-field means, in nats, one a row; with `labels`, those are held. */
  freeEnergy(x: Examples, options?: Abortable & MeanFieldOptions & { labels?: ArrayLike<number> }): Promise<Tensor>;
  /** Variational lower bound on log p(v), or with `labels` on log p(v, y), in nats: -freeEnergy - logZ, one a row. */
  bound(
    x: Examples,
    options: Abortable & MeanFieldOptions & { logZ: number; labels?: ArrayLike<number> },
  ): Promise<Tensor>;
  /**
   * A lower bound on log p(v), or log p(v, y), of each row, in nats: `bound`, or without `logZ` -freeEnergy, a lower
   * bound on log p*(v).
   */
  scoreSamples(x: Examples, options?: Abortable & MeanFieldOptions & ScoreOptions): Promise<Tensor>;
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
