/** Enlarges what is presented as far as its place has room. */
import type { Attachment } from 'svelte/attachments';

const least = 0.6;
/** Of the place's width: what is as high as it is wide needs less of it. */
const widths = [1, 0.85, 0.7, 0.55];
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
    const set = (zoom: number, width: number): void => {
      element.style.zoom = zoom.toFixed(3);
      element.style.width = `${String(100 * width)}%`;
    };
    const fits = (): boolean =>
      place.scrollHeight <= place.clientHeight + 1 && place.scrollWidth <= place.clientWidth + 1;

    /** The largest at this width, or null. */
    function largest(width: number): number | null {
      let [low, high] = [least, most];
      set(high, width);
      if (fits()) return high;
      set(low, width);
      if (!fits()) return null;
      for (let i = 0; i < 6; ++i) {
        const middle = (low + high) / 2;
        set(middle, width);
        if (fits()) low = middle;
        else high = middle;
      }
      return low;
    }

    function enlarge(): void {
      let best = { zoom: least, width: 1 };
      for (const width of widths) {
        const zoom = largest(width);
        // A little larger is not worth a narrower picture.
        if (zoom !== null && zoom > 1.05 * best.zoom) best = { zoom, width };
      }
      set(best.zoom, best.width);
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
    };
  };
