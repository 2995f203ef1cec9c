/** The lesson's machine: what it is shown, what is held back from it, and how it is trained. */

export const pixels = 28 * 28;
export const hidden = 30;
export const epochs = 100;
/** Shown as it goes. */
export const portion = 5;
export const options = { batchSize: 10, learningRate: 0.05, momentum: 0.5 } as const;

/** Examples of two symbols, for who does not draw forty: digits of the generator of stroke digits. */
export const digits = [3, 8] as const;
export const source = { kind: 'stroke-digits', count: 600, seed: 7 } as const;
/** Of each symbol, to be shown, and as many to be held back. */
export const most = 20;

/** Images of the two symbols. */
export type Pair<T> = readonly [first: T, second: T];
export interface Material {
  shown: Pair<readonly Float32Array[]>;
  heldBack: Pair<readonly Float32Array[]>;
}

/** The examples: of each digit the first are shown and the next held back. */
export function examplesOf(rows: Float32Array, labels: ArrayLike<number>): Material {
  const of = (digit: number, from: number): Float32Array[] =>
    Array.from(labels)
      .flatMap((label, i) => (label === digit ? [rows.subarray(pixels * i, pixels * (i + 1))] : []))
      .slice(from, from + most);
  return {
    shown: [of(digits[0], 0), of(digits[1], 0)],
    heldBack: [of(digits[0], most), of(digits[1], most)],
  };
}

/** Of drawings every fourth is held back: nobody draws as many again for the test. */
export function drawingsOf(drawings: readonly { image: Float32Array; label: number }[]): Material {
  const of = (label: number, held: boolean): Float32Array[] =>
    drawings
      .filter((one) => one.label === label)
      .filter((_, i) => (i % 4 === 3) === held)
      .map(({ image }) => image);
  return { shown: [of(0, false), of(1, false)], heldBack: [of(0, true), of(1, true)] };
}

export interface Lot {
  images: Float32Array;
  labels: number[];
  count: number;
}

/** So many of each, one after the other, as training and test take them. */
export function lotOf([first, second]: Pair<readonly Float32Array[]>, counts?: Pair<number>): Lot {
  const [a, b] = [first.slice(0, counts?.[0]), second.slice(0, counts?.[1])];
  const images = new Float32Array(pixels * (a.length + b.length));
  [...a, ...b].forEach((image, i) => {
    images.set(image, pixels * i);
  });
  return { images, labels: [...a.map(() => 0), ...b.map(() => 1)], count: a.length + b.length };
}
