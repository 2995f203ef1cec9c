// Example rows on their way to the engine: a data set or an array.
import type { NativeRows } from '../native.js';
import type { Tensor } from '../types.js';
import { boolean, floatsOf, labelsOf, number } from '../validate.js';
import { DatasetCore } from './dataset.js';

export type ExamplesCore = DatasetCore | Float32Array | Tensor;

/** The number of rows. Their width must be `width`; their values are checked where they are worked on. */
export function countRows(name: string, x: ExamplesCore, width: number): number {
  if (!(x instanceof DatasetCore)) return floatsOf(name, x, width).length / width;
  void x.native;
  if (x.width !== width) {
    throw new RangeError(`${name} has ${x.width} values an example, and the model has ${width} visible units`);
  }
  return x.count;
}

export function nativeRows(name: string, x: ExamplesCore, width: number): NativeRows {
  if (!(x instanceof DatasetCore)) return floatsOf(name, x, width);
  countRows(name, x, width);
  return x.native;
}

/** Whether the data set's labels are to count, as they do unless told otherwise where the model has label units. */
export function labelsCount(given: unknown, x: ExamplesCore, model: { labels: number }): boolean {
  const possible = model.labels > 0 && x instanceof DatasetCore && x.native.labelCount() > 0;
  const wanted = boolean('labels', given, possible);
  if (wanted && !possible) throw new TypeError('labels need a model with label units and a data set with labels');
  return wanted;
}

/** The labels that rows are scored with: those given, or those of the data set where they count; null for none. */
export function labelsOfScores(
  given: boolean | ArrayLike<number> | undefined,
  x: ExamplesCore,
  model: { visible: number; labels: number },
): Uint16Array | null {
  if (typeof given === 'object') return labelsOfRows(given, x, model);
  if (!labelsCount(given, x, model)) return null;
  countRows('x', x, model.visible);
  return (x as DatasetCore).native.labels(0, (x as DatasetCore).count);
}

/** log p of each row from its free energy, -F - log Z; that of p* where log Z is not known. */
export function scores({ data, shape }: Tensor, logZ: unknown): Tensor {
  const z = number('logZ', logZ, {}, 0);
  return { data: data.map((energy) => 0 - energy - z), shape };
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
