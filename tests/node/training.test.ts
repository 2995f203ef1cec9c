// Training as users see it: progress, pausing, aborting, going on, and doing other things meanwhile.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Rbm, type TrainProgress } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
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

  it('ends when another begins, when it is disposed, and with its model', async () => {
    const sync = await loadSync();
    const data = sync.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = sync.rbm({ visible: 9, hidden: 4 });
    const first = rbm.training(data, { epochs: 5 });
    expect(first.step()).toBe(true);
    const second = rbm.training(data, { epochs: 5 });
    await expectCode(() => first.step(), 'disposed', /this training was disposed/);
    second.dispose();
    await expectCode(() => second.step(), 'disposed', /this training was disposed/);
    const third = rbm.training(data);
    rbm.dispose();
    await expectCode(() => third.step(), 'disposed', /this model was disposed/);
    sync.dispose();
    await expectCode(() => sync.rbm({ visible: 1, hidden: 1 }), 'disposed', /this engine was disposed/);
    await expectError(() => data.rows(0, 1), Error, /disposed/);
  });
});
