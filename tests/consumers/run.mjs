// npm test -- consumers [names]: programs that use the package as people would, from the packed tarball: built by each
// bundler without a setting of its own, and driven in Chromium.

import { execFileSync, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { extname, join } from 'node:path';
import { chromiumArguments, chromiumPath } from '../../web/tools/chromium.mjs';
import { isolationHeaders } from '../../web/tools/headers.mjs';
import { bold, capture, dim, Failure, green, isMain, main, red, run } from '../../web/tools/log.mjs';
import { hasPackages, install } from '../../web/tools/node-packages.mjs';
import { cache, fromRoot, root } from '../../web/tools/paths.mjs';

const here = fromRoot('tests/consumers');
const threads = { build: 'threads' };
const simd = { build: 'simd', threads: 1 };
/** What runs the programs of these scripts in Node's place. */
const runtimes = { bun: 'Bun', deno: 'Deno' };
/** What a custom element is to make of a drawing. */
const drawn = { drawn: '7' };

/**
 * What each is to give: its page with cross-origin isolation, and without (`plain`), or its program in Node. `with`:
 * the version of a package in place of the one in its package.json; `quick`: also in `npm test`.
 */
export const consumers = [
  { name: 'vite', isolated: threads, quick: true },
  { name: 'vite', script: 'dev', plain: simd, quick: true },
  { name: 'vite', script: 'build:models', isolated: threads },
  { name: 'vite', script: 'build:elements', isolated: { ...threads, ...drawn } },
  { name: 'vite', with: { vite: '7.3.8' }, isolated: threads },
  { name: 'vite', with: { vite: '7.3.8' }, script: 'dev', plain: simd },
  { name: 'vite', with: { vite: '6.4.6' }, isolated: threads },
  { name: 'vite', with: { vite: '6.4.6' }, script: 'dev', plain: simd },
  { name: 'vite', with: { vite: '5.4.9' }, isolated: threads },
  { name: 'vite', with: { vite: '5.4.9' }, script: 'dev', plain: simd },
  { name: 'webpack', isolated: threads, plain: simd, quick: true },
  { name: 'webpack', script: 'build:models', isolated: threads },
  { name: 'webpack', script: 'build:elements', isolated: { ...threads, ...drawn }, plain: { ...simd, ...drawn } },
  { name: 'parcel', isolated: threads },
  { name: 'next', isolated: threads },
  { name: 'next', script: 'build:webpack', isolated: threads },
  { name: 'sveltekit', isolated: threads },
  { name: 'esbuild', isolated: simd, plain: simd, quick: true },
  { name: 'esbuild', script: 'build:script', plain: simd },
  { name: 'esbuild', script: 'build:located', isolated: threads },
  { name: 'esbuild', script: 'build:elements', plain: { ...simd, ...drawn } },
  { name: 'rollup', isolated: simd },
  { name: 'rolldown', isolated: simd },
  { name: 'import-map', isolated: threads, plain: simd },
  { name: 'import-map', script: 'elements', isolated: { ...threads, ...drawn }, plain: { ...simd, ...drawn } },
  { name: 'node', script: 'esm', program: { ...threads, bars: 14, shape: '28,28' } },
  { name: 'node', script: 'models', program: threads },
  { name: 'node', script: 'cjs', program: { ...threads, load: 'function' } },
  { name: 'node', script: 'thread', program: threads },
  { name: 'node', script: 'bun', program: { ...threads, bars: 14, shape: '28,28' } },
  { name: 'node', script: 'deno', program: { ...threads, bars: 14, shape: '28,28' } },
  { name: 'jest', script: 'test', program: threads, quick: true },
  { name: 'vitest', script: 'test', program: threads },
  { name: 'python', script: 'start', needs: 'python3', quick: true },
  // The oldest with the types of `using`.
  { name: 'typescript', script: 'check' },
];

const types = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript',
  '.mjs': 'text/javascript',
  '.css': 'text/css',
  '.wasm': 'application/wasm',
  '.json': 'application/json',
};

/** Our packages, and the folders that they are packed from. */
const ours = { wakesleep: '.', 'wakesleep-models': 'models' };

/** Serves files from folders, the first one that has it; a page for main.js where there is none. */
async function serve(folders, headers = {}) {
  const page =
    '<!doctype html><title>Wakesleep</title><link rel="icon" href="data:,">' +
    '<body><script type="module" src="./main.js"></script></body>';
  const server = createServer((request, response) => {
    const { pathname } = new URL(request.url, 'http://localhost');
    const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
    const file = folders
      .map((folder) => join(folder, name))
      .find((path) => existsSync(path) && statSync(path).isFile());
    for (const [key, value] of Object.entries(headers)) response.setHeader(key, value);
    if (file) response.setHeader('Content-Type', types[extname(file)] ?? 'application/octet-stream');
    if (file) response.end(readFileSync(file));
    else if (name === '/index.html') response.setHeader('Content-Type', types['.html']).end(page);
    else response.writeHead(404).end();
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    close: () => (server.close(), server.closeAllConnections()),
  };
}

/** The packages as npm packs them, unpacked. */
function packed() {
  // Not in the checkout, whose package.json and lockfile some programs would take for theirs.
  const folder = mkdtempSync(join(tmpdir(), 'wakesleep-consumers-'));
  for (const [name, from] of Object.entries(ours)) {
    mkdirSync(join(folder, name), { recursive: true });
    const options = { cwd: fromRoot(from), encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] };
    const [{ filename }] = JSON.parse(
      execFileSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], options),
    );
    execFileSync('tar', ['-xzf', join(folder, filename), '-C', join(folder, name), '--strip-components=1']);
  }
  mkdirSync(join(folder, 'models'));
  cpSync(fromRoot('models/digits-dbn.safetensors'), join(folder, 'models/digits.safetensors'));
  return folder;
}

/** The packages of the registry that a consumer names, kept from run to run and for every checkout. */
async function packages(name, manifest) {
  const wanted = JSON.stringify([manifest.dependencies, manifest.devDependencies]);
  const key = createHash('sha256').update(wanted).digest('hex').slice(0, 8);
  const kept = join(cache, 'consumers', `${name}-${key}`);
  const isComplete = (folder) => existsSync(folder) && hasPackages(folder, manifest);
  if (isComplete(kept)) return kept;
  // Under another name until all is there: a run that was stopped, or another one, must not find a part of it.
  mkdirSync(join(cache, 'consumers'), { recursive: true });
  const made = mkdtempSync(join(cache, 'consumers', `${name}-`));
  writeFileSync(join(made, 'package.json'), JSON.stringify({ ...manifest, scripts: {} }));
  await install(['install', '--no-package-lock', '--prefer-offline'], {
    folder: made,
    isInstalled: () => isComplete(made),
    quiet: true,
  });
  mkdirSync(join(made, 'node_modules'), { recursive: true });
  if (isComplete(kept)) rmSync(made, { recursive: true });
  else {
    rmSync(kept, { recursive: true, force: true });
    renameSync(made, kept);
  }
  return kept;
}

/** A folder with a consumer's files and packages. */
async function prepare({ name, with: versions = {} }, from) {
  const manifest = JSON.parse(readFileSync(join(here, name, 'package.json'), 'utf8'));
  for (const group of ['dependencies', 'devDependencies'])
    for (const one of Object.keys(manifest[group] ?? {})) manifest[group][one] = versions[one] ?? manifest[group][one];
  const project = join(from, 'project');
  rmSync(project, { recursive: true, force: true });
  mkdirSync(project);
  const modules = join(await packages(name, manifest), 'node_modules');
  try {
    // By hard links, which take no time.
    execFileSync('cp', ['-al', modules, join(project, 'node_modules')], { stdio: 'ignore' });
  } catch {
    rmSync(join(project, 'node_modules'), { recursive: true, force: true });
    cpSync(modules, join(project, 'node_modules'), { recursive: true, verbatimSymlinks: true });
  }
  for (const one of Object.keys(ours)) cpSync(join(from, one), join(project, 'node_modules', one), { recursive: true });
  cpSync(join(here, 'app'), project, { recursive: true });
  cpSync(join(here, 'app/app.js'), join(project, 'app.mjs'));
  cpSync(join(here, name), project, { recursive: true });
  writeFileSync(join(project, 'package.json'), JSON.stringify(manifest, null, 2));
  return { project, serves: manifest.consumer?.serves ?? '.' };
}

/** What the page of this address comes to, and what it had to fetch for that. */
async function visit(browser, url) {
  const context = await browser.newContext();
  const page = await context.newPage();
  let bytes = 0;
  const console = [];
  page.on('console', (message) => console.push(message.text()));
  page.on('pageerror', (error) => console.push(String(error)));
  context.on('response', (response) => {
    if (!response.url().includes('.safetensors'))
      response.body().then(
        ({ length }) => (bytes += length),
        () => undefined,
      );
  });
  try {
    await page.goto(url);
    const outcome = await page.waitForFunction(() => globalThis.outcome, undefined, { timeout: 60_000 });
    return { ...(await outcome.jsonValue()), bytes };
  } catch (error) {
    return { error: `${error.message.split('\n')[0]}; console: ${console.join(' | ')}` };
  } finally {
    await context.close();
  }
}

/** A development server, which says where it is. */
async function develop(project) {
  const child = spawn('npm', ['run', 'dev'], { cwd: project, detached: true });
  const close = () => process.kill(-child.pid);
  const url = await new Promise((resolve, reject) => {
    let said = '';
    const hear = (text) => {
      said += String(text).replace(/\x1b\[\d+m/g, '');
      const [found] = /http:\/\/localhost:\d+\//.exec(said) ?? [];
      if (found) resolve(found);
    };
    child.stdout.on('data', hear);
    child.stderr.on('data', hear);
    child.on('exit', () => reject(new Failure(said)));
  });
  return { url, close };
}

const missing = (outcome, expected) =>
  outcome.error ??
  Object.entries({ ...expected, aborted: true })
    .filter(([name, value]) => outcome[name] !== value)
    .map(([name, value]) => `${name} is ${outcome[name]}, not ${value}`)
    .concat(outcome.right >= 9 ? [] : [`${outcome.right} of 10 digits are right`])
    .concat(outcome.reports > 0 ? [] : ['no progress was told'])
    .join(', ');

/** Runs those with these names; `quick` ones alone. */
export async function consume({ names = [], quick = false } = {}) {
  const chosen = consumers.filter((one) => (names.length === 0 ? !quick || one.quick : names.includes(one.name)));
  if (chosen.length === 0) throw new Failure(`There is no consumer ${names.join(', ')}.`);
  const { chromium } = await import('playwright-core');
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  const from = packed();
  const faults = [];
  try {
    for (const consumer of chosen) {
      const versions = Object.entries(consumer.with ?? {}).map(([name, version]) => ` ${name} ${version}`);
      const title = `${consumer.name}${consumer.script ? ` (${consumer.script})` : ''}${versions.join('')}`;
      if (consumer.needs && capture(consumer.needs, ['--version']) === null) {
        console.log(`  ${dim(`skipped ${title}: this machine has no ${consumer.needs}`)}`);
        continue;
      }
      try {
        await one(browser, consumer, title, from);
      } catch (error) {
        faults.push(title);
        console.log(`  ${red('failed')} ${bold(title)}: ${error.message}`);
      }
    }
  } finally {
    await browser.close();
    rmSync(from, { recursive: true, force: true });
  }
  console.log(`${chosen.length - faults.length} passed, ${faults.length} failed`);
  if (faults.length > 0) throw new Failure(`These consumers failed: ${faults.join(', ')}.`);
}

async function one(browser, consumer, title, from) {
  const { project, serves } = await prepare(consumer, from);
  const { script = 'build', program } = consumer;
  const { scripts = {} } = JSON.parse(readFileSync(join(project, 'package.json'), 'utf8'));
  if (program) cpSync(join(from, 'models'), project, { recursive: true });
  if (script !== 'dev' && scripts[script])
    await run('npm', ['run', script], { cwd: project, quiet: true, env: { NEXT_TELEMETRY_DISABLED: '1' } });
  if (program)
    judge(
      title,
      `in ${runtimes[script] ?? 'Node'}`,
      JSON.parse(readFileSync(join(project, 'outcome.json'), 'utf8')),
      program,
    );
  for (const [kind, headers] of [
    ['isolated', isolationHeaders],
    ['plain', {}],
  ]) {
    if (!consumer[kind]) continue;
    if (script === 'dev') cpSync(join(from, 'models'), join(project, 'public'), { recursive: true });
    const server =
      script === 'dev' ? await develop(project) : await serve([join(project, serves), join(from, 'models')], headers);
    try {
      judge(title, kind, await visit(browser, server.url), consumer[kind]);
    } finally {
      server.close();
    }
  }
  if (!program && !consumer.isolated && !consumer.plain) console.log(`  ${green('passed')} ${bold(title)}`);
}

function judge(title, kind, outcome, expected) {
  const fault = missing(outcome, expected);
  if (fault) throw new Failure(`${kind}: ${fault}`);
  const bytes = outcome.bytes === undefined ? '' : `, ${Math.round(outcome.bytes / 1000)} kB`;
  const measured = dim(`${outcome.milliseconds} ms to ten digits${bytes}`);
  console.log(`  ${green('passed')} ${bold(title)} ${kind}, ${outcome.build} ${measured}`);
}

if (isMain(import.meta.url)) await main(() => consume({ names: process.argv.slice(2) }));
