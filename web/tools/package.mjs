// What the package has beside what the compiler writes: the worker's script in one piece, the copies for where files
// can't be had, and the licences of what is compiled into the engine.

import { cpSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { Failure } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** Works on the folder in which the compiled library and its engine are. */
export async function finishPackage(folder) {
  // Not at the top: the set-up, which is imported with this, comes before the packages are there.
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: join(folder, 'worker.js'),
    logLevel: 'warn',
    platform: 'browser',
    plugins: [withoutNode],
    // The script asks for no file, and nothing is left that would need its own address.
    transform: { define: { 'import.meta.url': 'undefined' } },
  });
  const { output } = await bundle.generate({ format: 'iife', codeSplitting: false, minify: true });
  const [{ code }] = output;
  const left = /import\.meta|\bimport\s*\(|\bexport\s/.exec(code);
  if (output.length !== 1 || left) throw new Failure(`The worker's script is not in one piece: ${left?.[0]}`);
  writeFileSync(join(folder, 'worker.js'), code);
  const copy = (name, what) =>
    writeFileSync(join(folder, 'inline', `${name}.js`), `export const ${name} = ${JSON.stringify(what)};\n`);
  cpSync(fromRoot('web/lib/licenses.txt'), join(folder, 'licenses.txt'));
  copy('worker', code);
  const packed = (file) => gzipSync(readFileSync(join(folder, 'engine', file)), { level: 9 }).toString('base64');
  copy('wasm', { first: packed('wakesleep-simd.wasm'), rest: packed('wakesleep-simd-rest.wasm') });
}

/** What the library knows of Node is not for a worker in a browser. */
const withoutNode = {
  name: 'without-node',
  load: (id) =>
    id.endsWith('/lib/node.js') ? 'export const inNode = false; export const builtin = () => null;' : null,
};
