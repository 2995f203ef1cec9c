// Restricted Boltzmann machines.
import type {
  Abortable,
  ArraysOf,
  Average,
  BoltzmannBase,
  Calibration,
  CalibrationOptions,
  Dataset,
  EstimateOptions,
  Examples,
  LogLikelihood,
  LogPartition,
  LogPartitionOptions,
  Rows,
  ScoreOptions,
  Tensor,
  TrainOptions,
  UnitDescription,
  Units,
} from './shared.js';

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

export interface RbmTrainOptions extends TrainOptions {
  /**
   * Early stopping: epochs without a better score of `validation`, which it needs, after which training ends and the
   * model goes back to its best epoch, its training state with it. 1 to 1,000,000; unless given, all epochs are
   * trained. The score is the mean log-likelihood where the rule knows it (`'ptt'`), and elsewhere the mean log
   * pseudo-likelihood (of validation data of more than 100,000 values by one random unit an example, which are the same
   * in every epoch): free energies of two epochs can't be compared, because Z changes with the parameters. Each
   * training counts anew, from the model as it finds it. For objective `'generative'`, and units with an energy.
   */
  patience?: number;
}

export interface PseudoLikelihoodOptions extends EstimateOptions {
  /** One random unit an example in place of all of them: the same in the mean, much faster, noisier. Default false. */
  stochastic?: boolean;
  /** Of which units; 0 to 2^53 - 1. Unless given, each call takes the model's next numbers. */
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

/** The same, also as plain arrays. Standard deviations may be left out, all of them: they stay as they are then. */
export type RbmParameterArrays = ArraysOf<RbmParameters>;

export interface Rbm extends BoltzmannBase<RbmTrainOptions> {
  readonly kind: 'rbm';
  readonly hiddenUnits: number;
  readonly units: { readonly visible: UnitDescription; readonly hidden: UnitDescription };
  /**
   * Learns from images that the model was trained on, and from nothing else, which images are like them, so that
   * `classify` tells it as `familiar`. The file of the model keeps it; training, or setting parameters, drops it. The
   * same images and options give the same bits. For models with labels whose units are all Bernoulli; at least 100
   * images.
   */
  calibrate(images: Examples, options?: CalibrationOptions): Promise<Calibration>;
  /** F(v), one a row; with `labels`, F(v, y). */
  freeEnergy(x: Examples, options?: Abortable & { labels?: ArrayLike<number> }): Promise<Tensor>;
  /**
   * Means of the hidden units, p(h = 1 | v) for Bernoulli: rows x hidden. Label units are summed out: sum over y of
   * p(y | v) E[h | v, y]. (Those of a model with `noisy-relu` units, which has no p(y | v), count as off.)
   */
  hiddenMeans(x: Examples, options?: Abortable): Promise<Tensor>;
  /**
   * Means of the visible units, p(v = 1 | h) for Bernoulli, the distribution of one word for counts: rows x visible.
   */
  visibleMeans(h: Rows, options?: Abortable): Promise<Tensor>;
  /**
   * States of the hidden units drawn from p(h | v), one row for each of `x` (states of the visible units, or means of
   * them): rows x hidden. Label units are summed out, as in `hiddenMeans`. The same seed gives the same states; without
   * one each call takes the model's next numbers.
   */
  sampleHidden(x: Examples, options?: Abortable & { seed?: number; temperature?: number }): Promise<Tensor>;
  /**
   * States of the visible units drawn from p(v | h), without the label units: rows x visible. Counts of words need
   * `words`, the length of each document. A `RangeError` for values that hidden units cannot have or average to.
   */
  sampleVisible(
    h: Rows,
    options?: Abortable & { seed?: number; temperature?: number; words?: number },
  ): Promise<Tensor>;
  /**
   * Exact by enumeration, for models with a side of at most 25 units, and in closed form for Gaussian units on both
   * sides (at most 4,096 on one); by annealed importance sampling for all.
   */
  logPartition(options?: LogPartitionOptions): Promise<LogPartition>;
  /**
   * Mean over the rows of log p(v, y), for a data set with labels where the model has label units, and of log p(v)
   * (labels summed out) elsewhere or with `labels: false`.
   */
  logLikelihood(x: Dataset, options: Abortable & { logZ: number; labels?: boolean }): Promise<LogLikelihood>;
  /**
   * log p(v), or log p(v, y), of each row, in nats: -F(v) - logZ, whose mean `logLikelihood` tells. Without `logZ` it
   * is log p*(v) = -F(v), which ranks examples in the same order, their differences being the same. Documents must have
   * as many words as `logZ` is of. (scikit-learn's `score_samples` gives an estimate of the pseudo-likelihood here.)
   */
  scoreSamples(x: Examples, options?: Abortable & ScoreOptions): Promise<Tensor>;
  /**
   * Mean log pseudo-likelihood of the rows (Besag 1975): the sum over the visible units of log p(unit | all others), a
   * label being one more unit; a model with labels needs a data set with labels. Needs no log Z. A grey value counts as
   * a probability: its term is a cross entropy. A softmax group counts
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
