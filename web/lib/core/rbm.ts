import type { NativeModule, NativeRbm } from '../native.js';
import type { LogPartition, RbmOptions, RbmParameters, Tensor, TrainHistory } from '../types.js';
import { choice, exactly, integer, labelsOf, number, options, seedOf } from '../validate.js';
import { ChainsCore, mostChains, mostSteps, temperatureOf } from './chains.js';
import type { DatasetCore } from './dataset.js';
import { countRows, mapRows, readRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { aisOptions, runLogPartition, type LogPartitionOptionsCore } from './log-partition.js';
import { ModelCore } from './model.js';
import { rowsAtOnce, type Task } from './task.js';
import { checkData, nativeOptions, ofTraining, TrainingCore, type Report, type TrainOptionsCore } from './training.js';

export const mostUnits = 2 ** 20;

/** Units in a group of labels: none, or at least two. */
export function labelUnits(value: unknown): number {
  const labels = integer('labels', value, 0, 65536, 0);
  if (labels === 1) throw new RangeError('labels must be 0 or at least 2: one label tells nothing');
  return labels;
}

export function createRbm(native: NativeModule, given: RbmOptions, life: Life): RbmCore {
  const known = ['visible', 'hidden', 'labels', 'visibleUnits', 'hiddenUnits', 'seed'] as const;
  const { visible, hidden, labels, visibleUnits, hiddenUnits, seed } = options<RbmOptions>('options', given, known);
  const v = integer('visible', visible, 1, mostUnits);
  const h = integer('hidden', hidden, 1, mostUnits);
  choice('visibleUnits', visibleUnits, ['bernoulli'], 'bernoulli');
  choice('hiddenUnits', hiddenUnits, ['bernoulli'], 'bernoulli');
  return new RbmCore(native.Rbm.create(v, h, labelUnits(labels), seedOf(seed, 1)), {}, life);
}

export class RbmCore extends ModelCore<NativeRbm> {
  declare readonly kind: 'rbm';
  readonly hiddenUnits: number;

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    const visible = native.visible();
    const labels = native.labels();
    const weights = (visible + labels) * native.hiddenUnits();
    super(native, { kind: 'rbm', visible, labels, weights, topWeights: weights }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
  }

  startTraining(data: DatasetCore, given?: TrainOptionsCore): TrainingCore {
    this.idle('another');
    checkData('data', data, this);
    const { batches, validation, ...rest } = options<TrainOptionsCore>('options', given, ofTraining);
    const limit = batches === undefined ? undefined : integer('batches', batches, 1, Number.MAX_SAFE_INTEGER);
    if (validation !== undefined) checkData('validation', validation, this);
    const native = this.native.train(data.native, nativeOptions(rest, this.seed));
    const limits = { batches: limit, validation, multiplications: this.weights };
    const training: TrainingCore = new TrainingCore(native, data, limits, () => this.ended(training));
    return this.begin(training);
  }

  *train(data: DatasetCore, given?: TrainOptionsCore, report?: Report): Task<TrainHistory> {
    const training = this.startTraining(data, given);
    try {
      return yield* training.run(report);
    } finally {
      training.dispose();
    }
  }

  *freeEnergy(x: ExamplesCore, given?: { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels } = options<{ labels?: ArrayLike<number> }>('options', given, ['labels']);
    const { visible } = this;
    if (labels === undefined) {
      const work = this.weights * (this.labels > 0 ? 2 : 1);
      return yield* mapRows('x', x, visible, 1, work, (values) => this.native.freeEnergy(values, visible));
    }
    if (this.labels === 0) throw new TypeError('labels need a model with label units, and this one has none');
    const of = labelsOf('labels', labels, countRows('x', x, visible), this.labels - 1);
    const width = visible + this.labels;
    return yield* mapRows('x', x, visible, 1, this.weights, (values, { first, count }) => {
      const joined = new Float32Array(count * width);
      for (let r = 0; r < count; r++) {
        joined.set(values.subarray(r * visible, (r + 1) * visible), r * width);
        joined[r * width + visible + (of[first + r] as number)] = 1;
      }
      return this.native.freeEnergy(joined, width);
    });
  }

  *hidden(x: ExamplesCore): Task<Tensor> {
    const { visible, hiddenUnits } = this;
    return yield* mapRows('x', x, visible, hiddenUnits, this.weights, (values) => this.native.hidden(values, visible));
  }

  *visibleMeans(h: Float32Array): Task<Tensor> {
    return yield* mapRows('h', h, this.hiddenUnits, this.visible, 2 * this.weights, (values) =>
      this.native.visibleMeans(values),
    );
  }

  *reconstruct(x: ExamplesCore, given?: { steps?: number; seed?: number; temperature?: number }): Task<Tensor> {
    const { steps, seed, temperature } = options<NonNullable<typeof given>>('options', given, ['steps', 'seed', 'temperature']);
    const count = integer('steps', steps, 1, mostSteps, 1);
    const rows = countRows('x', x, this.visible);
    if (rows > mostChains) throw new RangeError(`x must be at most ${mostChains} rows, not ${rows}`);
    const at = { temperature: temperatureOf(temperature), seed: seedOf(seed, this.seed) };
    const chains = new ChainsCore(this, { chains: rows, start: readRows('x', x, this.visible, 0, rows), ...at });
    try {
      yield* chains.advance(count, at.temperature);
      return chains.images();
    } finally {
      chains.dispose();
    }
  }

  *logPartition(given?: LogPartitionOptionsCore, report?: (done: number) => void): Task<LogPartition> {
    const of = aisOptions(given, this);
    const sum = of ? this.native.ais(of.options, of.data) : this.native.logPartition();
    return yield* runLogPartition(sum, this, report);
  }

  *logLikelihood(x: DatasetCore, given: { logZ: number }): Task<number> {
    checkData('x', x, this);
    const logZ = number('logZ', options<{ logZ: number }>('options', given, ['logZ']).logZ, {});
    const atOnce = rowsAtOnce(this.weights);
    let sum = 0;
    for (let first = 0; first < x.count; first += atOnce) {
      if (first > 0) yield;
      const part = x.native.subset(first, Math.min(atOnce, x.count - first));
      try {
        sum += this.native.meanLogLikelihood(part, logZ) * part.count();
      } finally {
        part.delete();
      }
    }
    return sum / x.count;
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): RbmParameters {
    return rbmParameters(this.native);
  }

  setParameters(given: { W: Float32Array; b: Float32Array; c: Float32Array; U?: Float32Array; d?: Float32Array }): void {
    this.idle('setting parameters');
    const { W, b, c, U, d } = options<typeof given>('parameters', given, ['W', 'b', 'c', 'U', 'd']);
    const { visible, hiddenUnits, labels } = this;
    const weights = exactly('W', W, visible * hiddenUnits, `visible x hidden, ${visible} x ${hiddenUnits}`);
    const bias = exactly('b', b, visible, 'one a visible unit');
    const hidden = exactly('c', c, hiddenUnits, 'one a hidden unit');
    if (labels === 0 && (U !== undefined || d !== undefined))
      throw new TypeError('U and d belong to models with label units, and this one has none');
    const ofLabels =
      labels === 0 ? empty : exactly('U', U, labels * hiddenUnits, `labels x hidden, ${labels} x ${hiddenUnits}`);
    const biasOfLabels = labels === 0 ? empty : exactly('d', d, labels, 'one a label unit');
    this.native.setParameters(joined(weights, ofLabels), joined(bias, biasOfLabels), hidden);
  }

  fingerprint(): string {
    return this.native.fingerprint();
  }
}

/** In the engine the label units are the last visible ones; here they are apart. */
export function rbmParameters(native: NativeRbm): RbmParameters {
  const { W, b, c } = native.parameters();
  const visible = native.visible();
  const hidden = native.hiddenUnits();
  const labels = native.labels();
  const tensor = (data: Float32Array, ...shape: number[]): Tensor => ({ data, shape });
  const own = {
    W: tensor(labels ? W.slice(0, visible * hidden) : W, visible, hidden),
    b: tensor(labels ? b.slice(0, visible) : b, visible),
    c: tensor(c, hidden),
  };
  if (labels === 0) return own;
  return { ...own, U: tensor(W.slice(visible * hidden), labels, hidden), d: tensor(b.slice(visible), labels) };
}

const empty = new Float32Array(0);

function joined(first: Float32Array, second: Float32Array): Float32Array {
  const out = new Float32Array(first.length + second.length);
  out.set(first);
  out.set(second, first.length);
  return out;
}
