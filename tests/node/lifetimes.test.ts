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
    // Each turn takes some 16 MB: all together more than the engine with threads may have in all.
    const { memory } = await engine.diagnostics();
    for (let turn = 0; turn < 150; ++turn) {
      const rbm = await engine.rbm({ visible: 1000, hidden: 4000, seed: turn });
      const data = await engine.dataset(new Float32Array(8 * 1000).fill(turn % 2), { shape: [8, 1000] });
      await rbm.training(data, { epochs: 1 });
      collect();
      await aMoment();
    }
    expect((await engine.diagnostics()).memory).toBeLessThan(memory + 400e6);
  }, 120_000);

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
    let rbm = await engine.rbm({ visible: 1000, hidden: 4000 });
    const { memory } = await engine.diagnostics();
    // 40 copies of 16 MB, each of the one before.
    for (let turn = 0; turn < 40; ++turn) {
      rbm = await rbm.copy();
      collect();
      await aMoment();
    }
    expect((await engine.diagnostics()).memory).toBeLessThan(memory + 200e6);
    expect(rbm.hiddenUnits).toBe(4000);
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

it('a dream that is aborted frees its chains at once', async () => {
  const engine = await load({ threads: 1 });
  const rbm = await engine.rbm({ visible: 784, hidden: 500 });
  await rbm.sample({ chains: 1000, steps: 1 });
  const { memory } = await engine.diagnostics();
  // Chains of 200 dreams, each of 1,000 states of 784 units, would take 600 MB.
  for (let turn = 0; turn < 200; ++turn) {
    const controller = new AbortController();
    const dream = rbm.dream({ chains: 1000, signal: controller.signal });
    await dream.next();
    controller.abort(new Error('left'));
    await expect(dream.next()).rejects.toThrow('left');
  }
  expect((await engine.diagnostics()).memory).toBeLessThan(memory + 100e6);
  engine.dispose();
});
