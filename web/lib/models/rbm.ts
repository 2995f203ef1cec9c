import type { NativeModule, NativeRbm, NativeTrainingOptions } from '../native.js';
import type {
  Average,
  EstimateOptions,
  FreeEnergyGap,
  LogPartition,
  LogPartitionOptions,
  PseudoLikelihoodOptions,
  Rbm,
  RbmOptions,
  RbmParameterArrays,
  RbmParameters,
  Tensor,
  TrainOptions,
} from '../types.js';
import { boolean, checkFunction, integer, labelsOf, number, options, seedOf } from '../validate.js';
import { ChainsCore, mostChains, mostSteps, temperatureOf } from './chains.js';
import type { CoreOf } from './core.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { examplesOf, logPartitionOf, toTheEnd } from './estimates.js';
import { countRows, mapRows, readRows, type Block, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import type { Table } from './table.js';
import { rowsAtOnce, type Task } from './task.js';
import { checkData, nativeOptions, ofTraining, type TrainOptionsCore } from './training.js';
import { describeUnits, unitsOf, valueCheck, wordsOf } from './units.js';

export const mostUnits = 2 ** 20;

export const rbmMembers = {
  ...boltzmannMembers,
  kind: 'property',
  hiddenUnits: 'property',
  units: 'property',
  freeEnergy: 'method',
  hiddenMeans: 'method',
  visibleMeans: 'method',
  sampleHidden: 'method',
  sampleVisible: 'method',
  logPartition: { options: 0 },
  logLikelihood: 'method',
  pseudoLikelihood: { options: 1 },
  freeEnergyGap: { options: 2 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Rbm>;

interface SampleOptions {
  seed?: number;
  temperature?: number;
}

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
  const below = unitsOf('visibleUnits', visibleUnits);
  const above = unitsOf('hiddenUnits', hiddenUnits);
  return new RbmCore(native.Rbm.create(v, h, labelUnits(labels), seedOf(seed, 1), below, above), {}, life);
}

export class RbmCore extends ModelCore<NativeRbm, TrainOptions> implements CoreOf<Rbm> {
  readonly kind = 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    const units = { visible: describeUnits(native.visibleUnits()), hidden: describeUnits(native.typesOfHiddenUnits()) };
    const visible = native.visible();
    const labels = native.labels();
    const weights = (visible + labels) * native.hiddenUnits();
    const visibleType = units.visible.type;
    super(native, { visible, labels, weights, topWeights: weights, visibleType }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
    this.units = units;
  }

  protected engineOptions(learning: TrainOptionsCore): [NativeTrainingOptions] {
    return [nativeOptions(options<TrainOptionsCore>('options', learning, ofTraining), this.seed)];
  }

  *freeEnergy(x: ExamplesCore, given?: { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels } = options<{ labels?: ArrayLike<number> }>('options', given, ['labels']);
    const { visible } = this;
    if (labels === undefined) {
      const multiplications = this.weights * (this.labels > 0 ? 2 : 1);
      const step = (values: Float32Array) => this.native.freeEnergy(values, visible);
      return yield* mapRows('x', x, visible, 1, multiplications, step, this.checkValues);
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
    return yield* mapRows(
      'h',
      h,
      this.hiddenUnits,
      this.visible,
      2 * this.weights,
      step,
      valueCheck(this.units.hidden.type),
    );
  }

  *sampleHidden(x: ExamplesCore, given?: SampleOptions): Task<Tensor> {
    const { visible, hiddenUnits } = this;
    const of = this.#sampleOptions(given, ['seed', 'temperature']);
    const step = (values: Float32Array, { number }: Block) =>
      this.native.sampleHidden(values, { ...of, words: 0, group: number });
    return yield* mapRows('x', x, visible, hiddenUnits, this.weights, step, this.checkValues);
  }

  *sampleVisible(h: Float32Array, given?: SampleOptions & { words?: number }): Task<Tensor> {
    const { visible, hiddenUnits } = this;
    const of = this.#sampleOptions(given, ['seed', 'temperature', 'words']);
    const words = wordsOf(this.visibleType, given?.words);
    const step = (values: Float32Array, { number }: Block) =>
      this.native.sampleVisible(values, { ...of, words, group: number });
    return yield* mapRows('h', h, hiddenUnits, visible, 2 * this.weights, step, valueCheck(this.units.hidden.type));
  }

  #sampleOptions(given: SampleOptions | undefined, known: string[]): { seed: number; temperature: number } {
    const { seed, temperature } = options('options', given, known as (keyof SampleOptions)[]);
    return { seed: seedOf(seed, this.seed), temperature: temperatureOf(temperature) };
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
    const words = this.visibleType === 'replicated-softmax' ? { words: 1 } : {};
    const chains = new ChainsCore(this, { chains: rows, start, ...words, ...at });
    try {
      yield* chains.advance(count, at.temperature);
      return chains.images();
    } finally {
      chains.dispose();
    }
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    const { data, start, onProgress } = logPartitionOf(given, this);
    return yield* toTheEnd(start(this.native, data?.native ?? null), this, onProgress);
  }

  *pseudoLikelihood(x: ExamplesCore, given?: CoreOptions<PseudoLikelihoodOptions>): Task<Average> {
    const known = ['stochastic', 'seed', 'onProgress'] as const;
    const { stochastic, seed, onProgress } = options<CoreOptions<PseudoLikelihoodOptions>>('options', given, known);
    const of = { stochastic: boolean('stochastic', stochastic, false), seed: seedOf(seed, this.seed) };
    checkFunction('onProgress', onProgress);
    const { data, values } = examplesOf('x', x, this);
    return yield* toTheEnd(this.native.pseudoLikelihood(data, values, of), this, onProgress);
  }

  *freeEnergyGap(
    training: DatasetCore,
    validation: DatasetCore,
    given?: CoreOptions<EstimateOptions>,
  ): Task<FreeEnergyGap> {
    const { onProgress } = options<CoreOptions<EstimateOptions>>('options', given, ['onProgress']);
    checkFunction('onProgress', onProgress);
    checkData('training', training, this);
    checkData('validation', validation, this);
    return yield* toTheEnd(this.native.freeEnergyGap(training.native, validation.native), this, onProgress);
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
    return this.native.parameters();
  }

  setParameters(given: RbmParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(given);
  }
}
