/** Curves as files: a table of all figures, and a picture that any program can take. */
import type { Point } from './measure.ts';

/** A run with a name, as a table tells it. */
export interface TableRun {
  name: string;
  points: readonly Point[];
}

const columns = {
  epoch: 'epoch',
  error: 'reconstruction_error',
  validationError: 'reconstruction_error_held_back',
  freeEnergy: 'free_energy',
  validationFreeEnergy: 'free_energy_held_back',
  logLikelihood: 'log_likelihood',
} as const satisfies Partial<Record<keyof Point, string>>;
const ofStatistics = {
  updateRatio: 'step_by_weights',
  meanActivity: 'mean_activity',
  deadUnits: 'silent_units',
  saturatedUnits: 'units_always_on',
} as const;

/** A field of RFC 4180: in quotes where it has any of its own signs. */
const field = (value: string): string => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value);
const cell = (value: number | null | undefined): string => (value === null || value === undefined ? '' : String(value));

/** A line a point of the curves, all runs one after another; empty where nothing was measured. */
export function csvOf(runs: readonly TableRun[]): string {
  const [figures, others] = [Object.keys(columns), Object.keys(ofStatistics)] as [
    (keyof typeof columns)[],
    (keyof typeof ofStatistics)[],
  ];
  const head = ['run', ...Object.values(columns), ...Object.values(ofStatistics)];
  const lines = runs.flatMap(({ name, points }) =>
    points.map((point) => [
      field(name),
      ...figures.map((figure) => cell(point[figure])),
      ...others.map((figure) => cell(point.statistics?.[figure])),
    ]),
  );
  return [head, ...lines].map((line) => `${line.join(',')}\r\n`).join('');
}

export interface Line {
  name: string;
  /** As CSS says it. */
  colour: string;
  dash: readonly number[];
  epochs: readonly number[];
  values: readonly (number | null)[];
}

export interface Panel {
  title: string;
  /** Of its horizontal axis. */
  axis: string;
  lines: readonly Line[];
}

export interface PictureColours {
  paper: string;
  ink: string;
  muted: string;
  line: string;
}

/** Round numbers from `low` to `high`, about so many. */
export function ticks(low: number, high: number, about: number): number[] {
  if (!(high > low)) return [low];
  const least = (high - low) / about;
  const power = 10 ** Math.floor(Math.log10(least));
  const step = ([1, 2, 5].find((factor) => factor * power >= least) ?? 10) * power;
  const first = Math.ceil(low / step - 1e-9);
  const count = Math.floor(high / step + 1e-9) - first + 1;
  return Array.from({ length: count }, (_, i) => Number(((first + i) * step).toPrecision(12)));
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

const width = 720;
const plot = { left: 72, right: 16, height: 220 };
const size = { title: 30, name: 20, axis: 46, between: 16 };

/** Lines and points with two digits behind the point are as fine as any screen. */
const at = (value: number): string => String(Math.round(value * 100) / 100);

function panelSvg({ title, axis, lines }: Panel, top: number, colours: PictureColours): string[] {
  const drawn = lines.map((line) => ({
    ...line,
    points: line.epochs.flatMap((epoch, i) => {
      const value = line.values[i];
      return value === null || value === undefined ? [] : [{ epoch, value }];
    }),
  }));
  const all = drawn.flatMap(({ points }) => points);
  const range = (values: readonly number[]): [number, number] => {
    const [low, high] = [Math.min(...values), Math.max(...values)];
    return values.length === 0 ? [0, 1] : high > low ? [low, high] : [low - 0.5, high + 0.5];
  };
  const [left, right] = range(all.map(({ epoch }) => epoch));
  const [low, high] = range(all.map(({ value }) => value));
  const margin = (high - low) * 0.05;
  const above = top + size.title + size.name * lines.length;
  const x = (epoch: number): number => plot.left + ((epoch - left) / (right - left)) * (width - plot.left - plot.right);
  const y = (value: number): number =>
    above + plot.height - ((value - low + margin) / (high - low + 2 * margin)) * plot.height;
  const text = (along: number, down: number, words: string, more: string): string =>
    `<text x="${at(along)}" y="${at(down)}" ${more}>${escaped(words)}</text>`;
  const rule = (x1: number, y1: number, x2: number, y2: number): string =>
    `<path d="M${at(x1)} ${at(y1)}L${at(x2)} ${at(y2)}" stroke="${escaped(colours.line)}"/>`;
  const stroke = ({ colour, dash }: Line): string => {
    const dashed = dash.length > 0 ? ` stroke-dasharray="${dash.join(' ')}"` : '';
    return `fill="none" stroke="${escaped(colour)}" stroke-width="2"${dashed}`;
  };
  const muted = `fill="${escaped(colours.muted)}"`;
  const bottom = above + plot.height;
  return [
    text(plot.left, top + 18, title, `fill="${escaped(colours.ink)}" font-size="16" font-weight="600"`),
    ...drawn.flatMap((line, i) => {
      const [down, last] = [top + size.title + size.name * i + 10, line.points.at(-1)];
      const words = last ? `${line.name}  ${String(Number(last.value.toPrecision(4)))}` : line.name;
      return [
        `<path d="M${at(plot.left)} ${at(down)}h40" ${stroke(line)}/>`,
        text(plot.left + 50, down + 4, words, `fill="${escaped(colours.ink)}"`),
      ];
    }),
    ...ticks(low, high, 5).flatMap((value) => [
      rule(plot.left, y(value), width - plot.right, y(value)),
      text(plot.left - 8, y(value) + 4, String(value), `${muted} text-anchor="end"`),
    ]),
    ...ticks(left, right, 8).flatMap((epoch) => [
      rule(x(epoch), bottom, x(epoch), bottom + 4),
      text(x(epoch), bottom + 18, String(epoch), `${muted} text-anchor="middle"`),
    ]),
    text((plot.left + width - plot.right) / 2, bottom + 36, axis, `${muted} text-anchor="middle"`),
    ...drawn
      .filter(({ points }) => points.length > 0)
      .map(
        (line) =>
          `<path d="M${line.points.map(({ epoch, value }) => `${at(x(epoch))} ${at(y(value))}`).join('L')}" ` +
          `stroke-linejoin="round" ${stroke(line)}/>`,
      ),
  ];
}

/** The charts under one another, each line with its name and its last value. */
export function svgOf(
  panels: readonly Panel[],
  colours: PictureColours,
): { svg: string; width: number; height: number } {
  let height = size.between;
  const parts = panels.flatMap((panel) => {
    const top = height;
    height += size.title + size.name * panel.lines.length + plot.height + size.axis + size.between;
    return panelSvg(panel, top, colours);
  });
  const svg =
    `<svg xmlns="http://www.w3.org/2000/svg" width="${String(width)}" height="${String(height)}" ` +
    `viewBox="0 0 ${String(width)} ${String(height)}" font-family="system-ui, sans-serif" font-size="13">\n` +
    [`<rect width="100%" height="100%" fill="${escaped(colours.paper)}"/>`, ...parts].join('\n') +
    '\n</svg>\n';
  return { svg, width, height };
}
