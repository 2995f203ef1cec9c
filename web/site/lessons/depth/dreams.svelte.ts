/** Dreams of both depths from the same random numbers: features are drawn at the top, and from them an image. */
import { latest } from '../../../lib/elements/latest';
import { engine, lost } from '../../state/engine.svelte';
import { hidden, pixels, type Parameters } from '../learning/bars';
import { above } from './stack';

/** Gibbs steps at the top from fair coins on. */
export const gibbsSteps = 200;

export interface Asked {
  first: Parameters;
  /** The machines on its features, one a depth. */
  tops: readonly Parameters[];
  count: number;
  seed: number;
}

const arrays = ({ W, b, c }: Parameters) => ({
  W: Float32Array.from(W),
  b: Float32Array.from(b),
  c: Float32Array.from(c),
});

export class Dreams {
  value = $state.raw<{ asked: Asked; images: readonly Float32Array[] } | null>(null);
  failed = $state.raw<unknown>(null);

  readonly ask = latest(async (asked: Asked) => {
    try {
      const ready = await engine.get();
      const below = await ready.rbm({ visible: pixels, hidden });
      const top = await ready.rbm({ visible: hidden, hidden: above });
      try {
        await below.setParameters(arrays(asked.first));
        const images: Float32Array[] = [];
        for (const machine of asked.tops) {
          await top.setParameters(arrays(machine));
          const { states } = await top.sample({ chains: asked.count, steps: gibbsSteps, seed: asked.seed });
          images.push((await below.sampleVisible(states, { seed: asked.seed })).data);
        }
        this.value = { asked, images };
        this.failed = null;
      } finally {
        below.dispose();
        top.dispose();
      }
    } catch (error) {
      lost(error);
      this.failed = error;
    }
  });
}
