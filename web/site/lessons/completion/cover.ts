/** What is covered of a digit, and a digit as an address tells it. */

export const side = 28;
export const pixels = side * side;

/** A rectangle of pixels: left, top, width, height. */
export type Cover = readonly [x: number, y: number, width: number, height: number];

const within = (value: number, low: number, high: number): number => Math.min(high, Math.max(low, Math.round(value)));

/** At least one pixel, and none beyond the edges. */
export function fitted([x, y, width, height]: readonly number[] | Cover): Cover {
  const [w, h] = [within(width ?? 1, 1, side), within(height ?? 1, 1, side)];
  return [within(x ?? 0, 0, side - w), within(y ?? 0, 0, side - h), w, h];
}

/** From one pixel to another, both of them covered. */
export const spanned = (a: readonly [number, number], b: readonly [number, number]): Cover =>
  fitted([Math.min(a[0], b[0]), Math.min(a[1], b[1]), Math.abs(a[0] - b[0]) + 1, Math.abs(a[1] - b[1]) + 1]);

/** 1 where the machine sees the digit and holds it, 0 under the cover. */
export const seenOf = ([x, y, width, height]: Cover): Float32Array =>
  Float32Array.from({ length: pixels }, (_, p) => {
    const [row, column] = [Math.floor(p / side), p % side];
    return row >= y && row < y + height && column >= x && column < x + width ? 0 : 1;
  });

/** Units are on or off, and can be held only there: a grey pixel is taken for the nearer of both. */
export const states = (grey: ArrayLike<number>): Float32Array =>
  Float32Array.from(grey, (value) => (value >= 0.5 ? 1 : 0));

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
const bits = 6;

/** Six pixels a letter. */
const toText = (digit: Float32Array): string =>
  Array.from({ length: Math.ceil(pixels / bits) }, (_, at) => {
    let value = 0;
    for (let bit = 0; bit < bits; ++bit) value = 2 * value + (digit[bits * at + bit] ?? 0);
    return letters.charAt(value);
  }).join('');

function fromText(text: string): Float32Array | null {
  const values = Array.from(text, (letter) => letters.indexOf(letter));
  if (values.length !== Math.ceil(pixels / bits) || values.includes(-1)) return null;
  return Float32Array.from({ length: pixels }, (_, p) => {
    const value = values[Math.floor(p / bits)] ?? 0;
    return (value >> (bits - 1 - (p % bits))) & 1;
  });
}

/** A drawn digit in an address; without one there is nothing. */
export const drawn = {
  initial: null as Float32Array | null,
  read: fromText,
  write: (digit: Float32Array | null): string => (digit ? toText(digit) : ''),
};
