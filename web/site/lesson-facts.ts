/**
 * What each lesson's component says that Teach has to know, which shows no figure: `virtual:lesson-facts` is it as a
 * module.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

export interface LessonFacts {
  /** Which choice of its question happens. */
  right: number;
  /** What of its figure an address tells: the names of the fields of its `Kept`. */
  fields: string[];
}

/** By the lessons' names, from the folder of the lessons. */
export function lessonFacts(folder: string): Record<string, LessonFacts> {
  const sources = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.svelte'));
      return files.map((file) => ({ name, source: readFileSync(join(folder, name, file), 'utf8') }));
    });
  return Object.fromEntries(
    sources.flatMap(({ name, source }) => {
      const right = /<Lesson\s[^]*?\bright=\{(\d+)\}/.exec(source)?.[1];
      const kept = /\bnew Kept\('\w+', \{\n([^]*?)\n {2}\}\)/.exec(source)?.[1] ?? '';
      const fields = [...kept.matchAll(/^ {4}(\w+)(?::|,$)/gm)].flatMap(([, field]) => field ?? []);
      return right === undefined ? [] : [[name, { right: Number(right), fields }]];
    }),
  );
}

export function lessonFactsModule(folder: string): Plugin {
  const name = 'virtual:lesson-facts';
  return {
    name: 'wakesleep-lesson-facts',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(lessonFacts(folder))};` : undefined),
  };
}
