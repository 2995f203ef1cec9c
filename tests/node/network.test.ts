// Feed-forward nets through the public API, in the worker and without.
import { readFile, writeFile } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Engine, type Network, type NetworkTrainOptions, type Tensor } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { expectCode, expectError } from './helpers.ts';
import { failure, hasNative, ownFolder, wakesleep } from './native.ts';

const { path } = ownFolder();

let engine: Engine;
let sync: SyncEngine;
let digits: Dataset;
const strokes = { kind: 'stroke-digits', count: 600, seed: 4 } as const;
/** The same for the command line. */
const flags = ['--data', 'stroke-digits', '--count', '600', '--data-seed', '4'];
beforeAll(async () => {
  engine = await load({ threads: 2 });
  sync = await loadSync();
  digits = await engine.dataset(strokes);
});
afterAll(() => {
  engine.dispose();
  sync.dispose();
});

const floats = (...values: number[]) => Float32Array.from(values);

describe('a feed-forward net', () => {
  it('computes layer after layer', async () => {
    const net = await engine.network({ layers: [2, 3, 2], units: ['relu', 'softmax'] });
    expect(net).toMatchObject({ kind: 'network', layers: [2, 3, 2], units: ['relu', 'softmax'], code: 0, labels: 2 });
    await net.setParameters({
      W: [floats(1, -1, 2, 0, 1, 1), floats(1, 0, 0, 1, 1, 1)],
      b: [floats(0, 0.5, -1), floats(0, 1)],
    });
    const x = floats(1, 2);
    expect((await net.up(x, 1)).data).toEqual(floats(1, 1.5, 3));
    const { data, shape } = await net.outputs(x);
    expect(shape).toEqual([1, 2]);
    const [a, b] = [1 + 3, 1.5 + 3 + 1];
    expect(data[1]).toBeCloseTo(1 / (1 + Math.exp(a - b)), 5);
    expect(await net.predict(x)).toEqual(Uint16Array.of(1));
    expect((await net.classify(x)).probabilities).toEqual({ data, shape });
    const { W } = await net.parameters();
    expect(W.map(({ shape: of }) => of)).toEqual([
      [2, 3],
      [3, 2],
    ]);
  });

  it('is told apart by its code, and encodes and decodes', async () => {
    const net = await engine.network({ layers: [784, 20, 3, 20, 784], code: 2 });
    expect(net).toMatchObject({ units: ['sigmoid', 'linear', 'sigmoid', 'sigmoid'], code: 2, labels: 0 });
    const codes = await net.encode(digits);
    expect(codes.shape).toEqual([600, 3]);
    const back = await net.decode(codes.data);
    const outputs = await net.outputs(digits);
    expect(back.shape).toEqual([600, 784]);
    expect(back.data).toEqual(outputs.data);
    await net.train(digits, { epochs: 3, optimizer: 'adam', learningRate: 0.01 });
    const { squaredError, crossEntropy, loss, count, errors } = await net.evaluate(digits);
    expect(loss).toBe(crossEntropy);
    expect(errors).toBeUndefined();
    expect(count).toBe(600);
    const y = (await net.outputs(digits)).data;
    const x = (await digits.rows(0, 600)).data;
    const sum = y.reduce((all, value, i) => all + (value - (x[i] as number)) ** 2, 0);
    expect(squaredError).toBeCloseTo(sum / 600, 3);
    expect((await net.evaluate(digits, { loss: 'squared-error' })).loss).toBeCloseTo(squaredError / 2, 6);
  });
});

type Learning = Omit<NetworkTrainOptions, 'validation' | 'onProgress' | 'signal'> & { batchSize: number };
const trainings: [string, Learning][] = [
  ['dropout', { epochs: 2, batchSize: 50, dropout: 0.5, inputDropout: 0.2, maxNorm: 2, momentum: 0.8 }],
  ['adam', { epochs: 2, batchSize: 50, optimizer: 'adam', learningRate: 0.002, noise: 0.1, corruption: 0.1 }],
  ['conjugate gradients', { epochs: 1, batchSize: 200, method: 'conjugate-gradients', lineSearches: 2 }],
  ['Hessian-free', { epochs: 1, batchSize: 300, method: 'hessian-free', iterations: 5 }],
];

describe.each(trainings)('training a classifier by %s', (_, options) => {
  const shape = { layers: [784, 30, 20, 10], units: ['relu', 'sigmoid', 'softmax'] as const, seed: 3 };
  const all = { ...options, seed: 3 };

  it('gives the same bits in the worker, without one and in the native program, and resumes from a file', async () => {
    const net = await engine.network(shape);
    const history = await net.train(digits, all);
    expect(history).toHaveLength(options.epochs as number);
    const last = history.at(-1);
    expect(last?.done).toBe(1);
    expect(last?.losses?.loss).toBeGreaterThan(0);
    expect(last?.losses?.errors).toBeLessThan(1);
    const fingerprint = await net.fingerprint();

    const own = sync.network(shape);
    const training = own.training(sync.dataset(strokes), all);
    let opened = sync.open(await (await engine.network(shape)).save({ resumable: true }));
    let batches = 0;
    while (training.step()) {
      if (opened.kind !== 'network') throw new Error(opened.kind);
      const half = opened.training(sync.dataset(strokes), { ...all, epochs: (all.epochs as number) - opened.epochs() });
      expect(half.step()).toBe(true);
      half.dispose();
      opened = sync.open(opened.save({ resumable: true }));
      batches++;
    }
    expect(batches).toBe((all.epochs as number) * (600 / options.batchSize));
    expect(own.fingerprint()).toBe(fingerprint);
    expect(opened.fingerprint()).toBe(fingerprint);

    for (const threads of [1, 4]) {
      const other = await load({ threads });
      expect(other.info.threads).toBe(threads);
      const twin = await other.network(shape);
      await twin.train(await other.dataset(strokes), all);
      expect(await twin.fingerprint()).toBe(fingerprint);
      other.dispose();
    }

    if (!hasNative) return;
    const learning = Object.entries(all).flatMap(([name, value]) => [
      `--${name.replace(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)}`,
      String(value),
    ]);
    const layers = ['--layers', shape.layers.join(), '--activations', shape.units.join()];
    for (const threads of ['1', '2']) {
      const made = ['train', '--model', 'network', ...layers, ...flags, ...learning, '--threads', threads];
      const { stdout } = await wakesleep(...made, '--out', path('own'));
      expect(stdout).toContain(`fingerprint ${fingerprint}`);
    }
    const told = (await wakesleep('evaluate', path('own'), ...flags, '--part', 'training')).stdout;
    const errors = (await net.evaluate(digits)).errors as number;
    expect(told).toContain(`recognition by the largest output: ${errors} errors of 600`);
    expect(told).toMatch(/cross entropy: [\d.]+ an example\nsquared error: /);
  });
});

describe('a net in training', () => {
  it('tells losses and those of validation data, and stops early with its best epoch', async () => {
    const [few, held] = [
      await digits.subset({ first: 0, count: 100 }),
      await digits.subset({ first: 100, count: 200 }),
    ];
    const net = await engine.network({ layers: [784, 20, 10] });
    const given = { epochs: 200, batchSize: 20, learningRate: 0.3, validation: held };
    await expectError(() => net.train(few, { patience: 2 }), TypeError, /^patience needs validation data$/);
    expect(await net.check(few, { patience: 2 })).toEqual([
      { option: 'patience', message: 'patience needs validation data' },
    ]);
    const training = await net.training(few, { ...given, patience: 2, statistics: true });
    expect((await training.run()).done).toBe(1);
    const { history } = training;
    expect(history.length).toBeLessThan(200);
    const losses = history.map(({ validation }) => validation?.loss as number);
    const best = Math.min(...losses);
    expect(losses.indexOf(best)).toBe(losses.length - 3);
    const now = await net.evaluate(held);
    expect(now.loss).toBeCloseTo(best, 12);
    expect((now.errors as number) / 200).toBeCloseTo(history.at(-3)?.validation?.errors as number, 12);
    expect(history[0]?.statistics?.weightNorm).toBeGreaterThan(0);
    expect(history[0]?.freeEnergy).toBeUndefined();
  });

  it('is busy meanwhile, is aborted by a signal, and takes other options on the way', async () => {
    const net = await engine.network({ layers: [784, 30, 10] });
    const controller = new AbortController();
    const { signal } = controller;
    const ended = expectError(
      () => net.train(digits, { epochs: 1_000_000, signal }),
      DOMException as unknown as new () => Error,
      /abort/,
    );
    await expectCode(() => net.setParameters({ W: [], b: [] }), 'busy', /in training/);
    controller.abort();
    await ended;
    const training = await net.training(digits, { epochs: 2 });
    await training.run({ batches: 2 });
    await training.change({ dropout: 0.5, learningRate: 0.01 });
    await expectError(() => training.change({ loss: 'squared-error' }), TypeError, /^loss can only be chosen/);
    expect((await training.run()).done).toBe(1);
  });
});

describe('nets unrolled from a DBN', () => {
  it('compute what it does, and learn on', async () => {
    const dbn = await engine.dbn({ layers: [784, 40, 20], labels: 10, seed: 2 });
    await dbn.train(digits, { epochs: 5 });
    const classifier = await dbn.toClassifier();
    expect(classifier).toMatchObject({ layers: [784, 40, 20, 10], units: ['sigmoid', 'sigmoid', 'softmax'], seed: 2 });
    const [ours, its] = [await classifier.up(digits, 1), await dbn.up(digits, 1)];
    ours.data.forEach((mean, i) => expect(Math.abs(mean - (its.data[i] as number))).toBeLessThan(1e-5));
    const before = (await classifier.evaluate(digits)).errors as number;
    await classifier.train(digits, { epochs: 10 });
    expect((await classifier.evaluate(digits)).errors as number).toBeLessThan(before);

    const autoencoder = await dbn.toAutoencoder();
    expect(autoencoder).toMatchObject({ layers: [784, 40, 20, 40, 784], code: 2 });
    const start = await autoencoder.evaluate(digits);
    await autoencoder.train(digits, { epochs: 5 });
    expect((await autoencoder.evaluate(digits)).squaredError).toBeLessThan(start.squaredError);
    // The DBN is as it was, and may go.
    dbn.dispose();
    expect((await autoencoder.encode(digits)).shape).toEqual([600, 20]);

    const unlabelled = sync.dbn({ layers: [9, 4] });
    expect(unlabelled.toClassifier({ classes: 3, seed: 7 }).layers).toEqual([9, 4, 3]);
    expect(() => unlabelled.toClassifier()).toThrow(/^classes must be at least 2/);
    expect(() => sync.dbn({ layers: [4, 9] }).toAutoencoder()).toThrow(
      'a code of 9 units is wider than its input of 4',
    );
  });
});

describe('nets that memory can not hold', () => {
  const outOfMemory = /out of memory: the engine has \d+ MB and may have \d+ MB in all/;

  it('are RangeErrors, and what was there works on', async () => {
    // 25 million weights, and twice that unrolled.
    const dbn = await engine.dbn({ layers: [8192, 3072] });
    const before = await dbn.fingerprint();
    const nets: Network[] = [];
    const unroll = async () => {
      for (;;) nets.push(await dbn.toAutoencoder());
    };
    await expectError(unroll, RangeError, outOfMemory);
    expect(await dbn.fingerprint()).toBe(before);
    for (const net of nets) net.dispose();
    dbn.dispose();
    const net = await engine.network({ layers: [784, 10] });
    expect((await net.outputs(digits)).shape).toEqual([600, 10]);
  });
});

describe('the command line', () => {
  it.skipIf(!hasNative)('unrolls a DBN, learns on from a file, and stops early', { timeout: 60_000 }, async () => {
    const dbn = await engine.dbn({ layers: [784, 30, 12], labels: 10 });
    await dbn.train(digits, { epochs: 2 });
    await writeFile(path('dbn'), await dbn.save());
    const { stdout } = await wakesleep('unroll', path('dbn'), '--to', 'classifier', '--out', path('net'));
    const net = await dbn.toClassifier();
    expect(stdout).toContain(await net.fingerprint());
    const learning = ['--epochs', '2', '--dropout', '0.2'];
    const from = ['--from', path('net')];
    const trained = await wakesleep('train', ...from, ...flags, ...learning, '--out', path('out'));
    await net.train(digits, { epochs: 2, dropout: 0.2 });
    const fingerprint = await net.fingerprint();
    expect(trained.stdout).toContain(fingerprint);
    const stopping = ['--hold-back', '200', '--patience', '1', '--epochs', '100', '--learning-rate', '1'];
    const stopped = await wakesleep('train', ...from, ...flags, ...stopping, '--out', path('stopped'));
    expect(stopped.stderr).toMatch(/held back, loss [\d.]+, errors [\d.]+ %/);

    // Interrupted after some batches, and gone on with.
    const kept = ['--checkpoint', path('kept'), '--out', path('resumed')];
    await wakesleep('train', ...from, ...flags, ...learning, ...kept, '--batches', '5');
    expect((await wakesleep('train', ...from, ...flags, ...learning, ...kept)).stdout).toContain(fingerprint);

    await wakesleep('unroll', path('dbn'), '--to', 'autoencoder', '--out', path('codes'));
    expect((await wakesleep('info', path('codes'))).stdout).toContain('layers: 784-30-12-30-784');
    const x = path('x');
    const refused: [string[], string][] = [
      [['unroll', path('net'), '--to', 'classifier', '--out', x], 'is no DBN but of kind network'],
      [['unroll', path('dbn'), '--to', 'classifier', '--classes', '3', '--out', x], 'label units, 10, not 3'],
      [['train', ...flags, '--out', x], '--layers is required'],
      [['train', '--model', 'rbm', ...from, ...flags, '--out', x], `--model is rbm, but ${path('net')} has network`],
      [['train', ...from, ...flags, '--patience', '2', '--out', x], 'patience needs validation data'],
      [['train', '--from', path('out'), ...flags, ...kept], `--from ${path('out')} has the fingerprint`],
      [['train', '--from', path('codes'), ...flags, ...kept], `--from ${path('codes')} has the fingerprint`],
      [['train', '--layers', '784,30,12,10', '--code', '2', ...flags, ...kept], '--code is 2, but the checkpoint'],
      [['train', '--layers', '784,30,12,10', '--seed', '5', ...flags, ...kept], '--seed is 5, but the checkpoint'],
      [['train', '--model', 'network', '--layers', '784,9', '--code', '1', ...flags, '--out', x], 'code must'],
      [['train', '--layers', '784,9', '--activations', 'relu', ...flags, '--out', x], 'are for feed-forward nets'],
      [['sample', path('net'), '--out', path('x.png')], 'has no distribution to draw from'],
      [['reconstruct', path('net'), ...flags, '--out', path('x.png')], 'only an autoencoder reconstructs'],
      [
        ['reconstruct', path('codes'), ...flags, '--steps', '3', '--out', path('x.png')],
        'are for models with Markov chains',
      ],
      [['transform', path('codes'), ...flags, '--of', 'probabilities', '--out', path('x.csv')], 'no classifier'],
    ];
    for (const [args, said] of refused) expect((await failure(...args)).stderr).toContain(said);
  });

  it.skipIf(!hasNative)('writes codes, reconstructions and probabilities', async () => {
    const part = [...flags, '--part', 'training'];
    const codes = await engine.network({ layers: [784, 12, 3, 12, 784], code: 2, seed: 6 });
    await writeFile(path('codes'), await codes.save());
    const written = async (...args: string[]) => {
      await wakesleep(...args, '--out', path('rows.json'));
      return Object.values(JSON.parse(await readFile(path('rows.json'), 'utf8')) as Record<string, number[][]>)[0];
    };
    const expectRows = (rows: number[][] | undefined, { data: expected, shape }: Tensor) => {
      expect(rows).toHaveLength(shape[0] as number);
      rows?.flat().forEach((value, i) => expect(value).toBeCloseTo(expected[i] as number, 5));
    };
    expectRows(await written('transform', path('codes'), ...part, '--layer', '2'), await codes.encode(digits));
    expectRows(await written('reconstruct', path('codes'), ...part), await codes.outputs(digits));
    const classifier = await engine.network({ layers: [784, 10] });
    await writeFile(path('classifier'), await classifier.save());
    const { probabilities } = await classifier.classify(digits);
    expectRows(await written('transform', path('classifier'), ...part, '--of', 'probabilities'), probabilities);
  });
});

describe('what a net can not be, or learn', () => {
  it('is refused by name', async () => {
    const make = (options: object) => engine.network(options as never);
    await expectError(() => make({ layers: [3] }), RangeError, /^layers must be 2 to 32 sizes/);
    await expectError(() => make({ layers: [3, 2], units: ['tanh'] }), RangeError, /^units\[0\] must be 'sigmoid', /);
    await expectError(() => make({ layers: [3, 2], units: [1] }), TypeError, /^units\[0\] must be 'sigmoid'/);
    await expectError(
      () => make({ layers: [3, 2], units: [] }),
      RangeError,
      /^units must be one type for each of the 1/,
    );
    await expectError(() => make({ layers: [3, 4, 3], code: 1 }), RangeError, /^a code of 4 units is wider/);
    await expectError(() => make({ layers: [3, 2, 4], code: 1 }), RangeError, /as many outputs as inputs, 3, not 4/);
    await expectError(() => make({ layers: [3, 2], hidden: 1 }), TypeError, /no entry 'hidden'/);
    const net = await engine.network({ layers: [4, 3, 2] });
    const unlabelled = await engine.dataset(new Float32Array(8), { shape: [2, 4] });
    const labelled = await engine.dataset(new Float32Array(8), { shape: [2, 4], labels: [0, 2] });
    const narrow = await engine.dataset(new Float32Array(6), { shape: [2, 3], labels: [0, 1] });
    await expectError(() => net.train(unlabelled), TypeError, /needs data with labels/);
    await expectError(() => net.train(labelled), RangeError, /labels up to 2, and the net 2 outputs/);
    await expectError(() => net.train(narrow), RangeError, /3 values an example, and the net 4 inputs/);
    await expectError(() => net.train(unlabelled, { targets: 'inputs' }), RangeError, /as many outputs/);
    await expectError(
      () => net.train(unlabelled, { validation: unlabelled, targets: 'columns' }),
      RangeError,
      /outputs/,
    );
    await expectError(() => net.encode(new Float32Array(4)), TypeError, /^encode needs an autoencoder/);
    await expectError(() => net.up(new Float32Array(4), 3), RangeError, /^layer must be a whole number from 1 to 2/);
    await expectError(() => net.outputs(floats(1, 2, NaN, 4)), RangeError, /row 0, column 2 is NaN/);
    const linear = await engine.network({ layers: [4, 2], units: ['linear'] });
    await expectError(() => linear.predict(new Float32Array(4)), TypeError, /^predict needs a net/);
    const entropy = { loss: 'cross-entropy', targets: 'columns' } as const;
    await expectError(() => linear.train(unlabelled, entropy), RangeError, /outputs/);
    const codes = await engine.network({ layers: [4, 2, 4], code: 1 });
    const high = await engine.dataset(floats(0, 0, 2, 0), { shape: [1, 4] });
    await expectError(
      () => codes.train(high),
      RangeError,
      /targets of cross entropy must lie in \[0, 1\]: row 0, column 2/,
    );
    const before = await codes.fingerprint();
    await expectError(
      () => codes.setParameters({ W: [new Float32Array(8)], b: [] }),
      RangeError,
      /^W must have 2 entries/,
    );
    expect(await codes.fingerprint()).toBe(before);
  });
});
