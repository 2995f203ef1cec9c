// Learning rules and options through the package: each does something, is repeatable, goes on, and is refused where it
// cannot be.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type TrainOptions } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';

let engine: Engine;
let bars: Dataset;
let mask: Dataset;

const known = Float32Array.from({ length: 14 * 9 }, (_, i) => (i % 5 === 0 ? 0 : 1));
const weights = Array.from({ length: 14 }, (_, i) => 1 + (i % 3));

beforeAll(async () => {
  engine = await load({ threads: 2 });
  bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
  mask = await engine.dataset(known, { shape: [14, 9] });
});
afterAll(() => engine.dispose());

const variants = (): Record<string, Omit<TrainOptions, 'validation' | 'signal'>> => ({
  cd: {},
  pcd: { method: 'pcd' },
  fpcd: { method: 'fpcd', fastLearningRate: 0.1, fastDecay: 0.9 },
  pt: { method: 'pt', temperatures: 4, chains: 20 },
  ptt: { method: 'ptt', chains: 20, reservoir: 5, rungs: 8 },
  'mean-field': { method: 'mean-field', k: 2 },
  exact: { method: 'exact' },
  'final k': { finalK: 5 },
  linear: { finalLearningRate: 0.001 },
  exponential: { finalLearningRate: 0.001, learningRateSchedule: 'exponential' },
  adam: { optimizer: 'adam', beta1: 0.8, beta2: 0.99, epsilon: 1e-6 },
  l1: { l1: 0.01 },
  centering: { centering: true },
  'centering, faster': { centering: true, centeringRate: 0.5 },
  sparsity: { sparsityTarget: 0.1, sparsityCost: 1, sparsityDecay: 0.5 },
  dropout: { dropout: 0.5 },
  weights: { weights },
  mask: { mask },
  'mask, more steps': { mask, missingSteps: 3 },
});

describe('every rule and option', () => {
  it('learns something of its own, the same with the worker and without', async () => {
    const sync = await loadSync();
    const data = sync.dataset({ kind: 'bars-and-stripes', size: 3 });
    const syncMask = sync.dataset(known, { shape: [14, 9] });
    const seen = new Map<string, string>();
    for (const [name, options] of Object.entries(variants())) {
      const rbm = await engine.rbm({ visible: 9, hidden: 6, seed: 2 });
      await rbm.train(bars, { epochs: 5, batchSize: 4, ...options });
      const fingerprint = await rbm.fingerprint();
      expect([...seen].find(([, other]) => other === fingerprint)?.[0], name).toBeUndefined();
      seen.set(name, fingerprint);
      const other = sync.rbm({ visible: 9, hidden: 6, seed: 2 });
      const { mask: masked, ...rest } = options;
      other.train(data, { epochs: 5, batchSize: 4, ...rest, ...(masked ? { mask: syncMask } : {}) });
      expect(other.fingerprint(), name).toBe(fingerprint);
    }
  });

  it('goes on from a resumable file as if it had never stopped', async () => {
    for (const [name, options] of Object.entries(variants())) {
      const [whole, part] = [await engine.rbm({ visible: 9, hidden: 6 }), await engine.rbm({ visible: 9, hidden: 6 })];
      await whole.train(bars, { epochs: 4, batchSize: 5, ...options });
      // Schedules end with the epochs that were asked for.
      await part.train(bars, { epochs: 4, batches: 6, batchSize: 5, ...options });
      const opened = await engine.open(await part.save({ resumable: true }));
      if (opened.kind !== 'rbm') throw new Error(`a file of an RBM opened as ${opened.kind}`);
      await opened.train(bars, { epochs: 2, batchSize: 5, scheduleStart: 0, ...options });
      expect(await opened.fingerprint(), name).toBe(await whole.fingerprint());
    }
  });

  it('for labels', async () => {
    const digits = await engine.dataset({ kind: 'stroke-digits', count: 300 });
    const labels = await digits.labels(0, 300);
    const seen = new Set<string>();
    for (const objective of ['generative', 'discriminative', 'hybrid'] as const) {
      const rbm = await engine.rbm({ visible: 784, hidden: 20, labels: 10 });
      await rbm.train(digits, { objective, epochs: 30, learningRate: 0.2, batchSize: 30 });
      seen.add(await rbm.fingerprint());
      const right = (await rbm.predict(digits)).filter((label, i) => label === labels[i]).length;
      if (objective !== 'generative') expect(right, objective).toBeGreaterThan(285);
    }
    expect(seen.size).toBe(3);
  });

  it('of one layer of a deep belief net', async () => {
    const net = () => engine.dbn({ layers: [9, 6, 5], seed: 3 });
    const [plain, other] = [await net(), await net()];
    await plain.train(bars, { epochs: 3 });
    await other.train(bars, { epochs: 3, layers: [{}, { method: 'fpcd', centering: true }] });
    expect((await other.parameters(0)).W.data).toEqual((await plain.parameters(0)).W.data);
    expect((await other.parameters(1)).W.data).not.toEqual((await plain.parameters(1)).W.data);
  });
});

describe('diagnosis', () => {
  it('has statistics where they are asked for', async () => {
    const rbm = await engine.rbm({ visible: 9, hidden: 6 });
    const [without] = await rbm.train(bars, { epochs: 1 });
    expect(without?.statistics).toBeUndefined();
    const [entry] = await rbm.train(bars, { epochs: 1, method: 'pt', statistics: true });
    const { data } = (await rbm.parameters()).W;
    const norm = Math.sqrt(data.reduce((sum, w) => sum + w * w, 0));
    expect(entry?.statistics?.weightNorm).toBeCloseTo(norm, 5);
    expect(entry?.statistics?.updateRatio).toBeCloseTo((entry?.statistics?.updateNorm as number) / norm, 5);
    expect(entry?.statistics?.deadUnits).toBe(0);
    expect(entry?.statistics?.saturatedUnits).toBe(0);
    expect(entry?.statistics?.meanActivity).toBeGreaterThan(0.3);
    expect(entry?.statistics?.swapRate).toBeGreaterThan(0.5);
  });

  it('of a ladder tells log Z, and the likelihood of every epoch', async () => {
    const rbm = await engine.rbm({ visible: 9, hidden: 6, seed: 4 });
    const seen: (number | undefined)[] = [];
    const history = await rbm.train(bars, {
      epochs: 40,
      method: 'ptt',
      batchSize: 14,
      learningRate: 0.05,
      statistics: true,
      validation: bars,
      onProgress: (progress) => seen.push(progress.logLikelihood?.training),
    });
    const last = history.at(-1);
    const { logZ } = await rbm.logPartition();
    const ladder = last?.statistics?.ladder;
    expect(Math.abs((ladder?.logZ as number) - logZ)).toBeLessThan(5 * (ladder?.logZError as number));
    expect(ladder?.rungs).toBeGreaterThan(1);
    expect(ladder?.acceptance).toBeGreaterThan(0.1);
    expect(ladder?.relaxation).toBeGreaterThanOrEqual(0.5);
    expect(ladder?.refused).toBe(0);
    const exact = (await rbm.logLikelihood(bars, { logZ })).mean;
    const likelihood = last?.logLikelihood;
    expect(Math.abs((likelihood?.training as number) - exact)).toBeLessThan(5 * (ladder?.logZError as number));
    expect(likelihood?.validation).toBeCloseTo(likelihood?.training as number, 5);
    expect(history.every((entry) => entry.logLikelihood !== undefined)).toBe(true);
    expect(seen.some((value) => value !== undefined)).toBe(true);
    const [plain] = await rbm.train(bars, { epochs: 1, method: 'pcd', statistics: true });
    expect(plain?.logLikelihood).toBeUndefined();
    expect(plain?.statistics?.ladder).toBeUndefined();
  });

  it('of a ladder goes on after an abort, also while it is being built', async () => {
    const whole = await engine.rbm({ visible: 9, hidden: 6, seed: 4 });
    const options = { epochs: 6, method: 'ptt', batchSize: 5, learningRate: 0.2 } as const;
    await whole.train(bars, options);
    const rbm = await engine.rbm({ visible: 9, hidden: 6, seed: 4 });
    const training = await rbm.training(bars, options);
    for (const delay of [0, 1, 2]) {
      const controller = new AbortController();
      setTimeout(() => controller.abort(new Error('enough')), delay);
      await training.run({ signal: controller.signal }).catch((error: Error) => {
        expect(error.message).toBe('enough');
      });
    }
    if (training.progress.done < 1) await training.run();
    expect(await rbm.fingerprint()).toBe(await whole.fingerprint());
  });

  it('says what grew, of which unit, when, and why', async () => {
    const rbm = await engine.rbm({ visible: 9, hidden: 6 });
    await expectCode(
      () => rbm.train(bars, { epochs: 1000, learningRate: 100, weightDecay: 100 }),
      'diverged',
      /in epoch \d+, batch 1: W of visible unit \d and hidden unit \d.*learning rate below 100 is the usual cure/,
    );
    expect((await rbm.parameters()).W.data.every(Number.isFinite)).toBe(true);
  });
});

describe('bad options', () => {
  const train = (options: object) => async () => (await engine.rbm({ visible: 9, hidden: 6 })).train(bars, options);

  it('are refused with their range', async () => {
    const refused: [object, RegExp][] = [
      [{ method: 'fpcd', fastLearningRate: -1 }, /fastLearningRate .* at least 0 and at most 100, not -1/],
      [{ method: 'fpcd', fastDecay: 2 }, /fastDecay .* at most 1, not 2/],
      [{ method: 'pt', temperatures: 1 }, /temperatures must be a whole number from 2 to 100, not 1/],
      [{ method: 'ptt', leastAcceptance: 0.4 }, /leastAcceptance must be below rungAcceptance/],
      [{ method: 'ptt', rungs: 2 }, /rungs must be a whole number from 3 to 1,?000, not 2/],
      [{ finalK: 0 }, /finalK .* from 1 to 10,000, not 0/],
      [
        { finalLearningRate: 1, learningRateSchedule: 'cosine' },
        /learningRateSchedule must be 'linear' or 'exponential'/,
      ],
      [{ optimizer: 'rmsprop' }, /optimizer must be 'sgd' or 'adam'/],
      [{ optimizer: 'adam', beta1: 1 }, /beta1 .* below 1, not 1/],
      [{ optimizer: 'adam', beta2: 0.5 }, /beta1 squared must be below beta2/],
      [{ optimizer: 'adam', epsilon: 0 }, /epsilon .* not 0/],
      [{ l1: -1 }, /l1 .* not -1/],
      [{ centering: true, centeringRate: 1.5 }, /centeringRate .* at most 1, not 1.5/],
      [{ sparsityCost: 1, sparsityTarget: 1 }, /sparsityTarget .* below 1, not 1/],
      [{ sparsityCost: -1 }, /sparsityCost .* not -1/],
      [{ sparsityCost: 1, sparsityTarget: 0.1, sparsityDecay: 1 }, /sparsityDecay .* below 1, not 1/],
      [{ dropout: 1 }, /dropout .* below 1, not 1/],
      [{ objective: 'contrastive' }, /objective must be 'generative', 'discriminative' or 'hybrid'/],
      [{ weights: [1, 2] }, /weights must be one for each of 14 examples, not 2/],
      [
        { weights: weights.map((weight, i) => (i === 3 ? -1 : weight)) },
        /weights\[3\] must be a finite number of at least 0, not -1/,
      ],
      [{ weights: weights.map(() => 0) }, /weights must not all be 0/],
      [
        { weights: weights.map((weight, i) => (i === 3 ? NaN : weight)) },
        /weights\[3\] must be a finite number of at least 0, not NaN/,
      ],
      [{ mask, missingSteps: 0 }, /missingSteps .* not 0/],
      [{ mask: await engine.dataset(known.subarray(9), { shape: [13, 9] }) }, /mask must be 14 x 9, .* not 13 x 9/],
      [
        {
          mask: await engine.dataset(
            known.map((x) => x / 2),
            { shape: [14, 9] },
          ),
        },
        /mask must be 0 \(missing\) or 1/,
      ],
    ];
    for (const [options, message] of refused) await expectError(train(options), RangeError, message);
    const wide = await engine.rbm({ visible: 17, hidden: 17 });
    const zeros = await engine.dataset(new Float32Array(17), { shape: [1, 17] });
    await expectError(
      () => wide.train(zeros, { method: 'exact' }),
      RangeError,
      /at most 2\^16.* 17 visible and 17 hidden/,
    );
  });

  it('are refused where they have no effect, or no meaning', async () => {
    const refused: [object, RegExp][] = [
      [{ fastDecay: 0.95 }, /fastDecay needs method 'fpcd', not 'cd'/],
      [{ method: 'pcd', fastLearningRate: 0.1 }, /fastLearningRate needs method 'fpcd', not 'pcd'/],
      [{ temperatures: 10 }, /temperatures needs method 'pt'/],
      [{ chains: 10 }, /chains needs method 'pcd', 'fpcd', 'pt' or 'ptt'/],
      [{ rungs: 10 }, /rungs needs method 'ptt'/],
      [{ method: 'pt', restarts: 0.1 }, /restarts needs method 'pcd' or 'fpcd'/],
      [{ method: 'exact', k: 1 }, /k needs method .*, not 'exact'/],
      [{ method: 'mean-field', visibleStates: 'sampled' }, /visibleStates needs method .*, not 'mean-field'/],
      [{ method: 'exact', hiddenStates: 'mean' }, /hiddenStates needs method .*, not 'exact'/],
      [{ optimizer: 'adam', momentum: 0.9 }, /momentum needs optimizer 'sgd'/],
      [{ beta1: 0.9 }, /beta1 needs optimizer 'adam'/],
      [{ learningRateSchedule: 'linear' }, /learningRateSchedule needs finalLearningRate/],
      [
        { finalLearningRate: 0, learningRateSchedule: 'exponential' },
        /learningRateSchedule 'exponential' needs finalLearningRate above 0/,
      ],
      [{ centeringRate: 0.01 }, /centeringRate needs centering/],
      [{ sparsityTarget: 0.1 }, /sparsityTarget needs sparsityCost above 0/],
      [{ sparsityCost: 0.1 }, /sparsityCost needs sparsityTarget above 0/],
      [{ generativeWeight: 0.01 }, /generativeWeight needs objective 'hybrid'/],
      [{ missingSteps: 1 }, /missingSteps needs mask/],
      [{ objective: 'hybrid' }, /objective .* needs? a model with label units/],
      [{ method: 'exact', dropout: 0.5 }, /dropout needs method .*, not 'exact'/],
      [{ weights: 3 }, /weights must be an array of numbers, not 3/],
      [{ weights: ['1'] }, /weights must be an array of numbers, not one whose entry 0 is "1"/],
      [{ mask: known }, /mask must be a data set of this engine, not a Float32Array of 126/],
      [{ statistics: 1 }, /statistics must be true or false, not 1/],
    ];
    for (const [options, message] of refused) await expectError(train(options), TypeError, message);
    const dbn = await engine.dbn({ layers: [9, 6, 5] });
    await expectError(() => dbn.train(bars, { mask }), TypeError, /mask goes with an RBM/);
    await expectError(() => dbn.train(bars, { layers: [{ mask } as never] }), TypeError, /mask/);
  });
});
