/**
 * Parallel tempering through the package: chains of one machine at several temperatures, neighbours of which are
 * exchanged now and then. A machine at temperature T is the machine with all its parameters divided by T. Images v and
 * v' at neighbouring temperatures are exchanged with the probability
 *
 *   min(1, exp(F(v) + F'(v') - F(v') - F'(v))),
 *
 * F and F' the free energies at the two temperatures, so that each keeps its own distribution.
 */
import type { Dream, RbmParameters, Tensor } from 'wakesleep';

/** What is asked of a machine, in the worker or beside it. */
type Maybe<T> = T | Promise<T>;
interface Machine {
  freeEnergy(x: Float32Array): Maybe<Tensor>;
  dream(options: { chains: number; stepsPerFrame: number; seed: number; start: Float32Array }): {
    next(): Maybe<Awaited<ReturnType<Dream['next']>>>;
    startFrom(x: Float32Array): void;
    return?(): unknown;
  };
}

/** Gibbs steps between exchanges. */
export const stride = 5;
/** Temperatures of the ladder. */
export const rungs = 6;

/** Equal ratios from 1 to the highest. */
export const ladder = (highest: number): number[] =>
  Array.from({ length: rungs }, (_, rung) => highest ** (rung / (rungs - 1)));

const divided = ({ data }: Tensor, temperature: number): Float32Array => data.map((value) => value / temperature);

/** The parameters of the machine at a temperature. */
export const heated = ({ W, b, c }: Pick<RbmParameters, 'W' | 'b' | 'c'>, temperature: number) => ({
  W: divided(W, temperature),
  b: divided(b, temperature),
  c: divided(c, temperature),
});

/** A number from 0 to below 1 of its own for each pair of temperatures in each sweep (the mixing of MurmurHash3). */
export function coin(seed: number, sweep: number, pair: number): number {
  let mixed = Math.imul(seed, 0x9e3779b1) ^ Math.imul(sweep + 1, 0x85ebca6b) ^ Math.imul(pair + 1, 0xc2b2ae35);
  for (const factor of [0x85ebca6b, 0xc2b2ae35]) mixed = Math.imul(mixed ^ (mixed >>> 15), factor);
  return ((mixed ^ (mixed >>> 16)) >>> 0) / 2 ** 32;
}

export interface Sweep {
  /** Means of the pixels: of the chain alone, then a temperature each. */
  images: Float32Array[];
  /** Which chain is at each temperature after the exchanges, by where it began. */
  at: number[];
  /** Pairs that were tried and those that were exchanged, by the lower one. */
  tried: number[];
  swapped: number[];
}

export class Exchange {
  sweeps = 0;
  readonly #machines: readonly Machine[];
  readonly #dreams: ReturnType<Machine['dream']>[];
  readonly #seed: number;
  readonly #at: number[];

  /** The machine at each temperature, coldest first; all chains begin at that image, as one without exchanges does. */
  constructor(machines: readonly Machine[], start: Float32Array, seed: number) {
    this.#machines = machines;
    this.#seed = seed;
    const begin = (machine: Machine, chain: number) =>
      machine.dream({ chains: 1, stepsPerFrame: stride, seed: 1000 * seed + chain, start });
    const alone = machines[0] ? [begin(machines[0], 0)] : [];
    this.#dreams = [...alone, ...machines.map((machine, rung) => begin(machine, rung + 1))];
    this.#at = machines.map((_, rung) => rung);
  }

  /** Some Gibbs steps of every chain, and the exchanges of every other pair of neighbours. */
  async next(): Promise<Sweep> {
    const frames = (await Promise.all(this.#dreams.map((dream) => dream.next()))).map(({ value }) => value as Frame);
    const states = frames.slice(1).map((frame) => frame.states.data);
    const tried: number[] = [];
    for (let low = this.sweeps % 2; low + 1 < rungs; low += 2) tried.push(low);
    const gains = await Promise.all(tried.map((low) => this.#gain(low, states)));
    const swapped = tried.filter((low, i) => Math.log(coin(this.#seed, this.sweeps, low)) < (gains[i] ?? -Infinity));
    for (const low of swapped) {
      const [one, other] = [states[low], states[low + 1]];
      if (!one || !other) continue;
      this.#dreams[low + 1]?.startFrom(other);
      this.#dreams[low + 2]?.startFrom(one);
      this.#at.splice(low, 2, ...this.#at.slice(low, low + 2).reverse());
    }
    this.sweeps += 1;
    return { images: frames.map((frame) => frame.images.data), at: [...this.#at], tried, swapped };
  }

  end(): void {
    for (const dream of this.#dreams) dream.return?.();
  }

  async #gain(low: number, states: readonly Float32Array[]): Promise<number> {
    const [cold, hot] = [this.#machines[low], this.#machines[low + 1]];
    const [one, other] = [states[low], states[low + 1]];
    if (!cold || !hot || !one || !other) return -Infinity;
    const both = new Float32Array(one.length * 2);
    both.set(one);
    both.set(other, one.length);
    const [F, G] = await Promise.all([cold.freeEnergy(both), hot.freeEnergy(both)]);
    return (F.data[0] ?? 0) + (G.data[1] ?? 0) - (F.data[1] ?? 0) - (G.data[0] ?? 0);
  }
}

interface Frame {
  images: Tensor;
  states: Tensor;
}
