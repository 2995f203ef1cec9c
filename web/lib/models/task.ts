/**
 * Work in pieces: a generator that yields between them and returns the result. `finish` runs it at once; the worker's
 * scheduler runs it in slices and answers others in between. Ended early, it cleans up in its `finally`.
 */
export type Task<T> = Generator<void, T, void>;

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

/** How many rows make a piece of work of a few milliseconds, when each takes this many multiplications. */
export function rowsAtOnce(multiplications: number): number {
  return Math.max(1, Math.min(2048, Math.floor(2e7 / multiplications)));
}
