// Objects in the engine's memory, which no garbage collector sees.
import { dispose, disposed } from '../errors.js';
import type { Alive } from '../memory.js';
import type { NativeComputation, NativeDataset } from '../native.js';

/** The engine's life, known to all that live in it. */
export interface Life {
  ended: boolean;
  /** What lives in it. */
  readonly alive: Alive;
  /**
   * Whether the memory is half full, and fuller by an eighth of it than when this was last so: then it is time for what
   * nobody holds any more to go.
   */
  crowded(): boolean;
  /** A model from its file, which lives in the same engine. */
  open(bytes: Uint8Array): Handle;
  /** A data set of whole rows of `width` values. */
  rows(values: Float32Array, width: number, labels: Uint16Array): NativeComputation<NativeDataset>;
}

/** Holds an object of the engine until it is disposed. */
export abstract class Handle<N extends { delete(): void } = { delete(): void }> {
  /** Which table of members is its. */
  abstract readonly kind: string;
  #native: N | null;
  #disposed: string;

  /** `what` it is called in errors. */
  constructor(
    readonly what: string,
    native: N,
    readonly life: Life,
  ) {
    this.#native = native;
    this.#disposed = what;
    this.#count(1);
  }

  /**
   * The engine's object, or a WakesleepError 'disposed'. Asked for anew in every piece of work, as either may have
   * gone.
   */
  get native(): N {
    if (this.life.ended) throw disposed('engine');
    if (!this.#native) throw disposed(this.#disposed);
    return this.#native;
  }

  /** Errors of later calls name `what` was disposed. */
  dispose(what = this.what): void {
    if (!this.#native) return;
    if (!this.life.ended) this.#native.delete();
    this.#native = null;
    this.#disposed = what;
    this.#count(-1);
  }

  #count(more: 1 | -1): void {
    const { alive } = this.life;
    const count = (alive.get(this.what) ?? 0) + more;
    if (count > 0) alive.set(this.what, count);
    else alive.delete(this.what);
  }

  /** Becomes the other one, which is then disposed of. */
  protected become(other: Handle<N>): void {
    const { native } = other;
    this.native.delete();
    this.#native = native;
    other.#native = null;
    other.#count(-1);
  }

  [dispose](): void {
    this.dispose();
  }
}
