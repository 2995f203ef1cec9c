import type { NativeDbn, NativeModule, NativeRbm, NativeTrainingOptions } from '../native.js';
import type {
  Bound,
  BoundOptions,
  Dbn,
  DbnOptions,
  DbnTrainOptions,
  FeatureOptions,
  LogPartition,
  LogPartitionOptions,
  RbmParameters,
  Tensor,
  TrainingOptions,
  UnitDescription,
  Units,
} from '../types.js';
import {
  boolean,
  checkFunction,
  choice,
  integer,
  number,
  options,
  outOfRange,
  seedOf,
  wrongType,
} from '../validate.js';
import { mostChains, mostSteps, temperatureOf } from './chains.js';
import type { CoreOf } from './core.js';
import type { CoreOptions } from './dataset.js';
import { examplesOf, logPartitionOf, toTheEnd } from './estimates.js';
import { countRows, mapRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { boltzmannMembers, ModelCore } from './model.js';
import { labelUnits, mostUnits } from './rbm.js';
import type { Table } from './table.js';
import type { Task } from './task.js';
import { layerOptions, nativeOptions, ofTraining } from './training.js';
import { describeUnits, unitsOf as unitTypesOf } from './units.js';

export const dbnMembers = {
  ...boltzmannMembers,
  kind: 'property',
  layers: 'property',
  units: 'property',
  up: 'method',
  logPartition: { options: 0 },
  bound: { options: 1 },
  features: { options: 1 },
  parameters: 'method',
} as const satisfies Table<Dbn>;

type DbnTrainOptionsCore = CoreOptions<TrainingOptions<DbnTrainOptions>>;

const mostLayers = 16;

export function createDbn(native: NativeModule, given: DbnOptions, life: Life): DbnCore {
  const { layers, labels, units, seed } = options<DbnOptions>('options', given, ['layers', 'labels', 'units', 'seed']);
  if (!Array.isArray(layers)) throw wrongType('layers', 'an array of sizes, visible units first', layers);
  if (layers.length < 2 || layers.length > mostLayers) {
    throw new RangeError(`layers must be 2 to ${mostLayers} sizes, visible units first, not ${layers.length}`);
  }
  const sizes = layers.map((size: unknown, i) => integer(`layers[${i}]`, size, 1, mostUnits));
  if (units !== undefined && !Array.isArray(units))
    throw wrongType('units', 'an array of types, visible units first', units);
  if (units && units.length !== sizes.length)
    throw new RangeError(`units must be one for each of the ${sizes.length} layers, not ${units.length}`);
  const types = sizes.map((_, i) => unitTypesOf(`units[${i}]`, units?.[i] as Units | undefined));
  // The seeds of upper layers follow the first.
  const first = integer('seed', seed, 0, Number.MAX_SAFE_INTEGER - mostLayers, 1);
  return new DbnCore(native.Dbn.create(Float64Array.from(sizes), labelUnits(labels), first, types), {}, life);
}

export class DbnCore extends ModelCore<NativeDbn, DbnTrainOptions> implements CoreOf<Dbn> {
  readonly kind = 'dbn';
  readonly layers: readonly number[];
  readonly units: readonly UnitDescription[];
  #rbms: NativeRbm[] = [];

  constructor(native: NativeDbn, notes: Record<string, string>, life: Life) {
    const layers = Array.from(native.layers());
    const labels = native.labels();
    const sizes = layers.slice(1).map((size, i) => size * (layers[i] as number));
    const weights = sizes.reduce((sum, size) => sum + size, 0);
    const rbms = sizes.map((_, l) => native.rbm(l));
    const visible = describeUnits((rbms[0] as NativeRbm).visibleUnits());
    super(
      native,
      {
        visible: layers[0] as number,
        labels,
        weights,
        topWeights: sizes.at(-1) as number,
        visibleType: visible.type,
      },
      notes,
      life,
    );
    this.layers = layers;
    this.units = [visible, ...rbms.map((rbm) => describeUnits(rbm.typesOfHiddenUnits()))];
    this.#rbms = rbms;
  }

  protected engineOptions(learning: DbnTrainOptionsCore): [NativeTrainingOptions[], boolean] {
    const known = [...ofTraining, 'layers', 'startFromTranspose'] as const;
    const { layers, startFromTranspose, ...rest } = options<DbnTrainOptionsCore>('options', learning, known);
    const depth = this.layers.length - 1;
    if (layers !== undefined && !Array.isArray(layers))
      throw wrongType('layers', 'an array of options, lowest layer first', layers);
    if (layers && layers.length > depth)
      throw new RangeError(`layers must have at most ${depth} entries, one an RBM, not ${layers.length}`);
    const each = Array.from({ length: depth }, (_, l) =>
      nativeOptions({ ...rest, ...layerOptions(`layers[${l}]`, layers?.[l]) }, this.seed),
    );
    return [each, boolean('startFromTranspose', startFromTranspose, false)];
  }

  *up(x: ExamplesCore, layer: number): Task<Tensor> {
    integer('layer', layer, 0, this.layers.length - 1);
    return yield* this.#up(x, layer);
  }

  /** As in the engine, in pieces: up, Gibbs sampling at the top, and means straight down. */
  *reconstruct(x: ExamplesCore, given?: { steps?: number; seed?: number; temperature?: number }): Task<Tensor> {
    const { steps, seed, temperature } = options<NonNullable<typeof given>>('options', given, [
      'steps',
      'seed',
      'temperature',
    ]);
    const count = integer('steps', steps, 0, mostSteps, 1);
    const heat = temperatureOf(temperature);
    const start = seedOf(seed, this.seed);
    const rows = countRows('x', x, this.visible);
    if (rows > mostChains) throw new RangeError(`x must be at most ${mostChains} rows, not ${rows}`);
    let layer = this.layers.length - 1;
    let now: Tensor;
    if (count === 0) {
      now = yield* this.#up(x, layer);
    } else {
      layer -= 1;
      const { data } = yield* this.#up(x, layer);
      now = yield* this.#gibbs(data, rows, count, heat, start);
    }
    for (let l = layer - 1; l >= 0; l--) {
      const units = this.layers[l + 1] as number;
      const below = this.layers[l] as number;
      const step = (values: Float32Array) => this.#rbm(l).visibleMeans(values);
      now = yield* mapRows('x', now.data, units, below, 2 * units * below, step, () => undefined);
      now.shape = [rows, below];
    }
    return now;
  }

  *logPartition(given?: CoreOptions<LogPartitionOptions>): Task<LogPartition> {
    const { data, start, onProgress } = logPartitionOf(given, this);
    const seen = data ? this.native.topExamples(data.native) : null;
    const top = this.#rbm(this.layers.length - 2);
    let estimate;
    try {
      estimate = start(top, seen);
    } finally {
      // The estimate has a hold of its own.
      seen?.delete();
    }
    return yield* toTheEnd(estimate, this, onProgress);
  }

  *bound(x: ExamplesCore, given: CoreOptions<BoundOptions>): Task<Bound> {
    const known = ['logZ', 'samples', 'seed', 'onProgress'] as const;
    const { logZ, samples, seed, onProgress } = options<CoreOptions<BoundOptions>>('options', given, known);
    checkFunction('onProgress', onProgress);
    const of = {
      logZ: number('logZ', logZ, {}),
      samples: integer('samples', samples, 2, 10_000, 10),
      seed: seedOf(seed, this.seed),
    };
    const { data, values } = examplesOf('x', x, this);
    return yield* toTheEnd(this.native.bound(data, values, of), this, onProgress);
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
    const data = sum
      ? this.native.summedFeatures(layer, which)
      : yield* toTheEnd(this.native.maximise(layer, which, of), this, onProgress);
    return { data, shape: [data.length / this.visible, this.visible] };
  }

  parameters(layer: number): RbmParameters {
    return this.#rbm(integer('layer', layer, 0, this.layers.length - 2)).parameters();
  }

  override dispose(): void {
    if (!this.life.ended) for (const rbm of this.#rbms) rbm.delete();
    this.#rbms = [];
    super.dispose();
  }

  #rbm(layer: number): NativeRbm {
    void this.native;
    return this.#rbms[layer] as NativeRbm;
  }

  *#up(x: ExamplesCore, layer: number): Task<Tensor> {
    const units = this.layers[layer] as number;
    const step = (values: Float32Array) => this.native.up(values, layer);
    const result = yield* mapRows('x', x, this.visible, units, this.weights, step, this.checkValues);
    return { data: result.data, shape: [result.data.length / units, units] };
  }

  *#gibbs(start: Float32Array, rows: number, steps: number, temperature: number, seed: number): Task<Tensor> {
    const top = this.layers.length - 2;
    const units = this.layers[top] as number;
    const words = top === 0 && this.visibleType === 'replicated-softmax' ? 1 : 0;
    const chains = this.#rbm(top).chains(rows, seed, words);
    try {
      chains.start(start, units);
      const atOnce = Math.max(1, Math.floor(6e7 / (rows * this.topWeights)));
      for (let done = 0; done < steps; done += atOnce) {
        if (done > 0) yield;
        void this.native;
        chains.step(Math.min(atOnce, steps - done), temperature);
      }
      return { data: chains.images(), shape: [rows, units] };
    } finally {
      if (!this.life.ended) chains.delete();
    }
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
