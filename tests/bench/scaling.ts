// How the time of an example grows with the network and with the data.

import { spreadOf } from '../../web/site/speed/statistics.ts';
import { work } from '../../web/site/speed/work.ts';
import type { NativeContender } from './native.ts';
import type { ScalingPoint, Where } from './results.ts';
import type { Tab } from './tab.ts';

const sides = [64, 128, 256, 512, 1024, 2048, 4096];
const counts = [1000, 3000, 10_000, 30_000, 60_000];
const examplesOfSides = 1000;

interface Case {
  visible: number;
  hidden: number;
  examples: number;
}

export async function measureScaling(
  tab: Tab | undefined,
  native: NativeContender,
  quick: boolean,
): Promise<ScalingPoint[]> {
  const bySize = sides
    .filter((side) => !quick || side <= 512)
    .map((side): Case => ({ visible: side, hidden: side, examples: examplesOfSides }));
  const byCount = counts
    .filter((count) => !quick || count <= 3000)
    .map((examples): Case => ({ visible: work.visible, hidden: work.hidden, examples }));
  const points: ScalingPoint[] = [];
  for (const one of [...bySize, ...byCount]) {
    const { visible, hidden, examples } = one;
    const batches = batchesOf(one, quick);
    const times: Record<Where, number[]> = { tab: [], native: [] };
    for (let round = 0; round < (quick ? 1 : 3); round++) {
      if (tab) times.tab.push(await tab.call('scaling', visible, hidden, examples, batches, 1));
      times.native.push(await native.ask(`scaling ${visible} ${hidden} ${examples} ${batches}`));
    }
    for (const where of ['tab', 'native'] as const) {
      if (times[where].length === 0) continue;
      const time = spreadOf(times[where].map((milliseconds) => milliseconds / 1000 / (batches * work.batchSize)));
      points.push({ ...one, where, time });
    }
  }
  return points;
}

/** About as much work each, but not fewer than two batches, and where the data are the question one pass of them. */
function batchesOf({ visible, hidden, examples }: Case, quick: boolean): number {
  if (examples !== examplesOfSides) return examples / work.batchSize;
  const weights = quick ? 1e7 : 4e7;
  return Math.max(2, Math.min(1000, Math.round(weights / (visible * hidden))));
}
