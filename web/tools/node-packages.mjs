// The packages of package-lock.json. The programs in this folder import nothing but Node's own modules before this has
// run.

import { readFileSync } from 'node:fs';
import { note, run } from './log.mjs';
import { fromRoot, root } from './paths.mjs';

const npmProgram = process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];

/** Runs `npm ci` unless node_modules already is what package-lock.json says. */
export async function nodePackages() {
  if (isInstalled()) return note('as in package-lock.json');
  note('npm ci');
  const [program, ...first] = npmProgram;
  await run(program, [...first, 'ci', '--ignore-scripts', '--no-audit', '--no-fund', '--loglevel=error'], {
    cwd: root,
    env: { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' },
  });
}

/** npm writes node_modules/.package-lock.json last, so it tells what is there, completely. */
function isInstalled() {
  const packages = (path) => JSON.parse(readFileSync(fromRoot(path), 'utf8')).packages;
  try {
    const wanted = Object.entries(packages('package-lock.json')).filter(([path]) => path !== '');
    const there = packages('node_modules/.package-lock.json');
    return wanted.every(
      ([path, { version, optional }]) => there[path]?.version === version || (optional && !there[path]),
    );
  } catch {
    return false;
  }
}
