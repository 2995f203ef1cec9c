/**
 * Arrays and machines of other libraries: NumPy's files, tables of text, and the parameters of scikit-learn, PyDeep and
 * RestrictedBoltzmannMachines.jl. An entry of its own, which only those load who use it.
 *
 * ```ts
 * import { load } from 'wakesleep';
 * import { importScikitLearn, readNpz } from 'wakesleep/import';
 *
 * const engine = await load();
 * const response = await fetch('rbm.npz'); // np.savez('rbm.npz', components_=rbm.components_, ...)
 * const rbm = await importScikitLearn(engine, await readNpz(await response.arrayBuffer()));
 * ```
 *
 * Errors are as in the other entries; a file that is damaged is a WakesleepError `format`.
 */
import { bytesOf, gunzipped } from './bytes.js';
import { WakesleepError } from './errors.js';
import { inSlices } from './files/arrays.js';
import { parseCsv } from './files/csv.js';
import { mostHeader, parseHeader, parseNpy, parseValues } from './files/npy.js';
import { archiveOf } from './files/zip.js';
import type { FileSource, NumberArray, NumberTable, RbmOptions, RbmParameterArrays, Units } from './types.js';
import { described, integer, isBlob, isShaped, options as checkOptions, wrongType } from './validate.js';

export { WakesleepError } from './errors.js';
export type { FileSource, NumberArray, NumberTable, Tensor } from './types.js';

/** An array of NumPy's, of a file that is plain or gzip, row by row. Booleans become bytes. */
export async function readNpy(source: FileSource): Promise<NumberArray> {
  const { data, shape } = parseNpy('source', await gunzipped('source', await bytesOf('source', source)));
  return { data, shape };
}

/**
 * The array of a large file of NumPy's, so many rows at a time: what is read is `rows` rows, and never the file. In
 * Node `openAsBlob` of `node:fs` gives a Blob of a file. In C's order, and not gzip.
 */
export async function* npyChunks(file: Blob, rows: number): AsyncGenerator<NumberArray, void, void> {
  if (!isBlob(file)) throw wrongType('file', 'a Blob', file);
  integer('rows', rows, 1, Number.MAX_SAFE_INTEGER);
  const read = async (from: number, to: number) => new Uint8Array(await file.slice(from, to).arrayBuffer());
  const header = parseHeader('file', await read(0, Math.min(mostHeader, file.size)), file.size);
  const { fortran, shape, size, end } = header;
  if (fortran && shape.length > 1)
    throw new WakesleepError('unsupported', "file has Fortran's order, whose rows do not stand together");
  const [count = 1, ...item] = shape;
  const row = size * item.reduce((all, one) => all * one, 1);
  for (let first = 0; first < count; first += rows) {
    const some = Math.min(rows, count - first);
    const data = parseValues(header, await read(end + first * row, end + (first + some) * row));
    yield { data, shape: [some, ...item] };
  }
}

/** All arrays of NumPy's in a `.npz` file, by their names. */
export async function readNpz(source: FileSource): Promise<Record<string, NumberArray>> {
  const archive = archiveOf('source', await bytesOf('source', source));
  const arrays: Record<string, NumberArray> = {};
  for (const file of archive.names) {
    if (!file.endsWith('.npy')) continue;
    const { data, shape } = parseNpy(file, await archive.read(file));
    arrays[file.slice(0, -4)] = { data, shape };
  }
  return arrays;
}

/** A table of numbers as text, plain or gzip, as `engine.dataset({ kind: 'csv' })` takes it. */
export async function readCsv(source: FileSource): Promise<NumberTable> {
  return inSlices(parseCsv('source', await gunzipped('source', await bytesOf('source', source))));
}

type Nested = readonly number[] | readonly Nested[];

/** An array of a file, a tensor, or nested arrays as JSON has them. */
export type Numbers = NumberArray | Nested;

/** Of a fitted `BernoulliRBM`: `components_` hidden x visible. */
export interface ScikitLearnArrays {
  components_: Numbers;
  intercept_hidden_: Numbers;
  intercept_visible_: Numbers;
}

/**
 * Of PyDeep's `BinaryBinaryRBM`, or with `sigma` of its `GaussianBinaryRBM`: `w` visible x hidden. Its machines are
 * centred: E(v, h) = -(v - ov)'bv - (h - oh)'bh - (v - ov)'w(h - oh), of Gaussian units sum (v - ov - bv)^2 / (2
 * sigma^2) in the place of the first term, and (v - ov) / sigma^2 in the last (Melchior, Fischer and Wiskott 2016).
 */
export interface PyDeepArrays {
  w: Numbers;
  bv: Numbers;
  bh: Numbers;
  /** Offsets; 0 unless given. */
  ov?: Numbers;
  oh?: Numbers;
  sigma?: Numbers;
}

/**
 * A layer of RestrictedBoltzmannMachines.jl. Energies of its units: -theta x for `'Binary'`, `'Spin'` and `'Potts'`
 * (whose first size counts the states), gamma x^2 / 2 - theta x for `'Gaussian'` and `'ReLU'`.
 */
export interface JuliaLayer {
  /** Default `'Binary'`. */
  type?: 'Binary' | 'Spin' | 'Potts' | 'Gaussian' | 'ReLU';
  theta: Numbers;
  /** Its sign does not count. Of Gaussian and rectified units. */
  gamma?: Numbers;
}

/**
 * Of an `RBM(visible, hidden, w)`, E(v, h) = E(v) + E(h) - v'wh: the sizes of `w` are those of the visible layer and
 * then those of the hidden one. NumPy files that Julia writes (NPZ.jl) have sizes and order right.
 */
export interface JuliaArrays {
  w: Numbers;
  visible: JuliaLayer;
  hidden: JuliaLayer;
}

export interface ImportOptions {
  /** The model's; default 1. */
  seed?: number;
}

/** An engine, of either entry. */
export interface RbmEngine {
  rbm(options: RbmOptions): unknown;
}
export type RbmOf<E extends RbmEngine> = Awaited<ReturnType<E['rbm']>>;

/** The same machine as a fitted `BernoulliRBM` of scikit-learn, W = components_', with the same free energies. */
export function importScikitLearn<E extends RbmEngine>(
  engine: E,
  of: ScikitLearnArrays | Record<string, Numbers>,
  given?: ImportOptions,
): Promise<RbmOf<E>> {
  const { components_, intercept_hidden_, intercept_visible_ } = of;
  const components = matrix('components_', components_);
  const [hidden, visible] = components.shape;
  const W = filled(visible, hidden, (i, j) => at(components, j, i));
  const b = vector('intercept_visible_', intercept_visible_, visible);
  const c = vector('intercept_hidden_', intercept_hidden_, hidden);
  return made(engine, { visible, hidden }, { W, b, c }, given);
}

/**
 * The same machine as one of PyDeep's, without offsets: c = bh - w'ov, b = bv - w oh, and of Gaussian units c = bh -
 * w'(ov / sigma^2), b = bv + ov - w oh. Its unnormalised probabilities are those there up to a factor, and so log p(v)
 * is the same.
 */
export function importPyDeep<E extends RbmEngine>(
  engine: E,
  of: PyDeepArrays | Record<string, Numbers>,
  given?: ImportOptions,
): Promise<RbmOf<E>> {
  const w = matrix('w', of.w);
  const [visible, hidden] = w.shape;
  const zeros = (count: number) => new Float64Array(count);
  const bv = vector('bv', of.bv, visible);
  const bh = vector('bh', of.bh, hidden);
  const ov = of.ov === undefined ? zeros(visible) : vector('ov', of.ov, visible);
  const oh = of.oh === undefined ? zeros(hidden) : vector('oh', of.oh, hidden);
  const sigma = of.sigma === undefined ? undefined : vector('sigma', of.sigma, visible);
  const variance = (i: number) => (sigma ? element(sigma, i) ** 2 : 1);
  const W = filled(visible, hidden, (i, j) => at(w, i, j));
  const b = bv.map((bias, i) => bias + (sigma ? element(ov, i) : 0) - sum(hidden, (j) => at(w, i, j) * element(oh, j)));
  const c = bh.map((bias, j) => bias - sum(visible, (i) => (at(w, i, j) * element(ov, i)) / variance(i)));
  return sigma
    ? made(engine, { visible, hidden, visibleUnits: 'gaussian' }, { W, b, c, sigmaV: sigma }, given)
    : made(engine, { visible, hidden }, { W, b, c }, given);
}

/**
 * The same machine as one of RestrictedBoltzmannMachines.jl's. Layers of several dimensions are taken row by row, the
 * states of a Potts unit as neighbours: a softmax group. Gaussian units become those of standard deviation sigma =
 * 1 / sqrt |gamma|, with W = w sigma^2 and a bias of theta sigma^2; hidden rectified units are counted in units of
 * sigma (visible ones must have gamma 1). log p(v) is the same; free energies differ by a constant where there is a
 * gamma.
 */
export function importRestrictedBoltzmannMachines<E extends RbmEngine>(
  engine: E,
  of: JuliaArrays,
  given?: ImportOptions,
): Promise<RbmOf<E>> {
  const [v, h] = [side('visible', of.visible), side('hidden', of.hidden)];
  const w = shaped('w', of.w);
  const sizes = [...v.shape, ...h.shape];
  if (w.shape.join() !== sizes.join())
    throw new RangeError(
      `w must have the sizes [${sizes.join(', ')}], visible and hidden, not [${w.shape.join(', ')}]`,
    );
  const visible = v.bias.length;
  const hidden = h.bias.length;
  const W = filled(
    visible,
    hidden,
    (i, j) => element(w.data, v.place(i) * hidden + h.place(j)) * element(v.factor, i) * element(h.factor, j),
  );
  const sigmas = { ...(v.sigma ? { sigmaV: v.sigma } : {}), ...(h.sigma ? { sigmaH: h.sigma } : {}) };
  const units = { visibleUnits: v.units, hiddenUnits: h.units };
  return made(engine, { visible, hidden, ...units }, { W, b: v.bias, c: h.bias, ...sigmas }, given);
}

interface Side {
  shape: number[];
  units: Units;
  /** In our order, in which unit i has its value at `place(i)` there. */
  bias: Float64Array;
  place: (i: number) => number;
  /** Of the weights. */
  factor: Float64Array;
  sigma?: Float64Array;
}

const juliaTypes = ['Binary', 'Spin', 'Potts', 'Gaussian', 'ReLU'] as const;

function side(name: 'visible' | 'hidden', layer: JuliaLayer): Side {
  const { type = 'Binary', theta, gamma } = checkOptions<JuliaLayer>(name, layer, ['type', 'theta', 'gamma']);
  if (!juliaTypes.includes(type)) throw wrongType(`${name}.type`, juliaTypes.join(', '), type);
  const scaled = type === 'Gaussian' || type === 'ReLU';
  if (scaled !== (gamma !== undefined))
    throw wrongType(`${name}.gamma`, scaled ? 'given' : `left out of ${type}`, gamma);
  const { data, shape } = shaped(`${name}.theta`, theta);
  const count = data.length;
  const states = type === 'Potts' ? (shape[0] as number) : 1;
  const groups = count / states;
  const place = (i: number) => (i % states) * groups + Math.floor(i / states);
  const biases = Float64Array.from({ length: count }, (_, i) => element(data, place(i)));
  const ones = new Float64Array(count).fill(1);
  const units = {
    Binary: 'bernoulli',
    Spin: 'spin',
    Potts: { type: 'softmax', groups: Array.from({ length: groups }, () => states) },
    Gaussian: 'gaussian',
    ReLU: 'relu',
  } as const satisfies Record<typeof type, Units>;
  const plain = { shape, units: units[type], bias: biases, place, factor: ones };
  if (!scaled) return plain;
  const sigma = vector(`${name}.gamma`, gamma, count).map((one) => 1 / Math.sqrt(Math.abs(one)));
  if (type === 'ReLU') {
    if (name === 'visible' && sigma.some((one) => one !== 1)) throw new RangeError('visible.gamma of ReLU must be 1');
    return { ...plain, bias: biases.map((bias, i) => bias * element(sigma, i)), factor: sigma };
  }
  const variance = sigma.map((one) => one * one);
  return { ...plain, bias: biases.map((bias, i) => bias * element(variance, i)), factor: variance, sigma };
}

async function made<E extends RbmEngine>(
  engine: E,
  options: RbmOptions,
  parameters: Record<string, Float64Array>,
  given: ImportOptions | undefined,
): Promise<RbmOf<E>> {
  const { seed } = checkOptions<ImportOptions>('options', given, ['seed']);
  const rbm = (await engine.rbm({ ...options, ...(seed === undefined ? {} : { seed }) })) as {
    setParameters(parameters: RbmParameterArrays): unknown;
  };
  const floats = Object.entries(parameters).map(([name, values]) => [name, Float32Array.from(values)]);
  await rbm.setParameters(Object.fromEntries(floats) as RbmParameterArrays);
  return rbm as RbmOf<E>;
}

interface Shaped {
  data: ArrayLike<number>;
  shape: number[];
}
interface Matrix extends Shaped {
  shape: [number, number];
}

const element = (values: ArrayLike<number>, i: number): number => values[i] as number;
const at = ({ data, shape }: Matrix, row: number, column: number) => element(data, row * shape[1] + column);

function sum(count: number, term: (i: number) => number): number {
  let total = 0;
  for (let i = 0; i < count; ++i) total += term(i);
  return total;
}

const filled = (rows: number, columns: number, value: (row: number, column: number) => number): Float64Array =>
  Float64Array.from({ length: rows * columns }, (_, i) => value(Math.floor(i / columns), i % columns));

/** Nested arrays must be as long as their neighbours. */
function shaped(name: string, value: unknown): Shaped {
  if (isShaped(value)) {
    const { data, shape } = value;
    const count = shape.reduce((all, size) => all * size, 1);
    if (count !== data.length)
      throw new RangeError(`${name} has ${data.length} values, and its shape [${shape.join(', ')}] asks for ${count}`);
    return { data, shape };
  }
  const shape: number[] = [];
  for (let one: unknown = value; Array.isArray(one); one = (one as unknown[])[0]) shape.push(one.length);
  if (shape.length === 0) throw wrongType(name, 'an array with its shape, or nested arrays of numbers', value);
  const data = (value as unknown[]).flat(Infinity);
  if (data.length !== shape.reduce((all, size) => all * size, 1))
    throw new RangeError(`${name} must have rows of one length`);
  data.forEach((entry) => {
    if (typeof entry !== 'number') throw new TypeError(`${name} must be numbers, and has ${described(entry)}`);
  });
  return { data: data as number[], shape };
}

function matrix(name: string, value: unknown): Matrix {
  const { data, shape } = shaped(name, value);
  if (shape.length !== 2) throw new RangeError(`${name} must have 2 dimensions, not ${shape.length}`);
  return { data, shape: shape as [number, number] };
}

/** A row or a column of a matrix is a vector, too. */
function vector(name: string, value: unknown, count: number): Float64Array {
  const { data } = shaped(name, value);
  if (data.length !== count) throw new RangeError(`${name} must have ${count} entries, not ${data.length}`);
  return Float64Array.from(data);
}
