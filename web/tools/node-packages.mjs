// The packages of package-lock.json. The programs in this folder import nothing but Node's own modules before this has
// run.

import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Failure, note, run } from './log.mjs';
import { fromRoot, root } from './paths.mjs';

const npmProgram = () =>
  process.env.npm_execpath?.endsWith('.js') ? [process.execPath, process.env.npm_execpath] : ['npm'];

/**
 * Has npm install packages in a folder until `isInstalled()`, at most three times: npm can end with 0 in the middle of
 * its work, with nothing installed and nothing said.
 */
export async function install(args, { folder, isInstalled, env = {}, quiet = false }) {
  const [program, ...first] = npmProgram();
  const all = [...first, ...args, '--no-audit', '--no-fund', '--loglevel=error'];
  for (let attempt = 1; attempt <= 3; attempt++) {
    await run(program, all, { cwd: folder, env, quiet });
    if (isInstalled()) return;
    note(`npm ${args[0]} ended without having installed the packages of ${folder}`);
  }
  throw new Failure(`npm ${args[0]} said three times that it was done, and the packages of ${folder} are not there.`);
}

/** Whether the packages that a folder's manifest names are there, completely: npm writes its own list last. */
export const hasPackages = (folder, { dependencies = {}, devDependencies = {} }) =>
  Object.keys({ ...dependencies, ...devDependencies }).every((name) =>
    ['.package-lock.json', join(name, 'package.json')].every((file) => existsSync(join(folder, 'node_modules', file))),
  );

/** Runs `npm ci` unless node_modules already is what package-lock.json says. */
export async function nodePackages() {
  if (isInstalled()) return note('as in package-lock.json');
  note('npm ci');
  await install(['ci', '--ignore-scripts'], {
    folder: root,
    isInstalled,
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
