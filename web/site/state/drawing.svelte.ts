/** A drawing in the making: strokes in a square of side 1, or a picture that was put there. */
import type { Point } from '../../lib/elements/strokes';

/** 28 x 28 in [0, 1]. */
export type Picture = Float32Array;

interface Snapshot {
  strokes: readonly (readonly Point[])[];
  picture: Picture | null;
  /** Whether the page made it, and nobody drew. */
  given: boolean;
}

const blank: Snapshot = { strokes: [], picture: null, given: false };
const mostUndone = 100;

export class Drawing {
  #now = $state.raw<Snapshot>(blank);
  #before = $state.raw<readonly Snapshot[]>([]);
  #open = $state(false);

  get strokes(): readonly (readonly Point[])[] {
    return this.#now.strokes;
  }
  get picture(): Picture | null {
    return this.#now.picture;
  }
  get given(): boolean {
    return this.#now.given;
  }
  readonly empty: boolean = $derived(this.#now.strokes.length === 0 && this.#now.picture === null);
  readonly undoable: boolean = $derived(this.#before.length > 0);
  /** Whether a stroke is being drawn. */
  get drawing(): boolean {
    return this.#open;
  }

  /** Starts a stroke. A picture makes room for it. */
  begin(point: Point): void {
    this.#change({ strokes: [...this.#now.strokes, [point]], picture: null, given: false });
    this.#open = true;
  }

  extend(points: readonly Point[]): void {
    const last = this.#now.strokes.at(-1);
    if (!this.#open || !last) return;
    this.#now = { strokes: [...this.#now.strokes.slice(0, -1), [...last, ...points]], picture: null, given: false };
  }

  end(): void {
    this.#open = false;
  }

  /** Puts a picture in place of the drawing. */
  show(picture: Picture): void {
    this.end();
    this.#change({ strokes: [], picture, given: true });
  }

  /** Puts strokes in place of the drawing, as if they had been drawn. */
  write(strokes: Snapshot['strokes']): void {
    this.end();
    this.#change({ strokes, picture: null, given: true });
  }

  clear(): void {
    this.end();
    if (!this.empty) this.#change(blank);
  }

  /** Takes back the last stroke, picture or clearing. */
  undo(): void {
    this.end();
    const last = this.#before.at(-1);
    if (!last) return;
    this.#now = last;
    this.#before = this.#before.slice(0, -1);
  }

  #change(next: Snapshot): void {
    this.#before = [...this.#before.slice(1 - mostUndone), this.#now];
    this.#now = next;
  }
}
