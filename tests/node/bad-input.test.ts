// Every wrong argument is refused with an error that says what is wrong, by the worker's engine and by the synchronous
// one, and the engine works on.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectCode, expectError, gzip, idx } from './helpers.ts';

const engines: [string, () => Promise<Engine>][] = [
  ['worker', () => load({ threads: 2, memory: 2 ** 28 })],
  ['sync', async () => (await loadSync()) as unknown as Engine],
];

describe.each(engines)('%s engine', (which, loadEngine) => {
  let engine: Engine;
  let bars: Dataset;
  let rbm: Rbm;
  let labelled: Rbm;
  let dbn: Dbn;

  beforeAll(async () => {
    engine = await loadEngine();
    bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    rbm = await engine.rbm({ visible: 9, hidden: 5 });
    labelled = await engine.rbm({ visible: 9, hidden: 5, labels: 2 });
    dbn = await engine.dbn({ layers: [9, 6, 4], labels: 2 });
  });

  afterAll(async () => {
    // After all these errors.
    expect(await rbm.train(bars, { epochs: 2 })).toHaveLength(2);
    expect(await labelled.predict(bars)).toHaveLength(14);
    engine.dispose();
  });

  const nine = (fill = 0) => new Float32Array(9).fill(fill);

  describe('examples', () => {
    it('of the wrong length', async () => {
      await expectError(
        () => rbm.hiddenMeans(new Float32Array(10)),
        RangeError,
        /x must be whole rows of 9 values, not 10 values/,
      );
      await expectError(
        () => rbm.freeEnergy(new Float32Array(0)),
        RangeError,
        /x must be whole rows of 9 values, not 0/,
      );
      await expectError(() => rbm.visibleMeans(nine()), RangeError, /h must be whole rows of 5 values, not 9/);
      await expectError(() => dbn.predict(new Float32Array(4)), RangeError, /x must be whole rows of 9 values, not 4/);
    });

    it('of the wrong type, with a hint for bytes', async () => {
      await expectError(
        () => rbm.hiddenMeans(new Uint8Array(9) as never),
        TypeError,
        /x must be a data set, .* or a tensor, not a Uint8Array of 9\. .*dataset\(x, .*scale: /,
      );
      await expectError(
        () => rbm.hiddenMeans([0, 0, 0] as never),
        TypeError,
        /x must be a data set, a Float32Array, a Float64Array or a tensor, not an array of 3/,
      );
      await expectError(() => rbm.hiddenMeans(undefined as never), TypeError, /x must be .* not undefined/);
      await expectError(() => rbm.hiddenMeans({} as never), TypeError, /x must be .* not an object/);
      await expectError(() => rbm.hiddenMeans('x' as never), TypeError, /x must be .* not "x"/);
    });

    it('with NaN, or outside [0, 1], by row and column', async () => {
      const x = new Float32Array(27);
      x[2 * 9 + 4] = NaN;
      await expectError(() => rbm.hiddenMeans(x), RangeError, /x must lie in \[0, 1\]: row 2, column 4 is NaN/);
      await expectError(() => rbm.reconstruct(x), RangeError, /row 2, column 4 is NaN/);
      await expectError(() => labelled.classify(x), RangeError, /row 2, column 4 is NaN/);
      await expectError(() => rbm.freeEnergy(nine(1.5)), RangeError, /row 0, column 0 is 1\.5/);
      await expectError(() => rbm.hiddenMeans(nine(-Infinity)), RangeError, /row 0, column 0 is -Infinity/);
      await expectError(() => dbn.up(nine(-1), 1), RangeError, /row 0, column 0 is -1/);
      await expectError(
        () => rbm.visibleMeans(new Float32Array(5).fill(2)),
        RangeError,
        /h must lie in \[0, 1\]: row 0, column 0 is 2/,
      );
    });

    it('in a data set that does not fit the model', async () => {
      const four = await engine.dataset({ kind: 'bars-and-stripes', size: 2 });
      await expectError(
        () => rbm.hiddenMeans(four),
        RangeError,
        /x has 4 values an example, and the model has 9 visible units/,
      );
      await expectError(
        () => rbm.train(four),
        RangeError,
        /data has 4 values an example, and the model has 9 visible units/,
      );
      await expectError(() => rbm.train(bars, { validation: four }), RangeError, /validation has 4 values/);
      const large = await engine.dataset(new Float32Array(18).fill(3), { shape: [2, 9] });
      await expectError(() => rbm.train(large), RangeError, /data must lie in \[0, 1\]: row 0, column 0 is 3/);
      await expectError(() => rbm.hiddenMeans(large), RangeError, /row 0, column 0 is 3/);
      await expectError(
        () => rbm.logLikelihood(large, { logZ: 0 }),
        RangeError,
        /x must lie in \[0, 1\]: row 0, column 0/,
      );
    });
  });

  describe('pixels', () => {
    it('of bytes without their scale', async () => {
      await expectError(
        () => engine.dataset(new Uint8Array(4), { shape: [2, 2] }),
        TypeError,
        /scale must be given with a Uint8Array of 4, .*scale: 1 \/ 255/,
      );
      await expectError(
        () => engine.dataset(new Int16Array(4), { shape: [2, 2] }),
        TypeError,
        /scale must be given with an Int16Array/,
      );
    });

    it('with NaN, by row and column', async () => {
      const pixels = new Float32Array(6);
      pixels[5] = NaN;
      await expectError(() => engine.dataset(pixels, { shape: [2, 3] }), RangeError, /row 1, column 2 is NaN/);
      await expectError(
        () => engine.dataset(new Float64Array(4).fill(Infinity), { shape: [2, 2] }),
        RangeError,
        /row 0, column 0 is infinite/,
      );
    });

    it('that are not what their shape says', async () => {
      await expectError(
        () => engine.dataset(new Float32Array(6), { shape: [2, 4] }),
        RangeError,
        /shape \[2, 4\] asks for 8 values, and 6 came/,
      );
      await expectError(
        () => engine.dataset(new Float32Array(6), { shape: [6] }),
        RangeError,
        /shape must be an array of 2 to 8 sizes/,
      );
      await expectError(
        () => engine.dataset(new Float32Array(6), { shape: [0, 6] }),
        RangeError,
        /shape\[0\] must be a whole number from 1/,
      );
      await expectError(
        () => engine.dataset(new Float32Array(6), { shape: [-2, -3] }),
        RangeError,
        /shape\[0\] .* not -2/,
      );
      await expectError(
        () => engine.dataset(new Float32Array(6), { shape: '2x3' as never }),
        TypeError,
        /shape must be an array/,
      );
      await expectError(
        () => engine.dataset(new Float32Array(6), undefined as never),
        TypeError,
        /shape must be an array of sizes, examples first, not undefined/,
      );
      await expectError(() => engine.dataset(new Float32Array(0), { shape: [0, 2] }), RangeError, /shape\[0\]/);
    });

    it('of another type', async () => {
      await expectError(
        () => engine.dataset(new BigInt64Array(4) as never, { shape: [2, 2], scale: 1 }),
        TypeError,
        /pixels must be a typed array of numbers.*BigInt64Array/,
      );
      await expectError(
        () => engine.dataset([1, 0] as never, { shape: [1, 2] }),
        TypeError,
        /must be a typed array, a tensor, or an object with a kind/,
      );
      await expectError(
        () => engine.dataset(null as never),
        TypeError,
        /must be a typed array, a tensor, or an object with a kind, not null/,
      );
      await expectError(
        () => engine.dataset(new DataView(new ArrayBuffer(4)) as never, { shape: [2, 2] }),
        TypeError,
        /pixels must be a typed array/,
      );
    });

    it('with a wrong scale or wrong labels', async () => {
      const bytes = new Uint8Array(4);
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 0 }),
        RangeError,
        /scale must be a finite number above 0, not 0/,
      );
      await expectError(() => engine.dataset(bytes, { shape: [2, 2], scale: NaN }), RangeError, /scale .* not NaN/);
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: '1/255' as never }),
        TypeError,
        /scale .* not "1\/255"/,
      );
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 1, labels: [0] }),
        RangeError,
        /labels must have 2 entries, one an example, not 1/,
      );
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 1, labels: [0, 65536] }),
        RangeError,
        /labels\[1\] must be a whole number from 0 to 65,535, not 65536/,
      );
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 1, labels: [-1, 0] }),
        RangeError,
        /labels\[0\] .* not -1/,
      );
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 1, labels: [0, 0.5] }),
        RangeError,
        /labels\[1\] .* not 0\.5/,
      );
      await expectError(
        () => engine.dataset(bytes, { shape: [2, 2], scale: 1, labels: ['a', 'b'] as never }),
        TypeError,
        /labels\[0\] .* not "a"/,
      );
    });
  });

  describe('sizes', () => {
    it('that are zero, negative, no whole number or absurd', async () => {
      const units = (visible: unknown, hidden: unknown) => () => engine.rbm({ visible, hidden } as never);
      await expectError(units(0, 5), RangeError, /visible must be a whole number from 1 to 1,048,576, not 0/);
      await expectError(units(5, -3), RangeError, /hidden .* not -3/);
      await expectError(units(1e9, 5), RangeError, /visible .* not 1000000000/);
      await expectError(units(5, 1e9), RangeError, /hidden .* not 1000000000/);
      await expectError(units(2.5, 5), RangeError, /visible .* not 2\.5/);
      await expectError(units(NaN, 5), RangeError, /visible .* not NaN/);
      await expectError(units(Infinity, 5), RangeError, /visible .* not Infinity/);
      await expectError(units('784', 5), TypeError, /visible .* not "784"/);
      await expectError(units(undefined, 5), TypeError, /visible .* not undefined/);
      await expectError(units(2 ** 20, 2 ** 20), RangeError, /134217728/);
      await expectError(
        () => engine.rbm({ visible: 5, hidden: 5, labels: 1 }),
        RangeError,
        /labels must be 0 or at least 2/,
      );
      await expectError(() => engine.rbm({ visible: 5, hidden: 5, labels: -2 }), RangeError, /labels .* not -2/);
      await expectError(() => engine.rbm({ visible: 5, hidden: 5, seed: -1 }), RangeError, /seed .* 2\^53 - 1, not -1/);
      await expectError(
        () => engine.rbm({ visible: 5, hidden: 5, visibleUnits: 'gausian' as never }),
        RangeError,
        /visibleUnits are 'gausian', which is not known: there are bernoulli, gaussian, /,
      );
      await expectError(
        () => engine.rbm({ visble: 5, hidden: 5 } as never),
        TypeError,
        /options has no entry 'visble'; known are visible, hidden/,
      );
      await expectError(() => engine.rbm(undefined as never), TypeError, /visible .* not undefined/);
    });

    it('of a DBN', async () => {
      await expectError(
        () => engine.dbn({ layers: [784] }),
        RangeError,
        /layers must be 2 to 16 sizes, visible units first, not 1/,
      );
      await expectError(() => engine.dbn({ layers: [784, 0] }), RangeError, /layers\[1\] .* not 0/);
      await expectError(() => engine.dbn({ layers: [784, 1e9] }), RangeError, /layers\[1\] .* not 1000000000/);
      await expectError(() => engine.dbn({ layers: '784-500' as never }), TypeError, /layers must be an array/);
      await expectError(() => dbn.up(nine(), 3), RangeError, /layer must be a whole number from 0 to 2, not 3/);
      await expectError(() => dbn.parameters(2), RangeError, /layer must be a whole number from 0 to 1, not 2/);
    });

    it('of generated data', async () => {
      await expectError(
        () => engine.dataset({ kind: 'bars-and-stripes', size: 1 }),
        RangeError,
        /size must be a whole number from 2 to 12, not 1/,
      );
      await expectError(() => engine.dataset({ kind: 'bars-and-stripes', size: 1e9 }), RangeError, /size/);
      await expectError(
        () => engine.dataset({ kind: 'shifter', size: 20 }),
        RangeError,
        /count must be given for a shifter of size 20/,
      );
      await expectError(
        () => engine.dataset({ kind: 'stroke-digits', count: 1e9 }),
        RangeError,
        /count .* 1,000,000, not 1000000000/,
      );
      await expectError(() => engine.dataset({ kind: 'stroke-digits', count: 0 }), RangeError, /count .* not 0/);
      await expectError(
        () => engine.dataset({ kind: 'mnist' } as never),
        RangeError,
        /kind must be 'idx' or .* not "mnist"/,
      );
      await expectError(() => bars.rows(13, 2), RangeError, /count must be a whole number from 1 to 1, not 2/);
      await expectError(() => bars.rows(14, 1), RangeError, /first must be a whole number from 0 to 13, not 14/);
      await expectError(() => bars.subset({ label: 2 }), RangeError, /no example has the label 2/);
      await expectError(() => bars.subset({} as never), TypeError, /first/);
      await expectError(() => bars.subset({ first: 3, count: 100 }), RangeError, /count/);
    });

    it('that memory can not hold: a RangeError, and the engine works on', async () => {
      // Means alone would be 3.3 GB, more than either build may have.
      const large = await engine.rbm({ visible: 784, hidden: 500 });
      const outOfMemory = /out of memory: the engine has \d+ MB and may have \d+ MB in all; .*subsets of the data/;
      for (let i = 0; i < 3; i++) await expectError(() => large.sample({ chains: 2 ** 20 }), RangeError, outOfMemory);
      large.dispose();
      expect((await rbm.hiddenMeans(nine())).shape).toEqual([1, 5]);
    });
  });

  describe('labels', () => {
    it('out of range', async () => {
      await expectError(
        () => labelled.freeEnergy(nine(), { labels: [2] }),
        RangeError,
        /labels\[0\] must be a whole number from 0 to 1, not 2/,
      );
      await expectError(
        () => labelled.freeEnergy(nine(), { labels: [0, 1] }),
        RangeError,
        /labels must have 1 entries/,
      );
      await expectError(
        () => labelled.sample({ label: 2 }),
        RangeError,
        /label must be a whole number from 0 to 1, not 2/,
      );
      await expectError(() => labelled.sample({ label: -1 }), RangeError, /label .* not -1/);
      await expectError(
        () => labelled.sample({ chains: 3, label: [0, 1] }),
        RangeError,
        /label must be one for all chains or 3, one each, not 2/,
      );
      const shifter = await engine.dataset(new Float32Array(27), { shape: [3, 9], labels: [0, 1, 2] });
      await expectError(
        () => labelled.train(shifter),
        RangeError,
        /data has labels up to 2, and the model has 2 label units/,
      );
      await expectError(
        () => dbn.train(shifter),
        RangeError,
        /data has labels up to 2, and the model has 2 label units/,
      );
    });

    it('where the model or the data have none', async () => {
      await expectError(() => rbm.predict(bars), TypeError, /predict needs a model with label units/);
      await expectError(() => rbm.classify(bars), TypeError, /classify needs a model with label units/);
      await expectError(
        () => rbm.classifyByIteration(bars),
        TypeError,
        /classifyByIteration needs a model with label units/,
      );
      await expectError(() => rbm.sample({ label: 1 }), TypeError, /label needs a model with label units/);
      await expectError(
        () => rbm.freeEnergy(bars, { labels: new Uint8Array(14) }),
        TypeError,
        /labels need a model with label units/,
      );
      const none = await engine.dataset(new Float32Array(18), { shape: [2, 9] });
      await expectError(() => labelled.train(none), RangeError, /label units needs data with labels/);
      await expectError(() => none.subset({ label: 0 }), RangeError, /which has a label, and the data set has none/);
    });
  });

  describe('options', () => {
    it('of training', async () => {
      const train = (options: object) => () => rbm.train(bars, options);
      await expectError(train({ epochs: -1 }), RangeError, /epochs must be a whole number from 0 to 1,000,000, not -1/);
      await expectError(train({ batchSize: 0 }), RangeError, /batchSize .* not 0/);
      await expectError(train({ batches: 0 }), RangeError, /batches .* not 0/);
      await expectError(
        train({ learningRate: 0 }),
        RangeError,
        /learningRate must be a finite number above 0 and at most 100, not 0/,
      );
      await expectError(train({ learningRate: NaN }), RangeError, /learningRate .* not NaN/);
      await expectError(train({ learningRate: '0.1' }), TypeError, /learningRate .* not "0\.1"/);
      await expectError(train({ finalLearningRate: -1 }), RangeError, /finalLearningRate .* at least 0 .* not -1/);
      await expectError(train({ momentum: 1 }), RangeError, /momentum .* at least 0 and below 1, not 1/);
      await expectError(train({ weightDecay: -0.1 }), RangeError, /weightDecay/);
      await expectError(train({ k: 0 }), RangeError, /k must be/);
      await expectError(train({ clampedChains: 1.5 }), RangeError, /clampedChains .* at most 1, not 1.5/);
      await expectError(train({ restarts: -1 }), RangeError, /restarts .* at least 0 .* not -1/);
      await expectError(train({ method: 'sgd' }), RangeError, /method must be 'cd', 'pcd', .* or 'exact', not "sgd"/);
      await expectError(train({ hiddenStates: true }), TypeError, /hiddenStates must be 'sampled' or 'mean', not true/);
      await expectError(
        train({ visibleBiasFromData: 1 }),
        TypeError,
        /visibleBiasFromData must be true or false, not 1/,
      );
      await expectError(train({ seed: 2 ** 53 }), RangeError, /seed/);
      await expectError(
        train({ learningrate: 0.1 }),
        TypeError,
        /options has no entry 'learningrate'; known are .*learningRate/,
      );
      await expectError(
        train({ validation: nine() }),
        TypeError,
        /validation must be a data set of this engine, not a Float32Array of 9/,
      );
      await expectError(train({ onProgress: 'yes' }), TypeError, /onProgress must be a function/);
      await expectError(() => rbm.train(bars, 10 as never), TypeError, /options must be an object, not 10/);
      await expectError(
        () => rbm.train(nine() as never),
        TypeError,
        /data must be a data set of this engine, not a Float32Array of 9/,
      );
      await expectError(() => rbm.train(rbm as never), TypeError, /data must be a data set of this engine/);
      await expectError(
        () => dbn.train(bars, { layers: [{}, {}, {}] }),
        RangeError,
        /layers must have at most 2 entries/,
      );
      await expectError(() => dbn.train(bars, { layers: [{ epochs: -1 }] }), RangeError, /epochs .* not -1/);
      await expectError(
        () => dbn.train(bars, { layers: [{ batches: 3 } as never] }),
        TypeError,
        /layers\[0\] has no entry 'batches'/,
      );
    });

    it('of sampling', async () => {
      await expectError(
        () => rbm.sample({ chains: 0 }),
        RangeError,
        /chains must be a whole number from 1 to 1,048,576, not 0/,
      );
      await expectError(() => rbm.sample({ steps: 0 }), RangeError, /steps .* not 0/);
      await expectError(() => rbm.sample({ temperature: 0 }), RangeError, /temperature .* not 0/);
      await expectError(() => rbm.sample({ temperature: -1 }), RangeError, /temperature .* not -1/);
      await expectError(
        () => rbm.sample({ start: new Float32Array(10) }),
        RangeError,
        /start must be whole rows of 9 values/,
      );
      await expectError(
        () => rbm.sample({ chains: 3, start: new Float32Array(18) }),
        RangeError,
        /start must be one row or 3, one a chain, not 2/,
      );
      await expectError(() => rbm.sample({ start: nine(7) }), RangeError, /start must lie in \[0, 1\]/);
      await expectError(
        () => rbm.sample({ clamp: { values: nine(), mask: new Float32Array(8) } }),
        RangeError,
        /clamp\.mask must be whole rows/,
      );
      await expectError(
        () => rbm.sample({ clamp: { values: nine() } as never }),
        TypeError,
        /clamp\.mask must be a Float32Array, not undefined/,
      );
      await expectError(
        () => rbm.sample({ clamp: { values: nine(0.5), mask: nine(1) } }),
        RangeError,
        /clamped values must be 0 or 1/,
      );
      await expectError(
        () => dbn.sample({ clamp: { values: nine(), mask: nine() } }),
        TypeError,
        /clamp holds visible units of an RBM/,
      );
      await expectError(() => rbm.reconstruct(nine(), { steps: 0 }), RangeError, /steps must be a whole number from 1/);
      await expectError(
        () => dbn.reconstruct(nine(), { steps: -1 }),
        RangeError,
        /steps must be a whole number from 0/,
      );
    });

    it('of the rest', async () => {
      await expectError(
        () => rbm.save({ dtype: 'f64' as never }),
        RangeError,
        /dtype must be 'f32' or 'f16', not "f64"/,
      );
      await expectError(() => rbm.save({ dtype: 'f16', resumable: true }), TypeError, /resumable needs dtype 'f32'/);
      await expectError(
        () => rbm.save({ notes: { epochs: 3 } as never }),
        TypeError,
        /notes\.epochs must be a string, not 3/,
      );
      await expectError(() => rbm.logLikelihood(bars, {} as never), TypeError, /logZ/);
      await expectError(
        () => rbm.logLikelihood(bars, { logZ: NaN }),
        RangeError,
        /logZ must be a finite number, not NaN/,
      );
      await expectError(() => labelled.classifyByIteration(bars, { iterations: 0 }), RangeError, /iterations/);
      const large = await engine.rbm({ visible: 30, hidden: 30 });
      await expectError(() => large.logPartition(), RangeError, /at most 25 units.*method 'ais'/);
      await expectError(() => large.logPartition({ runs: 5 }), TypeError, /runs needs method 'ais', not 'exact'/);
      const ais = { method: 'ais' } as const;
      await expectError(() => large.logPartition({ ...ais, runs: 1 }), RangeError, /runs .* from 2 .* not 1/);
      await expectError(() => large.logPartition({ ...ais, betas: 0 }), RangeError, /betas .* not 0/);
      await expectError(() => large.logPartition({ ...ais, betas: 1.5 }), RangeError, /betas .* not 1.5/);
    });

    it('of setParameters', async () => {
      const { W, b, c } = await rbm.parameters();
      const set = (parameters: object) => () => rbm.setParameters({ W: W.data, b: b.data, c: c.data, ...parameters });
      await expectError(set({ W: new Float32Array(44) }), RangeError, /W must have 45 entries, 9 x 5, not 44/);
      await expectError(set({ b: [0] }), TypeError, /b must be a Float32Array or a tensor, not an array of 1/);
      await expectError(set({ c: undefined }), TypeError, /c must be a Float32Array of 5/);
      await expectError(set({ U: new Float32Array(10) }), TypeError, /no entry 'U' in this model; it has W, b, c/);
      await expectError(set({ W: W.data.map(() => NaN) }), RangeError, /W .*finite|finite.*W/);
      await expectError(
        () => labelled.setParameters({ W: W.data, b: b.data, c: c.data }),
        TypeError,
        /U must be a Float32Array of 10, 2 x 5, not undefined/,
      );
      expect((await rbm.parameters()).W).toEqual(W);
    });
  });

  describe('files', () => {
    it('that are no model, are cut short or damaged', async () => {
      const good = await rbm.save();
      await expectCode(() => engine.open(new Uint8Array(0)), 'format', /8 bytes/);
      await expectCode(
        () => engine.open(new TextEncoder().encode('<!doctype html><title>Not found</title>')),
        'format',
        /./,
      );
      for (let length = 1; length < good.length; length = Math.ceil(length * 1.3)) {
        await expectCode(() => engine.open(good.slice(0, length)), 'format', /./);
      }
      const longer = new Uint8Array(good.length + 1);
      longer.set(good);
      await expectCode(() => engine.open(longer), 'format', /./);
      const header = good.slice();
      header[20] = (header[20] as number) ^ 0xff;
      await expectCode(() => engine.open(header), 'format', /./);
      const huge = good.slice();
      huge.fill(0xff, 0, 8);
      await expectCode(() => engine.open(huge), 'format', /./);
    });

    it('of another kind of model', async () => {
      // A file of somebody else's, well formed.
      const json = new TextEncoder().encode('{"weight":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
      const other = new Uint8Array(8 + json.length + 4);
      other[0] = json.length;
      other.set(json, 8);
      await expectCode(() => engine.open(other), 'format', /wakesleep/);
    });

    it('with values that are not finite', async () => {
      const bytes = await rbm.save();
      bytes.fill(0xff, bytes.length - 4);
      await expectCode(() => engine.open(bytes), 'format', /./);
    });

    it('that are no file at all', async () => {
      await expectError(
        () => engine.open(42 as never),
        TypeError,
        /source must be a Uint8Array, an ArrayBuffer.*not 42/,
      );
      await expectError(() => engine.open(null as never), TypeError, /source must be .* not null/);
      await expectError(
        () => engine.open(new Float32Array(4) as never),
        TypeError,
        /source must be .* not a Float32Array of 4/,
      );
    });

    it('of IDX that lie about their count, are cut short, or are of another type', async () => {
      const open = (images: Uint8Array, labels?: Uint8Array) => () =>
        engine.dataset({ kind: 'idx', images, ...(labels ? { labels } : {}) });
      const good = idx([3, 2, 2], new Array(12).fill(9));
      expect(await engine.dataset({ kind: 'idx', images: good })).toMatchObject({
        count: 3,
        width: 4,
        itemShape: [2, 2],
      });
      await expectCode(open(idx([4, 2, 2], new Array(12).fill(9))), 'format', /./);
      await expectCode(open(idx([2, 2, 2], new Array(12).fill(9))), 'format', /./);
      await expectCode(open(idx([0xffffffff, 0xffffffff, 0xffffffff], [1])), 'format', /./);
      await expectCode(open(idx([0, 2, 2], [])), 'format', /./);
      await expectCode(open(good.slice(0, 10)), 'format', /./);
      await expectCode(open(good.slice(0, 3)), 'format', /./);
      await expectCode(open(new Uint8Array(0)), 'format', /./);
      const doubles = good.slice();
      doubles[2] = 0x0e;
      await expectCode(open(doubles), 'format', /./);
      const labels = idx([3], [0, 1, 2]);
      expect(await engine.dataset({ kind: 'idx', images: good, labels })).toMatchObject({ labelCount: 3 });
      await expectError(open(good, idx([2], [0, 1])), Error, /./);
      await expectError(open(good, good), Error, /./);
      await expectError(() => engine.dataset({ kind: 'idx' } as never), TypeError, /images must be .* not undefined/);
      await expectError(
        () => engine.dataset({ kind: 'idx', images: [1, 2] } as never),
        TypeError,
        /images must be .* not an array of 2/,
      );
    });

    it.runIf(which === 'worker')('of gzip that are damaged', async () => {
      const packed = await gzip(idx([3, 2, 2], new Array(12).fill(9)));
      expect(await engine.dataset({ kind: 'idx', images: packed })).toMatchObject({ count: 3 });
      await expectCode(
        () => engine.dataset({ kind: 'idx', images: packed.slice(0, packed.length - 9) }),
        'format',
        /images is a gzip file that is damaged or cut short/,
      );
    });

    it.runIf(which === 'sync')('of gzip, which only readFile unpacks', async () => {
      const packed = await gzip(idx([3, 2, 2], new Array(12).fill(9)));
      await expectCode(
        () => engine.dataset({ kind: 'idx', images: packed }),
        'unsupported',
        /images is gzip.*readFile/,
      );
    });
  });

  it('drawings that are none', async () => {
    const preprocess = (drawing: unknown) => () => engine.preprocessDigit(drawing as never);
    await expectError(preprocess(undefined), TypeError, /drawing must be an array of strokes, or a picture/);
    await expectError(preprocess([{ x: 1, y: 2 }]), TypeError, /stroke 0 must be an array of points/);
    await expectError(
      preprocess([[{ x: 1 }]]),
      TypeError,
      /a coordinate of point 0 of stroke 0 must be a number, not undefined/,
    );
    await expectError(
      preprocess([[[1, 2], 'x']]),
      TypeError,
      /point 1 of stroke 0 must be \{ x, y \} or \[x, y\], not "x"/,
    );
    await expectError(
      preprocess([[[1, 2]], [[1, NaN]]]),
      RangeError,
      /point 0 of stroke 1 must have finite coordinates, not NaN/,
    );
    await expectError(
      preprocess([new Float32Array(3)]),
      RangeError,
      /stroke 0 must be pairs of x and y, not 3 numbers/,
    );
    await expectError(
      preprocess({ data: new Uint8ClampedArray(16), width: 0, height: 2 }),
      RangeError,
      /width .* not 0/,
    );
    await expectError(
      preprocess({ data: new Uint8ClampedArray(15), width: 2, height: 2 }),
      RangeError,
      /data must have 16 bytes \(RGBA\) or 4 for 2 x 2 pixels, not 15/,
    );
    await expectError(
      preprocess({ data: [1, 2, 3, 4], width: 2, height: 2 }),
      TypeError,
      /data must be a Uint8ClampedArray, .*not an array of 4/,
    );
    await expectError(
      preprocess({ data: new Float32Array(4).fill(2), width: 2, height: 2 }),
      RangeError,
      /data must lie in \[0, 1\]: row 0, column 0 is 2/,
    );
  });

  it('a hundred thousand errors in a row', { timeout: 120_000 }, async () => {
    // Each used to leave a few bytes on the module's stack, until it ran into the module's data.
    const before = await rbm.fingerprint();
    const wrong = new Uint8Array(3);
    const times = which === 'sync' ? 100_000 : 70_000;
    for (let i = 0; i < times; i += 1000) {
      const calls = Array.from({ length: 1000 }, async () => engine.open(wrong));
      for (const { status } of await Promise.allSettled(calls)) expect(status).toBe('rejected');
    }
    expect(await rbm.fingerprint()).toBe(before);
    expect((await rbm.hiddenMeans(bars)).shape).toEqual([14, 5]);
  });
});

describe('worker engine', () => {
  it('refuses objects of another engine, and what can not be sent', async () => {
    const [first, second] = await Promise.all([load({ threads: 1 }), load({ threads: 1 })]);
    const data = await second.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = await first.rbm({ visible: 9, hidden: 4 });
    await expectError(() => rbm.train(data), TypeError, /this data set belongs to another engine/);
    await expectError(
      () => rbm.train(data, { seed: (() => 1) as never }),
      TypeError,
      /must be plain data, not a function|another engine/,
    );
    await expectError(
      () => rbm.reconstruct(new Float32Array(9), { seed: Symbol('x') as never }),
      TypeError,
      /can't be sent|seed/,
    );
    expect((await rbm.hiddenMeans(new Float32Array(9))).shape).toEqual([1, 4]);
    first.dispose();
    second.dispose();
  });

  it("leaves the caller's arrays alone", async () => {
    const engine = await load({ threads: 1 });
    const rbm = await engine.rbm({ visible: 4, hidden: 2 });
    const all = new Float32Array(16).fill(1);
    const x = all.subarray(4, 12);
    expect((await rbm.hiddenMeans(x)).shape).toEqual([2, 2]);
    expect(x).toEqual(new Float32Array(8).fill(1));
    const shared = new Float32Array(new SharedArrayBuffer(16));
    expect((await rbm.hiddenMeans(shared)).shape).toEqual([1, 2]);
    const buffer = Buffer.from([1, 0, 0, 1]);
    const data = await engine.dataset(buffer, { shape: [1, 4], scale: 1 });
    expect((await data.rows(0, 1)).data).toEqual(Float32Array.of(1, 0, 0, 1));
    expect(buffer).toHaveLength(4);
    engine.dispose();
  });
});
