// Training as users see it: progress, pausing, aborting, going on, and doing other things meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  load,
  type Dataset,
  type Engine,
  type Rbm,
  type TrainingChanges,
  type TrainOptions,
  type TrainProgress,
} from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { finish } from '../../web/lib/models/task.ts';
import { TrainingCore } from '../../web/lib/models/training.ts';
import type { NativeTraining } from '../../web/lib/native.ts';
import { expectCode, expectError } from './helpers.ts';

let engine: Engine;
let digits: Dataset;
let bars: Dataset;

beforeAll(async () => {
  engine = await load({ threads: 2 });
  digits = await engine.dataset({ kind: 'stroke-digits', count: 1000, seed: 3 });
  bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
});
afterAll(() => engine.dispose());

const newRbm = () => engine.rbm({ visible: 784, hidden: 64, seed: 5 });

/** Resolves once training has told of its first batches. */
async function begin(
  rbm: Rbm,
  options: object,
  data = digits,
): Promise<{ training: Promise<unknown>; settled: () => boolean }> {
  let done = false;
  let training!: Promise<unknown>;
  await new Promise<void>((started, failed) => {
    training = rbm.train(data, { epochs: 1000, ...options, onProgress: () => started() });
    training.then(
      () => (done = true),
      (error) => ((done = true), failed(error as Error)),
    );
  });
  return { training, settled: () => done };
}

describe('progress', () => {
  it('tells epochs, batches, speed, error and how much is done', async () => {
    const rbm = await newRbm();
    const told: TrainProgress[] = [];
    const history = await rbm.train(digits, { epochs: 3, onProgress: (progress) => told.push(progress) });
    expect(history.map(({ epoch, batch, batches, epochEnded }) => [epoch, batch, batches, epochEnded])).toEqual([
      [1, 0, 10, true],
      [2, 0, 10, true],
      [3, 0, 10, true],
    ]);
    for (const { layer, examplesPerSecond, reconstructionError } of history) {
      expect(layer).toBe(0);
      expect(examplesPerSecond).toBeGreaterThan(0);
      expect(reconstructionError).toBeGreaterThan(0.001);
    }
    expect(history[2]?.reconstructionError).toBeLessThan(history[0]?.reconstructionError as number);
    expect(told.at(-1)).toEqual(history.at(-1));
    const done = told.map((progress) => progress.done);
    expect(done).toEqual([...done].sort((a, b) => a - b));
    expect(done.at(-1)).toBe(1);
    expect(await rbm.epochs()).toBe(3);
  });

  it('has the free energies of training and validation data at the end of an epoch', async () => {
    const rbm = await newRbm();
    const validation = await engine.dataset({ kind: 'stroke-digits', count: 300, seed: 3, first: 1000 });
    const [entry] = await rbm.train(digits, { epochs: 1, validation });
    const mean = async (data: Dataset) => {
      const { data: values } = await rbm.freeEnergy(data);
      return values.reduce((sum, value) => sum + value, 0) / values.length;
    };
    expect(entry?.freeEnergy?.training).toBeCloseTo(await mean(digits), 2);
    expect(entry?.freeEnergy?.validation).toBeCloseTo(await mean(validation), 2);
    // Looking at it changes nothing.
    const other = await newRbm();
    await other.train(digits, { epochs: 1 });
    expect(await rbm.fingerprint()).toBe(await other.fingerprint());
  });

  it('of very short epochs is told now and then, and the history has all', async () => {
    const rbm = await engine.rbm({ visible: 9, hidden: 8 });
    let told = 0;
    const history = await rbm.train(bars, { epochs: 2000, onProgress: () => told++ });
    expect(history).toHaveLength(2000);
    expect(history.map(({ epoch }) => epoch)).toEqual(history.map((_, i) => i + 1));
    expect(told).toBeGreaterThan(0);
    expect(told).toBeLessThan(2000);
  });

  it('ends the training when the function that it is told to throws', async () => {
    const rbm = await newRbm();
    const failure = new Error('the chart broke');
    const onProgress = () => {
      throw failure;
    };
    await expect(rbm.train(digits, { epochs: 1000, onProgress })).rejects.toBe(failure);
    await rbm.train(digits, { epochs: 1 });
  });
});

describe('going on', () => {
  it('equals never having stopped: five epochs and five more are ten', async () => {
    const [once, twice] = [await newRbm(), await newRbm()];
    await once.train(digits, { epochs: 4, method: 'pcd' });
    await twice.train(digits, { epochs: 1, method: 'pcd' });
    await twice.train(digits, { epochs: 3, method: 'pcd' });
    expect(await twice.fingerprint()).toBe(await once.fingerprint());
  });

  it('by batches: 3 and 7 and the rest of the epochs', async () => {
    const [once, thrice] = [await newRbm(), await newRbm()];
    await once.train(digits, { epochs: 2 });
    const first = await thrice.train(digits, { batches: 3 });
    expect(first).toMatchObject([{ epoch: 0, batch: 3, epochEnded: false, done: 1 }]);
    const second = await thrice.train(digits, { batches: 7 });
    expect(second).toMatchObject([{ epoch: 1, batch: 0, epochEnded: true, done: 1 }]);
    await thrice.train(digits, { epochs: 1 });
    expect(await thrice.fingerprint()).toBe(await once.fingerprint());
  });

  it('from a resumable file', async () => {
    const options = { method: 'pcd', epochs: 1 } as const;
    const rbm = await newRbm();
    await rbm.train(digits, { ...options, epochs: 2, batches: 13 });
    const again = (await engine.open(await rbm.save({ resumable: true }))) as Rbm;
    expect(await again.fingerprint()).toBe(await rbm.fingerprint());
    expect(await again.epochs()).toBe(1);
    await rbm.train(digits, options);
    await again.train(digits, options);
    expect(await again.fingerprint()).toBe(await rbm.fingerprint());
  });
});

describe('abort', () => {
  const reason = new Error('enough');

  it('before training rejects at once and changes nothing', async () => {
    const rbm = await newRbm();
    const before = await rbm.fingerprint();
    await expect(rbm.train(digits, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    expect(await rbm.fingerprint()).toBe(before);
  });

  it('during training keeps whole batches, and the rest makes it as if it had never been aborted', async () => {
    const [never, aborted] = [await newRbm(), await newRbm()];
    await never.train(digits, { epochs: 30 });
    const controller = new AbortController();
    const onProgress = ({ epoch, batch }: TrainProgress) => {
      if (epoch >= 1 && batch > 0) controller.abort(reason);
    };
    // Batches of an epoch told mid-way are rare on a fast machine, so a timer helps.
    setTimeout(() => controller.abort(reason), 100);
    await expect(aborted.train(digits, { epochs: 1_000_000, signal: controller.signal, onProgress })).rejects.toBe(
      reason,
    );
    let left = 30 - (await aborted.epochs());
    if (left < 0) {
      // A machine so fast that more was done: then the other one goes on.
      await never.train(digits, { epochs: (await aborted.epochs()) + 1 - 30 });
      left = 1;
    }
    await aborted.train(digits, { epochs: left });
    expect(await aborted.epochs()).toBe(await never.epochs());
    expect(await aborted.fingerprint()).toBe(await never.fingerprint());
  });

  it('after training has no effect', async () => {
    const rbm = await newRbm();
    const controller = new AbortController();
    const history = await rbm.train(digits, { epochs: 1, signal: controller.signal });
    controller.abort(reason);
    expect(history).toHaveLength(1);
    expect(await rbm.epochs()).toBe(1);
    await rbm.train(digits, { epochs: 1 });
    expect(await rbm.epochs()).toBe(2);
  });

  it('stops at once: no more batches are done', async () => {
    const rbm = await newRbm();
    const controller = new AbortController();
    const { training } = await begin(rbm, { epochs: 1_000_000, signal: controller.signal });
    controller.abort(reason);
    await expect(training).rejects.toBe(reason);
    const after = await rbm.fingerprint();
    await new Promise((resolve) => setTimeout(resolve, 50));
    expect(await rbm.fingerprint()).toBe(after);
  });
});

describe('while a model trains', () => {
  it('a drawing is classified between slices', async () => {
    const busy = await engine.rbm({ visible: 784, hidden: 500, seed: 5 });
    const reader = await engine.rbm({ visible: 784, hidden: 100, labels: 10 });
    const controller = new AbortController();
    const { training, settled } = await begin(busy, { epochs: 1_000_000, signal: controller.signal });
    for (let i = 0; i < 20; i++) {
      const drawing = await engine.preprocessDigit([
        [
          [0, 0],
          [i, 20],
          [10, 20],
        ],
      ]);
      const { labels, probabilities } = await reader.classify(drawing.data);
      expect(labels).toHaveLength(1);
      expect(probabilities.shape).toEqual([1, 10]);
    }
    expect(settled()).toBe(false);
    controller.abort();
    await expect(training).rejects.toMatchObject({ name: 'AbortError' });
    expect(await busy.epochs()).toBeGreaterThanOrEqual(0);
  });

  it('another one trains, too, and neither changes the other', async () => {
    const alone = await newRbm();
    await alone.train(digits, { epochs: 2 });
    const [first, second] = [await newRbm(), await newRbm()];
    const order: string[] = [];
    const note = (name: string) => () => void order.push(name);
    await Promise.all([
      first.train(digits, { epochs: 20, onProgress: note('first') }),
      second.train(digits, { epochs: 2, onProgress: note('second') }),
    ]);
    // The short one, which began later, was done before the long one.
    expect(order.lastIndexOf('second')).toBeLessThan(order.lastIndexOf('first'));
    expect(await second.fingerprint()).toBe(await alone.fingerprint());
  });

  it('it refuses to be trained twice, or to be given parameters', async () => {
    const rbm = await newRbm();
    const { W, b, c } = await rbm.parameters();
    const controller = new AbortController();
    const { training } = await begin(rbm, { epochs: 1_000_000, signal: controller.signal });
    await expectCode(() => rbm.train(digits), 'busy', /this model is in training: another must wait/);
    await expectCode(
      () => rbm.setParameters({ W: W.data, b: b.data, c: c.data }),
      'busy',
      /setting parameters must wait/,
    );
    controller.abort();
    await expect(training).rejects.toThrow();
    await rbm.setParameters({ W: W.data, b: b.data, c: c.data });
    await rbm.train(digits, { epochs: 1 });
  });

  it('disposing of it rejects the training, and disposing of the data does not', async () => {
    const [rbm, other] = [await newRbm(), await newRbm()];
    const { training } = await begin(rbm, { epochs: 1_000_000 });
    rbm.dispose();
    await expectCode(() => training, 'disposed', /this model was disposed/);
    const data = await digits.subset({ first: 0, count: 200 });
    const history = other.train(data, { epochs: 20 });
    data.dispose();
    expect(await history).toHaveLength(20);
  });
});

describe('training that diverges', () => {
  it('stops with a message, and the model keeps its last good parameters', async () => {
    const rbm = await newRbm();
    // A decay so strong that weights change their sign and grow ten thousand times with each batch.
    await expectCode(
      () => rbm.train(digits, { epochs: 100, learningRate: 100, weightDecay: 100 }),
      'diverged',
      /diverged in epoch \d+, batch \d+/,
    );
    const { W } = await rbm.parameters();
    expect(W.data.every(Number.isFinite)).toBe(true);
    expect((await rbm.hiddenMeans(digits)).data.every((p) => p >= 0 && p <= 1)).toBe(true);
  });
});

describe('a synchronous training', () => {
  it('is stepped by its caller, batch by batch', async () => {
    const sync = await loadSync();
    const data = sync.dataset({ kind: 'stroke-digits', count: 1000, seed: 3 });
    const rbm = sync.rbm({ visible: 784, hidden: 64, seed: 5 });
    const training = rbm.training(data, { epochs: 2 });
    let steps = 0;
    while (training.step()) {
      steps++;
      expect(training.progress).toMatchObject({ epoch: Math.floor(steps / 10), batch: steps % 10 });
    }
    expect(steps).toBe(20);
    expect(training.step()).toBe(false);
    expect(training.history).toHaveLength(2);
    const other = await newRbm();
    await other.train(digits, { epochs: 2 });
    expect(await rbm.fingerprint()).toBe(await other.fingerprint());
  });

  it('ends when it is disposed, and with its model', async () => {
    const sync = await loadSync();
    const data = sync.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = sync.rbm({ visible: 9, hidden: 4 });
    const first = rbm.training(data, { epochs: 5 });
    expect(first.step()).toBe(true);
    await expectCode(() => rbm.training(data), 'busy', /this model is in training: another must wait/);
    first.dispose();
    await expectCode(() => first.step(), 'disposed', /this training was disposed/);
    const second = rbm.training(data);
    rbm.dispose();
    await expectCode(() => second.step(), 'disposed', /this model was disposed/);
    sync.dispose();
    await expectCode(() => sync.rbm({ visible: 1, hidden: 1 }), 'disposed', /this engine was disposed/);
    await expectError(() => data.rows(0, 1), Error, /disposed/);
  });
});

describe('a training that is aborted', () => {
  it('between the last mini-batch of an epoch and its free energies has them in its history all the same', () => {
    let epoch = 0;
    let validated = 0;
    const native = {
      prepare: () => false,
      step: () => (++epoch, true),
      epochEnded: () => true,
      progress: () => ({ epoch, examples: 10 * epoch, done: 0, epochEnded: true, freeEnergy: { training: -epoch } }),
      validate: () => ++validated % 3 !== 0,
      delete: () => undefined,
    } as unknown as NativeTraining;
    const begun = { native, batches: Infinity, statistics: false, validates: true, change: () => undefined };
    const training = new TrainingCore(
      begun,
      { ended: false, alive: new Map(), crowded: () => false, open: () => expect.fail(), rows: () => expect.fail() },
      () => undefined,
    );
    const running = training.run();
    running.next();
    running.next();
    running.return(undefined as never);
    expect([epoch, validated, training.history.length]).toEqual([1, 1, 0]);
    finish(training.run({ batches: 1 }));
    expect(training.history).toMatchObject([
      { epoch: 1, freeEnergy: { training: -1 } },
      { epoch: 2, freeEnergy: { training: -2 } },
    ]);
    expect(validated).toBe(6);
  });
});

const engines: [string, () => Promise<Engine>][] = [
  ['worker', () => load({ threads: 2 })],
  ['sync', async () => (await loadSync()) as unknown as Engine],
];

describe.each(engines)('a training that lasts (%s engine)', (which, loadEngine) => {
  let own: Engine;
  let strokes: Dataset;
  beforeAll(async () => {
    own = await loadEngine();
    strokes = await own.dataset({ kind: 'stroke-digits', count: 1000, seed: 3 });
  });
  afterAll(() => own.dispose());
  const fresh = () => own.rbm({ visible: 784, hidden: 64, seed: 5 });

  it('runs in portions, and is then the training that ran at once', async () => {
    const [once, thrice] = [await fresh(), await fresh()];
    const whole = await once.train(strokes, { epochs: 4, method: 'pcd' });
    const training = await thrice.training(strokes, { epochs: 4, method: 'pcd' });
    expect(training.progress).toMatchObject({ epoch: 0, batch: 0, batches: 10, done: 0 });
    expect(training.history).toEqual([]);
    expect(await training.run({ batches: 3 })).toMatchObject({ epoch: 0, batch: 3, done: 3 / 40, epochEnded: false });
    expect(training.progress).toMatchObject({ epoch: 0, batch: 3 });
    expect(training.history).toEqual([]);
    const told: TrainProgress[] = [];
    expect(await training.run({ epochs: 2, onProgress: (now) => told.push(now) })).toMatchObject({
      epoch: 2,
      batch: 0,
    });
    expect(told.at(-1)).toEqual(training.progress);
    expect(training.history.map(({ epoch }) => epoch)).toEqual([1, 2]);
    // Whichever comes first.
    expect(await training.run({ epochs: 1, batches: 4 })).toMatchObject({ epoch: 2, batch: 4 });
    expect(await training.run()).toMatchObject({ epoch: 4, done: 1, epochEnded: true });
    expect(training.history.map(({ reconstructionError }) => reconstructionError)).toEqual(
      whole.map(({ reconstructionError }) => reconstructionError),
    );
    expect(await thrice.fingerprint()).toBe(await once.fingerprint());
    // Nothing is left, and the model is free.
    expect(await training.run()).toMatchObject({ epoch: 4 });
    await thrice.train(strokes, { epochs: 1 });
    expect(training.history).toHaveLength(4);
  });

  it('can be given other options on the way, as in trainings one after another', async () => {
    const [apart, one] = [await fresh(), await fresh()];
    await apart.train(strokes, { batches: 3 });
    await apart.train(strokes, { batches: 9, learningRate: 0.02, weightDecay: 0.001 });
    await apart.train(strokes, { batches: 4, learningRate: 0.02, weightDecay: 0.001, k: 3 });
    const training = await one.training(strokes, { epochs: 1000 });
    await training.run({ batches: 3 });
    await training.change({ learningRate: 0.02, weightDecay: 0.001, momentum: undefined });
    await training.run({ batches: 9 });
    await training.change({ k: 3 });
    await training.run({ batches: 4 });
    expect(await one.fingerprint()).toBe(await apart.fingerprint());
  });

  it('refuses changes that it can not make, by name, and goes on as before', async () => {
    const [without, one] = [await fresh(), await fresh()];
    await without.train(strokes, { batches: 6 });
    const training = await one.training(strokes, { epochs: 1000 });
    await training.run({ batches: 3 });
    const refused: [TrainingChanges<TrainOptions>, ErrorConstructor, string][] = [
      [{ batchSize: 10 }, TypeError, 'batchSize'],
      [{ method: 'pcd' }, TypeError, 'method'],
      [{ learningRate: -1 }, RangeError, 'learningRate'],
      [{ fastDecay: 0.5 }, TypeError, 'fastDecay'],
    ];
    for (const [changes, type, option] of refused)
      expect(await expectError(() => training.change(changes), type, /./)).toMatchObject({ option });
    await expectError(() => training.change({ learningrate: 1 } as never), TypeError, /learningrate/);
    await training.run({ batches: 3 });
    expect(await one.fingerprint()).toBe(await without.fingerprint());
  });

  it('refuses at once what does not go together, and options of `run` that are wrong', async () => {
    const rbm = await fresh();
    await expectError(() => rbm.training(strokes, { temperatures: 5 }), TypeError, /temperatures/);
    await expectError(() => rbm.training(strokes, { signal: 3 } as never), TypeError, /signal/);
    const training = await rbm.training(strokes);
    await expectError(() => training.run({ batches: 0 }), RangeError, /batches must be a whole number from 1/);
    await expectError(() => training.run({ epochs: 1.5 }), RangeError, /epochs/);
    await expectError(() => training.run(3 as never), TypeError, /options must be an object, not 3/);
    await expectError(() => training.run({ batch: 3 } as never), TypeError, /no entry 'batch'/);
    await expectError(() => training.run({ onProgress: 3 } as never), TypeError, /onProgress must be a function/);
    expect(await training.run({ batches: 1, epochs: undefined })).toMatchObject({ batch: 1 });
  });

  it('is checked beforehand, which says what to change and changes nothing', async () => {
    const rbm = await fresh();
    const before = await rbm.fingerprint();
    expect(await rbm.check(strokes)).toEqual([]);
    expect(await rbm.check(strokes, { method: 'pcd', chains: 20, learningRate: 0.1 })).toEqual([]);
    const [problem] = await rbm.check(strokes, { temperatures: 5 });
    expect(problem).toMatchObject({ option: 'temperatures', message: expect.stringContaining('temperatures') });
    expect((await rbm.check(strokes, { learningRate: -1 }))[0]).toMatchObject({ option: 'learningRate' });
    const narrow = await own.dataset({ kind: 'bars-and-stripes', size: 3 });
    expect((await rbm.check(narrow))[0]?.message).toMatch(/9 values an example/);
    expect(await rbm.fingerprint()).toBe(before);
    await rbm.train(strokes, { epochs: 1 });
  });

  it('has its model for itself until it ends or is disposed', async () => {
    const [rbm, other] = [await fresh(), await fresh()];
    const { W, b, c } = await rbm.parameters();
    const setParameters = () => rbm.setParameters({ W: W.data, b: b.data, c: c.data });
    const training = await rbm.training(strokes, { epochs: 1 });
    const busy = /this model is in training: (another|setting parameters) must wait/;
    for (const refused of [() => rbm.training(strokes), () => rbm.train(strokes), setParameters]) {
      await expectCode(refused, 'busy', busy);
    }
    // Another model trains meanwhile, and this one can be looked at.
    await (await other.training(strokes, { epochs: 1 })).run();
    await training.run({ batches: 5 });
    expect((await rbm.hiddenMeans(strokes)).shape).toEqual([1000, 64]);
    await training.run();
    await setParameters();
    const next = await rbm.training(strokes);
    await next.run({ batches: 1 });
    next.dispose();
    next[Symbol.dispose]();
    await setParameters();
    await expectCode(() => next.run(), 'disposed', /this training was disposed/);
    await expectCode(() => next.statistics(), 'disposed', /this training was disposed/);
    // What was known stays.
    expect(next.progress).toMatchObject({ batch: 1 });
    expect(next.history).toEqual([]);
  });

  it('of a model that is disposed is, too', async () => {
    const rbm = await fresh();
    const training = await rbm.training(strokes);
    await training.run({ batches: 2 });
    rbm.dispose();
    await expectCode(() => training.run(), 'disposed', /this model was disposed/);
    expect(training.progress).toMatchObject({ batch: 2 });
  });

  it('has statistics', async () => {
    const rbm = await fresh();
    const training = await rbm.training(strokes, { statistics: true });
    const { statistics } = await training.run({ epochs: 1 });
    expect(statistics?.weightNorm).toBeGreaterThan(0);
    expect(await training.statistics()).toEqual(statistics);
  });

  it('trains nets and machines of every kind', async () => {
    const small = await own.dataset({ kind: 'bars-and-stripes', size: 3 });
    const options = { epochs: 3, batchSize: 5 };
    const make = {
      dbn: () => own.dbn({ layers: [9, 6, 4], seed: 2 }),
      dbm: () => own.dbm({ layers: [9, 6, 4], seed: 2 }),
      sbn: () => own.sbn({ layers: [9, 6, 4], seed: 2 }),
      network: () => own.network({ layers: [9, 6, 4], seed: 2 }),
    };
    for (const kind of ['dbn', 'dbm', 'sbn', 'network'] as const) {
      const [once, twice] = [await make[kind](), await make[kind]()];
      const history = await once.train(small, options);
      const training = await twice.training(small, options);
      await training.run({ batches: 4 });
      expect(await training.run(), kind).toMatchObject({ done: 1 });
      expect(training.history.map(({ epoch, layer }) => [epoch, layer])).toEqual(
        history.map(({ epoch, layer }) => [epoch, layer]),
      );
      expect(await twice.fingerprint(), kind).toBe(await once.fingerprint());
    }
  });

  // Without a worker nothing comes in between.
  describe.runIf(which === 'worker')('in the worker', () => {
    const reason = new Error('enough');

    it('is aborted between batches, and goes on as if it had not been', async () => {
      const [never, aborted] = [await fresh(), await fresh()];
      const training = await aborted.training(strokes, { epochs: 1_000_000 });
      const controller = new AbortController();
      const onProgress = ({ epoch }: TrainProgress) => {
        if (epoch >= 2) controller.abort(reason);
      };
      await expect(training.run({ signal: controller.signal, onProgress })).rejects.toBe(reason);
      const { epoch, batch } = training.progress;
      expect(epoch).toBeGreaterThanOrEqual(2);
      expect(training.history.map((entry) => entry.epoch)).toEqual(Array.from({ length: epoch }, (_, i) => i + 1));
      // No more is done, and the model is still its.
      const before = await aborted.fingerprint();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(await aborted.fingerprint()).toBe(before);
      await expectCode(() => aborted.train(strokes), 'busy', /in training/);
      await expect(training.run({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
      await training.run({ batches: 7 });
      await never.train(strokes, { epochs: 1_000_000, batches: 10 * epoch + batch + 7 });
      expect(await aborted.fingerprint()).toBe(await never.fingerprint());
    });

    it('runs once at a time, can be changed meanwhile, and ends when the function that is told throws', async () => {
      const training = await (await fresh()).training(strokes, { epochs: 1_000_000 });
      const controller = new AbortController();
      const running = training.run({ signal: controller.signal });
      await expectCode(() => training.run(), 'busy', /this training is running: wait for it/);
      await training.change({ learningRate: 0.01 });
      controller.abort(reason);
      await expect(running).rejects.toBe(reason);
      const onProgress = () => {
        throw reason;
      };
      await expect(training.run({ onProgress })).rejects.toBe(reason);
      await training.run({ batches: 1 });
    });

    it('rejects what runs when it is disposed', async () => {
      const rbm = await fresh();
      const training = await rbm.training(strokes, { epochs: 1_000_000 });
      const running = training.run();
      training.dispose();
      await expectCode(() => running, 'disposed', /this training was disposed/);
      await rbm.train(strokes, { epochs: 1 });
    });
  });
});
