// The page that the benchmark drives: it starts the contenders of the site's Speed page and what only the benchmark
// measures.

import { load, type Dataset, type Engine } from 'wakesleep';
import { startCeiling, type Ceiling } from '../../../web/site/speed/ceiling.ts';
import { start } from '../../../web/site/speed/contenders.ts';
import type { Library } from '../../../web/site/speed/peers.ts';
import { startLikelihood, type Likelihood } from './likelihood.ts';
import { measureWaits } from './waits.ts';
import type { LikelihoodWork } from '../results.ts';
import { connect, type Remote } from '../../../web/site/speed/remote.ts';
import { work, Xorshift, type Contender, type Images, type Product } from '../../../web/site/speed/work.ts';

const modelUrl = new URL('../../../models/digits-dbn.safetensors', import.meta.url);

/** Shared by all workers where that can be done. */
async function fetchImages(file: string): Promise<Images> {
  const bytes = new Uint8Array(await (await fetch(file)).arrayBuffer());
  const pixels = new Uint8Array(
    crossOriginIsolated ? new SharedArrayBuffer(bytes.length) : new ArrayBuffer(bytes.length),
  );
  pixels.set(bytes);
  return { pixels, count: pixels.length / work.visible };
}

const images = fetchImages('train.bin');
const held = fetchImages('held.bin');
const judge = connect(
  new Worker(new URL('../../../web/site/speed/judge.worker.ts', import.meta.url), { type: 'module', name: 'judge' }),
);
const contenders = new Map<string, Contender>();
const ceilings = new Map<number, Ceiling>();
const kernels = new Map<number, Remote>();
const likelihoods = new Map<number, Likelihood>();

function found<K, V>(map: Map<K, V>, key: K): V {
  const value = map.get(key);
  if (value === undefined) throw new Error(`${String(key)} was not started`);
  return value;
}

function worker(name: 'kernels' | 'classification'): Remote {
  switch (name) {
    case 'kernels':
      return connect(new Worker(new URL('./kernels.worker.ts', import.meta.url), { type: 'module', name }));
    case 'classification':
      return connect(new Worker(new URL('./classification.worker.ts', import.meta.url), { type: 'module', name }));
  }
}

async function withEngine<T>(threads: number, use: (engine: Engine) => Promise<T>): Promise<T> {
  const engine = await load({ threads });
  try {
    return await use(engine);
  } finally {
    engine.dispose();
  }
}

/** Images of any width, as dense as binarised digits. */
function randomImages(engine: Engine, width: number, count: number): Promise<Dataset> {
  const uniform = new Float32Array(width * count);
  new Xorshift(1).fill(uniform);
  return engine.dataset(
    Uint8Array.from(uniform, (one) => (one < 0.2 ? 1 : 0)),
    { shape: [count, width], scale: 1 },
  );
}

const bench = {
  facts: () => ({
    isolated: crossOriginIsolated,
    cores: navigator.hardwareConcurrency,
    userAgent: navigator.userAgent,
  }),

  async start(id: string, program: Library, threads: number): Promise<void> {
    contenders.set(id, await start(program, await images, threads));
  },
  run: (id: string, batches: number) => found(contenders, id).run(batches),
  product(id: string, which: Product, times: number): Promise<number> {
    const contender = found(contenders, id);
    if (!contender.product) throw new Error(`${id} has no products by themselves`);
    return contender.product(which, times);
  },
  dispose(id: string): void {
    contenders.get(id)?.dispose();
    contenders.delete(id);
  },
  judge: async (id: string) =>
    judge.call<number>('reconstructionError', await found(contenders, id).parameters(), await held),

  async startCeiling(threads: number): Promise<void> {
    ceilings.set(threads, await startCeiling(threads));
  },
  ceiling: (threads: number, milliseconds: number) => found(ceilings, threads).rate(milliseconds),

  /** Our products by themselves, in a module of the benchmark's own. */
  async startKernels(threads: number): Promise<void> {
    const { pixels } = await images;
    const remote = worker('kernels');
    kernels.set(threads, remote);
    await remote.call('start', threads, pixels.slice(0, work.batchSize * work.visible));
  },
  kernel: (threads: number, which: Product, dense: boolean, times: number) =>
    found(kernels, threads).call<number>('product', which, dense, times),
  trainingMemory: (threads: number) => found(kernels, threads).call<number>('trainingMemory'),

  async startLikelihood(threads: number): Promise<void> {
    likelihoods.set(threads, await startLikelihood(await images, threads));
  },
  likelihood: (threads: number, which: LikelihoodWork, times: number) => found(likelihoods, threads)(which, times),

  waits: async (threads: number) => measureWaits(await images, threads),

  /** Milliseconds of each of some classifications: in a worker, synchronously, and asked for from the page. */
  async classification(times: number): Promise<{ computing: number[]; roundTrip: number[] }> {
    const pixels = Float32Array.from((await held).pixels.subarray(0, work.visible));
    const bytes = new Uint8Array(await (await fetch(modelUrl)).arrayBuffer());
    const remote = worker('classification');
    const computing = await remote.call<number[]>('classify', bytes, pixels, times);
    remote.dispose();
    const roundTrip = await withEngine(1, async (engine) => {
      const model = await engine.open(bytes);
      if (model.kind === 'sbn') throw new Error('this model has no labels');
      const measured: number[] = [];
      for (let i = 0; i < times; i++) {
        const before = performance.now();
        await model.classify(pixels);
        measured.push(performance.now() - before);
      }
      return measured;
    });
    return { computing, roundTrip };
  },

  /** Milliseconds of `batches` of CD-1 on `count` random images, after as many to warm up. */
  scaling: (visible: number, hidden: number, count: number, batches: number, threads: number) =>
    withEngine(threads, async (engine) => {
      const data = await randomImages(engine, visible, count);
      const rbm = await engine.rbm({ visible, hidden });
      const options = {
        batchSize: work.batchSize,
        learningRate: 0.01,
        hiddenStates: 'sampled',
        epochs: 1_000_000,
        batches,
      } as const;
      await rbm.train(data, options);
      const start = performance.now();
      await rbm.train(data, options);
      return performance.now() - start;
    }),
};
export type Bench = typeof bench;

Object.assign(globalThis, { bench });
