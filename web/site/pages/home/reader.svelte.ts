/** What the network says about an image: its reading, and its reconstruction. */
import type { Dbn } from 'wakesleep';
import { lost } from '../../state/engine.svelte';
import { latest } from '../../state/latest';

export interface Reading {
  image: Float32Array;
  label: number;
  freeEnergy: Float32Array;
  probabilities: Float32Array;
  reconstruction: Float32Array;
}

export class Reader {
  reading = $state.raw<Reading | null>(null);
  error = $state.raw<unknown>(null);

  /** The latest image is read, one at a time; those that a pen has left behind meanwhile are not. */
  readonly read = latest(async ({ dbn, image }: { dbn: Dbn | null; image: Float32Array | null }) => {
    if (!dbn || !image) {
      this.reading = null;
      return;
    }
    try {
      const [{ labels, freeEnergy, probabilities }, reconstruction] = await Promise.all([
        dbn.classify(image),
        dbn.reconstruct(image, { steps: 0 }),
      ]);
      this.error = null;
      this.reading = {
        image,
        label: labels[0] ?? 0,
        freeEnergy: freeEnergy.data,
        probabilities: probabilities.data,
        reconstruction: reconstruction.data,
      };
    } catch (error) {
      this.reading = null;
      if (!lost(error)) this.error = error;
    }
  });
}
