/** The native program, and a folder for what it writes. */
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { afterEach, beforeEach } from 'vitest';

export const run = promisify(execFile);
export const native =
  process.env.WAKESLEEP_NATIVE ?? fileURLToPath(new URL('../../build/release/wakesleep', import.meta.url));
export const hasNative = existsSync(native);
export const wakesleep = (...args: string[]) => run(native, args);

/** Exit code and what was said of a run that must fail. */
export async function failure(...args: string[]): Promise<{ code: number; stdout: string; stderr: string }> {
  try {
    await wakesleep(...args);
  } catch (error) {
    return error as { code: number; stdout: string; stderr: string };
  }
  throw new Error(`wakesleep ${args.join(' ')} succeeded`);
}

/** A folder of each test's own: its path, and those of files in it. */
export function ownFolder() {
  const own = { folder: '', path: (name: string) => join(own.folder, name) };
  beforeEach(async () => {
    own.folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
  });
  afterEach(async () => {
    await rm(own.folder, { recursive: true });
  });
  return own;
}
