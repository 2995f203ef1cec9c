// Long work in the worker, in slices between which it answers others.
import type { Task } from '../models/task.js';

/**
 * Milliseconds that a slice takes at most, as far as its pieces allow. A drawing asks twice in a row and is to be
 * answered within a frame.
 */
const slice = 5;

interface Job {
  id: number;
  task: Task<unknown>;
  settle: (run: () => unknown) => void;
}

export class Scheduler {
  #queue: Job[] = [];
  #waiting = false;

  /** `later` calls back after messages that have arrived were answered. */
  constructor(private readonly later: (then: () => void) => void) {}

  /** The first slice runs at once, so that what is short never waits behind what is long. */
  run<T>(id: number, task: Task<T>): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      const settle = (run: () => unknown) => {
        try {
          resolve(run() as T);
        } catch (error) {
          reject(error as Error);
        }
      };
      this.#slice({ id, task, settle });
    });
  }

  /** Ends the work with this number; its promise stays open, because nobody waits for it. */
  cancel(id: number): void {
    const job = this.#queue.find((one) => one.id === id);
    if (!job) return;
    this.#queue = this.#queue.filter((one) => one !== job);
    job.task.return(undefined);
  }

  #slice(job: Job): void {
    const start = performance.now();
    let before = start;
    let longest = 0;
    for (;;) {
      let step: IteratorResult<void, unknown>;
      try {
        step = job.task.next();
      } catch (error) {
        return job.settle(() => {
          throw error;
        });
      }
      if (step.done) return job.settle(() => step.value);
      const now = performance.now();
      longest = Math.max(longest, now - before);
      before = now;
      // One more piece must fit.
      if (now + longest - start > slice) break;
    }
    this.#queue.push(job);
    this.#next();
  }

  #next(): void {
    if (this.#waiting || this.#queue.length === 0) return;
    this.#waiting = true;
    this.later(() => {
      this.#waiting = false;
      const job = this.#queue.shift();
      if (job) this.#slice(job);
      this.#next();
    });
  }
}

/** A task of its own for the event loop, without the delay of a timer. */
export function laterFunction(): (then: () => void) => void {
  // In Node a port that messages itself would be served on and on before others; in browsers it takes its turn.
  const { setImmediate } = globalThis as { setImmediate?: (then: () => void) => unknown };
  if (setImmediate) return (then) => void setImmediate(then);
  const { port1, port2 } = new MessageChannel();
  let waiting: (() => void)[] = [];
  port1.onmessage = () => {
    const now = waiting;
    waiting = [];
    for (const then of now) then();
  };
  return (then) => {
    waiting.push(then);
    port2.postMessage(null);
  };
}
