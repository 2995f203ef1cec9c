// Estimates: work of the engine in slices, with progress.
import type { NativeDataset, NativeEstimate, NativeLogPartition, NativeRbm } from '../native.js';
import type { LogPartitionOptions } from '../types.js';
import { boolean, choice, integer, options, rowsOf, seedOf } from '../validate.js';
import { DatasetCore } from './dataset.js';
import type { ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import type { ModelCore } from './model.js';
import type { Task } from './task.js';
import { checkData } from './training.js';

export type LogPartitionOptionsCore = Omit<LogPartitionOptions, 'data' | 'onProgress' | 'signal'> & {
  data?: DatasetCore;
};
export type ReportDone = (done: number) => void;

interface Owner {
  readonly life: Life;
  /** Throws when the model has been disposed. */
  readonly native: unknown;
}

type HasLogPartition = Pick<NativeRbm, 'logPartition' | 'ais'>;

const betweenReports = 33;

/** All steps, and the result; frees the work in any case. */
export function* toTheEnd<R>(work: NativeEstimate<R>, owner: Owner, report?: ReportDone): Task<R> {
  try {
    let reported = performance.now();
    while (work.step()) {
      const now = performance.now();
      if (report && now - reported >= betweenReports) {
        reported = now;
        report(work.done());
      }
      yield;
      void owner.native;
    }
    report?.(1);
    return work.result();
  } finally {
    if (!owner.life.ended) work.delete();
  }
}

/** Checked options of log Z, and what begins its estimate; `data` is what the RBM is to see. */
export function logPartitionOf(
  given: LogPartitionOptionsCore | undefined,
  model: ModelCore & { seed: number },
): { data: DatasetCore | undefined; start: (of: HasLogPartition, data: NativeDataset | null) => NativeLogPartition } {
  const known = ['method', 'runs', 'betas', 'schedule', 'reverse', 'startSteps', 'words', 'data', 'seed'] as const;
  const { method, data, words, ...rest } = options<LogPartitionOptionsCore>('options', given, known);
  if (choice('method', method, ['exact', 'ais'], 'exact') === 'exact') {
    const needless = data === undefined ? Object.keys(rest)[0] : 'data';
    if (needless !== undefined) throw new TypeError(`${needless} is an option of method 'ais'`);
    return { data, start: (rbm) => rbm.logPartition(words) };
  }
  if (data !== undefined) checkData('data', data, model);
  const of = {
    runs: integer('runs', rest.runs, 2, 65536, 100),
    betas: integer('betas', rest.betas, 1, 10_000_000, 10_000),
    schedule: choice('schedule', rest.schedule, ['linear', 'late'], 'linear'),
    reverse: boolean('reverse', rest.reverse, false),
    startSteps: rest.startSteps === undefined ? -1 : integer('startSteps', rest.startSteps, 0, 10_000_000),
    words,
    seed: seedOf(rest.seed, model.seed),
  };
  if (!of.reverse && rest.startSteps !== undefined) throw new TypeError('startSteps is an option of reverse');
  return { data, start: (rbm, seen) => rbm.ais(of, seen) };
}

/** Examples as the engine's estimators take them: a data set, or values, checked. */
export function examplesOf(
  name: string,
  x: ExamplesCore,
  model: ModelCore,
): { data: NativeDataset | null; values: Float32Array } {
  if (x instanceof DatasetCore) {
    checkData(name, x, model);
    return { data: x.native, values: new Float32Array(0) };
  }
  rowsOf(name, x, model.visible);
  model.checkValues(name, x, model.visible, 0);
  return { data: null, values: x };
}
