// Models with labels against the sum over all states: labels summed out, likelihoods of v and of (v, y); samples of a
// deep belief net; grey values; values that are too large.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type Rbm } from 'wakesleep';
import { expectError, mean } from './helpers.js';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 2 });
});
afterAll(() => engine.dispose());

const wave = (count: number, scale: number, phase: number) =>
  Float32Array.from({ length: count }, (_, i) => scale * Math.sin(phase + 1.9 * i));
const at = (data: ArrayLike<number>, i: number) => data[i] as number;
const bits = (state: number, count: number) => Array.from({ length: count }, (_, i) => (state >> i) & 1);
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

const [V, H, K] = [3, 2, 2];
const own: Record<'W' | 'b' | 'c' | 'U' | 'd', Float32Array> = {
  W: wave(V * H, 1.5, 0.7),
  b: wave(V, 1, 1),
  c: wave(H, 1, 2),
  U: wave(K * H, 2, 3),
  d: wave(K, 1, 5),
};

async function machine(): Promise<Rbm> {
  const rbm = await engine.rbm({ visible: V, hidden: H, labels: K, seed: 3 });
  await rbm.setParameters(own);
  return rbm;
}

/** exp(-E) of an image, a label and hidden states. */
function weight(v: number[], y: number, h: number[], { W, b, c, U, d } = own): number {
  let sum = at(d, y);
  v.forEach((vi, i) => (sum += vi * at(b, i)));
  h.forEach((hj, j) => {
    sum += hj * (at(c, j) + at(U, y * H + j));
    v.forEach((vi, i) => (sum += vi * hj * at(W, i * H + j)));
  });
  return Math.exp(sum);
}
const labels = [...Array(K).keys()];
const hidden = [...Array(2 ** H).keys()].map((s) => bits(s, H));
const images = [...Array(2 ** V).keys()].map((s) => bits(s, V));
const total = (terms: number[]) => terms.reduce((all, term) => all + term, 0);
const joint = (v: number[], y: number, of = own) => total(hidden.map((h) => weight(v, y, h, of)));
const Z = total(images.flatMap((v) => labels.map((y) => joint(v, y))));

/** p(h_j = 1 | v), the label summed out. */
function hiddenMean(v: number[], j: number, of = own): number {
  const on = total(labels.flatMap((y) => hidden.map((h) => at(h, j) * weight(v, y, h, of))));
  return on / total(labels.map((y) => joint(v, y, of)));
}
const everyImage = Float32Array.from(images.flat());
const given = images.map((_, r) => r % K);
const labelled = () => engine.dataset(everyImage, { shape: [8, V], labels: given });

/** A deep net of one machine with labels, trained a little. */
async function net() {
  const dbn = await engine.dbn({ layers: [V, H], labels: K });
  await dbn.train(await labelled(), { epochs: 200, batchSize: 8, learningRate: 0.5 });
  const { W, b, c, U, d } = await dbn.parameters(0);
  const of = { W: W.data, b: b.data, c: c.data, U: U?.data ?? own.U, d: d?.data ?? own.d };
  return { dbn, of };
}

describe('a model with labels', () => {
  it('infers hidden units with the labels summed out', async () => {
    const rbm = await machine();
    const all = (await rbm.hiddenMeans(everyImage)).data;
    images.forEach((v, r) => {
      for (let j = 0; j < H; j++) expect(all[r * H + j]).toBeCloseTo(hiddenMean(v, j), 5);
    });
    const x = Float32Array.from({ length: 3 * 20_000 }, (_, i) => at([1, 0, 1], i % 3));
    const drawn = (await rbm.sampleHidden(x)).data;
    for (let j = 0; j < H; j++)
      expect(Math.abs(mean(drawn.filter((_, i) => i % H === j)) - at(all, 5 * H + j))).toBeLessThan(0.015);
    // The top of a deep net does the same.
    const { dbn, of } = await net();
    const up = (await dbn.up(everyImage, 1)).data;
    images.forEach((v, r) => {
      for (let j = 0; j < H; j++) expect(up[r * H + j]).toBeCloseTo(hiddenMean(v, j, of), 5);
    });
  });

  it('has likelihoods of (v, y) and of v, which say what they are of', async () => {
    const rbm = await machine();
    const { logZ } = await rbm.logPartition();
    expect(logZ).toBeCloseTo(Math.log(Z), 5);
    const data = await labelled();
    const ofBoth = mean(Float64Array.from(images, (v, r) => Math.log(joint(v, at(given, r)) / Z)));
    const ofImages = mean(Float64Array.from(images, (v) => Math.log(total(labels.map((y) => joint(v, y))) / Z)));
    const both = await rbm.logLikelihood(data, { logZ });
    expect(both.mean).toBeCloseTo(ofBoth, 5);
    expect(both).toMatchObject({ of: 'v, y', grey: false });
    const alone = await rbm.logLikelihood(data, { logZ, labels: false });
    expect(alone.mean).toBeCloseTo(ofImages, 5);
    expect(alone).toMatchObject({ of: 'v', grey: false });
    const { dbn, of } = await net();
    const top = (await dbn.logPartition()).logZ;
    const bound = await dbn.bound(data, { logZ: top });
    expect(bound).toMatchObject({ of: 'v, y', grey: false });
    expect(bound.mean).toBeCloseTo(
      mean(Float64Array.from(images, (v, r) => Math.log(joint(v, at(given, r), of)) - top)),
      4,
    );
    const boundAlone = await dbn.bound(data, { logZ: top, labels: false });
    expect(boundAlone).toMatchObject({ of: 'v', grey: false });
    expect(boundAlone.mean).toBeCloseTo(
      mean(Float64Array.from(images, (v) => Math.log(total(labels.map((y) => joint(v, y, of)))) - top)),
      4,
    );
    const plain = await engine.dataset(everyImage, { shape: [8, V] });
    expect((await rbm.logLikelihood(plain, { logZ })).of).toBe('v');
    await expectError(() => rbm.logLikelihood(plain, { logZ, labels: true }), TypeError, /labels need a model .* data/);
    await expectError(() => rbm.logLikelihood(data, { logZ, labels: 1 as never }), TypeError, /labels must be true or/);
  });

  it('says that a likelihood of grey data is none', async () => {
    const rbm = await machine();
    const { logZ } = await rbm.logPartition();
    const grey = await engine.dataset(Float32Array.of(0.5, 1, 0), { shape: [1, V] });
    const { mean: found, grey: says } = await rbm.logLikelihood(grey, { logZ });
    expect(says).toBe(true);
    const drawn = mean(
      Float64Array.from([0, 1], (first) => Math.log(total(labels.map((y) => joint([first, 1, 0], y))) / Z)),
    );
    expect(found).toBeLessThan(drawn);
    const net = await engine.sbn({ layers: [V, 2] });
    expect(await net.logLikelihood(grey)).toMatchObject({ of: 'v', grey: true });
  });
});

it("a DBN's sample has states of p(v), means with its mean, and images for looking", async () => {
  const dbn = await engine.dbn({ layers: [V, 2, 2], seed: 2 });
  const seen = await engine.dataset(Float32Array.of(1, 1, 0, 1, 1, 0, 0, 0, 1, 0, 1, 1), { shape: [4, V] });
  await dbn.train(seen, { epochs: 300, batchSize: 4, learningRate: 0.5, upStates: 'sampled' });
  const of = async (layer: number) => {
    const { W, b, c } = await dbn.parameters(layer);
    return { W: W.data, b: b.data, c: c.data };
  };
  const lower = await of(0);
  const upper = await of(1);
  const two = [0, 1, 2, 3].map((s) => bits(s, 2));
  const ofTop = (h: number[]) =>
    total(
      two.map((above) => {
        let sum = 0;
        h.forEach((hi, i) => {
          sum += hi * at(upper.b, i);
          above.forEach((aj, j) => (sum += aj * hi * at(upper.W, i * 2 + j)));
        });
        above.forEach((aj, j) => (sum += aj * at(upper.c, j)));
        return Math.exp(sum);
      }),
    );
  const all = total(two.map(ofTop));
  const exact = [0, 1, 2].map((i) =>
    total(
      two.map((h) => (ofTop(h) / all) * sigmoid(at(lower.b, i) + total(h.map((hj, j) => hj * at(lower.W, i * 2 + j))))),
    ),
  );
  const { means, states, images: shown } = await dbn.sample({ chains: 20_000, steps: 50, seed: 4 });
  for (const tensor of [means, states, shown]) expect(tensor.shape).toEqual([20_000, V]);
  expect(states.data.every((bit) => bit === 0 || bit === 1)).toBe(true);
  for (let i = 0; i < V; i++) {
    for (const { data } of [means, states])
      expect(Math.abs(mean(data.filter((_, n) => n % V === i)) - at(exact, i))).toBeLessThan(0.015);
  }
});

it('says from where on values are too large', async () => {
  const rbm = await engine.rbm({ visible: 2, hidden: 2, visibleUnits: 'gaussian' });
  for (const call of [
    () => rbm.freeEnergy(Float32Array.of(1e20, 0)),
    () => rbm.hiddenMeans(Float32Array.of(1e20, 0)),
    () => rbm.reconstruct(Float32Array.of(1e20, 0)),
    () => rbm.sample({ start: Float32Array.of(1e20, 0) }),
  ])
    await expectError(call, RangeError, /must be finite and from -1e12 to 1e12: row 0, column 0 is 1e\+20/);
  expect((await rbm.freeEnergy(Float32Array.of(1e12, 0))).data.every(Number.isFinite)).toBe(true);
});
