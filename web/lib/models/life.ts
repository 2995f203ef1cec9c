// Objects in the engine's memory, which no garbage collector sees.
import { dispose, disposed } from '../errors.js';

/** The engine's life, known to all that live in it. */
export interface Life {
  ended: boolean;
}

/** Holds an object of the engine until it is disposed. */
export class Handle<N extends { delete(): void }> {
  #native: N | null;

  constructor(
    readonly what: string,
    native: N,
    readonly life: Life,
  ) {
    this.#native = native;
  }

  /**
   * The engine's object, or a WakesleepError 'disposed'. Asked for anew in every piece of work, as either may have
   * gone.
   */
  get native(): N {
    if (this.life.ended) throw disposed('engine');
    if (!this.#native) throw disposed(this.what);
    return this.#native;
  }

  dispose(): void {
    if (!this.life.ended) this.#native?.delete();
    this.#native = null;
  }

  [dispose](): void {
    this.dispose();
  }
}
