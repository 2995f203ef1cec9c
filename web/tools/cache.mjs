// Entries of the cache: folders that are either complete and of the wanted version, or not there.

import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { note } from './log.mjs';
import { cache } from './paths.mjs';

const stampName = '.wakesleep-complete';
const lockName = '.lock';

/** The version of an entry that is complete, or null. */
export function cachedVersion(name) {
  try {
    return readFileSync(join(cache, name, stampName), 'utf8');
  } catch {
    return null;
  }
}

/** The folder of an entry, if it is complete and of this version. */
export const cached = (name, version) => (cachedVersion(name) === version ? join(cache, name) : null);

export const remove = (name) => rmSync(join(cache, name), { recursive: true, force: true });

/**
 * Fills an entry. `fillFolder(folder, final)` works in a folder with a temporary name, which is renamed when all is
 * there, so an interrupted run leaves nothing that would be believed; `final` is for scripts that must know where they
 * will be.
 */
export async function fill(name, version, fillFolder) {
  const final = join(cache, name);
  const temporary = join(cache, `.${name}-${process.pid}`);
  mkdirSync(cache, { recursive: true });
  removeAbandoned();
  await lock();
  try {
    // Another run may have done it meanwhile.
    if (cached(name, version)) return final;
    mkdirSync(temporary);
    await fillFolder(temporary, final);
    writeFileSync(join(temporary, stampName), version);
    remove(name);
    renameSync(temporary, final);
    return final;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
    rmSync(join(cache, lockName), { force: true });
  }
}

/** Waits until no other run fills the cache. */
async function lock() {
  const file = join(cache, lockName);
  for (let waited = false; ; waited = true) {
    try {
      writeFileSync(file, String(process.pid), { flag: 'wx' });
      return;
    } catch (error) {
      if (error.code !== 'EEXIST') throw error;
    }
    const owner = Number(readIfThere(file));
    if (owner > 0 && !existsProcess(owner)) rmSync(file, { force: true });
    else {
      if (!waited) note(`waiting for another set-up (process ${owner})`);
      await new Promise((resolve) => setTimeout(resolve, 500));
    }
  }
}

/** Removes the temporary folders of runs that were interrupted. */
function removeAbandoned() {
  for (const name of readdirSync(cache)) {
    const pid = /^\..+-(\d+)$/.exec(name)?.[1];
    if (pid && !existsProcess(Number(pid))) rmSync(join(cache, name), { recursive: true, force: true });
  }
}

function existsProcess(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error.code === 'EPERM';
  }
}

/** A file's text, or an empty string. */
export function readIfThere(path) {
  return existsSync(path) ? readFileSync(path, 'utf8') : '';
}
