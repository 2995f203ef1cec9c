// How the values of a model's visible units are laid out and shown as a picture.
import type { Model } from '../types.js';

/** Rows and columns of a picture of so many pixels: a square where it can be one. */
export function layoutOf(pixels: number, columns?: number): { rows: number; columns: number } {
  const side = Math.sqrt(pixels);
  const across = columns ?? (Number.isInteger(side) ? side : pixels);
  return { rows: Math.ceil(pixels / across), columns: across };
}

/** The values that get the first and the last colour: of units without bounds, the least and the largest there are. */
export function rangeOf(model: Model, values: Float32Array): readonly [low: number, high: number] {
  const units = model.kind === 'rbm' ? model.units.visible : 'units' in model ? [model.units].flat()[0] : undefined;
  const type = (units as { type?: string } | undefined)?.type ?? 'bernoulli';
  if (type === 'spin') return [-1, 1];
  if (type === 'bernoulli' || type === 'softmax') return [0, 1];
  let [low, high] = [Infinity, -Infinity];
  for (const value of values) [low, high] = [Math.min(low, value), Math.max(high, value)];
  return high > low ? [low, high] : [low, low + 1];
}
