// Early stopping by a score of validation data, for models whose learning rules know of none.
import type { Bytes, TrainProgress } from '../types.js';
import type { Task } from './task.js';

/** What is judged: how it is scored, kept as it is, and brought back to what was kept. */
export interface Judged {
  /** Higher is better; what it says of an epoch it writes into its progress. Undefined where there is no score yet. */
  score(epoch: TrainProgress | undefined): Task<number | undefined>;
  keep(): Bytes;
  restore(kept: Bytes): void;
}

/** What of the options of a training is about its end. */
export interface Patience {
  patience?: number | undefined;
}

export class Stopping {
  #best: { score: number; model: Bytes } | null = null;
  #without = 0;
  #begun = false;

  #patience: number | undefined;

  constructor(
    private readonly judged: Judged,
    options: Patience,
  ) {
    this.#patience = options.patience;
  }

  change({ patience }: Patience): void {
    this.#patience = patience;
  }

  /** The model as the training finds it is the first to beat. */
  *begin(): Task<void> {
    if (this.#begun) return;
    this.#compare(yield* this.judged.score(undefined));
    this.#begun = true;
  }

  /** Whether this epoch was the last: the model is then as after its best one. */
  *ended(epoch: TrainProgress): Task<boolean> {
    this.#compare(yield* this.judged.score(epoch));
    if (this.#best === null || this.#patience === undefined || this.#without < this.#patience) return false;
    this.judged.restore(this.#best.model);
    return true;
  }

  #compare(score: number | undefined): void {
    if (score === undefined) return;
    ++this.#without;
    if (this.#best && score <= this.#best.score) return;
    this.#best = { score, model: this.judged.keep() };
    this.#without = 0;
  }
}
