// npm test [-- check cpp node browser consumers fuzz]: sets up, builds what the tests need, and runs all of them or
// those named. Without names, of the consumers only the quick ones run.

import { consume } from '../../tests/consumers/run.mjs';
import { build, compile } from './build.mjs';
import { format } from './format.mjs';
import { canFuzz, fuzz } from './fuzz.mjs';
import { bold, dim, Failure, green, main, red, run, seconds } from './log.mjs';
import { fromRoot, jobs, root } from './paths.mjs';
import { setUp } from './setup.mjs';
import { size } from './size.mjs';

const node = process.execPath;
const program = (path) => fromRoot('node_modules', path);
const inRoot = (command, args, env) => run(command, args, { cwd: root, env });

/** Test cases by doctest's filters. None that match is a failure: nothing would be proved. */
async function someCases(preset, filters) {
  const program = fromRoot(`build/${preset}/wakesleep_tests`);
  const output = await run(program, filters, { cwd: root, quiet: true });
  console.log(output.trimEnd());
  if (/test cases: +0 /.test(output)) throw new Failure(`No test case matches ${filters.join(' ')}.`);
}

const steps = {
  check: {
    title: 'Lint, format, types and sizes',
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
      await size();
    },
  },
  cpp: {
    title: 'C++: with sanitizers, as released, and the kernels with other threads and vectors',
    async run() {
      await compile('race', 'wakesleep_tests');
      // The kernels, but for what has one thread only and takes minutes under this sanitizer; and each model, rule and
      // estimator at every number of threads.
      await someCases('race', ['-sf=*test_kernels.cpp,*test_math.cpp', '-tce=*error bounds*']);
      await someCases('race', ['-tc=* threads*']);
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
      await build(['package', 'site', 'single-file']);
      await inRoot(node, [program('@playwright/test/cli.js'), 'test'], { PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD: '1' });
    },
  },
  consumers: {
    title: 'Programs that use the packed package',
    async run({ named }) {
      await build(['package']);
      await consume({ quick: !named });
    },
  },
  fuzz: {
    title: 'Fuzz targets, from their seeds',
    async run() {
      if (canFuzz()) await fuzz({ seconds: 10 });
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
      times.push(`  ${name.padEnd(9)} ${result}  ${dim(seconds(performance.now() - start))}`);
    }
  };
  try {
    await timed('set-up', 'Set-up', () => setUp({ tests: true }));
    for (const name of chosen)
      await timed(name, steps[name].title, () => steps[name].run({ named: wanted.includes(name) }));
  } finally {
    const left = chosen.slice(times.length - 1).map((name) => `  ${name.padEnd(9)} ${dim('not run')}`);
    console.log(`\n${bold('=== Summary')}\n${[...times, ...left].join('\n')}`);
  }
});
