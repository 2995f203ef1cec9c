// Early stopping by a score of validation data, for models whose learning rules know of none.
import type { NativeComputation, NativeDataset, NativeRows, NativeTraining } from '../native.js';
import type { Average, Bytes, TrainProgress } from '../types.js';
import { integer } from '../validate.js';
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

/** Begins a training of the model as it is, by the options that the engine takes. */
export type Begin = (args: readonly unknown[]) => NativeTraining;

/** What a training asks after each epoch. */
export interface Stopping {
  /** Takes the engine's training into its hands, where it can be followed by another. */
  over?(begin: Begin, args: readonly unknown[]): NativeTraining;
  change(options: object): void;
  /** Before the next mini-batch. */
  begin(): Task<void>;
  /** Whether this epoch was the training's last: the model is then as after its best one. */
  ended(epoch: TrainProgress): Task<boolean>;
}

/** Stops when the score of so many epochs has not been a new best. */
export class EarlyStopping implements Stopping {
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

/** That `patience` was given and can't be had. */
const refusal = <E extends Error>(error: E): E => Object.assign(error, { option: 'patience' });

export const noPatience = (message: string): TypeError => refusal(new TypeError(message));

/** Throws where what an RBM learns by can't be stopped so. `name`: of the option, as in `layers[0].patience`. */
export function checkPatience(
  { patience, objective }: Patience & { objective?: string | undefined },
  validates: boolean,
  name = 'patience',
): void {
  if (patience === undefined) return;
  try {
    integer(name, patience, 1, 1_000_000);
  } catch (error) {
    throw refusal(error as Error);
  }
  if (!validates) throw noPatience('patience needs validation data');
  if (objective !== undefined && objective !== 'generative') throw noPatience("patience needs objective 'generative'");
}

/** The most values whose pseudo-likelihood is taken of all units after each epoch. */
const mostScored = 100_000;

/** The mean log pseudo-likelihood of an RBM, whose units are judged without log Z. */
export function pseudoLikelihoodOf(rbm: NativeScored, data: NativeDataset, seed: number): NativeComputation<Average> {
  return rbm.pseudoLikelihood(data, { stochastic: data.count() * data.width() > mostScored, seed });
}

export interface NativeScored {
  pseudoLikelihood(x: NativeRows, options: { stochastic: boolean; seed: number }): NativeComputation<Average>;
}
