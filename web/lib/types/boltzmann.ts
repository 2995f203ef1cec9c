// Boltzmann machines with connections between any units.
import type { Abortable, ArraysOf, Examples, Rows, Tensor } from './shared.js';

export interface BoltzmannOptions {
  /** Visible units; they have the first numbers. 1 to 1024. */
  visible: number;
  /** Hidden units. At most 1024 units in all; default 0. */
  hidden?: number;
  /**
   * `'all'` (default): every unit with every other. `'restricted'`: every visible unit with every hidden one. Or pairs
   * of units' numbers, each once. Weights between other units are 0 and stay so.
   */
  connections?: 'all' | 'restricted' | readonly (readonly [number, number])[];
  /** 0 to 2^53 - 1; default 1. */
  seed?: number;
  /** Standard deviation of the first weights, 0 to 1000; default 0.01. Biases are 0. */
  weightScale?: number;
}

/** W: units x units, symmetric, 0 on the diagonal; b: units. */
export interface BoltzmannParameters {
  W: Tensor;
  b: Tensor;
}

export type BoltzmannParameterArrays = ArraysOf<BoltzmannParameters>;

/**
 * Units to hold: one row of all units, held where the mask is not 0, at a value of 0 or 1. A `RangeError` for other
 * lengths and values.
 */
export interface BoltzmannClamp {
  values: Float32Array | Float64Array | Tensor;
  mask: Float32Array | Float64Array | Tensor;
}

/** Of what p is: a temperature of 1e-6 to 1e6 (default 1), and units to hold. */
export interface BoltzmannConditions {
  temperature?: number;
  clamp?: BoltzmannClamp;
  signal?: AbortSignal;
}

export interface BoltzmannSampleOptions {
  /** 1 to 1,048,576; default: as many as `start` has rows, or 1. */
  chains?: number;
  /** Each updates every free unit once, those of the lowest colour first. 1 to 1,000,000; default 1. */
  steps?: number;
  /**
   * 1e-6 to 1e6; default 1. Or 0: each unit goes where its input is positive or negative and stays where it is 0, the
   * energy falls, and sampling ends once nothing changes.
   */
  temperature?: number;
  /** The first step's, from which each step falls or rises by the same factor: simulated annealing. */
  startTemperature?: number;
  clamp?: BoltzmannClamp;
  /** States of all units, 0 or 1: one row, or one a chain. Default: fair coins. */
  start?: Rows;
  /** 0 to 2^53 - 1; default: the machine's next numbers. */
  seed?: number;
  signal?: AbortSignal;
}

export interface BoltzmannSamples {
  /** chains x units. */
  states: Tensor;
  /** Steps that were taken: fewer than were asked for where nothing changed at a temperature of 0. */
  steps: number;
  /** Whether nothing changed in the last step at a temperature of 0. */
  settled: boolean;
}

export interface BoltzmannMeanFieldOptions extends BoltzmannConditions {
  /** At most, 1 to 1,000,000; default 1000. */
  steps?: number;
  /** Ends where no mean changed by more in a step. 0 or above; default 1e-6. */
  tolerance?: number;
}

export interface BoltzmannMeanField {
  /** One a unit. */
  means: Tensor;
  /** In nats: log Z of {@link BoltzmannExact} under the same conditions is never below it. */
  bound: number;
  steps: number;
  /** The largest change of a mean in the last step. */
  change: number;
}

export interface BoltzmannExact {
  /** log of the sum of exp(-E / T) over all states that agree with the clamp, in nats. */
  logZ: number;
  /** p(s_i = 1), one a unit. */
  means: Tensor;
  /** p(s_i = 1 and s_j = 1), units x units; the means on the diagonal. */
  moments: Tensor;
}

export interface BoltzmannMixingOptions extends BoltzmannConditions {
  /** 1 to 100,000; default 100. */
  steps?: number;
  /** States of all units that every chain begins with, 0 or 1; default: fair coins. */
  start?: Float32Array | Float64Array | Tensor;
}

/** How Gibbs sampling comes to equilibrium: computed from the probabilities of all states, without chains. */
export interface BoltzmannMixing {
  /** Total variation from equilibrium before the first step and after each: steps + 1. */
  distances: Tensor;
  /** In equilibrium, by lag in steps and unit: (steps + 1) x units; 0 for units that are held. */
  autocorrelations: Tensor;
  /** Integrated autocorrelation times, one a unit: 1 + twice the sum of the autocorrelations at lags 1 to `steps`. */
  times: Tensor;
}

export interface BoltzmannTrainOptions {
  /**
   * Where <s_i s_j> of the model comes from. `'exact'` (default): all states; at most 24 units. `'cd'`: k steps of
   * Gibbs sampling from the data (Hinton 2002). `'pcd'`: chains that go on from step to step (Tieleman 2008).
   * `'pseudo-likelihood'`: the gradient of sum_i log p(s_i | all others) instead (Besag 1975); without hidden units.
   */
  method?: 'exact' | 'cd' | 'pcd' | 'pseudo-likelihood';
  /** Of the parameters, each by all rows: 0 to 1,000,000; default 100. */
  steps?: number;
  /** Above 0, at most 100; default 0.1. */
  learningRate?: number;
  /** L2 on the weights. 0 to 100; default 0. */
  weightDecay?: number;
  /** Steps of Gibbs sampling, 1 to 10,000; default 1. */
  k?: number;
  /** `'cd'` and `'pcd'`: steps of the hidden units with the data held, from fair coins. 1 to 10,000; default 10. */
  clampedSteps?: number;
  /** Of `'pcd'`: 1 to 65,536; default 100. */
  chains?: number;
  /** 0 to 2^53 - 1; default: the machine's. */
  seed?: number;
  signal?: AbortSignal;
}

export interface BoltzmannTrained {
  /** Steps so far, of all calls. */
  steps: number;
  /** Nats a row before the last step: log p(v) of `'exact'`, or the log pseudo-likelihood; other methods lack it. */
  objective?: number;
}

/**
 * The Boltzmann machine in full (Hinton and Sejnowski 1983): binary units, and symmetric weights between any two of
 * them. E(s) = -sum_i b_i s_i - sum_{i<j} s_i W_ij s_j, p(s) = exp(-E(s) / T) / Z. At temperature 0 it is a Hopfield
 * network. It has no file, and what is exact is for few units: a `RangeError` for more.
 */
export interface BoltzmannMachine {
  readonly visible: number;
  readonly hidden: number;
  readonly units: number;
  readonly seed: number;
  /**
   * The greedy colouring of the connections in the order of the units, one number a unit: no two units of a colour are
   * connected, and those of a colour are updated at once.
   */
  readonly colours: readonly number[];
  parameters(): Promise<BoltzmannParameters>;
  /**
   * A `RangeError` for a W that is not symmetric, has a diagonal, or a weight between units that are not connected, and
   * for numbers that are not finite; nothing is changed then.
   */
  setParameters(parameters: BoltzmannParameterArrays): Promise<void>;
  /** W_ij and W_ji. */
  setWeight(i: number, j: number, value: number): Promise<void>;
  setBias(unit: number, value: number): Promise<void>;
  /** Hopfield's weights (1982) for rows of all units, 0 or 1, in place of those that it has. */
  store(patterns: Examples): Promise<void>;
  /** E of rows of all units, 0 or 1. */
  energies(states: Examples): Promise<Tensor>;
  /** Gibbs sampling, simulated annealing, or descent to a state that no unit would leave. */
  sample(options?: BoltzmannSampleOptions): Promise<BoltzmannSamples>;
  /** m_i = sigmoid((b_i + sum_j W_ij m_j) / T), a unit after the other from means of 1/2. */
  meanField(options?: BoltzmannMeanFieldOptions): Promise<BoltzmannMeanField>;
  /** For at most 24 units that are not held. */
  exact(options?: BoltzmannConditions): Promise<BoltzmannExact>;
  /**
   * p of each state that agrees with the clamp: bit k of a state's number is the k-th unit that is not held. At most 16
   * of these.
   */
  probabilities(options?: BoltzmannConditions): Promise<Tensor>;
  /** For at most 12 units that are not held. */
  mixing(options?: BoltzmannMixingOptions): Promise<BoltzmannMixing>;
  /** log p(v) of rows of visible units, 0 or 1, in nats; for at most 24 units. */
  scoreSamples(x: Examples, options?: Abortable): Promise<Tensor>;
  /**
   * Learns from rows of visible units, 0 or 1. Five steps and five more are ten. Aborting rejects with `signal.reason`;
   * the machine stays as after its last step.
   */
  train(x: Examples, options?: BoltzmannTrainOptions): Promise<BoltzmannTrained>;
  dispose(): void;
  [Symbol.dispose](): void;
}
