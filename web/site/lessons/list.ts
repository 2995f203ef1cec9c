/**
 * The lessons, in the order in which they are read. A lesson is the folder of its name, and its line here; its title
 * and its insight stand in the catalogues around the lessons (messages/), its texts in its own.
 */
import type { Component } from 'svelte';
import type { NetName } from '../state/engine.svelte';
import type { Words } from './messages/en.ts';

export type LessonName = keyof Words['lessons'];

/** A lesson's own component takes its texts: the default export of `NAME/messages/en.ts`. */
interface Entry {
  name: LessonName;
  /** The trained networks that it opens. */
  nets?: readonly NetName[];
  load: () => Promise<{ default: Component<{ t: never }> }>;
}

export const lessons: readonly Entry[] = [
  { name: 'energy', load: () => import('./energy/Energy.svelte') },
  { name: 'chance', load: () => import('./chance/Chance.svelte') },
  { name: 'learning', load: () => import('./learning/Learning.svelte') },
  { name: 'features', nets: ['twos-rbm'], load: () => import('./features/Features.svelte') },
  { name: 'restriction', load: () => import('./restriction/Restriction.svelte') },
  { name: 'depth', load: () => import('./depth/Depth.svelte') },
  { name: 'explaining', load: () => import('./explaining/Explaining.svelte') },
  { name: 'recognition', nets: ['digits-dbn'], load: () => import('./recognition/Recognition.svelte') },
  { name: 'dreaming', nets: ['digits-rbm', 'digits-dbn'], load: () => import('./dreaming/Dreaming.svelte') },
  {
    name: 'wakesleep',
    nets: ['strokes-dbn', 'strokes-up-down-dbn'],
    load: () => import('./wakesleep/Wakesleep.svelte'),
  },
  { name: 'codes', nets: ['digits-code2', 'digits-code30', 'digits-pca'], load: () => import('./codes/Codes.svelte') },
  { name: 'completion', nets: ['digits-rbm'], load: () => import('./completion/Completion.svelte') },
  { name: 'quality', load: () => import('./quality/Quality.svelte') },
  { name: 'feedback', nets: ['digits-dbm'], load: () => import('./feedback/Feedback.svelte') },
  { name: 'yours', load: () => import('./yours/Yours.svelte') },
];
