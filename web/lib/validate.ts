// Checks of arguments. They all come before the engine is called: a release build of embind turns a wrong argument into
// 0 without a word. Messages name the argument, what is allowed, and what came.
import type { NumberArray, Tensor } from './types.js';

/** What came, in a few words. */
export function described(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'boolean') return String(value);
  if (typeof value === 'number') return Object.is(value, -0) ? '-0' : String(value);
  if (typeof value === 'bigint') return `the BigInt ${value}`;
  if (typeof value === 'string')
    return value.length > 40 ? `a string of ${value.length} characters` : JSON.stringify(value);
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'symbol') return 'a symbol';
  if (Array.isArray(value)) return `an array of ${value.length}`;
  const name = nameOf(value);
  if (ArrayBuffer.isView(value) && 'length' in value) return `${article(name)} of ${String(value.length)}`;
  return name === 'Object' ? 'an object' : article(name);
}

function nameOf(value: object): string {
  const constructor: unknown = (value as { constructor?: unknown }).constructor;
  return typeof constructor === 'function' && constructor.name !== '' ? constructor.name : 'Object';
}

const article = (name: string) => `${/^[AEIOU]/.test(name) && !/^U(int|RL)/.test(name) ? 'an' : 'a'} ${name}`;

export function wrongType(name: string, allowed: string, value: unknown): TypeError {
  return new TypeError(`${name} must be ${allowed}, not ${described(value)}`);
}

export function outOfRange(name: string, allowed: string, value: unknown): RangeError {
  return new RangeError(`${name} must be ${allowed}, not ${described(value)}`);
}

const grouped = (n: number) => (n > 9999 && n <= 1e12 ? n.toLocaleString('en') : String(n));

/** A whole number from `low` to `high`; `preset` where none was given. */
export function integer(name: string, value: unknown, low: number, high: number, preset?: number): number {
  if (value === undefined && preset !== undefined) return preset;
  const allowed =
    `a whole number from ${grouped(low)} to ` + `${high === Number.MAX_SAFE_INTEGER ? '2^53 - 1' : grouped(high)}`;
  if (typeof value !== 'number') throw wrongType(name, allowed, value);
  if (!Number.isInteger(value) || value < low || value > high) throw outOfRange(name, allowed, value);
  return value;
}

export interface Bounds {
  atLeast?: number;
  above?: number;
  atMost?: number;
  below?: number;
}

/** A finite number within bounds. */
export function number(name: string, value: unknown, bounds: Bounds, preset?: number): number {
  if (value === undefined && preset !== undefined) return preset;
  const { atLeast, above, atMost, below } = bounds;
  const parts = [
    atLeast !== undefined ? `of at least ${grouped(atLeast)}` : above !== undefined ? `above ${grouped(above)}` : '',
    atMost !== undefined ? `at most ${grouped(atMost)}` : below !== undefined ? `below ${grouped(below)}` : '',
  ].filter((part) => part !== '');
  const allowed = `a finite number ${parts.join(' and ')}`.trimEnd();
  if (typeof value !== 'number') throw wrongType(name, allowed, value);
  const fits =
    Number.isFinite(value) &&
    value >= (atLeast ?? -Infinity) &&
    value > (above ?? -Infinity) &&
    value <= (atMost ?? Infinity) &&
    value < (below ?? Infinity);
  if (!fits) throw outOfRange(name, allowed, value);
  return value;
}

export function seedOf(value: unknown, preset: number): number {
  return integer('seed', value, 0, Number.MAX_SAFE_INTEGER, preset);
}

/** The seed of a random call; undefined where the model's next numbers are to be taken. */
export function seedGiven(value: unknown): number | undefined {
  return value === undefined ? undefined : seedOf(value, 0);
}

export function boolean(name: string, value: unknown, preset: boolean): boolean {
  if (value === undefined) return preset;
  if (typeof value !== 'boolean') throw wrongType(name, 'true or false', value);
  return value;
}

export function choice<T extends string>(name: string, value: unknown, allowed: readonly T[], preset: T): T {
  if (value === undefined) return preset;
  const found = allowed.find((one) => one === value);
  if (found === undefined) {
    const list = allowed.map((one) => `'${one}'`).join(' or ');
    throw typeof value === 'string' ? outOfRange(name, list, value) : wrongType(name, list, value);
  }
  return found;
}

/** What an object calls itself: also of another realm, such as a frame's, where `instanceof` is of no use. */
export const tagOf = (value: unknown): string => Object.prototype.toString.call(value).slice(8, -1);

/** An object's own entries, and what the getters of its class give: options may be an object of a class. */
export function entriesOf(value: object): [string, unknown][] {
  const entries = new Map<string, unknown>(Object.entries(value));
  let from = Object.getPrototypeOf(value) as object | null;
  // The last one is Object.prototype, of whatever realm.
  for (let next; from && (next = Object.getPrototypeOf(from) as object | null); from = next) {
    for (const [name, { get }] of Object.entries(Object.getOwnPropertyDescriptors(from)))
      if (get && !entries.has(name)) entries.set(name, (value as Record<string, unknown>)[name]);
  }
  return [...entries];
}

/** The options that were given, in a new object: an option whose value is undefined was not. */
export function optionsGiven<T extends object>(name: string, value: T | undefined): Partial<T> {
  if (value === undefined) return {};
  const none = Array.isArray(value) || ArrayBuffer.isView(value) || ['Map', 'Set', 'Promise'].includes(tagOf(value));
  if (typeof value !== 'object' || value === null || none) throw wrongType(name, 'an object', value);
  return Object.fromEntries(entriesOf(value).filter(([, entry]) => entry !== undefined)) as Partial<T>;
}

/** The same, where a key that is not known is refused, because a misspelt option would be without effect. */
export function options<T extends object>(
  name: string,
  value: T | undefined,
  known: readonly (keyof T & string)[],
): Partial<T> {
  const given = optionsGiven(name, value);
  const unknown = Object.keys(given).find((key) => !known.includes(key as keyof T & string));
  if (unknown !== undefined) throw new TypeError(`${name} has no entry '${unknown}'; known are ${known.join(', ')}`);
  return given;
}

export function checkFunction(name: string, value: unknown): void {
  if (value !== undefined && typeof value !== 'function') throw wrongType(name, 'a function', value);
}

export function checkSignal(signal: unknown): void {
  if (
    signal !== undefined &&
    !(typeof signal === 'object' && signal !== null && 'aborted' in signal && 'addEventListener' in signal)
  ) {
    throw wrongType('signal', 'an AbortSignal', signal);
  }
}

/** Positive sizes whose product is `length`. */
export function shapeOf(name: string, value: unknown, length: number): number[] {
  const list: unknown[] | null = Array.isArray(value) ? value : null;
  if (!list) throw wrongType(name, 'an array of sizes, examples first', value);
  if (list.length < 2 || list.length > 8) throw outOfRange(name, 'an array of 2 to 8 sizes, examples first', value);
  const shape = list.map((size, i) => integer(`${name}[${i}]`, size, 1, 2 ** 31 - 1));
  const product = shape.reduce((all, size) => all * size, 1);
  if (product !== length) {
    throw new RangeError(
      `${name} [${shape.join(', ')}] asks for ${grouped(product)} values, and ${grouped(length)} came`,
    );
  }
  return shape;
}

/** Labels from an array or typed array, one an example. */
export function labelsOf(name: string, value: unknown, count: number, most = 65535): Uint16Array {
  if (typeof value !== 'object' || value === null || typeof (value as { length?: unknown }).length !== 'number') {
    throw wrongType(name, 'an array of whole numbers', value);
  }
  const list = value as ArrayLike<unknown>;
  if (list.length !== count)
    throw new RangeError(`${name} must have ${grouped(count)} entries, one an example, not ${grouped(list.length)}`);
  const out = new Uint16Array(count);
  for (let i = 0; i < count; i++) out[i] = integer(`${name}[${i}]`, list[i], 0, most);
  return out;
}

/** Numbers from an array or typed array. */
export function numbersOf(name: string, value: unknown): Float32Array {
  if (typeof value !== 'object' || value === null || typeof (value as { length?: unknown }).length !== 'number') {
    throw wrongType(name, 'an array of numbers', value);
  }
  const list = value as ArrayLike<unknown>;
  return Float32Array.from({ length: list.length }, (_, i) => number(`${name}[${i}]`, list[i], {}));
}

/** The type of a typed array, also of another realm, where `instanceof` is of no use; otherwise ''. */
export function arrayType(value: unknown): string {
  return (ArrayBuffer.isView(value) && (value as { [Symbol.toStringTag]?: string })[Symbol.toStringTag]) || '';
}

export function isArrayBuffer(value: unknown): value is ArrayBuffer {
  return value instanceof ArrayBuffer || tagOf(value) === 'ArrayBuffer';
}

export function isBlob(value: unknown): value is Blob {
  return value instanceof Blob || ['Blob', 'File'].includes(tagOf(value));
}

export function isUrl(value: unknown): value is URL {
  return value instanceof URL || tagOf(value) === 'URL';
}

/** Deeper than any argument of ours is, and far from where recursion over it would overflow the stack. */
const mostLevels = 8;

export function checkLevel(level: number): void {
  if (level > mostLevels) throw new RangeError(`an argument must not be nested deeper than ${mostLevels} levels`);
}

/** Floats of other widths as the engine takes them: the nearest float32 of each. All else stays as it is. */
export function single<T>(value: T): T | Float32Array {
  return /^Float(64|16)Array$/.test(arrayType(value)) ? Float32Array.from(value as ArrayLike<number>) : value;
}

export function isFloat32Array(value: unknown): value is Float32Array {
  return arrayType(value) === 'Float32Array';
}

const product = (sizes: readonly number[]): number => sizes.reduce((all, size) => all * size, 1);

/** A result of a call, to be an argument of another. */
export function isTensor(value: unknown): value is Tensor {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape } = value as Partial<Tensor>;
  return isFloat32Array(data) && Array.isArray(shape) && product(shape) === data.length;
}

/** An array of numbers of any type with its shape: a tensor, or what a file has. */
export function isShaped(value: unknown): value is NumberArray {
  if (typeof value !== 'object' || value === null) return false;
  const { data, shape } = value as Partial<NumberArray>;
  return arrayType(data) !== '' && Array.isArray(shape);
}

/** What to do with an array that is none of numbers of one type; nothing for other values. */
export function arrayHint(name: string, value: unknown): string {
  if (!Array.isArray(value)) return '';
  const numbers = Array.isArray(value[0]) ? `${name}.flat(Infinity)` : name;
  return `; Float32Array.from(${numbers}) makes one of it`;
}

/** Floats, whole rows of `width`, as an array or a tensor. */
export function floatsOf(name: string, value: unknown, width: number): Float32Array {
  if (isTensor(value)) {
    const sizes = value.shape.length > 1 ? value.shape.slice(1) : value.shape;
    if (product(sizes) !== width) {
      throw new RangeError(
        `${name} must be whole rows of ${grouped(width)} values, not of shape [${value.shape.join(', ')}]`,
      );
    }
    return value.data;
  }
  if (!isFloat32Array(value)) {
    const hint =
      ArrayBuffer.isView(value) && !(value instanceof DataView)
        ? `. Other arrays do not tell their scale: make a data set of them, as in engine.dataset(${name}, { ` +
          `shape: [rows, ${width}], scale: 1 / 255 })`
        : arrayHint(name, value);
    throw new TypeError(
      `${name} must be a data set, a Float32Array, a Float64Array or a tensor, not ${described(value)}${hint}`,
    );
  }
  if (value.length === 0 || value.length % width !== 0) {
    throw new RangeError(`${name} must be whole rows of ${grouped(width)} values, not ${grouped(value.length)} values`);
  }
  return value;
}

/** Floats of one length, whose meaning is told where they are not. */
export function exactly(name: string, given: unknown, length: number, meaning: string): Float32Array {
  const value = isTensor(given) ? given.data : given;
  if (!isFloat32Array(value)) {
    const { message } = wrongType(name, `a Float32Array of ${length}, ${meaning}`, value);
    throw new TypeError(message + arrayHint(name, value));
  }
  if (value.length !== length)
    throw new RangeError(`${name} must have ${length} entries, ${meaning}, not ${value.length}`);
  return value;
}

/** Parameters as plain arrays: each tensor must have the shape of the one that is there, and gives its values. */
export function parameterArrays<Given>(given: Given, now: () => unknown): Given {
  let there: unknown;
  const plain = (name: string, value: unknown, at: (all: unknown) => unknown): unknown => {
    if (isTensor(value)) {
      const shape = (at((there ??= now())) as Partial<Tensor> | undefined)?.shape;
      if (shape && shape.join() !== value.shape.join())
        throw new RangeError(`${name} must have the shape [${shape.join(', ')}], not [${value.shape.join(', ')}]`);
      return value.data;
    }
    if (Array.isArray(value) && (typeof value[0] === 'number' || Array.isArray(value[0])))
      throw new TypeError(
        `${name} must be a Float32Array or a tensor, not ${described(value)}${arrayHint(name, value)}`,
      );
    const entry = (key: string | number) => (all: unknown) => (at(all) as Record<string, unknown> | undefined)?.[key];
    if (Array.isArray(value)) return value.map((one: unknown, i) => plain(`${name}[${i}]`, one, entry(i)));
    if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
    return Object.fromEntries(
      Object.entries(value).map(([key, one]) => [key, plain(name === '' ? key : `${name}.${key}`, one, entry(key))]),
    );
  };
  return plain('', given, (all) => all) as Given;
}
