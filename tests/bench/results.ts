// What a run of the benchmark found. results.json has the last run of each kind of processor, newest first.

import type { Product } from '../../web/site/speed/work.ts';
import type { Spread } from '../../web/site/speed/statistics.ts';

export type Where = 'tab' | 'native';

/** A measurement in every round, so that ratios can be taken round by round. */
export interface Measured extends Spread {
  values: number[];
}

export interface Who {
  program: string;
  where: Where;
  threads: number;
}

export interface StepResult extends Who {
  /** Images a second. */
  rate: Measured;
  /** Mean squared reconstruction error on held images. */
  errorBefore: number;
  errorAfter: number;
  learned: boolean;
}

export interface ProductResult extends Who {
  product: Product;
  /** Real numbers for the binary operand. */
  dense: boolean;
  /** Operations a second. */
  rate: Measured;
}

export interface CeilingResult {
  threads: number;
  /** Operations a second. */
  rate: Measured;
}

/** What native/likelihood.h says. */
export const likelihoodWorks = ['ais', 'pcd', 'tempering', 'dreams', 'mean-field'] as const;
export type LikelihoodWork = (typeof likelihoodWorks)[number];

export interface LikelihoodResult extends Who {
  work: LikelihoodWork;
  /** Steps of 100 chains or examples a second. */
  rate: Measured;
}

export interface Waits {
  /** Milliseconds from load() to the first answer. */
  start: number;
  /** Nanoseconds to create a weight. */
  weight: number;
  /** Milliseconds of the longest small call beside each kind of work. */
  waits: Record<string, number>;
}

export interface ScalingPoint {
  where: Where;
  visible: number;
  hidden: number;
  examples: number;
  /** Seconds an example. */
  time: Spread;
}

export interface Results {
  date: string;
  commit: string;
  machine: { processor: string; cores: number; memory: number; system: string };
  versions: Record<string, string>;
  data: string;
  rounds: number;
  batches: number;
  ceilings: CeilingResult[];
  steps: StepResult[];
  products: ProductResult[];
  /** The ceiling again, in the rounds of the products. */
  ceilingBesideProducts: CeilingResult[];
  likelihood: LikelihoodResult[];
  /** In a tab with one thread. */
  waits?: Waits;
  /** Milliseconds. */
  classification?: { computing: Spread; roundTrip: Spread };
  /** Bytes beyond parameters, momentum and data. */
  trainingMemory?: number;
  /** Bytes of the engine's WebAssembly, as it is and as servers send it. */
  files: { name: string; bytes: number; gzipped: number }[];
  scaling: ScalingPoint[];
  /** What was left out or failed, and why. */
  notes: string[];
}

export const findStep = (results: Results, program: string, where: Where, threads: number): StepResult | undefined =>
  results.steps.find((one) => one.program === program && one.where === where && one.threads === threads && one.learned);
