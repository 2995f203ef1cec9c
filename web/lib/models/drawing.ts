// What a user draws, as plain numbers for the engine.
import type { NativeModule } from '../native.js';
import type { Drawing, Picture, Tensor } from '../types.js';
import { compute, type Owner, type Task } from './task.js';
import { arrayType, described, integer, isFloat32Array, wrongType } from '../validate.js';

/** A drawing as it travels to the worker. */
export type PlainDrawing =
  | { kind: 'strokes'; points: Float32Array; lengths: Uint32Array }
  | { kind: 'picture'; data: Uint8ClampedArray | Uint8Array | Float32Array; width: number; height: number };

const mostPoints = 1_000_000;
const mostSide = 16384;

/** Checks a drawing's form. Pictures are only looked at where they are worked on. */
export function plainDrawing(drawing: Drawing): PlainDrawing {
  if (Array.isArray(drawing)) return plainStrokes(drawing);
  if (typeof drawing === 'object' && drawing !== null && 'data' in drawing) return plainPicture(drawing as Picture);
  throw wrongType('drawing', 'an array of strokes, or a picture with data, width and height', drawing);
}

function plainStrokes(strokes: readonly unknown[]): PlainDrawing {
  const numbers: number[] = [];
  const lengths = strokes.map((stroke, s) => {
    const before = numbers.length;
    if (isFloat32Array(stroke)) {
      if (stroke.length % 2 !== 0)
        throw new RangeError(`stroke ${s} must be pairs of x and y, not ${stroke.length} numbers`);
      for (let i = 0; i < stroke.length; i++) numbers.push(coordinate(s, i >> 1, stroke[i]));
    } else if (Array.isArray(stroke)) {
      stroke.forEach((point: unknown, i) => {
        const [x, y] = Array.isArray(point) ? (point as unknown[]) : coordinatesOf(point, s, i);
        numbers.push(coordinate(s, i, x), coordinate(s, i, y));
      });
    } else {
      throw wrongType(`stroke ${s}`, 'an array of points or a Float32Array of x and y in turn', stroke);
    }
    if (numbers.length > 2 * mostPoints) throw new RangeError(`a drawing must have at most ${mostPoints} points`);
    return (numbers.length - before) / 2;
  });
  return { kind: 'strokes', points: Float32Array.from(numbers), lengths: Uint32Array.from(lengths) };
}

function coordinatesOf(point: unknown, stroke: number, i: number): [unknown, unknown] {
  if (typeof point !== 'object' || point === null)
    throw wrongType(`point ${i} of stroke ${stroke}`, '{ x, y } or [x, y]', point);
  const { x, y } = point as { x?: unknown; y?: unknown };
  return [x, y];
}

function coordinate(stroke: number, i: number, value: unknown): number {
  if (typeof value !== 'number') throw wrongType(`a coordinate of point ${i} of stroke ${stroke}`, 'a number', value);
  // Written so that NaN fails it. What is larger would be infinite in float32.
  if (!(Math.abs(value) <= 1e30))
    throw new RangeError(`point ${i} of stroke ${stroke} must have finite coordinates, not ${described(value)}`);
  return value;
}

function plainPicture({ data, width, height }: Picture): PlainDrawing {
  integer('width', width, 1, mostSide);
  integer('height', height, 1, mostSide);
  const tag = arrayType(data);
  if (tag !== 'Uint8ClampedArray' && tag !== 'Uint8Array' && tag !== 'Float32Array') {
    throw wrongType('data', 'a Uint8ClampedArray, a Uint8Array or a Float32Array', data);
  }
  const pixels = width * height;
  const fits = data.length === pixels || (data.length === 4 * pixels && tag !== 'Float32Array');
  if (!fits) {
    const allowed = tag === 'Float32Array' ? `${pixels} values` : `${4 * pixels} bytes (RGBA) or ${pixels}`;
    throw new RangeError(`data must have ${allowed} for ${width} x ${height} pixels, not ${data.length}`);
  }
  return { kind: 'picture', data, width, height };
}

export function* preprocess(engine: Owner<NativeModule>, drawing: PlainDrawing): Task<Tensor> {
  const data =
    drawing.kind === 'strokes'
      ? engine.native.preprocessStrokes(drawing.points, drawing.lengths)
      : yield* compute(engine.native.preprocessPicture(drawing.data, drawing.width, drawing.height), engine);
  return { data, shape: [28, 28] };
}
