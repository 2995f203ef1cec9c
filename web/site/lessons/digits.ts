/** The digit that a lesson works on: its pixels, and how an address tells those of a drawn one. */
import type { Field } from './address.ts';

export const side = 28;
export const pixels = side * side;

/** Grey values, each the nearest of so many from 0 to 1. */
export const rounded = (grey: ArrayLike<number>, levels: number): Float32Array =>
  Float32Array.from(grey, (value) => Math.round(value * (levels - 1)) / (levels - 1));

/** Units are on or off, and can be held only there: a grey pixel is taken for the nearer of both. */
export const states = (grey: ArrayLike<number>): Float32Array => rounded(grey, 2);

const letters = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_';
/** Pixels a letter, by levels a pixel. */
const together = { 2: 6, 8: 2 } as const;
export type Levels = keyof typeof together;

/** A drawn digit of so many levels in an address; without one there is nothing. */
export function drawn(levels: Levels): Field<Float32Array | null> {
  const each = together[levels];
  const length = Math.ceil(pixels / each);
  return {
    initial: null,
    read(text) {
      const values = Array.from(text, (letter) => letters.indexOf(letter));
      if (values.length !== length || values.includes(-1)) return null;
      return Float32Array.from({ length: pixels }, (_, p) => {
        const before = each - 1 - (p % each);
        return (Math.floor((values[Math.floor(p / each)] ?? 0) / levels ** before) % levels) / (levels - 1);
      });
    },
    write(digit) {
      if (!digit) return '';
      return Array.from({ length }, (_, at) => {
        let value = 0;
        for (let i = 0; i < each; ++i) value = levels * value + Math.round((digit[each * at + i] ?? 0) * (levels - 1));
        return letters.charAt(value);
      }).join('');
    },
  };
}
