// The ratios that the project competes on, from the figures of one run.

import { peers } from '../../web/site/speed/peers.ts';
import { operationsAnImage, products } from '../../web/site/speed/work.ts';
import { quantile, ratioOf, spreadOf, type Spread } from '../../web/site/speed/statistics.ts';
import { findStep, type Measured, type Results, type StepResult } from './results.ts';

export interface Goal {
  what: string;
  unit: 'times' | 'ms' | 'ns' | 'MB';
  /** To be reached, and aimed at; for times more is better, for the others less. */
  target: number;
  aim: number;
  /** Absent where it was not measured. */
  found?: Spread;
}

const ratio = (above: Measured | undefined, below: Measured | undefined, factor = 1): Spread | undefined =>
  (above && below && ratioOf(above.values, below.values, factor)) ?? undefined;

function fastest(candidates: readonly (StepResult | undefined)[]): StepResult | undefined {
  return candidates.reduce(
    (best, one) => (one && (!best || one.rate.median > best.rate.median) ? one : best),
    undefined,
  );
}

export function goals(results: Results): Goal[] {
  const ceiling = (threads: number) => results.ceilings.find((one) => one.threads === threads)?.rate;
  const tab = (threads: number) => findStep(results, 'wakesleep', 'tab', threads)?.rate;
  const native = (program: string, threads: number) => findStep(results, program, 'native', threads)?.rate;
  const peer = (threads: number) => fastest(peers.map((name) => findStep(results, name, 'tab', threads)))?.rate;
  const dense = results.products.filter((one) => one.dense && one.where === 'tab' && one.threads === 1);
  const slowestDense = dense.reduce<Measured | undefined>(
    (slowest, { rate }) => (!slowest || rate.median < slowest.median ? rate : slowest),
    undefined,
  );
  const besideDense = results.ceilingBesideProducts.find((one) => one.threads === 1)?.rate;
  // The three products one after the other, in each round.
  const together = (program: string): Measured | undefined => {
    const rates = products.map(
      (product) =>
        results.products.find(
          (one) =>
            one.program === program &&
            one.where === 'tab' &&
            one.threads === 1 &&
            one.product === product &&
            one.dense === (program === 'wakesleep'),
        )?.rate.values ?? [],
    );
    const rounds = Math.min(...rates.map((values) => values.length));
    if (rounds === 0) return undefined;
    return measured(
      Array.from({ length: rounds }, (_, round) => {
        const [up = NaN, down = NaN, outer = NaN] = rates.map((values) => values[round] ?? NaN);
        return togetherRate({ up, down, outer });
      }),
    );
  };
  const bestPeer = peers
    .map(together)
    .reduce((best, one) => (one && (!best || one.median > best.median) ? one : best), undefined);
  const one = (value: number): Spread => ({ median: value, low: value, high: value });
  const memory = results.trainingMemory === undefined ? undefined : results.trainingMemory / 1e6;
  const found = (spread: Spread | undefined) => (spread ? { found: spread } : {});
  const times = (what: string, target: number, aim: number, spread: Spread | undefined): Goal => ({
    what,
    unit: 'times',
    target,
    aim,
    ...found(spread),
  });
  return [
    times(
      'whole CD-1 step in the tab, 1 thread, over the multiply-add ceiling',
      3,
      5,
      ratio(tab(1), ceiling(1), operationsAnImage),
    ),
    times('the same over the fastest peer in the tab, 1 thread', 6, 8, ratio(tab(1), peer(1))),
    times('the same over the fastest peer in the tab, 2 threads', 6, 8, ratio(tab(2), peer(2))),
    times('the same over NumPy with OpenBLAS, native, 1 thread', 1.4, 2, ratio(tab(1), native('numpy', 1))),
    times('the same over NumPy with OpenBLAS, native, 2 threads', 1.4, 2, ratio(tab(2), native('numpy', 2))),
    times('the same over textbook Eigen, native, 1 thread', 1.7, 2.5, ratio(tab(1), native('eigen', 1))),
    times('2 threads over 1, in the tab', 1.8, 1.95, ratio(tab(2), tab(1))),
    times('2 threads over 1, native', 1.8, 1.95, ratio(native('wakesleep', 2), native('wakesleep', 1))),
    times(
      'dense products over the ceiling, in the tab, the slowest of three',
      0.8,
      0.95,
      ratio(slowestDense, besideDense),
    ),
    times('the same over the best peer in the tab, all three', 1.3, 1.5, ratio(together('wakesleep'), bestPeer)),
    times('native over NumPy with OpenBLAS, 1 thread', 3, 4, ratio(native('wakesleep', 1), native('numpy', 1))),
    times('native over textbook Eigen, 1 thread', 3, 4, ratio(native('wakesleep', 1), native('eigen', 1))),
    {
      what: 'longest wait of a small call beside any work',
      unit: 'ms',
      target: 16,
      aim: 8,
      ...found(results.waits && one(Math.max(...Object.values(results.waits.waits)))),
    },
    { what: 'creating a weight', unit: 'ns', target: 10, aim: 4, ...found(results.waits && one(results.waits.weight)) },
    {
      what: 'one drawing classified in the worker',
      unit: 'ms',
      target: 1,
      aim: 0.3,
      ...found(results.classification?.computing),
    },
    {
      what: 'engine memory while training, beyond parameters, momentum and data',
      unit: 'MB',
      target: 16,
      aim: 4,
      ...found(memory === undefined ? undefined : one(memory)),
    },
  ];
}

export type Verdict = 'aim' | 'target' | 'below' | 'unmeasured';

export function verdict({ unit, target, aim, found }: Goal): Verdict {
  if (!found) return 'unmeasured';
  const reaches = (level: number) => (unit === 'times' ? found.median >= level : found.median <= level);
  return reaches(aim) ? 'aim' : reaches(target) ? 'target' : 'below';
}

export function goalText({ unit, found }: Goal): string {
  if (!found) return '';
  return `${found.median.toFixed(found.median < 10 ? 2 : 1)}${unit === 'times' ? '' : ` ${unit}`}`;
}

/** The five products of a step by themselves: how fast they are together. */
export function togetherRate(rates: { up: number; down: number; outer: number }): number {
  return 5 / (2 / rates.up + 1 / rates.down + 2 / rates.outer);
}

export const measured = (values: number[]): Measured => ({ ...spreadOf(values), values });

/** The middle half of the values, as a share of the median. */
export const spreadShare = ({ values, median }: Measured): number =>
  (quantile(values, 0.75) - quantile(values, 0.25)) / (2 * median);
