// Dreams: frames of chains, which their reader asks for one by one.
import type { Chains } from '../models/chains.js';
import type { Dream, DreamFrame, DreamOptions, Label } from '../types.js';
import type { SyncDream, Synchronous } from './synchronous.js';

/** The consumer asks for each frame, so the worker never runs ahead of what is drawn. */
export class RemoteDream implements Dream {
  temperature: number;
  stepsPerFrame: number;
  readonly #begin: () => Promise<Chains>;
  readonly #signal: AbortSignal | undefined;
  #chains: Promise<Chains> | null = null;
  #ended = false;
  #label: { held: Label | Label[] } | null = null;
  #start: Float32Array | null = null;

  constructor(begin: () => Promise<Chains>, options: DreamOptions, signal: AbortSignal | undefined) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
    this.#begin = begin;
    this.#signal = signal;
    signal?.addEventListener('abort', this.#end);
  }

  clamp(label: Label | Label[]): void {
    this.#label = { held: label };
  }

  startFrom(x: Float32Array | Float64Array): void {
    this.#start = Float32Array.from(x);
  }

  async next(): Promise<IteratorResult<DreamFrame>> {
    this.#signal?.throwIfAborted();
    if (this.#ended) return { done: true, value: undefined };
    try {
      this.#chains ??= this.#begin();
      const chains = await this.#chains;
      // All are sent at once and answered in order: a refused label or image ends the dream, as a refused frame does.
      const before: Promise<void>[] = [];
      if (this.#start) before.push(chains.startFrom(this.#start));
      if (this.#label) before.push(chains.clamp(this.#label.held));
      this.#start = this.#label = null;
      const { temperature, stepsPerFrame } = this;
      const frame = chains.frame({ temperature, stepsPerFrame, signal: this.#signal });
      const [value] = await Promise.all([frame, ...before]);
      return { done: false, value };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  return(): Promise<IteratorResult<DreamFrame>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  readonly #end = (): void => {
    this.#ended = true;
    this.#signal?.removeEventListener('abort', this.#end);
    const chains = this.#chains;
    this.#chains = null;
    chains?.then(
      (begun) => begun.dispose(),
      () => undefined,
    );
  };
}

export class LocalDream implements SyncDream {
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

  startFrom(x: Float32Array | Float64Array): void {
    this.#chains.startFrom(Float32Array.from(x));
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
