// npm run coverage [-- cpp lib]: which lines no test reaches, of C++ by clang's counters and of web/lib by V8's (what
// runs in the worker is not among these). Reports to look through go to build/coverage/report and build/coverage/lib.

import { existsSync, mkdirSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { build, compile } from './build.mjs';
import { bold, Failure, main, note, run } from './log.mjs';
import { fromRoot, jobs, llvm, root } from './paths.mjs';
import { setUp } from './setup.mjs';

const node = process.execPath;
const folder = fromRoot('build/coverage');

const parts = {
  async cpp() {
    if (!existsSync(llvm('bin', 'llvm-cov'))) throw new Failure('Coverage of C++ needs LLVM 19 (clang-19, llvm-19).');
    await compile('coverage', 'wakesleep_tests');
    const profiles = join(folder, 'profiles');
    rmSync(profiles, { recursive: true, force: true });
    const env = { LLVM_PROFILE_FILE: join(profiles, '%p.profraw') };
    await run('ctest', ['--test-dir', folder, '--parallel', String(jobs), '-E', '^(install|consumers/)'], { env });
    const all = join(folder, 'all.profdata');
    const each = readdirSync(profiles).map((name) => join(profiles, name));
    writeFileSync(join(folder, 'profiles.txt'), each.join('\n'));
    await run(llvm('bin', 'llvm-profdata'), ['merge', '-sparse', '-o', all, '-f', join(folder, 'profiles.txt')]);
    const what = [join(folder, 'wakesleep_tests'), `-instr-profile=${all}`, fromRoot('cpp')];
    await run(llvm('bin', 'llvm-cov'), ['show', '-format=html', `-output-dir=${join(folder, 'report')}`, ...what]);
    await run(llvm('bin', 'llvm-cov'), ['report', '-show-region-summary=false', '-show-branch-summary=false', ...what]);
    note(`build/coverage/report/index.html`);
  },

  async lib() {
    await compile('release', 'wakesleep_cli');
    await build(['package']);
    mkdirSync(folder, { recursive: true });
    const options = ['--coverage.enabled', '--coverage.provider=v8', '--coverage.include=dist/lib/**/*.js'];
    const out = ['--coverage.exclude=dist/lib/engine/**', `--coverage.reportsDirectory=${join(folder, 'lib')}`];
    await run(node, [fromRoot('node_modules/vitest/vitest.mjs'), 'run', ...options, ...out], { cwd: root });
    note(`build/coverage/lib/index.html`);
  },
};

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !parts[name]);
  if (unknown) throw new Failure(`There is no part "${unknown}"; there are ${Object.keys(parts).join(' and ')}.`);
  await setUp({ tests: true });
  for (const name of Object.keys(parts)) {
    if (wanted.length > 0 && !wanted.includes(name)) continue;
    console.log(bold(`Coverage of ${name}`));
    await parts[name]();
  }
});
