// Gibbs chains: samples once, or frame after frame of a dream.
import type { NativeBoltzmann, NativeChains } from '../native.js';
import type { DreamFrame, DreamOptions, GibbsOptions, Label, Rows, Samples, Tensor } from '../types.js';
import { floatsOf, integer, number, options, seedGiven, wrongType } from '../validate.js';
import { Handle, type Life } from './life.js';
import type { Table } from './table.js';
import { compute, type Task } from './task.js';

export type GibbsOptionsCore = Omit<GibbsOptions, 'signal'>;
export type DreamOptionsCore = Omit<DreamOptions, 'signal'>;

/** What a dream asks of its chains, wherever they are. */
export interface Chains {
  frame(options: { stepsPerFrame?: number; temperature?: number; signal?: AbortSignal }): Promise<DreamFrame>;
  startFrom(x: Float32Array | Tensor): Promise<void>;
  clamp(label: Label | Label[]): Promise<void>;
  dispose(): void;
}

export const chainsMembers = {
  frame: { options: 0 },
  startFrom: 'method',
  clamp: 'method',
} as const satisfies Table<Chains>;

/** What chains need of their model. */
interface Sampled {
  readonly kind: string;
  readonly visible: number;
  readonly labels: number;
  readonly life: Life;
  readonly native: Pick<NativeBoltzmann, 'chains'>;
  own(chains: ChainsCore): void;
  disown(chains: ChainsCore): void;
}

export const mostChains = 2 ** 20;
export const mostSteps = 1_000_000;
const ofChains = ['chains', 'temperature', 'clamp', 'label', 'words', 'start', 'seed', 'tempering'] as const;
export const ofSample = [...ofChains, 'steps'] as const satisfies readonly (keyof GibbsOptionsCore)[];
export const ofDream = [...ofChains, 'stepsPerFrame'] as const satisfies readonly (keyof DreamOptionsCore)[];

export function temperatureOf(value: unknown): number {
  // Below a millionth the inputs of the units would leave the range of float32.
  return number('temperature', value, { atLeast: 1e-6, atMost: 1e6 }, 1);
}

export class ChainsCore extends Handle<NativeChains> {
  readonly kind = 'chains';
  readonly chains: number;

  constructor(
    private readonly model: Sampled,
    given: Omit<GibbsOptionsCore, 'steps'>,
  ) {
    const count = integer('chains', given.chains, 1, mostChains, 1);
    const seed = seedGiven(given.seed);
    const { words } = given;
    const tempering: unknown = given.tempering;
    if (tempering !== undefined && typeof tempering !== 'string')
      throw wrongType('tempering', "'ladder' or 'stacked'", tempering);
    super('dream', model.native.chains(count, seed, words, tempering), model.life);
    this.chains = count;
    try {
      if (given.start !== undefined) this.#start(given.start, 'start');
      if (given.clamp !== undefined) this.#clampVisible(given.clamp);
      if (given.label !== undefined) this.clamp(given.label);
    } catch (error) {
      this.dispose();
      throw error;
    }
    model.own(this);
  }

  /** Starts anew at these images: one for all chains, or one each. */
  startFrom(x: Float32Array | Tensor): void {
    this.#start(x, 'x');
  }

  clamp(label: Label | Label[]): void {
    const { labels } = this.model;
    if (labels === 0) throw new TypeError('label needs a model with label units, and this one has none');
    const list: unknown[] = Array.isArray(label) ? label : [label];
    if (list.length !== 1 && list.length !== this.chains) {
      throw new RangeError(`label must be one for all chains or ${this.chains}, one each, not ${list.length}`);
    }
    const numbers = list.map((one) => (one === null ? -1 : integer('label', one, 0, labels - 1)));
    this.native.clampLabels(Int32Array.from(numbers));
  }

  *samples(steps: number, temperature: number): Task<Samples> {
    return yield* compute(this.native.advance(steps, temperature), this);
  }

  *frame(given: { stepsPerFrame?: number; temperature?: number }): Task<DreamFrame> {
    const steps = integer('stepsPerFrame', given.stepsPerFrame, 1, mostSteps, 1);
    const samples = yield* this.samples(steps, temperatureOf(given.temperature));
    return { ...samples, steps: this.native.steps() };
  }

  override dispose(what?: string): void {
    this.model.disown(this);
    super.dispose(what);
  }

  #start(x: Rows, name: string): void {
    this.native.start(this.#rows(name, x), this.model.visible, name);
  }

  #rows(name: string, x: Rows): Float32Array {
    const floats = floatsOf(name, x, this.model.visible);
    const rows = floats.length / this.model.visible;
    if (rows !== 1 && rows !== this.chains) {
      throw new RangeError(`${name} must be one row or ${this.chains}, one a chain, not ${rows}`);
    }
    return floats;
  }

  #clampVisible(clamp: NonNullable<GibbsOptions['clamp']>): void {
    const { values, mask } = options<NonNullable<GibbsOptions['clamp']>>('clamp', clamp, ['values', 'mask']);
    if (values === undefined) throw wrongType('clamp.values', 'a Float32Array', values);
    if (mask === undefined) throw wrongType('clamp.mask', 'a Float32Array', mask);
    const [held, which] = [this.#rows('clamp.values', values), this.#rows('clamp.mask', mask)];
    this.native.clamp(which, held, this.model.visible);
  }
}
