/** Log Z of a machine by annealed importance sampling, in the engine. */
import type { Engine } from 'wakesleep';
import { arraysOf, hidden, pixels } from '../learning/bars';
import type { Point } from '../learning/run.svelte';

export const runCount = 100;

export interface Asked {
  point: Point;
  betas: number;
  seed: number;
}

/** With the two ends of its interval. */
export async function logZ(
  engine: Engine,
  { point, betas, seed }: Asked,
): Promise<{ logZ: number; low: number; high: number }> {
  const rbm = await engine.rbm({ visible: pixels, hidden });
  try {
    await rbm.setParameters(arraysOf(point.machine));
    return await rbm.logPartition({ method: 'ais', runs: runCount, betas, seed });
  } finally {
    rbm.dispose();
  }
}
