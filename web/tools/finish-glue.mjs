// node finish-glue.mjs <folder of the linker's output> <name> <folder for the finished files> <Binaryen's folder>
// CMake calls this after linking. It makes two parts of the module, and what emcc wrote ready to be bundled, and
// refuses what it does not know.

import { copyFileSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, main } from './log.mjs';
import { inParts } from './parts.mjs';
import { withMemory, withoutNames } from './wasm-format.mjs';

/** 32 MB, and 2 GB, beyond which addresses have a sign. web/lib/memory.ts holds what users may ask for. */
const [fewestPages, mostPages] = [512, 32768];

await main(async () => {
  const [from, name, to, binaryen] = process.argv.slice(2);
  const build = name.replace('wakesleep-', '');
  const threads = build === 'threads';
  const read = (file) => readFileSync(join(from, file), 'utf8');

  // Both glues are for the same module: only then may they share one file.
  const named = join(from, `${name}.wasm`);
  const [web, node] = ['wasm', 'node.wasm'].map((end) => withoutNames(readFileSync(join(from, `${name}.${end}`))));
  if (!web.equals(node)) {
    throw new Failure(`${name}.wasm and ${name}.node.wasm differ: the environment has changed the module.`);
  }
  const withSecondPart = (glue) => {
    let text = replaceOnce(glue, 'return{a:wasmImports}', 'return{a:wasmImports,p:secondPart.imports}');
    // embind takes each function out of the table when it is called: by then it may be another one, and to take out
    // hundreds when the engine starts costs milliseconds.
    const entry = 'return getWasmTableEntry(rawFunction)';
    text = replaceOnce(text, entry, 'return(...args)=>wasmTable.get(rawFunction)(...args)');
    if (!threads) return text;
    text = replaceOnce(
      text,
      'wasmMemory,wasmModule})',
      'wasmMemory,wasmModule,secondPart:Module["wakesleepSecondPart"]})',
    );
    const received = 'wasmMemory=msgData.wasmMemory;';
    return replaceOnce(text, received, `${received}Module["wakesleepSecondPart"]=msgData.secondPart;`);
  };
  const nodeGlue = withSecondPart(replaceAll(read(`${name}.node.js`), `${name}.node.wasm`, `${name}.wasm`));

  // The library hands the bytes over and starts threads by its own script. Addresses that bundlers would follow are
  // taken out: what they made of them would lie in each bundle, unused, and a script that starts itself stops some.
  let webGlue = withSecondPart(read(`${name}.js`));
  webGlue = replaceOnce(webGlue, `new URL("${name}.wasm",import.meta.url).href`, `"${name}.wasm"`);
  webGlue = replaceOnce(webGlue, 'var _scriptName = import.meta.url', 'var _scriptName = ""');
  // Pages have no process, and a bundler that finds the word installs one.
  webGlue = replaceOnce(
    webGlue,
    'var ENVIRONMENT_IS_NODE=typeof process=="object"&&typeof process.versions=="object"&&' +
      'typeof process.versions.node=="string"&&process.type!="renderer";',
    'var ENVIRONMENT_IS_NODE=false;',
  );
  if (threads) {
    webGlue = replaceOnce(
      webGlue,
      `new Worker(new URL("${name}.js",import.meta.url),workerOptions)`,
      'Module["wakesleepThread"]()',
    );
  }

  const roomFor = (glue, second) => replaceOnce(glue, 'WAKESLEEP_SECOND_PART', String(second));
  const work = join(from, '../parts');
  const parts = await inParts({ build, named, nodeGlue: roomFor(nodeGlue, 0), work, binaryen });
  const [first, second] = [parts.first, parts.second].map((part) =>
    threads ? withMemory(part, fewestPages, mostPages) : part,
  );

  mkdirSync(to, { recursive: true });
  writeFileSync(join(to, `${name}.js`), roomFor(webGlue, second.length));
  writeFileSync(join(to, `${name}.node.js`), roomFor(nodeGlue, second.length));
  writeFileSync(join(to, `${name}.wasm`), first);
  writeFileSync(join(to, `${name}-rest.wasm`), second);
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
