/** The digits that a reader can choose from: an example of each, and the drawing of their own. */
import { labelCount } from '../state/labels';
import { drawing, examples, seen } from '../state/sketch.svelte';
import { type Levels, rounded } from './digits';

export class Digits {
  /** The first example of each; null until it is there. */
  readonly examples: readonly (Float32Array | null)[] = $derived.by(() =>
    Array.from({ length: labelCount }, (_, label) => {
      const found = examples.all.find((one) => one.label === label);
      return found ? this.#made(found.pixels) : null;
    }),
  );
  readonly ready: boolean = $derived(this.examples.every((one) => one !== null));
  /** What the reader drew, as an address can tell it; null until they have. */
  readonly own: Float32Array | null = $derived.by(() =>
    seen.current && seen.pixels && !drawing.empty && !drawing.given ? rounded(seen.pixels, this.#levels) : null,
  );
  readonly #levels: Levels;
  readonly #made: (grey: Float32Array) => Float32Array;

  /** `made` is what becomes of an example's grey values. */
  constructor(levels: Levels, made: (grey: Float32Array) => Float32Array = (grey) => grey) {
    this.#levels = levels;
    this.#made = made;
  }

  /** On their way, where they are not there yet. */
  load(): Promise<void> {
    return examples.load();
  }
}
