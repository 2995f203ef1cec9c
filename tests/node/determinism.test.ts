// One seed, one network: the same parameters bit for bit from every way to run the engine.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { load, type TrainOptions } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { hasNative, native, run } from './native.ts';

/** 200 batches on stroke digits, grey and as bits. */
const model = { visible: 784, hidden: 96, labels: 10, seed: 11 };
const strokes = { kind: 'stroke-digits', count: 1000, seed: 4 } as const;
const trainings: [string, Omit<TrainOptions, 'validation' | 'mask'>][] = [
  ['CD-1 on grey values', { method: 'cd', epochs: 20, weightDecay: 0.001 }],
  [
    'PCD-2 on sampled bits',
    {
      method: 'pcd',
      k: 2,
      epochs: 20,
      chains: 50,
      clampedChains: 0.5,
      restarts: 0.01,
      dataStates: 'sampled',
      hiddenStates: 'sampled',
      finalLearningRate: 0.01,
      initialMomentumEpochs: 3,
    },
  ],
];

describe.each(trainings)('200 batches of %s', (_, options) => {
  let expected: string;
  let file: Uint8Array;

  async function ofWorker(threads: number) {
    const engine = await load({ threads });
    const data = await engine.dataset(strokes);
    const rbm = await engine.rbm(model);
    await rbm.train(data, options);
    const result = { fingerprint: await rbm.fingerprint(), threads: engine.info.threads, file: await rbm.save() };
    engine.dispose();
    return result;
  }

  beforeAll(async () => {
    const one = await ofWorker(1);
    expect(one.threads).toBe(1);
    expected = one.fingerprint;
    file = one.file;
  });

  it('give the same bits with 2 and 4 threads', async () => {
    for (const threads of [2, 4]) expect(await ofWorker(threads)).toMatchObject({ fingerprint: expected, threads });
  });

  it('give the same bits without a worker, stepped', async () => {
    const sync = await loadSync();
    const rbm = sync.rbm(model);
    const training = rbm.training(sync.dataset(strokes), options);
    let batches = 0;
    while (training.step()) batches++;
    expect(batches).toBe(200);
    expect(rbm.fingerprint()).toBe(expected);
    sync.dispose();
  });

  it('give the same bits while other models train and are read', async () => {
    const engine = await load({ threads: 2 });
    const data = await engine.dataset(strokes);
    const [rbm, other] = [await engine.rbm(model), await engine.rbm({ visible: 784, hidden: 30 })];
    const both = [other.train(data, { epochs: 10 }), rbm.train(data, options)];
    for (let i = 0; i < 10; i++) await other.hiddenMeans(data);
    await Promise.all(both);
    expect(await rbm.fingerprint()).toBe(expected);
    engine.dispose();
  });

  it('are not those of another seed', async () => {
    const sync = await loadSync();
    const rbm = sync.rbm({ ...model, seed: 12 });
    rbm.train(sync.dataset(strokes), options);
    expect(rbm.fingerprint()).not.toBe(expected);
    sync.dispose();
  });

  it.runIf(hasNative)('give the same bits in the native program, which also reads the file', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
    try {
      const path = join(folder, 'rbm.safetensors');
      await writeFile(path, file);
      expect((await run(native, ['info', path])).stdout).toMatch(new RegExp(`fingerprint:? +${expected}`));

      const data = ['--data', strokes.kind, '--count', String(strokes.count), '--data-seed', String(strokes.seed)];
      const shape = [
        '--layers',
        `${model.visible},${model.hidden}`,
        '--label-units',
        String(model.labels),
        '--seed',
        String(model.seed),
      ];
      const learning = Object.entries(options).flatMap(([name, value]) => [
        `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
        String(value),
      ]);
      const out = ['--out', join(folder, 'own.safetensors')];
      const { stdout } = await run(native, ['train', ...data, ...shape, ...learning, ...out]);
      expect(stdout).toMatch(new RegExp(`fingerprint:? +${expected}`));
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});
