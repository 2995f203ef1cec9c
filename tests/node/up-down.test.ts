// Up-down learning through the public API, in the worker and without, and by the native program.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine, type UpDownTrainOptions } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectError } from './helpers.ts';

const run = promisify(execFile);
const native = process.env.WAKESLEEP_NATIVE ?? fileURLToPath(new URL('../../build/release/wakesleep', import.meta.url));

let engine: Engine;
let strokes: Dataset;
beforeAll(async () => {
  engine = await load({ threads: 2 });
  strokes = await engine.dataset(source);
});
afterAll(() => engine.dispose());

const source = { kind: 'stroke-digits', count: 300, seed: 4 } as const;
const shape = { layers: [784, 40, 30, 50], labels: 10, seed: 3 } as const;
const greedy = { epochs: 2, batchSize: 50 } as const;
const upDown = { method: 'up-down', epochs: 3, batchSize: 50, learningRate: 0.05 } as const;

async function greedyNet(): Promise<Dbn> {
  const dbn = await engine.dbn(shape);
  await dbn.train(strokes, greedy);
  return dbn;
}

describe('up-down learning', () => {
  it('trains a DBN, tells of it, and leaves it usable', async () => {
    const dbn = await greedyNet();
    expect(await dbn.parameters(0)).not.toHaveProperty('R');
    const { W } = await dbn.parameters(0);
    const before = await dbn.fingerprint();
    const history = await dbn.train(strokes, { ...upDown, validation: strokes, statistics: true });
    expect(history.map(({ epoch, layer }) => [epoch, layer])).toEqual([
      [1, 3],
      [2, 3],
      [3, 3],
    ]);
    expect(history[2]).toMatchObject({ done: 1, epochEnded: true, freeEnergy: {} });
    expect(history[2]?.statistics?.updateNorm).toBeGreaterThan(0);
    expect(history[2]?.reconstructionError).toBeLessThan(0.2);
    expect(await dbn.fingerprint()).not.toBe(before);
    const { R, W: generative } = await dbn.parameters(0);
    expect(R?.shape).toEqual([784, 40]);
    expect(R?.data).not.toEqual(generative.data);
    expect(generative.data).not.toEqual(W.data);
    expect(await dbn.parameters(2)).not.toHaveProperty('R');

    const few = await strokes.subset({ first: 0, count: 20 });
    const { labels } = await dbn.classify(few);
    expect(labels).toHaveLength(20);
    expect((await dbn.reconstruct(few, { steps: 0 })).shape).toEqual([20, 784]);
    expect((await dbn.sample({ chains: 3, steps: 2, label: 7 })).means.shape).toEqual([3, 784]);
    expect((await dbn.features(1, { units: [0] })).data).toEqual(
      Float32Array.from({ length: 784 }, (_, i) => R?.data[i * 40] as number),
    );
    const { logZ } = await dbn.logPartition({ method: 'ais', runs: 10, betas: 100 });
    expect((await dbn.bound(few, { logZ })).mean).toBeLessThan(0);
    for await (const frame of dbn.dream({ label: 1, chains: 2 })) {
      expect(frame.images.shape).toEqual([2, 784]);
      break;
    }
  });

  it('goes on to the same bits, from a file, after an abort, and in the other entry', async () => {
    const dbn = await greedyNet();
    const file = await dbn.save();
    const options = { ...upDown, k: 2, finalK: 2 };
    await dbn.train(strokes, options);
    const expected = await dbn.fingerprint();

    const parts = (await engine.open(file)) as Dbn;
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));
    await expect(parts.train(strokes, { ...options, onProgress, signal: abort.signal })).rejects.toThrow('enough');
    let half = (await engine.open(await parts.save({ resumable: true }))) as Dbn;
    await half.train(strokes, { ...options, batches: 4 });
    half = (await engine.open(await half.save({ resumable: true }))) as Dbn;
    const training = await half.training(strokes, { ...options, epochs: 9 });
    while (training.progress.epoch < 3) await training.run({ epochs: 1 });
    training.dispose();
    expect(await half.fingerprint()).toBe(expected);

    const sync = await loadSync();
    const local = sync.open(file);
    if (local.kind !== 'dbn') throw new Error('the file is of another kind');
    local.train(sync.dataset(source), options);
    expect(local.fingerprint()).toBe(expected);
    sync.dispose();
  });

  it('refuses what it is not for, and greedy training after it', async () => {
    const fresh = await engine.dbn(shape);
    const options: UpDownTrainOptions = { ...upDown };
    await expectError(() => fresh.train(strokes, options), TypeError, /layer 0 has had none/);
    expect(await fresh.check(strokes, options)).toHaveLength(1);
    const dbn = await greedyNet();
    for (const [given, type, message] of [
      [{ k: 0 }, RangeError, /^k must be a whole number from 1 to 10,000, not 0/],
      [{ finalK: 1.5 }, RangeError, /^finalK must be a whole number/],
      [{ balanced: 1 }, TypeError, /^balanced must be true or false, not 1/],
      [{ sparsityCost: 1 }, TypeError, /^options has no entry 'sparsityCost'/],
      [{ layers: [{}] }, TypeError, /^options has no entry 'layers'/],
      [{ startFromTranspose: true }, TypeError, /^startFromTranspose is for greedy training/],
    ] as const)
      await expectError(() => dbn.training(strokes, { ...options, ...given } as never), type, message);
    const bars = await engine.dbn({ layers: [784, 10, 8] });
    await bars.train(strokes, { epochs: 1 });
    await expectError(() => bars.train(strokes, options), TypeError, /needs a net with label units/);
    const training = await dbn.training(strokes, options);
    await training.run({ batches: 2 });
    await training.change({ ...options, learningRate: 0.01 });
    await expectError(() => training.change({ balanced: false } as never), TypeError, /balanced can only be chosen/);
    await training.run();
    training.dispose();
    await expectError(() => dbn.train(strokes, greedy), TypeError, /greedy training is over/);
  });

  it.skipIf(!existsSync(native))('gives the bits of the native program', async () => {
    const dbn = await greedyNet();
    const folder = await mkdtemp(join(tmpdir(), 'wakesleep-up-down-'));
    try {
      const path = (name: string) => join(folder, name);
      await writeFile(path('greedy'), await dbn.save());
      const train = [
        'train',
        '--data',
        'stroke-digits',
        '--count',
        '300',
        '--data-seed',
        '4',
        '--from',
        path('greedy'),
      ];
      const options = ['--method', 'up-down', '--batch-size', '50', '--learning-rate', '0.05', '--seed', '3'];
      const all = [...train, ...options, '--out', path('out')];
      await run(native, [...all, '--epochs', '3']);
      const fingerprint = async () => /fingerprint: (\S+)/.exec((await run(native, ['info', path('out')])).stdout)?.[1];
      await dbn.train(strokes, upDown);
      expect(await fingerprint()).toBe(await dbn.fingerprint());
      // Resumed, and what is refused.
      await run(native, [...all, '--epochs', '3', '--checkpoint', path('kept'), '--batches', '8']);
      await run(native, [...all, '--epochs', '3', '--checkpoint', path('kept'), '--threads', '1']);
      expect(await fingerprint()).toBe(await dbn.fingerprint());
      for (const [args, message] of [
        [['--seed', '4', '--checkpoint', path('kept')], /--seed is 4, but the checkpoint \S+ has 3/],
        [['--sparsity-cost', '1'], /--sparsity-cost is no option of --model dbn --method up-down/],
        [['--layers', '784,40,30'], /--layers is 784,40,30, but \S+greedy has 784,40,30,50/],
        [['--start-from-transpose'], /for the greedy training of a DBN/],
      ] as const)
        await expect(run(native, [...all, ...args])).rejects.toThrow(message);
      await expect(run(native, ['train', '--data', 'bars-and-stripes', '--out', path('x')])).rejects.toThrow(
        /--layers is required, or --from/,
      );
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
