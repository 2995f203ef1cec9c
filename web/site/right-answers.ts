/**
 * Which choice of each lesson's question happens stands in the lesson's component. `virtual:right-answers` is all of
 * them as a module, for the worksheets, which show no figure.
 */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Plugin } from 'vite';

/** By the lessons' names, from the folder of the lessons. */
export function rightAnswers(folder: string): Record<string, number> {
  const sources = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory())
    .flatMap(({ name }) => {
      const files = readdirSync(join(folder, name)).filter((file) => file.endsWith('.svelte'));
      return files.map((file) => ({ name, source: readFileSync(join(folder, name, file), 'utf8') }));
    });
  return Object.fromEntries(
    sources.flatMap(({ name, source }) => {
      const right = /<Lesson\s[^]*?\bright=\{(\d+)\}/.exec(source)?.[1];
      return right === undefined ? [] : [[name, Number(right)]];
    }),
  );
}

export function rightAnswersModule(folder: string): Plugin {
  const name = 'virtual:right-answers';
  return {
    name: 'wakesleep-right-answers',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load: (id) => (id === `\0${name}` ? `export default ${JSON.stringify(rightAnswers(folder))};` : undefined),
  };
}
