/** The drawing that all pages share, and how a network trained on MNIST sees it. */
import { Drawing, type Picture } from './drawing.svelte';
import { engine, lost } from './engine.svelte';
import { latest } from '../../lib/elements/latest';
import { steady } from '../../lib/elements/strokes';

type Drawn = Pick<Drawing, 'strokes' | 'picture'>;

export const drawing = new Drawing();

class Seen {
  /** 28 x 28 in [0, 1]; `null` while nothing is drawn. */
  pixels = $state.raw<Float32Array | null>(null);
  /** What of the drawing they were made from. */
  source = $state.raw<Drawn | null>(null);
  /** Whether they are of the drawing as it is now. */
  readonly current: boolean = $derived(
    this.source?.strokes === drawing.strokes && this.source.picture === drawing.picture,
  );
  error = $state.raw<unknown>(null);
}
export const seen = new Seen();

const look = latest(async (source: Drawn) => {
  const { strokes, picture } = source;
  if (strokes.length === 0 && !picture) {
    seen.pixels = null;
    seen.source = source;
    return;
  }
  try {
    const ready = await engine.get();
    const { data } = await ready.preprocessDigit(picture ? { data: picture, width: 28, height: 28 } : steady(strokes));
    seen.pixels = data;
    seen.source = source;
    seen.error = null;
  } catch (error) {
    // A new engine looks at the drawing again.
    if (!lost(error)) seen.error = error;
  }
});

$effect.root(() => {
  $effect(() => {
    if (engine.status === 'ready') look({ strokes: drawing.strokes, picture: drawing.picture });
  });
});

interface Example {
  pixels: Picture;
  label: number;
}

/** Written digits for those who don't draw: from the generator of stroke digits, so that nothing has to be fetched. */
class Examples {
  all = $state.raw<readonly Example[]>([]);
  #next = 0;
  #coming: Promise<void> | null = null;

  load(): Promise<void> {
    this.#coming ??= this.#load().catch((error: unknown) => {
      this.#coming = null;
      lost(error);
    });
    return this.#coming;
  }

  /** Another one each time. */
  async next(): Promise<Example | null> {
    await this.load();
    const example = this.all[this.#next % this.all.length];
    this.#next += 1;
    return example ?? null;
  }

  async #load(): Promise<void> {
    const ready = await engine.get();
    const count = 60;
    const data = await ready.dataset({ kind: 'stroke-digits', count, seed: 7 });
    const [{ data: pixels }, labels] = await Promise.all([data.rows(0, count), data.labels(0, count)]);
    data.dispose();
    this.all = Array.from(labels, (label, i) => ({ label, pixels: pixels.slice(784 * i, 784 * (i + 1)) }));
  }
}
export const examples = new Examples();
