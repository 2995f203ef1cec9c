/**
 * A restricted Boltzmann machine on the images of 3 x 3 pixels, of which there are 512: few enough to know what each of
 * them is worth to it, and where its dreams go. It learns bars and stripes, 14 of them. These sums are held to the
 * engine's by tests/node/course-learning.test.ts.
 */
export const size = 3;
export const pixels = size * size;
export const hidden = 6;
export const imageCount = 2 ** pixels;
const codeCount = 2 ** hidden;

/** As the engine has them: `W` is pixels x hidden, row by row. */
export interface Parameters {
  W: ArrayLike<number>;
  b: ArrayLike<number>;
  c: ArrayLike<number>;
}

/** As the engine takes them. */
export const arraysOf = ({ W, b, c }: Parameters) => ({
  W: Float32Array.from(W),
  b: Float32Array.from(b),
  c: Float32Array.from(c),
});

/** Images are numbered as binary numbers, the first pixel the highest digit. */
export const isOn = (image: number, pixel: number): boolean => ((image >> (pixels - 1 - pixel)) & 1) === 1;
export const pixelsOf = (image: number): number[] => Array.from({ length: pixels }, (_, i) => Number(isOn(image, i)));
export const imageOf = (values: ArrayLike<number>): number =>
  Array.from(values).reduce((image, value) => 2 * image + (value > 0.5 ? 1 : 0), 0);

/** All images whose columns, or whose rows, are full or empty. */
export const data: readonly number[] = Array.from({ length: imageCount }, (_, image) => image).filter((image) => {
  const same = (place: (i: number) => number) =>
    Array.from({ length: pixels }, (_, i) => i).every((i) => isOn(image, i) === isOn(image, place(i)));
  return same((i) => i % size) || same((i) => i - (i % size));
});
const isData = new Set(data);
export const inData = (image: number): boolean => isData.has(image);

/** So many pixels have to be turned to make a datum of it. */
export const distance = (image: number): number =>
  Math.min(...data.map((one) => pixelsOf(one ^ image).reduce((sum, bit) => sum + bit, 0)));

// The map: Gray codes along both sides, so that neighbours differ in one pixel.
export const columns = 32;
export const rows = 16;
const gray = (n: number): number => n ^ (n >> 1);
export const imageAt = (column: number, row: number): number => gray(row) * columns + gray(column);
export const placeOf: readonly { column: number; row: number }[] = (() => {
  const places: { column: number; row: number }[] = [];
  for (let row = 0; row < rows; ++row)
    for (let column = 0; column < columns; ++column) places[imageAt(column, row)] = { column, row };
  return places;
})();

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;
const sigmoid = (a: number): number => 1 / (1 + Math.exp(-a));
const softplus = (a: number): number => (a > 0 ? a + Math.log1p(Math.exp(-a)) : Math.log1p(Math.exp(a)));

export function hiddenMeans({ W, c }: Parameters, v: ArrayLike<number>): number[] {
  return Array.from({ length: hidden }, (_, j) => {
    let input = at(c, j);
    for (let i = 0; i < pixels; ++i) input += at(v, i) * at(W, i * hidden + j);
    return sigmoid(input);
  });
}
export function visibleMeans({ W, b }: Parameters, h: ArrayLike<number>): number[] {
  return Array.from({ length: pixels }, (_, i) => {
    let input = at(b, i);
    for (let j = 0; j < hidden; ++j) input += at(h, j) * at(W, i * hidden + j);
    return sigmoid(input);
  });
}

/** From means to means: what the machine makes of an image. */
export const reconstruction = (machine: Parameters, image: number): number[] =>
  visibleMeans(machine, hiddenMeans(machine, pixelsOf(image)));

/** The squared error of a reconstruction, summed over the pixels, a mean over the data. */
export function reconstructionError(machine: Parameters): number {
  let sum = 0;
  for (const image of data)
    reconstruction(machine, image).forEach((mean, i) => (sum += (mean - Number(isOn(image, i))) ** 2));
  return sum / data.length;
}

export function freeEnergy({ W, b, c }: Parameters, image: number): number {
  let energy = 0;
  for (let i = 0; i < pixels; ++i) if (isOn(image, i)) energy -= at(b, i);
  for (let j = 0; j < hidden; ++j) {
    let input = at(c, j);
    for (let i = 0; i < pixels; ++i) if (isOn(image, i)) input += at(W, i * hidden + j);
    energy -= softplus(input);
  }
  return energy;
}

export interface Landscape {
  /** p(v) of each image. */
  p: Float64Array;
  logZ: number;
  /** Mean over the data of log p(v), in nats. */
  logLikelihood: number;
  /** Of all images, what is in the data. */
  known: number;
}

export function landscape(machine: Parameters): Landscape {
  const F = Float64Array.from({ length: imageCount }, (_, image) => freeEnergy(machine, image));
  const lowest = Math.min(...F);
  const p = F.map((one) => Math.exp(lowest - one));
  const sum = p.reduce((a, b) => a + b);
  const logZ = Math.log(sum) - lowest;
  p.forEach((one, image) => (p[image] = one / sum));
  const of = (what: (image: number) => number) => data.reduce((total, image) => total + what(image), 0);
  return {
    p,
    logZ,
    logLikelihood: of((image) => -at(F, image) - logZ) / data.length,
    known: of((image) => at(p, image)),
  };
}
/** What no machine can better: each of the data as probable as they come. */
export const best = -Math.log(data.length);

/** Products of probabilities of bits: `out` has room for all their patterns, the first bit the highest digit. */
export function patterns(means: readonly number[], out: Float64Array): void {
  out[0] = 1;
  let length = 1;
  for (const mean of means) {
    for (let k = length - 1; k >= 0; --k) {
      const one = at(out, k);
      out[2 * k] = one * (1 - mean);
      out[2 * k + 1] = one * mean;
    }
    length *= 2;
  }
}

/** <v h>, <v> and <h> where images come with these probabilities: what a gradient is a difference of. */
function statistics(means: readonly number[][], p: Float64Array): Float64Array {
  const sums = new Float64Array(pixels * hidden + pixels + hidden);
  for (let image = 0; image < imageCount; ++image) {
    const share = at(p, image);
    if (share === 0) continue;
    const h = means[image] ?? [];
    for (let j = 0; j < hidden; ++j) {
      const on = share * at(h, j);
      sums[pixels * hidden + pixels + j]! += on;
      for (let i = 0; i < pixels; ++i) if (isOn(image, i)) sums[i * hidden + j]! += on;
    }
    for (let i = 0; i < pixels; ++i) if (isOn(image, i)) sums[pixels * hidden + i]! += share;
  }
  return sums;
}

/** Degrees between two directions; 0 where one of them is none. */
function angleBetween(a: Float64Array, b: Float64Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((one, i) => {
    const other = at(b, i);
    ab += one * other;
    aa += one * one;
    bb += other * other;
  });
  if (aa === 0 || bb === 0) return 0;
  return (Math.acos(Math.min(1, Math.max(-1, ab / Math.sqrt(aa * bb)))) * 180) / Math.PI;
}

export interface Dreams {
  /** Of each k that was asked for: the share of each image among dreams that are k Gibbs steps from the data. */
  after: Float64Array[];
  /** The angles between the direction in which CD-k leads, in the mean, and the exact gradient, in degrees. */
  angles: number[];
}

/** Where Gibbs chains that begin at the data are after k steps, summed, not sampled: for each of ks, ascending. */
export function dreams(machine: Parameters, p: Float64Array, ks: readonly number[]): Dreams {
  const means = Array.from({ length: imageCount }, (_, image) => hiddenMeans(machine, pixelsOf(image)));
  const up = Array.from({ length: imageCount }, () => new Float64Array(codeCount));
  means.forEach((one, image) => {
    patterns(one, up[image]!);
  });
  const down = Array.from({ length: codeCount }, (_, code) => {
    const h = Array.from({ length: hidden }, (_, j) => (code >> (hidden - 1 - j)) & 1);
    const out = new Float64Array(imageCount);
    patterns(visibleMeans(machine, h), out);
    return out;
  });
  let here = new Float64Array(imageCount);
  for (const image of data) here[image] = 1 / data.length;
  const fromData = statistics(means, here);
  const less = (other: Float64Array) => fromData.map((one, i) => one - at(other, i));
  const gradient = less(statistics(means, p));
  const [after, angles]: [Float64Array[], number[]] = [[], []];
  for (let k = 1; k <= Math.max(...ks); ++k) {
    const codes = new Float64Array(codeCount);
    for (let image = 0; image < imageCount; ++image) {
      const [share, given] = [at(here, image), up[image]!];
      if (share > 0) for (let code = 0; code < codeCount; ++code) codes[code]! += share * given[code]!;
    }
    const next = new Float64Array(imageCount);
    for (let code = 0; code < codeCount; ++code) {
      const [share, given] = [at(codes, code), down[code]!];
      for (let image = 0; image < imageCount; ++image) next[image]! += share * given[image]!;
    }
    here = next;
    if (ks.includes(k)) {
      after.push(here);
      angles.push(angleBetween(less(statistics(means, here)), gradient));
    }
  }
  return { after, angles };
}
