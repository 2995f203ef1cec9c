// npm run tidy [-- files]: clang-tidy with the checks of .clang-tidy over the C++ sources, or these.

import { existsSync, readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { install, isDebian } from './apt.mjs';
import { Failure, main, note, run } from './log.mjs';
import { fromRoot, jobs, root } from './paths.mjs';
import { setUp } from './setup.mjs';

const program = '/usr/bin/run-clang-tidy-19';

await main(async () => {
  await setUp();
  if (!existsSync(program)) {
    if (!isDebian()) throw new Failure('Please install clang-tidy 19.');
    await install(['clang-tidy-19']);
  }
  await run('cmake', ['--preset', 'tidy', '--log-level=WARNING'], { cwd: root, quiet: true });
  const wanted = process.argv.slice(2).map((file) => resolve(file));
  const commands = JSON.parse(readFileSync(fromRoot('build/tidy/compile_commands.json'), 'utf8'));
  const files = commands
    .map(({ file }) => file)
    .filter((file) => (wanted.length > 0 ? wanted.includes(file) : /\/(cpp|tests\/cpp)\//.test(file)));
  if (files.length === 0) throw new Failure('These files are not compiled by the preset tidy.');
  await run(program, ['-p', 'build/tidy', '-j', String(jobs), '-quiet', ...files.map((file) => `^${file}$`)], {
    cwd: root,
  });
  note(`${files.length} files`);
});
