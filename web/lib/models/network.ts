// Feed-forward nets.
import type { NativeComputation, NativeDataset, NativeModule, NativeRows, NativeTrained } from '../native.js';
import type {
  Activation,
  Network,
  NetworkClassification,
  NetworkErrors,
  NetworkOptions,
  NetworkParameterArrays,
  NetworkParameters,
  NetworkTrainOptions,
  Tensor,
  TrainingOptions,
} from '../types.js';
import { floatsOf, integer, options, parameterArrays, seedOf, wrongType } from '../validate.js';
import type { CoreOf } from './core.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import { nativeRows, type ExamplesCore } from './examples.js';
import type { Life } from './life.js';
import { layerSizes } from './rbm.js';
import { layerRows, type LayerRow } from './summary.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';
import { modelMembers, TrainedCore } from './trained.js';
import { checkData, type Fitting } from './training.js';

type Goal = Pick<NetworkTrainOptions, 'loss' | 'targets'>;

export interface NativeNetwork extends NativeTrained<NetworkParameters> {
  layers(): Float64Array;
  units(): Activation[];
  code(): number;
  labels(): number;
  up(x: NativeRows, layer: number): NativeComputation<Tensor>;
  decode(code: Float32Array): NativeComputation<Tensor>;
  classify(x: NativeRows): NativeComputation<NetworkClassification>;
  evaluate(data: NativeDataset, goal: Goal): NativeComputation<NetworkErrors>;
  checkData(name: string, data: NativeDataset, goal: Goal): void;
}

type Module = NativeModule & {
  Network: {
    create(layers: Float64Array, units: string[], code: number, seed: number): NativeComputation<NativeNetwork>;
  };
};

export const networkMembers = {
  ...modelMembers,
  kind: 'property',
  layers: 'property',
  units: 'property',
  code: 'property',
  labels: 'property',
  predict: { options: 1 },
  classify: { options: 1 },
  outputs: { options: 1 },
  up: { options: 2 },
  encode: { options: 1 },
  decode: { options: 1 },
  evaluate: { options: 1 },
  epochs: 'method',
  parameters: 'method',
  setParameters: 'method',
} as const satisfies Table<Network>;

type NetworkTrainOptionsCore = TrainingOptions<NetworkTrainOptions>;

const mostLayers = 32;

function* createNetwork(engine: Owner<Module>, given: NetworkOptions): Task<NetworkCore> {
  const known = ['layers', 'units', 'code', 'seed'] as const;
  const { layers, units, code, seed } = options<NetworkOptions>('options', given, known);
  const sizes = layerSizes(layers, 2, mostLayers);
  if (units !== undefined && !Array.isArray(units))
    throw wrongType('units', 'an array of types, one for each layer above the inputs', units);
  const names = Array.from(units ?? [], (name: unknown, l) => {
    if (typeof name !== 'string') throw wrongType(`units[${l}]`, "'sigmoid', 'relu', 'linear' or 'softmax'", name);
    return name;
  });
  if (units && names.length !== sizes.length - 1)
    throw new RangeError(
      `units must be one type for each of the ${sizes.length - 1} layers above the inputs, not ${names.length}`,
    );
  const at = integer('code', code, 0, mostLayers, 0);
  const created = engine.native.Network.create(sizes, names, at, seedOf(seed, 1));
  return new NetworkCore(yield* compute(created, engine), {}, engine.life);
}

export class NetworkCore extends TrainedCore<NativeNetwork, NetworkTrainOptions> implements CoreOf<Network> {
  readonly kind = 'network';
  readonly layers: readonly number[];
  readonly visible: number;
  readonly units: readonly Activation[];
  readonly code: number;
  readonly labels: number;

  constructor(native: NativeNetwork, notes: Record<string, string>, life: Life) {
    super(native, notes, life);
    this.layers = Array.from(native.layers());
    this.visible = this.layers[0] as number;
    this.units = native.units();
    this.code = native.code();
    this.labels = native.labels();
  }

  protected fitting({ loss, targets }: NetworkTrainOptionsCore): Fitting {
    return { checkData: (name, data) => this.native.checkData(name, data, { loss, targets }) };
  }

  protected override engineOptions(learning: NetworkTrainOptionsCore, validates: boolean): [object, ...unknown[]] {
    if (learning.patience !== undefined && !validates)
      throw Object.assign(new TypeError('patience needs validation data'), { option: 'patience' });
    return super.engineOptions(learning, validates);
  }

  *predict(x: ExamplesCore, given?: object): Task<Uint16Array> {
    options('options', given, []);
    return (yield* this.#classify('predict', x)).labels;
  }

  *classify(x: ExamplesCore, given?: object): Task<NetworkClassification> {
    options('options', given, []);
    return yield* this.#classify('classify', x);
  }

  *outputs(x: ExamplesCore, given?: object): Task<Tensor> {
    options('options', given, []);
    return yield* this.up(x, this.layers.length - 1);
  }

  *up(x: ExamplesCore, layer: number, given?: object): Task<Tensor> {
    options('options', given, []);
    integer('layer', layer, 1, this.layers.length - 1);
    return yield* compute(this.native.up(nativeRows('x', x, this.visible), layer), this);
  }

  *encode(x: ExamplesCore, given?: object): Task<Tensor> {
    options('options', given, []);
    this.#needsCode('encode');
    return yield* this.up(x, this.code);
  }

  *decode(code: Float32Array | Tensor, given?: object): Task<Tensor> {
    options('options', given, []);
    this.#needsCode('decode');
    const rows = floatsOf('code', code, this.layers[this.code] as number);
    return yield* compute(this.native.decode(rows), this);
  }

  *evaluate(data: DatasetCore, given?: CoreOptions<Goal>): Task<NetworkErrors> {
    const goal = options<CoreOptions<Goal>>('options', given, ['loss', 'targets']);
    checkData('data', data, this.fitting(goal));
    return yield* compute(this.native.evaluate(data.native, goal), this);
  }

  epochs(): number {
    return this.native.epochs();
  }

  parameters(): NetworkParameters {
    return this.native.parameters();
  }

  protected layerRows(): LayerRow[] {
    const { W, b } = this.native.parameters();
    const rows = layerRows(
      this.layers,
      (l) => this.units[l - 1] ?? '',
      (l) => ({ W: W[l - 1], b: b[l - 1] }),
    );
    return rows.map((row, l) => ({
      ...row,
      layer: l === 0 ? 'inputs' : l === rows.length - 1 ? 'outputs' : row.layer,
    }));
  }

  protected trainedEpochs(): number[] {
    return [this.epochs()];
  }

  setParameters(given: NetworkParameterArrays): void {
    this.idle('setting parameters');
    this.native.setParameters(parameterArrays(given, () => this.parameters()));
  }

  *#classify(what: string, x: ExamplesCore): Task<NetworkClassification> {
    void this.native;
    if (this.labels === 0) throw new TypeError(`${what} needs a net whose outputs are a softmax of labels`);
    return yield* compute(this.native.classify(nativeRows('x', x, this.visible)), this);
  }

  #needsCode(what: string): void {
    void this.native;
    if (this.code === 0) throw new TypeError(`${what} needs an autoencoder: a net with a code`);
  }
}

export const networkKind = { create: createNetwork, core: NetworkCore } as const;
