// npm run fuzz [-- --minutes 30 --runs 10000000 --fast json model_file]: the fuzz targets of tests/fuzz, or these, each
// for so long or for so many executions. What they find that reaches new code is kept in build/fuzz/corpus, where the
// next run begins; a crash ends the run and leaves its input in build/fuzz. Fast is without the sanitizers, which then
// see all that was kept.

import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { compile } from './build.mjs';
import { Failure, isMain, main, note, run } from './log.mjs';
import { fromRoot, jobs, llvm } from './paths.mjs';
import { setUp } from './setup.mjs';

const sources = fromRoot('tests/fuzz');
const names = readdirSync(sources)
  .filter((file) => file.endsWith('.cpp'))
  .map((file) => file.slice(0, -'.cpp'.length))
  .sort();

/** False, with a line that says so, where there is no compiler that can. */
export function canFuzz() {
  if (existsSync(llvm('bin', 'clang++'))) return true;
  note('left out: there is no clang 19');
  return false;
}

/**
 * Each target for so many seconds or so many executions, whichever are fewer, from its own seeds, and from what earlier
 * runs kept where `keep` says so.
 */
export async function fuzz({ targets = names, seconds = Infinity, runs: wanted = Infinity, keep, fast }) {
  const preset = fast ? 'fuzz-fast' : 'fuzz';
  await compile(preset);
  if (fast) await compile('fuzz');
  const left = [...targets];
  const one = async (name) => {
    const program = fromRoot('build', preset, 'fuzz', `fuzz_${name}`);
    const corpus = fromRoot('build/fuzz', keep ? 'corpus' : 'fresh', name);
    if (!keep) rmSync(corpus, { recursive: true, force: true });
    mkdirSync(corpus, { recursive: true });
    await run(program, [`--make-seeds=${corpus}`], { quiet: true });
    const dictionary = join(sources, `${name}.dict`);
    const options = [
      ...(seconds < Infinity ? [`-max_total_time=${Math.ceil(seconds)}`] : []),
      ...(wanted < Infinity ? [`-runs=${wanted}`] : []),
      '-timeout=10',
      '-rss_limit_mb=2048',
      '-print_final_stats=1',
      `-artifact_prefix=${fromRoot('build/fuzz')}/${name}-`,
      ...(existsSync(dictionary) ? [`-dict=${dictionary}`] : []),
      ...(keep ? [] : ['-seed=1']),
    ];
    const output = await run(program, [...options, corpus], { quiet: true });
    const [, runs] = /stat::number_of_executed_units:\s*(\d+)/.exec(output) ?? [];
    const edges = [...output.matchAll(/cov: (\d+)/g)].map((match) => Number(match[1]));
    if (!runs || edges.length === 0) throw new Failure(`${name} did not say what it did:\n${output}`);
    note(
      `${name}: ${Number(runs).toLocaleString('en')} executions, ${edges.at(-1)} edges (${edges[0]} from the seeds)`,
    );
    // All that was kept, once, where a fault of memory that does not crash is one.
    if (fast)
      await run(fromRoot('build/fuzz/fuzz', `fuzz_${name}`), ['-runs=0', '-rss_limit_mb=2048', corpus], {
        quiet: true,
      });
  };
  const worker = async () => {
    for (let name = left.shift(); name; name = left.shift()) await one(name);
  };
  await Promise.all(Array.from({ length: Math.min(jobs, targets.length) }, worker));
}

if (isMain(import.meta.url))
  await main(async () => {
    const { values, positionals } = parseArgs({
      allowPositionals: true,
      options: { minutes: { type: 'string' }, runs: { type: 'string' }, fast: { type: 'boolean', default: false } },
    });
    const above0 = (name, otherwise) => {
      const value = Number(values[name] ?? otherwise);
      if (!(value > 0)) throw new Failure(`--${name} must be a number above 0, not "${values[name]}".`);
      return value;
    };
    const seconds = 60 * above0('minutes', values.runs ? Infinity : 1);
    const runs = above0('runs', Infinity);
    const unknown = positionals.find((name) => !names.includes(name));
    if (unknown) throw new Failure(`There is no target "${unknown}"; there are ${names.join(', ')}.`);
    await setUp({ tests: true });
    const targets = positionals.length ? positionals : names;
    if (canFuzz()) await fuzz({ targets, seconds, runs, fast: values.fast, keep: true });
  });
