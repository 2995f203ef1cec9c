// Up-down learning through the public API, in the worker and without, and by the native program.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine, type UpDownTrainOptions } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectError } from './helpers.ts';
import { failure, hasNative, ownFolder, wakesleep } from './native.ts';

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
    const options = { ...upDown, scheduleStart: 0, finalLearningRate: 0.005 };
    await dbn.train(strokes, options);
    const expected = await dbn.fingerprint();

    const parts = (await engine.open(file)) as Dbn;
    const abort = new AbortController();
    const onProgress = () => abort.abort(new Error('enough'));
    await expect(parts.train(strokes, { ...options, onProgress, signal: abort.signal })).rejects.toThrow('enough');
    /** The options of what is left of the three epochs. */
    const left = async (net: Dbn) => {
      using begun = await net.training(strokes, options);
      return { ...options, epochs: 3 - begun.progress.epoch };
    };
    let half = (await engine.open(await parts.save({ resumable: true }))) as Dbn;
    await half.train(strokes, { ...(await left(half)), batches: 4 });
    half = (await engine.open(await half.save({ resumable: true }))) as Dbn;
    using training = await half.training(strokes, await left(half));
    while (training.progress.done < 1) await training.run({ epochs: 1 });
    expect(await half.fingerprint()).toBe(expected);

    const sync = await loadSync();
    const local = sync.open(file);
    if (local.kind !== 'dbn') throw new Error('the file is of another kind');
    local.train(sync.dataset(source), options);
    expect(local.fingerprint()).toBe(expected);
    sync.dispose();
  });

  it('has the same bits for 1, 2 and 4 threads', async () => {
    const dbn = await greedyNet();
    const file = await dbn.save();
    await dbn.train(strokes, upDown);
    for (const threads of [1, 4]) {
      using other = await load({ threads });
      const opened = (await other.open(file)) as Dbn;
      await opened.train(await other.dataset(source), upDown);
      expect(other.info.threads).toBe(threads);
      expect(await opened.fingerprint()).toBe(await dbn.fingerprint());
    }
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
});

describe.runIf(hasNative)('up-down learning by the native program', () => {
  const own = ownFolder();
  const learning = ['--method', 'up-down', '--batch-size', '50', '--learning-rate', '0.05'];
  /** With the data and the seed that the package's training has, unless others are given. */
  const train = (...more: string[]) => {
    const given = (flag: string, value: string) => (more.includes(flag) ? [] : [flag, value]);
    const data = ['--data', 'stroke-digits', '--data-seed', '4', ...given('--count', '300')];
    return ['train', ...data, ...given('--seed', '3'), '--out', own.path('out'), ...more];
  };
  const fingerprint = async (file: string) => /fingerprint:? +(\S+)/.exec((await wakesleep('info', file)).stdout)?.[1];

  it('gives the bits of the package, at once, and resumed with another number of threads', async () => {
    const dbn = await greedyNet();
    await writeFile(own.path('greedy'), await dbn.save());
    await dbn.train(strokes, upDown);
    const all = train(...learning, '--from', own.path('greedy'), '--epochs', '3');
    await wakesleep(...all, '--threads', '2');
    expect(await fingerprint(own.path('out'))).toBe(await dbn.fingerprint());
    const kept = ['--checkpoint', own.path('kept')];
    await wakesleep(...all, ...kept, '--batches', '8');
    await wakesleep(...all, ...kept, '--threads', '1');
    expect(await fingerprint(own.path('out'))).toBe(await dbn.fingerprint());
  });

  it('says what does not fit, and leaves the checkpoint as it was', async () => {
    await writeFile(own.path('greedy'), await (await greedyNet()).save());
    await writeFile(own.path('fresh'), await (await engine.dbn(shape)).save());
    const from = ['--from', own.path('greedy')];
    const kept = ['--checkpoint', own.path('kept')];
    await wakesleep(...train(...learning, ...from, ...kept, '--batches', '4'));
    const before = await readFile(own.path('kept'));
    for (const [args, message] of [
      [[...learning, ...from, ...kept, '--seed', '4'], /--seed is 4, but the checkpoint \S+kept has 3/],
      [
        [...learning, '--from', own.path('fresh'), ...kept],
        /--from \S+fresh has the fingerprint \S+, but the checkpoint \S+kept began with \S+/,
      ],
      [[...learning, ...from, ...kept, '--count', '200'], /the data is .*200.*, but the checkpoint \S+kept has .*300/],
      [[...kept, '--epochs', '1'], /method must be 'up-down'.*greedy training is over/],
      [[...learning, ...from, '--sparsity-cost', '1'], /--sparsity-cost is no option of --model dbn --method up-down/],
      [[...learning, ...from, '--layers', '784,40,30'], /--layers is 784,40,30, but \S+greedy has 784,40,30,50/],
      [[...learning, ...from, '--start-from-transpose'], /for the greedy training of a DBN/],
      [[...learning, '--from', own.path('fresh')], /layer 0 has had none/],
      [[...learning, ...from, '--checkpoint', own.path('greedy')], /are the same file/],
      [[...learning, '--from', own.path('nothing')], /nothing/],
      [[...learning], /--layers is required, or --from/],
    ] as const) {
      const { code, stderr } = await failure(...train(...args));
      expect(code).toBeGreaterThan(0);
      expect(stderr).toMatch(message);
    }
    const images = own.path('images.npy');
    await wakesleep('sample', own.path('greedy'), '--chains', '4', '--steps', '1', '--of', 'states', '--out', images);
    const unlabelled = await failure('train', '--images', images, ...learning, ...from, '--out', own.path('x'));
    expect(unlabelled.stderr).toMatch(/needs data with labels/);
    expect(await readFile(own.path('kept'))).toEqual(before);
  });
});
