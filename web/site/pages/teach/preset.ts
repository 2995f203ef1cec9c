/** A lesson as a class shall find it: what the form makes, and what its link and its worksheet's address tell. */
import facts from 'virtual:lesson-facts';
import { hashOf, whole, type Told } from '../../lessons/address';
import { controls, languages, type Controls } from '../../lessons/course.svelte';
import type { LessonName } from '../../lessons/list';

export interface Preset {
  lesson: LessonName;
  /** The state of its figure, as its address tells it. */
  figure: readonly Told[];
  language: string;
  controls: Controls;
  presented: boolean;
}

/** What of an address is not the state of a figure. */
const own = ['lesson', 'in', 'controls', 'present', 'lang'];
const stateIn = (query: URLSearchParams): Told[] => [...query].filter(([name]) => !own.includes(name));
const knows = (lesson: LessonName, name: string): boolean => facts[lesson]?.fields.includes(name) ?? false;

/** The state of a lesson's figure in an address. */
export const figureOf = (lesson: LessonName, query: URLSearchParams): Told[] =>
  stateIn(query).filter(([name]) => knows(lesson, name));

/** Names in an address that the lesson's figure does not know. */
export const strangeIn = (lesson: LessonName, query: URLSearchParams): string[] =>
  stateIn(query).flatMap(([name]) => (knows(lesson, name) ? [] : name));

export const presetOf = (lesson: LessonName, query: URLSearchParams, language: string): Preset => ({
  lesson,
  figure: figureOf(lesson, query),
  language: languages.find((one) => one === query.get('in')) ?? language,
  controls: controls.find((one) => one === query.get('controls')) ?? 'all',
  presented: query.has('present'),
});

/** What an address of Teach tells of it, in a page of this language. */
export function told({ figure, language, controls, presented }: Preset, pageLanguage: string): Told[] {
  const all = [...figure];
  if (language !== pageLanguage) all.push(['in', language]);
  if (controls !== 'all') all.push(['controls', controls]);
  if (presented) all.push(['present', 'question']);
  if (pageLanguage !== languages[0]) all.push(['lang', pageLanguage]);
  return all;
}

/** The whole address for the class. */
export const linkOf = ({ lesson, figure, language, controls, presented }: Preset): string =>
  whole(
    hashOf(`#/learn/${lesson}`, [
      ...figure,
      ...(language === languages[0] ? [] : [['lang', language] as const]),
      ...(controls === 'all' ? [] : [['controls', controls] as const]),
      ...(presented ? [['present', 'question'] as const] : []),
    ]),
  );

/** A file on a disk has no address that a phone could open. */
export const reachable = /^https?:/.test(location.protocol);
