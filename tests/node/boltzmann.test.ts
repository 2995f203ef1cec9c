// Boltzmann machines with connections between any units, through the public API, in the worker and without.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type BoltzmannMachine, type Engine } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';

let engine: Engine;
let sync: SyncEngine;
beforeAll(async () => {
  engine = await load({ threads: 2 });
  sync = await loadSync();
});
afterAll(() => {
  engine.dispose();
  sync.dispose();
});

const floats = (...values: number[]) => Float32Array.from(values);
const numbers = {
  W: floats(0, 1.5, -0.5, 0.25, 1.5, 0, 1, -2, -0.5, 1, 0, 0.75, 0.25, -2, 0.75, 0),
  b: floats(0.5, -0.25, 0, 1),
};

async function four(): Promise<BoltzmannMachine> {
  const machine = await engine.boltzmann({ visible: 2, hidden: 2 });
  await machine.setParameters(numbers);
  return machine;
}

const bit = (state: number, unit: number) => (state >> unit) & 1;
function energy(state: number): number {
  let sum = 0;
  for (let i = 0; i < 4; i++) {
    sum -= numbers.b[i]! * bit(state, i);
    for (let j = 0; j < i; j++) sum -= numbers.W[4 * i + j]! * bit(state, i) * bit(state, j);
  }
  return sum;
}
const all = Float32Array.from({ length: 64 }, (_, k) => bit(k >> 2, k & 3));

describe('a Boltzmann machine with any connections', () => {
  it('says what it is', async () => {
    const machine = await four();
    expect(machine).toMatchObject({ visible: 2, hidden: 2, units: 4, seed: 1, colours: [0, 1, 2, 3] });
    const { W, b } = await machine.parameters();
    expect([W.shape, b.shape]).toEqual([[4, 4], [4]]);
    expect(W.data).toEqual(numbers.W);
    const restricted = await engine.boltzmann({ visible: 2, hidden: 3, connections: 'restricted' });
    expect(restricted.colours).toEqual([0, 0, 1, 1, 1]);
    const ring = await engine.boltzmann({
      visible: 4,
      connections: [
        [0, 1],
        [1, 2],
        [2, 3],
        [3, 0],
      ],
    });
    expect(ring.colours).toEqual([0, 1, 0, 1]);
    expect((await ring.parameters()).W.data[2]).toBe(0);
  });

  it('has the energies and the probabilities of its states', async () => {
    const machine = await four();
    const energies = await machine.energies(all);
    expect(energies.shape).toEqual([16]);
    energies.data.forEach((found, state) => expect(found).toBeCloseTo(energy(state), 5));
    for (const temperature of [1, 2]) {
      const weights = Array.from({ length: 16 }, (_, state) => Math.exp(-energy(state) / temperature));
      const Z = weights.reduce((a, b) => a + b);
      const { logZ, means, moments } = await machine.exact({ temperature });
      expect(logZ).toBeCloseTo(Math.log(Z), 6);
      const p = await machine.probabilities({ temperature });
      p.data.forEach((found, state) => expect(found).toBeCloseTo(weights[state]! / Z, 6));
      const share = (fits: (state: number) => boolean) =>
        weights.reduce((sum, weight, state) => sum + (fits(state) ? weight / Z : 0), 0);
      expect(means.data[1]).toBeCloseTo(
        share((state) => bit(state, 1) === 1),
        6,
      );
      expect(moments.data[4 * 1 + 3]).toBeCloseTo(
        share((state) => bit(state, 1) + bit(state, 3) === 2),
        6,
      );
      const scores = await machine.scoreSamples(floats(0, 0, 1, 0));
      if (temperature === 1) expect(scores.data[1]).toBeCloseTo(Math.log(share((state) => (state & 3) === 1)), 5);
    }
    const clamp = { mask: floats(1, 1, 0, 0), values: floats(1, 0, 0, 0) };
    const p = await machine.probabilities({ clamp });
    expect(p.shape).toEqual([4]);
    expect(p.data[2]! / p.data[0]!).toBeCloseTo(Math.exp(energy(0b0001) - energy(0b1001)), 4);
  });

  it('samples what is probable, the same for a seed, and the next numbers without one', async () => {
    const machine = await four();
    const { means } = await machine.exact();
    const { states, steps, settled } = await machine.sample({ chains: 5_000, steps: 30, seed: 3 });
    expect([states.shape, steps, settled]).toEqual([[5_000, 4], 30, false]);
    const found = [0, 1, 2, 3].map((i) => states.data.filter((_, k) => k % 4 === i).reduce((a, b) => a + b) / 5_000);
    found.forEach((mean, i) => expect(Math.abs(mean - means.data[i]!)).toBeLessThan(0.036));
    const local = sync.boltzmann({ visible: 2, hidden: 2 });
    local.setParameters(numbers);
    expect(local.sample({ chains: 5_000, steps: 30, seed: 3 }).states.data).toEqual(states.data);
    const once = local.sample({ chains: 50 }).states.data;
    expect(local.sample({ chains: 50 }).states.data).not.toEqual(once);
    const held = local.sample({ chains: 9, steps: 3, clamp: { mask: floats(1, 0, 0, 1), values: floats(1, 0, 0, 0) } });
    for (let r = 0; r < 9; r++) expect([held.states.data[4 * r], held.states.data[4 * r + 3]]).toEqual([1, 0]);
    expect(local.mixing({ steps: 400 }).distances.data[400]).toBeLessThan(1e-6);
    expect(local.mixing({ steps: 50, start: floats(1, 1, 1, 1) }).times.shape).toEqual([4]);
    const { bound, change } = local.meanField();
    expect(change).toBeLessThanOrEqual(1e-6);
    expect(bound).toBeLessThan(local.exact().logZ);
  });

  it('restores patterns as a Hopfield network', async () => {
    const net = await engine.boltzmann({ visible: 50 });
    const { states } = await net.sample({ chains: 3, seed: 5 });
    await net.store(states);
    const damaged = { ...states, data: states.data.map((s, k) => (k % 9 === 0 ? 1 - s : s)) };
    const restored = await net.sample({ start: damaged, temperature: 0, steps: 100 });
    expect(restored.states.data).toEqual(states.data);
    expect(restored.settled).toBe(true);
    expect(restored.steps).toBeLessThan(10);
  });

  it('learns what no pair of visible units tells, by the exact gradient', async () => {
    // The third is on where just one of the first two is.
    const parity = floats(0, 0, 0, 1, 0, 1, 0, 1, 1, 1, 1, 0);
    const learnt = await engine.boltzmann({ visible: 3, hidden: 2, weightScale: 1, seed: 2 });
    const { steps, objective } = await learnt.train(parity, { steps: 3000, learningRate: 0.3 });
    expect(steps).toBe(3000);
    expect(objective).toBeGreaterThan(-1.45);
    const scores = await learnt.scoreSamples(parity);
    expect(scores.data.reduce((a, b) => a + b) / 4).toBeCloseTo(objective!, 3);
  });

  it('takes data sets, and trains in portions as at once', async () => {
    const bars = await engine.dataset({ kind: 'bars-and-stripes', size: 2 });
    for (const method of ['exact', 'cd', 'pcd', 'pseudo-likelihood'] as const) {
      const hidden = method === 'pseudo-likelihood' ? 0 : 2;
      const [once, parts] = [await engine.boltzmann({ visible: 4, hidden }), sync.boltzmann({ visible: 4, hidden })];
      const told = await once.train(bars, { method, steps: 7, k: 2 });
      expect(told.objective === undefined).toBe(method === 'cd' || method === 'pcd');
      const rows = (await bars.rows(0, bars.count)).data;
      parts.train(rows, { method, steps: 3, k: 2 });
      expect(parts.train(rows, { method, steps: 4, k: 2 }).steps).toBe(7);
      expect(parts.parameters().W.data).toEqual((await once.parameters()).W.data);
    }
  });

  it('can be stopped, is busy while it trains, and is used up once disposed', async () => {
    const machine = await engine.boltzmann({ visible: 8, hidden: 6 });
    const stop = new AbortController();
    const training = machine.train(new Float32Array(8 * 50), { steps: 1_000_000, signal: stop.signal });
    await expectCode(() => machine.setBias(0, 1), 'busy', /in training/);
    await expectCode(() => machine.train(new Float32Array(8)), 'busy', /in training/);
    stop.abort(new Error('enough'));
    await expect(training).rejects.toThrow('enough');
    await machine.setBias(0, 1);
    machine.dispose();
    await expectCode(() => machine.exact(), 'disposed', /machine was disposed/);
  });

  const refusals: [string, (machine: BoltzmannMachine) => Promise<unknown>, typeof RangeError, RegExp][] = [
    ['no units', () => engine.boltzmann({ visible: 0 }), RangeError, /visible must be a whole number from 1 to 1024/],
    ['too many', () => engine.boltzmann({ visible: 9, hidden: 1016 }), RangeError, /hidden must be .* 0 to 1015/],
    ['other words', () => engine.boltzmann({ visible: 2, connections: 'some' as never }), RangeError, /'restricted'/],
    ['a loop', () => engine.boltzmann({ visible: 2, connections: [[1, 1]] }), RangeError, /not of 1 with itself/],
    [
      'no unit',
      () => engine.boltzmann({ visible: 2, connections: [[0, 2]] }),
      RangeError,
      /connections\[0\]\[1\] must/,
    ],
    ['no pair', () => engine.boltzmann({ visible: 2, connections: [[0]] as never }), TypeError, /must be two units/],
    ['unknown options', () => engine.boltzmann({ visible: 2, units: 3 } as never), TypeError, /no entry 'units'/],
    [
      'a W that is not symmetric',
      (one) => one.setParameters({ W: numbers.W.map((w, k) => (k === 1 ? 7 : w)), b: numbers.b }),
      RangeError,
      /W must be symmetric: W\[0, 1\] is 7, and W\[1, 0\] is 1.5/,
    ],
    [
      'a diagonal',
      (one) => one.setParameters({ W: numbers.W.map((w, k) => (k === 5 ? 1 : w)), b: numbers.b }),
      RangeError,
      /W must be 0 on its diagonal: W\[1, 1\] is 1/,
    ],
    [
      'numbers that are none',
      (one) => one.setParameters({ W: numbers.W, b: floats(0, NaN, 0, 0) }),
      RangeError,
      /b\[1\] must be a finite number, not NaN/,
    ],
    ['a short W', (one) => one.setParameters({ W: floats(0), b: numbers.b }), RangeError, /W must have 16 entries/],
    ['no W', (one) => one.setParameters({ b: numbers.b } as never), TypeError, /W must be a Float32Array of 16/],
    ['a weight of a unit', (one) => one.setWeight(1, 1, 2), RangeError, /units \[1, 1\] are not connected/],
    ['grey states', (one) => one.energies(floats(0, 0.5, 1, 1)), RangeError, /states must be 0 or 1/],
    ['half a row', (one) => one.energies(floats(0, 1, 1)), RangeError, /whole rows of 4 values/],
    ['a cold start', (one) => one.sample({ temperature: 0, startTemperature: 1 }), RangeError, /both be above 0, or/],
    ['no temperature', (one) => one.exact({ temperature: 0 }), RangeError, /temperature must be/],
    ['no steps', (one) => one.sample({ steps: 0 }), RangeError, /steps must be a whole number from 1/],
    [
      'rows for chains',
      (one) => one.sample({ start: all, chains: 3 }),
      RangeError,
      /one row or 3, one a chain, not 16/,
    ],
    [
      'a short clamp',
      (one) => one.exact({ clamp: { mask: floats(1), values: floats(1) } }),
      RangeError,
      /clamp.mask must have 4 entries/,
    ],
    [
      'a grey clamp',
      (one) => one.exact({ clamp: { mask: floats(1, 0, 0, 0), values: floats(0.5, 0, 0, 0) } }),
      RangeError,
      /clamp.values must be 0 or 1, and unit 0 is held at 0.5/,
    ],
    ['a rate of 0', (one) => one.train(floats(0, 1), { learningRate: 0 }), RangeError, /learningRate must be/],
    [
      'pseudo-likelihood with hidden units',
      (one) => one.train(floats(0, 1), { method: 'pseudo-likelihood' }),
      TypeError,
      /needs a machine without hidden units, and this one has 2/,
    ],
  ];
  it.each(refusals)('refuses %s', async (_, call, type, says) => {
    const machine = await four();
    await expectError(() => call(machine), type, says);
    expect((await machine.parameters()).W.data).toEqual(numbers.W);
  });

  it('refuses sums over too many units', async () => {
    const large = await engine.boltzmann({ visible: 25, connections: [] });
    await expectError(() => large.exact(), RangeError, /at most 24 units that are not held, not 25/);
    await expectError(() => large.probabilities(), RangeError, /at most 16 units/);
    await expectError(() => large.mixing(), RangeError, /at most 12 units/);
    await expectError(() => large.train(new Float32Array(25)), RangeError, /at most 24 units/);
    expect((await large.sample()).states.shape).toEqual([1, 25]);
  });
});
