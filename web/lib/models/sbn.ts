// Sigmoid belief nets.
import type { NativeModule, NativeSbn, NativeTraining } from '../native.js';
import type {
  SbnExactPosterior,
  SbnOptions,
  SbnParameterArrays,
  SbnParameters,
  SbnPosteriorOptions,
  SbnSamples,
  SbnTrainOptions,
  Tensor,
  TrainHistory,
} from '../types.js';
import { boolean, choice, integer, number, options, seedOf, wrongType } from '../validate.js';
import type { DatasetCore } from './dataset.js';
import { countRows, readRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { mostUnits } from './rbm.js';
import { rowsAtOnce, type Task } from './task.js';
import { TrainedCore } from './trained.js';
import { checkData, TrainingCore, type Report } from './training.js';

export type SbnTrainOptionsCore = Omit<SbnTrainOptions, 'onProgress' | 'signal'>;
export type SbnPosteriorOptionsCore = Omit<SbnPosteriorOptions, 'signal'>;

const mostLayers = 16;
const mostSamples = 2 ** 20;
const mostSweeps = 1_000_000;
const mostExactUnits = 25;
/** Rows of one group of posterior chains. */
const mostRows = 2048;
const methods = ['wake-sleep', 'gibbs', 'exact', 'observed', 'cd'] as const;

export function createSbn(native: NativeModule, given: SbnOptions, life: Life): SbnCore {
  const { layers, seed } = options<SbnOptions>('options', given, ['layers', 'seed']);
  if (!Array.isArray(layers)) throw wrongType('layers', 'an array of sizes, visible units first', layers);
  if (layers.length < 2 || layers.length > mostLayers) {
    throw new RangeError(`layers must be 2 to ${mostLayers} sizes, visible units first, not ${layers.length}`);
  }
  const sizes = layers.map((size: unknown, i) => integer(`layers[${i}]`, size, 1, mostUnits));
  return new SbnCore(native.Sbn.create(Float64Array.from(sizes), seedOf(seed, 1)), {}, life);
}

export class SbnCore extends TrainedCore<NativeSbn> {
  readonly kind = 'sbn';
  readonly layers: readonly number[];
  readonly visible: number;
  readonly weights: number;

  constructor(native: NativeSbn, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.layers = Array.from(native.layers());
    this.visible = this.#units(0);
    this.weights = this.layers.slice(1).reduce((sum, size, l) => sum + size * this.#units(l), 0);
  }

  startTraining(data: DatasetCore, given?: SbnTrainOptionsCore): TrainingCore {
    this.idle('another');
    const known = [
      'epochs',
      'batches',
      'batchSize',
      'learningRate',
      'weightDecay',
      'method',
      'sweeps',
      'persistent',
      'visibleBiasFromData',
      'seed',
    ] as const;
    const { batches, ...rest } = options<SbnTrainOptionsCore>('options', given, known);
    const limit = batches === undefined ? undefined : integer('batches', batches, 1, Number.MAX_SAFE_INTEGER);
    const checked = {
      epochs: integer('epochs', rest.epochs, 1, 1_000_000, 10),
      batchSize: integer('batchSize', rest.batchSize, 1, 65536, 100),
      learningRate: number('learningRate', rest.learningRate, { above: 0, atMost: 100 }, 0.05),
      weightDecay: number('weightDecay', rest.weightDecay, { atLeast: 0, atMost: 100 }, 0),
      method: choice('method', rest.method, methods, 'wake-sleep'),
      sweeps: integer('sweeps', rest.sweeps, 1, 10_000, 5),
      persistent: boolean('persistent', rest.persistent, true),
      visibleBiasFromData: boolean('visibleBiasFromData', rest.visibleBiasFromData, true),
      seed: seedOf(rest.seed, this.seed),
    };
    const units = this.layers.reduce((sum, size) => sum + size, 0);
    checkData('data', data, {
      visible: checked.method === 'observed' ? units : this.visible,
      labels: 0,
      visibleType: 'bernoulli',
    });
    // Free energies are for validation, which belief nets do not have.
    const native = this.native.train(data.native, checked) as NativeTraining;
    const limits = { batches: limit, validation: undefined, multiplications: this.weights, statistics: false };
    const training: TrainingCore = new TrainingCore(native, data, limits, () => this.ended(training));
    return this.begin(training);
  }

  *train(data: DatasetCore, given?: SbnTrainOptionsCore, report?: Report): Task<TrainHistory> {
    const training = this.startTraining(data, given);
    try {
      return yield* training.run(report);
    } finally {
      training.dispose();
    }
  }

  *sample(given?: { count?: number; seed?: number }): Task<SbnSamples> {
    const { count, seed } = options<NonNullable<typeof given>>('options', given, ['count', 'seed']);
    const rows = integer('count', count, 1, mostSamples, 1);
    const start = seedOf(seed, this.seed);
    const means = new Float32Array(rows * this.visible);
    const states = this.layers.map((size) => new Float32Array(rows * size));
    const atOnce = rowsAtOnce(this.weights);
    for (let first = 0; first < rows; first += atOnce) {
      if (first > 0) yield;
      const part = this.native.sample(Math.min(atOnce, rows - first), start, first / atOnce);
      means.set(part.means, first * this.visible);
      part.states.forEach((data, l) => states[l]?.set(data, first * this.#units(l)));
    }
    const tensor = (data: Float32Array): Tensor => ({ data, shape: [rows, data.length / rows] });
    return { means: tensor(means), states: states.map(tensor) };
  }

  *posterior(x: ExamplesCore, given?: SbnPosteriorOptionsCore): Task<Tensor[]> {
    const { sweeps, burnIn, seed } = options<SbnPosteriorOptionsCore>('options', given, ['sweeps', 'burnIn', 'seed']);
    const counted = integer('sweeps', sweeps, 1, mostSweeps, 100);
    const before = integer('burnIn', burnIn, 0, mostSweeps, Math.floor(counted / 5));
    const start = seedOf(seed, this.seed);
    const means = this.#noMeans(countRows('x', x, this.visible));
    // A weight of a row takes two logarithms a sweep.
    const ofGroup = Math.max(1, Math.min(mostRows, Math.floor(5e5 / this.weights)));
    for (const { first, values, count } of this.#groups(x, ofGroup)) {
      const chains = this.native.posterior(values, start, first / ofGroup);
      try {
        const atOnce = Math.max(1, Math.floor(5e5 / (count * this.weights)));
        for (const [part, ofPart] of [before, counted].entries()) {
          if (part === 1) chains.forget();
          for (let done = 0; done < ofPart; done += atOnce) {
            chains.sweep(Math.min(atOnce, ofPart - done));
            yield;
            void this.native;
          }
        }
        this.#put(means, first, (layer) => chains.mean(layer));
      } finally {
        if (!this.life.ended) chains.delete();
      }
    }
    return means;
  }

  *exactPosterior(x: ExamplesCore): Task<SbnExactPosterior> {
    const rows = countRows('x', x, this.visible);
    const hidden = this.layers.slice(1).reduce((sum, size) => sum + size);
    if (hidden > mostExactUnits) {
      throw new RangeError(
        `to sum over every hidden state a net may have ${mostExactUnits} hidden units, and this one has ${hidden}`,
      );
    }
    const means = this.#noMeans(rows);
    const logLikelihood = new Float32Array(rows);
    let total = 0;
    for (const { first, values } of this.#groups(x, mostRows)) {
      const sum = this.native.exactPosterior(values);
      try {
        while (sum.step()) {
          yield;
          void this.native;
        }
        this.#put(means, first, (layer) => sum.mean(layer));
        const each = sum.logLikelihood();
        logLikelihood.set(each, first);
        for (const one of each) total += one;
      } finally {
        if (!this.life.ended) sum.delete();
      }
    }
    return { means, logLikelihood: { data: logLikelihood, shape: [rows] }, meanLogLikelihood: total / rows };
  }

  *logLikelihood(x: ExamplesCore): Task<number> {
    return (yield* this.exactPosterior(x)).meanLogLikelihood;
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): SbnParameters {
    return this.native.parameters();
  }

  setParameters(given: SbnParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(given);
  }

  setWeight(layer: number, child: number, parent: number, value: number): void {
    this.idle('setting a weight');
    const l = integer('layer', layer, 0, this.layers.length - 2);
    const i = integer('child', child, 0, this.#units(l) - 1);
    const j = integer('parent', parent, 0, this.#units(l + 1) - 1);
    this.native.setWeight(l, i, j, number('value', value, bounds));
  }

  setBias(layer: number, unit: number, value: number): void {
    this.idle('setting a bias');
    const l = integer('layer', layer, 0, this.layers.length - 1);
    this.native.setBias(l, integer('unit', unit, 0, this.#units(l) - 1), number('value', value, bounds));
  }

  #units(layer: number): number {
    return this.layers[layer] as number;
  }

  #noMeans(rows: number): Tensor[] {
    return this.layers.slice(1).map((size) => ({ data: new Float32Array(rows * size), shape: [rows, size] }));
  }

  #put(means: Tensor[], first: number, of: (layer: number) => Float32Array): void {
    means.forEach(({ data }, i) => data.set(of(i + 1), first * this.#units(i + 1)));
  }

  *#groups(x: ExamplesCore, most: number): Generator<{ first: number; count: number; values: Float32Array }> {
    const rows = countRows('x', x, this.visible);
    for (let first = 0; first < rows; first += most) {
      const count = Math.min(most, rows - first);
      yield { first, count, values: readRows('x', x, this.visible, first, count) };
    }
  }
}

/** Of float32, with room for the inputs of a million parents. */
const bounds = { atLeast: -1e15, atMost: 1e15 };
