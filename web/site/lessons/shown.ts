/** What a lesson can do with the figure in it, which tells it here. */
import { getContext, setContext } from 'svelte';

interface Shown {
  /** All as it was at first. */
  reset?: (() => void) | undefined;
}
const key = Symbol('shown');

export const showsFigure = (): Shown => setContext<Shown>(key, {});
/** Where there is no lesson around the figure nobody asks. */
export const tellLesson = (shown: Shown): void => {
  Object.assign(getContext<Shown | undefined>(key) ?? {}, shown);
};
