/** What is to be trained on, and what it has become. */
import type { Dataset } from 'wakesleep';
import type { Looks } from './looks.ts';

export type DataChoice =
  | { kind: 'bars-and-stripes'; size: number }
  | { kind: 'shifter'; size: number }
  | { kind: 'stroke-digits'; count: number }
  /** `labels`: which of the names each drawing has. */
  | { kind: 'drawings'; images: readonly Float32Array[]; labels: readonly number[]; names: readonly string[] }
  | { kind: 'idx'; images: File; labels: File | null }
  | { kind: 'mnist' };

export interface TrainData {
  readonly choice: DataChoice;
  /** What is trained on; `validation` is held back from it. */
  readonly training: Dataset;
  readonly validation: Dataset | null;
  /** Whether the values are shades of grey, for which Gaussian units are; drawings are all but black and white. */
  readonly grey: boolean;
  /** Rows and columns of one example. */
  readonly shape: readonly [number, number];
  /** All examples, those held back included. */
  readonly count: number;
  readonly width: number;
  /** Label units of a network for these data: one a name of the reader's drawings. */
  readonly labels: number;
  readonly looks: Looks;
  /** Some examples to look at, with their labels where there are any. */
  readonly examples: readonly { image: Float32Array; label: number | null }[];
  /** Rows that errors and free energies are measured on, always the same. */
  readonly probe: { training: Float32Array; validation: Float32Array | null };
  /** For a complete set: every distinct example, and the highest possible mean log-likelihood. */
  readonly complete: { distinct: ReadonlySet<string>; bestLogLikelihood: number } | null;
}
