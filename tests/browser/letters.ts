// What is no digit, endlessly: letters written by strokes, scribbles, and noise. Each kind from a seed.

import { numbers, smooth, written, type Glyph } from './countries.ts';
import type { DrawnPoint } from './drawings.ts';

/**
 * The letters whose strokes are no digit's, on a sheet of 100 x 100, points given twice being sharp turns. Left out are
 * those that people write as they write a digit: O, o and D (0), I, i and l (1), Z and z (2), S and s (5), G and b (6),
 * B (8), g and q (9), Y and y (a 4 that is open at the top). C, V and v are written as their capitals or small ones.
 */
// prettier-ignore
const glyphs: Record<string, Glyph> = {
  A: [[18, 92, 50, 8, 50, 8, 82, 92], [30, 62, 70, 62]],
  C: [[78, 24, 60, 10, 36, 14, 22, 40, 24, 68, 42, 90, 64, 88, 80, 74]],
  E: [[76, 10, 26, 10, 26, 10, 26, 90, 26, 90, 76, 90], [26, 50, 66, 50]],
  F: [[76, 10, 28, 10, 28, 10, 28, 92], [28, 50, 66, 50]],
  H: [[24, 8, 24, 92], [76, 8, 76, 92], [24, 50, 76, 50]],
  J: [[64, 8, 64, 50, 62, 78, 48, 92, 30, 84, 26, 68]],
  K: [[28, 8, 28, 92], [74, 8, 28, 54], [40, 44, 76, 92]],
  L: [[28, 8, 28, 92, 28, 92, 76, 92]],
  M: [[16, 92, 22, 8, 22, 8, 50, 62, 50, 62, 78, 8, 78, 8, 84, 92]],
  N: [[24, 92, 24, 8, 24, 8, 76, 92, 76, 92, 76, 8]],
  P: [[28, 92, 28, 10, 28, 10, 58, 8, 76, 22, 72, 44, 52, 54, 28, 54]],
  Q: [[50, 8, 26, 20, 16, 50, 26, 80, 50, 92, 74, 80, 84, 50, 74, 20, 50, 8], [56, 66, 88, 96]],
  R: [[28, 92, 28, 10, 28, 10, 58, 8, 74, 22, 70, 42, 52, 50, 28, 50], [46, 50, 78, 92]],
  T: [[16, 10, 84, 10], [50, 10, 50, 92]],
  U: [[22, 8, 22, 50, 28, 82, 50, 92, 72, 82, 78, 50, 78, 8]],
  V: [[18, 8, 50, 92, 50, 92, 82, 8]],
  W: [[10, 8, 30, 92, 30, 92, 50, 30, 50, 30, 70, 92, 70, 92, 90, 8]],
  X: [[20, 8, 80, 92], [80, 8, 20, 92]],
  a: [[72, 34, 52, 26, 32, 38, 28, 66, 42, 86, 62, 80, 72, 56, 72, 30, 72, 30, 72, 70, 84, 88]],
  d: [[68, 46, 48, 38, 30, 52, 30, 78, 48, 92, 66, 80, 70, 60], [70, 6, 70, 92]],
  e: [[26, 58, 74, 56, 74, 56, 70, 34, 50, 26, 30, 38, 24, 62, 36, 86, 58, 90, 76, 76]],
  f: [[70, 14, 56, 6, 44, 18, 42, 50, 42, 94], [24, 44, 64, 44]],
  h: [[28, 6, 28, 92, 28, 92, 30, 58, 48, 44, 66, 52, 70, 72, 70, 92]],
  j: [[58, 30, 58, 76, 50, 94, 32, 92], [58, 10, 58, 13]],
  k: [[30, 6, 30, 92], [68, 40, 30, 66], [42, 60, 72, 92]],
  m: [[14, 34, 14, 88, 14, 88, 18, 48, 34, 34, 46, 46, 48, 88, 48, 88, 52, 48, 68, 34, 82, 46, 84, 88]],
  n: [[24, 32, 24, 90, 24, 90, 28, 52, 50, 34, 70, 46, 74, 90]],
  p: [[30, 30, 30, 98], [30, 42, 52, 28, 72, 42, 70, 62, 50, 72, 30, 64]],
  r: [[32, 32, 32, 90, 32, 90, 36, 54, 52, 36, 70, 38]],
  t: [[48, 8, 46, 60, 50, 86, 66, 90, 74, 82], [24, 34, 72, 34]],
  u: [[24, 32, 24, 64, 34, 86, 54, 84, 72, 62, 74, 32, 74, 32, 74, 70, 84, 90]],
  w: [[12, 32, 30, 88, 30, 88, 50, 42, 50, 42, 70, 88, 70, 88, 88, 32]],
  x: [[26, 32, 74, 88], [74, 32, 26, 88]],
};

export interface Written {
  name: string;
  strokes: DrawnPoint[][];
}

/** Each letter so many times, as no hand writes it twice alike. */
export const letters = (times: number, seed: number): Written[] =>
  Object.entries(glyphs).flatMap(([name, glyph], i) =>
    Array.from({ length: times }, (_, time) => ({ name, strokes: written(glyph, 1_000_000 * seed + 1000 * i + time) })),
  );

/** One smooth line through 6 to 16 places anywhere on the sheet. */
export const scribbles = (count: number, seed: number): Written[] => {
  const random = numbers(seed);
  for (let i = 0; i < 5; ++i) random();
  return Array.from({ length: count }, () => {
    const places = 6 + Math.floor(11 * (random() + 0.5));
    return { name: 'a scribble', strokes: [smooth(Array.from({ length: 2 * places }, () => 50 + 90 * random()))] };
  });
};

/** Noise as images of 28 x 28: grey values, bits, and squares of ink, from faint to full. */
export const noise = (count: number, seed: number): Float32Array[] => {
  const random = numbers(seed);
  const uniform = (): number => random() + 0.5;
  for (let i = 0; i < 5; ++i) random();
  return Array.from({ length: count }, (_, n) => {
    const density = 0.05 + 0.9 * uniform();
    if (n % 3 === 0) return Float32Array.from({ length: 784 }, () => density * uniform());
    if (n % 3 === 1) return Float32Array.from({ length: 784 }, () => (uniform() < density ? 1 : 0));
    const side = 2 + Math.floor(3 * uniform());
    const squares = Array.from({ length: 15 * 15 }, () => (uniform() < density / 2 ? uniform() : 0));
    return Float32Array.from({ length: 784 }, (_, i) => {
      const [x, y] = [i % 28, Math.floor(i / 28)];
      const margin = Math.min(x, y, 27 - x, 27 - y);
      return margin < 4 ? 0 : (squares[15 * Math.floor(y / side) + Math.floor(x / side)] ?? 0);
    });
  });
};
