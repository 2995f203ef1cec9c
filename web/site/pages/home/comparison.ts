/** A drawing beside what the network redraws of it. */

export interface Comparison {
  /** Share of the drawing's ink that the other image has too. */
  kept: number;
  /** Share of the other image's ink that the drawing has not. */
  invented: number;
  /** What both have over what either has: 1 for the same image. */
  overlap: number;
  /** Of the drawing: the sum of its pixels. */
  ink: number;
}

export function compare(drawn: ArrayLike<number>, redrawn: ArrayLike<number>): Comparison {
  let [ink, other, both] = [0, 0, 0];
  for (let i = 0; i < drawn.length; ++i) {
    const [a, b] = [drawn[i] ?? 0, redrawn[i] ?? 0];
    ink += a;
    other += b;
    both += Math.min(a, b);
  }
  const all = ink + other - both;
  return {
    kept: ink > 0 ? both / ink : 1,
    invented: other > 0 ? 1 - both / other : 0,
    overlap: all > 0 ? both / all : 1,
    ink,
  };
}

/**
 * `forced`: the network can't redraw the image as its label, which says only that it must choose one of ten. `torn`: it
 * can, but another label is not out of the question. `unshown`: it is known not to have learned from any like it.
 */
export type Certainty = 'sure' | 'torn' | 'forced' | 'unshown';

/** The mean of some short chains that start at the image with its label held is what it can redraw. */
export const redrawing = { chains: 8, steps: 5, seed: 1 };
/**
 * Below that overlap it can't. Much ink overlaps more by itself. Among 250 drawn digits and 44 things that are none
 * (tests/node/recognition.test.ts) the line holds all of the latter, and 2 % of the digits.
 */
const leastOverlap = (ink: number): number => 0.545 + 0.00116 * ink;
const leastProbability = 0.9;

export const certaintyOf = ({ overlap, ink }: Comparison, probability: number): Certainty =>
  overlap < leastOverlap(ink) ? 'forced' : probability < leastProbability ? 'torn' : 'sure';

/** The mean of the rows of chains of images. */
export function meanOf(means: Float32Array, pixels: number): Float32Array {
  const mean = new Float32Array(pixels);
  const rows = means.length / pixels;
  means.forEach((value, i) => (mean[i % pixels] = (mean[i % pixels] ?? 0) + value / rows));
  return mean;
}
