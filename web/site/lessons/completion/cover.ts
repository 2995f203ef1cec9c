/** What is covered of a digit. */
import { pixels, side } from '../digits.ts';

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
