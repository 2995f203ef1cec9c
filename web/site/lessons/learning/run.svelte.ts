/** A machine that learns bars and stripes by a rule, in the engine, and what it was on its way. */
import type { Dataset, Engine, Rbm } from 'wakesleep';
import { engine, lost } from '../../state/engine.svelte';
import { hidden, landscape, pixels, reconstructionError, type Parameters } from './bars';
import { optionsOf, type Rule } from './rules';

export interface Point {
  machine: Parameters;
  /** As of {@link landscape}. */
  logLikelihood: number;
  logZ: number;
  error: number;
}

/** How long something learns, and how often it is looked at on the way: `steps` is a multiple of `every`. */
export interface Length {
  steps: number;
  every: number;
}

/** What learns in the engine from when it is made until it is left. */
export abstract class Learner {
  failed = $state.raw<unknown>(null);
  protected left = false;

  constructor() {
    void this.#work();
  }

  /** Another try, after it has failed. */
  begin(): void {
    this.failed = null;
    void this.#work();
  }

  /** Ends it: nobody looks at it any more. */
  leave(): void {
    this.left = true;
  }

  protected abstract learn(ready: Engine): Promise<void>;

  async #work(): Promise<void> {
    // Who asks for it while something is derived changes nothing there, and it is not whole before.
    await Promise.resolve();
    try {
      await this.learn(await engine.get());
    } catch (error) {
      lost(error);
      this.failed = error;
    }
  }
}

/** Those that a figure has asked for: each is made once, and ends with the component that it is made in. */
export class Made<T extends Learner> {
  readonly #made: Record<string, T> = {};

  constructor() {
    $effect(() => () => {
      for (const one of Object.values(this.#made)) one.leave();
    });
  }

  get(name: string, make: () => T): T {
    return (this.#made[name] ??= make());
  }
}

export class Run extends Learner {
  /** The machine at first, and after every so many steps. */
  points = $state.raw<readonly Point[]>([]);
  readonly complete: boolean = $derived.by(() => this.points.length > this.#steps / this.#every);
  readonly #rule: Rule;
  readonly #seed: number;
  readonly #steps: number;
  readonly #every: number;

  constructor(rule: Rule, seed: number, { steps, every }: Length) {
    super();
    [this.#rule, this.#seed, this.#steps, this.#every] = [rule, seed, steps, every];
  }

  protected async learn(ready: Engine): Promise<void> {
    let [rbm, data]: [Rbm | null, Dataset | null] = [null, null];
    const points: Point[] = [];
    try {
      rbm = await ready.rbm({ visible: pixels, hidden, seed: this.#seed });
      data = await ready.dataset({ kind: 'bars-and-stripes', size: 3 });
      for (let step = 0; !this.left; step += this.#every) {
        const { W, b, c } = await rbm.parameters();
        const machine = { W: W.data, b: b.data, c: c.data };
        const { logLikelihood, logZ } = landscape(machine);
        points.push({ machine, logLikelihood, logZ, error: reconstructionError(machine) });
        // Not told of each: the figure has something else to do.
        if (points.length % 10 === 1 || step === this.#steps) this.points = [...points];
        if (step === this.#steps) return;
        await rbm.train(data, { ...optionsOf(this.#rule, this.#seed), epochs: this.#every });
      }
    } finally {
      rbm?.dispose();
      data?.dispose();
    }
  }
}

/** The runs that a figure has asked for. */
export class Runs {
  readonly #made = new Made<Run>();
  readonly #length: Length;

  constructor(length: Length) {
    this.#length = length;
  }

  get(rule: Rule, seed: number): Run {
    return this.#made.get(`${rule}/${String(seed)}`, () => new Run(rule, seed, this.#length));
  }
}
