/** Gibbs chains of the network in training: where they are, and walking on. */
import { rowKey } from './datasets';
import type { TrainSession } from './session.svelte';

export class FantasyChains {
  /** Means of the visible units in the last step, one chain each, as pixels. */
  images = $state.raw<readonly Float32Array[]>([]);
  steps = $state.raw(0);
  /** How many of the sampled states are examples of a complete data set; null for other data. */
  real = $state.raw<number | null>(null);

  readonly #session: TrainSession;
  readonly #count: number;
  #states: Float32Array | null = null;
  #walks = 0;
  #busy = false;

  constructor(session: TrainSession, count: number) {
    this.#session = session;
    this.#count = count;
  }

  /** The next walk starts at fair coins again. */
  restart(): void {
    this.#states = null;
    this.#walks = 0;
    this.steps = 0;
  }

  /** So many Gibbs steps in each chain; does nothing while a walk is under way. */
  async walk(steps: number): Promise<void> {
    const { model, data } = this.#session;
    if (!model || !data || this.#busy) return;
    this.#busy = true;
    try {
      const width = model.visible;
      const start = this.#states?.length === this.#count * width ? this.#states : null;
      if (!start) this.restart();
      const seed = this.#session.options.seed + this.#walks++;
      const { means, states } = await model.sample({ chains: this.#count, steps, seed, ...(start ? { start } : {}) });
      // A reset or other data may have come in between.
      if (model !== this.#session.model) return;
      this.#states = states.data;
      this.steps += steps;
      const pixels = this.#session.pixels(means.data);
      this.images = Array.from({ length: this.#count }, (_, i) => pixels.slice(i * width, (i + 1) * width));
      const distinct = data.complete?.distinct;
      let real = 0;
      for (let i = 0; i < this.#count; ++i) if (distinct?.has(rowKey(states.data, i, width))) ++real;
      this.real = distinct ? real : null;
    } catch {
      // The network was replaced meanwhile, or the engine was lost, which the training itself reports.
    } finally {
      this.#busy = false;
    }
  }
}
