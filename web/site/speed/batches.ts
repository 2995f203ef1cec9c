/** The images in batches, one after the other and round again, and what else peers are given from JavaScript. */
import { work, Xorshift, type Images } from './work.ts';

export class Batches {
  #images: Images;
  #next = 0;

  constructor(images: Images) {
    this.#images = images;
  }

  /** The pixels of so many batches that follow each other. */
  take(batches: number): Uint8Array {
    const size = work.visible * work.batchSize * batches;
    const { pixels } = this.#images;
    if (this.#next + size > pixels.length) this.#next = 0;
    this.#next += size;
    return pixels.subarray(this.#next - size, this.#next);
  }
}

/** Hidden states for the products by themselves: each on with this probability. */
export const hiddenOn = 0.3;

/** Rates of a batch's sums, for those who write the step themselves. */
export const stepRate = work.learningRate / work.batchSize;
export const stepDecay = work.learningRate * work.weightDecay;

/** What a step takes, in buffers that are kept: for peers whose own generators are no faster than xorshift. */
export class Inputs {
  readonly #batches: Batches;
  readonly #generator = new Xorshift(1);
  readonly #pixels = new Float32Array(work.batchSize * work.visible);
  readonly #uniform = {
    visible: new Float32Array(work.batchSize * work.visible),
    hidden: new Float32Array(work.batchSize * work.hidden),
  };

  constructor(images: Images) {
    this.#batches = new Batches(images);
  }

  /** Pixels of the next batch. */
  pixels(): Float32Array {
    this.#pixels.set(this.#batches.take(1));
    return this.#pixels;
  }

  /** Numbers for a layer's states; the next call for the layer writes over them. */
  uniform(layer: 'visible' | 'hidden'): Float32Array {
    this.#generator.fill(this.#uniform[layer]);
    return this.#uniform[layer];
  }

  /** States of hidden units, for the products by themselves. */
  hidden(): Float32Array {
    return this.uniform('hidden').map((one) => (one < hiddenOn ? 1 : 0));
  }
}
