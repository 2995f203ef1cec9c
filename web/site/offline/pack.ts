/** What can be kept for a class or left out: lessons, and pages beside the course, by their trained networks. */
import { lessons, type LessonName } from '../lessons/list';
import type { NetName } from '../state/engine.svelte';
import type { State } from './protocol';

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

/** The networks that come with this part, or go with it, while those others are out: none but it opens them then. */
export const netsOfOne = (name: PartName, out: readonly PartName[]): NetName[] => {
  const without = netsOfOnly(out.filter((one) => one !== name));
  return netsOfOnly([...out, name]).filter((net) => !without.includes(net));
};

/** What opens without a network: no part, unless all that is no network is kept, as it is with a pack. */
export function partsKept({ all, kept, nets }: Pick<State, 'all' | 'kept' | 'nets'>): PartName[] {
  const bytesOf = (some: State['nets'][string][]): number => some.reduce((sum, { bytes }) => sum + bytes, 0);
  const of = Object.values(nets);
  if (kept - bytesOf(of.filter((net) => net.kept)) < all - bytesOf(of)) return [];
  return parts.filter((part) => part.nets.every((net) => nets[net]?.kept)).map(({ name }) => name);
}
