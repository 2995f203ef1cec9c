// The lesson Why restrict: what it claims, computed anew through the package.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine } from 'wakesleep';
import { hidden, near, parameters, states, tangle, visible, W } from '../../web/site/lessons/restriction/tangle.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 1 });
});
afterAll(() => {
  engine.dispose();
});

const bit = (state: number, j: number) => (state >> j) & 1;
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b);
const variation = (p: readonly number[], q: readonly number[]) => sum(p.map((one, s) => Math.abs(one - q[s]!))) / 2;

/** The posterior written out. */
function posterior(held: string, inside: number): number[] {
  const weights = Array.from({ length: 2 ** hidden }, (_, state) => {
    const on = [0, 1, 2, 3].filter((j) => bit(state, j));
    const inputs = on.map((j) => sum(W.map((row, i) => Number(held[i]) * row[j]!)) - 1.5 * inside);
    return Math.exp(inputs.reduce((a, b) => a + b, (inside * on.length * (on.length - 1)) / 2));
  });
  return weights.map((weight) => weight / sum(weights));
}

describe('lesson Why restrict', () => {
  it('has the posterior of its weights, that of independent units in the restricted one alone', async () => {
    for (const held of states)
      for (const inside of [null, 1, 3]) {
        const { p, independent } = await tangle(engine, { held, inside });
        expect(variation(p, posterior(held, inside ?? 0))).toBeLessThan(1e-5);
        if (inside === null) expect(variation(p, independent)).toBeLessThan(1e-5);
        else expect(variation(p, independent)).toBeGreaterThan(inside === 1 ? 0.2 : 0.6);
      }
  });

  it('answers its question: 1 step without connections inside the layer, 81 with them', async () => {
    const restricted = await tangle(engine, { held: '101', inside: null });
    expect(restricted).toMatchObject({ steps: 1, groups: 1 });
    expect(restricted.time).toBeCloseTo(1, 4);
    expect(restricted.distances[0]).toBeGreaterThan(0.5);
    expect(restricted.distances[1]).toBeLessThan(1e-6);
    const full = await tangle(engine, { held: '101', inside: 3 });
    expect(full).toMatchObject({ steps: 81, groups: 4 });
    expect(full.time).toBeCloseTo(42.5, 1);
    expect(full.distances[80]).toBeGreaterThanOrEqual(near);
    // Almost all of it is in two states.
    expect(full.p[0]! + full.p[15]!).toBeGreaterThan(0.9);
  });

  it('takes some five times as long with each 1 more, and its autocorrelation time grows along', async () => {
    const found = [];
    for (const inside of [1, 2, 3, 4]) found.push(await tangle(engine, { held: '101', inside }));
    expect(found.map(({ steps }) => steps)).toEqual([5, 16, 81, 477]);
    expect(found[0]!.distances[1]).toBeCloseTo(0.286, 3);
    for (const k of [1, 2, 3]) {
      expect(found[k]!.steps / found[k - 1]!.steps).toBeGreaterThan(3);
      expect(found[k]!.steps / found[k - 1]!.steps).toBeLessThan(6.5);
      expect(found[k]!.time / found[k - 1]!.time).toBeGreaterThan(4);
    }
  });

  it('is no easier with other visible units, and is the restricted machine with a weight of 0', async () => {
    const steps = [];
    for (const held of states) steps.push((await tangle(engine, { held, inside: 3 })).steps);
    expect([Math.min(...steps), Math.max(...steps)]).toEqual([81, 137]);
    expect([steps[states.indexOf('101')], steps[states.indexOf('000')]]).toEqual([81, 137]);
    const none = await tangle(engine, { held: '101', inside: 0 });
    expect(none).toMatchObject({ steps: 1, groups: 4 });
    expect(none.time).toBeCloseTo(1, 4);
  });

  it('is what chains show, too: after a step they are far from the posterior, after 81 near', async () => {
    const machine = await engine.boltzmann({ visible, hidden, weightScale: 0 });
    await machine.setParameters(parameters(3));
    const start = Float32Array.of(1, 0, 1, 0, 0, 0, 0);
    const clamp = { values: start, mask: Float32Array.of(1, 1, 1, 0, 0, 0, 0) };
    const { p, distances } = await tangle(engine, { held: '101', inside: 3 });
    const chains = 10_000;
    for (const steps of [1, 10, 81]) {
      const { data } = (await machine.sample({ chains, steps, start, clamp, seed: 4 })).states;
      const counts = new Array<number>(16).fill(0);
      for (let r = 0; r < chains; r++) {
        let state = 0;
        for (let j = 0; j < hidden; j++) state |= data[7 * r + visible + j]! << j;
        counts[state]! += 1 / chains;
      }
      // What 10,000 draws are off by at most.
      expect(Math.abs(variation(counts, p) - distances[steps]!)).toBeLessThan(0.02);
    }
    machine.dispose();
  });
});
