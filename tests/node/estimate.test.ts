// Estimates and features through the public API: against closed forms and sums over all states, and the figures of
// native builds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, expectError, mean } from './helpers.ts';

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

const training = { epochs: 300, batchSize: 14, method: 'pcd' } as const;

async function trainedRbm(labels = 2): Promise<Rbm> {
  const rbm = await engine.rbm({ visible: 9, hidden: 6, labels });
  await rbm.train(bars, training);
  return rbm;
}

async function trainedDbn(): Promise<Dbn> {
  const dbn = await engine.dbn({ layers: [9, 6, 9], labels: 2 });
  await dbn.train(bars, { ...training, startFromTranspose: true });
  return dbn;
}

const sum = (values: ArrayLike<number>) => Array.from(values).reduce((all, value) => all + value, 0);

describe('log Z in both directions', () => {
  it('lies between the two for a model that can be enumerated, and the start is named', async () => {
    const rbm = await trainedRbm();
    const { logZ: exact } = await rbm.logPartition();
    const told: number[] = [];
    const options = { method: 'ais', reverse: true, runs: 200, betas: 300, data: bars, seed: 1 } as const;
    const found = await rbm.logPartition({ ...options, onProgress: (done) => told.push(done) });
    expect(found.low).toBeLessThan(exact);
    expect(found.high).toBeGreaterThan(exact);
    expect(found.reverse?.start).toBe('exact');
    expect(found.reverse?.low).toBeLessThan(exact);
    expect(found.reverse?.high).toBeGreaterThan(exact);
    expect(found.warning).toBeUndefined();
    expect(told.at(-1)).toBe(1);
    expect(await rbm.logPartition({ method: 'ais', runs: 200, betas: 300, data: bars, seed: 1 })).toEqual({
      logZ: found.logZ,
      low: found.low,
      high: found.high,
      effectiveSamples: found.effectiveSamples,
    });
    for (const samples of [found.effectiveSamples, found.reverse?.effectiveSamples]) {
      expect(samples).toBeGreaterThan(100);
      expect(samples).toBeLessThan(200);
    }
    expect((await rbm.logPartition()).effectiveSamples).toBeUndefined();
  });

  it('warns of a second mode, far and as probable, that the runs have missed; a uniform base sees both', async () => {
    const rbm = await engine.rbm({ visible: 16, hidden: 8 });
    await rbm.setParameters({
      W: new Float32Array(16 * 8).fill(2),
      b: new Float32Array(16).fill(-8),
      c: new Float32Array(8).fill(-16),
    });
    const { logZ: exact } = await rbm.logPartition();
    const options = { method: 'ais', betas: 100, reverse: true, seed: 1 } as const;
    const missing = await rbm.logPartition(options);
    expect(missing.logZ).toBeCloseTo(exact - Math.log(2), 1);
    expect(missing.warning).toMatch(/intervals do not meet.*base rates from data or a uniform base/);
    const seeing = await rbm.logPartition({ ...options, base: 'uniform' });
    expect(seeing.warning).toBeUndefined();
    expect(seeing.low).toBeLessThan(exact);
    expect(seeing.high).toBeGreaterThan(exact);
    const data = await engine.dataset(
      Float32Array.from({ length: 32 }, (_, i) => (i < 16 ? 1 : 0)),
      {
        shape: [2, 16],
      },
    );
    expect((await rbm.logPartition({ ...options, data })).warning).toBeUndefined();
    expect(await rbm.logPartition({ ...options, data, base: 'biases' })).toMatchObject({ logZ: missing.logZ });
    await expectError(() => rbm.logPartition({ method: 'ais', base: 'data' }), TypeError, /base 'data' needs data/);
  });

  it('warns when the two disagree, as AIS alone does not', async () => {
    const rbm = await engine.rbm({ visible: 24, hidden: 12 });
    // All units together on, or together off: on has nearly all of the probability, and runs that start off stay there.
    await rbm.setParameters({
      W: new Float32Array(24 * 12).fill(1),
      b: new Float32Array(24).fill(-5.9),
      c: new Float32Array(12).fill(-11.8),
    });
    const { logZ: exact } = await rbm.logPartition();
    const found = await rbm.logPartition({ method: 'ais', reverse: true, betas: 100 });
    expect(found.high).toBeLessThan(exact - 1);
    // From exact samples, hardly any of which is off.
    expect(found.reverse?.logZ).toBeGreaterThan(exact - 1);
    expect(found.warning).toMatch(/disagree by .* nats.*flatters/);
  });

  it('starts from chains where the model is too large, at the data where there are some', async () => {
    const rbm = await engine.rbm({ visible: 9 * 4, hidden: 30, seed: 3 });
    const options = { method: 'ais', reverse: true, runs: 10, betas: 20, startSteps: 5, seed: 3 } as const;
    const found = await rbm.logPartition(options);
    expect(found.reverse?.start).toBe('chains');
    expect(found.reverse?.logZ).toBeCloseTo(found.logZ, 1);
    const data = await engine.dataset(new Float32Array(72).fill(1), { shape: [2, 36] });
    expect(await rbm.logPartition({ ...options, data })).not.toEqual(found);
  });

  it('of a DBN is that of its top', async () => {
    const dbn = await trainedDbn();
    const { logZ } = await dbn.logPartition();
    const { W, b, c, U, d } = await dbn.parameters(1);
    const top = await engine.rbm({ visible: 6, hidden: 9, labels: 2 });
    await top.setParameters({ W: W.data, b: b.data, c: c.data, U: U?.data, d: d?.data });
    expect((await top.logPartition()).logZ).toBe(logZ);
    const found = await dbn.logPartition({ method: 'ais', runs: 200, betas: 300, data: bars, reverse: true });
    expect(found.low).toBeLessThan(logZ);
    expect(found.high).toBeGreaterThan(logZ);
    expect(found.reverse?.start).toBe('exact');
  });
});

describe('the pseudo-likelihood', () => {
  it('is the sum of the conditionals that free energies give', async () => {
    const rbm = await trainedRbm();
    const labels = await bars.labels(0, bars.count);
    const { data } = await bars.rows(0, bars.count);
    const own = (await rbm.freeEnergy(data, { labels })).data;
    const rows = new Float64Array(bars.count);
    const add = async (x: Float32Array, y: ArrayLike<number>) => {
      const flipped = (await rbm.freeEnergy(x, { labels: y })).data;
      rows.forEach(
        (before, r) => (rows[r] = before - Math.log1p(Math.exp((own[r] as number) - (flipped[r] as number)))),
      );
    };
    for (let i = 0; i < 9; i++) {
      const x = data.slice();
      for (let r = 0; r < bars.count; r++) x[9 * r + i] = 1 - (x[9 * r + i] as number);
      await add(x, labels);
    }
    await add(
      data,
      labels.map((label) => 1 - label),
    );
    const found = await rbm.pseudoLikelihood(bars);
    expect(found.mean).toBeCloseTo(mean(rows), 4);
    const variance = sum(rows.map((row) => (row - mean(rows)) ** 2)) / (rows.length - 1);
    expect(found.error).toBeCloseTo(Math.sqrt(variance / rows.length), 4);
    const stochastic = await rbm.pseudoLikelihood(bars, { stochastic: true, seed: 4 });
    expect(Math.abs(stochastic.mean - found.mean)).toBeLessThan(4 * stochastic.error);
    expect(await rbm.pseudoLikelihood(bars, { stochastic: true, seed: 5 })).not.toEqual(stochastic);
  });

  it('takes floats, too, for a model without labels', async () => {
    const rbm = await trainedRbm(0);
    const { data } = await bars.rows(0, bars.count);
    const told: number[] = [];
    const found = await rbm.pseudoLikelihood(data, { onProgress: (done) => told.push(done) });
    expect(found).toEqual(await rbm.pseudoLikelihood(bars));
    expect(told.at(-1)).toBe(1);
    expect((await rbm.pseudoLikelihood(data.slice(0, 9))).error).toBe(Infinity);
  });
});

describe('the free-energy gap', () => {
  it('is the difference of the two means', async () => {
    const rbm = await trainedRbm(0);
    const few = await bars.subset({ first: 0, count: 5 });
    const { gap, error, training, validation } = await rbm.freeEnergyGap(bars, few);
    expect(training).toBeCloseTo(mean((await rbm.freeEnergy(bars)).data), 4);
    expect(validation).toBeCloseTo(mean((await rbm.freeEnergy(few)).data), 4);
    expect(gap).toBe(validation - training);
    expect(error).toBeGreaterThan(0);
    expect((await rbm.freeEnergyGap(bars, bars)).gap).toBe(0);
  });
});

describe('the bound of a DBN', () => {
  it('stays below the log-likelihood, which for one RBM it is, and has both of its errors', async () => {
    const dbn = await trainedDbn();
    const { logZ } = await dbn.logPartition();
    const { mean: bound, error, monteCarloError } = await dbn.bound(bars, { logZ, samples: 200, seed: 2 });
    // log p(v, y) of 14 different examples is at most log(1 / 14) in the mean.
    expect(bound).toBeLessThan(-Math.log(14));
    expect(monteCarloError).toBeGreaterThan(0);
    expect(error).toBeGreaterThan(monteCarloError / 2);
    expect((await dbn.bound(bars, { logZ: logZ + 1, samples: 200, seed: 2 })).mean).toBeCloseTo(bound - 1, 8);
    const other = await dbn.bound(bars, { logZ, samples: 200, seed: 3 });
    expect(other.mean).not.toBe(bound);
    expect(Math.abs(other.mean - bound)).toBeLessThan(6 * monteCarloError);
    // Without labels it is one of log p(v), which is higher.
    const { data } = await bars.rows(0, bars.count);
    expect((await dbn.bound(data, { logZ, samples: 200 })).mean).toBeGreaterThan(bound);

    const single = await engine.dbn({ layers: [9, 6] });
    const { logZ: ofSingle } = await single.logPartition();
    const { W, b, c } = await single.parameters(0);
    const rbm = await engine.rbm({ visible: 9, hidden: 6 });
    await rbm.setParameters({ W: W.data, b: b.data, c: c.data });
    const { mean: likelihood } = await rbm.logLikelihood(bars, { logZ: ofSingle });
    expect((await single.bound(bars, { logZ: ofSingle })).mean).toBeCloseTo(likelihood, 8);
  });

  it('has a second layer start at the transposed first', async () => {
    const dbn = await engine.dbn({ layers: [9, 6, 9] });
    const options = { epochs: 30, batchSize: 14, startFromTranspose: true, learningRate: 0.1 };
    // The first batch of the second layer moves nothing.
    await dbn.train(bars, { ...options, batches: 31, layers: [{}, { learningRate: 1e-30, weightDecay: 0 }] });
    const [first, second] = [await dbn.parameters(0), await dbn.parameters(1)];
    expect(second.b.data).toEqual(first.c.data);
    expect(second.c.data).toEqual(first.b.data);
    for (let i = 0; i < 9; i++)
      for (let j = 0; j < 6; j++) expect(second.W.data[j * 9 + i]).toBe(first.W.data[i * 6 + j]);
    const unfit = await engine.dbn({ layers: [9, 6, 5] });
    await expectError(() => unfit.train(bars, options), RangeError, /startFromTranspose needs a layer as wide/);
    await expectError(() => unfit.train(bars, { startFromTranspose: 1 as never }), TypeError, /startFromTranspose/);
  });
});

describe('features of deep units', () => {
  it('are weighted sums of those below', async () => {
    const dbn = await trainedDbn();
    const [{ W: W1 }, { W: W2 }] = [await dbn.parameters(0), await dbn.parameters(1)];
    const first = await dbn.features(1);
    expect(first.shape).toEqual([6, 9]);
    expect(first.data[4 * 9 + 7]).toBe(W1.data[7 * 6 + 4]);
    const { data, shape } = await dbn.features(2, { units: [8, 3] });
    expect(shape).toEqual([2, 9]);
    [8, 3].forEach((unit, r) => {
      for (let i = 0; i < 9; i++) {
        let expected = 0;
        for (let j = 0; j < 6; j++) expected += (W1.data[i * 6 + j] as number) * (W2.data[j * 9 + unit] as number);
        expect(data[r * 9 + i]).toBeCloseTo(expected, 4);
      }
    });
  });

  it('or images that drive them most, within a box or on a sphere', async () => {
    const dbn = await trainedDbn();
    const told: number[] = [];
    const box = await dbn.features(2, { method: 'maximisation', onProgress: (done) => told.push(done) });
    expect(box.shape).toEqual([9, 9]);
    expect(told.at(-1)).toBe(1);
    expect(box.data.every((pixel) => pixel >= 0 && pixel <= 1)).toBe(true);
    // The unit answers to its own image more than to any of the data.
    const own = await dbn.up(box.data, 2);
    const ofBars = await dbn.up(bars, 2);
    for (let unit = 0; unit < 9; unit++) {
      const most = Math.max(...Array.from({ length: bars.count }, (_, r) => ofBars.data[r * 9 + unit] as number));
      expect(own.data[unit * 9 + unit]).toBeGreaterThan(most - 1e-3);
    }
    const sphere = await dbn.features(2, { method: 'maximisation', norm: 2, units: [1], response: 'mean', rate: 0.2 });
    expect(Math.hypot(...sphere.data)).toBeCloseTo(2, 5);
  });
});

describe('estimates', () => {
  it('have the figures of native builds (tests/cpp/test_estimate_figures.cpp), with threads and without', async () => {
    const rbm = await trainedRbm();
    const seed = 1;
    const options = { method: 'ais', reverse: true, runs: 20, betas: 50, seed } as const;
    const ofRbm = {
      forward: 9.2261651811595833,
      reverse: 9.1728887056462955,
      pseudoLikelihood: -6.5167640036676735,
      stochastic: -6.2383381906210076,
      gap: -0.60324119387992781,
    };
    const found = await rbm.logPartition({ ...options, data: bars });
    expect({
      forward: found.logZ,
      reverse: found.reverse?.logZ,
      pseudoLikelihood: (await rbm.pseudoLikelihood(bars)).mean,
      stochastic: (await rbm.pseudoLikelihood(bars, { stochastic: true, seed })).mean,
      gap: (await rbm.freeEnergyGap(bars, await bars.subset({ first: 0, count: 5 }))).gap,
    }).toEqual(ofRbm);
    const data = sync.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm2 = sync.rbm({ visible: 9, hidden: 6, labels: 2 });
    rbm2.train(data, training);
    expect({
      forward: rbm2.logPartition({ ...options, data }).logZ,
      reverse: rbm2.logPartition({ ...options, data }).reverse?.logZ,
      pseudoLikelihood: rbm2.pseudoLikelihood(data).mean,
      stochastic: rbm2.pseudoLikelihood(data, { stochastic: true, seed }).mean,
      gap: rbm2.freeEnergyGap(data, data.subset({ first: 0, count: 5 })).gap,
    }).toEqual(ofRbm);

    const dbn = await trainedDbn();
    const { logZ } = await dbn.logPartition();
    const ofDbn = {
      logZ: 10.707522576978068,
      bound: -6.8347253382352093,
      sums: 91.537558972835541,
      images: 51.794240385293961,
    };
    const ascent = { method: 'maximisation', iterations: 50, norm: 2 } as const;
    expect({
      logZ,
      bound: (await dbn.bound(bars, { logZ, samples: 5, seed })).mean,
      sums: sum((await dbn.features(2)).data),
      images: sum((await dbn.features(2, ascent)).data),
    }).toEqual(ofDbn);
    const dbn2 = sync.dbn({ layers: [9, 6, 9], labels: 2 });
    dbn2.train(data, { ...training, startFromTranspose: true });
    expect({
      logZ: dbn2.logPartition().logZ,
      bound: dbn2.bound(data, { logZ, samples: 5, seed }).mean,
      sums: sum(dbn2.features(2).data),
      images: sum(dbn2.features(2, ascent).data),
    }).toEqual(ofDbn);
  });

  it('take the next numbers of their model where they draw and no seed is given, and otherwise none', async () => {
    const rbm = await trainedRbm();
    const dbn = await trainedDbn();
    const dbm = await engine.dbm({ layers: [9, 6, 4] });
    const ais = { method: 'ais', runs: 20, betas: 50 } as const;
    const { logZ } = await dbn.logPartition();
    const drawn: Record<string, (seed?: number) => Promise<unknown>> = {
      'AIS of an RBM': (seed) => rbm.logPartition({ ...ais, seed }),
      'AIS of the top of a DBN': (seed) => dbn.logPartition({ ...ais, seed }),
      'AIS of a DBM': (seed) => dbm.logPartition({ ...ais, seed }),
      'the bound': (seed) => dbn.bound(bars, { logZ, samples: 5, seed }),
      'pseudo-likelihood': (seed) => rbm.pseudoLikelihood(bars, { stochastic: true, seed }),
    };
    for (const [name, call] of Object.entries(drawn)) {
      expect(await call(), name).not.toEqual(await call());
      expect(await call(7), name).toEqual(await call(7));
    }
    const once = async () => {
      const same = await trainedRbm();
      const found: unknown[] = [];
      for (let i = 0; i < 3; ++i) found.push(await same.logPartition(ais), await same.sample({ chains: 2, steps: 1 }));
      return found;
    };
    expect(await once()).toEqual(await once());
    // Calls that draw nothing leave what comes after them as it was.
    const [one, other] = [await trainedRbm(), await trainedRbm()];
    await one.logPartition();
    await one.pseudoLikelihood(bars);
    expect(await one.logPartition(ais)).toEqual(await other.logPartition(ais));
  });

  it('end with their model, and when they are aborted; others are answered meanwhile', async () => {
    const rbm = await engine.rbm({ visible: 100, hidden: 100 });
    const control = new AbortController();
    const long = rbm.logPartition({ method: 'ais', reverse: true, betas: 1_000_000, signal: control.signal });
    expect((await rbm.hiddenMeans(new Float32Array(100))).shape).toEqual([1, 100]);
    control.abort(new Error('enough'));
    await expect(long).rejects.toThrow('enough');
    const other = rbm.logPartition({ method: 'ais', betas: 1_000_000 });
    rbm.dispose();
    await expectCode(() => other, 'disposed', /model/);
    const dbn = await engine.dbn({ layers: [100, 100, 100] });
    const ascent = dbn.features(2, { method: 'maximisation', iterations: 100_000 });
    dbn.dispose();
    await expectCode(() => ascent, 'disposed', /model/);
  });

  it('refuse what cannot be, by name', async () => {
    const labelled = await trainedRbm();
    const dbn = await trainedDbn();
    const floats = (await bars.rows(0, 2)).data;
    const ais = { method: 'ais' } as const;
    await expectError(() => labelled.logPartition({ reverse: true }), TypeError, /reverse needs method 'ais'/);
    await expectError(
      () => labelled.logPartition({ ...ais, reverse: 'yes' as never }),
      TypeError,
      /reverse must be true or false/,
    );
    await expectError(() => labelled.logPartition({ ...ais, startSteps: 4 }), TypeError, /startSteps needs reverse/);
    await expectError(
      () => labelled.logPartition({ ...ais, reverse: true, startSteps: -1 }),
      RangeError,
      /startSteps must be a whole number from 0/,
    );
    await expectError(() => labelled.pseudoLikelihood(floats), RangeError, /needs data with labels/);
    await expectError(() => labelled.pseudoLikelihood(bars, { stochastic: 1 as never }), TypeError, /stochastic/);
    await expectError(() => labelled.pseudoLikelihood(new Float32Array(8)), RangeError, /whole rows of 9/);
    await expectError(
      () => labelled.pseudoLikelihood(new Float32Array(9).fill(2)),
      RangeError,
      /needs data with labels/,
    );
    const unlabelled = await engine.rbm({ visible: 9, hidden: 3 });
    await expectError(
      () => unlabelled.pseudoLikelihood(new Float32Array(9).fill(2)),
      RangeError,
      /x must lie in \[0, 1\]/,
    );
    await expectError(() => labelled.freeEnergyGap(bars, floats as never), TypeError, /validation must be a data set/);
    const plain = await engine.dataset(floats, { shape: [2, 9] });
    await expectError(() => labelled.freeEnergyGap(bars, plain), RangeError, /both have labels or neither/);
    await expectError(() => dbn.bound(bars, {} as never), TypeError, /logZ/);
    await expectError(() => dbn.bound(bars, { logZ: Infinity }), RangeError, /logZ must be a finite number/);
    await expectError(
      () => dbn.bound(bars, { logZ: 1, samples: 1 }),
      RangeError,
      /samples must be a whole number from 2/,
    );
    await expectError(() => dbn.features(0), RangeError, /layer must be a whole number from 1 to 2, not 0/);
    await expectError(() => dbn.features(3), RangeError, /layer must be a whole number from 1 to 2, not 3/);
    await expectError(
      () => dbn.features(2, { units: [9] }),
      RangeError,
      /units\[0\] must be a whole number from 0 to 8/,
    );
    await expectError(() => dbn.features(2, { units: [] }), RangeError, /units must be at least one/);
    await expectError(() => dbn.features(2, { units: 3 as never }), TypeError, /units must be an array/);
    await expectError(() => dbn.features(2, { rate: 1 }), TypeError, /rate is an option of method 'maximisation'/);
    const ascent = { method: 'maximisation' } as const;
    await expectError(
      () => dbn.features(2, { ...ascent, rate: 0 }),
      RangeError,
      /rate must be a finite number above 0/,
    );
    await expectError(
      () => dbn.features(2, { ...ascent, norm: 0 }),
      RangeError,
      /norm must be a finite number above 0/,
    );
    await expectError(() => dbn.features(2, { ...ascent, iterations: 0 }), RangeError, /iterations/);
    await expectError(
      () => dbn.features(2, { ...ascent, response: 'most' as never }),
      RangeError,
      /response must be 'input' or 'mean'/,
    );
    // And all goes on.
    expect((await dbn.features(2)).shape).toEqual([9, 9]);
  });
});
