/** What every contender does: CD-1 (Hinton 2002) on binary images, with sampled states in the statistics. */

export const work = {
  visible: 784,
  hidden: 500,
  batchSize: 100,
  learningRate: 0.05,
  momentum: 0.9,
  weightDecay: 2e-4,
} as const;

/** Two operations a weight for each of five products: v to h twice, h to v, and the outer products of both phases. */
export const operationsAnImage = 10 * work.visible * work.hidden;

/** W: visible x hidden, row by row; b: visible; c: hidden. */
export interface Parameters {
  W: Float32Array;
  b: Float32Array;
  c: Float32Array;
}

/** Pixels of 0 and 1, an image after the other. */
export interface Images {
  pixels: Uint8Array;
  count: number;
}

/** xorshift32 (Marsaglia 2003), for those who bring no generator of their own, and for the first weights. */
export class Xorshift {
  #state: number;

  constructor(seed: number) {
    this.#state = seed | 0 || 1;
  }

  /** Uniform in [0, 1). */
  fill(out: Float32Array): void {
    let state = this.#state;
    for (let i = 0; i < out.length; i++) {
      state ^= state << 13;
      state ^= state >>> 17;
      state ^= state << 5;
      out[i] = (state >>> 8) * 2 ** -24;
    }
    this.#state = state;
  }
}

/** Where all begin: weights from N(0, 0.01^2), as twelve uniform numbers add up to it nearly, and no biases. */
export function firstParameters(): Parameters {
  const W = new Float32Array(work.visible * work.hidden);
  const uniform = new Float32Array(12);
  const generator = new Xorshift(20060728);
  for (let i = 0; i < W.length; i++) {
    generator.fill(uniform);
    W[i] = 0.01 * (uniform.reduce((sum, one) => sum + one, 0) - 6);
  }
  return { W, b: new Float32Array(work.visible), c: new Float32Array(work.hidden) };
}

/** The products of a step by themselves, for a batch. */
export const products = ['up', 'down', 'outer'] as const;
export type Product = (typeof products)[number];
export const operationsAProduct = 2 * work.batchSize * work.visible * work.hidden;

export interface Contender {
  /** Trains on this many further batches, and tells how many milliseconds they took. */
  run(batches: number): Promise<number>;
  parameters(): Promise<Parameters>;
  /** Milliseconds that a product takes, so many times over. */
  product?(which: Product, times: number): Promise<number>;
  dispose(): void;
}
