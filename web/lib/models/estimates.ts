// Options of log Z.
import type { NativeComputation, NativeDataset, NativeHasLogPartition } from '../native.js';
import type { LogPartition, LogPartitionOptions, UnitType } from '../types.js';
import { boolean, choice, integer, options, seedOf } from '../validate.js';
import type { DatasetCore } from './dataset.js';
import { checkData } from './training.js';
import { wordsOf } from './units.js';

export type LogPartitionOptionsCore = Omit<LogPartitionOptions, 'data' | 'onProgress' | 'signal'> & {
  data?: DatasetCore;
};

/** Begins an estimate of log Z, its options checked; `data` is what the model is to see. */
export function logPartitionOf(
  given: LogPartitionOptionsCore | undefined,
  model: { visible: number; labels: number; visibleType: UnitType; seed: number; native: NativeHasLogPartition },
): NativeComputation<LogPartition> {
  const known = ['method', 'runs', 'betas', 'schedule', 'reverse', 'startSteps', 'words', 'data', 'seed'] as const;
  const { method, words, ...rest } = options<LogPartitionOptionsCore>('options', given, known);
  const length = wordsOf(model.visibleType, words);
  if (choice('method', method, ['exact', 'ais'], 'exact') === 'exact') {
    const needless = Object.entries(rest).find(([, value]) => value !== undefined)?.[0];
    if (needless !== undefined) throw new TypeError(`${needless} is an option of method 'ais'`);
    return model.native.logPartition(length);
  }
  let data: NativeDataset | null = null;
  if (rest.data !== undefined) {
    checkData('data', rest.data, model);
    data = rest.data.native;
  }
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
  return model.native.ais(of, data);
}
