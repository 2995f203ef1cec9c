/** Gibbs chains of the network in training: where they are, and walking on. */
import { prefersReducedMotion } from 'svelte/motion';
import { rowKey } from './datasets';
import type { Run } from './run.svelte';

/** Chains of a network without labels, and of each label of one that has some. */
const chainsShown = 21;
export const chainsALabel = 7;
const mostValues = 2 ** 21;

export class FantasyChains {
  /** Means of the visible units in the last step, one chain a row, as pixels. */
  images = $state.raw<Float32Array | null>(null);
  steps = $state.raw(0);
  /** Whether they walk on while it trains. */
  follow = $state(!prefersReducedMotion.current);
  count = $state.raw(chainsShown);
  /** How many of the sampled states are examples of a complete data set; null for other data. */
  real = $state.raw<number | null>(null);

  readonly #run: () => Run | null;
  readonly #pixels: (values: Float32Array) => Float32Array;
  #states: Float32Array | null = null;
  #walks = 0;
  #busy = false;

  constructor(run: () => Run | null, pixels: (values: Float32Array) => Float32Array) {
    this.#run = run;
    this.#pixels = pixels;
  }

  /** The next walk starts at fair coins again. */
  restart(): void {
    this.#states = null;
    this.#walks = 0;
    this.steps = 0;
  }

  /** So many Gibbs steps in each chain; does nothing while a walk is under way. */
  async walk(steps: number): Promise<void> {
    const run = this.#run();
    if (!run || this.#busy) return;
    this.#busy = true;
    try {
      const { model, data, options } = run;
      const { labels, visible: width } = model;
      const count = labels > 0 ? labels * chainsALabel : Math.min(chainsShown, Math.ceil(mostValues / width));
      const start = this.#states?.length === count * width ? this.#states : null;
      if (!start) this.restart();
      const seed = options.seed + this.#walks++;
      const label = Array.from({ length: count }, (_, chain) => Math.floor(chain / chainsALabel));
      const { means, states } = await model.sample({
        chains: count,
        steps,
        seed,
        ...(labels > 0 ? { label } : {}),
        ...(start ? { start } : {}),
      });
      // A reset or other data may have come in between, and asked in vain.
      if (run !== this.#run()) return void queueMicrotask(() => void this.walk(1));
      this.#states = states.data;
      this.steps += steps;
      this.count = count;
      this.images = this.#pixels(means.data);
      const distinct = data.complete?.distinct;
      let real = 0;
      for (let i = 0; i < count; ++i) if (distinct?.has(rowKey(states.data, i, width))) ++real;
      this.real = distinct ? real : null;
    } catch {
      // The network was replaced meanwhile, or the engine was lost, which the training itself reports.
    } finally {
      this.#busy = false;
    }
  }
}
