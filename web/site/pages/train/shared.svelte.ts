/** The page's one training and the user's drawings: they outlive a visit to another page of the site. */
import { engine } from '../../state/engine.svelte';
import { Drawings } from './drawings.svelte';
import { TrainSession } from './session.svelte';

export const drawings = new Drawings();
export const session = new TrainSession(
  () => engine.get(),
  () => drawings.choice,
);
