// Estimates: work of the engine in slices, with progress.
import type { NativeDataset, NativeEstimate, NativeLogPartition, NativeRbm } from '../native.js';
import type { LogPartitionOptions, UnitType } from '../types.js';
import { boolean, checkFunction, choice, integer, options, rowsOf, seedOf } from '../validate.js';
import { DatasetCore, type CoreOptions } from './dataset.js';
import type { ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import type { Task } from './task.js';
import { checkData } from './training.js';
import { valueCheck, wordsOf } from './units.js';

type Start = (of: HasLogPartition, data: NativeDataset | null) => NativeLogPartition;
type Report = NonNullable<LogPartitionOptions['onProgress']>;

interface Owner {
  readonly life: Life;
  /** Throws when the model has been disposed. */
  readonly native: unknown;
}

type HasLogPartition = Pick<NativeRbm, 'logPartition' | 'ais'>;

const betweenReports = 33;

/** All steps, and the result; frees the work in any case. */
export function* toTheEnd<R>(estimate: NativeEstimate<R>, owner: Owner, report?: Report): Task<R> {
  try {
    let reported = performance.now();
    while (estimate.step()) {
      const now = performance.now();
      if (report && now - reported >= betweenReports) {
        reported = now;
        report(estimate.done());
      }
      yield;
      void owner.native;
    }
    report?.(1);
    return estimate.result();
  } finally {
    if (!owner.life.ended) estimate.delete();
  }
}

/** Checked options of log Z, and what begins its estimate; `data` is what the RBM is to see. */
export function logPartitionOf(
  given: CoreOptions<LogPartitionOptions> | undefined,
  model: { visible: number; labels: number; visibleType: UnitType; seed: number },
): { data: DatasetCore | undefined; start: Start; onProgress: Report | undefined } {
  const known = ['method', 'runs', 'betas', 'schedule', 'reverse', 'startSteps', 'words', 'data', 'seed'] as const;
  const { method, data, words, onProgress, ...rest } = options<CoreOptions<LogPartitionOptions>>('options', given, [
    ...known,
    'onProgress',
  ]);
  checkFunction('onProgress', onProgress);
  const length = wordsOf(model.visibleType, words);
  if (choice('method', method, ['exact', 'ais'], 'exact') === 'exact') {
    const needless = data === undefined ? Object.keys(rest)[0] : 'data';
    if (needless !== undefined) throw new TypeError(`${needless} is an option of method 'ais'`);
    return { data, start: (rbm) => rbm.logPartition(length), onProgress };
  }
  if (data !== undefined) checkData('data', data, model);
  const of = {
    runs: integer('runs', rest.runs, 2, 65536, 100),
    betas: integer('betas', rest.betas, 1, 10_000_000, 10_000),
    schedule: choice('schedule', rest.schedule, ['linear', 'late'], 'linear'),
    reverse: boolean('reverse', rest.reverse, false),
    startSteps: rest.startSteps === undefined ? -1 : integer('startSteps', rest.startSteps, 0, 10_000_000),
    words: length,
    seed: seedOf(rest.seed, model.seed),
  };
  if (!of.reverse && rest.startSteps !== undefined) throw new TypeError('startSteps is an option of reverse');
  return { data, start: (rbm, seen) => rbm.ais(of, seen), onProgress };
}

/** Examples as the engine's estimators take them: a data set, or values, checked. */
export function examplesOf(
  name: string,
  x: ExamplesCore,
  model: { visible: number; labels: number; visibleType: UnitType },
): { data: NativeDataset | null; values: Float32Array } {
  if (x instanceof DatasetCore) {
    checkData(name, x, model);
    return { data: x.native, values: new Float32Array(0) };
  }
  rowsOf(name, x, model.visible);
  valueCheck(model.visibleType)(name, x, model.visible, 0);
  return { data: null, values: x };
}
