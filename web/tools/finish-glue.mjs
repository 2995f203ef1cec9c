// node finish-glue.mjs <folder of the linker's output> <name> <folder for the finished files>
// CMake calls this after linking. It makes what emcc wrote ready to be bundled, and refuses what it does not know.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './log.mjs';

await main(() => {
  const [from, name, to] = process.argv.slice(2);
  const read = (file) => readFileSync(join(from, file), 'utf8');

  // Both glues are for the same module: only then may they share one file.
  if (!readFileSync(join(from, `${name}.wasm`)).equals(readFileSync(join(from, `${name}.node.wasm`)))) {
    throw new Failure(`${name}.wasm and ${name}.node.wasm differ: the environment has changed the module.`);
  }
  const nodeGlue = replaceAll(read(`${name}.node.js`), `${name}.node.wasm`, `${name}.wasm`);

  let webGlue = read(`${name}.js`);
  if (name.endsWith('-threads')) {
    // Bundlers must see a worker's options, and emcc keeps them in a variable.
    webGlue = replaceOnce(webGlue, ',workerOptions)', ',{type:"module",name:"em-pthread"})');
  }

  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, `${name}.js`), webGlue);
  writeFileSync(join(to, `${name}.node.js`), nodeGlue);
  copyFileSync(join(from, `${name}.wasm`), join(to, `${name}.wasm`));
  for (const declarations of [`${name}.d.ts`, `${name}.node.d.ts`]) {
    if (existsSync(join(from, `${name}.d.ts`))) copyFileSync(join(from, `${name}.d.ts`), join(to, declarations));
  }
});

function replaceOnce(text, old, replacement) {
  const parts = text.split(old);
  if (parts.length !== 2)
    throw new Failure(`The glue has ${parts.length - 1} times ${JSON.stringify(old)}, where 1 is expected.`);
  return parts.join(replacement);
}

function replaceAll(text, old, replacement) {
  const parts = text.split(old);
  if (parts.length < 2) throw new Failure(`The glue does not have ${JSON.stringify(old)}.`);
  return parts.join(replacement);
}
