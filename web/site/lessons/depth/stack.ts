/**
 * A second machine on the features of the one of the lesson Learning: six features have 64 patterns, so that the bound,
 * the log-likelihood itself and what each image is worth are sums. tests/node/course-depth.test.ts holds them to the
 * engine's.
 */
import type { RbmTrainOptions } from 'wakesleep';
import {
  data,
  hidden,
  hiddenMeans,
  imageCount,
  isOn,
  patterns,
  pixels,
  pixelsOf,
  visibleMeans,
} from '../learning/bars.ts';
import type { Parameters } from '../learning/bars.ts';

export const codeCount = 2 ** hidden;
/** Units above the features: as many as pixels, so that the second machine can start as the first one upside down. */
export const above = pixels;

export const bitsOf = (code: number): number[] =>
  Array.from({ length: hidden }, (_, j) => (code >> (hidden - 1 - j)) & 1);
export const allCodes: readonly (readonly number[])[] = Array.from({ length: codeCount }, (_, code) => bitsOf(code));

const at = (values: ArrayLike<number>, index: number): number => values[index] ?? 0;
const softplus = (a: number): number => (a > 0 ? a + Math.log1p(Math.exp(-a)) : Math.log1p(Math.exp(a)));

/** The first machine upside down, features x pixels: the second one with which nothing has changed yet. */
export function transposed({ W, b, c }: Parameters): Parameters {
  const turned = Float32Array.from({ length: hidden * above }, (_, k) =>
    at(W, (k % above) * hidden + Math.floor(k / above)),
  );
  return { W: turned, b: c, c: b };
}

/** Log p(h) of each pattern of features, under a machine on them. */
export function prior({ W, b, c }: Parameters): Float64Array {
  const logs = Float64Array.from(allCodes, (h) => {
    let log = 0;
    h.forEach((on, j) => (log += on * at(b, j)));
    for (let k = 0; k < above; ++k) {
      let input = at(c, k);
      h.forEach((on, j) => (input += on * at(W, j * above + k)));
      log += softplus(input);
    }
    return log;
  });
  const highest = Math.max(...logs);
  const logZ = highest + Math.log(logs.reduce((sum, one) => sum + Math.exp(one - highest), 0));
  return logs.map((one) => one - logZ);
}

/** What the first machine makes of the data, and of features: it stays as it is while the second one learns. */
export interface First {
  machine: Parameters;
  /** q(h | v) of each of the data. */
  posteriors: Float64Array[];
  /** Their mean: how often the data cause each pattern. */
  caused: Float64Array;
  /** p(pixel on | h) of each pattern. */
  pixelMeans: number[][];
}

export function firstOf(machine: Parameters): First {
  const posteriors = data.map((image) => {
    const out = new Float64Array(codeCount);
    patterns(hiddenMeans(machine, pixelsOf(image)), out);
    return out;
  });
  const caused = new Float64Array(codeCount);
  for (const one of posteriors) one.forEach((share, code) => (caused[code]! += share / data.length));
  return { machine, posteriors, caused, pixelMeans: allCodes.map((h) => visibleMeans(machine, h)) };
}

/** Mean over the data of the bound on log p(v) where features come with these log probabilities. */
export function bound({ posteriors, pixelMeans }: First, logPrior: Float64Array): number {
  let sum = 0;
  data.forEach((image, n) => {
    posteriors[n]!.forEach((q, code) => {
      if (q === 0) return;
      let log = at(logPrior, code) - Math.log(q);
      pixelMeans[code]!.forEach((mean, i) => (log += Math.log(isOn(image, i) ? mean : 1 - mean)));
      sum += q * log;
    });
  });
  return sum / data.length;
}

/** p(v) of each image. */
export function imagesOf({ pixelMeans }: First, logPrior: Float64Array): Float64Array {
  const p = new Float64Array(imageCount);
  const given = new Float64Array(imageCount);
  pixelMeans.forEach((means, code) => {
    patterns(means, given);
    const share = Math.exp(at(logPrior, code));
    for (let image = 0; image < imageCount; ++image) p[image]! += share * given[image]!;
  });
  return p;
}

/** Mean over the data of log p(v). */
export const logLikelihoodOf = (p: ArrayLike<number>): number =>
  data.reduce((sum, image) => sum + Math.log(at(p, image)), 0) / data.length;

/** In nats: what a second machine could still add to the bound. */
export const left = ({ caused }: First, logPrior: Float64Array): number =>
  caused.reduce((sum, q, code) => sum + (q > 0 ? q * (Math.log(q) - at(logPrior, code)) : 0), 0);

/** All patterns are a mini-batch, each with its weight, so that a step of learning is an epoch. */
type Options = Pick<
  RbmTrainOptions,
  'method' | 'batchSize' | 'learningRate' | 'momentum' | 'weightDecay' | 'visibleBiasFromData' | 'weights'
>;
export const optionsOf = (caused: Float64Array): Options => ({
  method: 'exact',
  batchSize: codeCount,
  learningRate: 0.25,
  momentum: 0.5,
  weightDecay: 0,
  visibleBiasFromData: false,
  weights: caused,
});
