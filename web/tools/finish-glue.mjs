// node finish-glue.mjs <folder of the linker's output> <name> <folder for the finished files>
// CMake calls this after linking. It makes what emcc wrote ready to be bundled, and refuses what it does not know.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './log.mjs';

/** 32 MB, and 2 GB, beyond which addresses have a sign. web/lib/memory.ts holds what users may ask for. */
const [fewestPages, mostPages] = [512, 32768];

await main(() => {
  const [from, name, to] = process.argv.slice(2);
  const read = (file) => readFileSync(join(from, file), 'utf8');

  // Both glues are for the same module: only then may they share one file.
  if (!readFileSync(join(from, `${name}.wasm`)).equals(readFileSync(join(from, `${name}.node.wasm`)))) {
    throw new Failure(`${name}.wasm and ${name}.node.wasm differ: the environment has changed the module.`);
  }
  const nodeGlue = replaceAll(read(`${name}.node.js`), `${name}.node.wasm`, `${name}.wasm`);

  // The library hands the bytes over and starts threads by its own script. Addresses that bundlers would follow are
  // taken out: what they made of them would lie in each bundle, unused, and a script that starts itself stops some.
  let webGlue = read(`${name}.js`);
  webGlue = replaceOnce(webGlue, `new URL("${name}.wasm",import.meta.url).href`, `"${name}.wasm"`);
  webGlue = replaceOnce(webGlue, 'var _scriptName = import.meta.url', 'var _scriptName = ""');
  let wasm = readFileSync(join(from, `${name}.wasm`));
  if (name.endsWith('-threads')) {
    webGlue = replaceOnce(
      webGlue,
      `new Worker(new URL("${name}.js",import.meta.url),workerOptions)`,
      'Module["wakesleepThread"]()',
    );
    wasm = withMemory(wasm, fewestPages, mostPages);
  }

  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, `${name}.js`), webGlue);
  writeFileSync(join(to, `${name}.node.js`), nodeGlue);
  writeFileSync(join(to, `${name}.wasm`), wasm);
  for (const declarations of [`${name}.d.ts`, `${name}.node.d.ts`]) {
    if (existsSync(join(from, `${name}.d.ts`))) copyFileSync(join(from, `${name}.d.ts`), join(to, declarations));
  }
});

/**
 * The same module, which takes shared memories from so many to so many pages of 64 KB: the linker writes down the one
 * size that it is told, and the library chooses at load. (The binary format: section 2, imports; limits 3, shared.)
 */
function withMemory(wasm, least, most) {
  let at = 8;
  const number = () => {
    for (let value = 0, shift = 0; ; shift += 7) {
      const byte = wasm[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  while (at < wasm.length) {
    const section = at;
    const kind = wasm[at++];
    const length = number();
    const start = at;
    if (kind !== 2) {
      at = start + length;
      continue;
    }
    for (let imports = number(); imports > 0; imports--) {
      for (let names = 2; names > 0; names--) {
        const size = number();
        at += size;
      }
      const what = wasm[at++];
      if (what === 0) number();
      else if (what === 2 && wasm[at] === 3) {
        const limits = ++at;
        number();
        number();
        const body = [wasm.subarray(start, limits), bytesOf(least), bytesOf(most), wasm.subarray(at, start + length)];
        const whole = Buffer.concat(body);
        const rest = wasm.subarray(start + length);
        return Buffer.concat([wasm.subarray(0, section), Buffer.from([2]), bytesOf(whole.length), whole, rest]);
      } else throw new Failure(`The module imports something of kind ${what} before its shared memory.`);
    }
  }
  throw new Failure('The module imports no memory.');
}

/** A number in the format's own form (LEB128). */
function bytesOf(number) {
  const bytes = [];
  for (let left = number; ; left >>>= 7) {
    if (left < 128) return Buffer.from([...bytes, left]);
    bytes.push((left & 127) | 128);
  }
}

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
