// The course's lessons in the order in which they are read, and the trained networks that each opens. Their list
// imports components, which no test does outside a browser.
import { readFileSync } from 'node:fs';

const read = (path: string) => readFileSync(new URL(`../web/site/${path}`, import.meta.url), 'utf8');

/** What a source lists as `name: 'NAME', nets: [...]`. */
const listed = (source: string): [name: string, nets: string[]][] =>
  [...source.matchAll(/name: '([\w-]+)'(?:,\s*nets: \[([^\]]*)\])?/g)].map(([, name, nets = '']) => [
    name!,
    [...nets.matchAll(/'([\w-]+)'/g)].map(([, net]) => net!),
  ]);

const list = listed(read('lessons/list.ts'));
export const lessons: readonly string[] = list.map(([name]) => name);
/** The networks of every lesson, and of the `pages` beside the course. */
export const nets = new Map([...list, ...listed(read('offline/pack.ts'))]);
