// Unit types through the package: what the C++ tests prove by enumeration, here as users meet it.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Units, type UnitType } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectError, mean } from './helpers.js';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 2 });
});
afterAll(() => {
  engine.dispose();
});

/** Two clouds in the plane, far apart. */
function clouds(count: number): Float32Array {
  const values = new Float32Array(2 * count);
  for (let i = 0; i < count; i++) {
    const centre = i % 2 ? 3 : -3;
    // A fixed pattern of small offsets.
    values[2 * i] = centre + 0.5 * Math.sin(12.9898 * i);
    values[2 * i + 1] = 10 + 2 * centre + Math.cos(78.233 * i);
  }
  return values;
}

describe('data sets', () => {
  it('are standardised by their own mean and deviation, or by those of others', async () => {
    const data = await engine.dataset(clouds(400), { shape: [400, 2] });
    const standard = await data.standardised();
    expect(mean((await standard.mean()).data)).toBeCloseTo(0, 5);
    expect((await standard.deviation()).data[1]).toBeCloseTo(1, 4);
    const by = { mean: (await data.mean()).data, deviation: (await data.deviation()).data };
    const other = await (await data.subset({ first: 0, count: 3 })).standardised(by);
    expect((await other.rows(0, 3)).data).toEqual((await standard.rows(0, 3)).data);
    await expectError(
      () => data.standardised({ mean: new Float32Array(3), deviation: new Float32Array(2) }),
      RangeError,
      /by\.mean must have 2/,
    );
  });
});

describe('machines of other units', () => {
  const pairs: [string, Units, Units, () => Promise<Dataset>, { words?: number }][] = [
    [
      'gaussian below bernoulli',
      { type: 'gaussian', learnedSigma: true },
      'bernoulli',
      async () => (await engine.dataset(clouds(200), { shape: [200, 2] })).standardised(),
      {},
    ],
    [
      'gaussian below relu',
      'gaussian',
      'relu',
      async () => (await engine.dataset(clouds(200), { shape: [200, 2] })).standardised(),
      {},
    ],
    [
      'softmax below bernoulli',
      { type: 'softmax', groups: [2, 3] },
      'bernoulli',
      () => engine.dataset(Float32Array.from([1, 0, 0, 1, 0, 0, 1, 1, 0, 0]), { shape: [2, 5] }),
      {},
    ],
    [
      'words below bernoulli',
      'replicated-softmax',
      'bernoulli',
      () => engine.dataset(Float32Array.from([3, 0, 1, 0, 4, 2]), { shape: [2, 3] }),
      { words: 4 },
    ],
    [
      'spin below spin',
      'spin',
      'spin',
      () => engine.dataset(Float32Array.from([1, -1, 1, -1, 1, 1, -1, -1, 0.5]), { shape: [3, 3] }),
      {},
    ],
    [
      'bernoulli below noisy relu',
      'bernoulli',
      'noisy-relu',
      () => engine.dataset({ kind: 'bars-and-stripes', size: 2 }),
      {},
    ],
  ];

  it.each(pairs)(
    '%s: trains, samples, saves and opens, the same in the worker and without',
    async (_, visibleUnits, hiddenUnits, make, words) => {
      const data = await make();
      const options = { visible: data.width, hidden: 3, visibleUnits, hiddenUnits, seed: 4 };
      const rbm = await engine.rbm(options);
      expect(rbm.units.visible.type).toBe(typeof visibleUnits === 'string' ? visibleUnits : visibleUnits.type);
      const history = await rbm.train(data, { epochs: 5, batchSize: 20, learningRate: 0.01 });
      expect(history).toHaveLength(5);
      const samples = await rbm.sample({ chains: 6, steps: 5, ...words });
      expect(samples.means.shape).toEqual([6, data.width]);
      expect([...samples.states.data].every(Number.isFinite)).toBe(true);
      const opened = await engine.open(await rbm.save({ resumable: true }));
      expect(await opened.fingerprint()).toBe(await rbm.fingerprint());
      if (opened.kind === 'rbm') expect(opened.units).toEqual(rbm.units);

      const sync = await loadSync();
      const rows = await data.rows(0, data.count);
      const same = sync.rbm(options);
      same.train(sync.dataset(rows.data, { shape: rows.shape }), { epochs: 5, batchSize: 20, learningRate: 0.01 });
      expect(same.fingerprint()).toBe(await rbm.fingerprint());
      sync.dispose();
    },
  );

  it('have exact and annealed partition functions that agree', async () => {
    const rbm = await engine.rbm({ visible: 3, hidden: 4, visibleUnits: { type: 'gaussian' }, seed: 2 });
    await rbm.setParameters({
      W: Float32Array.from({ length: 12 }, (_, i) => 0.5 * Math.sin(i)),
      b: Float32Array.from([0.3, -0.2, 0.1]),
      c: Float32Array.from([0.1, 0.2, -0.3, 0.4]),
      sigmaV: Float32Array.from([0.7, 1, 1.4]),
    });
    const exact = await rbm.logPartition();
    const annealed = await rbm.logPartition({ method: 'ais', runs: 200, betas: 300, reverse: true });
    expect(annealed.low).toBeLessThan(exact.logZ);
    expect(annealed.high).toBeGreaterThan(exact.logZ);
    expect(annealed.reverse?.start).toBe('exact');
    const words = await engine.rbm({ visible: 4, hidden: 3, visibleUnits: 'replicated-softmax' });
    const one = await words.logPartition({ words: 1 });
    const ten = await words.logPartition({ words: 10 });
    expect(ten.logZ).toBeGreaterThan(one.logZ);
  });

  it('have log Z of two Gaussian sides, conditional densities, and labels learned discriminatively', async () => {
    const pair = await engine.rbm({ visible: 1, hidden: 1, visibleUnits: 'gaussian', hiddenUnits: 'gaussian' });
    await pair.setParameters({ W: Float32Array.of(0.5), b: Float32Array.of(0), c: Float32Array.of(0) });
    const { logZ } = await pair.logPartition();
    expect(logZ).toBeCloseTo(Math.log(2 * Math.PI) - 0.5 * Math.log(0.75), 9);
    // Of a single unit the density given no others is that of the model.
    const data = await engine.dataset(Float32Array.of(-1.5, 0.2, 2), { shape: [3, 1] });
    expect((await pair.pseudoLikelihood(data)).mean).toBeCloseTo((await pair.logLikelihood(data, { logZ })).mean, 4);

    const labels = Uint8Array.from({ length: 100 }, (_, r) => r % 2);
    const values = Float32Array.from(
      { length: 200 },
      (_, i) => (Math.floor(i / 2) % 2 === 0 ? -1 : 1) + 0.3 * Math.sin(i),
    );
    const told = await engine.dataset(values, { shape: [100, 2], labels });
    const reader = await engine.rbm({
      visible: 2,
      hidden: 8,
      labels: 2,
      visibleUnits: 'gaussian',
      hiddenUnits: 'relu',
    });
    await reader.train(told, { objective: 'discriminative', epochs: 14, batchSize: 20, learningRate: 0.02 });
    expect([...(await reader.classify(told)).labels]).toEqual([...labels]);
    expect((await reader.pseudoLikelihood(told, { stochastic: true })).mean).toBeLessThan(0);
  });

  it('hold clamped values of their type, and documents their length', async () => {
    const rbm = await engine.rbm({ visible: 2, hidden: 2, visibleUnits: 'gaussian' });
    const held = await rbm.sample({
      chains: 3,
      steps: 4,
      clamp: { mask: Float32Array.from([1, 0]), values: Float32Array.from([2.5, 0]) },
    });
    for (let r = 0; r < 3; r++) expect(held.states.data[2 * r]).toBe(2.5);
    const documents = await engine.rbm({ visible: 5, hidden: 2, visibleUnits: 'replicated-softmax' });
    const { states } = await documents.sample({ chains: 2, steps: 3, words: 17 });
    for (let r = 0; r < 2; r++) expect(states.data.subarray(5 * r, 5 * r + 5).reduce((a, b) => a + b, 0)).toBe(17);
  });

  it('go into a deep belief net layer by layer', async () => {
    const data = await (await engine.dataset(clouds(100), { shape: [100, 2] })).standardised();
    const dbn = await engine.dbn({ layers: [2, 6, 3], units: ['gaussian', 'bernoulli', 'bernoulli'] });
    await dbn.train(data, { epochs: 2, batchSize: 25, learningRate: 0.01 });
    expect((await dbn.up(data, 2)).shape).toEqual([100, 3]);
    expect(dbn.units.map((units) => units.type)).toEqual(['gaussian', 'bernoulli', 'bernoulli']);
    const opened = await engine.open(await dbn.save());
    expect(opened.kind === 'dbn' && opened.units).toEqual(dbn.units);
  });
});

describe('the list of types', () => {
  it('is the same in types.ts as in the engine', async () => {
    // The compiler holds these keys to UnitType.
    const inTypes: Record<UnitType, true> = {
      bernoulli: true,
      gaussian: true,
      softmax: true,
      'replicated-softmax': true,
      relu: true,
      'noisy-relu': true,
      spin: true,
    };
    const error: unknown = await engine
      .rbm({ visible: 2, hidden: 2, visibleUnits: 'quantum' as 'relu' })
      .catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(RangeError);
    const [, names] =
      /^visibleUnits are 'quantum', which is not known: there are (.*)$/.exec(String((error as Error).message)) ?? [];
    expect(names?.split(', ')).toEqual(Object.keys(inTypes));
  });
});

describe('what cannot be', () => {
  it('is refused with the reason', async () => {
    const rbm = (visibleUnits: unknown, hiddenUnits?: unknown) =>
      engine.rbm({ visible: 4, hidden: 3, visibleUnits: visibleUnits as Units, hiddenUnits: hiddenUnits as Units });
    await expectError(() => rbm('softmax'), TypeError, /need their groups/);
    await expectError(() => rbm({ type: 'softmax', groups: [2, 3] }), RangeError, /add up to its 4 units/);
    await expectError(() => rbm({ type: 'softmax', groups: [1, 3] }), RangeError, /groups\[0\] .* not 1/);
    await expectError(() => rbm({ type: 'relu', groups: [2, 2] }), TypeError, /groups are for softmax/);
    await expectError(() => rbm({ type: 'bernoulli', learnedSigma: true }), TypeError, /learnedSigma is for gaussian/);
    await expectError(
      () => rbm('bernoulli', 'replicated-softmax'),
      RangeError,
      /hidden units cannot be replicated-softmax/,
    );
    await expectError(
      () => engine.dbn({ layers: [4, 3], units: ['gaussian'] }),
      RangeError,
      /one for each of the 2 layers, not 1/,
    );
    const noisy = await rbm('bernoulli', 'noisy-relu');
    await expectError(() => noisy.freeEnergy(new Float32Array(4)), TypeError, /have no energy/);
    const words = await rbm('replicated-softmax');
    await expectError(() => words.sample(), TypeError, /words/);
    await expectError(
      () => words.hiddenMeans(Float32Array.from([1, 2, 0.5, 0])),
      RangeError,
      /whole counts .* column 2 is 0.5/,
    );
    const relu = await rbm('relu');
    await expectError(
      () => relu.hiddenMeans(Float32Array.from([1, -1, 0, 0])),
      RangeError,
      /not negative: row 0, column 1 is -1/,
    );
    const bernoulli = await rbm('bernoulli');
    await expectError(() => bernoulli.sample({ words: 3 }), TypeError, /words are for replicated-softmax/);
    await expectError(
      () =>
        bernoulli.setParameters({
          W: new Float32Array(12),
          b: new Float32Array(4),
          c: new Float32Array(3),
          sigmaV: new Float32Array(4),
        }),
      TypeError,
      /no entry 'sigmaV' in this model; it has W, b, c/,
    );
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 2 });
    await expectError(
      () => bernoulli.train(data, { sigmaLearningRate: 0.1 }),
      TypeError,
      /standard deviations are learned/,
    );
    await expectError(
      () => relu.train(data, { dataStates: 'sampled' }),
      TypeError,
      /dataStates can be sampled for units whose data may be means .* relu units are states/,
    );
    const rectified = await rbm('bernoulli', 'relu');
    await expectError(
      () => rectified.train(data, { sparsityCost: 1, sparsityTarget: 0.1 }),
      TypeError,
      /sparsityTarget is a mean activity of Bernoulli hidden units/,
    );
  });
});
