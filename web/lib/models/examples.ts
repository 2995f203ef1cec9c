// Whole rows of examples, from a data set or an array, in blocks that are a few milliseconds of work.
import type { Tensor } from '../types.js';
import { checkUnitValues, rowsOf } from '../validate.js';
import { DatasetCore } from './dataset.js';
import { rowsAtOnce, type Task } from './task.js';
import type { ValueCheck } from './units.js';

export type ExamplesCore = DatasetCore | Float32Array;

/** The number of rows. Their width must be `width`. */
export function countRows(name: string, x: ExamplesCore, width: number): number {
  if (!(x instanceof DatasetCore)) return rowsOf(name, x, width);
  void x.native;
  if (x.width !== width) {
    throw new RangeError(`${name} has ${x.width} values an example, and the model has ${width} visible units`);
  }
  return x.count;
}

/** Some rows, checked: unless told otherwise, every value is in [0, 1]. */
export function readRows(
  name: string,
  x: ExamplesCore,
  width: number,
  first: number,
  count: number,
  check: ValueCheck = checkUnitValues,
): Float32Array {
  const block =
    x instanceof DatasetCore ? x.native.rows(first, count) : x.subarray(first * width, (first + count) * width);
  check(name, block, width, first);
  return block;
}

export interface Block {
  values: Float32Array;
  first: number;
  count: number;
  /** Which block it is, counted from 0. */
  number: number;
}

/** Calls `each` with block after block. */
export function* inBlocks(
  name: string,
  x: ExamplesCore,
  width: number,
  multiplications: number,
  each: (block: Block) => void,
  check?: ValueCheck,
): Task<number> {
  const rows = countRows(name, x, width);
  const most = rowsAtOnce(multiplications);
  for (let first = 0; first < rows; first += most) {
    if (first > 0) yield;
    const count = Math.min(most, rows - first);
    each({ values: readRows(name, x, width, first, count, check), first, count, number: first / most });
  }
  return rows;
}

/** One result row for each row of x. */
export function* mapRows(
  name: string,
  x: ExamplesCore,
  width: number,
  columns: number,
  multiplications: number,
  each: (values: Float32Array, block: Block) => Float32Array,
  check?: ValueCheck,
): Task<Tensor> {
  const data = new Float32Array(countRows(name, x, width) * columns);
  const set = (block: Block) => data.set(each(block.values, block), block.first * columns);
  const rows = yield* inBlocks(name, x, width, multiplications, set, check);
  return { data, shape: columns === 1 ? [rows] : [rows, columns] };
}
