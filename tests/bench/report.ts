// The figures as a table to read in a terminal.

import { operationsAnImage, products } from '../../web/site/speed/work.ts';
import { goals, goalText, spreadShare, togetherRate, verdict, type Verdict } from './goals.ts';
import { likelihoodWorks, type ProductResult, type Results } from './results.ts';

export type Cell = string | number;

/** Columns of words to the left, of numbers to the right. */
export function table(head: readonly string[], rows: readonly (readonly Cell[])[]): string {
  const texts = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0)));
  const isNumber = (cell: Cell | undefined) =>
    typeof cell === 'number' || /^([\d.,]+( %| ms| MB)?|–)?$/.test(cell ?? '');
  const right = head.map((_, column) => rows.every((row) => isNumber(row[column])));
  const line = (row: readonly string[]) =>
    row
      .map((text, column) => (right[column] ? text.padStart(widths[column] ?? 0) : text.padEnd(widths[column] ?? 0)))
      .join('  ')
      .trimEnd();
  const rule = widths.map((width) => '-'.repeat(width)).join('  ');
  return [line(texts[0] ?? []), rule, ...texts.slice(1).map(line)].join('\n');
}

const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const giga = (rate: number): string => (Number.isNaN(rate) ? '–' : (rate / 1e9).toFixed(1));
const threads = (count: number): string => `${count} ${count === 1 ? 'thread' : 'threads'}`;
const words: Record<Verdict, string> = { aim: 'aim', target: 'reached', below: 'BELOW', unmeasured: 'not measured' };

export function stepRows(results: Results): Cell[][] {
  const ceiling = results.ceilings.find((one) => one.threads === 1)?.rate.median;
  return [...results.steps]
    .sort((a, b) => a.threads - b.threads || b.rate.median - a.rate.median)
    .map((one) => {
      const rate = one.rate.median * operationsAnImage;
      return [
        one.program,
        one.where,
        threads(one.threads),
        whole.format(one.rate.median),
        `${(100 * spreadShare(one.rate)).toFixed(1)} %`,
        giga(rate),
        ceiling ? (rate / ceiling).toFixed(2) : '',
        `${one.errorBefore.toFixed(4)} to ${one.errorAfter.toFixed(4)}${one.learned ? '' : ' BROKEN'}`,
      ];
    });
}

function productRows(results: Results): Cell[][] {
  const same = (a: ProductResult, b: ProductResult): boolean =>
    a.program === b.program && a.where === b.where && a.threads === b.threads && a.dense === b.dense;
  const groups = results.products.filter(
    (one, index) => results.products.findIndex((other) => same(one, other)) === index,
  );
  return groups
    .map((group) => {
      const rates = Object.fromEntries(
        products.map((product) => [
          product,
          results.products.find((one) => same(one, group) && one.product === product)?.rate.median ?? NaN,
        ]),
      ) as Record<(typeof products)[number], number>;
      return { group, rates, together: togetherRate(rates) };
    })
    .sort((a, b) => a.group.threads - b.group.threads || b.together - a.together)
    .map(({ group, rates, together }) => [
      `${group.program}${group.dense ? ', dense' : ''}`,
      group.where,
      threads(group.threads),
      ...products.map((product) => giga(rates[product])),
      giga(together),
    ]);
}

function likelihoodRows({ likelihood }: Results): Cell[][] {
  const groups = [...new Set(likelihood.map(({ program, where, threads: count }) => `${program}|${where}|${count}`))];
  return groups.map((group) => {
    const [program = '', where = '', count = ''] = group.split('|');
    const of = likelihood.filter((one) => `${one.program}|${one.where}|${one.threads}` === group);
    return [
      program,
      where,
      threads(Number(count)),
      ...likelihoodWorks.map((work) => whole.format(of.find((one) => one.work === work)?.rate.median ?? NaN)),
    ];
  });
}

export function report(results: Results): string {
  const { machine, versions, ceilings, classification, files } = results;
  const sections = [
    `${machine.processor}, ${machine.cores} cores; ${Object.entries(versions)
      .map(([name, version]) => `${name} ${version}`)
      .join('; ')}`,
    `Work: CD-1, 784 x 500, batches of 100, ${results.data}; ${results.rounds} rounds of ` +
      `${results.batches} batches. Effective rate: 10 x 784 x 500 operations an image.`,
    ceilings
      .map((one) => `Multiply-add ceiling of the tab, ${threads(one.threads)}: ${giga(one.rate.median)} GFLOP/s.`)
      .join('\n'),
    results.steps.length === 0
      ? ''
      : table(
          ['contender', 'where', '', 'images/s', '±', 'GFLOP/s', 'x ceiling', 'reconstruction error'],
          stepRows(results),
        ),
    results.products.length === 0
      ? ''
      : `Products by themselves, GFLOP/s (a dense product's operations)\n${table(
          ['contender', 'where', '', 'v to h', 'h to v', 'outer', "a step's five"],
          productRows(results),
        )}`,
    results.likelihood.length === 0
      ? ''
      : `Likelihoods, steps of 100 chains or examples a second\n${table(
          ['contender', 'where', '', 'AIS', 'PCD', 'tempering', 'dreams', 'mean field'],
          likelihoodRows(results),
        )}`,
    table(
      ['to reach', 'found', 'at least', 'aim', ''],
      goals(results).map((goal) => [goal.what, goalText(goal), goal.target, goal.aim, words[verdict(goal)]]),
    ),
    results.waits
      ? `From load() to the first answer ${results.waits.start.toFixed(0)} ms. Small calls beside large work\n${table(
          ['work', 'longest wait, ms'],
          Object.entries(results.waits.waits).map(([work, wait]) => [work, wait.toFixed(1)]),
        )}`
      : '',
    classification
      ? `A drawing classified: ${classification.computing.median.toFixed(3)} ms computing, ` +
        `${classification.roundTrip.median.toFixed(2)} ms from the page and back.`
      : '',
    files
      .map(
        ({ name, bytes, gzipped }) =>
          `${name}: ${whole.format(bytes / 1000)} KB, gzipped ${whole.format(gzipped / 1000)} KB.`,
      )
      .join('\n'),
    results.scaling.length === 0 ? '' : scalingTable(results),
    results.notes.map((one) => `Note: ${one}`).join('\n'),
  ];
  return sections.filter((section) => section !== '').join('\n\n');
}

function scalingTable({ scaling }: Results): string {
  return table(
    ['visible x hidden', 'examples', 'where', 'µs an example', 'ps a weight'],
    scaling.map(({ visible, hidden, examples, where, time }) => [
      `${visible} x ${hidden}`,
      whole.format(examples),
      where,
      (1e6 * time.median).toFixed(1),
      ((1e12 * time.median) / (visible * hidden)).toFixed(0),
    ]),
  );
}
