// One run of the benchmark: prepares, measures in interleaved rounds, and tells.

import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { hasLearned, reconstructionError } from '../../web/site/speed/judge.ts';
import { inRounds, type Entrant } from '../../web/site/speed/rounds.ts';
import { spreadOf } from '../../web/site/speed/statistics.ts';
import {
  firstParameters,
  operationsAProduct,
  products,
  work,
  type Contender,
  type Product,
} from '../../web/site/speed/work.ts';
import { build, compile } from '../../web/tools/build.mjs';
import { bold, dim, note, seconds } from '../../web/tools/log.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';
import { pageFolder, prepareData, type Data } from './data.ts';
import { drawAll } from './draw.ts';
import { measured } from './goals.ts';
import { machine, versions } from './machine.ts';
import { recipes, startNative, type NativeContender } from './native.ts';
import { peers, type Library } from '../../web/site/speed/peers.ts';
import {
  likelihoodWorks,
  type CeilingResult,
  type LikelihoodWork,
  type Results,
  type Where,
  type Who,
} from './results.ts';
import { report } from './report.ts';
import { measureScaling } from './scaling.ts';
import { buildPage, openTab, type Tab } from './tab.ts';

export interface Options {
  browser: 'chromium' | 'firefox' | 'none';
  rounds: number;
  only: string[];
  parts: string[];
  quick: boolean;
  out: string;
  draw: boolean;
}

/** What all parts of a run work with. */
interface Session {
  options: Options;
  results: Results;
  data: Data;
  tab: Tab | undefined;
  threadCounts: readonly number[];
  /** Those that are to be ended. */
  natives: NativeContender[];
}

interface Taking extends Who {
  id: string;
  contender: Pick<Contender, 'run' | 'product' | 'dispose'>;
  judge: () => Promise<number>;
}

/** Milliseconds; see RoundOptions. */
const rest = 100;
const inTab: readonly Library[] = ['wakesleep', ...peers];

const named = ({ program, where, threads }: Who): string =>
  `${program}, ${where}, ${threads} ${threads === 1 ? 'thread' : 'threads'}`;

export async function run(options: Options): Promise<void> {
  if (options.draw) {
    const runs = runsOf(options.out);
    console.log(runs.map(report).join('\n\n\n'));
    return drawAll(runs, options.out);
  }
  const start = performance.now();
  const results = await measure(options);
  const others = runsOf(options.out).filter(({ machine }) => machine.processor !== results.machine.processor);
  const runs = [results, ...others];
  writeFileSync(options.out, `${JSON.stringify(runs, rounded, 1)}\n`);
  console.log(`\n${report(results)}`);
  note(`${seconds(performance.now() - start)}; figures in ${options.out}`);
  drawAll(runs, options.out);
}

/** The last run of each kind of processor, newest first. */
const runsOf = (file: string): Results[] =>
  existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as Results[]) : [];

const rounded = (_: string, value: unknown): unknown =>
  typeof value === 'number' ? Number(value.toPrecision(5)) : value;

async function measure(options: Options): Promise<Results> {
  const has = (part: string): boolean => options.parts.includes(part);
  const batches = options.quick ? 20 : 60;

  console.log(bold('Building'));
  await build(['package']);
  if (options.browser !== 'none') await buildPage();
  if (options.only.includes('wakesleep')) await compile('release', 'wakesleep_bench');
  if (options.only.includes('eigen')) await compile('release', 'wakesleep_bench_eigen');
  const data = await prepareData(options.browser === 'none' ? fromRoot('build/bench') : pageFolder, options.quick);

  const tab = options.browser === 'none' ? undefined : await openTab(options.browser);
  const natives: NativeContender[] = [];
  const results: Results = {
    date: new Date().toISOString(),
    ...machine(),
    versions: { ...versions(), ...(tab ? { browser: tab.version } : {}) },
    data: data.name,
    rounds: options.rounds,
    batches,
    ceilings: [],
    steps: [],
    products: [],
    ceilingBesideProducts: [],
    likelihood: [],
    files: ['simd', 'simd-rest', 'threads', 'threads-rest'].map((name) => file(`wakesleep-${name}.wasm`)),
    scaling: [],
    notes: [],
  };
  try {
    const cores = tab ? (await tab.call('facts')).cores : results.machine.cores;
    const threadCounts = [...new Set([1, Math.min(2, cores), cores])];
    const session: Session = { options, results, data, tab, threadCounts, natives };
    const taking = await startAll(session);
    if (has('steps')) await measureSteps(session, taking, batches);
    if (has('products')) await measureProducts(session, taking);
    for (const { contender } of taking) contender.dispose();
    if (tab && options.only.includes('wakesleep')) {
      if (has('classification')) {
        console.log(bold('Classification of a drawing'));
        const { computing, roundTrip } = await tab.call('classification', options.quick ? 20 : 300);
        // The first ones are compiled while they run.
        const warm = (values: number[]) => spreadOf(values.slice(values.length / 3));
        results.classification = { computing: warm(computing), roundTrip: warm(roundTrip) };
      }
      if (has('waits')) {
        console.log(bold('Waits'));
        results.waits = await tab.call('waits', 1);
      }
      if (has('memory')) {
        await tab.call('startKernels', 1);
        results.trainingMemory = await tab.call('trainingMemory', 1);
      }
    }
    if (has('likelihood')) await measureLikelihood(session);
    if (has('scaling') && options.only.includes('wakesleep')) {
      console.log(bold('Scaling'));
      const native = await startNative('wakesleep', 1, data);
      natives.push(native);
      results.scaling = await measureScaling(tab, native, options.quick);
    }
  } finally {
    for (const native of natives) native.dispose();
    await tab?.close();
  }
  return results;
}

function file(name: string): Results['files'][number] {
  const bytes = readFileSync(fromRoot('web/lib/engine', name));
  return { name, bytes: bytes.length, gzipped: gzipSync(bytes, { level: 9 }).length };
}

async function startAll({ options, results, data, tab, threadCounts, natives }: Session): Promise<Taking[]> {
  console.log(bold('Starting the contenders'));
  for (const threads of threadCounts) await tab?.call('startCeiling', threads);
  const taking: Taking[] = [];
  const attempt = async (who: Who, start: () => Promise<Omit<Taking, keyof Who | 'id'>>): Promise<void> => {
    try {
      taking.push({ ...who, id: named(who), ...(await start()) });
    } catch (error) {
      tell(results, `${named(who)}: ${error instanceof Error ? error.message : String(error)}`);
    }
  };
  for (const threads of threadCounts) {
    for (const program of inTab.filter((one) => tab && options.only.includes(one))) {
      const who: Who = { program, where: 'tab', threads };
      await attempt(who, () => inThe(tab as Tab, program, threads, named(who)));
    }
  }
  for (const program of Object.keys(recipes).filter((one) => options.only.includes(one))) {
    const missing = recipes[program]?.missing?.();
    if (missing) {
      tell(results, `${program}: ${missing}`);
      continue;
    }
    for (const threads of threadCounts) {
      await attempt({ program, where: 'native', threads }, async () => {
        const contender = await startNative(program, threads, data);
        natives.push(contender);
        return { contender, judge: async () => reconstructionError(await contender.parameters(), data.held) };
      });
    }
  }
  return taking;
}

async function inThe(tab: Tab, program: Library, threads: number, id: string): Promise<Omit<Taking, keyof Who | 'id'>> {
  await tab.call('start', id, program, threads);
  return {
    contender: {
      run: (batches) => tab.call('run', id, batches),
      // Our own are measured in a module of the benchmark's.
      ...(program === 'wakesleep' ? {} : { product: (which, times) => tab.call('product', id, which, times) }),
      // The tab may be closed before it answers.
      dispose: () => void tab.call('dispose', id).catch(() => undefined),
    },
    judge: () => tab.call('judge', id),
  };
}

function tell(results: Results, what: string): void {
  results.notes.push(what);
  note(what);
}

function watched(results: Results, rounds: number) {
  let last = -1;
  return {
    rounds,
    rest,
    onMeasured: (_id: string, _value: number, round: number) => {
      if (round > last) note(dim(`round ${round + 1} of ${rounds}`));
      last = Math.max(last, round);
    },
    onFailed: (id: string, error: unknown) => {
      tell(results, `${id} failed: ${error instanceof Error ? error.message : String(error)}`);
    },
  };
}

interface CeilingEntrant extends Entrant {
  threads: number;
}

function ceilingEntrants(tab: Tab | undefined, threadCounts: readonly number[], quick: boolean): CeilingEntrant[] {
  if (!tab) return [];
  const milliseconds = quick ? 100 : 300;
  return threadCounts.map((threads) => ({
    threads,
    id: `ceiling, ${threads}`,
    measure: () => tab.call('ceiling', threads, milliseconds),
  }));
}

const ceilingResults = (ceilings: readonly CeilingEntrant[], values: ReadonlyMap<string, number[]>): CeilingResult[] =>
  ceilings.map(({ threads, id }) => ({ threads, rate: measured(values.get(id) ?? []) }));

async function measureSteps(
  { options, results, data, tab, threadCounts }: Session,
  taking: readonly Taking[],
  batches: number,
): Promise<void> {
  console.log(bold('Whole steps of CD-1'));
  const errorBefore = reconstructionError(firstParameters(), data.held);
  const ceilings = ceilingEntrants(tab, threadCounts, options.quick);
  const entrants: Entrant[] = [
    ...ceilings,
    ...taking.map(({ id, contender }) => ({
      id,
      measure: async () => (batches * work.batchSize) / ((await contender.run(batches)) / 1000),
    })),
  ];
  await inRounds(entrants, { ...watched(results, 1), onMeasured: () => undefined });
  const values = await inRounds(entrants, watched(results, options.rounds));
  const found = (id: string): number[] => values.get(id) ?? [];
  results.ceilings = ceilingResults(ceilings, values);
  for (const { id, judge, program, where, threads } of taking) {
    if (found(id).length < options.rounds) continue;
    const errorAfter = await judge();
    const learned = hasLearned(errorBefore, errorAfter);
    if (!learned) tell(results, `${id} is broken: its reconstruction error went from ${errorBefore} to ${errorAfter}`);
    results.steps.push({ program, where, threads, rate: measured(found(id)), errorBefore, errorAfter, learned });
  }
}

async function measureLikelihood({ options, results, data, tab, threadCounts, natives }: Session): Promise<void> {
  console.log(bold('Likelihoods'));
  interface One extends Who {
    work: LikelihoodWork;
    time: (times: number) => Promise<number>;
  }
  const all: One[] = [];
  const add = (who: Who, time: (work: LikelihoodWork, times: number) => Promise<number>): void => {
    for (const work of likelihoodWorks) all.push({ ...who, work, time: (times) => time(work, times) });
  };
  for (const threads of threadCounts) {
    if (tab && options.only.includes('wakesleep')) {
      await tab.call('startLikelihood', threads);
      add({ program: 'wakesleep', where: 'tab', threads }, (work, times) =>
        tab.call('likelihood', threads, work, times),
      );
    }
    for (const [program, recipe] of [
      ['wakesleep', 'wakesleep'],
      ['numpy', 'numpy, likelihood'],
    ] as const) {
      if (!options.only.includes(program) || recipes[recipe]?.missing?.()) continue;
      const native = await startNative(recipe, threads, data);
      natives.push(native);
      add({ program, where: 'native', threads }, (work, times) => native.ask(`likelihood ${work} ${times}`));
    }
  }
  const times = options.quick ? 5 : 30;
  const entrants = all.map((one) => ({
    id: `${named(one)}, ${one.work}`,
    measure: async () => times / ((await one.time(times)) / 1000),
  }));
  await inRounds(entrants, { ...watched(results, 1), rest: 0, onMeasured: () => undefined });
  const few = Math.max(1, Math.ceil(options.rounds / 2));
  const values = await inRounds(entrants, { ...watched(results, few), rest: 30 });
  results.likelihood = all.flatMap(({ program, where, threads, work }, index) => {
    const found = values.get(entrants[index]?.id ?? '') ?? [];
    return found.length < few ? [] : [{ program, where, threads, work, rate: measured(found) }];
  });
}

async function measureProducts(
  { options, results, tab, threadCounts }: Session,
  taking: readonly Taking[],
): Promise<void> {
  console.log(bold('Products by themselves'));
  interface One extends Who {
    product: Product;
    dense: boolean;
    time: (times: number) => Promise<number>;
  }
  const all: One[] = [];
  for (const { program, where, threads, contender } of taking) {
    for (const product of products) {
      const { product: time } = contender;
      if (time) all.push({ program, where, threads, product, dense: false, time: (times) => time(product, times) });
    }
  }
  if (options.only.includes('wakesleep')) {
    for (const threads of tab ? threadCounts : []) {
      await tab?.call('startKernels', threads);
      for (const product of products) {
        for (const dense of [false, true]) {
          const time = (times: number) => (tab as Tab).call('kernel', threads, product, dense, times);
          all.push({ program: 'wakesleep', where: 'tab' satisfies Where, threads, product, dense, time });
        }
      }
    }
    for (const { program, where, threads, contender } of taking) {
      if (program !== 'wakesleep' || where !== 'native') continue;
      for (const product of products) {
        const time = (times: number) => (contender as NativeContender).ask(`dense ${product} ${times}`);
        all.push({ program, where, threads, product, dense: true, time });
      }
    }
  }
  const times = options.quick ? 10 : 30;
  const entrants = all.map((one, index) => ({
    id: `${named(one)}, ${one.product}${one.dense ? ', dense' : ''} (${index})`,
    measure: async () => (times * operationsAProduct) / ((await one.time(times)) / 1000),
  }));
  const few = Math.max(1, Math.ceil(options.rounds / 2));
  const ceilings = ceilingEntrants(tab, [1], options.quick);
  const everyone = [...ceilings, ...entrants];
  await inRounds(everyone, { ...watched(results, 1), rest: 0, onMeasured: () => undefined });
  const values = await inRounds(everyone, { ...watched(results, few), rest: 30 });
  results.ceilingBesideProducts = ceilingResults(ceilings, values);
  results.products = all.flatMap(({ program, where, threads, product, dense }, index) => {
    const found = values.get(entrants[index]?.id ?? '') ?? [];
    return found.length < few ? [] : [{ program, where, threads, product, dense, rate: measured(found) }];
  });
}
