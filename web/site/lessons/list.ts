/**
 * The lessons, in the order in which they are read. A lesson is the folder of its name, and its line here; its title
 * and its insight stand in the catalogues around the lessons (messages/), its texts in its own.
 */
import type { Component } from 'svelte';
import type { Words } from './messages/en.ts';

export type LessonName = keyof Words['lessons'];

/** A lesson's own component takes its texts: the default export of `NAME/messages/en.ts`. */
interface Entry {
  name: LessonName;
  load: () => Promise<{ default: Component<{ t: never }> }>;
}

export const lessons: readonly Entry[] = [
  { name: 'energy', load: () => import('./energy/Energy.svelte') },
  { name: 'chance', load: () => import('./chance/Chance.svelte') },
  { name: 'explaining', load: () => import('./explaining/Explaining.svelte') },
];
