/** A drawing beside what the network redraws of it. */

export interface Comparison {
  /** Share of the drawing's ink that the other image has too. */
  kept: number;
  /** Share of the other image's ink that the drawing has not. */
  invented: number;
}

export function compare(drawn: ArrayLike<number>, redrawn: ArrayLike<number>): Comparison {
  let [ink, other, both] = [0, 0, 0];
  for (let i = 0; i < drawn.length; ++i) {
    const [a, b] = [drawn[i] ?? 0, redrawn[i] ?? 0];
    ink += a;
    other += b;
    both += Math.min(a, b);
  }
  return { kept: ink > 0 ? both / ink : 1, invented: other > 0 ? 1 - both / other : 0 };
}

/**
 * `forced`: the image is unlike those that the network learned from, so that its label says only that it must choose
 * one of ten. `torn`: it is like them, but another label is not out of the question. `unshown`: the network is known not
 * to have learned from any like it.
 */
export type Certainty = 'sure' | 'torn' | 'forced' | 'unshown';

const leastProbability = 0.9;

/** `familiar`: what `classify` says; a model that was never calibrated says nothing. */
export const certaintyOf = (familiar: boolean | undefined, probability: number): Certainty =>
  familiar === false ? 'forced' : probability < leastProbability ? 'torn' : 'sure';

/** The mean of some short chains that start at the image with its label held is what it can redraw. */
export const redrawing = { chains: 8, steps: 5, seed: 1 };
/** The mean of the rows of chains of images. */
export function meanOf(means: Float32Array, pixels: number): Float32Array {
  const mean = new Float32Array(pixels);
  const rows = means.length / pixels;
  means.forEach((value, i) => (mean[i % pixels] = (mean[i % pixels] ?? 0) + value / rows));
  return mean;
}
