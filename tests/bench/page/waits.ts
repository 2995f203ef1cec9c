// How long a small call waits beside work that takes long, and what starting and creating take.

import { load, type Engine } from 'wakesleep';
import { work, Xorshift, type Images } from '../../../web/site/speed/work.ts';
import type { Waits } from '../results.ts';

const modelUrl = new URL('../../../models/digits-dbn.safetensors', import.meta.url);

/** Milliseconds of the longest of many small calls, asked one after the other while `job` goes on. */
async function longestWait(engine: Engine, job: () => Promise<unknown>): Promise<number> {
  const small = await engine.rbm({ visible: 4, hidden: 4 });
  const row = new Float32Array(4);
  await small.freeEnergy(row);
  let going = true;
  const over = job().finally(() => {
    going = false;
  });
  let longest = 0;
  while (going) {
    const before = performance.now();
    await small.freeEnergy(row);
    longest = Math.max(longest, performance.now() - before);
  }
  await over;
  small.dispose();
  return longest;
}

/** Milliseconds from load() to the first answer, of a small machine; what is compiled once is compiled by then. */
async function start(threads: number): Promise<number> {
  const before = performance.now();
  const engine = await load({ threads });
  await (await engine.rbm({ visible: 4, hidden: 4 })).freeEnergy(new Float32Array(4));
  const taken = performance.now() - before;
  engine.dispose();
  return taken;
}

export async function measureWaits({ pixels, count }: Images, threads: number): Promise<Waits> {
  const { visible, hidden } = work;
  const started = await start(threads);
  const engine = await load({ threads });
  try {
    const before = performance.now();
    const large = await engine.rbm({ visible: 2000, hidden: 2000 });
    const weight = (1e6 * (performance.now() - before)) / 2000 ** 2;
    large.dispose();
    const uniform = new Float32Array(visible * Math.min(count, 20_000));
    new Xorshift(1).fill(uniform);
    const grey = await engine.dataset(uniform, { shape: [uniform.length / visible, visible] });
    const bits = await engine.dataset(pixels, { shape: [count, visible], scale: 1 });
    const rbm = await engine.rbm({ visible, hidden });
    const file = new Uint8Array(await (await fetch(modelUrl)).arrayBuffer());
    const model = await engine.open(file);
    if (model.kind !== 'dbn') throw new Error('this model is no DBN');
    const train = (data: typeof grey, batchSize: number, k: number, batches: number) =>
      rbm.train(data, { batchSize, k, batches, epochs: 1_000_000, learningRate: 0.01 });
    const net = await engine.sbn({ layers: [visible, hidden] });
    const stack = await engine.dbn({ layers: [visible, 300, 300], labels: 10 });
    const labels = new Uint8Array(count).map((_, i) => i % 10);
    const labelled = await engine.dataset(pixels, { shape: [count, visible], scale: 1, labels });
    const machine = await engine.dbm({ layers: [visible, hidden, hidden] });
    const many = Math.min(count, 2000);
    const photograph = { data: new Uint8ClampedArray(4 * 2000 * 2000).fill(255), width: 2000, height: 2000 };
    for (let y = 500; y < 1500; y++)
      for (let x = 950; x < 1050; x++) photograph.data.fill(0, 4 * (y * 2000 + x), 4 * (y * 2000 + x) + 3);
    await stack.train(labelled, { epochs: 1, batchSize: 1000 });
    const frame = async (chains: number): Promise<void> => {
      const dream = model.dream({ chains });
      await dream.next();
      await dream.return?.();
    };
    const jobs: Record<string, () => Promise<unknown>> = {
      'a machine of 5,000 x 2,000 units': () => engine.rbm({ visible: 5000, hidden: 2000 }),
      'a data set from grey values': () => engine.dataset(uniform, { shape: [uniform.length / visible, visible] }),
      'means and deviations': () => Promise.all([grey.mean(), grey.deviation()]),
      'a standardised data set': () => grey.standardised(),
      'rows of a data set': () => grey.rows(0, grey.count),
      'a batch of 5,000 grey examples': () => train(grey, 5000, 1, 1),
      'a batch of 5,000 binary examples': () => train(bits, Math.min(count, 5000), 1, 1),
      '100 Gibbs steps of 500 chains': () => train(bits, 500, 100, 1),
      'dreams of 2,000 chains': () => frame(2000),
      'parallel tempering, 10 x 100': () =>
        rbm.train(bits, { method: 'pt', temperatures: 10, chains: 100, batches: 2, epochs: 1_000_000 }),
      'wake-sleep of 2,000 examples': () => net.train(bits, { batchSize: many, batches: 1, epochs: 1_000_000 }),
      'a posterior of 100 examples by Gibbs sampling': () =>
        net.posterior(Float32Array.from(pixels.subarray(0, 100 * visible)), { sweeps: 5 }),
      'an up-down batch of 2,000 examples': () =>
        stack.train(labelled, { method: 'up-down', batchSize: many, batches: 1, epochs: 1_000_000 }),
      'a joint batch of 1,000 examples of a DBM': () =>
        machine.train(bits, { pretraining: false, batchSize: 1000, batches: 1, epochs: 1_000_000 }),
      '1,000 runs of annealing': () => rbm.logPartition({ method: 'ais', runs: 1000, betas: 10 }),
      'a picture of 2,000 x 2,000 pixels': () => engine.preprocessDigit(photograph),
      'saving as float16 and opening': async () => engine.open(await model.save({ dtype: 'f16' })),
    };
    const waits: Record<string, number> = {};
    for (const [name, job] of Object.entries(jobs)) waits[name] = await longestWait(engine, job);
    return { start: started, weight, waits };
  } finally {
    engine.dispose();
  }
}
