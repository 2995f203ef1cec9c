import type {
  NativeBoltzmann,
  NativeComputation,
  NativeDataset,
  NativeModule,
  NativeRefusal,
  NativeRows,
  NativeTraining,
} from '../native.js';
import type {
  Bound,
  BoundOptions,
  Classification,
  Dbn,
  DbnOptions,
  DbnParameters,
  DbnTrainOptions,
  FeatureOptions,
  LogPartition,
  LogPartitionOptions,
  RbmParameterArrays,
  Tensor,
  TrainingOptions,
  UnitDescription,
  UpDownTrainOptions,
  Units,
} from '../types.js';
import {
  boolean,
  checkFunction,
  choice,
  integer,
  number,
  options,
  optionsGiven,
  outOfRange,
  parameterArrays,
  seedGiven,
  seedOf,
  wrongType,
} from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { logPartitionOf } from './estimates.js';
import { labelsCount, nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import { NetworkCore, type NativeNetwork } from './network.js';
import { greedyStopping, type GreedyLearning, type LayerLearning, type Stack } from './greedy.js';
import { labelUnits, mostUnits, type NativeRbm, layerSizes, mostLayers } from './rbm.js';
import { checkPatience, EarlyStopping, noPatience, type Judged, type Stopping } from './stopping.js';
import { labelRow, layerRows, type LayerRow } from './summary.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';
import { forEngine } from './training.js';

export interface NativeDbn extends NativeBoltzmann {
  layers(): Float64Array;
  rbm(layer: number): NativeRbm;
  parameters(layer: number): DbnParameters;
  up(x: NativeRows, layer: number): NativeComputation<Tensor>;
  train(data: NativeDataset, options: object, startFromTranspose: boolean): NativeTraining;
  check(data: NativeDataset, options: object, startFromTranspose: boolean): NativeRefusal[];
  bound(
    x: NativeRows,
    options: { logZ: number; samples: number; seed: number | undefined; labels: boolean },
  ): NativeComputation<Bound>;
  /** No units: all. */
  summedFeatures(layer: number, units: Uint32Array): NativeComputation<Tensor>;
  maximise(
    layer: number,
    units: Uint32Array,
    options: { iterations: number; rate: number; response: 'input' | 'mean'; norm: number },
  ): NativeComputation<Tensor>;
  toClassifier(classes: number, seed: number): NativeNetwork;
  toAutoencoder(seed: number): NativeNetwork;
}

type Module = NativeModule & {
  Dbn: {
    create(
      layers: Float64Array,
      labels: number,
      seed: number,
      units: (Units | undefined)[],
    ): NativeComputation<NativeDbn>;
  };
};

export const dbnMembers = {
  ...boltzmannMembers,
  kind: 'property',
  layers: 'property',
  units: 'property',
  up: { options: 2 },
  logPartition: { options: 0 },
  bound: { options: 1 },
  features: { options: 1 },
  parameters: 'method',
  toClassifier: 'method',
  toAutoencoder: 'method',
} as const satisfies Table<Dbn>;

type AnyTrainOptions = DbnTrainOptions | UpDownTrainOptions;
type AnyLearning = CoreOptions<TrainingOptions<AnyTrainOptions>>;

function* createDbn(engine: Owner<Module>, given: DbnOptions): Task<DbnCore> {
  const { layers, labels, units, seed } = options<DbnOptions>('options', given, ['layers', 'labels', 'units', 'seed']);
  const sizes = layerSizes(layers, 2);
  if (units !== undefined && !Array.isArray(units))
    throw wrongType('units', 'an array of types, visible units first', units);
  if (units && units.length !== sizes.length)
    throw new RangeError(`units must be one for each of the ${sizes.length} layers, not ${units.length}`);
  const types = Array.from(sizes, (_, i) => units?.[i] as Units | undefined);
  // The seeds of upper layers follow the first.
  const first = integer('seed', seed, 0, Number.MAX_SAFE_INTEGER - mostLayers, 1);
  const created = engine.native.Dbn.create(sizes, labelUnits(labels), first, types);
  return new DbnCore(yield* compute(created, engine), {}, engine.life);
}

export class DbnCore extends ModelCore<NativeDbn, AnyTrainOptions> implements CoreOf<Dbn> {
  readonly kind = 'dbn';
  readonly layers: readonly number[];
  readonly units: readonly UnitDescription[];

  constructor(native: NativeDbn, notes: Record<string, string>, life: Life) {
    const layers = Array.from(native.layers());
    const rbms = layers.slice(1).map((_, l) => native.rbm(l));
    const shape = { visible: layers[0] as number, labels: native.labels() };
    super(native, shape, notes, life);
    this.layers = layers;
    this.units = [(rbms[0] as NativeRbm).visibleUnits(), ...rbms.map((rbm) => rbm.typesOfHiddenUnits())];
    for (const rbm of rbms) rbm.delete();
  }

  protected override engineOptions(learning: AnyLearning, validates: boolean): [object, boolean] {
    const { layers, startFromTranspose, patience, ...rest } = learning as GreedyLearning;
    const depth = this.layers.length - 1;
    if (layers !== undefined && !Array.isArray(layers))
      throw wrongType('layers', 'an array of options, lowest layer first', layers);
    if (layers && layers.length > depth)
      throw new RangeError(`layers must have at most ${depth} entries, one an RBM, not ${layers.length}`);
    checkPatience(learning as GreedyLearning, validates);
    const { objective } = rest;
    const each = layers?.map((one: object | undefined, l) => {
      const given: LayerLearning = optionsGiven(`layers[${l}]`, one);
      checkPatience({ patience, objective, ...given }, validates, `layers[${l}].patience`);
      const { patience: _, ...own } = given;
      return forEngine(own);
    });
    return [{ ...forEngine(rest), layers: each }, boolean('startFromTranspose', startFromTranspose, false)];
  }

  protected override stopping(learning: AnyLearning, validation: DatasetCore): Stopping | undefined {
    if ((learning as { method?: string }).method !== 'up-down')
      return greedyStopping(this.#stack(), learning as GreedyLearning, validation);
    if (learning.patience === undefined) return undefined;
    if (validation.labelCount === 0)
      throw noPatience("patience of method 'up-down' needs validation data with labels: it counts the errors on them");
    const predict = (): Task<Classification> => compute(this.native.classify(validation.native), this);
    const judged: Judged = {
      ...this.#stack(),
      *score(epoch) {
        const { labels } = yield* predict();
        const expected = validation.native.labels(0, validation.count);
        const wrong = labels.reduce((count, label, i) => count + Number(label !== expected[i]), 0);
        if (epoch) epoch.errors = { validation: wrong / validation.count };
        return -wrong;
      },
    };
    return new EarlyStopping(judged, learning);
  }

  #stack(): Stack {
    return {
      owner: this,
      keep: () => this.bytes(true),
      restore: (kept) => this.#restore(this.life.open(kept) as DbnCore),
    };
  }

  #restore(kept: DbnCore): void {
    // Chains of dreams that are under way hold on to the net that was trained, and so it is taken back, too.
    for (let l = 0; this.dreams && l < this.layers.length - 1; ++l) {
      const [own, other] = [this.native.rbm(l), kept.native.rbm(l)];
      own.setParameters(parameterArrays<RbmParameterArrays>(other.parameters(), () => ({})));
      own.delete();
      other.delete();
    }
    this.become(kept);
  }

  *up(x: ExamplesCore, layer: number, given?: object): Task<Tensor> {
    options('options', given, []);
    integer('layer', layer, 0, this.layers.length - 1);
    return yield* compute(this.native.up(nativeRows('x', x, this.visible), layer), this);
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    return yield* logPartitionOf(this, given);
  }

  *bound(x: ExamplesCore, given: CoreOptions<BoundOptions>): Task<Bound> {
    const known = ['logZ', 'samples', 'seed', 'labels', 'onProgress'] as const;
    const { logZ, samples, seed, labels, onProgress } = options<CoreOptions<BoundOptions>>('options', given, known);
    checkFunction('onProgress', onProgress);
    const of = {
      logZ: number('logZ', logZ, {}),
      samples: integer('samples', samples, 2, 10_000, 10),
      seed: seedGiven(seed),
      labels: labelsCount(labels, x, this),
    };
    return yield* compute(this.native.bound(nativeRows('x', x, this.visible), of), this, onProgress);
  }

  *features(layer: number, given?: CoreOptions<FeatureOptions>): Task<Tensor> {
    const known = ['method', 'units', 'iterations', 'rate', 'response', 'norm', 'onProgress'] as const;
    const { method, units, onProgress, ...rest } = options<CoreOptions<FeatureOptions>>('options', given, known);
    checkFunction('onProgress', onProgress);
    integer('layer', layer, 1, this.layers.length - 1);
    const which = unitsOf(units, this.layers[layer] as number);
    const sum = choice('method', method, ['sum', 'maximisation'], 'sum') === 'sum';
    const needless = Object.keys(rest)[0];
    if (sum && needless !== undefined) throw new TypeError(`${needless} is an option of method 'maximisation'`);
    const of = {
      iterations: integer('iterations', rest.iterations, 1, 100_000, 200),
      rate: number('rate', rest.rate, { above: 0, atMost: 10 }, 0.1),
      response: choice('response', rest.response, ['input', 'mean'], 'input'),
      norm: rest.norm === undefined ? 0 : number('norm', rest.norm, { above: 0, atMost: 1e6 }),
    };
    const images = sum ? this.native.summedFeatures(layer, which) : this.native.maximise(layer, which, of);
    return yield* compute(images, this, onProgress);
  }

  parameters(layer: number): DbnParameters {
    return this.native.parameters(integer('layer', layer, 0, this.layers.length - 2));
  }

  protected layerRows(): LayerRow[] {
    const machines = this.layers.slice(1).map((_, l) => this.native.parameters(l));
    const rows = layerRows(
      this.layers,
      (l) => (this.units[l] as UnitDescription).type,
      (l) => {
        const [below, above] = [machines[l - 1], machines[l]];
        return {
          W: below?.W,
          R: below?.R,
          c: below?.c,
          sigmaH: below?.sigmaH,
          b: above?.b,
          sigmaV: above?.sigmaV,
        };
      },
    );
    return [...rows, ...labelRow(this.labels, machines.at(-1) as DbnParameters)];
  }

  protected trainedEpochs(): number[] {
    return this.layers.slice(1).map((_, l) => {
      const rbm = this.native.rbm(l);
      const epochs = rbm.epochs();
      rbm.delete();
      return epochs;
    });
  }

  toClassifier(given?: { classes?: number; seed?: number }): NetworkCore {
    const { classes, seed } = options<NonNullable<typeof given>>('options', given, ['classes', 'seed']);
    const outputs = integer('classes', classes, 2, 65536, 0);
    return new NetworkCore(this.native.toClassifier(outputs, seedOf(seed, this.seed)), {}, this.life);
  }

  toAutoencoder(given?: { seed?: number }): NetworkCore {
    const { seed } = options<NonNullable<typeof given>>('options', given, ['seed']);
    return new NetworkCore(this.native.toAutoencoder(seedOf(seed, this.seed)), {}, this.life);
  }
}

/** Units of a layer; none stands for all. */
function unitsOf(value: ArrayLike<number> | undefined, most: number): Uint32Array {
  if (value === undefined) return new Uint32Array(0);
  if (typeof value !== 'object' || value === null || typeof value.length !== 'number')
    throw wrongType('units', 'an array of whole numbers', value);
  if (value.length < 1 || value.length > mostUnits) throw outOfRange('units', 'at least one', value);
  return Uint32Array.from(value, (unit, i) => integer(`units[${i}]`, unit, 0, most - 1));
}

export const dbnKind = { create: createDbn, core: DbnCore } as const;
