/** The curves of a training, with the former one in grey, or with those that are compared with it. */
import { train } from '../../messages/train';
import type { Point } from './measure';
import type { ShownRun } from './runs';
import type { TrainSession } from './session.svelte';

/** A line of a chart. */
export interface CurveSeries {
  name: string;
  values: readonly (number | null)[];
  /** The token it is drawn in, such as `--data`. */
  colour: string;
  dashed: boolean;
}

export type CurveName = 'likelihood' | 'error' | 'free-energy';

/** A kept run's line. */
export interface KeptSeries {
  name: string;
  epochs: readonly number[];
  values: readonly (number | null)[];
  /** Counted from 0: which colour and which dashes it has. */
  place: number;
}

/** Dashes tell runs apart where colours don't. */
export const dashes = [
  [9, 4],
  [2, 3],
  [9, 3, 2, 3],
  [4, 3],
  [14, 4],
  [9, 3, 2, 3, 2, 3],
] as const;
export const runColour = (place: number): string => `--run-${String(place + 1)}`;
export const dashOf = (place: number): readonly number[] => dashes[place] ?? [];

export interface CurveData {
  name: CurveName;
  title: string;
  hint: string;
  epochs: readonly number[];
  series: readonly CurveSeries[];
  /** The last training on the same data. */
  former: { epochs: readonly number[]; values: readonly (number | null)[] };
  kept: readonly KeptSeries[];
}

const t = train.curves;

/** Those that this network has, the one that tells most first. */
export function curvesOf({ run }: Pick<TrainSession, 'run'>, shown: readonly ShownRun[] = []): CurveData[] {
  // Those that were chosen take the place of the one before.
  const [points, former] = [run?.points ?? [], shown.length > 0 ? [] : (run?.former ?? [])];
  const epochs = points.map((point) => point.epoch);
  const held = run !== null && run.data.validation !== null;
  const best = run?.data.complete?.bestLogLikelihood ?? null;
  const line = (name: string, key: keyof Point, colour: string, dashed = false): CurveSeries => ({
    name,
    values: points.map((point) => point[key] as number | null),
    colour,
    dashed,
  });
  const curve = (name: CurveName, title: string, hint: string, key: keyof Point, series: CurveSeries[]): CurveData => ({
    name,
    title,
    hint,
    epochs,
    series,
    former: {
      epochs: former.map((point) => point.epoch),
      values: former.map((point) => point[key] as number | null),
    },
    kept: shown
      .filter((one) => one.points.some((point) => point[key] !== null))
      .map((one) => ({
        name: one.name,
        epochs: one.points.map((point) => point.epoch),
        values: one.points.map((point) => point[key] as number | null),
        place: one.place,
      })),
  });
  const both = (training: keyof Point, validation: keyof Point): CurveSeries[] => [
    line(t.training, training, '--data'),
    ...(held ? [line(t.validation, validation, '--data-soft', true)] : []),
  ];
  const curves: CurveData[] = [];
  if (run?.likelihood === 'exact' || run?.likelihood === 'ladder') {
    const byLadder = run.data.training.binary ? t.ladderHint : t.ladderBoundHint;
    const hint = run.likelihood === 'ladder' ? byLadder : run.feed.standard ? t.densityHint : t.likelihoodHint;
    curves.push(
      curve('likelihood', t.likelihood, hint, 'logLikelihood', [
        line(t.network, 'logLikelihood', '--model'),
        ...(best === null ? [] : [{ name: t.best, values: points.map(() => best), colour: '--data', dashed: true }]),
      ]),
    );
  }
  curves.push(curve('error', t.error, t.errorHint, 'error', both('error', 'validationError')));
  if (run?.hasEnergy !== false) {
    const hint = held ? t.freeEnergyHint : t.freeEnergyAlone;
    curves.push(curve('free-energy', t.freeEnergy, hint, 'freeEnergy', both('freeEnergy', 'validationFreeEnergy')));
  }
  return curves;
}
