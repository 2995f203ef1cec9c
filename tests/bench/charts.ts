// The pictures of a run: bars of all contenders, and curves of how time grows with the work.

import { operationsAnImage } from '../../web/site/speed/work.ts';
import type { Results, ScalingPoint, StepResult, Where } from './results.ts';
import { curve, dot, line, picture, rectangle, text } from './svg.ts';

const threadsOf = (count: number): string => `${count} ${count === 1 ? 'thread' : 'threads'}`;
const whole = new Intl.NumberFormat('en', { maximumFractionDigits: 0 });
const names: Record<string, string> = {
  wakesleep: 'Wakesleep',
  eigen: 'textbook Eigen',
  numpy: 'NumPy, OpenBLAS',
  'tensorflow.js': 'TensorFlow.js',
};
const nameOf = ({ program, where }: StepResult): string =>
  `${names[program] ?? program}${where === 'tab' ? ' (tab)' : ' (native)'}`;

/** Effective GFLOP/s of the whole step; the tab's multiply-add limit is a dashed line. */
export function bars(results: Results): string {
  const width = 860;
  const left = 210;
  const right = 190;
  const rowHeight = 26;
  const counts = [...new Set(results.steps.map((one) => one.threads))].sort((a, b) => a - b);
  const giga = (rate: number): number => (rate * operationsAnImage) / 1e9;
  const limitOf = (threads: number): number =>
    (results.ceilings.find((one) => one.threads === threads)?.rate.median ?? 0) / 1e9;
  const largest = Math.max(1, ...results.steps.map((one) => giga(one.rate.high)), ...counts.map(limitOf));
  const x = (value: number): number => left + ((width - left - right) * value) / largest;

  const parts = [text(0, 18, 'A whole step of contrastive divergence, effective GFLOP/s', 'title')];
  let y = 34;
  for (const threads of counts) {
    const rows = results.steps.filter((one) => one.threads === threads).sort((a, b) => b.rate.median - a.rate.median);
    const limit = limitOf(threads);
    y += 20;
    parts.push(text(0, y, threadsOf(threads), 'strong'));
    if (limit > 0)
      parts.push(text(x(limit) + 6, y, `multiply-add limit of the tab: ${limit.toFixed(0)}`, 'small muted'));
    const top = y + 6;
    for (const row of rows) {
      const middle = y + 8 + rowHeight / 2;
      const ours = row.program === 'wakesleep';
      const colour = ours ? (row.where === 'tab' ? 'ours' : 'native') : 'peer';
      parts.push(
        text(left - 10, middle + 5, nameOf(row), `end${ours ? ' strong' : ''}`),
        rectangle(left, middle - 9, x(giga(row.rate.median)) - left, 18, `bar ${colour}`),
        line(x(giga(row.rate.low)), middle, x(giga(row.rate.high)), middle, 'whisker'),
        text(x(Math.max(giga(row.rate.high), limit)) + 10, middle + 5, giga(row.rate.median).toFixed(0), 'strong'),
        text(width, middle + 5, `${whole.format(Number(row.rate.median.toPrecision(3)))} images/s`, 'end small muted'),
      );
      y += rowHeight;
    }
    y += 8;
    parts.push(line(left, top, left, y, 'axis'));
    if (limit > 0) parts.push(line(x(limit), top - 4, x(limit), y, 'limit'));
    y += 8;
  }
  parts.push(
    text(
      0,
      y + 16,
      `784 x 500 units, batches of 100, ${results.data}. 10 x 784 x 500 operations an image.`,
      'small muted',
    ),
    text(
      0,
      y + 34,
      `${results.machine.processor}, ${results.versions.browser ?? 'no browser'}. Thin lines: quartiles.`,
      'small muted',
    ),
  );
  const words = results.steps.map(
    (one) => `${nameOf(one)}, ${threadsOf(one.threads)}: ${giga(one.rate.median).toFixed(0)}`,
  );
  return picture(width, y + 44, `Effective GFLOP/s. ${words.join('; ')}.`, parts);
}

interface Panel {
  title: string;
  axis: string;
  points: readonly (ScalingPoint & { x: number })[];
  /** Draws the line of cost that grows as the work does. */
  proportional: boolean;
}

const sorted = (points: Panel['points'], where: Where): Panel['points'] =>
  points.filter((one) => one.where === where).sort((a, b) => a.x - b.x);

/** Time an example by size of the network and by size of the data, both axes logarithmic. */
export function scaling(results: Results): string {
  const bySize = results.scaling.filter((one) => one.visible === one.hidden);
  const byCount = results.scaling.filter((one) => one.visible !== one.hidden);
  const panels: Panel[] = [
    {
      title: 'by the size of the network',
      axis: 'visible = hidden units',
      points: bySize.map((one) => ({ ...one, x: one.visible })),
      proportional: true,
    },
    {
      title: 'by the size of the data',
      axis: 'examples (784 x 500 units)',
      points: byCount.map((one) => ({ ...one, x: one.examples })),
      proportional: false,
    },
  ];
  const width = 860;
  const height = 380;
  const panelWidth = 400;
  const parts = panels.flatMap((panel, index) => draw(panel, index * (width - panelWidth), panelWidth, height));
  parts.push(
    text(60, height + 22, 'tab, 1 thread', 'small'),
    dot(50, height + 18, 'tab'),
    text(180, height + 22, 'native, 1 thread', 'small'),
    dot(170, height + 18, 'native'),
    text(310, height + 22, 'dashed: time in proportion to the weights', 'small muted'),
  );
  const words = results.scaling.map(
    ({ visible, hidden, examples, where, time }) =>
      `${visible} x ${hidden}, ${examples} examples, ${where}: ${(1e6 * time.median).toFixed(1)}`,
  );
  return picture(width, height + 32, `Microseconds an example. ${words.join('; ')}.`, parts);
}

function draw({ title, axis, points, proportional }: Panel, originX: number, width: number, height: number): string[] {
  if (points.length === 0) return [];
  const [left, top, bottom] = [52, 44, height - 44];
  const micro = points.map((one) => 1e6 * one.time.median);
  const low = 10 ** Math.floor(Math.log10(Math.min(...micro)));
  const high = Math.max(10 * low, 10 ** Math.ceil(Math.log10(Math.max(...micro))));
  const [first, last] = [Math.min(...points.map((one) => one.x)), Math.max(...points.map((one) => one.x))];
  const x = (value: number): number =>
    originX + left + ((width - left - 24) * Math.log(value / first)) / Math.log(last / first || 1);
  const y = (value: number): number => bottom - ((bottom - top) * Math.log(value / low)) / Math.log(high / low);
  const parts = [text(originX, 18, `µs an example, ${title}`, 'title')];
  for (let value = low; value <= high * 1.001; value *= 10) {
    parts.push(
      line(originX + left, y(value), originX + width, y(value), 'line'),
      text(originX + left - 8, y(value) + 4, value < 1 ? String(value) : whole.format(value), 'end small muted'),
    );
  }
  for (const value of new Set(points.map((one) => one.x))) {
    parts.push(text(x(value), bottom + 20, whole.format(value), 'middle small muted'));
  }
  parts.push(text(originX + left + (width - left) / 2, bottom + 40, axis, 'middle small muted'));
  for (const where of ['tab', 'native'] as const) {
    const some = sorted(points, where);
    const largest = some.at(-1);
    if (!largest) continue;
    if (proportional) {
      const expected = (one: (typeof some)[number]): number => 1e6 * largest.time.median * (one.x / largest.x) ** 2;
      const visible = some.filter((one) => expected(one) >= low);
      const [from, to] = [visible[0], visible.at(-1)];
      if (from && to) parts.push(line(x(from.x), y(expected(from)), x(to.x), y(expected(to)), 'axis dashed'));
    }
    parts.push(
      curve(
        some.map((one) => [x(one.x), y(1e6 * one.time.median)]),
        where,
      ),
      ...some.map((one) => dot(x(one.x), y(1e6 * one.time.median), where)),
    );
  }
  return parts;
}
