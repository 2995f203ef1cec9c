/** Dreams of both depths from the same random numbers: features are drawn at the top, and from them an image. */
import type { Engine } from 'wakesleep';
import { arraysOf, hidden, pixels, type Parameters } from '../learning/bars';
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

export async function dreams(engine: Engine, { first, tops, count, seed }: Asked): Promise<readonly Float32Array[]> {
  const below = await engine.rbm({ visible: pixels, hidden });
  const top = await engine.rbm({ visible: hidden, hidden: above });
  try {
    await below.setParameters(arraysOf(first));
    const images: Float32Array[] = [];
    for (const machine of tops) {
      await top.setParameters(arraysOf(machine));
      const { states } = await top.sample({ chains: count, steps: gibbsSteps, seed });
      images.push((await below.sampleVisible(states, { seed })).data);
    }
    return images;
  } finally {
    below.dispose();
    top.dispose();
  }
}
