/** Curves as a note in few characters: in a network's file, and of a run that is kept. */
import type { TrainStatistics } from 'wakesleep';
import type { Point } from './measure.ts';

type Column = (number | null)[];
const columns = [
  'epoch',
  'error',
  'validationError',
  'freeEnergy',
  'validationFreeEnergy',
  'logLikelihood',
] as const satisfies (keyof Point)[];

/** Six digits are more than a curve shows. */
const short = (value: number | null): number | null => (value === null ? null : Number(value.toPrecision(6)));

/** Curves in few characters, with the last point's statistics. */
export const curvesNote = (points: readonly Point[]): Record<string, unknown> => ({
  ...Object.fromEntries(columns.map((column) => [column, points.map((point) => short(point[column]))])),
  statistics: points.at(-1)?.statistics ?? null,
});

const isColumn = (value: unknown, length: number): value is Column =>
  Array.isArray(value) &&
  value.length === length &&
  value.every((one) => one === null || (typeof one === 'number' && Number.isFinite(one)));

/** The points of such a note; null where they make no sense. */
export function pointsFrom(note: unknown): readonly Point[] | null {
  const found = Object(note) as Record<string, unknown>;
  const length = Array.isArray(found.epoch) ? found.epoch.length : 0;
  if (!columns.every((column) => isColumn(found[column], length))) return null;
  const values = found as Record<(typeof columns)[number], Column>;
  const statistics = statisticsFrom(found.statistics);
  return Array.from({ length }, (_, i): Point => {
    const at = (column: (typeof columns)[number]): number | null => values[column][i] ?? null;
    return {
      epoch: at('epoch') ?? 0,
      error: at('error') ?? 0,
      validationError: at('validationError'),
      freeEnergy: at('freeEnergy'),
      validationFreeEnergy: at('validationFreeEnergy'),
      logLikelihood: at('logLikelihood'),
      statistics: i === length - 1 ? statistics : null,
    };
  });
}

function statisticsFrom(found: unknown): TrainStatistics | null {
  const names = ['weightNorm', 'updateNorm', 'updateRatio', 'deadUnits', 'saturatedUnits', 'meanActivity'];
  const values = Object(found) as Record<string, unknown>;
  return names.every((name) => typeof values[name] === 'number') ? (values as unknown as TrainStatistics) : null;
}
