import type { NativeModule, NativeRbm } from '../native.js';
import type {
  Average,
  EstimateOptions,
  FreeEnergyGap,
  LogPartition,
  PseudoLikelihoodOptions,
  Rbm,
  RbmOptions,
  RbmParameterArrays,
  RbmParameters,
  Tensor,
  TrainHistory,
} from '../types.js';
import { boolean, exactly, integer, labelsOf, number, options, seedOf } from '../validate.js';
import { ChainsCore, mostChains, mostSteps, temperatureOf } from './chains.js';
import type { DatasetCore } from './dataset.js';
import { examplesOf, logPartitionOf, toTheEnd, type LogPartitionOptionsCore, type ReportDone } from './estimates.js';
import { countRows, mapRows, readRows, type Block, type ExamplesCore, type ValueCheck } from './examples.js';
import type { Life } from './life.js';
import { ModelCore } from './model.js';
import { rowsAtOnce, type Task } from './task.js';
import { checkData, nativeOptions, ofTraining, TrainingCore, type Report, type TrainOptionsCore } from './training.js';

export const mostUnits = 2 ** 20;

export type PseudoLikelihoodOptionsCore = Omit<PseudoLikelihoodOptions, keyof EstimateOptions>;

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
  const made = native.Rbm.create(v, h, labelUnits(labels), seedOf(seed, 1), visibleUnits, hiddenUnits);
  return new RbmCore(made, {}, life);
}

export class RbmCore extends ModelCore<NativeRbm> {
  declare readonly kind: 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    const visible = native.visible();
    const labels = native.labels();
    const weights = (visible + labels) * native.hiddenUnits();
    super(native, { kind: 'rbm', visible, labels, weights, topWeights: weights }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
    this.units = { visible: native.visibleUnits(), hidden: native.typesOfHiddenUnits() };
  }

  override readonly checkValues: ValueCheck = (name, values, _, first) => this.native.checkVisible(name, values, first);

  startTraining(data: DatasetCore, given?: TrainOptionsCore): TrainingCore {
    this.idle('another');
    checkData('data', data, this);
    const { batches, validation, statistics, ...rest } = options<TrainOptionsCore>('options', given, ofTraining);
    const limit = batches === undefined ? undefined : integer('batches', batches, 1, Number.MAX_SAFE_INTEGER);
    if (validation !== undefined) checkData('validation', validation, this);
    const told = boolean('statistics', statistics, false);
    const native = this.native.train(data.native, nativeOptions(rest, this.seed));
    const limits = { batches: limit, validation, multiplications: this.weights, statistics: told };
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
      const step = (values: Float32Array) => this.native.freeEnergy(values, visible);
      return yield* mapRows('x', x, visible, 1, work, step, this.checkValues);
    }
    if (this.labels === 0) throw new TypeError('labels need a model with label units, and this one has none');
    const of = labelsOf('labels', labels, countRows('x', x, visible), this.labels - 1);
    const width = visible + this.labels;
    const step = (values: Float32Array, { first, count }: Block) => {
      const joined = new Float32Array(count * width);
      for (let r = 0; r < count; r++) {
        joined.set(values.subarray(r * visible, (r + 1) * visible), r * width);
        joined[r * width + visible + (of[first + r] as number)] = 1;
      }
      return this.native.freeEnergy(joined, width);
    };
    return yield* mapRows('x', x, visible, 1, this.weights, step, this.checkValues);
  }

  *hiddenMeans(x: ExamplesCore): Task<Tensor> {
    const { visible, hiddenUnits } = this;
    const step = (values: Float32Array) => this.native.hiddenMeans(values, visible);
    return yield* mapRows('x', x, visible, hiddenUnits, this.weights, step, this.checkValues);
  }

  *visibleMeans(h: Float32Array): Task<Tensor> {
    const step = (values: Float32Array) => this.native.visibleMeans(values);
    const check: ValueCheck = (name, values, _, first) => this.native.checkHidden(name, values, first);
    return yield* mapRows('h', h, this.hiddenUnits, this.visible, 2 * this.weights, step, check);
  }

  *reconstruct(x: ExamplesCore, given?: { steps?: number; seed?: number; temperature?: number }): Task<Tensor> {
    const { steps, seed, temperature } = options<NonNullable<typeof given>>('options', given, [
      'steps',
      'seed',
      'temperature',
    ]);
    const count = integer('steps', steps, 1, mostSteps, 1);
    const rows = countRows('x', x, this.visible);
    if (rows > mostChains) throw new RangeError(`x must be at most ${mostChains} rows, not ${rows}`);
    const at = { temperature: temperatureOf(temperature), seed: seedOf(seed, this.seed) };
    const start = readRows('x', x, this.visible, 0, rows, this.checkValues);
    // Documents have their own lengths, which the start tells.
    const words = this.native.documents() ? { words: 1 } : {};
    const chains = new ChainsCore(this, { chains: rows, start, ...words, ...at });
    try {
      yield* chains.advance(count, at.temperature);
      return chains.images();
    } finally {
      chains.dispose();
    }
  }

  *logPartition(given?: LogPartitionOptionsCore, report?: ReportDone): Task<LogPartition> {
    const { data, start } = logPartitionOf(given, this);
    return yield* toTheEnd(start(this.native, data?.native ?? null), this, report);
  }

  *pseudoLikelihood(x: ExamplesCore, given?: PseudoLikelihoodOptionsCore, report?: ReportDone): Task<Average> {
    const { stochastic, seed } = options<PseudoLikelihoodOptionsCore>('options', given, ['stochastic', 'seed']);
    const of = { stochastic: boolean('stochastic', stochastic, false), seed: seedOf(seed, this.seed) };
    const { data, values } = examplesOf('x', x, this);
    return yield* toTheEnd(this.native.pseudoLikelihood(data, values, of), this, report);
  }

  *freeEnergyGap(
    training: DatasetCore,
    validation: DatasetCore,
    given?: Record<string, never>,
    report?: ReportDone,
  ): Task<FreeEnergyGap> {
    options<Record<string, never>>('options', given, []);
    checkData('training', training, this);
    checkData('validation', validation, this);
    return yield* toTheEnd(this.native.freeEnergyGap(training.native, validation.native), this, report);
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

  setParameters(given: RbmParameterArrays): void {
    this.idle('setting parameters');
    const known = ['W', 'b', 'c', 'U', 'd', 'sigmaV', 'sigmaH'] as const;
    const { W, b, c, U, d, sigmaV, sigmaH } = options<RbmParameterArrays>('parameters', given, known);
    const { visible, hiddenUnits, labels } = this;
    const weights = exactly('W', W, visible * hiddenUnits, `visible x hidden, ${visible} x ${hiddenUnits}`);
    const bias = exactly('b', b, visible, 'one a visible unit');
    const hidden = exactly('c', c, hiddenUnits, 'one a hidden unit');
    if (labels === 0 && (U !== undefined || d !== undefined))
      throw new TypeError('U and d belong to models with label units, and this one has none');
    const ofLabels =
      labels === 0 ? empty : exactly('U', U, labels * hiddenUnits, `labels x hidden, ${labels} x ${hiddenUnits}`);
    const biasOfLabels = labels === 0 ? empty : exactly('d', d, labels, 'one a label unit');
    const now = this.native.parameters();
    const sigma = (name: string, value: Float32Array | undefined, before: Float32Array) => {
      if (value === undefined) return before;
      if (before.length === 0)
        throw new TypeError(`${name} belongs to gaussian units, and this model has none on that side`);
      return exactly(name, value, before.length, 'one a Gaussian unit');
    };
    this.native.setParameters(
      joined(weights, ofLabels),
      joined(bias, biasOfLabels),
      hidden,
      sigma('sigmaV', sigmaV, now.sigmaV),
      sigma('sigmaH', sigmaH, now.sigmaH),
    );
  }

  fingerprint(): string {
    return this.native.fingerprint();
  }
}

/** In the engine the label units are the last visible ones; here they are apart. */
export function rbmParameters(native: NativeRbm): RbmParameters {
  const { W, b, c, sigmaV, sigmaH } = native.parameters();
  const visible = native.visible();
  const hidden = native.hiddenUnits();
  const labels = native.labels();
  const tensor = (data: Float32Array, ...shape: number[]): Tensor => ({ data, shape });
  const own = {
    W: tensor(labels ? W.slice(0, visible * hidden) : W, visible, hidden),
    b: tensor(labels ? b.slice(0, visible) : b, visible),
    c: tensor(c, hidden),
    ...(sigmaV.length > 0 && { sigmaV: tensor(sigmaV, visible) }),
    ...(sigmaH.length > 0 && { sigmaH: tensor(sigmaH, hidden) }),
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
