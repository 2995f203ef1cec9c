/** The images in batches, one after the other and round again. */
import { work, type Images } from './work.ts';

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
