// The names of the course's lessons, in the order in which they are read. Their list imports components, which no test
// does outside a browser.
import { readFileSync } from 'node:fs';

const list = readFileSync(new URL('../web/site/lessons/list.ts', import.meta.url), 'utf8');
export const lessons: readonly string[] = [...list.matchAll(/name: '([\w-]+)'/g)].map(([, name]) => name!);
