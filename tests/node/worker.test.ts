// The worker itself: when it dies, and what is sent to it.
import { beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine } from 'wakesleep';
import { preprocessDigit } from 'wakesleep/digits';
import { expectCode } from './helpers.ts';

interface Spawned {
  terminate(): Promise<number>;
  emit(event: string, value: unknown): boolean;
  on(event: 'message', listener: (message: { kind: string; empty?: boolean }) => void): void;
  postMessage(message: object, transfer?: unknown[]): void;
}

/** Workers that were started since this file was loaded. */
const spawned: Spawned[] = [];

beforeAll(() => {
  const builtins = process as unknown as {
    getBuiltinModule(name: string): { Worker: new (...args: unknown[]) => Spawned };
  };
  const threads = builtins.getBuiltinModule('node:worker_threads');
  threads.Worker = class extends threads.Worker {
    constructor(...args: unknown[]) {
      super(...args);
      spawned.push(this);
    }
  };
});

async function loadOne(threads: number, memory?: number): Promise<{ engine: Engine; worker: Spawned }> {
  const before = spawned.length;
  const engine = await load({ threads, ...(memory && { memory }) });
  expect(spawned.length).toBe(before + 1);
  return { engine, worker: spawned[before] as Spawned };
}

describe('a worker that dies', () => {
  it.each([1, 2])('rejects what waits and what comes later (%i threads)', async (threads) => {
    const { engine, worker } = await loadOne(threads);
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = await engine.rbm({ visible: 9, hidden: 4 });
    const training = await (await engine.rbm({ visible: 9, hidden: 4 })).training(data, { epochs: 1_000_000 });
    await training.run({ epochs: 3 });
    const waiting = [
      rbm.train(data, { epochs: 1_000_000 }),
      training.run(),
      rbm.hiddenMeans(data),
      engine.diagnostics(),
    ];
    const dream = rbm.dream();
    await worker.terminate();
    for (const call of waiting) {
      await call.then(
        () => undefined,
        (error) => expect(error).toMatchObject({ name: 'WakesleepError', code: 'worker-lost' }),
      );
    }
    await expectCode(
      () => waiting[0],
      'worker-lost',
      /the engine's worker stopped working: it ended with code 1; load a new engine/,
    );
    await expectCode(() => rbm.hiddenMeans(data), 'worker-lost', /stopped working/);
    await expectCode(() => engine.rbm({ visible: 1, hidden: 1 }), 'worker-lost', /stopped working/);
    await expectCode(() => dream.next(), 'worker-lost', /stopped working/);
    await expectCode(() => waiting[1], 'worker-lost', /stopped working/);
    await expectCode(() => training.run(), 'worker-lost', /stopped working/);
    expect(training.history.length).toBeGreaterThanOrEqual(3);
    expect(training.progress.epoch).toBeGreaterThanOrEqual(3);
    training.dispose();
    rbm.dispose();
    data.dispose();
    engine.dispose();

    // A new one works, and others are not touched.
    const next = await load({ threads });
    expect(await next.rbm({ visible: 9, hidden: 4 })).toMatchObject({ visible: 9 });
    expect((await preprocessDigit([[[0, 0]]])).shape).toEqual([28, 28]);
    next.dispose();
  });

  it('by a trap in the engine is not used any more', async () => {
    const { engine, worker } = await loadOne(1);
    worker.emit('message', { kind: 'fatal', message: 'memory access out of bounds' });
    await expectCode(
      () => engine.diagnostics(),
      'worker-lost',
      /the engine failed: memory access out of bounds; load a new engine/,
    );
  });
});

it('has a call that ran out of memory tried again for as long as the collector frees something', async () => {
  const { engine, worker } = await loadOne(2, 2 ** 26);
  const asked: unknown[] = [];
  worker.on('message', ({ kind, empty }) => kind === 'collect' && asked.push(empty));
  // The page's answers, but that it is twice said to have freed something.
  const answers = [true, true, false];
  const post = worker.postMessage.bind(worker);
  worker.postMessage = (message, transfer) =>
    post('kind' in message && message.kind === 'collected' ? { ...message, some: answers.shift() } : message, transfer);
  await expect(engine.rbm({ visible: 8000, hidden: 8000 })).rejects.toThrow(RangeError);
  expect(asked).toEqual([true, true, true]);
  expect((await engine.rbm({ visible: 4, hidden: 4 })).visible).toBe(4);
  engine.dispose();
});

describe('preprocessDigit', () => {
  it('uses the engine that is there, and starts no worker of its own', async () => {
    const drawing = [
      [
        [0, 0],
        [10, 30],
      ],
    ] as const;
    const before = spawned.length;
    const alone = await preprocessDigit(drawing);
    expect(spawned.length).toBe(before);
    const { engine } = await loadOne(1);
    let asked = 0;
    const own = engine.preprocessDigit.bind(engine);
    engine.preprocessDigit = (given) => (asked++, own(given));
    expect(await preprocessDigit(drawing)).toEqual(alone);
    expect(asked).toBe(1);
    const other = await loadOne(1);
    expect(await preprocessDigit(drawing, { engine })).toEqual(alone);
    expect(asked).toBe(2);
    other.engine.dispose();
    await preprocessDigit(drawing);
    expect(asked).toBe(3);
    engine.dispose();
    expect(await preprocessDigit(drawing)).toEqual(alone);
    expect(asked).toBe(3);
  });
});
