// npm run size: what a page downloads of the package, each part against its budget. Fails where one is not kept.
// `npm test -- check` runs it.

import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build } from './build.mjs';
import { Failure, green, isMain, main, red } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** Bytes after gzip. */
const budgets = { '': 205_000, '-rest': 246_000, javascript: 47_500, elements: 10_000 };

const presets = ['simd', 'threads'];
const zipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);

/** Builds the package and measures it. */
export async function size() {
  await build(['package']);
  // What a page needs at once of the module, and what the first call that needs it brings.
  const parts = presets.flatMap((preset) =>
    ['', '-rest'].map((part) => {
      const what = `wakesleep-${preset}${part}.wasm`;
      return { what, bytes: zipped(readFileSync(fromRoot('web/lib/engine', what))), budget: budgets[part] };
    }),
  );
  parts.push({ what: 'JavaScript', bytes: await javascript(), budget: budgets.javascript });
  // Beside the engine's, which comes when an element is near the viewport.
  parts.push({ what: 'Elements', bytes: await elements(), budget: budgets.elements });
  for (const { what, bytes, budget } of parts) {
    const kept = bytes <= budget;
    console.log(
      `${kept ? green('kept    ') : red('exceeded')} ${what.padEnd(27)} ${kilobytes(bytes)} of ${kilobytes(budget)}`,
    );
  }
  const exceeded = parts.filter(({ bytes, budget }) => bytes > budget);
  if (exceeded.length > 0)
    throw new Failure(`More than its budget, after gzip: ${exceeded.map(({ what }) => what).join(', ')}.`);
}

/** What a bundler makes of the package for a page that loads the engine with threads. */
async function javascript() {
  // npm test loads this file before there are packages.
  const { build: bundle } = await import('vite');
  const { output } = await bundle({
    configFile: false,
    root: fromRoot('.'),
    logLevel: 'error',
    worker: { format: 'es' },
    build: {
      write: false,
      target: 'es2022',
      modulePreload: { polyfill: false },
      rollupOptions: { input: fromRoot('dist/lib/index.js'), preserveEntrySignatures: 'strict' },
    },
  });
  const chunks = new Map(output.filter(({ type }) => type === 'chunk').map((chunk) => [chunk.fileName, chunk]));
  // What the page's module imports at once, and the worker's script; copies for where files can't be had come later.
  const needed = new Set([...chunks.values()].filter(({ isEntry }) => isEntry));
  for (const chunk of needed) for (const name of chunk.imports) needed.add(chunks.get(name));
  const workers = output.filter(({ type, fileName }) => type === 'asset' && fileName.endsWith('.js'));
  const texts = [
    ...[...needed].map(({ code }) => code),
    ...workers.map(({ source }) => Buffer.from(source).toString()),
  ];
  return texts.reduce((sum, text) => sum + zipped(text), 0);
}

/** The own script of the custom elements. */
async function elements() {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: fromRoot('dist/lib/elements.js'),
    logLevel: 'warn',
    external: /\/index\.js$/,
  });
  const { output } = await bundle.generate({ format: 'es', minify: true });
  return output.reduce((sum, { code }) => sum + zipped(code), 0);
}

if (isMain(import.meta.url)) await main(size);
