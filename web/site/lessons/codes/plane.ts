/** Codes of two numbers as places on a map, and what is asked of codes of any length. */
import { pixels } from '../digits.ts';

/** A place on the map: thousandths from its left and its upper edge. */
export type Place = readonly [x: number, y: number];
export const edge = 1000;

/** What a network with a code does, in the worker or beside it. */
type Maybe<T> = T | Promise<T>;
export interface Coder {
  encode(x: Float32Array): Maybe<{ data: Float32Array }>;
  decode(code: Float32Array): Maybe<{ data: Float32Array }>;
}

/** Images from their codes; of those, only the first `kept` of every `size` numbers count, and the others are 0. */
export async function throughCode(coder: Coder, images: Float32Array, size: number, kept: number) {
  const codes = (await coder.encode(images)).data.map((value, i) => (i % size < kept ? value : 0));
  return { codes, images: (await coder.decode(codes)).data };
}

/** The mean over images of the squared distance between each and its reconstruction. */
export function squaredError(images: ArrayLike<number>, others: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < images.length; ++i) sum += ((images[i] ?? 0) - (others[i] ?? 0)) ** 2;
  return (sum * pixels) / images.length;
}

/** Which codes the edges of the map are: around most of some codes, beyond which few stray. */
export class Plane {
  readonly #low: readonly number[];
  readonly #size: readonly number[];

  constructor(codes: Float32Array) {
    const sides = [0, 1].map((side) => {
      const sorted = codes.filter((_, i) => i % 2 === side).sort();
      const at = (part: number): number => sorted[Math.round(part * (sorted.length - 1))] ?? 0;
      const [low, high] = [at(0.01), at(0.99)];
      const margin = 0.08 * (high - low);
      return [low - margin, high - low + 2 * margin] as const;
    });
    this.#low = sides.map(([low]) => low);
    this.#size = sides.map(([, size]) => size || 1);
  }

  placeOf(code: ArrayLike<number>, row = 0): Place {
    const at = (side: number): number =>
      within((edge * ((code[2 * row + side] ?? 0) - (this.#low[side] ?? 0))) / (this.#size[side] ?? 1));
    return [at(0), edge - at(1)];
  }

  codeAt([x, y]: Place): Float32Array {
    const at = (side: number, place: number): number =>
      (this.#low[side] ?? 0) + (place / edge) * (this.#size[side] ?? 1);
    return Float32Array.of(at(0, x), at(1, edge - y));
  }
}

export const within = (value: number): number => Math.min(edge, Math.max(0, Math.round(value)));

/** The labels around a place, those of its nearest points, most frequent first. */
export function around(place: Place, points: readonly { place: Place; label: number }[], count = 9): number[] {
  const far = (other: Place): number => Math.hypot(other[0] - place[0], other[1] - place[1]);
  const nearest = [...points].sort((a, b) => far(a.place) - far(b.place)).slice(0, count);
  const votes = new Map<number, number>();
  for (const { label } of nearest) votes.set(label, (votes.get(label) ?? 0) + 1);
  return [...votes]
    .filter(([, many]) => 4 * many >= nearest.length)
    .sort((a, b) => b[1] - a[1])
    .map(([label]) => label);
}

/** Written digits on the map, which no network has seen. */
export const digitsOnMap = { kind: 'stroke-digits', count: 240, seed: 11 } as const;

/** A place as an address tells it. */
export function readPlace(text: string): Place | null {
  const values = text.split(',').map((one) => (one.trim() === '' ? NaN : Number(one)));
  const [x, y] = values;
  if (values.length !== 2 || x === undefined || y === undefined) return null;
  return values.every((one) => one >= 0 && one <= edge) ? [Math.round(x), Math.round(y)] : null;
}
