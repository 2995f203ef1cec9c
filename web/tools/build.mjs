// npm run build [engine] [package] [reference] [site] [--single-file]: builds what its inputs say is not up to date,
// all but the single file where nothing is named. Each part needs those before it.

import { createHash } from 'node:crypto';
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import { bold, dim, Failure, isMain, main, megabytes, note, run } from './log.mjs';
import { fromRoot, jobs, root } from './paths.mjs';
import { finishPackage } from './package.mjs';
import { makeReference } from './reference.mjs';
import { setUp } from './setup.mjs';
import { makeSingleFile } from './single-file.mjs';

const node = process.execPath;
const configuration = ['package.json', 'package-lock.json', 'tsconfig.base.json'];

const parts = {
  engine: {
    title: 'Engine: WebAssembly with SIMD, and with SIMD and threads',
    inputs: [
      'cpp/include',
      'cpp/src',
      'cpp/cmake',
      'CMakeLists.txt',
      'CMakePresets.json',
      // The module is dealt out to its parts by what these call.
      'web/lib/models',
      'web/lib/native.ts',
      ...['finish-glue', 'first-calls', 'parts', 'wasm-format'].map((tool) => `web/tools/${tool}.mjs`),
      'package-lock.json',
    ],
    outputs: 'web/lib/engine',
    async build() {
      for (const preset of ['simd', 'threads']) await compile(preset);
    },
  },
  package: {
    title: 'Package: dist/lib',
    inputs: ['web/lib', 'web/tools/package.mjs', ...configuration],
    outputs: 'dist/lib',
    async build() {
      rmSync(fromRoot('dist/lib'), { recursive: true, force: true });
      await run(node, [fromRoot('node_modules/typescript/bin/tsc'), '-p', fromRoot('web/lib/tsconfig.json')]);
      cpSync(fromRoot('web/lib/engine'), fromRoot('dist/lib/engine'), { recursive: true });
      await finishPackage(fromRoot('dist/lib'));
    },
  },
  reference: {
    title: 'Reference: dist/reference',
    inputs: ['web/lib', 'cpp/include', 'web/tools/reference.mjs', ...configuration],
    outputs: 'dist/reference',
    async build() {
      await makeReference(fromRoot('dist/reference'));
    },
  },
  site: {
    title: 'Site: dist/site',
    inputs: ['web/lib', 'web/site', 'web/docs', 'models', 'dist/reference', ...configuration],
    outputs: 'dist/site',
    async build() {
      const vite = fromRoot('node_modules/vite/bin/vite.js');
      await run(node, [vite, 'build', '--config', fromRoot('web/site/vite.config.ts'), '--logLevel', 'warn']);
      note(`${(size(fromRoot('dist/site')) / 1e6).toFixed(1)} MB in dist/site`);
      pack(fromRoot('dist/site'));
      cpSync(fromRoot('dist/reference'), fromRoot('dist/site/reference'), { recursive: true });
    },
  },
  'single-file': {
    title: 'Single file: dist/wakesleep.html',
    inputs: ['web/lib', 'web/site', 'web/docs', 'models', 'dist/lib', 'web/tools/single-file.mjs', ...configuration],
    outputs: 'dist/wakesleep.html',
    async build() {
      const file = fromRoot('dist/wakesleep.html');
      await makeSingleFile(file);
      note(`${megabytes(statSync(file).size)}; a double click opens it, from any disk`);
    },
  },
};

/** What a part needs built before it. */
const needs = {
  engine: [],
  package: ['engine'],
  reference: ['engine'],
  site: ['engine', 'reference'],
  'single-file': ['engine', 'package'],
};
const usual = Object.keys(parts).filter((name) => name !== 'single-file');

/** Builds these parts and those that they need. The set-up must have run. */
export async function build(wanted = usual) {
  const unknown = wanted.filter((name) => !parts[name]);
  if (unknown.length > 0)
    throw new Failure(`There is no part "${unknown[0]}"; there are ${Object.keys(parts).join(', ')}.`);
  const chosen = Object.keys(parts).filter((name) =>
    wanted.some((other) => other === name || needs[other].includes(name)),
  );
  for (const name of chosen) await buildPart(name, parts[name]);
}

async function buildPart(name, { title, inputs, outputs, build: make }) {
  const stamp = fromRoot('build/stamps', `${name}.json`);
  const before = fingerprint(inputs);
  const last = existsSync(stamp) ? JSON.parse(readFileSync(stamp, 'utf8')) : {};
  if (last.inputs === before && existsSync(fromRoot(outputs)) && last.outputs === fingerprint([outputs])) {
    console.log(`${bold(title)} ${dim('is up to date')}`);
    return;
  }
  console.log(bold(title));
  rmSync(stamp, { force: true });
  await make();
  mkdirSync(dirname(stamp), { recursive: true });
  writeFileSync(stamp, JSON.stringify({ inputs: before, outputs: fingerprint([outputs]) }));
}

/** Configures a CMake preset and builds it, or one target of it. */
export async function compile(preset, target) {
  await run('cmake', ['--preset', preset, '--log-level=WARNING'], { cwd: root, quiet: true });
  const only = target ? ['--target', target] : [];
  await run('cmake', ['--build', '--preset', preset, '--parallel', String(jobs), ...only], { cwd: root });
}

/** A hash of these files and of all files in these folders: their names and contents. */
function fingerprint(paths) {
  const hash = createHash('sha256');
  for (const path of paths) {
    for (const file of files(fromRoot(path)))
      hash
        .update(`${file.slice(root.length)}\0`)
        .update(readFileSync(file))
        .update('\0');
  }
  return hash.digest('hex');
}

function files(path) {
  const info = statSync(path, { throwIfNoEntry: false });
  if (!info) return [];
  if (!info.isDirectory()) return [path];
  return readdirSync(path)
    .sort()
    .flatMap((name) => files(join(path, name)));
}

/**
 * Puts brotli and gzip beside each file that gets smaller by a tenth or more, as servers send them. Weights don't, and
 * travel with a length that progress can be told by.
 */
export function pack(folder) {
  const patient = 4e6; // bytes beyond which brotli's best takes too long
  for (const file of files(folder)) {
    const bytes = readFileSync(file);
    const quality = bytes.length > patient ? 9 : constants.BROTLI_MAX_QUALITY;
    const params = { [constants.BROTLI_PARAM_QUALITY]: quality, [constants.BROTLI_PARAM_LGWIN]: 22 };
    const packed = { gz: gzipSync(bytes, { level: 9 }), br: brotliCompressSync(bytes, { params }) };
    if (packed.gz.length > 0.9 * bytes.length) continue;
    for (const [ending, as] of Object.entries(packed)) writeFileSync(`${file}.${ending}`, as);
  }
}

const size = (folder) => files(folder).reduce((sum, file) => sum + statSync(file).size, 0);

if (isMain(import.meta.url)) {
  await main(async () => {
    await setUp();
    const wanted = process.argv.slice(2).map((name) => name.replace(/^--(?=single-file$)/, ''));
    await build(wanted.length > 0 ? wanted : undefined);
  });
}
