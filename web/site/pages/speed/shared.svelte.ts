/** The measurement that outlives a visit to another page. */
import { SpeedSession } from './session.svelte';

export const session = new SpeedSession();
