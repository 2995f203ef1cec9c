// Sigmoid belief nets through the public API, in the worker and without.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Sbn, type SbnTrainOptions } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';

const run = promisify(execFile);
const native = process.env.WAKESLEEP_NATIVE ?? fileURLToPath(new URL('../../build/release/wakesleep', import.meta.url));

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

const logistic = (x: number) => 1 / (1 + Math.exp(-x));
const floats = (...values: number[]) => Float32Array.from(values);
const zeros = (length: number) => new Float32Array(length);
const bars = { kind: 'bars-and-stripes', size: 3 } as const;

/** Pearl's example, as in Hinton's lecture: a house that jumps, for an earthquake or for a truck. */
async function house(): Promise<Sbn> {
  const net = await engine.sbn({ layers: [1, 2] });
  await net.setParameters({ W: [floats(20, 20)], b: [floats(-20), floats(-10, -10)] });
  return net;
}

describe('the earthquake and the truck', () => {
  it('explain each other away in the exact posterior', async () => {
    const net = await house();
    const { means, logLikelihood, meanLogLikelihood } = await net.exactPosterior(floats(1, 0));
    expect(means).toHaveLength(1);
    expect(means[0]?.shape).toEqual([2, 2]);
    const joint = [0, 1, 2, 3].map((h) => {
      const [earthquake, truck] = [h & 1, h >> 1];
      const cause = (on: number) => (on ? logistic(-10) : 1 - logistic(-10));
      return cause(earthquake) * cause(truck) * logistic(20 * (earthquake + truck) - 20);
    });
    const seen = joint.reduce((sum, p) => sum + p, 0);
    expect(means[0]?.data[0]).toBeCloseTo(((joint[1] as number) + (joint[3] as number)) / seen, 5);
    expect(means[0]?.data[1]).toBeCloseTo(0.5, 4);
    expect(means[0]?.data[2]).toBeLessThan(1e-4);
    expect(logLikelihood.shape).toEqual([2]);
    expect(logLikelihood.data[0]).toBeCloseTo(Math.log(seen), 4);
    expect(logLikelihood.data[1]).toBeCloseTo(Math.log(1 - seen), 6);
    expect(meanLogLikelihood).toBeCloseTo((Math.log(seen) + Math.log(1 - seen)) / 2, 4);
    expect((await net.logLikelihood(floats(1))).mean).toBeCloseTo(Math.log(seen), 4);
  });

  it('can be sure of one cause, once the other is told to be likely', async () => {
    const net = await house();
    await net.setBias(1, 1, 10);
    const { means } = await net.exactPosterior(floats(1));
    expect(means[0]?.data[1]).toBeGreaterThan(0.999);
    expect(means[0]?.data[0]).toBeLessThan(1e-3);
    await net.setWeight(0, 0, 1, 0);
    expect((await net.exactPosterior(floats(1))).means[0]?.data[0]).toBeGreaterThan(0.9);
  });
});

/** A net whose units all matter to each other. */
async function small(layers: number[]): Promise<Sbn> {
  const net = await engine.sbn({ layers, seed: 4 });
  const wave = (length: number, phase: number) =>
    Float32Array.from({ length }, (_, i) => 1.5 * Math.sin(1.7 * i + phase));
  await net.setParameters({
    W: layers.slice(1).map((size, l) => wave(size * (layers[l] as number), l)),
    b: layers.map((size, l) => wave(size, l + 0.5)),
  });
  return net;
}

const allStates = (units: number) =>
  Float32Array.from({ length: units * 2 ** units }, (_, i) => (Math.floor(i / units) >> (i % units)) & 1);

describe('a belief net', () => {
  it('has likelihoods that add up to 1, and posteriors that Gibbs sampling finds', async () => {
    const net = await small([4, 3, 2]);
    const x = allStates(4);
    const exact = await net.exactPosterior(x);
    expect(exact.logLikelihood.data.reduce((sum, log) => sum + Math.exp(log), 0)).toBeCloseTo(1, 5);
    expect(exact.means.map(({ shape }) => shape)).toEqual([
      [16, 3],
      [16, 2],
    ]);
    const sampled = await net.posterior(x, { sweeps: 4000, seed: 2 });
    expect(sampled.map(({ shape }) => shape)).toEqual(exact.means.map(({ shape }) => shape));
    sampled.forEach(({ data }, l) =>
      data.forEach((mean, i) => expect(Math.abs(mean - (exact.means[l]?.data[i] as number))).toBeLessThan(0.04)),
    );
    expect(await net.posterior(x, { sweeps: 3, seed: 2 })).toEqual(await net.posterior(x, { sweeps: 3, seed: 2 }));
    expect(await net.posterior(x, { sweeps: 3, seed: 2 })).not.toEqual(await net.posterior(x, { sweeps: 3, seed: 3 }));
  });

  it('samples with the frequencies of its likelihoods', async () => {
    const net = await small([3, 2, 2]);
    const count = 20000;
    const { means, states } = await net.sample({ count, seed: 5 });
    expect(states.map(({ shape }) => shape)).toEqual([
      [count, 3],
      [count, 2],
      [count, 2],
    ]);
    expect(means.shape).toEqual([count, 3]);
    const seen = new Array<number>(8).fill(0);
    const v = states[0]?.data as Float32Array;
    for (let r = 0; r < count; r++) {
      const state = (v[3 * r] as number) + 2 * (v[3 * r + 1] as number) + 4 * (v[3 * r + 2] as number);
      seen[state] = (seen[state] as number) + 1 / count;
    }
    const { logLikelihood } = await net.exactPosterior(allStates(3));
    logLikelihood.data.forEach((log, s) => expect(Math.abs((seen[s] as number) - Math.exp(log))).toBeLessThan(0.015));
    const { W, b } = await net.parameters();
    const h = states[1]?.data as Float32Array;
    const [w0, w1] = [W[0]?.data[0] as number, W[0]?.data[1] as number];
    const input = (b[0]?.data[0] as number) + w0 * (h[0] as number) + w1 * (h[1] as number);
    expect(means.data[0]).toBeCloseTo(logistic(input), 5);
  });

  it('gives its parameters back as they were set, one by one too', async () => {
    const net = await engine.sbn({ layers: [2, 2, 1] });
    const given = {
      W: [floats(1, 2, 3, 4), floats(5, 6)],
      b: [floats(-1, -2), floats(-3, -4), floats(-5)],
      R: [floats(0.5, 0.25, 1, 2), floats(3, 4)],
      c: [floats(7, 8), floats(9)],
    };
    await net.setParameters({ W: given.W, b: given.b });
    expect(Object.keys(await net.parameters())).toEqual(['W', 'b']);
    await net.setParameters(given);
    const { W, b, R, c } = await net.parameters();
    expect(W).toEqual([
      { data: given.W[0], shape: [2, 2] },
      { data: given.W[1], shape: [2, 1] },
    ]);
    expect(b?.map(({ data }) => data)).toEqual(given.b);
    expect(R?.map(({ data }) => data)).toEqual(given.R);
    expect(c?.map(({ data }) => data)).toEqual(given.c);
    await net.setWeight(0, 1, 0, -7);
    await net.setBias(2, 0, 6);
    const now = await net.parameters();
    expect(now.W[0]?.data).toEqual(floats(1, 2, -7, 4));
    expect(now.b[2]?.data).toEqual(floats(6));
  });
});

const trainings: [string, Omit<SbnTrainOptions, 'onProgress' | 'signal'>, number][] = [
  ['wake-sleep', { method: 'wake-sleep', epochs: 500 }, -4.5],
  ['gibbs', { method: 'gibbs', epochs: 200 }, -4.5],
  ['gibbs anew', { method: 'gibbs', epochs: 200, persistent: false, sweeps: 10 }, -4.5],
  ['exact', { method: 'exact', epochs: 150 }, -4.5],
];

describe.each(trainings)('training by %s', (_, options, least) => {
  const all = { ...options, batchSize: 1, learningRate: 0.1, seed: 3 };

  it('learns bars and stripes, with the same bits in the worker, without one and in the native program', async () => {
    const data = await engine.dataset(bars);
    const net = await engine.sbn({ layers: [9, 8, 4], seed: 3 });
    const { mean: before } = await net.logLikelihood(data);
    const told: number[] = [];
    const history = await net.train(data, { ...all, onProgress: ({ done }) => told.push(done) });
    expect(history).toHaveLength(all.epochs as number);
    expect(told.at(-1)).toBe(1);
    expect(await net.epochs()).toBe(all.epochs);
    const { mean: after } = await net.logLikelihood(data);
    // Independent units reach -6.24, and nothing can do better than -2.64.
    expect(before).toBeLessThan(-6.2);
    expect(after).toBeGreaterThan(least);
    expect(after).toBeLessThan(-2.639);

    const own = sync.sbn({ layers: [9, 8, 4], seed: 3 });
    const training = own.training(sync.dataset(bars), all);
    while (training.step());
    training.dispose();
    const fingerprint = await net.fingerprint();
    expect(own.fingerprint()).toBe(fingerprint);
    expect(own.logLikelihood(sync.dataset(bars)).mean).toBe(after);

    if (!existsSync(native)) return;
    const folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
    try {
      const learning = Object.entries(all).flatMap(([name, value]) => [
        `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
        String(value),
      ]);
      const out = join(folder, 'own.safetensors');
      const shape = ['--layers', '9,8,4', '--data', bars.kind, '--size', '3'];
      const { stdout } = await run(native, ['train', '--model', 'sbn', ...shape, ...learning, '--out', out]);
      expect(stdout).toMatch(new RegExp(`fingerprint:? +${fingerprint}`));
      const path = join(folder, 'net.safetensors');
      await writeFile(path, await net.save());
      const info = (await run(native, ['info', path])).stdout;
      expect(info).toContain('kind: sbn');
      expect(info).toContain('layers: 9-8-4');
      expect(info).toContain(fingerprint);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('a belief net in training', () => {
  it('learns nothing worth having by contrastive divergence', async () => {
    const data = await engine.dataset(bars);
    const net = await engine.sbn({ layers: [9, 8, 4], seed: 3 });
    await net.train(data, { method: 'cd', epochs: 400, batchSize: 1, learningRate: 0.1, seed: 3 });
    expect((await net.logLikelihood(data)).mean).toBeLessThan(-5);
  });

  it('learns from all states by the delta rule', async () => {
    const source = await small([3, 2]);
    const { states } = await source.sample({ count: 20000, seed: 8 });
    const [v, h] = states.map(({ data }) => data) as [Float32Array, Float32Array];
    const joined = Float32Array.from({ length: 5 * 20000 }, (_, i) => {
      const [row, column] = [Math.floor(i / 5), i % 5];
      return (column < 3 ? v[3 * row + column] : h[2 * row + column - 3]) as number;
    });
    const data = await engine.dataset(joined, { shape: [20000, 5] });
    const net = await engine.sbn({ layers: [3, 2] });
    await net.train(data, { method: 'observed', epochs: 20, learningRate: 0.5 });
    const [learned, truth] = [await net.parameters(), await source.parameters()];
    learned.W[0]?.data.forEach((w, i) => expect(Math.abs(w - (truth.W[0]?.data[i] as number))).toBeLessThan(0.3));
  });

  it('stops after batches or by a signal, is busy meanwhile, and goes on', async () => {
    const data = await engine.dataset(bars);
    const options = { method: 'gibbs', batchSize: 4, persistent: false, epochs: 6 } as const;
    const [whole, parts] = [
      await engine.sbn({ layers: [9, 6], seed: 2 }),
      await engine.sbn({ layers: [9, 6], seed: 2 }),
    ];
    await whole.train(data, options);
    const first = await parts.train(data, { ...options, batches: 6 });
    expect(first.at(-1)).toMatchObject({ epochEnded: false, epoch: 1, batch: 2 });
    await parts.train(data, { ...options, epochs: 5 });
    expect(await parts.fingerprint()).toBe(await whole.fingerprint());

    const controller = new AbortController();
    const { signal } = controller;
    const ended = expectError(
      () => parts.train(data, { epochs: 1_000_000, signal }),
      DOMException as unknown as new () => Error,
      /abort/,
    );
    await expectCode(() => parts.setBias(0, 0, 1), 'busy', /in training/);
    controller.abort();
    await ended;
    await parts.setBias(0, 0, 1);
  });

  it('keeps everything in its file, of either precision, with notes', async () => {
    const data = await engine.dataset(bars);
    const net = await engine.sbn({ layers: [9, 5, 3], seed: 6 });
    await net.train(data, { epochs: 3 });
    const opened = await engine.open(await net.save({ notes: { by: 'a test' } }));
    expect(opened.kind).toBe('sbn');
    const again = opened as Sbn;
    expect(again.layers).toEqual([9, 5, 3]);
    expect(again.visible).toBe(9);
    expect(again.seed).toBe(6);
    expect(again.notes).toEqual({ by: 'a test' });
    expect(await again.epochs()).toBe(3);
    expect(await again.parameters()).toEqual(await net.parameters());
    expect(sync.open(await net.save())).toMatchObject({ kind: 'sbn', layers: [9, 5, 3] });
    const half = await net.save({ dtype: 'f16' });
    expect(half.length).toBeLessThan((await net.save()).length);
    expect((await engine.open(half)).kind).toBe('sbn');
    await net.train(data, { epochs: 2 });
    await again.train(data, { epochs: 2 });
    expect(await again.fingerprint()).toBe(await net.fingerprint());
  });
});

describe('a belief net refuses', () => {
  let net: Sbn;
  let data: Dataset;
  beforeAll(async () => {
    net = await engine.sbn({ layers: [9, 4, 2] });
    data = await engine.dataset(bars);
  });

  const refusals: [string, () => unknown, typeof RangeError | typeof TypeError, RegExp][] = [
    ['one layer', () => engine.sbn({ layers: [9] }), RangeError, /layers must be 2 to 16 sizes/],
    ['no units', () => engine.sbn({ layers: [9, 0] }), RangeError, /layers\[1\] must be a whole number/],
    ['layers that are no array', () => engine.sbn({ layers: 9 as never }), TypeError, /layers must be an array/],
    ['unknown options', () => engine.sbn({ layers: [9, 4], labels: 2 } as never), TypeError, /no entry 'labels'/],
    [
      'an unknown method',
      () => net.train(data, { method: 'pcd' as never }),
      RangeError,
      /method must be 'wake-sleep', 'gibbs'/,
    ],
    ['the steps of a Boltzmann machine', () => net.train(data, { k: 1 } as never), TypeError, /no entry 'k'/],
    [
      'no sweeps',
      () => net.train(data, { method: 'cd', sweeps: 0 }),
      RangeError,
      /sweeps must be a whole number from 1/,
    ],
    [
      'persistent of another type',
      () => net.train(data, { persistent: 1 as never }),
      TypeError,
      /persistent must be true/,
    ],
    [
      'visible data as all states',
      () => net.train(data, { method: 'observed' }),
      RangeError,
      /data has 9 values.* 15 /,
    ],
    [
      'data of another width',
      async () => net.train(await engine.dataset({ ...bars, size: 2 })),
      RangeError,
      /has 4 values/,
    ],
    ['grey examples', () => net.exactPosterior(new Float32Array(9).fill(0.5)), RangeError, /0 or 1.*is 0\.5/],
    ['half a row', () => net.posterior(new Float32Array(5)), RangeError, /whole rows of 9/],
    ['no sweeps of a posterior', () => net.posterior(data, { sweeps: 0 }), RangeError, /sweeps/],
    ['no samples', () => net.sample({ count: 0 }), RangeError, /count must be a whole number from 1/],
    ['too few weights', () => net.setParameters({ W: [], b: [] }), RangeError, /W must have 2 entries/],
    ['a layer that is not', () => net.setWeight(2, 0, 0, 1), RangeError, /layer must be a whole number from 0 to 1/],
    ['a parent that is not', () => net.setWeight(0, 0, 4, 1), RangeError, /parent must be a whole number from 0 to 3/],
    ['a bias that is not finite', () => net.setBias(0, 0, NaN), RangeError, /value must be a finite number/],
    ['R without c', () => net.setParameters({ W: [], b: [], R: [] }), RangeError, /W must have 2 entries/],
    [
      'c without R',
      () => net.setParameters({ W: [new Float32Array(36), new Float32Array(8)], b: [9, 4, 2].map(zeros), c: [] }),
      TypeError,
      /R must be an array of 2 Float32Arrays, lowest layer first, not undefined/,
    ],
  ];
  it.each(refusals)('%s', async (_, call, type, message) => {
    await expectError(call, type as never, message);
  });

  it('an enumeration that would be too large, at once', async () => {
    const large = await engine.sbn({ layers: [9, 20, 6] });
    await expectError(
      () => large.exactPosterior(data),
      RangeError,
      /25 hidden units, and this one has 26: .*posterior/,
    );
    await expectError(() => large.logLikelihood(data), RangeError, /25 hidden units, and this one has 26/);
    await expectError(
      () => large.train(data, { method: 'exact' }),
      RangeError,
      /at most 16 hidden units, and this one has 26: 'gibbs'/,
    );
    large.dispose();
    await expectCode(() => large.sample(), 'disposed', /model/);
  });
});
