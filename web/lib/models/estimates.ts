// Options of log Z.
import type { NativeHasLogPartition } from '../native.js';
import type { LogPartition, LogPartitionOptions } from '../types.js';
import { checkFunction, optionsGiven } from '../validate.js';
import type { CoreOptions } from './dataset.js';
import type { Life } from './life.js';
import { compute, type Task } from './task.js';
import { checkData, forEngine, type Fitting } from './training.js';

interface Estimated {
  readonly visible: number;
  readonly labels: number;
  readonly seed: number;
  readonly native: NativeHasLogPartition & Fitting;
  readonly life: Life;
}

/** log Z of a model. */
export function* logPartitionOf(
  model: Estimated,
  given: CoreOptions<LogPartitionOptions> | undefined,
): Task<LogPartition> {
  const { onProgress, ...rest } = optionsGiven('options', given);
  checkFunction('onProgress', onProgress);
  if (rest.data !== undefined) checkData('data', rest.data, model.native);
  return yield* compute(model.native.logPartition(forEngine(rest)), model, onProgress);
}
