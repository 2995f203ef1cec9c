/** The page's training, the runs before it and the user's drawings: they outlive a visit to another page. */
import { engine } from '../../state/engine.svelte';
import { Drawings } from './drawings.svelte';
import { KeptRuns } from './runs.svelte';
import { TrainSession } from './session.svelte';

export const drawings = new Drawings();
export const runs = new KeptRuns();
export const session = new TrainSession(
  () => engine.get(),
  () => drawings.choice,
  (run) => {
    runs.keep(run);
  },
);

// What still learns when the tab is closed is kept as far as its curves go.
addEventListener('pagehide', () => {
  if (session.run) runs.keep(session.run);
});
