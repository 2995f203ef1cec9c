/** The reader's own digit in a figure: what is read is what the address can tell of it. */
import { untrack } from 'svelte';
import { Drawing } from '../../state/drawing.svelte';
import { drawing as shared } from '../../state/sketch.svelte';
import type { Field } from '../address';
import { isWord, strokesOf, wordOf } from './strokes';

/** None at first. */
export const word: Field<string> = {
  initial: '',
  read: (text) => (isWord(text) ? text : null),
  write: (strokes) => strokes,
};

export class OwnDigit {
  readonly drawing = new Drawing();

  /** To be made while a component is set up. */
  constructor(kept: { values: { d: string } }) {
    const { drawing } = this;
    if (kept.values.d) drawing.write(strokesOf(kept.values.d));
    $effect(() => {
      const drawn = wordOf(drawing.strokes);
      untrack(() => (kept.values.d = drawn));
    });
    $effect(() => {
      const told = kept.values.d;
      untrack(() => {
        if (told !== wordOf(drawing.strokes)) drawing.write(strokesOf(told));
      });
    });
  }

  /** What was drawn on the first page, where nothing has been drawn here. */
  take(): void {
    if (this.drawing.empty && shared.strokes.length > 0) this.drawing.write(shared.strokes);
  }
}
