/** What a saved network's notes tell beside its weights: its data, options, curves, and its place between points. */
import type { TrainStatistics } from 'wakesleep';
import { noteOf } from './datasets';
import { standardNote } from './feed';
import type { Point } from './measure';
import type { Run, RunPlace } from './run.svelte';

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

export function notesOf({ data, feed, options, points, place }: Run): Record<string, string> {
  const curves = Object.fromEntries(columns.map((column) => [column, points.map((point) => short(point[column]))]));
  return {
    data: noteOf(data.choice),
    options: JSON.stringify(options),
    examples: String(data.training.count),
    curves: JSON.stringify({ ...curves, place, statistics: points.at(-1)?.statistics ?? null }),
    ...(feed.standard ? { standardisation: standardNote(feed.standard) } : {}),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;
const isColumn = (value: unknown, length: number): value is Column =>
  Array.isArray(value) &&
  value.length === length &&
  value.every((one) => one === null || (typeof one === 'number' && Number.isFinite(one)));

/** Curves and place from a file's note; none where it has none that make sense. */
export function curvesFrom(note: string | undefined): { points: readonly Point[]; place: RunPlace } {
  const none = { points: [], place: { done: 0, nextPoint: 1, measured: 0 } };
  let found: Record<string, unknown>;
  try {
    found = Object(JSON.parse(note ?? 'null')) as Record<string, unknown>;
  } catch {
    return none;
  }
  const { done, nextPoint, measured } = Object(found.place) as Record<string, unknown>;
  const length = Array.isArray(found.epoch) ? found.epoch.length : 0;
  if (!isCount(done) || !isCount(nextPoint) || !isCount(measured)) return none;
  if (!columns.every((column) => isColumn(found[column], length))) return none;
  const values = found as Record<(typeof columns)[number], Column>;
  const statistics = statisticsFrom(found.statistics);
  const points = Array.from({ length }, (_, i): Point => {
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
  return { points, place: { done, nextPoint, measured } };
}

function statisticsFrom(found: unknown): TrainStatistics | null {
  const names = ['weightNorm', 'updateNorm', 'updateRatio', 'deadUnits', 'saturatedUnits', 'meanActivity'];
  const values = Object(found) as Record<string, unknown>;
  return names.every((name) => typeof values[name] === 'number') ? (values as unknown as TrainStatistics) : null;
}
