/** What the network says about an image: its reading, and its reconstruction. */
import type { Dbn } from 'wakesleep';
import { lost } from '../../state/engine.svelte';
import { latest } from '../../../lib/elements/latest';
import { certaintyOf, compare, meanOf, redrawing, type Certainty, type Comparison } from './comparison';

export interface Reading {
  image: Float32Array;
  label: number;
  freeEnergy: Float32Array;
  probabilities: Float32Array;
  /** Straight up through the layers and down again. */
  reconstruction: Float32Array;
  /** What the network makes of the image as the label that it reads. */
  redrawn: Float32Array;
  comparison: Comparison;
  certainty: Certainty;
  /** The label after the first. */
  second: number;
}

interface Asked {
  dbn: Dbn | null;
  image: Float32Array | null;
  /** Whether the network is known not to have learned from any like it. */
  unshown: boolean;
}

const at = (values: Float32Array, i: number): number => values[i] ?? 0;

/** What the network makes of an image whose label is held. */
async function redraw(dbn: Dbn, image: Float32Array, label: number): Promise<Float32Array> {
  const { means } = await dbn.sample({ ...redrawing, start: image, label });
  return meanOf(means.data, image.length);
}

export class Reader {
  reading = $state.raw<Reading | null>(null);
  error = $state.raw<unknown>(null);

  /** The latest image is read, one at a time; those that a pen has left behind meanwhile are not. */
  readonly read = latest(async ({ dbn, image, unshown }: Asked) => {
    if (!dbn || !image) {
      this.reading = null;
      return;
    }
    try {
      const [{ labels, freeEnergy, probabilities }, reconstruction] = await Promise.all([
        dbn.classify(image),
        dbn.reconstruct(image, { steps: 0 }),
      ]);
      const label = labels[0] ?? 0;
      const redrawn = await redraw(dbn, image, label);
      const comparison = compare(image, redrawn);
      const order = Array.from(probabilities.data.keys()).sort(
        (a, b) => at(probabilities.data, b) - at(probabilities.data, a),
      );
      this.error = null;
      this.reading = {
        image,
        label,
        second: order.find((other) => other !== label) ?? label,
        freeEnergy: freeEnergy.data,
        probabilities: probabilities.data,
        reconstruction: reconstruction.data,
        redrawn,
        comparison,
        certainty: unshown ? 'unshown' : certaintyOf(comparison, at(probabilities.data, label)),
      };
    } catch (error) {
      this.reading = null;
      if (!lost(error)) this.error = error;
    }
  });
}
