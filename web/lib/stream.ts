/**
 * Training on data that do not fit in memory: a chunk at a time. An entry of its own, which only those load who use it.
 *
 * ```ts
 * import { load } from 'wakesleep';
 * import { npyChunks } from 'wakesleep/import';
 * import { trainOnChunks } from 'wakesleep/stream';
 *
 * const engine = await load();
 * const rbm = await engine.rbm({ visible: 784, hidden: 500 });
 * async function* chunks() {
 *   for await (const array of npyChunks(file, 10000)) yield await engine.dataset(array, { scale: 1 / 255 });
 * }
 * await trainOnChunks(rbm, chunks, { passes: 5, learningRate: 0.05 });
 * ```
 */
import type { TrainProgress } from './types.js';
import { checkFunction, integer, optionsGiven, wrongType } from './validate.js';

/**
 * A model that counts its epochs: an RBM, a DBM (whose pretraining is had on the first chunk), a belief net or a
 * network, of either entry.
 */
export interface ChunkLearner {
  epochs(): unknown;
  training(data: never, options?: never): unknown;
}

/** What a model learns from. */
export type ChunkOf<Model> = Model extends { training(data: infer Data, options?: never): unknown } ? Data : never;

type OptionsOf<Model> = Model extends { training(data: never, options?: infer Options): unknown } ? Options : never;

/**
 * Where a training on chunks stands: in its pass, in a chunk, each from 0 on. `done` is of the whole where the number
 * of `chunks` was given, and elsewhere of the chunk.
 */
export interface ChunkProgress extends TrainProgress {
  pass: number;
  chunk: number;
}

/** Those of the model's training, but for what is about one data set and its epochs. */
export type ChunkOptions<Model> = Omit<
  OptionsOf<Model>,
  'epochs' | 'batches' | 'weights' | 'mask' | 'patience' | 'scheduleStart'
> & {
  /** Over all chunks, 1 to 1,000,000; default 1. */
  passes?: number;
  /**
   * Chunks a pass, which schedules (`finalLearningRate`, `finalK`) need to know their end; 1 to 1,000,000. Without
   * schedules as many as come.
   */
  chunks?: number;
  /** As in a training. */
  onProgress?: (progress: ChunkProgress) => unknown;
  /** Aborting rejects with `signal.reason`; the model stays as after its last whole batch. */
  signal?: AbortSignal;
};

/**
 * Trains on chunks in the order in which they come, each an epoch of the model's life, whose examples are shuffled
 * among themselves alone. `chunks` is called at the beginning of each pass, and the next chunk is asked for while the
 * model learns from one. A chunk is disposed of when it has been learned from, or when training ends before.
 *
 * The same chunks in the same order give the same bits, those of `model.train(chunk, { epochs: 1 })` for one after the
 * other; other chunks of the same data give others. What an untrained model takes from its data (biases, means of
 * centering) it takes from the first chunk. A model saved as `resumable` between two chunks goes on to the same bits.
 *
 * Resolves with an entry for each chunk.
 */
export async function trainOnChunks<Model extends ChunkLearner>(
  model: Model,
  chunks: (pass: number) => AsyncIterable<ChunkOf<Model>> | Iterable<ChunkOf<Model>>,
  given?: ChunkOptions<Model>,
): Promise<ChunkProgress[]> {
  const all = optionsGiven('options', given as Everything | undefined);
  const { passes, chunks: each, onProgress, signal, ...learning } = all;
  if (typeof chunks !== 'function') throw wrongType('chunks', 'a function that gives an iterable of data sets', chunks);
  checkFunction('onProgress', onProgress);
  for (const option of ofOneDataset)
    if (option in learning) throw new TypeError(`${option} is about one data set, and not for chunks`);
  const rounds = integer('passes', passes, 1, 1_000_000, 1);
  const length = each === undefined ? undefined : integer('chunks', each, 1, 1_000_000);
  const schedule = ['finalLearningRate', 'finalK'].find((option) => option in learning);
  if (schedule !== undefined && length === undefined)
    throw new TypeError(`${schedule} needs chunks, the number of chunks a pass`);

  const learner = model as unknown as Learner;
  if (schedule !== undefined && learner.kind === 'dbm' && (learning as { pretraining?: unknown }).pretraining !== false)
    throw new TypeError(`${schedule} needs pretraining: false in chunks, whose epochs are those of joint training`);
  const start = await learner.epochs();
  const history: ChunkProgress[] = [];
  for (let pass = 0; pass < rounds; ++pass) {
    const iterator = iteratorOf(chunks(pass));
    let chunk = 0;
    let next = ahead(iterator);
    try {
      for (;;) {
        const { done, value: data } = await next;
        if (done) break;
        if (chunk === length) {
          data.dispose();
          throw new RangeError(`chunks must be the number of chunks a pass, and more than ${length} came`);
        }
        next = ahead(iterator);
        try {
          signal?.throwIfAborted();
          // A schedule is that of one training which is begun anew with each chunk, and has an epoch of it there.
          const left = schedule === undefined || length === undefined ? 1 : rounds * length - history.length;
          const scheduled = schedule === undefined ? {} : { scheduleStart: start };
          const training = await learner.training(data, { ...learning, ...scheduled, epochs: left });
          try {
            const here = (progress: TrainProgress): ChunkProgress => {
              const part = progress.epochEnded ? 1 : progress.batch / progress.batches;
              const done = length === undefined ? part : (history.length + part) / (rounds * length);
              return { ...progress, done, pass, chunk };
            };
            const report = (progress: TrainProgress) => onProgress?.(here(progress));
            await training.run({
              ...(left > 1 ? { epochs: 1 } : {}),
              ...(onProgress ? { onProgress: report } : {}),
              ...(signal ? { signal } : {}),
            });
            history.push(here(training.history.at(-1) ?? training.progress));
          } finally {
            training.dispose();
          }
        } finally {
          data.dispose();
        }
        ++chunk;
      }
    } catch (error) {
      // What was asked for meanwhile is nobody's.
      next.then(
        ({ done, value }) => done || value.dispose(),
        () => undefined,
      );
      await iterator.return?.();
      throw error;
    }
    if (length !== undefined && chunk < length)
      throw new RangeError(`chunks must be the number of chunks a pass: ${length}, and ${chunk} came`);
  }
  return history;
}

const ofOneDataset = ['epochs', 'batches', 'weights', 'mask', 'patience', 'scheduleStart'];

interface Everything {
  passes?: number;
  chunks?: number;
  onProgress?: (progress: ChunkProgress) => unknown;
  signal?: AbortSignal;
}

interface Disposable {
  dispose(): void;
}

interface Learner {
  readonly kind?: string;
  epochs(): number | Promise<number>;
  training(data: Disposable, options: object): LearnerTraining | Promise<LearnerTraining>;
}

interface LearnerTraining extends Disposable {
  readonly progress: TrainProgress;
  readonly history: TrainProgress[];
  run(options: object): unknown;
}

type ChunkIterator = AsyncIterator<Disposable> | Iterator<Disposable>;

function iteratorOf(iterable: unknown): ChunkIterator {
  const found = (iterable ?? {}) as Partial<AsyncIterable<Disposable> & Iterable<Disposable>>;
  const iterator = found[Symbol.asyncIterator]?.() ?? found[Symbol.iterator]?.();
  if (!iterator) throw wrongType('chunks()', 'an iterable of data sets', iterable);
  return iterator;
}

/** The next chunk, whose error is told where it is waited for. */
function ahead(iterator: ChunkIterator): Promise<IteratorResult<Disposable>> {
  const next = Promise.resolve().then(() => iterator.next());
  next.catch(() => undefined);
  return next;
}
