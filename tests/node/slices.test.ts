// Work in slices: whatever is long, the worker answers others meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbm, type Dbn, type Engine, type Rbm, type Sbn } from 'wakesleep';
import { idx } from './helpers.ts';

let engine: Engine;
let rbm: Rbm;
let dbn: Dbn;
let dbm: Dbm;
let sbn: Sbn;
let data: Dataset;
// As bits, without labels and with them.
let black: Dataset;
let labelled: Dataset;
// What takes longer than a slice on a fast machine, too.
let wide: Dbn;
let large: Dataset;
const bits = new Float32Array(2000 * 2000).map((_, i) => ((i * 37) % 251 < 80 ? 1 : 0));
const many = new Uint8Array(40_000 * 784);
const rows = 6000;
const pixels = new Uint8Array(rows * 784).map((_, i) => (i * 37) % 251);
// A data set multiplies bytes by its scale in single precision.
const values = Float32Array.from(pixels, (byte) => byte * Math.fround(1 / 255));

beforeAll(async () => {
  engine = await load({ threads: 1 });
  rbm = await engine.rbm({ visible: 784, hidden: 500, labels: 10 });
  dbn = await engine.dbn({ layers: [784, 300, 200], labels: 10 });
  dbm = await engine.dbm({ layers: [784, 60, 40], labels: 10 });
  sbn = await engine.sbn({ layers: [784, 100] });
  wide = await engine.dbn({ layers: [784, 1500, 1000] });
  large = await engine.dataset(many, { shape: [40_000, 784], scale: 1 });
  data = await engine.dataset(pixels, { shape: [rows, 784], scale: 1 / 255 });
  const states = pixels.map((byte) => (byte < 80 ? 1 : 0));
  black = await engine.dataset(states, { shape: [rows, 784], scale: 1 });
  const labels = new Uint8Array(rows).map((_, i) => i % 10);
  labelled = await engine.dataset(states, { shape: [rows, 784], scale: 1, labels });
});
afterAll(() => engine.dispose());

describe('another call is answered before', () => {
  const few = () => values.slice(0, 300 * 784);
  const calls: [string, () => Promise<unknown>][] = [
    ['a large RBM has its first weights', () => engine.rbm({ visible: 5000, hidden: 4000 })],
    ['a large DBN has its first weights', () => engine.dbn({ layers: [3000, 3000, 3000] })],
    ['6,000 rows are reconstructed', () => rbm.reconstruct(values)],
    ['a data set is reconstructed', () => rbm.reconstruct(data)],
    ['a DBN has reconstructed', () => dbn.reconstruct(values)],
    ['a DBN has come straight down', () => dbn.reconstruct(values, { steps: 0 })],
    ['a DBM has reconstructed', () => dbm.reconstruct(few())],
    ['many chains have made a step', () => rbm.sample({ chains: rows, steps: 1 })],
    ['many rows are classified', () => dbn.classify(data)],
    ['a DBM has classified', () => dbm.classify(few())],
    ['rows are classified by many iterations', () => rbm.classifyByIteration(few(), { iterations: 1000 })],
    ['free energies are there', () => rbm.freeEnergy(data)],
    ['log-likelihoods are there', () => rbm.logLikelihood(data, { logZ: 400 })],
    ['a belief net has drawn samples', () => sbn.sample({ count: rows })],
    ['features are summed', () => wide.features(2)],
    ['rows are read', () => large.rows(0, large.count)],
    ['columns have their deviation', () => data.deviation()],
    ['a data set is standardised', () => data.standardised()],
    ['pixels are a data set', () => engine.dataset(many, { shape: [40_000, 784], scale: 1 })],
    ['floats are a data set', () => engine.dataset(values, { shape: [rows, 784] })],
    ['an IDX file is a data set', () => engine.dataset({ kind: 'idx', images: idx([rows, 28, 28], pixels) })],
    ['a shifter is a data set', () => engine.dataset({ kind: 'shifter', size: 60, count: 300_000 })],
    ['digits are drawn', () => engine.dataset({ kind: 'stroke-digits', count: 1000 })],
    ['1,000 runs are annealed', () => rbm.logPartition({ method: 'ais', runs: 1000, betas: 1 })],
    ['a posterior is sampled', () => sbn.posterior(bits.slice(0, 50 * 784), { sweeps: 5, burnIn: 0 })],
    ['a large picture is a digit', () => engine.preprocessDigit({ data: bits, width: 2000, height: 2000 })],
  ];
  it.each(calls)('%s', async (_, call) => {
    const order: string[] = [];
    const long = call().then(() => order.push('long'));
    await rbm.epochs().then(() => order.push('short'));
    await long;
    expect(order).toEqual(['short', 'long']);
  });
});

describe('several calls are answered while a single mini-batch', () => {
  // Nothing comes before the batch.
  const visibleBiasFromData = false;
  interface Runs {
    run(options: { batches: number }): Promise<unknown>;
    dispose(): void;
  }
  const trainings: [string, () => Promise<Runs>][] = [
    [
      'has many examples',
      async () =>
        (await engine.rbm({ visible: 784, hidden: 500 })).training(data, { batchSize: rows, visibleBiasFromData }),
    ],
    [
      'has many Gibbs steps',
      async () => (await engine.rbm({ visible: 784, hidden: 500 })).training(data, { k: 100, visibleBiasFromData }),
    ],
    [
      'is of a feed-forward net',
      async () => (await engine.network({ layers: [784, 300, 784], code: 1 })).training(data, { batchSize: rows }),
    ],
    [
      'is searched by a feed-forward net',
      async () =>
        (await engine.network({ layers: [784, 300, 784], code: 1 })).training(data, {
          method: 'conjugate-gradients',
          lineSearches: 1,
          batchSize: rows,
        }),
    ],
    ['is of a belief net', () => sbn.training(black, { batchSize: rows, visibleBiasFromData })],
    [
      "is of a belief net's posterior",
      () => sbn.training(black, { method: 'gibbs', sweeps: 1, batchSize: 100, visibleBiasFromData }),
    ],
    [
      'is of parallel tempering',
      async () =>
        (await engine.rbm({ visible: 784, hidden: 500 })).training(black, {
          method: 'pt',
          temperatures: 10,
          chains: 500,
          visibleBiasFromData,
        }),
    ],
    [
      'goes up and down a DBN',
      async () => {
        await dbn.train(labelled, { epochs: 1, batchSize: rows });
        return dbn.training(labelled, { method: 'up-down', batchSize: rows });
      },
    ],
    [
      "is of a DBM's joint training",
      async () =>
        (await engine.dbm({ layers: [784, 800, 800] })).training(data, { pretraining: false, visibleBiasFromData }),
    ],
  ];
  it.each(trainings)('%s', async (_, begun) => {
    const training = await begun();
    let over = false;
    let answers = 0;
    const run = training.run({ batches: 1 }).finally(() => (over = true));
    while (!over) {
      await rbm.epochs();
      if (!over) ++answers;
    }
    await run;
    training.dispose();
    // The call that starts it is answered before, whatever it takes.
    expect(answers).toBeGreaterThan(1);
  });
});

describe('what comes in slices', () => {
  it('is the same for a part of the rows', async () => {
    const some = values.slice(5000 * 784, 5010 * 784);
    const part = <T extends { data: Float32Array; shape: number[] }>({ data: all, shape }: T) =>
      all.slice(5000 * (shape[1] ?? 1), 5010 * (shape[1] ?? 1));
    expect(part(await rbm.freeEnergy(data))).toEqual((await rbm.freeEnergy(some)).data);
    expect(part(await rbm.hiddenMeans(values))).toEqual((await rbm.hiddenMeans(some)).data);
    expect(part((await dbn.classify(data)).probabilities)).toEqual((await dbn.classify(some)).probabilities.data);
    expect((await data.rows(5000, 10)).data).toEqual(some);
  });

  it('keeps the shapes of images, and the values of bytes, floats and others', async () => {
    const images = await engine.dataset({
      kind: 'idx',
      images: idx([3, 2, 2], [0, 51, 102, 255, 1, 2, 3, 4, 5, 6, 7, 8]),
    });
    expect(images.itemShape).toEqual([2, 2]);
    expect((await images.rows(0, 1)).data).toEqual(
      Float32Array.from([0, 51, 102, 255], (byte) => Math.fround(byte * Math.fround(1 / 255))),
    );
    const flat = await engine.dataset({ kind: 'idx', images: idx([2, 3], [0, 1, 2, 3, 4, 5]) });
    expect(flat.itemShape).toEqual([3]);
    const signed = await engine.dataset(Int8Array.of(-2, 4, 6, -8), { shape: [2, 2], scale: 0.5 });
    expect((await signed.rows(0, 2)).data).toEqual(Float32Array.of(-1, 2, 3, -4));
    const doubles = await engine.dataset(Float64Array.of(0.1, 0.7), { shape: [1, 2], scale: 0.1 });
    expect((await doubles.rows(0, 1)).data).toEqual(Float32Array.of(0.1 * 0.1, 0.7 * 0.1));
  });

  it('takes options that are undefined as not given', async () => {
    const bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const small = await engine.rbm({ visible: 9, hidden: 4 });
    const deep = await engine.dbn({ layers: [9, 4, 3] });
    const { logZ } = await small.logPartition();
    expect((await small.logPartition({ runs: undefined, data: undefined, seed: undefined })).logZ).toBe(logZ);
    const sums = await deep.features(1);
    expect(await deep.features(1, { norm: undefined, iterations: undefined })).toEqual(sums);
    const seed = 1;
    expect(await small.reconstruct(bars, { steps: undefined, seed })).toEqual(await small.reconstruct(bars, { seed }));
    expect((await small.reconstruct(bars, { seed: undefined })).shape).toEqual([bars.count, 9]);
  });

  it('is aborted in between', async () => {
    const controller = new AbortController();
    const sampled = rbm.sample({ chains: rows, steps: 1000, signal: controller.signal });
    await rbm.epochs();
    controller.abort(new Error('enough'));
    await expect(sampled).rejects.toThrow('enough');
    expect((await rbm.sample()).means.shape).toEqual([1, 784]);
  });
});
