/**
 * Mean-field inference in a deep Boltzmann machine of two hidden layers with labels at the top, sweep by sweep. Where
 * it ends is held to the engine's by tests/node/course-feedback.test.ts.
 */
import type { DatasetSource, DbmParameters } from 'wakesleep';

/** Digits of the generator with which the pass upwards and the whole inference disagree, by their place in the set. */
export const digitsAt = { five: 10, nine: 21, eight: 320 } as const;
export const set = { kind: 'stroke-digits', count: 500, seed: 3 } as const satisfies DatasetSource;
/** After these nothing moves that can be seen. */
export const sweepCount = 10;

export interface Sweep {
  /** Means of the first hidden layer, of the second, and of the labels. */
  h1: Float64Array;
  h2: Float64Array;
  labels: Float64Array;
}

const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;

interface Weights {
  data: Float32Array;
  shape: number[];
}
/** Inputs of the units above (`up`) or below a layer of weights. */
function inputs({ data, shape }: Weights, from: ArrayLike<number>, up: boolean): Float64Array {
  const [below, above] = [shape[0] ?? 0, shape[1] ?? 0];
  const sums = new Float64Array(up ? above : below);
  for (let i = 0; i < below; ++i) {
    const row = i * above;
    if (up) {
      const value = at(from, i);
      if (value === 0) continue;
      for (let j = 0; j < above; ++j) sums[j]! += data[row + j]! * value;
    } else {
      let sum = 0;
      for (let j = 0; j < above; ++j) sum += data[row + j]! * from[j]!;
      sums[i] = sum;
    }
  }
  return sums;
}

function softmax(a: Float64Array): Float64Array {
  const highest = Math.max(...a);
  const weights = a.map((one) => Math.exp(one - highest));
  const sum = weights.reduce((x, y) => x + y, 0);
  return weights.map((one) => one / sum);
}

export class Inference {
  readonly #W0: Weights;
  readonly #W1: Weights;
  readonly #U: Weights;
  readonly #b: readonly Float32Array[];
  readonly #d: Float32Array;

  constructor({ W, b, U, d }: DbmParameters) {
    const [W0, W1] = W;
    if (!W0 || !W1 || W.length > 2 || !U || !d) throw new Error('a machine of two hidden layers with labels');
    [this.#W0, this.#W1, this.#U, this.#b, this.#d] = [W0, W1, U, b.map(({ data }) => data), d.data];
  }

  #means(layer: number, input: Float64Array): Float64Array {
    return input.map((one, i) => sigmoid(one + at(this.#b[layer] ?? [], i)));
  }

  #labels(h2: Float64Array): Float64Array {
    return softmax(inputs(this.#U, h2, false).map((one, y) => one + at(this.#d, y)));
  }

  /** Bottom-up, and after each sweep with feedback. */
  sweeps(v: ArrayLike<number>, count: number): Sweep[] {
    const fromImage = inputs(this.#W0, v, true);
    // Its own input, doubled, stands for what is still missing from above.
    let h1 = this.#means(
      1,
      fromImage.map((one) => 2 * one),
    );
    let h2 = this.#means(2, inputs(this.#W1, h1, true));
    let labels = this.#labels(h2);
    const all = [{ h1, h2, labels }];
    for (let sweep = 1; sweep <= count; ++sweep) {
      const fromAbove = inputs(this.#W1, h2, false);
      h1 = this.#means(
        1,
        fromImage.map((one, j) => one + at(fromAbove, j)),
      );
      const fromLabels = inputs(this.#U, labels, true);
      h2 = this.#means(
        2,
        inputs(this.#W1, h1, true).map((one, k) => one + at(fromLabels, k)),
      );
      labels = this.#labels(h2);
      all.push({ h1, h2, labels });
    }
    return all;
  }

  /** What features of the first layer draw. */
  drawn(h1: ArrayLike<number>): Float64Array {
    return this.#means(0, inputs(this.#W0, h1, false));
  }

  /** What the second layer alone would have the first one be, drawn. */
  expected(h2: ArrayLike<number>): Float64Array {
    return this.drawn(
      this.#means(
        1,
        inputs(this.#W1, h2, false).map((one) => 2 * one),
      ),
    );
  }
}

export const winner = (labels: ArrayLike<number>): number =>
  Array.from(labels).reduce((best, p, y) => (p > at(labels, best) ? y : best), 0);
/** How far means are apart: the root of the sum of squared differences. */
export const distance = (a: ArrayLike<number>, b: ArrayLike<number>): number =>
  Math.sqrt(Array.from(a).reduce((sum, one, i) => sum + (one - at(b, i)) ** 2, 0));
