// What models compute, through the public API: closed forms, agreement between the two engines, samples and dreams.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dbn, type DreamFrame, type Engine, type Rbm, type Tensor } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, mean } from './helpers.ts';

let engine: Engine;
let sync: SyncEngine;
beforeAll(async () => {
  engine = await load({ threads: 2 });
  sync = await loadSync();
});
afterAll(() => {
  engine.dispose();
  sync.dispose();
});

const softplus = (x: number) => Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));

/** Numbers between -1 and 1, always the same. */
const wave = (length: number, phase: number) => Float32Array.from({ length }, (_, i) => Math.sin(1.7 * i + phase));
const bits = (length: number, phase: number) =>
  Float32Array.from({ length }, (_, i) => (Math.sin(2.3 * i + phase) > 0 ? 1 : 0));

const [V, H, L] = [6, 4, 3];
const parameters = { W: wave(V * H, 0), b: wave(V, 1), c: wave(H, 2), U: wave(L * H, 3), d: wave(L, 4) };
const { W, b, c, U, d } = parameters;

/** c_j + sum_i v_i W_ij, with the label's weights where there is one. */
const input = (v: ArrayLike<number>, j: number, y?: number) =>
  (c[j] as number) +
  Array.from(v).reduce((sum, vi, i) => sum + vi * (W[i * H + j] as number), 0) +
  (y === undefined ? 0 : (U[y * H + j] as number));
const freeEnergy = (v: ArrayLike<number>, y?: number) => {
  let sum = Array.from(v).reduce((all, vi, i) => all - vi * (b[i] as number), 0);
  if (y !== undefined) sum -= d[y] as number;
  for (let j = 0; j < H; j++) sum -= softplus(input(v, j, y));
  return sum;
};
const states = Array.from({ length: 2 ** V }, (_, s) => Array.from({ length: V }, (_, i) => (s >> i) & 1));

async function plainRbm(): Promise<Rbm> {
  const rbm = await engine.rbm({ visible: V, hidden: H });
  await rbm.setParameters({ W, b, c });
  return rbm;
}

async function labelledRbm(): Promise<Rbm> {
  const rbm = await engine.rbm({ visible: V, hidden: H, labels: L });
  await rbm.setParameters(parameters);
  return rbm;
}

function expectClose(tensor: Tensor, values: number[], shape: number[]): void {
  expect(tensor.shape).toEqual(shape);
  expect(tensor.data).toHaveLength(values.length);
  values.forEach((value, i) => expect(tensor.data[i]).toBeCloseTo(value, 4));
}

describe('an RBM', () => {
  const x = [bits(V, 0), bits(V, 1), bits(V, 2)];
  const rows = Float32Array.from(x.flatMap((row) => Array.from(row)));

  it('has the free energies and means of the formulas', async () => {
    const rbm = await plainRbm();
    expectClose(
      await rbm.freeEnergy(rows),
      x.map((v) => freeEnergy(v)),
      [3],
    );
    expectClose(
      await rbm.hiddenMeans(rows),
      x.flatMap((v) => [0, 1, 2, 3].map((j) => sigmoid(input(v, j)))),
      [3, H],
    );
    const h = bits(H, 1);
    const up = (i: number) => h.reduce((sum, hj, j) => sum + hj * (W[i * H + j] as number), b[i] as number);
    expectClose(
      await rbm.visibleMeans(h),
      [0, 1, 2, 3, 4, 5].map((i) => sigmoid(up(i))),
      [1, V],
    );
  });

  it('with labels sums over them, or takes those that are given', async () => {
    const rbm = await labelledRbm();
    const energies = x.map((v) => [0, 1, 2].map((y) => freeEnergy(v, y)));
    expectClose(
      await rbm.freeEnergy(rows, { labels: [2, 0, 1] }),
      [2, 0, 1].map((y, r) => energies[r]?.[y] as number),
      [3],
    );
    const summed = energies.map((row) => -Math.log(row.reduce((sum, F) => sum + Math.exp(-F), 0)));
    expectClose(await rbm.freeEnergy(rows), summed, [3]);
    const { labels, freeEnergy: F, probabilities } = await rbm.classify(rows);
    expectClose(F, energies.flat(), [3, L]);
    expectClose(
      probabilities,
      energies.flatMap((row, r) => row.map((e) => Math.exp((summed[r] as number) - e))),
      [3, L],
    );
    expect(Array.from(labels)).toEqual(energies.map((row) => row.indexOf(Math.min(...row))));
    expect(await rbm.predict(rows)).toEqual(labels);
    const iterated = await rbm.classifyByIteration(rows, { iterations: 5 });
    expect(iterated.shape).toEqual([3, L]);
    for (let r = 0; r < 3; r++)
      expect(iterated.data.slice(r * L, (r + 1) * L).reduce((sum, p) => sum + p)).toBeCloseTo(1, 5);
  });

  it('has the log-partition of a sum over all states, and the likelihood that follows', async () => {
    const rbm = await plainRbm();
    const expected = Math.log(states.reduce((sum, v) => sum + Math.exp(-freeEnergy(v)), 0));
    const told: number[] = [];
    const { logZ, low, high } = await rbm.logPartition({ onProgress: (done) => told.push(done) });
    expect(logZ).toBeCloseTo(expected, 5);
    expect([low, high]).toEqual([logZ, logZ]);
    expect(told.at(-1)).toBe(1);
    const data = await engine.dataset(rows, { shape: [3, V] });
    expect((await rbm.logLikelihood(data, { logZ })).mean).toBeCloseTo(mean(x.map((v) => -freeEnergy(v) - logZ)), 5);

    const labelled = await labelledRbm();
    const all = states.flatMap((v) => [0, 1, 2].map((y) => Math.exp(-freeEnergy(v, y))));
    expect((await labelled.logPartition()).logZ).toBeCloseTo(Math.log(all.reduce((sum, p) => sum + p)), 5);
  });

  it('estimates the log-partition by annealed importance sampling, with an error that holds', async () => {
    const rbm = await plainRbm();
    const { logZ: exact } = await rbm.logPartition();
    const data = await engine.dataset(rows, { shape: [3, V] });
    const options = { method: 'ais', betas: 500, runs: 400, seed: 3 } as const;
    for (const more of [{}, { schedule: 'late' }, { data }] as const) {
      const told: number[] = [];
      const { logZ, low, high } = await rbm.logPartition({
        ...options,
        ...more,
        onProgress: (done) => told.push(done),
      });
      expect(low).toBeLessThan(exact);
      expect(high).toBeGreaterThan(exact);
      expect(logZ).not.toBe(exact);
      expect(high - low).toBeLessThan(0.5);
      expect(told.at(-1)).toBe(1);
    }
    const labelled = await labelledRbm();
    const { logZ } = await labelled.logPartition(options);
    expect(logZ).toBeCloseTo((await labelled.logPartition()).logZ, 1);
    const seeded = { ...options, seed: 1 };
    expect(await labelled.logPartition(seeded)).toEqual(await labelled.logPartition(seeded));
  });

  it('gives its parameters back as they were set', async () => {
    const rbm = await labelledRbm();
    expect(await rbm.parameters()).toEqual({
      W: { data: W, shape: [V, H] },
      b: { data: b, shape: [V] },
      c: { data: c, shape: [H] },
      U: { data: U, shape: [L, H] },
      d: { data: d, shape: [L] },
    });
    // FNV-1a of the same bytes, the rows and entries of the label units after those of the visible ones.
    const bytes = new Uint8Array(Float32Array.from([W, U, b, d, c].flatMap((part) => Array.from(part))).buffer);
    const hash = bytes.reduce(
      (all, byte) => BigInt.asUintN(64, (all ^ BigInt(byte)) * 0x100000001b3n),
      0xcbf29ce484222325n,
    );
    expect(await rbm.fingerprint()).toBe(hash.toString(16).padStart(16, '0'));
  });

  it('counts the same over many rows as over few', async () => {
    const rbm = await labelledRbm();
    const many = bits(5000 * V, 0.3);
    const { labels, probabilities } = await rbm.classify(many);
    const hidden = await rbm.hiddenMeans(many);
    const data = await engine.dataset(many, { shape: [5000, V] });
    expect(await rbm.predict(data)).toEqual(labels);
    for (const row of [0, 2047, 2048, 4999]) {
      const one = many.slice(row * V, (row + 1) * V);
      expect((await rbm.hiddenMeans(one)).data).toEqual(hidden.data.slice(row * H, (row + 1) * H));
      const own = await rbm.classify(one);
      expect(own.labels[0]).toBe(labels[row]);
      expect(own.probabilities.data).toEqual(probabilities.data.slice(row * L, (row + 1) * L));
    }
  });
});

describe('hidden means', () => {
  it('are at most 1 where labels are summed out, and are taken back', async () => {
    const rbm = await engine.rbm({ visible: 50, hidden: 4, labels: 10, seed: 3 });
    const parameters = await rbm.parameters();
    // All units are on, whatever the label is: their means are the sum of the ten labels' probabilities.
    parameters.c.data.fill(40);
    parameters.d!.data.set([0.1, -0.2, 0.3, 0.7, -0.5, 0.2, 0.9, -1, 0.4, 0.6]);
    parameters.W.data.set(parameters.W.data.map((w) => 100 * w));
    parameters.U!.data.set(parameters.U!.data.map((w) => 100 * w));
    await rbm.setParameters(parameters);
    const rows = Float32Array.from({ length: 1000 * 50 }, (_, i) => Number(Math.sin(i * i) > 0));
    const means = await rbm.hiddenMeans(rows);
    expect(Math.max(...means.data)).toBe(1);
    expect((await rbm.visibleMeans(means)).shape).toEqual([1000, 50]);
  });
});

describe('samples', () => {
  it('are means, states, hidden states and labels of each chain', async () => {
    const rbm = await labelledRbm();
    const samples = await rbm.sample({ chains: 5, steps: 3 });
    expect(samples.means.shape).toEqual([5, V]);
    expect(samples.states.shape).toEqual([5, V]);
    expect(samples.hidden.shape).toEqual([5, H]);
    expect(samples.labels).toHaveLength(5);
    for (const state of [...samples.states.data, ...samples.hidden.data]) expect([0, 1]).toContain(state);
    for (const p of samples.means.data) expect(p > 0 && p < 1).toBe(true);
  });

  it('are the same for the same seed, in one call or frame by frame, and others for another', async () => {
    const rbm = await engine.rbm({ visible: 50, hidden: 30, seed: 2 });
    const samples = await rbm.sample({ chains: 4, steps: 12, seed: 9 });
    expect(await rbm.sample({ chains: 4, steps: 12, seed: 9 })).toEqual(samples);
    let steps = 0;
    for await (const frame of rbm.dream({ chains: 4, stepsPerFrame: 4, seed: 9 })) {
      expect(frame.steps).toBe((steps += 4));
      if (steps < 12) continue;
      expect(frame.states).toEqual(samples.states);
      expect(frame.images).toEqual(samples.means);
      break;
    }
    expect((await rbm.sample({ chains: 4, steps: 12, seed: 10 })).states).not.toEqual(samples.states);
  });

  it('keep what is clamped', async () => {
    const rbm = await labelledRbm();
    const values = Float32Array.of(1, 0, 1, 0, 1, 0);
    const mask = Float32Array.of(1, 1, 1, 0, 0, 0);
    const { states: found, labels } = await rbm.sample({ chains: 20, steps: 5, clamp: { values, mask }, label: 2 });
    for (let r = 0; r < 20; r++) expect(Array.from(found.data.slice(r * V, r * V + 3))).toEqual([1, 0, 1]);
    expect(new Set(found.data.filter((_, i) => i % V > 2)).size).toBe(2);
    expect(new Set(labels)).toEqual(new Set([2]));
    const mixed = await rbm.sample({ chains: 3, steps: 5, label: [0, null, 1] });
    expect([mixed.labels[0], mixed.labels[2]]).toEqual([0, 1]);
  });

  it('follow their temperature: cold ones take the likeliest states', async () => {
    const rbm = await engine.rbm({ visible: 3, hidden: 1 });
    await rbm.setParameters({ W: new Float32Array(3), b: Float32Array.of(2, -2, 0), c: new Float32Array(1) });
    const at = async (temperature: number) => (await rbm.sample({ temperature })).means.data;
    for (const T of [0.5, 1, 4]) {
      const means = await at(T);
      [2, -2, 0].forEach((bias, i) => expect(means[i]).toBeCloseTo(sigmoid(bias / T), 4));
    }
    expect(Array.from(await at(0.01))).toEqual([1, 0, 0.5].map((p) => expect.closeTo(p, 4)));
  });

  it('reconstruct: the chains that start at the examples', async () => {
    const rbm = await engine.rbm({ visible: 20, hidden: 10, seed: 4 });
    const x = bits(60, 0);
    const reconstructed = await rbm.reconstruct(x, { steps: 7, seed: 3 });
    expect(reconstructed.shape).toEqual([3, 20]);
    const { means } = await rbm.sample({ chains: 3, start: x, steps: 7, seed: 3 });
    expect(reconstructed).toEqual(means);
  });
});

describe('a dream', () => {
  it('is clamped and let go, warmed, and begun anew from frame to frame', async () => {
    const rbm = await labelledRbm();
    const dream = rbm.dream({ chains: 8, label: 1 });
    const first = await dream.next();
    expect(new Set(first.value.labels)).toEqual(new Set([1]));
    dream.clamp(2);
    expect(new Set((await dream.next()).value.labels)).toEqual(new Set([2]));
    dream.clamp(null);
    dream.temperature = 100;
    dream.stepsPerFrame = 10;
    const free = (await dream.next()).value;
    expect(free.steps).toBe(12);
    expect(new Set(free.labels).size).toBeGreaterThan(1);
    dream.startFrom(new Float32Array(V).fill(1));
    expect((await dream.next()).value.images.shape).toEqual([8, V]);
    expect(await dream.return?.()).toEqual({ done: true, value: undefined });
    expect(await dream.next()).toEqual({ done: true, value: undefined });
  });

  it('gives the same frames whether each is waited for or many are asked for at once', async () => {
    const rbm = await engine.rbm({ visible: 784, hidden: 100 });
    // Each frame takes the worker many slices.
    const options = { chains: 50, stepsPerFrame: 20, seed: 5 };
    const [patient, hasty] = [rbm.dream(options), rbm.dream(options)];
    const waited = [];
    for (let i = 0; i < 3; ++i) waited.push((await patient.next()).value);
    patient.startFrom(new Float32Array(784).fill(1));
    patient.stepsPerFrame = 1;
    waited.push((await patient.next()).value);
    const asked = [hasty.next(), hasty.next(), hasty.next()];
    hasty.startFrom(new Float32Array(784).fill(1));
    hasty.stepsPerFrame = 1;
    asked.push(hasty.next());
    const frames = (await Promise.all(asked)).map(({ value }) => value as DreamFrame);
    expect(frames.map(({ steps }) => steps)).toEqual([20, 40, 60, 61]);
    expect(frames).toEqual(waited);
  });

  it('ends with an error for what it can not do, and with its signal', async () => {
    const rbm = await labelledRbm();
    const wrong = rbm.dream();
    wrong.clamp(7);
    await expect(wrong.next()).rejects.toThrow(/label must be a whole number from 0 to 2, not 7/);
    expect(await wrong.next()).toEqual({ done: true, value: undefined });

    const reason = new Error('woken');
    const controller = new AbortController();
    let frames = 0;
    const dreaming = async () => {
      for await (const frame of rbm.dream({ signal: controller.signal })) {
        expect(frame.steps).toBe(++frames);
        if (frames === 3) controller.abort(reason);
      }
    };
    await expect(dreaming()).rejects.toBe(reason);
    expect(frames).toBe(3);
  });

  it('ends with its model', async () => {
    const rbm = await labelledRbm();
    const dream = rbm.dream();
    await dream.next();
    rbm.dispose();
    await expectCode(() => dream.next(), 'disposed', /disposed/);
  });

  it('goes on while the model learns', async () => {
    const rbm = await engine.rbm({ visible: 784, hidden: 100 });
    const data = await engine.dataset({ kind: 'stroke-digits', count: 500 });
    const training = rbm.train(data, { epochs: 10 });
    let frames = 0;
    for await (const frame of rbm.dream({ chains: 4 })) {
      expect(frame.images.data.every((p) => p >= 0 && p <= 1)).toBe(true);
      if (++frames === 5) break;
    }
    await training;
  });
});

describe('a DBN', () => {
  const build = () => engine.dbn({ layers: [784, 40, 30, 50], labels: 10, seed: 3 });

  it('trains greedily, layer by layer, and tells which', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 300 });
    const dbn = await build();
    const history = await dbn.train(data, { epochs: 2, layers: [{}, { epochs: 1 }, { epochs: 3, method: 'pcd' }] });
    expect(history.map(({ layer, epoch }) => [layer, epoch])).toEqual([
      [0, 1],
      [0, 2],
      [1, 1],
      [2, 1],
      [2, 2],
      [2, 3],
    ]);
    expect(history.at(-1)?.done).toBe(1);
    expect(await dbn.predict(data)).toHaveLength(300);
    expect((await dbn.classify(data)).probabilities.shape).toEqual([300, 10]);
    const top = await dbn.parameters(2);
    expect([top.W.shape, top.U?.shape]).toEqual([
      [30, 50],
      [10, 50],
    ]);

    const again = (await engine.open(await dbn.save())) as Dbn;
    expect(again).toMatchObject({ kind: 'dbn', layers: [784, 40, 30, 50], labels: 10, visible: 784 });
    expect(await again.fingerprint()).toBe(await dbn.fingerprint());
    expect(await again.predict(data)).toEqual(await dbn.predict(data));
  });

  it('stops and goes on in the middle of a layer', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 300 });
    const [once, twice] = [await build(), await build()];
    await once.train(data, { epochs: 1 });
    for (let done = 0; done < 9; done += 2) await twice.train(data, { epochs: 1, batches: 2 });
    expect(await twice.fingerprint()).toBe(await once.fingerprint());
  });

  it('goes up by means, reconstructs and dreams', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 40 });
    const dbn = await build();
    const one = await dbn.up(data, 1);
    expect(one.shape).toEqual([40, 40]);
    expect((await dbn.up(data, 0)).data).toEqual((await data.rows(0, 40)).data);
    expect((await dbn.up(data, 3)).shape).toEqual([40, 50]);
    for (const steps of [0, 1, 5]) {
      const { shape, data: values } = await dbn.reconstruct(data, { steps });
      expect(shape).toEqual([40, 784]);
      expect(values.every((p) => p > 0 && p < 1)).toBe(true);
    }
    // At its lowest layer a DBN of one layer is an RBM.
    const flat = await engine.dbn({ layers: [784, 20], seed: 6 });
    const rbm = (await engine.rbm({ visible: 784, hidden: 20, seed: 6 })) as Rbm;
    expect(await flat.fingerprint()).toBe(await rbm.fingerprint());
    expect(await flat.reconstruct(data, { steps: 2, seed: 8 })).toEqual(
      await rbm.reconstruct(data, { steps: 2, seed: 8 }),
    );
    for await (const frame of dbn.dream({ chains: 3, label: [7, 8, null], start: (await data.rows(0, 1)).data })) {
      expect(frame.images.shape).toEqual([3, 784]);
      expect(frame.states.shape).toEqual([3, 784]);
      expect(Array.from(frame.labels.slice(0, 2))).toEqual([7, 8]);
      break;
    }
  });
});

describe('files', () => {
  it('keep parameters, notes and kind; half precision is near', async () => {
    const rbm = await labelledRbm();
    const opened = (await engine.open(await rbm.save({ notes: { data: 'none', 'a "b"': 'ü' } }))) as Rbm;
    expect(opened).toMatchObject({ kind: 'rbm', visible: V, hiddenUnits: H, labels: L });
    expect(opened.notes).toMatchObject({ data: 'none', 'a "b"': 'ü' });
    expect(await opened.parameters()).toEqual(await rbm.parameters());
    // Notes stay with the model when it is saved again.
    expect((await engine.open(await opened.save({ notes: { data: 'some' } }))).notes).toMatchObject({
      data: 'some',
      'a "b"': 'ü',
    });
    const half = (await engine.open(await rbm.save({ dtype: 'f16' }))) as Rbm;
    (await half.parameters()).W.data.forEach((w, i) => expect(w).toBeCloseTo(W[i] as number, 3));
    expect(sync.open(await rbm.save())).toMatchObject({ kind: 'rbm' });
  });
});

describe('the engine without a worker', () => {
  it('gives the same results', async () => {
    const data = await engine.dataset({ kind: 'stroke-digits', count: 200 });
    const own = sync.dataset({ kind: 'stroke-digits', count: 200 });
    expect(own.rows(0, 200)).toEqual(await data.rows(0, 200));
    const options = { layers: [784, 30, 20], labels: 10, seed: 2 };
    const [dbn, twin] = [await engine.dbn(options), sync.dbn(options)];
    await dbn.train(data, { epochs: 2, dataStates: 'sampled' });
    twin.train(own, { epochs: 2, dataStates: 'sampled' });
    expect(await twin.fingerprint()).toBe(await dbn.fingerprint());
    expect(twin.classify(own)).toEqual(await dbn.classify(data));
    expect(twin.classifyByIteration(own)).toEqual(await dbn.classifyByIteration(data));
    expect(twin.reconstruct(own, { steps: 2 })).toEqual(await dbn.reconstruct(data, { steps: 2 }));
    expect(twin.sample({ chains: 3, steps: 4 })).toEqual(await dbn.sample({ chains: 3, steps: 4 }));
    expect(twin.save()).toEqual(await dbn.save());
    const dream = twin.dream({ chains: 2, label: 4 });
    const frame = (await dbn.dream({ chains: 2, label: 4 }).next()).value;
    expect(dream.next().value).toEqual(frame);
    for (const { labels } of twin.dream({ label: 3 })) {
      expect(Array.from(labels)).toEqual([3]);
      break;
    }
    const [rbm, own2] = [await engine.rbm({ visible: 9, hidden: 6 }), sync.rbm({ visible: 9, hidden: 6 })];
    expect(own2.logPartition()).toEqual(await rbm.logPartition());
  });
});
