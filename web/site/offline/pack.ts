/** What can be kept for a class or left out: lessons, and pages beside the course, by their trained networks. */
import { lessons, type LessonName } from '../lessons/list';
import type { NetName } from '../state/engine.svelte';

interface Part {
  name: LessonName | 'pages';
  nets: readonly NetName[];
}
export type PartName = Part['name'];

const pages: Part = { name: 'pages', nets: ['digits-dbn', 'twos-rbm', 'threes-rbm', 'digits-rbm'] };
export const parts: readonly Part[] = [pages, ...lessons.map(({ name, nets = [] }) => ({ name, nets }))];

/** The networks that none but these parts open. */
export function netsOfOnly(out: readonly PartName[]): NetName[] {
  const needed = new Set(parts.flatMap(({ name, nets }) => (out.includes(name) ? [] : nets)));
  return [...new Set(parts.flatMap(({ nets }) => nets))].filter((net) => !needed.has(net));
}

/** The parts that lack one of these networks. */
export const partsWithout = (nets: readonly string[]): PartName[] =>
  parts.filter((part) => part.nets.some((net) => nets.includes(net))).map(({ name }) => name);
