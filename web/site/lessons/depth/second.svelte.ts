/** The second machine as it learns, in the engine: it is shown features, as often as the data cause them. */
import type { Dataset, Engine, Rbm } from 'wakesleep';
import { engine, lost } from '../../state/engine.svelte';
import { arraysOf, hidden, type Parameters } from '../learning/bars';
import type { Run } from '../learning/run.svelte';
import { above, allCodes, bound, codeCount, firstOf, optionsOf, prior, transposed, type First } from './stack';

export type Start = 'transpose' | 'random';

export interface Point {
  machine: Parameters;
  logPrior: Float64Array;
  bound: number;
}

export interface Learned {
  first: First;
  points: readonly Point[];
}

export class Second {
  learned = $state.raw<Learned | null>(null);
  failed = $state.raw<unknown>(null);
  readonly #below: Parameters;
  readonly #start: Start;
  readonly #seed: number;
  #left = false;
  readonly #length: { steps: number; every: number };

  constructor(below: Parameters, start: Start, seed: number, length: { steps: number; every: number }) {
    [this.#below, this.#start, this.#seed, this.#length] = [below, start, seed, length];
    void this.#work();
  }

  /** Another try, after it has failed. */
  begin(): void {
    this.failed = null;
    void this.#work();
  }

  /** Ends it: nobody looks at it any more. */
  leave(): void {
    this.#left = true;
  }

  async #work(): Promise<void> {
    // Who asks for it while something is derived changes nothing there.
    await Promise.resolve();
    try {
      await this.#learn(await engine.get());
    } catch (error) {
      lost(error);
      this.failed = error;
    }
  }

  async #learn(ready: Engine): Promise<void> {
    const first = firstOf(this.#below);
    let [rbm, codes]: [Rbm | null, Dataset | null] = [null, null];
    const points: Point[] = [];
    const { steps, every } = this.#length;
    try {
      rbm = await ready.rbm({ visible: hidden, hidden: above, seed: this.#seed });
      if (this.#start === 'transpose') {
        await rbm.setParameters(arraysOf(transposed(this.#below)));
      }
      codes = await ready.dataset(Float32Array.from(allCodes.flat()), { shape: [codeCount, hidden] });
      for (let step = 0; !this.#left; step += every) {
        const { W, b, c } = await rbm.parameters();
        const machine = { W: W.data, b: b.data, c: c.data };
        const logPrior = prior(machine);
        points.push({ machine, logPrior, bound: bound(first, logPrior) });
        if (step === steps) {
          this.learned = { first, points };
          return;
        }
        await rbm.train(codes, { ...optionsOf(first.caused), epochs: every });
      }
    } finally {
      rbm?.dispose();
      codes?.dispose();
    }
  }
}

/** Those that a figure has asked for: each is computed once, and ends with the component that it is made in. */
export class Seconds {
  readonly #made: Record<string, Second> = {};
  readonly #length: { steps: number; every: number };

  constructor(length: { steps: number; every: number }) {
    this.#length = length;
    $effect(() => () => {
      for (const one of Object.values(this.#made)) one.leave();
    });
  }

  /** On the run of that seed; null while that still learns. */
  get(run: Run, start: Start, seed: number): Second | null {
    const last = run.points.at(-1);
    if (!run.complete || !last) return null;
    return (this.#made[`${start}/${String(seed)}`] ??= new Second(last.machine, start, seed, this.#length));
  }
}
