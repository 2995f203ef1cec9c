/**
 * Work in slices: a generator that yields between them and returns the result. `finish` runs it at once; the worker's
 * scheduler answers others in between. Ended early, it cleans up in its `finally`.
 */
import type { NativeComputation } from '../native.js';
import type { Life } from './life.js';

export type Task<T> = Generator<void, T, void>;
export type ReportDone = (done: number) => void;

export function finish<T>(task: Task<T>): T {
  for (;;) {
    const step = task.next();
    if (step.done) return step.value;
  }
}

/** Whether a value came from a function written as `*name()`. */
export function isTask(value: unknown): value is Task<unknown> {
  return typeof value === 'object' && value !== null && Object.prototype.toString.call(value) === '[object Generator]';
}

const betweenReports = 33;

/** What work is done for: asking for its `native` throws once it was disposed. */
export interface Owner<N = unknown> {
  readonly life: Life;
  readonly native: N;
}

/** All steps of the engine's work, and its result; frees the work in any case. Ends when its owner is disposed. */
export function* compute<R>(computation: NativeComputation<R>, owner: Owner, report?: ReportDone): Task<R> {
  try {
    let reported = performance.now();
    while (computation.step()) {
      const now = performance.now();
      if (report && now - reported >= betweenReports) {
        reported = now;
        report(computation.done());
      }
      yield;
      // Throws when the owner has been disposed.
      void owner.native;
    }
    report?.(1);
    return computation.result();
  } finally {
    if (!owner.life.ended) computation.delete();
  }
}
