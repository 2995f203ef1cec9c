/** Enlarges what is presented as far as its place has room. */
import type { Attachment } from 'svelte/attachments';

const least = 0.6;
/**
 * The shapes that are tried: what is as high as it is wide needs less of the place's width, and what is higher stands
 * in two columns, where the style sheet knows how (`data-columns`).
 */
const shapes = [
  { width: 1, columns: 1, gain: 1 },
  // A little larger is not worth a narrower picture, nor one that is taken apart.
  { width: 0.85, columns: 1, gain: 1.05 },
  { width: 0.7, columns: 1, gain: 1.05 },
  { width: 0.55, columns: 1, gain: 1.05 },
  { width: 1, columns: 2, gain: 1.15 },
];
type Shape = (typeof shapes)[number];
const settleMilliseconds = 100;

/**
 * For an element that is alone in its place, which scrolls: its `zoom` becomes the largest, up to `most`, at which
 * nothing stands out. `again`: what it shows; with another it is fitted anew.
 */
export const fit =
  (most: number, again: unknown): Attachment<HTMLElement> =>
  (element) => {
    void again;
    const place = element.parentElement;
    if (!place) return;
    const set = (zoom: number, { width, columns }: Shape): void => {
      element.style.zoom = zoom.toFixed(3);
      element.style.width = `${String(100 * width)}%`;
      element.dataset.columns = String(columns);
    };
    const fits = (): boolean =>
      place.scrollHeight <= place.clientHeight + 1 && place.scrollWidth <= place.clientWidth + 1;

    /** The largest in this shape, or null. */
    function largest(shape: Shape): number | null {
      let [low, high] = [least, most];
      set(high, shape);
      if (fits()) return high;
      set(low, shape);
      if (!fits()) return null;
      for (let i = 0; i < 6; ++i) {
        const middle = (low + high) / 2;
        set(middle, shape);
        if (fits()) low = middle;
        else high = middle;
      }
      return low;
    }

    function enlarge(): void {
      let best = { zoom: least, shape: shapes[0]! };
      for (const shape of shapes) {
        const zoom = largest(shape);
        if (zoom !== null && zoom > shape.gain * best.zoom) best = { zoom, shape };
      }
      set(best.zoom, best.shape);
    }

    let waiting: ReturnType<typeof setTimeout> | undefined;
    const soon = (): void => {
      clearTimeout(waiting);
      waiting = setTimeout(enlarge, settleMilliseconds);
    };
    let size = '';
    const watched = new ResizeObserver(() => {
      const now = `${String(place.clientWidth)} ${String(place.clientHeight)}`;
      // What moves by itself does not make it larger and smaller all the time: only what has no room does.
      if (now !== size || !fits()) soon();
      size = now;
    });
    enlarge();
    watched.observe(place);
    watched.observe(element);
    return () => {
      watched.disconnect();
      clearTimeout(waiting);
      element.style.zoom = element.style.width = '';
      delete element.dataset.columns;
    };
  };
