// Training on chunks of data that do not fit in memory.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Rbm } from 'wakesleep';
import { npyChunks } from 'wakesleep/import';
import { trainOnChunks, type ChunkOptions, type ChunkProgress } from 'wakesleep/stream';
import { load as loadSync } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';

const engines: [string, () => Promise<Engine>][] = [
  ['worker', () => load({ threads: 2 })],
  ['sync', async () => (await loadSync()) as unknown as Engine],
];

describe.each(engines)('%s engine', (_, loadEngine) => {
  let engine: Engine;
  let made: Dataset[];
  beforeAll(async () => {
    engine = await loadEngine();
  });
  afterAll(() => engine.dispose());

  const seeds = [4, 5, 6];
  const chunk = (seed: number) => engine.dataset({ kind: 'shifter', size: 4, count: 50, seed });
  async function* chunks() {
    made = [];
    for (const seed of seeds) {
      const data = await chunk(seed);
      made.push(data);
      yield data;
    }
  }
  const model = () => engine.rbm({ visible: 8, hidden: 6, seed: 2 });
  const isFreed = async (data: Dataset) => {
    await expectCode(async () => data.mean(), 'disposed', /data set was disposed/);
  };

  it('learns from one after the other, as epochs of the model', async () => {
    const options = { method: 'pcd', learningRate: 0.1, batchSize: 20 } as const;
    const [rbm, byHand] = [await model(), await model()];
    const told: ChunkProgress[] = [];
    const onProgress = (progress: ChunkProgress) => told.push(progress);
    const history = await trainOnChunks(rbm, chunks, { ...options, passes: 2, onProgress });
    for (const seed of [...seeds, ...seeds]) await byHand.train(await chunk(seed), { ...options, epochs: 1 });
    expect(await rbm.fingerprint()).toBe(await byHand.fingerprint());
    expect(await rbm.epochs()).toBe(6);
    const places = history.map(({ pass, chunk: of, epoch, done }) => [pass, of, epoch, done]);
    expect(places).toEqual([0, 1].flatMap((p) => [0, 1, 2].map((c) => [p, c, 3 * p + c + 1, 1])));
    expect(told.at(-1)).toMatchObject({ pass: 1, chunk: 2, done: 1 });
    for (const data of made) await isFreed(data);
    // In another order it is another training.
    const other = await model();
    await trainOnChunks(
      other,
      async function* () {
        for (const seed of [...seeds].reverse()) yield await chunk(seed);
      },
      { ...options, passes: 2 },
    );
    expect(await other.fingerprint()).not.toBe(await rbm.fingerprint());
  });

  it('goes on from a model that was saved between two chunks', async () => {
    const [whole, first] = [await model(), await model()];
    await trainOnChunks(whole, chunks, { passes: 2, method: 'pcd' });
    await trainOnChunks(first, chunks, { method: 'pcd' });
    const second = (await engine.open(await first.save({ resumable: true }))) as Rbm;
    await trainOnChunks(second, chunks, { method: 'pcd' });
    expect(await second.fingerprint()).toBe(await whole.fingerprint());
  });

  it('has one schedule over all chunks, when it knows how many there are', async () => {
    const options = { learningRate: 0.1, finalLearningRate: 0.01, momentum: 0 } as const;
    // The same data in every chunk are as many epochs of one training.
    const same = async function* () {
      for (let i = 0; i < 3; ++i) yield await chunk(4);
    };
    const [rbm, byHand] = [await model(), await model()];
    await byHand.train(await chunk(4), { ...options, epochs: 6 });
    const history = await trainOnChunks(rbm, same, { ...options, passes: 2, chunks: 3 });
    expect(await rbm.fingerprint()).toBe(await byHand.fingerprint());
    history.forEach(({ done }, i) => expect(done).toBeCloseTo((i + 1) / 6, 12));
    await expectError(() => trainOnChunks(rbm, same, options), TypeError, /finalLearningRate needs chunks/);
    for (const [count, message] of [
      [2, /chunks must be the number of chunks a pass, and more than 2 came/],
      [4, /chunks must be the number of chunks a pass: 4, and 3 came/],
    ] as const)
      await expectError(() => trainOnChunks(rbm, same, { ...options, chunks: count }), RangeError, message);
  });

  it('takes any iterable, and every kind of model that counts epochs', async () => {
    const layers = [8, 5, 4];
    const models = [
      await engine.dbm({ layers }),
      await engine.sbn({ layers }),
      await engine.network({ layers, code: 0 }),
    ];
    for (const one of models) {
      const data = await Promise.all(seeds.map(chunk));
      const history = await trainOnChunks(one as never as Rbm, () => data);
      expect(history).toHaveLength(3);
      expect(await one.epochs()).toBe(3);
    }
    const scheduled = { finalLearningRate: 0.001, chunks: 3 };
    const dbm = await engine.dbm({ layers });
    await expectError(() => trainOnChunks(dbm, chunks, scheduled), TypeError, /needs pretraining: false in chunks/);
    expect(await trainOnChunks(dbm, chunks, { ...scheduled, pretraining: false, centering: false })).toHaveLength(3);
  });

  it('frees what was asked for ahead where it fails, and ends the iterable', async () => {
    let ended = 0;
    const endless = async function* () {
      made = [];
      try {
        for (;;) {
          made.push(await chunk(4));
          yield made.at(-1) as Dataset;
        }
      } finally {
        ++ended;
      }
    };
    const rbm = await model();
    const stop = new AbortController();
    const onProgress = ({ chunk: at }: ChunkProgress) => {
      if (at === 3) stop.abort(new Error('enough'));
    };
    const options = { onProgress, signal: stop.signal };
    if (_ === 'worker') {
      await expect(trainOnChunks(rbm, endless, options)).rejects.toThrow('enough');
      expect(ended).toBe(1);
      for (const data of made) await isFreed(data);
    }
    const failing = async function* () {
      yield* endless();
    };
    await expectError(() => trainOnChunks(rbm, failing, { learningRate: -1 }), RangeError, /learningRate must be/);
    for (const data of made) await isFreed(data);
    const broken = async function* () {
      yield await chunk(4);
      throw new Error('no such file');
    };
    await expect(trainOnChunks(rbm, broken)).rejects.toThrow('no such file');
  });

  it('says what is wrong', async () => {
    const rbm = await model();
    const refused = (of: unknown, given: object, type: typeof TypeError | typeof RangeError, message: RegExp) =>
      expectError(() => trainOnChunks(rbm, of as typeof chunks, given as ChunkOptions<Rbm>), type, message);
    await refused(chunks(), {}, TypeError, /chunks must be a function that gives an iterable/);
    await refused(() => 5, {}, TypeError, /chunks\(\) must be an iterable of data sets, not 5/);
    await refused(chunks, { epochs: 3 }, TypeError, /epochs is about one data set, and not for chunks/);
    await refused(chunks, { passes: 0 }, RangeError, /passes must be a whole number from 1/);
    await refused(chunks, { rate: 0 }, TypeError, /options has no entry 'rate'/);
  });
});

describe('npyChunks', () => {
  const file = (descr: string, shape: string, values: Uint8Array, order = 'False') => {
    const header = `{'descr': '${descr}', 'fortran_order': ${order}, 'shape': (${shape}), }`.padEnd(117) + '\n';
    const start = Uint8Array.of(0x93, ...new TextEncoder().encode('NUMPY'), 1, 0, header.length, 0);
    return new Blob([start, header, values as BlobPart]);
  };

  it('reads so many rows at a time', async () => {
    const values = Uint8Array.from({ length: 20 }, (_, i) => i);
    const arrays = [];
    for await (const array of npyChunks(file('|u1', '5, 2, 2', values), 2)) arrays.push(array);
    expect(arrays).toEqual([
      { data: Uint8Array.of(0, 1, 2, 3, 4, 5, 6, 7), shape: [2, 2, 2] },
      { data: Uint8Array.of(8, 9, 10, 11, 12, 13, 14, 15), shape: [2, 2, 2] },
      { data: Uint8Array.of(16, 17, 18, 19), shape: [1, 2, 2] },
    ]);
    const floats = Float64Array.of(0.5, -1, 3);
    const big = new Uint8Array(floats.buffer).slice().reverse();
    const found = [];
    for await (const { data } of npyChunks(file('>f8', '3,', big), 1)) found.push(...data);
    expect(found).toEqual([3, -1, 0.5]);
  });

  it('says what is wrong', async () => {
    const of = (blob: unknown, rows = 1) => npyChunks(blob as Blob, rows).next();
    await expectError(() => of('big.npy'), TypeError, /file must be a Blob, not "big.npy"/);
    await expectError(() => of(file('|u1', '1,', Uint8Array.of(1)), 0), RangeError, /rows must be a whole number/);
    await expectCode(() => of(file('|u1', '2,', Uint8Array.of(1))), 'format', /asks for 2 bytes, and 1 came/);
    const columns = file('|u1', '2, 2', Uint8Array.of(1, 2, 3, 4), 'True');
    await expectCode(() => of(columns), 'unsupported', /Fortran's order/);
  });
});
