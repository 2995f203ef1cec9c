// What nobody holds any more is freed, what is at work is not, and what a file or an option says ends no engine.
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;
const aMoment = () => new Promise((resolve) => setTimeout(resolve, 10));

const engines: [string, () => Promise<Engine>][] = [
  ['worker', () => load({ threads: 2 })],
  ['sync', async () => (await loadSync()) as unknown as Engine],
];

describe.each(engines)('%s engine', (_, loadEngine) => {
  let engine: Engine;

  beforeAll(async () => {
    engine = await loadEngine();
  });

  afterAll(() => {
    engine.dispose();
  });

  it('frees models, data sets and trainings that were dropped without dispose', async () => {
    // Each turn's parameters and data take 3 MB, and its training as much again.
    const { held } = await engine.diagnostics();
    for (let turn = 0; turn < 20; ++turn) {
      const rbm = await engine.rbm({ visible: 500, hidden: 1000, seed: turn });
      const data = await engine.dataset(new Float32Array(500 * 500).fill(turn / 20), { shape: [500, 500] });
      await rbm.training(data, { epochs: 1 });
      collect();
      await aMoment();
    }
    expect((await engine.diagnostics()).held).toBeLessThan(held + 20e6);
  });

  it('keeps what a training or a call works on', async () => {
    const begin = async () => {
      const rbm = await engine.rbm({ visible: 9, hidden: 4 });
      const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
      return rbm.training(data, { epochs: 20 });
    };
    const training = await begin();
    for (let epoch = 1; epoch <= 20; ++epoch) {
      collect();
      await aMoment();
      await training.run({ epochs: 1 });
      expect(training.progress.epoch).toBe(epoch);
    }
  });

  it('frees models that others were copied from', async () => {
    let rbm = await engine.rbm({ visible: 500, hidden: 1000 });
    const { held } = await engine.diagnostics();
    // 20 copies of 2 MB, each of the one before.
    for (let turn = 0; turn < 20; ++turn) {
      rbm = await rbm.copy();
      collect();
      await aMoment();
    }
    expect((await engine.diagnostics()).held).toBeLessThan(held + 10e6);
    expect(rbm.hiddenUnits).toBe(1000);
  });

  it('takes a Float64Array wherever it takes a Float32Array, rounded', async () => {
    const rbm = await engine.rbm({ visible: 3, hidden: 2, seed: 5 });
    const x = [0.1, 0.7, 1];
    const single = Float32Array.from(x);
    const double = Float64Array.from(x);
    expect(await rbm.freeEnergy(double)).toEqual(await rbm.freeEnergy(single));
    expect(await rbm.hiddenMeans(double)).toEqual(await rbm.hiddenMeans(single));
    expect(await rbm.reconstruct(double, { seed: 1 })).toEqual(await rbm.reconstruct(single, { seed: 1 }));
    const bits = Float64Array.from([1, 0, 1]);
    const clamp = { values: bits, mask: bits };
    const { means } = await rbm.sample({ chains: 1, steps: 2, seed: 3, start: bits, clamp });
    expect([means.data[0], means.data[2]]).toEqual([1, 1]);
    await expectError(() => rbm.freeEnergy(Float64Array.from([1, 2])), RangeError, /whole rows of 3 values/);
    await expectError(() => rbm.freeEnergy(Float64Array.from([1, NaN, 0])), RangeError, /NaN/);
  });

  it('goes on after errors that speak of a call stack', async () => {
    const rbm = await engine.rbm({ visible: 3, hidden: 2 });
    const texts = ['call stack', 'Maximum call stack size exceeded', 'too much recursion'];
    for (const text of texts) {
      const bytes = await rbm.save();
      const at = Buffer.from(bytes).indexOf('"rbm"');
      const escaped = Buffer.from(bytes).indexOf('\\"rbm\\"');
      expect(Math.max(at, escaped)).toBeGreaterThan(0);
      const header = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0, true);
      const json = Buffer.from(bytes)
        .subarray(8, 8 + header)
        .toString();
      const altered = Buffer.from(json.replace('rbm', text).trimEnd());
      const length = Buffer.alloc(8);
      length.writeUInt32LE(altered.length, 0);
      const file = Buffer.concat([length, altered, Buffer.from(bytes).subarray(8 + header)]);
      await expectCode(() => engine.open(new Uint8Array(file)), 'format', new RegExp(text));
      await expectError(
        () => engine.rbm({ visible: 3, hidden: 2, visibleUnits: text as 'bernoulli' }),
        Error,
        new RegExp(text),
      );
      await expectError(
        () => rbm.sample({ chains: 1, steps: 1, [text]: 1 } as object as { chains: number; steps: number }),
        TypeError,
        new RegExp(text),
      );
    }
    expect((await rbm.freeEnergy(new Float32Array(3))).data).toHaveLength(1);
  });

  it('refuses what is nested deeper than any argument', async () => {
    let deep: unknown = 1;
    for (let i = 0; i < 1000; ++i) deep = { deep };
    let list: unknown = 1;
    for (let i = 0; i < 100_000; ++i) list = [list];
    const rbm = await engine.rbm({ visible: 3, hidden: 2 });
    for (const value of [deep, list]) {
      await expectError(() => engine.rbm({ visible: 3, hidden: value as number }), RangeError, /nested deeper than 8/);
      await expectError(() => rbm.reconstruct(value as Float32Array), RangeError, /nested deeper than 8/);
    }
    expect((await rbm.freeEnergy(new Float32Array(3))).data).toHaveLength(1);
  });
});

describe('an engine of 64 MB whose models are dropped without dispose', () => {
  const one = { visible: 1000, hidden: 1000 }; // 4 MB
  let engine: Engine;

  beforeAll(async () => {
    engine = await load({ threads: 2, memory: 2 ** 26 });
  });

  afterAll(() => {
    engine.dispose();
  });

  it('makes on and on, in a loop that neither collects nor waits for anything else', async () => {
    for (let turn = 0; turn < 60; ++turn) await engine.rbm({ ...one, seed: turn });
  });

  it('trains on and on', async () => {
    for (let turn = 0; turn < 30; ++turn) {
      const rbm = await engine.rbm({ ...one, seed: turn });
      const data = await engine.dataset(new Float32Array(2 * 1000).fill(turn / 30), { shape: [2, 1000] });
      await rbm.train(data, { epochs: 1 });
    }
  });

  it('makes two, one after the other, each of which takes more than the half', async () => {
    for (let turn = 0; turn < 4; ++turn) await engine.rbm({ visible: 3000, hidden: 3000, seed: turn });
    const found = await Promise.all(['a', 'b', 'c'].map(() => engine.dataset({ kind: 'bars-and-stripes', size: 3 })));
    expect(found.map(({ count }) => count)).toEqual([14, 14, 14]);
  });

  it('does what was asked while it waits for room in the order in which it was asked', async () => {
    const small = await engine.rbm({ visible: 3, hidden: 2, seed: 1 });
    const means = async () => Array.from((await small.hiddenMeans(Float32Array.of(1, 0, 1))).data);
    const before = await means();
    await engine.rbm({ visible: 3000, hidden: 3000 });
    const large = engine.rbm({ visible: 3000, hidden: 3000 });
    const first = means();
    const set = small.setParameters({ W: new Float32Array(6), b: new Float32Array(3), c: new Float32Array(2) });
    const second = means();
    small.dispose();
    expect((await large).visible).toBe(3000);
    expect(await first).toEqual(before);
    await set;
    expect(await second).toEqual([0.5, 0.5]);
    await expectCode(() => means(), 'disposed', /this model was disposed/);
  });

  it('is told of a model that it waited for in vain, what holds the memory and how it is freed', async () => {
    const kept = await engine.rbm({ visible: 3000, hidden: 3000 });
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const { message } = await expectError(
      () => engine.rbm({ visible: 3000, hidden: 3000 }),
      RangeError,
      /^out of memory: .* may have 64 MB in all; [34]\d MB of it are held, until dispose\(\) frees them, by what lives/,
    );
    expect(message).toMatch(/by what lives: .*\d models?\b/);
    expect(message).toMatch(/by what lives: .*\d data sets?\b/);
    expect(data.count).toBe(14);
    kept.dispose();
    const controller = new AbortController();
    const next = await engine.rbm({ visible: 3000, hidden: 3000 });
    const aborted = engine.dataset(new Float32Array(9e6), { shape: [1, 9e6], signal: controller.signal });
    controller.abort(new Error('left'));
    await expect(aborted).rejects.toThrow('left');
    expect(next.visible).toBe(3000);
  });
});

it('an engine without a worker says what holds its memory', async () => {
  const engine = await loadSync();
  const rbms = [1, 2].map((seed) => engine.rbm({ visible: 4000, hidden: 3, seed }));
  const refused = () => rbms[0]?.sample({ chains: 2 ** 20 });
  await expectError(refused, RangeError, /by what lives: 2 models\. Smaller models/);
  rbms[1]?.dispose();
  await expectError(refused, RangeError, /by what lives: 1 model\. Smaller models/);
  engine.dispose();
});

it('a dream that is aborted frees its chains at once', async () => {
  const engine = await load({ threads: 1 });
  const rbm = await engine.rbm({ visible: 784, hidden: 500 });
  await rbm.sample({ chains: 500, steps: 1 });
  const { held } = await engine.diagnostics();
  // Chains of 20 dreams, each of 500 states of 784 units, would take 30 MB.
  for (let turn = 0; turn < 20; ++turn) {
    const controller = new AbortController();
    const dream = rbm.dream({ chains: 500, signal: controller.signal });
    await dream.next();
    controller.abort(new Error('left'));
    await expect(dream.next()).rejects.toThrow('left');
  }
  expect((await engine.diagnostics()).held).toBeLessThan(held + 8e6);
  engine.dispose();
});
