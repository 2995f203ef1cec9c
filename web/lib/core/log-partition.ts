// Partition functions: their options, and their way in pieces.
import type { NativeAisOptions, NativeDataset, NativeLogPartition } from '../native.js';
import type { LogPartition, LogPartitionOptions } from '../types.js';
import { choice, integer, options, seedOf } from '../validate.js';
import type { DatasetCore } from './dataset.js';
import type { Life } from './life.js';
import type { Task } from './task.js';
import { checkData } from './training.js';

export type LogPartitionOptionsCore = Omit<LogPartitionOptions, 'data' | 'onProgress' | 'signal'> & { data?: DatasetCore };

/** Those of AIS, or null for the exact sum. */
export function aisOptions(
  given: LogPartitionOptionsCore | undefined,
  model: { visible: number; labels: number; seed: number },
): { options: NativeAisOptions; data: NativeDataset | null } | null {
  const known = ['method', 'runs', 'betas', 'schedule', 'data', 'seed'] as const;
  const { method, data, ...rest } = options<LogPartitionOptionsCore>('options', given, known);
  if (choice('method', method, ['exact', 'ais'], 'exact') === 'exact') {
    const needless = data === undefined ? Object.keys(rest)[0] : 'data';
    if (needless !== undefined) throw new TypeError(`${needless} is an option of method 'ais'`);
    return null;
  }
  if (data !== undefined) checkData('data', data, model);
  const of = {
    runs: integer('runs', rest.runs, 2, 65536, 100),
    betas: integer('betas', rest.betas, 1, 10_000_000, 10_000),
    schedule: choice('schedule', rest.schedule, ['linear', 'late'], 'linear'),
    seed: seedOf(rest.seed, model.seed),
  };
  return { options: of, data: data?.native ?? null };
}

/** Step by step, with reports now and then. `model.native` is asked for anew, as it may have gone. */
export function* runLogPartition(
  sum: NativeLogPartition,
  model: { native: unknown; life: Life },
  report: ((done: number) => void) | undefined,
): Task<LogPartition> {
  try {
    let reported = performance.now();
    while (sum.step()) {
      const now = performance.now();
      if (report && now - reported >= 33) {
        reported = now;
        report(sum.done());
      }
      yield;
      void model.native;
    }
    report?.(1);
    return sum.result();
  } finally {
    if (!model.life.ended) sum.delete();
  }
}
