/** A drawing as a word of an address: three letters a point, strokes parted by dots. */
import type { Point, Strokes } from '../../../lib/elements/strokes.ts';

const letters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz-_';
/** Places along a side. */
const places = 512;
/** Points of a stroke are at least so many places apart, or more where the drawing would have too many. */
const apart = 10;
const mostPoints = 400;

/** What of a stroke is kept: points apart from each other, and its last. Kept points are all kept the next time. */
function thinned(stroke: readonly Point[], distance: number): Point[] {
  const kept: Point[] = [];
  stroke.forEach((point, i) => {
    const before = kept.at(-1);
    const far = !before || Math.hypot(point[0] - before[0], point[1] - before[1]) >= distance;
    const last = i === stroke.length - 1 && before && (point[0] !== before[0] || point[1] !== before[1]);
    if (far || last) kept.push(point);
  });
  return kept;
}

const placeOf = (value: number): number => Math.min(places - 1, Math.max(0, Math.round(value * (places - 1))));

export function wordOf(strokes: Strokes): string {
  const placed = strokes.map((stroke) => stroke.map(([x, y]): Point => [placeOf(x), placeOf(y)]));
  let [kept, distance] = [placed.map((stroke) => thinned(stroke, apart)), apart];
  while (kept.flat().length > mostPoints && distance < places) {
    distance *= 2;
    kept = placed.map((stroke) => thinned(stroke, distance));
  }
  const letter = (value: number): string => letters[value & 63] ?? '';
  return kept
    .map((stroke) =>
      stroke
        .map(([x, y]) => x * places + y)
        .map((code) => letter(code >> 12) + letter(code >> 6) + letter(code))
        .join(''),
    )
    .join('.');
}

export function strokesOf(word: string): Strokes {
  if (word === '') return [];
  return word.split('.').map((stroke) =>
    Array.from({ length: stroke.length / 3 }, (_, i): Point => {
      const code = [...stroke.slice(3 * i, 3 * i + 3)].reduce((sum, one) => 64 * sum + letters.indexOf(one), 0);
      return [Math.floor(code / places) / (places - 1), (code % places) / (places - 1)];
    }),
  );
}

/** Whether it is the word of a drawing. */
export const isWord = (text: string): boolean =>
  text.length <= 6 * mostPoints && /^(([\w-]{3})+(\.([\w-]{3})+)*)?$/.test(text);
