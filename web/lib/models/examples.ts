// Example rows on their way to the engine: a data set or an array.
import type { NativeRows } from '../native.js';
import { float32Of, labelsOf, rowsOf } from '../validate.js';
import { DatasetCore } from './dataset.js';

export type ExamplesCore = DatasetCore | Float32Array | Float64Array;

/** The number of rows. Their width must be `width`; their values are checked where they are worked on. */
export function countRows(name: string, x: ExamplesCore, width: number): number {
  if (!(x instanceof DatasetCore)) return rowsOf(name, x, width);
  void x.native;
  if (x.width !== width) {
    throw new RangeError(`${name} has ${x.width} values an example, and the model has ${width} visible units`);
  }
  return x.count;
}

export function nativeRows(name: string, x: ExamplesCore, width: number): NativeRows {
  countRows(name, x, width);
  return x instanceof DatasetCore ? x.native : float32Of(x);
}

/** The labels of rows, for a model that has label units; null for none. */
export function labelsOfRows(
  labels: ArrayLike<number> | undefined,
  x: ExamplesCore,
  model: { visible: number; labels: number },
): Uint16Array | null {
  if (labels === undefined) return null;
  if (model.labels === 0) throw new TypeError('labels need a model with label units, and this one has none');
  return labelsOf('labels', labels, countRows('x', x, model.visible), model.labels - 1);
}
