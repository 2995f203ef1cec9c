/** A 4 whose arm bends over until it closes the loop of a 9: strokes in a square of side 1. */
import type { Point, Strokes } from '../../../lib/elements/strokes.ts';

const arm = {
  four: [0.34, 0.2, 0.32, 0.3, 0.31, 0.4, 0.33, 0.5, 0.42, 0.52, 0.52, 0.52, 0.66, 0.5],
  nine: [0.64, 0.24, 0.5, 0.17, 0.36, 0.25, 0.33, 0.4, 0.42, 0.5, 0.54, 0.48, 0.65, 0.36],
};
const stem = {
  four: [0.66, 0.2, 0.66, 0.35, 0.65, 0.5, 0.64, 0.65, 0.63, 0.85],
  nine: [0.66, 0.2, 0.66, 0.35, 0.65, 0.5, 0.64, 0.65, 0.62, 0.85],
};
/** Points that a curve has between two that it is led through. */
const between = 8;

function pointsBetween({ four, nine }: typeof arm, part: number): Point[] {
  const at = (k: number): number => (four[k] ?? 0) + ((nine[k] ?? 0) - (four[k] ?? 0)) * part;
  return Array.from({ length: four.length / 2 }, (_, i) => [at(2 * i), at(2 * i + 1)] as const);
}

/** The curve of Catmull and Rom through the points. */
function smooth(points: readonly Point[]): Point[] {
  const point = (i: number): Point => points[Math.min(points.length - 1, Math.max(0, i))] ?? [0, 0];
  const cubic = (i: number, axis: 0 | 1, t: number): number => {
    const [a, b, c, d] = [point(i - 1)[axis], point(i)[axis], point(i + 1)[axis], point(i + 2)[axis]];
    const [linear, square, cube] = [c - a, 2 * a - 5 * b + 4 * c - d, 3 * b - a - 3 * c + d];
    return b + (t * (linear + t * (square + t * cube))) / 2;
  };
  const curve = Array.from({ length: (points.length - 1) * between }, (_, k): Point => {
    const [i, t] = [Math.floor(k / between), (k % between) / between];
    return [cubic(i, 0, t), cubic(i, 1, t)];
  });
  return [...curve, point(points.length - 1)];
}

/** `part` of the way from the 4 (0) to the 9 (1). */
export const strokesAt = (part: number): Strokes => [arm, stem].map((stroke) => smooth(pointsBetween(stroke, part)));
