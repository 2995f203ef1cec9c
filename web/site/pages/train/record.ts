/** What a saved network's notes tell beside its weights: its data, options, curves, and its place between points. */
import { noteOf } from './datasets';
import { standardNote } from './feed';
import type { Point } from './measure';
import { curvesNote, pointsFrom } from './points';
import type { Run, RunPlace } from './run.svelte';

export function notesOf({ data, feed, options, points, place }: Run): Record<string, string> {
  return {
    data: noteOf(data.choice),
    options: JSON.stringify(options),
    examples: String(data.training.count),
    curves: JSON.stringify({ ...curvesNote(points), place }),
    ...(feed.standard ? { standardisation: standardNote(feed.standard) } : {}),
  };
}

const isCount = (value: unknown): value is number => Number.isSafeInteger(value) && Number(value) >= 0;

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
  if (!isCount(done) || !isCount(nextPoint) || !isCount(measured)) return none;
  const points = pointsFrom(found);
  return points ? { points, place: { done, nextPoint, measured } } : none;
}
