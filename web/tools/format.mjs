// npm run format [-- --check]: Prettier for what it knows, clang-format 19 for C++. `--check` only says what differs.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { capture, Failure, isMain, main, note, run } from './log.mjs';
import { fromRoot, root } from './paths.mjs';
import { nodePackages } from './node-packages.mjs';

export async function format({ check = false } = {}) {
  await run(
    process.execPath,
    [fromRoot('node_modules/prettier/bin/prettier.cjs'), check ? '--check' : '--write', '--log-level', 'warn', '.'],
    {
      cwd: root,
    },
  );
  const clangFormat = findClangFormat();
  // Other versions format differently, so only this one is asked.
  if (!clangFormat) return note('no clang-format 19: C++ is left as it is');
  const sources = ['cpp', 'tests'].flatMap((folder) => cppFiles(fromRoot(folder)));
  if (sources.length > 0) await run(clangFormat, [...(check ? ['--dry-run', '--Werror'] : ['-i']), ...sources]);
}

function findClangFormat() {
  const candidates = [process.env.CLANG_FORMAT, 'clang-format-19', 'clang-format'].filter(Boolean);
  return candidates.find((program) => / 19\./.test(capture(program, ['--version']) ?? ''));
}

function cppFiles(folder) {
  if (!existsSync(folder)) return [];
  return readdirSync(folder, { recursive: true })
    .filter((path) => /\.(cpp|h)$/.test(path) && !path.includes('node_modules'))
    .map((path) => join(folder, path));
}

if (isMain(import.meta.url)) {
  await main(async () => {
    const unknown = process.argv.slice(2).find((argument) => argument !== '--check');
    if (unknown) throw new Failure(`Unknown argument ${unknown}; there is --check.`);
    await nodePackages();
    await format({ check: process.argv.includes('--check') });
  });
}
