import type { NativeModule, NativeRbm } from '../native.js';
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
import { boolean, checkFunction, exactly, float32Of, integer, number, options, rowsOf, seedOf } from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { logPartitionOf } from './estimates.js';
import { labelsOfRows, nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import type { Table } from './table.js';
import { compute, type Task } from './task.js';
import { checkData } from './training.js';

export const mostUnits = 2 ** 20;

export const rbmMembers = {
  ...boltzmannMembers,
  kind: 'property',
  hiddenUnits: 'property',
  units: 'property',
  freeEnergy: 'method',
  hiddenMeans: 'method',
  visibleMeans: 'method',
  logPartition: { options: 0 },
  logLikelihood: 'method',
  pseudoLikelihood: { options: 1 },
  freeEnergyGap: { options: 2 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Rbm>;

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
  return new RbmCore(native.Rbm.create(v, h, labelUnits(labels), seedOf(seed, 1), visibleUnits, hiddenUnits), {}, life);
}

export class RbmCore extends ModelCore<NativeRbm, TrainOptions> implements CoreOf<Rbm> {
  readonly kind = 'rbm';
  readonly hiddenUnits: number;
  readonly units: Rbm['units'];

  constructor(native: NativeRbm, notes: Record<string, string>, life: Life) {
    super(native, { visible: native.visible(), labels: native.labels() }, notes, life);
    this.hiddenUnits = native.hiddenUnits();
    this.units = { visible: native.visibleUnits(), hidden: native.typesOfHiddenUnits() };
  }

  *freeEnergy(x: ExamplesCore, given?: { labels?: ArrayLike<number> }): Task<Tensor> {
    const { labels } = options<{ labels?: ArrayLike<number> }>('options', given, ['labels']);
    const rows = nativeRows('x', x, this.visible);
    return yield* compute(this.native.freeEnergy(rows, labelsOfRows(labels, x, this)), this);
  }

  *hiddenMeans(x: ExamplesCore): Task<Tensor> {
    return yield* compute(this.native.hiddenMeans(nativeRows('x', x, this.visible)), this);
  }

  *visibleMeans(h: Float32Array | Float64Array): Task<Tensor> {
    rowsOf('h', h, this.hiddenUnits);
    return yield* compute(this.native.visibleMeans(float32Of(h)), this);
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    return yield* logPartitionOf(this, given);
  }

  *pseudoLikelihood(x: ExamplesCore, given?: CoreOptions<PseudoLikelihoodOptions>): Task<Average> {
    const known = ['stochastic', 'seed', 'onProgress'] as const;
    const { stochastic, seed, onProgress } = options<CoreOptions<PseudoLikelihoodOptions>>('options', given, known);
    const of = { stochastic: boolean('stochastic', stochastic, false), seed: seedOf(seed, this.seed) };
    checkFunction('onProgress', onProgress);
    return yield* compute(this.native.pseudoLikelihood(nativeRows('x', x, this.visible), of), this, onProgress);
  }

  *freeEnergyGap(
    training: DatasetCore,
    validation: DatasetCore,
    given?: CoreOptions<EstimateOptions>,
  ): Task<FreeEnergyGap> {
    const { onProgress } = options<CoreOptions<EstimateOptions>>('options', given, ['onProgress']);
    checkFunction('onProgress', onProgress);
    checkData('training', training, this.native);
    checkData('validation', validation, this.native);
    return yield* compute(this.native.freeEnergyGap(training.native, validation.native), this, onProgress);
  }

  *logLikelihood(x: DatasetCore, given: { logZ: number }): Task<number> {
    checkData('x', x, this.native);
    const logZ = number('logZ', options<{ logZ: number }>('options', given, ['logZ']).logZ, {});
    return yield* compute(this.native.logLikelihood(x.native, logZ), this);
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
    const sigma = (name: string, value: Float32Array | Float64Array | undefined, before: Float32Array) => {
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
