// The lesson Features: what it claims, computed anew through the package.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine, type SyncRbm } from 'wakesleep/sync';
import { eachOff, heldAs, logProbability } from '../../web/site/lessons/features/ablation.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: SyncEngine;
let rbm: SyncRbm;
let pictures: Float32Array[];
beforeAll(async () => {
  engine = await load();
  rbm = engine.open(readFileSync(fromRoot('models/twos-rbm.safetensors'))) as SyncRbm;
  // The examples of the site: web/site/state/sketch.svelte.ts.
  const data = engine.dataset({ kind: 'stroke-digits', count: 60, seed: 7 });
  const [{ data: pixels }, labels] = [data.rows(0, 60), [...data.labels(0, 60)]];
  const first = (digit: number) => 784 * labels.indexOf(digit);
  pictures = Array.from({ length: 10 }, (_, digit) => pixels.slice(first(digit), first(digit) + 784));
});
afterAll(() => engine.dispose());

function costsOf(picture: Float32Array) {
  const means = rbm.hiddenMeans(picture).data;
  const whole = rbm.visibleMeans(means).data;
  const without = rbm.visibleMeans(eachOff(means)).data;
  const reached = logProbability(picture, whole);
  const costs = Array.from(means, (_, j) => reached - logProbability(picture, without, 784 * j));
  const most = costs.indexOf(Math.max(...costs));
  return { means, whole, without, reached, costs, most };
}

describe('lesson Features', () => {
  it('has costs that are those of one unit after the other, by the weights themselves', () => {
    const { W, b } = rbm.parameters();
    const { means, costs, reached } = costsOf(pictures[2]!);
    for (const off of [0, 13, 45]) {
      const p = Array.from(b.data, (bias, i) => {
        let input = bias;
        means.forEach((mean, j) => (input += j === off ? 0 : mean * W.data[50 * i + j]!));
        return 1 / (1 + Math.exp(-input));
      });
      expect(reached - logProbability(pictures[2]!, p)).toBeCloseTo(costs[off]!, 2);
    }
  });

  it('answers its question: the unit that counts most changes a piece', () => {
    const { whole, without, costs, most } = costsOf(pictures[2]!);
    expect(most).toBe(45);
    expect(costs[most]).toBeCloseTo(7.0, 1);
    expect(whole.filter((p, i) => Math.abs(p - without[784 * most + i]!) > 0.1).length).toBe(12);
    expect(costs.filter((cost) => Math.abs(cost) < 0.1).length).toBe(21);
  });

  it('says what one sees when one tries', () => {
    const [two, five] = [costsOf(pictures[2]!), costsOf(pictures[5]!)];
    const lost = (hold: string) =>
      two.reached - logProbability(pictures[2]!, rbm.visibleMeans(heldAs(two.means, hold.repeat(50))).data);
    expect(lost('0')).toBeCloseTo(63, 0);
    expect(lost('1')).toBeCloseTo(91, 0);
    expect(lost('a')).toBe(0);
    expect(two.costs.filter((cost) => cost < -0.05).length).toBe(6);
    expect(two.costs.indexOf(Math.min(...two.costs))).toBe(19);
    expect(Math.min(...two.costs)).toBeCloseTo(-1.7, 1);
    expect(five.most).toBe(13);
    expect(five.costs[13]).toBeCloseTo(17, 0);
    expect(five.costs[13]! / Math.max(...two.costs)).toBeGreaterThan(2);
    expect(five.reached / two.reached).toBeCloseTo(2, 0);
  });
});
