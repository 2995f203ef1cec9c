// What the lesson Wake and sleep claims, computed anew through the package.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine } from 'wakesleep';
import { column, cosine, errorsOf, unseen, upwards } from '../../web/site/lessons/wakesleep/recognise.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: Engine;
let data: Dataset;
let greedy: Dbn;
let tuned: Dbn;
const open = async (name: string) => (await engine.open(readFileSync(fromRoot(`models/${name}.safetensors`)))) as Dbn;
beforeAll(async () => {
  engine = await load({ threads: 1 });
  data = await engine.dataset(unseen);
  greedy = await open('strokes-dbn');
  tuned = await open('strokes-up-down-dbn');
});
afterAll(() => engine.dispose());

describe('lesson Wake and sleep', { timeout: 120_000 }, () => {
  it('has fewer errors after up-down, on digits that neither net has seen', async () => {
    expect(await errorsOf(engine, greedy, data, 'recognition')).toBe(33);
    expect(await errorsOf(engine, tuned, data, 'recognition')).toBe(25);
    // Digits of other seeds say the same.
    for (const seed of [3, 4]) {
      const other = await engine.dataset({ ...unseen, seed });
      const [before, after] = [
        await errorsOf(engine, greedy, other, 'recognition'),
        await errorsOf(engine, tuned, other, 'recognition'),
      ];
      expect(after).toBeLessThan(before);
      other.dispose();
    }
  });

  it('untangles: the generative weights, upside down, recognise as well before and far worse after', async () => {
    expect(await errorsOf(engine, greedy, data, 'generative')).toBe(33);
    expect(await errorsOf(engine, tuned, data, 'generative')).toBe(128);
  });

  it('has units that look for something else than they draw', async () => {
    for (const [net, expected] of [
      [greedy, ['1.00', '1.00']],
      [tuned, ['0.90', '0.98']],
    ] as const)
      for (const layer of [0, 1]) {
        const parameters = await net.parameters(layer);
        const units = parameters.W.shape[1]!;
        let sum = 0;
        for (let unit = 0; unit < units; ++unit)
          sum += cosine(column(upwards(parameters), unit), column(parameters.W, unit));
        expect((sum / units).toFixed(2)).toBe(expected[layer]);
      }
  });

  it('has more dreams that are what they should be, read by a net that knows neither', async () => {
    const judge = await open('digits-dbn');
    const right = async (net: Dbn, seed: number): Promise<number[]> => {
      const counts: number[] = [];
      for (let label = 0; label < 10; ++label) {
        const { images } = await net.sample({ chains: 50, steps: 200, seed, label });
        counts.push((await judge.predict(images)).filter((one) => one === label).length);
      }
      return counts;
    };
    const [before, after] = [await right(greedy, 1), await right(tuned, 1)];
    const all = (counts: number[]) => counts.reduce((a, b) => a + b);
    expect([all(before), all(after)]).toEqual([379, 438]);
    expect([before[5], after[5]]).toEqual([25, 43]);
  });
});
