// Options of log Z.
import type { NativeDataset, NativeHasLogPartition } from '../native.js';
import type { LogPartition, LogPartitionOptions } from '../types.js';
import { boolean, checkFunction, choice, integer, options, seedOf } from '../validate.js';
import type { CoreOptions } from './dataset.js';
import type { Life } from './life.js';
import { compute, type Task } from './task.js';
import { checkData, type Fitting } from './training.js';

interface Estimated {
  readonly visible: number;
  readonly labels: number;
  readonly seed: number;
  readonly native: NativeHasLogPartition & Fitting;
  readonly life: Life;
}

/** log Z of a model, its options checked. */
export function* logPartitionOf(
  model: Estimated,
  given: CoreOptions<LogPartitionOptions> | undefined,
): Task<LogPartition> {
  const known = ['method', 'runs', 'betas', 'schedule', 'reverse', 'startSteps', 'words', 'data', 'seed'] as const;
  const { method, words, onProgress, ...rest } = options<CoreOptions<LogPartitionOptions>>('options', given, [
    ...known,
    'onProgress',
  ]);
  checkFunction('onProgress', onProgress);
  if (choice('method', method, ['exact', 'ais'], 'exact') === 'exact') {
    refuseGiven(rest, "is an option of method 'ais'");
    return yield* compute(model.native.logPartition(words), model, onProgress);
  }
  let data: NativeDataset | null = null;
  if (rest.data !== undefined) {
    checkData('data', rest.data, model.native);
    data = rest.data.native;
  }
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
  return yield* compute<LogPartition>(model.native.ais(of, data), model, onProgress);
}

/** Refuses options that were given and have no effect. */
export function refuseGiven(needless: object, why: string): void {
  const given = Object.entries(needless).find(([, value]) => value !== undefined);
  if (given) throw new TypeError(`${given[0]} ${why}`);
}
