// Chains that are exchanged with others: on the ladder of a training, and with those of the RBMs above.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectError } from './helpers.ts';

let engine: Engine;
let bars: Dataset;
let rbm: Rbm;

const options = { epochs: 30, method: 'ptt', batchSize: 14, learningRate: 0.1, chains: 40 } as const;

beforeAll(async () => {
  engine = await load({ threads: 2 });
  bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
  rbm = await engine.rbm({ visible: 9, hidden: 6, seed: 4 });
  await rbm.train(bars, options);
});
afterAll(() => engine.dispose());

describe('chains on a ladder', () => {
  it('have the means of the model, and the same states from the same seed, from a resumable file too', async () => {
    const { states } = await rbm.sample({ chains: 1000, steps: 20, tempering: 'ladder', seed: 3 });
    expect(states.shape).toEqual([1000, 9]);
    const opened = await engine.open(await rbm.save({ resumable: true }));
    if (opened.kind !== 'rbm') throw new Error(`a file of an RBM opened as ${opened.kind}`);
    const again = await opened.sample({ chains: 1000, steps: 20, tempering: 'ladder', seed: 3 });
    expect(again.states.data).toEqual(states.data);
    // All states by enumeration: 512 rows, whose free energies give their probabilities.
    const all = Float32Array.from({ length: 512 * 9 }, (_, i) => (Math.floor(i / 9) >> (i % 9)) & 1);
    const weights = Array.from((await rbm.freeEnergy(all)).data, (f) => Math.exp(-f));
    const sum = weights.reduce((a, b) => a + b, 0);
    for (let unit = 0; unit < 9; ++unit) {
      let exact = 0;
      weights.forEach((weight, state) => (exact += (((state >> unit) & 1) * weight) / sum));
      let mean = 0;
      for (let row = 0; row < 1000; ++row) mean += (states.data[row * 9 + unit] ?? 0) / 1000;
      // Five standard errors.
      expect(Math.abs(mean - exact)).toBeLessThan(5 * Math.sqrt(0.25 / 1000));
    }
  });

  it('dream, frame after frame', async () => {
    let frames = 0;
    for await (const frame of rbm.dream({ chains: 3, tempering: 'ladder', stepsPerFrame: 2, seed: 1 })) {
      expect(frame.images.shape).toEqual([3, 9]);
      if (++frames === 3) break;
    }
    expect(frames).toBe(3);
  });

  it('are refused where there is no ladder, and for what they can not do', async () => {
    const plain = await engine.rbm({ visible: 9, hidden: 6 });
    await expectError(() => plain.sample({ tempering: 'ladder' }), TypeError, /has no ladder/);
    const small = await rbm.save();
    const opened = await engine.open(small);
    if (opened.kind !== 'rbm') throw new Error(`a file of an RBM opened as ${opened.kind}`);
    await expectError(() => opened.sample({ tempering: 'ladder' }), TypeError, /has no ladder/);
    await expectError(
      () => rbm.sample({ tempering: 'stacked' }),
      TypeError,
      /tempering must be 'ladder' .* not 'stacked'/,
    );
    await expectError(() => rbm.sample({ tempering: 'ladder', temperature: 2 }), TypeError, /temperature does not go/);
    await expectError(() => rbm.sample({ tempering: 'ladder', chains: 1001 }), RangeError, /1 to 1000, not 1001/);
    const start = new Float32Array(9);
    await expectError(() => rbm.sample({ tempering: 'ladder', start }), TypeError, /start does not go/);
  });
});

describe('stacked tempering', () => {
  it("samples a deep belief net's bottom RBM, the same with the worker and without", async () => {
    const sync = await loadSync();
    const [net, other] = [await engine.dbn({ layers: [9, 6, 4], seed: 2 }), sync.dbn({ layers: [9, 6, 4], seed: 2 })];
    await net.train(bars, { epochs: 5 });
    other.train(sync.dataset({ kind: 'bars-and-stripes', size: 3 }), { epochs: 5 });
    const asked = { chains: 50, steps: 30, tempering: 'stacked', seed: 5 } as const;
    const samples = await net.sample(asked);
    expect(samples.states.shape).toEqual([50, 9]);
    expect(samples.hidden.shape).toEqual([50, 6]);
    expect(other.sample(asked).states.data).toEqual(samples.states.data);
    await expectError(() => net.sample({ tempering: 'ladder' }), TypeError, /tempering must be/);
  });
});
