// NumPy's array files (NumPy Enhancement Proposal 1), of all versions.
import { WakesleepError } from '../errors.js';
import type { NumberArray } from '../types.js';

const refused = (name: string, why: string) =>
  new WakesleepError('format', `${name} is no NumPy array that can be read: ${why}`);

/** For each type of NumPy's: bytes a value, and the values from bytes that are little-endian and aligned. */
const readers: Record<string, [number, (bytes: Uint8Array) => NumberArray['data']]> = {
  b1: [1, (bytes) => bytes],
  u1: [1, (bytes) => bytes],
  i1: [1, (bytes) => new Int8Array(...placeOf(bytes, 1))],
  u2: [2, (bytes) => new Uint16Array(...placeOf(bytes, 2))],
  i2: [2, (bytes) => new Int16Array(...placeOf(bytes, 2))],
  u4: [4, (bytes) => new Uint32Array(...placeOf(bytes, 4))],
  i4: [4, (bytes) => new Int32Array(...placeOf(bytes, 4))],
  u8: [8, (bytes) => small(new BigUint64Array(...placeOf(bytes, 8)))],
  i8: [8, (bytes) => small(new BigInt64Array(...placeOf(bytes, 8)))],
  f2: [2, (bytes) => Float32Array.from(new Uint16Array(...placeOf(bytes, 2)), half)],
  f4: [4, (bytes) => new Float32Array(...placeOf(bytes, 4))],
  f8: [8, (bytes) => new Float64Array(...placeOf(bytes, 8))],
};

const placeOf = (bytes: Uint8Array, size: number): [ArrayBufferLike, number, number] => [
  bytes.buffer,
  bytes.byteOffset,
  bytes.length / size,
];

/** Integers of 64 bits, which NumPy makes unless told otherwise, as those of 32 where they fit, or else as floats. */
function small(values: BigInt64Array | BigUint64Array): Int32Array | Float64Array {
  const floats = Float64Array.from(values as ArrayLike<unknown> as ArrayLike<number>, Number);
  return floats.every((value) => value === (value | 0)) ? Int32Array.from(floats) : floats;
}

/** IEEE 754's half precision. */
function half(bits: number): number {
  const sign = bits & 0x8000 ? -1 : 1;
  const exponent = (bits >> 10) & 31;
  const fraction = bits & 1023;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1024 + fraction) * 2 ** (exponent - 25));
}

/** What stands before the values of a file: how they are to be read, and where they begin. */
interface Header {
  bigEndian: boolean;
  type: string;
  /** Bytes a value. */
  size: number;
  fortran: boolean;
  shape: number[];
  end: number;
}

/** The most that a header has: longer ones only structured types have. */
export const mostHeader = 2 ** 16 + 12;

/** Reads the start of a file of `length` bytes. Errors name `name`, and are WakesleepErrors 'format'. */
export function parseHeader(name: string, bytes: Uint8Array, length: number): Header {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const magic = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];
  if (bytes.length < 12 || magic.some((byte, i) => bytes[i] !== byte)) throw refused(name, 'it does not begin as one');
  const long = (bytes[6] as number) > 1;
  const start = long ? 12 : 10;
  const end = start + (long ? view.getUint32(8, true) : view.getUint16(8, true));
  if (end > bytes.length) throw refused(name, 'its header is cut short');
  const header = new TextDecoder().decode(bytes.subarray(start, end));
  const descr = /'descr'\s*:\s*'([<>|=])(\w+)'/.exec(header);
  const order = /'fortran_order'\s*:\s*(True|False)/.exec(header);
  const sizes = /'shape'\s*:\s*\(([\d\s,]*)\)/.exec(header);
  if (!descr || !order || !sizes) throw refused(name, 'its header is not that of numbers');
  const [, endian, type] = descr as unknown as [string, string, string];
  const [size] = readers[type] ?? [0];
  if (size === 0) throw refused(name, `its values are of type '${endian}${type}'`);
  const shape = (sizes[1] as string)
    .split(',')
    .filter((part) => part.trim() !== '')
    .map(Number);
  const wanted = size * shape.reduce((all, one) => all * one, 1);
  if (wanted !== length - end)
    throw refused(name, `its shape (${shape.join(', ')}) asks for ${wanted} bytes, and ${length - end} came`);
  return { bigEndian: endian === '>', type, size, fortran: order[1] === 'True', shape, end };
}

/** Values in the order of the file. */
export function parseValues({ type, size, bigEndian }: Header, bytes: Uint8Array): NumberArray['data'] {
  // Arrays over bytes begin at multiples of their size; and what is handed over must not be changed.
  const values = bytes.byteOffset % size === 0 && !bigEndian ? bytes : bytes.slice();
  if (bigEndian) for (let i = 0; i < values.length; i += size) values.subarray(i, i + size).reverse();
  const [, read] = readers[type] as (typeof readers)[string];
  return read(values);
}

/** An array, row by row, whatever order the file has. `name` is named in errors, which are WakesleepErrors 'format'. */
export function parseNpy(name: string, bytes: Uint8Array): NumberArray & { boolean: boolean } {
  const header = parseHeader(name, bytes, bytes.length);
  const { shape, fortran, type, end } = header;
  const data = parseValues(header, bytes.subarray(end));
  return { data: fortran ? byRows(data, shape) : data, shape, boolean: type === 'b1' };
}

/** From Fortran's order, in which the first index is the fastest, to C's. */
function byRows(data: NumberArray['data'], shape: readonly number[]): NumberArray['data'] {
  const strides = shape.map((_, i) => shape.slice(0, i).reduce((all, size) => all * size, 1));
  const index = shape.map(() => 0);
  let from = 0;
  const next = () => {
    const value = data[from] as number;
    for (let axis = shape.length - 1; axis >= 0; --axis) {
      from += strides[axis] as number;
      index[axis] = (index[axis] as number) + 1;
      if ((index[axis] as number) < (shape[axis] as number)) break;
      from -= (index[axis] as number) * (strides[axis] as number);
      index[axis] = 0;
    }
    return value;
  };
  return data.slice().map(next);
}
