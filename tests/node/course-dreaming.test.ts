// What the lesson Dreaming claims, computed anew through the package, with the chains that its figure shows.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncDbn, type SyncEngine, type SyncRbm } from 'wakesleep/sync';
import { coin, Exchange, heated, ladder, rungs } from '../../web/site/lessons/dreaming/exchange.ts';
import { heldSteps } from '../../web/site/lessons/dreaming/held.ts';
import { states } from '../../web/site/lessons/digits.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: SyncEngine;
let rbm: SyncRbm;
let reader: SyncDbn;
const digits: Float32Array[] = [];

beforeAll(async () => {
  engine = await load();
  const opened = (file: string) => engine.open(new Uint8Array(readFileSync(fromRoot(`models/${file}.safetensors`))));
  const [machine, net] = [opened('digits-rbm'), opened('digits-dbn')];
  if (machine.kind !== 'rbm' || net.kind !== 'dbn') throw new Error('these files hold other kinds of models');
  [rbm, reader] = [machine, net];
  // As the site takes them: the first of each digit.
  const data = engine.dataset({ kind: 'stroke-digits', count: 60, seed: 7 });
  const labels = data.labels(0, 60);
  for (let label = 0; label < 10; ++label) digits.push(states(data.rows(labels.indexOf(label), 1).data));
});
afterAll(() => engine.dispose());

/** Those of the figure, made once a highest temperature. */
const made = new Map<number, SyncRbm[]>();

const machinesOf = (of: SyncRbm, highest: number) =>
  ladder(highest).map((temperature) => {
    const machine = engine.rbm({ visible: of.visible, hidden: of.hiddenUnits });
    machine.setParameters(heated(of.parameters(), temperature));
    return machine;
  });

/** What the chain alone and the coldest of the others show, and the share of the exchanges that were accepted. */
async function walk({ digit = 7, highest = 1.4, seed = 1, sweeps = 60 }) {
  const machines = made.get(highest) ?? machinesOf(rbm, highest);
  made.set(highest, machines);
  const exchange = new Exchange(machines, digits[digit]!, seed);
  const images = new Float32Array(2 * sweeps * rbm.visible);
  let [tried, swapped] = [0, 0];
  for (let i = 0; i < sweeps; ++i) {
    const sweep = await exchange.next();
    images.set(sweep.images[0]!, i * rbm.visible);
    images.set(sweep.images[1]!, (sweeps + i) * rbm.visible);
    tried += sweep.tried.length;
    swapped += sweep.swapped.length;
  }
  exchange.end();
  const read = Array.from(reader.predict(images));
  const [alone, together] = [read.slice(0, sweeps), read.slice(sweeps)];
  return { alone, together, visited: [new Set(alone).size, new Set(together).size] as const, share: swapped / tried };
}

describe('lesson Dreaming', () => {
  it('answers its question: alone the chain shows only 7s, with exchanges other digits, too', async () => {
    const { alone, together, visited, share } = await walk({});
    expect(new Set(alone)).toEqual(new Set([7]));
    expect(visited[1]).toBeGreaterThanOrEqual(5);
    expect(share).toBeGreaterThan(0.3);
    // The same seed shows the same, another one something else.
    const shorter = await walk({ sweeps: 40 });
    expect(together.slice(0, 40)).toEqual(shorter.together);
    expect((await walk({ seed: 2 })).together).not.toEqual(together);
  });

  it('visits more digits with exchanges than without, over all ten beginnings', async () => {
    let [alone, together] = [0, 0];
    for (let digit = 0; digit < 10; ++digit) {
      const { visited } = await walk({ digit });
      alone += visited[0];
      together += visited[1];
    }
    expect(together).toBeGreaterThan(1.3 * alone);
  }, 300_000);

  it('says what one sees when one tries', async () => {
    const equal = await walk({ highest: 1 });
    expect(equal.share).toBe(1);
    expect(equal.together.filter((digit) => digit === 7).length).toBeGreaterThan(30);
    const steep = await walk({ highest: 2 });
    expect(steep.share).toBeLessThan(0.25);
    const nought = await walk({ digit: 0 });
    expect(new Set(nought.together)).toEqual(new Set([0]));
    expect([Math.exp(15) / 3e6, Math.exp(15 / 1.4) / 45_000].map((ratio) => ratio.toFixed(1))).toEqual(['1.1', '1.0']);
  });

  it('walks to the digit whose label is held, from the 7 on', () => {
    for (let label = 0; label < 10; ++label) {
      const dream = reader.dream({ chains: 1, seed: 1, start: digits[7]!, label });
      dream.stepsPerFrame = heldSteps.at(-1)!;
      expect(Array.from(reader.predict(dream.next().value.images))).toEqual([label]);
      dream.return?.();
    }
  });

  it('keeps the distribution at temperature 1, by enumeration of a small machine', async () => {
    const small = engine.rbm({ visible: 4, hidden: 3 });
    const W = Float32Array.from({ length: 12 }, (_, i) => 2.5 * Math.sin(5 * i + 2));
    small.setParameters({ W, b: new Float32Array(4).fill(0.3), c: new Float32Array(3).fill(-0.5) });
    const all = Float32Array.from({ length: 16 * 4 }, (_, i) => (Math.floor(i / 4) >> (i % 4)) & 1);
    const weights = Array.from(small.freeEnergy(all).data, (free) => Math.exp(-free));
    const sum = weights.reduce((a, b) => a + b, 0);
    const machines = machinesOf(small, 3);
    const exchange = new Exchange(machines, new Float32Array(4), 1);
    const sweeps = 6000;
    const means = new Float64Array(4);
    let swaps = 0;
    for (let i = 0; i < sweeps; ++i) {
      const { images, swapped } = await exchange.next();
      swaps += swapped.length;
      for (let unit = 0; unit < 4; ++unit) means[unit]! += images[1]![unit]! / sweeps;
    }
    expect(swaps).toBeGreaterThan(sweeps);
    for (let unit = 0; unit < 4; ++unit) {
      let exact = 0;
      weights.forEach((weight, state) => (exact += (((state >> unit) & 1) * weight) / sum));
      expect(Math.abs(means[unit]! - exact)).toBeLessThan(0.03);
    }
    exchange.end();
    for (const machine of [small, ...machines]) machine.dispose();
  });

  it('decides exchanges by numbers spread evenly from 0 to 1, of its own for each pair and sweep', () => {
    const drawn = Array.from({ length: 10_000 }, (_, i) => coin(1, Math.floor(i / 5), i % 5));
    expect(new Set(drawn).size).toBeGreaterThan(9990);
    for (let tenth = 0; tenth < 10; ++tenth) {
      const share = drawn.filter((one) => Math.floor(10 * one) === tenth).length / drawn.length;
      expect(Math.abs(share - 0.1)).toBeLessThan(0.015);
    }
    expect(ladder(1.4)).toHaveLength(rungs);
    expect([ladder(1.4)[0], ladder(1.4).at(-1)]).toEqual([1, 1.4]);
  });
});
