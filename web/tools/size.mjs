// npm run size: what a page downloads of the package, each part against its budget, and what takes the room in the
// WebAssembly modules. Fails where a budget is not kept. `npm test -- check` runs it.

import { existsSync, readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { build as bundle } from 'vite';
import { build } from './build.mjs';
import { bold, dim, Failure, green, isMain, main, red } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** Bytes after gzip. */
const budgets = { module: 250_000, javascript: 25_000 };
const most = 20; // groups that are listed

const presets = ['simd', 'threads'];
const zipped = (bytes) => gzipSync(bytes, { level: 9 }).length;
const kilobytes = (bytes) => `${(bytes / 1000).toFixed(1)} KB`.padStart(9);

/** Builds the package and measures it. */
export async function size() {
  await build(['package']);
  const parts = presets.map((preset) => {
    const bytes = readFileSync(fromRoot(`web/lib/engine/wakesleep-${preset}.wasm`));
    return { what: `wakesleep-${preset}.wasm`, bytes: zipped(bytes), budget: budgets.module };
  });
  parts.push({ what: 'JavaScript', bytes: await javascript(), budget: budgets.javascript });
  for (const { what, bytes, budget } of parts) {
    const kept = bytes <= budget;
    console.log(`${kept ? green('kept    ') : red('exceeded')} ${what.padEnd(24)} ${kilobytes(bytes)} of ${kilobytes(budget)}`);
  }
  for (const preset of presets) list(preset);
  const exceeded = parts.filter(({ bytes, budget }) => bytes > budget);
  if (exceeded.length > 0)
    throw new Failure(`More than its budget, after gzip: ${exceeded.map(({ what }) => what).join(', ')}.`);
}

/** What a bundler makes of the package for a page that loads the engine with threads, but for Node's and the other glue. */
async function javascript() {
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
  const needed = output.filter(({ fileName }) => fileName.endsWith('.js') && !fileName.includes('wakesleep-simd'));
  // The glue is there for the worker, and once more for the threads that it starts: the same file for a cache.
  const contents = new Set(needed.map((file) => ('code' in file ? file.code : Buffer.from(file.source).toString())));
  return [...contents].reduce((sum, text) => sum + zipped(text), 0);
}

/** The parts of a module, the largest first: functions by what they belong to, and data. */
function list(preset) {
  const glue = fromRoot(`build/${preset}/glue/wakesleep-${preset}`);
  if (!existsSync(`${glue}.js.symbols`)) return;
  const names = new Map(
    readFileSync(`${glue}.js.symbols`, 'utf8')
      .split('\n')
      .map((line) => [Number(line.slice(0, line.indexOf(':'))), line.slice(line.indexOf(':') + 1)]),
  );
  const { functions, data } = sections(readFileSync(`${glue}.wasm`));
  const groups = new Map([['data', { bytes: data, count: 1 }]]);
  for (const { index, bytes } of functions) {
    const group = groupOf(names.get(index) ?? '?');
    const { bytes: before, count } = groups.get(group) ?? { bytes: 0, count: 0 };
    groups.set(group, { bytes: before + bytes, count: count + 1 });
  }
  console.log(bold(`\nwakesleep-${preset}.wasm, before gzip`));
  for (const [group, { bytes, count }] of [...groups].sort(([, a], [, b]) => b.bytes - a.bytes).slice(0, most))
    console.log(`${kilobytes(bytes)}  ${group} ${dim(count > 1 ? `(${count} functions)` : '')}`);
}

/** The class, or else the namespace, of a function's name. */
function groupOf(name) {
  const own = /wakesleep::(?:\(anonymous namespace\)::)?(\w+(?:::(?:\(anonymous namespace\)::)?\w+)?)/.exec(name);
  if (name.includes('emscripten::')) return 'embind';
  if (own) {
    const [first, second] = own[1].split('::');
    return `wakesleep::${/^[a-z]/.test(first) && second && /^[A-Z]/.test(second) ? `${first}::${second}` : first}`;
  }
  return /\b(std|Eigen|__cxxabiv1)::/.exec(name)?.[1] ?? 'the runtime';
}

/** The sizes of a module's functions, by their number, and of its data. */
function sections(bytes) {
  let at = 8;
  const number = () => {
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++];
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
  };
  const text = () => void (at += number());
  const limits = () => {
    const flags = bytes[at++];
    number();
    if (flags & 1) number();
  };
  /** What follows the kind of an import, by kind: function, table, memory, global, tag. */
  const skip = [
    () => number(),
    () => (at++, limits()),
    limits,
    () => void (at += 2),
    () => (at++, number()),
  ];
  const found = { functions: [], data: 0 };
  let imported = 0;
  while (at < bytes.length) {
    const section = bytes[at++];
    const end = number() + at;
    if (section === 2) {
      for (let left = number(); left > 0; --left) {
        text();
        text();
        const kind = bytes[at++];
        skip[kind]();
        if (kind === 0) ++imported;
      }
    } else if (section === 10) {
      const count = number();
      for (let i = 0; i < count; ++i) {
        const length = number();
        found.functions.push({ index: imported + i, bytes: length });
        at += length;
      }
    } else if (section === 11) found.data = end - at;
    at = end;
  }
  return found;
}

if (isMain(import.meta.url)) await main(size);
