/** The chains of the lesson's figure: from a digit on, sweep after sweep, with a record of where they have been. */
import type { Dbn, Rbm } from 'wakesleep';
import { engine, lost } from '../../state/engine.svelte';
import { Exchange, heated, ladder, type Sweep } from './exchange';

export interface Visited extends Omit<Sweep, 'images'> {
  /** What the chain alone shows, and what the coldest one with exchanges shows. */
  labels: readonly [alone: number, cold: number];
}

interface Start {
  rbm: Rbm;
  reader: Dbn;
  digit: Float32Array;
  highest: number;
  seed: number;
}

const pause = (milliseconds: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, milliseconds));

export class Walk {
  record = $state.raw<readonly Visited[]>([]);
  images = $state.raw<readonly Float32Array[]>([]);
  running = $state(false);
  error = $state.raw<unknown>(null);
  /** How many sweeps there are to be; until then they come as fast as they can. */
  goal = $state(0);
  readonly #pace: number;
  readonly #most: number;
  #until: number;
  #start: Start | null = null;
  #exchange: Exchange | null = null;
  #machines: { of: Rbm; highest: number; at: readonly Rbm[] } | null = null;
  #busy = false;
  /** Counts the starts: what belongs to an earlier one is left. */
  #turn = 0;

  /** Sweeps a second, and where it comes to rest. */
  constructor(pace: number, most: number) {
    this.#pace = pace;
    this.#most = this.#until = most;
  }

  get sweeps(): number {
    return this.record.length;
  }

  begin(start: Start, goal: number): void {
    this.#turn += 1;
    this.#start = start;
    this.#leave();
    this.record = [];
    this.error = null;
    this.goal = goal;
    void this.#work();
  }

  /** Runs until paused, or until that many sweeps. */
  play(until = this.#most): void {
    this.#until = Math.min(until, this.#most);
    this.running = true;
    void this.#work();
  }

  pause(): void {
    this.running = false;
  }

  step(): void {
    this.running = false;
    this.goal = Math.min(this.#most, this.sweeps + 1);
    void this.#work();
  }

  end(): void {
    this.pause();
    this.#turn += 1;
    this.#start = null;
    this.#leave();
    if (!this.#busy) this.#free();
  }

  #free(): void {
    for (const machine of this.#machines?.at ?? []) machine.dispose();
    this.#machines = null;
  }

  #leave(): void {
    this.#exchange?.end();
    this.#exchange = null;
  }

  async #heated(rbm: Rbm, highest: number): Promise<readonly Rbm[]> {
    const known = this.#machines;
    if (known?.of === rbm && known.highest === highest) return known.at;
    const [ready, parameters] = await Promise.all([engine.get(), rbm.parameters()]);
    const at = await Promise.all(
      ladder(highest).map(async (temperature) => {
        const machine = await ready.rbm({ visible: rbm.visible, hidden: rbm.hiddenUnits });
        await machine.setParameters(heated(parameters, temperature));
        return machine;
      }),
    );
    for (const machine of known?.at ?? []) machine.dispose();
    this.#machines = { of: rbm, highest, at };
    return at;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    for (;;) {
      const [start, turn] = [this.#start, this.#turn];
      const hurries = this.sweeps < this.goal;
      if (!start || !(hurries || this.running)) break;
      const began = performance.now();
      try {
        await this.#sweep(start, turn);
      } catch (error) {
        // Chains that were left are freed, whatever they were asked for.
        if (turn !== this.#turn) continue;
        this.running = false;
        this.#start = this.#exchange = this.#machines = null;
        if (!lost(error)) this.error = error;
      }
      if (!hurries && turn === this.#turn) await pause(Math.max(0, began + 1000 / this.#pace - performance.now()));
    }
    this.#busy = false;
    if (!this.#start) this.#free();
  }

  async #sweep(start: Start, turn: number): Promise<void> {
    const machines = await this.#heated(start.rbm, start.highest);
    if (turn !== this.#turn) return;
    this.#exchange ??= new Exchange(machines, start.digit, start.seed);
    const { images, ...sweep } = await this.#exchange.next();
    const both = new Float32Array(2 * start.digit.length);
    images.slice(0, 2).forEach((image, i) => {
      both.set(image, i * image.length);
    });
    const [alone = 0, cold = 0] = await start.reader.predict(both);
    if (turn !== this.#turn) return;
    this.images = images;
    this.record = [...this.record, { ...sweep, labels: [alone, cold] }];
    if (this.sweeps >= this.#until) this.running = false;
  }
}
