/** The one judge of all contenders: did they learn? Plain and slow, so that it can be read. */
import { work, type Images, type Parameters } from './work.ts';

/** Mean squared error a pixel, after one pass up and down by means. */
export function reconstructionError({ W, b, c }: Parameters, { pixels, count }: Images): number {
  const { visible, hidden } = work;
  if (W.length !== visible * hidden || b.length !== visible || c.length !== hidden) return NaN;
  const h = new Float64Array(hidden);
  let error = 0;
  for (let image = 0; image < count; image++) {
    const v = pixels.subarray(image * visible, (image + 1) * visible);
    h.set(c);
    for (let i = 0; i < visible; i++) {
      if (v[i] === 0) continue;
      for (let j = 0; j < hidden; j++) h[j] = (h[j] as number) + (W[i * hidden + j] as number);
    }
    for (let j = 0; j < hidden; j++) h[j] = sigmoid(h[j] as number);
    for (let i = 0; i < visible; i++) {
      let input = b[i] as number;
      for (let j = 0; j < hidden; j++) input += (h[j] as number) * (W[i * hidden + j] as number);
      error += ((v[i] as number) - sigmoid(input)) ** 2;
    }
  }
  return error / (count * visible);
}

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));

/** Whether training changed what it should. */
export const hasLearned = (before: number, after: number): boolean => after < 0.8 * before;
