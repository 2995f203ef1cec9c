// Single draws of one side of an RBM given the other; the C++ tests hold their law to enumeration for every pair of
// unit types (tests/cpp/test_samplers.cpp).
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type Rbm, type Units, type UnitType } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectError, mean } from './helpers.js';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 2 });
});
afterAll(() => {
  engine.dispose();
});

const rows = 20_000;
const types: Record<string, { units: Units; state: number[] }> = {
  bernoulli: { units: 'bernoulli', state: [1, 0, 1] },
  gaussian: { units: 'gaussian', state: [0.5, -1, 0.2] },
  softmax: { units: { type: 'softmax', groups: [3] }, state: [0, 1, 0] },
  relu: { units: 'relu', state: [0, 0.4, 1.1] },
};

const repeated = (state: number[]) => Float32Array.from({ length: 3 * rows }, (_, i) => state[i % 3] as number);
const column = (data: Float32Array, i: number) => data.filter((_, at) => at % 3 === i);

async function machine(visible: UnitType, hidden: UnitType): Promise<Rbm> {
  const units = { visibleUnits: types[visible]?.units as Units, hiddenUnits: types[hidden]?.units as Units };
  const rbm = await engine.rbm({ visible: 3, hidden: 3, ...units, seed: 3 });
  await rbm.setParameters({
    W: Float32Array.from({ length: 9 }, (_, i) => 0.3 * Math.sin(1 + 2 * i)),
    b: Float32Array.of(0.4, -0.3, 0.2),
    c: Float32Array.of(-0.2, 0.5, 0.1),
  });
  return rbm;
}

/** Each unit's mean over the rows against the exact one, in standard errors, and what values of the type can be. */
function check(type: UnitType, states: Float32Array, means: Float32Array): void {
  for (let i = 0; i < 3; i++) {
    const values = column(states, i);
    const average = mean(values);
    const deviation = Math.sqrt(mean(values.map((value) => (value - average) ** 2)));
    expect(Math.abs(average - (means[i] as number))).toBeLessThan((4 * deviation) / Math.sqrt(rows));
    // A mean in the place of a sample would not vary.
    expect(deviation).toBeGreaterThan(0.1);
    if (type === 'gaussian') expect(deviation).toBeCloseTo(1, 1);
  }
  const binary = states.every((value) => value === 0 || value === 1);
  expect(binary).toBe(type === 'bernoulli' || type === 'softmax');
  if (type === 'relu') expect(states.every((value) => value >= 0)).toBe(true);
  if (type === 'softmax')
    for (let i = 0; i < states.length; i += 3) expect(mean(states.subarray(i, i + 3))).toBeCloseTo(1 / 3, 6);
}

describe('sampleHidden and sampleVisible', () => {
  const all = Object.keys(types) as UnitType[];
  it.each(all)('draw %s units from their law, in both directions', async (type) => {
    const seen = types[type]?.state as number[];
    const above = await machine('bernoulli', type);
    const x = types.bernoulli?.state as number[];
    const hidden = await above.sampleHidden(repeated(x));
    expect(hidden.shape).toEqual([rows, 3]);
    check(type, hidden.data, (await above.hiddenMeans(Float32Array.from(x))).data);
    const below = await machine(type, 'bernoulli');
    const visible = await below.sampleVisible(repeated(x));
    expect(visible.shape).toEqual([rows, 3]);
    check(type, visible.data, (await below.visibleMeans(Float32Array.from(x))).data);
    // What was drawn is a state that the other direction takes.
    expect((await below.sampleHidden(Float32Array.from(seen))).shape).toEqual([1, 3]);
    expect((await above.sampleVisible(Float32Array.from(seen))).shape).toEqual([1, 3]);
  });

  it('are functions of their arguments, and draw flatter at a higher temperature', async () => {
    const rbm = await machine('bernoulli', 'bernoulli');
    const x = repeated([1, 0, 1]);
    const first = await rbm.sampleHidden(x, { seed: 5 });
    await rbm.sampleVisible(x, { seed: 5 });
    expect(await rbm.sampleHidden(x, { seed: 5 })).toEqual(first);
    expect((await rbm.sampleHidden(x)).data).not.toEqual((await rbm.sampleHidden(x)).data);
    expect((await rbm.sampleVisible(x)).data).not.toEqual((await rbm.sampleVisible(x)).data);
    expect((await rbm.sampleHidden(x, { seed: 6 })).data).not.toEqual(first.data);
    // Each row has random numbers of its own.
    expect(first.data.slice(0, 3000)).not.toEqual(first.data.slice(3 * 2048, 3 * 2048 + 3000));
    const hot = await rbm.sampleHidden(x, { seed: 5, temperature: 1000 });
    for (let i = 0; i < 3; i++) expect(mean(column(hot.data, i))).toBeCloseTo(0.5, 1);

    const sync = await loadSync();
    const same = sync.rbm({ visible: 3, hidden: 3, seed: 3 });
    const given = await rbm.parameters();
    same.setParameters({ W: given.W.data, b: given.b.data, c: given.c.data });
    expect(same.sampleHidden(x, { seed: 5 })).toEqual(first);
    expect(same.sampleVisible(x, { seed: 5 })).toEqual(await rbm.sampleVisible(x, { seed: 5 }));
    sync.dispose();
  });

  it('draw documents of the length that is asked for', async () => {
    const rbm = await engine.rbm({ visible: 3, hidden: 2, visibleUnits: 'replicated-softmax' });
    const { data } = await rbm.sampleVisible(new Float32Array(20), { words: 7 });
    for (let i = 0; i < data.length; i += 3) expect(3 * mean(data.subarray(i, i + 3))).toBeCloseTo(7, 6);
    await expectError(() => rbm.sampleVisible(new Float32Array(2)), TypeError, /words/);
    await expectError(() => rbm.sampleVisible(new Float32Array(2), { words: 0 }), RangeError, /words/);
  });

  it('refuse what they cannot draw from', async () => {
    const rbm = await machine('bernoulli', 'relu');
    await expectError(() => rbm.sampleHidden(new Float32Array(4)), RangeError, /whole rows of 3/);
    await expectError(() => rbm.sampleHidden(Float32Array.of(2, 0, 0)), RangeError, /lie in \[0, 1\]/);
    await expectError(() => rbm.sampleVisible(Float32Array.of(-1, 0, 0)), RangeError, /not negative/);
    await expectError(() => rbm.sampleHidden(new Float32Array(3), { temperature: 0 }), RangeError, /temperature/);
    await expectError(() => rbm.sampleHidden(new Float32Array(3), { seed: -1 }), RangeError, /seed/);
    await expectError(
      () => rbm.sampleHidden(new Float32Array(3), { words: 3 } as never),
      TypeError,
      /no entry 'words'/,
    );
    await expectError(() => rbm.sampleVisible(new Float32Array(3), { words: 3 }), TypeError, /replicated-softmax/);
  });
});
