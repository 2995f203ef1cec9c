// npm test [-- check cpp node browser fuzz]: sets up, builds what the tests need, and runs all of them or those named.

import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { build, compile } from './build.mjs';
import { format } from './format.mjs';
import { bold, dim, Failure, green, main, note, red, run, seconds } from './log.mjs';
import { fromRoot, jobs, root } from './paths.mjs';
import { setUp } from './setup.mjs';

const node = process.execPath;
const program = (path) => fromRoot('node_modules', path);
const inRoot = (command, args, env) => run(command, args, { cwd: root, env });

const steps = {
  check: {
    title: 'Lint, format and types',
    async run() {
      await inRoot(node, [program('eslint/bin/eslint.js'), '--max-warnings', '0', '.']);
      await format({ check: true });
      // The types of the engine's modules are generated when it is built.
      await build(['engine']);
      await inRoot(node, [program('typescript/bin/tsc'), '-p', 'tsconfig.json', '--noEmit']);
      await inRoot(node, [
        program('svelte-check/bin/svelte-check'),
        '--tsconfig',
        'web/site/tsconfig.json',
        '--fail-on-warnings',
      ]);
    },
  },
  cpp: {
    title: 'C++: with sanitizers, as released, and the kernels with other threads and vectors',
    async run() {
      await compile('race', 'wakesleep_tests');
      // What has one thread only, and takes minutes under this sanitizer.
      await inRoot(fromRoot('build/race/wakesleep_tests'), ['-tce=*error bounds*,*bars and stripes*']);
      for (const preset of ['simd', 'threads']) {
        await compile(preset, 'wakesleep_tests');
        await inRoot(node, [fromRoot(`build/${preset}/wakesleep_tests.cjs`)]);
      }
      // Each public header by itself.
      await compile('release', 'all_verify_interface_header_sets');
      // Warnings are errors in the sanitize preset; what a machine's own instruction set adds to them is not ours.
      for (const preset of ['release', 'sanitize']) {
        await compile(preset);
        await inRoot('ctest', ['--preset', preset, '--parallel', String(jobs)]);
      }
    },
  },
  node: {
    title: 'The built package in Node',
    async run() {
      await compile('release', 'wakesleep_cli'); // which gives the same bits
      await build(['package']);
      await inRoot(node, [program('vitest/vitest.mjs'), 'run']);
    },
  },
  browser: {
    title: 'The built site in Chromium',
    async run() {
      await compile('release', 'wakesleep_cli');
      await build(['package', 'site']);
      await inRoot(node, [program('@playwright/test/cli.js'), 'test'], { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' });
    },
  },
  fuzz: {
    title: 'Fuzz targets, a few seconds each',
    async run() {
      if (!existsSync('/usr/lib/llvm-19/bin/clang++')) return note('left out: there is no clang 19');
      await compile('fuzz');
      const folder = fromRoot('build/fuzz/fuzz');
      for (const name of existsSync(folder) ? readdirSync(folder).sort() : []) {
        if (!existsSync(fromRoot('tests/fuzz', `${name.replace(/^fuzz_/, '')}.cpp`))) continue;
        const limits = ['-max_total_time=5', '-timeout=10', '-rss_limit_mb=2048'];
        const output = await run(join(folder, name), [...limits, `-artifact_prefix=${fromRoot('build/fuzz')}/`], {
          quiet: true,
        });
        note(`${name}: ${output.trim().split('\n').at(-1)}`);
      }
    },
  },
};

await main(async () => {
  const wanted = process.argv.slice(2);
  const unknown = wanted.find((name) => !steps[name]);
  if (unknown) throw new Failure(`There is no step "${unknown}"; there are ${Object.keys(steps).join(', ')}.`);
  const chosen = Object.keys(steps).filter((name) => wanted.length === 0 || wanted.includes(name));

  const times = [];
  const timed = async (name, title, body) => {
    const start = performance.now();
    let result = red('failed');
    try {
      console.log(`\n${bold(`=== ${title}`)}`);
      await body();
      result = green('passed');
    } finally {
      times.push(`  ${name.padEnd(8)} ${result}  ${dim(seconds(performance.now() - start))}`);
    }
  };
  try {
    await timed('set-up', 'Set-up', () => setUp({ tests: true }));
    for (const name of chosen) await timed(name, steps[name].title, steps[name].run);
  } finally {
    const left = chosen.slice(times.length - 1).map((name) => `  ${name.padEnd(8)} ${dim('not run')}`);
    console.log(`\n${bold('=== Summary')}\n${[...times, ...left].join('\n')}`);
  }
});
