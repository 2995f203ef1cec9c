/** The second machine as it learns, in the engine: it is shown features, as often as the data cause them. */
import type { Dataset, Engine, Rbm } from 'wakesleep';
import { arraysOf, hidden, type Parameters } from '../learning/bars';
import { Learner, type Length, Made, type Run } from '../learning/run.svelte';
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

export class Second extends Learner {
  learned = $state.raw<Learned | null>(null);
  readonly #below: Parameters;
  readonly #start: Start;
  readonly #seed: number;
  readonly #length: Length;

  constructor(below: Parameters, start: Start, seed: number, length: Length) {
    super();
    [this.#below, this.#start, this.#seed, this.#length] = [below, start, seed, length];
  }

  protected async learn(ready: Engine): Promise<void> {
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
      for (let step = 0; !this.left; step += every) {
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

/** Those that a figure has asked for. */
export class Seconds {
  readonly #made = new Made<Second>();
  readonly #length: Length;

  constructor(length: Length) {
    this.#length = length;
  }

  /** On the run of that seed; null while that still learns. */
  get(run: Run, start: Start, seed: number): Second | null {
    const last = run.points.at(-1);
    if (!run.complete || !last) return null;
    return this.#made.get(`${start}/${String(seed)}`, () => new Second(last.machine, start, seed, this.#length));
  }
}
