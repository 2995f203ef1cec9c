// Dreams: frames of chains, which their reader asks for one by one.
import type { Chains } from '../models/chains.js';
import type { Dream, DreamFrame, DreamOptions, Label, Rows, Tensor } from '../types.js';
import { isTensor } from '../validate.js';
import { onAbort } from './aborts.js';
import type { SyncDream, Synchronous } from './synchronous.js';

/** What comes later must not change what was handed over. */
const copyOf = (x: Rows): Float32Array | Tensor =>
  isTensor(x) ? { data: x.data.slice(), shape: [...x.shape] } : Float32Array.from(x);

/** The consumer asks for each frame, so the worker never runs ahead of what is drawn. */
export class RemoteDream implements Dream {
  readonly [Symbol.toStringTag] = 'Dream';
  temperature: number;
  stepsPerFrame: number;
  readonly #begin: () => Promise<Chains>;
  readonly #signal: AbortSignal | undefined;
  readonly #forget: () => void;
  #chains: Promise<Chains> | null = null;
  #ended = false;
  #label: { held: Label | Label[] } | null = null;
  #start: Float32Array | Tensor | null = null;
  /** Until the frame asked for last is there: the worker would let the slices of two of them take turns. */
  #last = Promise.resolve();

  constructor(begin: () => Promise<Chains>, options: DreamOptions, signal: AbortSignal | undefined) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
    this.#begin = begin;
    this.#signal = signal;
    this.#forget = onAbort(signal, () => this.#end());
  }

  clamp(label: Label | Label[]): void {
    this.#label = { held: label };
  }

  startFrom(x: Rows): void {
    this.#start = copyOf(x);
  }

  next(): Promise<IteratorResult<DreamFrame>> {
    const { temperature, stepsPerFrame } = this;
    const [start, label] = [this.#start, this.#label];
    this.#start = this.#label = null;
    const frame = this.#last.then(async (): Promise<IteratorResult<DreamFrame>> => {
      this.#signal?.throwIfAborted();
      if (this.#ended) return { done: true, value: undefined };
      try {
        this.#chains ??= this.#begin();
        const chains = await this.#chains;
        // All are sent at once and answered in order: a refused label or image ends the dream, as a refused frame does.
        const before: Promise<void>[] = [];
        if (start) before.push(chains.startFrom(start));
        if (label) before.push(chains.clamp(label.held));
        const asked = chains.frame({ temperature, stepsPerFrame, signal: this.#signal });
        const [value] = await Promise.all([asked, ...before]);
        return { done: false, value };
      } catch (error) {
        this.#end();
        throw error;
      }
    });
    const settled = (): void => undefined;
    this.#last = frame.then(settled, settled);
    return frame;
  }

  return(): Promise<IteratorResult<DreamFrame>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#ended = true;
    this.#forget();
    const chains = this.#chains;
    this.#chains = null;
    chains?.then(
      (begun) => begun.dispose(),
      () => undefined,
    );
  }
}

export class LocalDream implements SyncDream {
  readonly [Symbol.toStringTag] = 'Dream';
  temperature: number;
  stepsPerFrame: number;
  readonly #chains: Synchronous<Chains>;
  #ended = false;

  constructor(chains: Synchronous<Chains>, options: DreamOptions) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
    this.#chains = chains;
  }

  clamp(label: Label | Label[]): void {
    this.#chains.clamp(label);
  }

  startFrom(x: Rows): void {
    this.#chains.startFrom(copyOf(x));
  }

  next(): IteratorResult<DreamFrame> {
    if (this.#ended) return { done: true, value: undefined };
    const { temperature, stepsPerFrame } = this;
    return { done: false, value: this.#chains.frame({ temperature, stepsPerFrame }) };
  }

  return(): IteratorResult<DreamFrame> {
    this.#ended = true;
    this.#chains.dispose();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}
