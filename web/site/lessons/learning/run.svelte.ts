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

export class Run {
  /** The machine at first, and after every so many steps. */
  points = $state.raw<readonly Point[]>([]);
  failed = $state.raw<unknown>(null);
  readonly complete: boolean = $derived.by(() => this.points.length > this.#steps / this.#every);
  readonly #rule: Rule;
  readonly #seed: number;
  readonly #steps: number;
  readonly #every: number;
  #left = false;

  /** `steps` of learning, a multiple of `every`. */
  constructor(rule: Rule, seed: number, { steps, every }: { steps: number; every: number }) {
    [this.#rule, this.#seed, this.#steps, this.#every] = [rule, seed, steps, every];
    void this.#work();
  }

  /** Another try, after it has failed. */
  begin(): void {
    this.failed = null;
    void this.#work();
  }

  async #work(): Promise<void> {
    // Who asks for a run while something is derived changes nothing there.
    await Promise.resolve();
    try {
      await this.#learn(await engine.get());
    } catch (error) {
      lost(error);
      this.failed = error;
    }
  }

  /** Ends it: nobody looks at it any more. */
  leave(): void {
    this.#left = true;
  }

  async #learn(ready: Engine): Promise<void> {
    let [rbm, data]: [Rbm | null, Dataset | null] = [null, null];
    const points: Point[] = [];
    try {
      rbm = await ready.rbm({ visible: pixels, hidden, seed: this.#seed });
      data = await ready.dataset({ kind: 'bars-and-stripes', size: 3 });
      for (let step = 0; !this.#left; step += this.#every) {
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

/** The runs that a figure has asked for: each is computed once, and ends with the component that it is made in. */
export class Runs {
  readonly #made: Record<string, Run> = {};
  readonly #length: { steps: number; every: number };

  constructor(length: { steps: number; every: number }) {
    this.#length = length;
    $effect(() => () => {
      for (const run of Object.values(this.#made)) run.leave();
    });
  }

  get(rule: Rule, seed: number): Run {
    const key = `${rule}/${String(seed)}`;
    return (this.#made[key] ??= new Run(rule, seed, this.#length));
  }
}
