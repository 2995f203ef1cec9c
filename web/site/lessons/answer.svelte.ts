/** What the engine answers. Of several questions that are asked while it works the last counts. */
import type { Engine } from 'wakesleep';
import { latest } from '../../lib/elements/latest';
import { engine, lost } from '../state/engine.svelte';

export class Answer<Question, Found> {
  /** The last that came. */
  value = $state.raw<{ asked: Question; found: Found } | null>(null);
  failed = $state.raw<unknown>(null);
  readonly ask: (question: Question) => void;

  constructor(find: (engine: Engine, question: Question) => Promise<Found>) {
    this.ask = latest(async (asked) => {
      // An effect that asks does not depend on the engine's state.
      await Promise.resolve();
      try {
        this.value = { asked, found: await find(await engine.get(), asked) };
        this.failed = null;
      } catch (error) {
        lost(error);
        this.failed = error;
      }
    });
  }
}
