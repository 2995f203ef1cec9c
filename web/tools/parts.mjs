// Makes two parts of the linked module: the functions that web/tools/first-calls.mjs uses, with all that they may call
// directly, and the rest, which the first call that needs it brings. Binaryen's wasm-split does the work.

import { execFileSync, spawnSync } from 'node:child_process';
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** What the engine is compiled for (CMakeLists.txt). No references: a second table would need newer browsers. */
const features = [
  'simd',
  'exception-handling',
  'bulk-memory',
  'sign-ext',
  'nontrapping-float-to-int',
  'mutable-globals',
];

const most = 1 << 28; // bytes that a program may print

/**
 * The bytes of both parts. `named`: the module, with its functions' names; `nodeGlue`: what runs it; `work`: a folder
 * for this; `binaryen`: where its programs are.
 */
export async function inParts({ build, named, nodeGlue, work, binaryen }) {
  rmSync(work, { recursive: true, force: true });
  mkdirSync(join(work, 'engine'), { recursive: true });
  const inWork = (file) => join(work, file);
  const wasm = inWork(`engine/wakesleep-${build}.wasm`);
  const threads = build === 'threads' ? ['threads'] : [];
  const tool = (name, ...given) =>
    execFileSync(join(binaryen, name), given, { encoding: 'utf8', maxBuffer: most, stdio: ['ignore', 'pipe', 'pipe'] });
  const wasmSplit = (...given) =>
    tool('wasm-split', ...[...features, ...threads].map((feature) => `--enable-${feature}`), ...given);

  await bundleCalls(inWork('first-calls.mjs'));
  // What is lacking is said at once: a thread that fails is not heard before its engine ends.
  const lacking = 'require("fs").writeSync(2, new Error("The first part lacks this:").stack + "\\n")';
  const glue = nodeGlue.replace('new XMLHttpRequest', lacking);
  if (glue === nodeGlue) throw new Failure('The glue does not ask for its second part.');
  writeFileSync(inWork(`engine/wakesleep-${build}.node.js`), glue);
  const calls = (what) => runCalls(inWork('first-calls.mjs'), what, build, work);

  copyFileSync(named, wasm);
  calls('files');
  wasmSplit('--instrument', named, '-o', wasm);
  calls('record');
  const recorded = namesAfter('+ ', wasmSplit(named, `--print-profile=${inWork('profile')}`));
  const graph = tool('wasm-opt', '-all', '-q', named, '--print-call-graph', '-o', inWork('unused.wasm'));
  const kept = withCallees([...recorded, ...kernels(graph)], graph);
  writeFileSync(inWork('kept.txt'), [...kept].join('\n') + '\n');
  const names = ['--placeholder-namespace=p', '--import-namespace=q', '--export-prefix=%'];
  const outputs = ['-o1', wasm, '-o2', inWork('second.wasm')];
  const split = (...more) => wasmSplit(named, `--keep-funcs=@${inWork('kept.txt')}`, ...names, ...outputs, ...more);
  split('-g');
  calls('prove');
  split();
  return { first: readFileSync(wasm), second: readFileSync(inWork('second.wasm')) };
}

/** The calls and the library's sources in one file, beside which the engine is looked for. */
async function bundleCalls(file) {
  const { rolldown } = await import('rolldown');
  const bundle = await rolldown({
    input: fromRoot('web/tools/first-calls.mjs'),
    logLevel: 'warn',
    platform: 'node',
    external: /\/engine\/wakesleep-/,
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  });
  await bundle.write({ file, codeSplitting: false });
}

function runCalls(script, ...given) {
  // (Threads that lack a function may wait for ever.)
  const { status, stderr, error } = spawnSync(process.execPath, ['--stack-trace-limit=100', script, ...given], {
    encoding: 'utf8',
    timeout: 600_000,
  });
  if (status === 0 && stderr === '') return;
  const said = stderr.split('\n').filter((line) => line.length < 1000);
  throw new Failure(
    `The first part's calls (${given[0]}) failed: ${error?.message ?? ''}\n${said.slice(0, 30).join('\n')}`,
  );
}

function namesAfter(mark, text) {
  const names = text
    .split('\n')
    .filter((line) => line.startsWith(mark))
    .map((line) => line.slice(mark.length).trim());
  if (names.length === 0) throw new Failure(`wasm-split has listed no function with ${JSON.stringify(mark)}.`);
  return names;
}

/**
 * The products whole: which of their functions a call needs hangs on the model's size, and on the way of cutting it up
 * that has its turn.
 */
function kernels(graph) {
  const all = functionsOf(graph).filter((name) => /::(add_block|add_group|add_chunk|list_values|multiply)</.test(name));
  if (all.length === 0) throw new Failure('No function of the module is a kernel by its name.');
  return all;
}

const functionsOf = (graph) => [...graph.matchAll(/^ {2}"(.*)" \[style="filled"/gm)].map(([, name]) => name);

/** These functions, those that the glue calls, and all that any of them calls directly, and so on. */
function withCallees(names, graph) {
  const callees = new Map();
  for (const [, caller, callee] of graph.matchAll(/^ {2}"(.*)" -> "(.*)";/gm)) {
    if (!callees.has(caller)) callees.set(caller, []);
    callees.get(caller).push(callee);
  }
  if (callees.size === 0) throw new Failure('wasm-opt has printed no calls.');
  const exported = [...graph.matchAll(/^ {2}"(.*)" \[style="filled", fillcolor="gray"\];/gm)].map(([, name]) => name);
  if (exported.length === 0) throw new Failure('wasm-opt has printed no exports.');
  const threads = [...callees.keys()].filter((name) => name.includes('__thread_proxy'));
  const kept = new Set([...names, ...exported, ...threads]);
  for (const name of kept) for (const callee of callees.get(name) ?? []) kept.add(callee);
  return kept;
}
