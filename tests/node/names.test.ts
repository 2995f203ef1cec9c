// What users of other libraries look for by the names that they know: scores of samples, copies, summaries, early
// stopping.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type DreamFrame, type Engine, type Model, type Rbm, type TrainHistory } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';
import { expectCode, expectError, mean } from './helpers.ts';

const engines: [string, () => Promise<Engine>][] = [
  ['worker', () => load({ threads: 2 })],
  ['sync', async () => (await loadSync()) as unknown as Engine],
];

const states = (units: number) =>
  Float32Array.from({ length: units * 2 ** units }, (_, i) => (Math.floor(i / units) >> (i % units)) & 1);

describe.each(engines)('%s engine', (entry, loadEngine) => {
  let engine: Engine;
  let bars: Dataset;

  beforeAll(async () => {
    engine = await loadEngine();
    bars = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
  });
  afterAll(() => engine.dispose());

  const trained = async (epochs = 30): Promise<Rbm> => {
    const rbm = await engine.rbm({ visible: 9, hidden: 4, seed: 3 });
    await rbm.train(bars, { epochs });
    return rbm;
  };
  const allKinds = async (): Promise<Model[]> => [
    await engine.rbm({ visible: 9, hidden: 4, labels: 2 }),
    await engine.dbn({ layers: [9, 4, 3], labels: 2 }),
    await engine.dbm({ layers: [9, 4, 3], labels: 2 }),
    await engine.sbn({ layers: [9, 4, 3] }),
    await engine.network({ layers: [9, 4, 2] }),
  ];

  describe('scoreSamples', () => {
    it('is log p(v) of an RBM, whose probabilities add up to 1', async () => {
      const rbm = await engine.rbm({ visible: 2, hidden: 1 });
      await rbm.setParameters({
        W: Float32Array.of(1, -2),
        b: Float32Array.of(0.5, 0),
        c: Float32Array.of(0.25),
      });
      // p*(v) = e^(b'v) (1 + e^(c + v'W)), by hand.
      const unnormalised = [
        1 + Math.exp(0.25),
        Math.exp(0.5) * (1 + Math.exp(1.25)),
        1 + Math.exp(-1.75),
        Math.exp(0.5) * (1 + Math.exp(-0.75)),
      ];
      const Z = unnormalised.reduce((sum, one) => sum + one);
      const { logZ } = await rbm.logPartition();
      expect(logZ).toBeCloseTo(Math.log(Z), 6);
      const scores = await rbm.scoreSamples(states(2), { logZ });
      expect(scores.shape).toEqual([4]);
      scores.data.forEach((score, i) => expect(score).toBeCloseTo(Math.log((unnormalised[i] as number) / Z), 5));
      const without = await rbm.scoreSamples(states(2));
      without.data.forEach((score, i) => expect(score).toBeCloseTo(Math.log(unnormalised[i] as number), 5));
    });

    it('has the mean that logLikelihood tells, with labels and without', async () => {
      const rbm = await engine.rbm({ visible: 9, hidden: 4, labels: 2 });
      await rbm.train(bars, { epochs: 30 });
      const { logZ } = await rbm.logPartition();
      const labels = await bars.labels(0, bars.count);
      for (const counted of [true, false]) {
        const { data } = await rbm.scoreSamples(bars, { logZ, labels: counted });
        const likelihood = await rbm.logLikelihood(bars, { logZ, labels: counted });
        expect(mean(data)).toBeCloseTo(likelihood.mean, 4);
      }
      const scored = await rbm.scoreSamples(bars, { logZ });
      expect(scored).toEqual(await rbm.scoreSamples(bars, { logZ, labels: true }));
      const { data: rows, shape } = await bars.rows(0, bars.count);
      expect(scored).toEqual(await rbm.scoreSamples({ data: rows, shape }, { logZ, labels }));
      const together = await Promise.all(
        [0, 1].map((label) => rbm.scoreSamples(states(9), { logZ, labels: new Uint8Array(512).fill(label) })),
      );
      const sum = together.reduce((all, { data }) => all + data.reduce((p, score) => p + Math.exp(score), 0), 0);
      expect(sum).toBeCloseTo(1, 4);
    });

    it('is a bound for a DBM, and exact for a belief net', async () => {
      const dbm = await engine.dbm({ layers: [9, 4, 3] });
      await dbm.train(bars, { epochs: 5 });
      const { logZ } = await dbm.logPartition();
      expect(await dbm.scoreSamples(bars, { logZ })).toEqual(await dbm.bound(bars, { logZ }));
      const { data } = await dbm.freeEnergy(bars);
      expect((await dbm.scoreSamples(bars)).data).toEqual(data.map((energy) => -energy));
      const sbn = await engine.sbn({ layers: [9, 4, 3] });
      await sbn.train(bars, { epochs: 5 });
      const exact = await sbn.scoreSamples(states(9));
      expect(exact.data.reduce((sum, score) => sum + Math.exp(score), 0)).toBeCloseTo(1, 4);
    });

    it('says what is wrong', async () => {
      const rbm = await trained(1);
      await expectError(() => rbm.scoreSamples(bars, { logZ: NaN }), RangeError, /logZ must be a finite number/);
      await expectError(() => rbm.scoreSamples(bars, { labels: true }), TypeError, /labels need a model with label/);
      const labels = new Uint8Array(14);
      await expectError(() => rbm.scoreSamples(bars, { labels }), TypeError, /labels need a model with label units/);
      await expectError(() => rbm.scoreSamples(new Float32Array(8)), RangeError, /whole rows of 9 values/);
      const noisy = await engine.rbm({ visible: 9, hidden: 4, hiddenUnits: 'noisy-relu' });
      await expectError(() => noisy.scoreSamples(bars), Error, /noisy-relu/);
      if (entry === 'worker') {
        const aborted = AbortSignal.abort(new Error('enough'));
        await expect(rbm.scoreSamples(bars, { signal: aborted })).rejects.toThrow('enough');
      }
    });
  });

  describe('copy', () => {
    it('has the same bits, and goes its own way, for every kind of model', async () => {
      for (const model of await allKinds()) {
        await model.train(bars, { epochs: 3 });
        const before = await model.fingerprint();
        const [same, fresh] = [await model.copy(), await model.copy({ resumable: false })];
        expect([same.kind, await same.fingerprint(), await fresh.fingerprint()]).toEqual([model.kind, before, before]);
        expect(same.seed).toBe(model.seed);
        await same.train(bars, { epochs: 2 });
        expect(await model.fingerprint()).toBe(before);
        await model.train(bars, { epochs: 2 });
        expect(await same.fingerprint(), model.kind).toBe(await model.fingerprint());
        model.dispose();
        await same.train(bars, { epochs: 1 });
        await expectCode(() => model.copy(), 'disposed', /this model was disposed/);
      }
    });

    it('has chains, momentum and the place in random numbers, or parameters alone', async () => {
      const rbm = await engine.rbm({ visible: 9, hidden: 4 });
      const options = { method: 'pcd', epochs: 5 } as const;
      await rbm.train(bars, options);
      await rbm.sample();
      const [whole, bare] = [await rbm.copy(), await rbm.copy({ resumable: false })];
      const saved = (await engine.open(await rbm.save())) as Rbm;
      expect([await whole.epochs(), await bare.epochs()]).toEqual([5, 5]);
      expect(await whole.sample()).toEqual(await rbm.sample());
      for (const model of [rbm, whole, bare, saved]) await model.train(bars, options);
      const [a, b, c, d] = await Promise.all([rbm, whole, bare, saved].map((model) => model.fingerprint()));
      expect(b).toBe(a);
      expect(d).toBe(c);
      expect(c).not.toBe(a);
      await expectError(() => rbm.copy({ resumable: 1 as never }), TypeError, /resumable must be true or false, not 1/);
    });

    it('can be had of a model in training, with its notes', async () => {
      const opened = await engine.open(await (await trained(2)).save({ notes: { by: 'me' } }));
      const training = await opened.training(bars, { epochs: 4 });
      await training.run({ epochs: 2 });
      const half = await opened.copy();
      expect(half.notes.by).toBe('me');
      await training.run();
      await half.train(bars, { epochs: 2 });
      expect(await half.fingerprint()).toBe(await opened.fingerprint());
    });
  });

  describe('summary', () => {
    it('is a table of layers and parameters', async () => {
      const rbm = await engine.rbm({ visible: 784, hidden: 500, labels: 10, visibleUnits: 'gaussian' });
      expect(await rbm.summary()).toBe(
        [
          'rbm of 784-500 units and 10 labels, seed 1',
          '--------------------------------------------------',
          'layer    units  type       parameters        count',
          '--------------------------------------------------',
          'visible    784  gaussian   b, sigmaV         1,568',
          'hidden     500  bernoulli  W 784 x 500, c  392,500',
          'labels      10  softmax    U 10 x 500, d     5,010',
          '--------------------------------------------------',
          '399,078 parameters, 1,596,312 bytes',
          'trained: 0 epochs',
        ].join('\n'),
      );
    });

    it('counts all parameters of every kind, and says where a training stands', async () => {
      const counted = [];
      for (const model of await allKinds()) {
        const dbn = model.kind === 'dbn' ? model : undefined;
        const all = dbn ? [await dbn.parameters(0), await dbn.parameters(1)] : [await (model as Rbm).parameters()];
        const tensors = JSON.stringify(all, (_, value: unknown) =>
          ArrayBuffer.isView(value) ? (value as Float32Array).length : value,
        );
        const count = [...tensors.matchAll(/"data":(\d+)/g)].reduce((sum, [, n]) => sum + Number(n), 0);
        expect(await model.summary()).toContain(`\n${count} parameters, ${4 * count} bytes\n`);
        counted.push(count);
      }
      expect(counted).toEqual([59, 76, 72, 64, 50]);
      const dbn = await engine.dbn({ layers: [9, 4, 3] });
      const training = await dbn.training(bars, { epochs: 2, batchSize: 7 });
      await training.run({ batches: 5 });
      expect(await dbn.summary()).toMatch(
        /\ntrained: 2, 0 epochs, layer by layer\nin training: layer 1, epoch 0, batch 1 of 2$/,
      );
      training.dispose();
      expect(await dbn.summary()).toMatch(/\ntrained: 2, 0 epochs, layer by layer$/);
    });
  });

  describe('patience', () => {
    const options = { learningRate: 0.3, momentum: 0, weightDecay: 0, batchSize: 10 } as const;
    const some = () => engine.rbm({ visible: 784, hidden: 10, seed: 1 });
    let kept: Dataset;
    let learned: Dataset;

    beforeAll(async () => {
      learned = await engine.dataset({ kind: 'stroke-digits', count: 20, seed: 1 });
      kept = await engine.dataset({ kind: 'stroke-digits', count: 20, seed: 2 });
    });

    /** Epoch by epoch by hand: the score of each, and copies of the model. */
    async function byHand(epochs: number) {
      const rbm = await some();
      const training = await rbm.training(learned, { ...options, epochs });
      const scores = [(await rbm.pseudoLikelihood(kept)).mean];
      const models = [await rbm.copy()];
      for (let epoch = 1; epoch <= epochs; ++epoch) {
        await training.run({ epochs: 1 });
        scores.push((await rbm.pseudoLikelihood(kept)).mean);
        models.push(await rbm.copy());
      }
      training.dispose();
      return { scores, models };
    }

    it('ends a training that gets no better on validation data, and goes back to the best epoch', async () => {
      const { scores, models } = await byHand(60);
      const patience = 3;
      let best = 0;
      let last = 0;
      while (last - best < patience) if ((scores[++last] as number) > (scores[best] as number)) best = last;
      expect([best > 0, last < 60]).toEqual([true, true]);

      const rbm = await some();
      const history = await rbm.train(learned, { ...options, epochs: 60, patience, validation: kept });
      expect(history).toHaveLength(last);
      history.forEach(({ pseudoLikelihood }, i) => expect(pseudoLikelihood?.validation).toBe(scores[i + 1]));
      expect(history.at(-1)).toMatchObject({ done: 1, epoch: last, epochEnded: true });
      expect(await rbm.fingerprint()).toBe(await models[best]?.fingerprint());
      expect(await rbm.epochs()).toBe(best);
      // With its training state: it goes on as it would have from there.
      const twin = models[best] as Rbm;
      for (const model of [rbm, twin]) await model.train(learned, { ...options, epochs: 2 });
      expect(await rbm.fingerprint()).toBe(await twin.fingerprint());
    });

    it('is the same in portions, and lets go when it is changed', async () => {
      const rbm = await some();
      const given = { ...options, epochs: 60, patience: 3, validation: kept };
      const history = await rbm.train(learned, given);
      const portions = await some();
      const training = await portions.training(learned, given);
      while (training.progress.done < 1) await training.run({ batches: 2 });
      const comparable = (entries: TrainHistory) => entries.map((entry) => ({ ...entry, examplesPerSecond: 0 }));
      expect(comparable([...training.history])).toEqual(comparable(history));
      expect(await portions.fingerprint()).toBe(await rbm.fingerprint());
      training.dispose();
      const patient = await (await some()).training(learned, given);
      await patient.run({ epochs: 1 });
      await patient.change({ patience: 1000 });
      await patient.run();
      expect(patient.history).toHaveLength(60);
      const late = await (await some()).training(learned, { ...given, patience: undefined });
      await expectError(() => late.change({ patience: 3 }), TypeError, /patience must be given when a training begins/);
      await late.change({ learningRate: 0.01 });
      late.dispose();
    });

    it('goes by the log-likelihood of a rule that knows it, and dreams go back, too', async () => {
      const rbm = await some();
      const dream = rbm.dream({ chains: 3 });
      await dream.next();
      const history = await rbm.train(learned, {
        method: 'ptt',
        chains: 100,
        epochs: 200,
        patience: 2,
        validation: kept,
        learningRate: 0.05,
      });
      const scores = history.map(({ logLikelihood }) => logLikelihood?.validation as number);
      const best = scores.indexOf(Math.max(...scores));
      expect(scores.length).toBe(best + 3);
      expect(history[0]?.pseudoLikelihood).toBeUndefined();
      expect(await rbm.epochs()).toBe(best + 1);
      const { means, hidden } = ((await dream.next()) as IteratorYieldResult<DreamFrame>).value;
      const { data: expected } = await rbm.visibleMeans(hidden);
      means.data.forEach((value, i) => expect(Math.abs(value - (expected[i] as number))).toBeLessThan(1e-7));
      await dream.return?.();
    });

    it('takes one random unit an example of large data, the same in every epoch', async () => {
      const digits = await engine.dataset({ kind: 'stroke-digits', count: 200 });
      const rbm = await engine.rbm({ visible: 784, hidden: 5, seed: 9 });
      const [entry] = await rbm.train(digits, { epochs: 1, patience: 1, validation: digits });
      const { mean: found } = await rbm.pseudoLikelihood(digits, { stochastic: true, seed: 9 });
      expect(entry?.pseudoLikelihood?.validation).toBe(found);
    });

    it('is refused where it makes no sense', async () => {
      const rbm = await engine.rbm({ visible: 9, hidden: 4, labels: 2 });
      const refused = async (given: object, type: typeof TypeError | typeof RangeError, message: RegExp) => {
        const error = await expectError(() => rbm.train(bars, { validation: bars, ...given }), type, message);
        expect(error).toMatchObject({ option: 'patience' });
        expect(await rbm.check(bars, { validation: bars, ...given })).toEqual([
          { option: 'patience', message: error.message },
        ]);
      };
      await refused({ patience: 0 }, RangeError, /patience must be a whole number from 1 to 1,000,000, not 0/);
      await refused({ patience: '3' }, TypeError, /patience must be a whole number/);
      await refused({ patience: 3, validation: undefined }, TypeError, /patience needs validation data/);
      await refused({ patience: 3, objective: 'hybrid' }, TypeError, /patience needs objective 'generative'/);
      const plain = await engine.dataset(await bars.rows(0, 14));
      const unlabelled = { patience: 3, validation: plain };
      await expectError(() => rbm.train(bars, unlabelled), RangeError, /the pseudo-likelihood of a model with label/);
      expect(await rbm.epochs()).toBe(0);
    });

    describe('of a deep belief net', () => {
      const layers = [784, 12, 8];
      const net = () => engine.dbn({ layers, labels: 10, seed: 1 });
      const own = [{}, { learningRate: 0.5, seed: 4 }];
      const patience = 2;
      const epochs = 60;

      /** The epoch to go back to, and that in which it is known. */
      function stopped(scores: number[]) {
        let [best, last] = [0, 0];
        while (last - best < patience) if ((scores[++last] as number) > (scores[best] as number)) best = last;
        expect([best > 0, last < scores.length - 1]).toEqual([true, true]);
        return { best, last };
      }

      /** A layer that sees `data` and `held`, epoch by epoch, upon `below` epochs of those under it. */
      async function ofLayer(layer: number, below: { epochs: number }[]) {
        const dbn = await net();
        const training = await dbn.training(learned, {
          ...options,
          layers: own.map((one, l) => ({ ...one, epochs, ...below[l] })),
        });
        for (let left = below.reduce((sum, one) => sum + one.epochs, 0); left > 0; --left)
          await training.run({ epochs: 1 });
        const { data, shape } = await dbn.up(kept, layer);
        const labels = await kept.labels(0, kept.count);
        const seen = await engine.dataset({ data, shape }, layer === 1 ? { labels } : {});
        const twin = await engine.rbm({
          visible: layers[layer] as number,
          hidden: layers[layer + 1] as number,
          labels: layer === 1 ? 10 : 0,
        });
        // What was not trained is not gone back to.
        const scores = [-Infinity];
        for (let epoch = 1; epoch <= epochs; ++epoch) {
          await training.run({ epochs: 1 });
          const { W, b, c, U, d } = await dbn.parameters(layer);
          await twin.setParameters(U && d ? { W, b, c, U, d } : { W, b, c });
          scores.push((await twin.pseudoLikelihood(seen)).mean);
        }
        training.dispose();
        dbn.dispose();
        return scores;
      }

      it('ends each layer by itself, and the net is as if it had been trained for just so long', async () => {
        const first = stopped(await ofLayer(0, []));
        const scores = await ofLayer(1, [{ epochs: first.best }]);
        const second = stopped(scores);
        const dbn = await net();
        const dream = dbn.dream({ chains: 2, label: 3 });
        await dream.next();
        const history = await dbn.train(learned, { ...options, epochs, layers: own, patience, validation: kept });
        expect(history.map(({ layer }) => layer)).toEqual([
          ...Array<number>(first.last).fill(0),
          ...Array<number>(second.last).fill(1),
        ]);
        expect(history.slice(first.last).map((entry) => entry.pseudoLikelihood?.validation)).toEqual(
          scores.slice(1, second.last + 1),
        );
        const done = history.map((entry) => entry.done);
        expect(done).toEqual([...done].sort((a, b) => a - b));
        expect(done.at(-1)).toBe(1);
        const asLong = own.map((one, l) => ({ ...one, epochs: [first, second][l]?.best as number }));
        const twin = await net();
        await twin.train(learned, { ...options, layers: asLong });
        expect(await dbn.fingerprint()).toBe(await twin.fingerprint());
        expect(await dbn.summary()).toContain(`${first.best}, ${second.best} epochs, layer by layer`);
        // A dream that was under way is of the net as it is now.
        const { value } = (await dream.next()) as IteratorYieldResult<DreamFrame>;
        const { data } = await dbn.reconstruct(value.images, { steps: 0 });
        expect(data.every(Number.isFinite)).toBe(true);
        await dream.return?.();
        // Training goes on as it would have from there.
        for (const one of [dbn, twin]) await one.train(learned, { ...options, layers: own, epochs: 2 });
        expect(await dbn.fingerprint()).toBe(await twin.fingerprint());
      });

      it('is the same in portions, and with options changed on the way', async () => {
        const given = { ...options, epochs, layers: own, patience, validation: kept };
        const whole = await net();
        const history = await whole.train(learned, given);
        const dbn = await net();
        const training = await dbn.training(learned, given);
        // Changes between any two epochs wake no layer that has ended.
        while (training.progress.done < 1) {
          await training.run({ batches: 1 });
          await training.change({ weightDecay: 0 });
        }
        const comparable = (entries: TrainHistory) => entries.map((entry) => ({ ...entry, examplesPerSecond: 0 }));
        expect(comparable([...training.history])).toEqual(comparable(history));
        expect(await dbn.fingerprint()).toBe(await whole.fingerprint());
        training.dispose();
        const portions = await (await net()).training(learned, given);
        const { layer, epoch, epochEnded } = await portions.run({
          epochs: history.filter((entry) => entry.layer === 0).length,
        });
        expect([layer, epochEnded]).toEqual([0, true]);
        expect((await portions.run({ epochs: 1 })).layer).toBe(1);
        expect(epoch).toBeGreaterThan(patience);
        await portions.change({ patience: 1000, layers: [{}, { ...own[1], epochs: 5 }] });
        await portions.run();
        expect(portions.history.filter((entry) => entry.layer === 1)).toHaveLength(5);
      });

      it('may be one layer’s alone', async () => {
        const dbn = await net();
        const history = await dbn.train(learned, {
          ...options,
          validation: kept,
          layers: [{ epochs: 3 }, { ...own[1], epochs, patience }],
        });
        const [below, top] = [0, 1].map((layer) => history.filter((entry) => entry.layer === layer)) as [
          TrainHistory,
          TrainHistory,
        ];
        expect(below).toHaveLength(3);
        expect(below[0]?.pseudoLikelihood).toBeUndefined();
        expect(top.length).toBeLessThan(epochs);
        expect(top[0]?.pseudoLikelihood).toBeDefined();
        // The layers below trained before, and none in this training.
        const before = await engine.dbn({ layers, labels: 10, seed: 1 });
        await before.train(learned, { ...options, layers: [{ epochs: 3 }, { epochs: 0 }] });
        await before.train(learned, {
          ...options,
          validation: kept,
          layers: [{ epochs: 0 }, { ...own[1], epochs, patience }],
        });
        expect(await before.fingerprint()).toBe(await dbn.fingerprint());
      });

      it('goes by the wrong labels in up-down learning', async () => {
        const data = await engine.dataset({ kind: 'stroke-digits', count: 200, seed: 1 });
        const held = await engine.dataset({ kind: 'stroke-digits', count: 100, seed: 2 });
        const expected = await held.labels(0, 100);
        const dbn = await net();
        await dbn.train(data, { batchSize: 20, epochs: 30, learningRate: 0.1 });
        const twin = await dbn.copy();
        const given = { method: 'up-down', batchSize: 20, learningRate: 0.02, epochs: 60 } as const;
        const training = await twin.training(data, given);
        const errors: number[] = [];
        const models: string[] = [];
        for (;;) {
          errors.push((await twin.predict(held)).filter((label, i) => label !== expected[i]).length);
          models.push(await twin.fingerprint());
          if (training.progress.done === 1) break;
          await training.run({ epochs: 1 });
        }
        const { best, last } = stopped(errors.map((count) => -count));
        const history = await dbn.train(data, { ...given, patience, validation: held });
        expect(history.map((entry) => entry.errors?.validation)).toEqual(
          errors.slice(1, last + 1).map((count) => count / 100),
        );
        expect(await dbn.fingerprint()).toBe(models[best]);
        expect(history.at(-1)?.done).toBe(1);
      });

      it('is refused where it makes no sense', async () => {
        const dbn = await engine.dbn({ layers: [9, 4, 4], labels: 2 });
        const bare = await engine.dataset(await bars.rows(0, 14));
        for (const [given, message] of [
          [{ patience: 0 }, /^patience must be a whole number from 1 to 1,000,000, not 0$/],
          [{ patience: 3, validation: undefined }, /^patience needs validation data$/],
          [{ layers: [{}, { patience: 0.5 }] }, /^layers\[1\]\.patience must be a whole number/],
          [{ patience: 3, layers: [{}, { objective: 'hybrid' }] }, /^patience needs objective 'generative'$/],
          [{ patience: 3, validation: bare }, /pseudo-likelihood of a model with label/],
          [{ method: 'up-down', patience: 0 }, /^patience must be a whole number/],
        ] as const) {
          const error = await expectError(
            () => dbn.train(bars, { validation: bars, ...given } as object),
            Error,
            message,
          );
          expect((await dbn.check(bars, { validation: bars, ...given } as object))[0]?.message).toBe(error.message);
        }
        await dbn.train(bars, { epochs: 1 });
        await expectError(
          () => dbn.train(bars, { method: 'up-down', patience: 3, validation: bare }),
          TypeError,
          /needs validation data with labels/,
        );
        const dbm = await engine.dbm({ layers: [9, 4, 4] });
        const asked = { patience: 3, validation: bars } as object;
        const error = await expectError(
          () => dbm.train(bars, asked),
          TypeError,
          /patience is not an option of deep Boltzmann machines: .* copy\(\)$/,
        );
        expect(await dbm.check(bars, asked)).toEqual([{ option: 'patience', message: error.message }]);
      });
    });
  });
});
