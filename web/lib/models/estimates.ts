// Estimates: work of the engine in slices, with progress.
import type { NativeDataset, NativeEstimate } from '../native.js';
import type { LogPartitionOptions, UnitType } from '../types.js';
import { checkFunction, optionsGiven, rowsOf } from '../validate.js';
import { DatasetCore, type CoreOptions } from './dataset.js';
import type { ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import type { Task } from './task.js';
import { checkData } from './training.js';
import { valueCheck, wordsOf } from './units.js';

type Report = NonNullable<LogPartitionOptions['onProgress']>;

interface Owner {
  readonly life: Life;
  /** Throws when the model has been disposed. */
  readonly native: unknown;
}

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

/** Options of log Z, which the engine checks, and the function that is told of its progress. */
export function logPartitionOf(
  given: CoreOptions<LogPartitionOptions> | undefined,
  model: { visible: number; labels: number; visibleType: UnitType; seed: number },
): { estimating: CoreOptions<LogPartitionOptions>; onProgress: Report | undefined } {
  const { onProgress, ...rest } = optionsGiven('options', given);
  checkFunction('onProgress', onProgress);
  wordsOf(model.visibleType, rest.words);
  if (rest.data !== undefined) checkData('data', rest.data, model);
  // The seed of an upper layer is another one.
  return { estimating: rest.method === 'ais' ? { seed: model.seed, ...rest } : rest, onProgress };
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
