/** A machine that learns two symbols while one looks, and is tested on what was held back. */
import type { Dataset, Rbm, Training } from 'wakesleep';
import { engine } from '../../state/engine.svelte';
import { epochs, hidden, lotOf, options, pixels, portion, type Material, type Pair } from './machine';

export interface Task {
  material: Material;
  counts: Pair<number>;
  seed: number;
}

export class Learner {
  /** Epochs so far. */
  epoch = $state(0);
  /** What each held-back drawing is taken for, those of the first symbol first; null before the first test. */
  read = $state.raw<readonly number[] | null>(null);
  task = $state.raw<Task | null>(null);
  error = $state.raw<unknown>(null);
  running = $state(false);
  rbm = $state.raw<Rbm | null>(null);
  #data: Dataset | null = null;
  #training: Training<object> | null = null;
  /** Which start is the present one. */
  #latest = 0;
  #busy: Promise<unknown> = Promise.resolve();

  /** To be made while a component is set up. */
  constructor() {
    $effect(() => () => {
      this.#latest += 1;
      void this.#busy.finally(() => {
        this.#free();
      });
    });
  }

  get done(): boolean {
    return this.task !== null && this.epoch >= epochs;
  }
  /** How many of the held-back drawings of each symbol it recognises. */
  get right(): Pair<number> {
    const { task, read } = this;
    const first = task?.material.heldBack[0].length ?? 0;
    const count = (label: number): number =>
      read?.filter((one, i) => (i < first ? 0 : 1) === label && one === label).length ?? 0;
    return [count(0), count(1)];
  }

  /** No machine: there is nothing to learn from. */
  rest(): void {
    this.#latest += 1;
    this.task = this.read = null;
    this.epoch = 0;
    this.running = false;
    this.#busy = this.#busy.finally(() => {
      this.#free();
    });
  }

  /** Another machine, before it has learned anything; `runs`: it begins at once, `pause`: so long between portions. */
  begin(task: Task, pause: number | null): void {
    const mine = ++this.#latest;
    this.task = task;
    this.epoch = 0;
    this.read = null;
    this.error = null;
    this.running = pause !== null;
    const before = this.#busy;
    this.#busy = (async () => {
      await before;
      if (mine !== this.#latest) return;
      this.#free();
      const ready = await engine.get();
      const { images, labels, count } = lotOf(task.material.shown, task.counts);
      this.#data = await ready.dataset(images, { shape: [count, pixels], labels });
      this.rbm = await ready.rbm({ visible: pixels, hidden, labels: 2, seed: task.seed });
      this.#training = await this.rbm.training(this.#data, { ...options, epochs, seed: task.seed });
      if (pause !== null) await this.#run(mine, pause);
    })().catch((error: unknown) => {
      if (mine === this.#latest) this.#fail(error);
    });
  }

  /** Goes on. */
  play(pause: number): void {
    if (this.running || this.done) return;
    this.running = true;
    const mine = this.#latest;
    const before = this.#busy;
    this.#busy = before
      .then(() => this.#run(mine, pause))
      .catch((error: unknown) => {
        if (mine === this.#latest) this.#fail(error);
      });
  }
  pause(): void {
    this.running = false;
  }

  async #run(mine: number, pause: number): Promise<void> {
    while (mine === this.#latest && this.running && !this.done) {
      const began = performance.now();
      await this.#step(mine);
      const rest = pause - (performance.now() - began);
      if (rest > 0 && !this.done) await new Promise((resolve) => setTimeout(resolve, rest));
    }
    if (mine === this.#latest) this.running = false;
  }

  async #step(mine: number): Promise<void> {
    const { task, rbm } = this;
    const training = this.#training;
    if (!task || !rbm || !training) return;
    const { epoch } = await training.run({ epochs: portion });
    const held = lotOf(task.material.heldBack);
    const read = held.count > 0 ? Array.from(await rbm.predict(held.images)) : [];
    if (mine !== this.#latest) return;
    this.epoch = epoch;
    this.read = read;
  }

  #fail(error: unknown): void {
    this.error = error;
    this.running = false;
  }

  #free(): void {
    try {
      this.#training?.dispose();
      this.#data?.dispose();
      this.rbm?.dispose();
    } catch {
      // With an engine that is lost they are gone already.
    }
    this.#training = null;
    this.#data = null;
    this.rbm = null;
  }
}
