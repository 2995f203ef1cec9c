// The deep Boltzmann machine through the package: with a worker, and without.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbm, type Engine, type TrainProgress } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, expectError, mean } from './helpers.ts';

const run = promisify(execFile);
const native = process.env.WAKESLEEP_NATIVE ?? fileURLToPath(new URL('../../build/release/wakesleep', import.meta.url));

let engine: Engine;
let sync: SyncEngine;
let bars: Dataset;

beforeAll(async () => {
  engine = await load({ threads: 2 });
  sync = await loadSync();
  bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
});
afterAll(() => {
  engine.dispose();
  sync.dispose();
});

const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** log of the sum of exp(-E) over all states; with `v`, over those of the hidden layers (two of them, no labels). */
function logSum(parameters: Awaited<ReturnType<Dbm['parameters']>>, v?: ArrayLike<number>): number {
  const [w0, w1] = parameters.W.map((tensor) => tensor.data) as unknown as [Float32Array, Float32Array];
  const [b0, b1, b2] = parameters.b.map((tensor) => tensor.data) as [Float32Array, Float32Array, Float32Array];
  const states = (units: number) =>
    Array.from({ length: 2 ** units }, (_, s) => Array.from({ length: units }, (_, i) => (s >> i) & 1));
  let sum = 0;
  for (const x of v ? [Array.from(v)] : states(b0.length))
    for (const h1 of states(b1.length)) {
      let own = 0;
      x.forEach((xi, i) => (own += xi * (b0[i] as number)));
      h1.forEach((hj, j) => {
        own += hj * (b1[j] as number);
        x.forEach((xi, i) => (own += xi * (w0[i * b1.length + j] as number) * hj));
      });
      let product = Math.exp(own);
      for (let k = 0; k < b2.length; k++) {
        let input = b2[k] as number;
        h1.forEach((hj, j) => (input += hj * (w1[j * b2.length + k] as number)));
        product *= 1 + Math.exp(input);
      }
      sum += product;
    }
  return Math.log(sum);
}

/** Parameters large enough to matter. */
async function wild(dbm: Dbm): Promise<void> {
  const { W, b, U, d } = await dbm.parameters();
  const larger = (data: Float32Array) => data.map((x) => 60 * x);
  const waves = (data: Float32Array, l: number) => data.map((_, i) => 0.7 * Math.sin(1 + 3 * l + 1.7 * i));
  await dbm.setParameters({
    W: W.map(({ data }) => larger(data)),
    b: b.map(({ data }, l) => waves(data, l)),
    ...(U && d ? { U: larger(U.data), d: waves(d.data, 9) } : {}),
  });
}

describe('a DBM', () => {
  it('tells what it is, and hands out and takes parameters by layer', async () => {
    const dbm = await engine.dbm({ layers: [6, 5, 4], labels: 3, seed: 7 });
    expect(dbm).toMatchObject({ kind: 'dbm', layers: [6, 5, 4], visible: 6, labels: 3, seed: 7 });
    const { W, b, U, d } = await dbm.parameters();
    expect(W.map(({ shape }) => shape)).toEqual([
      [6, 5],
      [5, 4],
    ]);
    expect(b.map(({ shape }) => shape)).toEqual([[6], [5], [4]]);
    expect(U?.shape).toEqual([3, 4]);
    expect(d?.shape).toEqual([3]);
    await wild(dbm);
    const before = await dbm.fingerprint();
    const again = await engine.dbm({ layers: [6, 5, 4], labels: 3, seed: 1 });
    const changed = await dbm.parameters();
    await again.setParameters({
      W: changed.W.map(({ data }) => data),
      b: changed.b.map(({ data }) => data),
      U: changed.U?.data as Float32Array,
      d: changed.d?.data as Float32Array,
    });
    expect(await again.fingerprint()).toBe(before);
  });

  it('has the enumerated log Z exactly, by AIS within its error, and a bound below log p(v)', async () => {
    const dbm = await engine.dbm({ layers: [5, 4, 3], seed: 2 });
    await wild(dbm);
    const parameters = await dbm.parameters();
    const logZ = logSum(parameters);
    const exact = await dbm.logPartition();
    expect(exact.logZ).toBeCloseTo(logZ, 4);
    expect(exact.low).toBe(exact.logZ);
    const ais = await dbm.logPartition({ method: 'ais', betas: 500, runs: 200, seed: 3 });
    expect(ais.low).toBeLessThan(logZ);
    expect(ais.high).toBeGreaterThan(logZ);
    const x = Float32Array.from({ length: 32 * 5 }, (_, i) => (Math.floor(i / 5) >> (i % 5)) & 1);
    const bound = await dbm.bound(x, { logZ });
    const freeEnergy = await dbm.freeEnergy(x);
    expect(bound.shape).toEqual([32]);
    for (let r = 0; r < 32; r++) {
      const truth = logSum(parameters, x.subarray(5 * r, 5 * r + 5)) - logZ;
      expect(bound.data[r]).toBeLessThan(truth + 1e-4);
      expect(bound.data[r]).toBeGreaterThan(truth - 1);
      expect(bound.data[r]).toBeCloseTo(-(freeEnergy.data[r] as number) - logZ, 4);
    }
  });

  it('infers means that hold, and reconstructs from them', async () => {
    const dbm = await engine.dbm({ layers: [5, 4, 3], seed: 2 });
    await wild(dbm);
    const { W, b } = await dbm.parameters();
    const x = Float32Array.of(1, 0, 1, 1, 0, 0, 0, 0.5, 1, 1);
    const [h1, h2] = (await dbm.hiddenMeans(x, { meanFieldSteps: 2000, meanFieldTolerance: 0 })) as [
      { data: Float32Array; shape: number[] },
      { data: Float32Array; shape: number[] },
    ];
    expect(h1.shape).toEqual([2, 4]);
    expect(h2.shape).toEqual([2, 3]);
    const [w0, w1] = W.map(({ data }) => data) as [Float32Array, Float32Array];
    for (let r = 0; r < 2; r++)
      for (let j = 0; j < 4; j++) {
        let input = b[1]?.data[j] as number;
        for (let i = 0; i < 5; i++) input += (x[5 * r + i] as number) * (w0[4 * i + j] as number);
        for (let k = 0; k < 3; k++) input += (h2.data[3 * r + k] as number) * (w1[3 * j + k] as number);
        expect(h1.data[4 * r + j]).toBeCloseTo(sigmoid(input), 4);
      }
    const still = await dbm.reconstruct(x, { steps: 0 });
    expect(still.shape).toEqual([2, 5]);
    let input = b[0]?.data[1] as number;
    for (let j = 0; j < 4; j++) input += (h1.data[j] as number) * (w0[4 + j] as number);
    expect(still.data[1]).toBeCloseTo(sigmoid(input), 3);
    const moved = await dbm.reconstruct(x, { steps: 3, seed: 1 });
    expect(moved.shape).toEqual([2, 5]);
    expect(moved.data).toEqual((await dbm.reconstruct(x, { steps: 3, seed: 1 })).data);
  });

  it('classifies by the bound of each label', async () => {
    const dbm = await engine.dbm({ layers: [6, 5, 4], labels: 3, seed: 2 });
    await wild(dbm);
    const x = Float32Array.of(1, 0, 1, 1, 0, 1, 0, 1, 0, 0, 1, 1);
    const { labels, freeEnergy, probabilities } = await dbm.classify(x);
    expect(freeEnergy.shape).toEqual([2, 3]);
    for (let y = 0; y < 3; y++) {
      const of = await dbm.freeEnergy(x, { labels: [y, y] });
      for (let r = 0; r < 2; r++) expect(freeEnergy.data[3 * r + y]).toBeCloseTo(of.data[r] as number, 3);
    }
    expect(mean(probabilities.data)).toBeCloseTo(1 / 3, 5);
    expect(await dbm.predict(x)).toEqual(labels);
    const quick = await dbm.classifyByIteration(x, { iterations: 10 });
    expect(quick.shape).toEqual([2, 3]);
    expect(mean(quick.data)).toBeCloseTo(1 / 3, 5);
  });

  it('samples and dreams, with labels and visible units held', async () => {
    const dbm = await engine.dbm({ layers: [6, 5, 4], labels: 3, seed: 2 });
    await wild(dbm);
    const clamp = { values: Float32Array.of(1, 0, 0, 0, 0, 0), mask: Float32Array.of(1, 1, 0, 0, 0, 0) };
    const samples = await dbm.sample({ chains: 20, steps: 5, label: 2, clamp, seed: 4 });
    expect(samples.means.shape).toEqual([20, 6]);
    expect(samples.states.shape).toEqual([20, 6]);
    expect(samples.hidden.shape).toEqual([20, 5]);
    expect(Array.from(samples.labels)).toEqual(Array.from({ length: 20 }, () => 2));
    for (let r = 0; r < 20; r++) expect(Array.from(samples.states.data.subarray(6 * r, 6 * r + 2))).toEqual([1, 0]);
    let frames = 0;
    for await (const frame of dbm.dream({
      chains: 3,
      stepsPerFrame: 2,
      label: 1,
      start: new Float32Array(6),
      seed: 1,
    })) {
      expect(frame.images.shape).toEqual([3, 6]);
      expect(frame.steps).toBe(2 * ++frames);
      if (frames === 3) break;
    }
  });

  it('learns bars and stripes, pretrained or centered', async () => {
    for (const options of [
      { pretraining: { epochs: 300, batchSize: 14, weightDecay: 0 }, epochs: 600 },
      { centering: true, epochs: 2500 },
    ]) {
      const dbm = await engine.dbm({ layers: [9, 8, 4], seed: 2 });
      const likelihood = async () => {
        const { logZ } = await dbm.logPartition();
        return mean((await dbm.bound((await bars.rows(0, bars.count)).data, { logZ })).data);
      };
      const before = await likelihood();
      const told: TrainProgress[] = [];
      const history = await dbm.train(bars, {
        ...options,
        batchSize: 14,
        chains: 100,
        learningRate: 0.1,
        weightDecay: 0,
        validation: bars,
        onProgress: (progress) => told.push(progress),
      });
      expect(await likelihood()).toBeGreaterThan(before + 2);
      expect(history.length).toBe(options.centering ? 2500 : 1200);
      expect(history.at(-1)).toMatchObject({ layer: 2, epochEnded: true, done: 1 });
      expect(Number.isFinite(history.at(-1)?.freeEnergy?.training)).toBe(true);
      if (!options.centering) expect(history[0]).not.toHaveProperty('freeEnergy');
      expect(told.length).toBeGreaterThan(0);
      expect(await dbm.epochs()).toBe(options.epochs);
    }
  });

  it('is saved and opened, and goes on in the middle of pretraining as if it had not stopped', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 120, seed: 3 });
    const model = { layers: [784, 16, 12], labels: 10, seed: 5 };
    const options = { pretraining: { epochs: 1, batchSize: 40 }, epochs: 2, batchSize: 40, chains: 10 };
    const whole = await engine.dbm(model);
    await whole.train(data, options);
    const part = await engine.dbm(model);
    await part.train(data, { ...options, batches: 4 });
    const opened = await engine.open(await part.save({ resumable: true, notes: { data: 'strokes' } }));
    if (opened.kind !== 'dbm') throw new Error(`opened as ${opened.kind}`);
    expect(opened).toMatchObject({ layers: [784, 16, 12], labels: 10, seed: 5, notes: { data: 'strokes' } });
    // One of the second RBM's three batches is done.
    await opened.train(data, options);
    expect(await opened.fingerprint()).toBe(await whole.fingerprint());
    const half = await engine.open(await whole.save({ dtype: 'f16' }));
    expect(half.kind).toBe('dbm');
  });

  it('can be aborted, and refuses others while it trains', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 500, seed: 3 });
    const dbm = await engine.dbm({ layers: [784, 60, 50], seed: 5 });
    const controller = new AbortController();
    const training = dbm.train(data, { pretraining: false, epochs: 1000, signal: controller.signal });
    await expectCode(() => dbm.train(data), 'busy', /in training/);
    const { W, b } = await dbm.parameters();
    const same = { W: W.map(({ data }) => data), b: b.map(({ data }) => data) };
    await expectCode(() => dbm.setParameters(same), 'busy', /in training/);
    controller.abort(new Error('enough'));
    await expectError(() => training, Error, /enough/);
    await dbm.setParameters(same);
  });
});

describe('the same bits', () => {
  const model = { layers: [784, 24, 20], labels: 10, seed: 11 };
  const strokes = { kind: 'stroke-digits', count: 300, seed: 4 } as const;
  const trainings = [
    ['pretrained', { pretraining: { epochs: 2 }, epochs: 3, chains: 30, finalLearningRate: 0.001 }],
    ['centered', { centering: true, epochs: 3, learningRate: 0.02, dataStates: 'sampled', meanFieldDamping: 0.2 }],
  ] as const;

  it.each(trainings)('come from 1, 2 and 4 threads, and without a worker: %s', async (_, options) => {
    const fingerprints: string[] = [];
    for (const threads of [1, 2, 4]) {
      const one = await load({ threads });
      const dbm = await one.dbm(model);
      await dbm.train(await one.dataset(strokes), options);
      fingerprints.push(await dbm.fingerprint());
      one.dispose();
    }
    const dbm = sync.dbm(model);
    const training = dbm.training(sync.dataset(strokes), options);
    while (training.step());
    fingerprints.push(dbm.fingerprint());
    expect(new Set(fingerprints).size).toBe(1);
  });

  it.skipIf(!existsSync(native))('come from the native program', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
    try {
      const file = join(folder, 'dbm.safetensors');
      const common = [
        '--data',
        'stroke-digits',
        '--count',
        '300',
        '--data-seed',
        '4',
        '--seed',
        '11',
        '--labels',
        '10',
      ];
      const joint = ['--pretraining-epochs', '2', '--epochs', '3', '--chains', '30', '--final-learning-rate', '0.001'];
      await run(native, ['train', '--model', 'dbm', '--layers', '784,24,20', ...common, ...joint, '--out', file]);
      const opened = sync.open(new Uint8Array(await readFile(file)));
      const dbm = sync.dbm(model);
      dbm.train(sync.dataset(strokes), trainings[0][1]);
      expect(opened.fingerprint()).toBe(dbm.fingerprint());
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe('bad input to a DBM is refused by name', () => {
  it.each([
    [{ layers: [5, 4] }, RangeError, /layers must be 3 to 16 sizes/],
    [{ layers: 'deep' }, TypeError, /layers must be an array/],
    [{ layers: [5, 0, 3] }, RangeError, /layers\[1\] must be a whole number from 1/],
    [{ layers: [5, 4, 3], labels: 1 }, RangeError, /labels must be 0 or at least 2/],
    [{ layers: [5, 4, 3], hidden: 3 }, TypeError, /no entry 'hidden'/],
  ] as const)('%j', async (options, type, message) => {
    await expectError(() => engine.dbm(options as never), type, message);
    await expectError(() => sync.dbm(options as never), type, message);
  });

  it.each([
    [{ epochs: -1 }, RangeError, /epochs must be a whole number from 0/],
    [{ k: 0 }, RangeError, /k must be/],
    [{ chains: 0 }, RangeError, /chains must be/],
    [{ learningRate: 0 }, RangeError, /learningRate must be/],
    [{ momentum: 1 }, RangeError, /momentum must be/],
    [{ meanFieldSteps: 0 }, RangeError, /meanFieldSteps must be/],
    [{ meanFieldDamping: 1 }, RangeError, /meanFieldDamping must be/],
    [{ meanFieldTolerance: NaN }, RangeError, /meanFieldTolerance must be/],
    [{ centering: 1 }, TypeError, /centering must be/],
    [{ centeringRate: 2 }, RangeError, /centeringRate must be/],
    [{ pretraining: true }, TypeError, /pretraining must be options/],
    [{ pretraining: { k: 0 } }, RangeError, /k must be/],
    [{ pretraining: { rate: 0 } }, TypeError, /pretraining has no entry 'rate'/],
    [{ pretraining: [{}] }, RangeError, /pretraining must have 2 entries, one an RBM, not 1/],
    [{ method: 'cd' }, TypeError, /no entry 'method'/],
  ] as const)('training with %j', async (options, type, message) => {
    const dbm = await engine.dbm({ layers: [9, 4, 3] });
    const before = await dbm.fingerprint();
    await expectError(() => dbm.train(bars, options as never), type, message);
    expect(await dbm.fingerprint()).toBe(before);
    await dbm.train(bars, { epochs: 1, pretraining: false });
  });

  it('data, parameters and sums that do not fit', async () => {
    const dbm = await engine.dbm({ layers: [5, 4, 3] });
    const labelled = await engine.dbm({ layers: [9, 4, 3], labels: 4 });
    await expectError(() => dbm.train(bars), RangeError, /9 values an example, and the model has 5/);
    const plain = await engine.dataset(new Float32Array(18), { shape: [2, 9] });
    await expectError(() => labelled.train(plain), RangeError, /needs data with labels/);
    await expectError(() => dbm.hiddenMeans(new Float32Array(4)), RangeError, /whole rows of 5/);
    await expectError(() => dbm.freeEnergy(Float32Array.of(2, 0, 0, 0, 0)), RangeError, /\[0, 1\]/);
    await expectError(() => dbm.freeEnergy(new Float32Array(5), { labels: [1] }), TypeError, /label units/);
    await expectError(() => dbm.bound(new Float32Array(5), {} as never), TypeError, /logZ/);
    await expectError(() => dbm.predict(new Float32Array(5)), TypeError, /label units/);
    await expectError(() => dbm.sample({ label: 1 }), TypeError, /label/);
    const { W, b } = await dbm.parameters();
    const good = { W: W.map(({ data }) => data), b: b.map(({ data }) => data) };
    await expectError(() => dbm.setParameters({ ...good, W: [] }), RangeError, /W must have 2 entries/);
    const short = [good.b[0], new Float32Array(3), good.b[2]] as Float32Array[];
    await expectError(() => dbm.setParameters({ ...good, b: short }), RangeError, /b\[1\] must have 4 entries/);
    const bad = [good.b[0], Float32Array.of(0, NaN, 0, 0), good.b[2]] as Float32Array[];
    await expectError(
      () => dbm.setParameters({ ...good, b: bad }),
      RangeError,
      /b\[1\] must be finite: entry 1 is NaN/,
    );
    await expectError(() => dbm.logPartition({ runs: 5 } as never), TypeError, /runs needs method 'ais'/);
    const large = await engine.dbm({ layers: [26, 26, 2] });
    await expectError(() => large.logPartition(), RangeError, /at most 25 units.*method 'ais'/);
    dbm.dispose();
    await expectCode(() => dbm.hiddenMeans(new Float32Array(5)), 'disposed', /disposed/);
  });

  it('training that diverges leaves the last good parameters', async () => {
    const dbm = await engine.dbm({ layers: [9, 4, 3] });
    const options = { pretraining: false, epochs: 100_000, learningRate: 100, weightDecay: 100 } as const;
    await expectCode(() => dbm.train(bars, options), 'diverged', /learning rate/);
    const { W } = await dbm.parameters();
    for (const { data } of W) expect(data.every(Number.isFinite)).toBe(true);
  });
});
