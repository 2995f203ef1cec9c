// Boltzmann machines with connections between any units.
import { WakesleepError } from '../errors.js';
import type { NativeComputation, NativeModule, NativeRows } from '../native.js';
import type {
  BoltzmannClamp,
  BoltzmannConditions,
  BoltzmannExact,
  BoltzmannMachine,
  BoltzmannMeanField,
  BoltzmannMeanFieldOptions,
  BoltzmannMixing,
  BoltzmannMixingOptions,
  BoltzmannOptions,
  BoltzmannParameterArrays,
  BoltzmannParameters,
  BoltzmannSampleOptions,
  BoltzmannSamples,
  BoltzmannTrained,
  BoltzmannTrainOptions,
  Tensor,
} from '../types.js';
import {
  choice,
  exactly,
  floatsOf,
  integer,
  number,
  options,
  outOfRange,
  parameterArrays,
  seedGiven,
  seedOf,
  wrongType,
} from '../validate.js';
import { mostChains, mostSteps, temperatureOf } from './chains.js';
import type { CoreOf } from './core.js';
import type { CoreOptions } from './dataset.js';
import { nativeRows, type ExamplesCore } from './examples.js';
import { Handle, type Life } from './life.js';
import type { Table } from './table.js';
import { compute, type Owner, type Task } from './task.js';

export interface NativeBoltzmannMachine {
  delete(): void;
  colours(): Uint16Array;
  parameters(): BoltzmannParameters;
  setParameters(weights: Float32Array, biases: Float32Array): void;
  setWeight(i: number, j: number, value: number): void;
  setBias(unit: number, value: number): void;
  store(patterns: NativeRows): void;
  energies(states: NativeRows): Tensor;
  sample(
    chains: number,
    start: Float32Array | null,
    mask: Float32Array | null,
    values: Float32Array | null,
    steps: number,
    temperature: number,
    startTemperature: number | undefined,
    seed: number | undefined,
  ): NativeComputation<BoltzmannSamples>;
  meanField(
    mask: Float32Array | null,
    values: Float32Array | null,
    steps: number,
    tolerance: number,
    temperature: number,
  ): NativeComputation<BoltzmannMeanField>;
  exact(mask: Float32Array | null, values: Float32Array | null, temperature: number): NativeComputation<BoltzmannExact>;
  probabilities(mask: Float32Array | null, values: Float32Array | null, temperature: number): Tensor;
  mixing(
    start: Float32Array | null,
    mask: Float32Array | null,
    values: Float32Array | null,
    steps: number,
    temperature: number,
  ): NativeComputation<BoltzmannMixing>;
  scoreSamples(x: NativeRows): NativeComputation<Tensor>;
  train(x: NativeRows, method: string, options: object): NativeComputation<BoltzmannTrained>;
}

export type BoltzmannModule = NativeModule & {
  Boltzmann: {
    create(
      visible: number,
      hidden: number,
      pairs: Int32Array,
      seed: number,
      weightScale: number,
    ): NativeBoltzmannMachine;
  };
};

export const boltzmannMachineMembers = {
  visible: 'property',
  hidden: 'property',
  units: 'property',
  seed: 'property',
  colours: 'property',
  parameters: 'method',
  setParameters: 'method',
  setWeight: 'method',
  setBias: 'method',
  store: 'method',
  energies: 'method',
  sample: { options: 0 },
  meanField: { options: 0 },
  exact: { options: 0 },
  probabilities: { options: 0 },
  mixing: { options: 0 },
  scoreSamples: { options: 1 },
  train: { options: 1 },
} as const satisfies Table<BoltzmannMachine>;

const mostUnits = 1024;
const conditions = ['temperature', 'clamp'] as const;

export function createBoltzmann(engine: Owner<BoltzmannModule>, given: BoltzmannOptions): BoltzmannCore {
  const known = ['visible', 'hidden', 'connections', 'seed', 'weightScale'] as const;
  const { visible, hidden, connections, seed, weightScale } = options<BoltzmannOptions>('options', given, known);
  const shown = integer('visible', visible, 1, mostUnits);
  const inside = integer('hidden', hidden, 0, mostUnits - shown, 0);
  const pairs = pairsOf(connections ?? 'all', shown, inside);
  const scale = number('weightScale', weightScale, { atLeast: 0, atMost: 1000 }, 0.01);
  const first = seedOf(seed, 1);
  return new BoltzmannCore(engine.native.Boltzmann.create(shown, inside, pairs, first, scale), engine.life, {
    visible: shown,
    hidden: inside,
    seed: first,
  });
}

function pairsOf(given: unknown, visible: number, hidden: number): Int32Array {
  const units = visible + hidden;
  if (!Array.isArray(given)) {
    const word = choice('connections', given, ['all', 'restricted'], 'all');
    const [rows, from] = word === 'all' ? [units, 0] : [visible, visible];
    const pairs: number[] = [];
    for (let i = 0; i < rows; i++) for (let j = Math.max(from, i + 1); j < units; j++) pairs.push(i, j);
    return Int32Array.from(pairs);
  }
  return Int32Array.from(
    given.flatMap((pair: unknown, p) => {
      if (!Array.isArray(pair) || pair.length !== 2) throw wrongType(`connections[${p}]`, 'two units', pair);
      return pair.map((unit: unknown, i) => integer(`connections[${p}][${i}]`, unit, 0, units - 1));
    }),
  );
}

export class BoltzmannCore extends Handle<NativeBoltzmannMachine> implements CoreOf<BoltzmannMachine> {
  readonly kind = 'boltzmann';
  readonly visible: number;
  readonly hidden: number;
  readonly units: number;
  readonly seed: number;
  readonly colours: readonly number[];
  #trains = false;

  constructor(native: NativeBoltzmannMachine, life: Life, made: { visible: number; hidden: number; seed: number }) {
    super('machine', native, life);
    this.visible = made.visible;
    this.hidden = made.hidden;
    this.units = made.visible + made.hidden;
    this.seed = made.seed;
    this.colours = Array.from(native.colours());
  }

  parameters(): BoltzmannParameters {
    return this.native.parameters();
  }

  setParameters(given: BoltzmannParameterArrays): void {
    this.#idle();
    const { W, b } = options(
      'parameters',
      parameterArrays(given, () => this.parameters()),
      ['W', 'b'],
    );
    const { units } = this;
    this.native.setParameters(
      exactly('W', W, units * units, `${units} x ${units}`),
      exactly('b', b, units, 'one a unit'),
    );
  }

  setWeight(i: number, j: number, value: number): void {
    this.#idle();
    const of = (name: string, unit: unknown) => integer(name, unit, 0, this.units - 1);
    this.native.setWeight(of('i', i), of('j', j), number('value', value, bounds));
  }

  setBias(unit: number, value: number): void {
    this.#idle();
    this.native.setBias(integer('unit', unit, 0, this.units - 1), number('value', value, bounds));
  }

  store(patterns: ExamplesCore): void {
    this.#idle();
    this.native.store(nativeRows('patterns', patterns, this.units));
  }

  energies(states: ExamplesCore): Tensor {
    return this.native.energies(nativeRows('states', states, this.units));
  }

  *sample(given?: CoreOptions<BoltzmannSampleOptions>): Task<BoltzmannSamples> {
    const known = ['chains', 'steps', 'temperature', 'startTemperature', 'clamp', 'start', 'seed'] as const;
    const asked = options<CoreOptions<BoltzmannSampleOptions>>('options', given, known);
    const start = asked.start === undefined ? null : floatsOf('start', asked.start, this.units);
    const rows = start ? start.length / this.units : 1;
    const chains = integer('chains', asked.chains, 1, mostChains, rows);
    if (start && rows !== 1 && rows !== chains)
      throw new RangeError(`start must be one row or ${chains}, one a chain, not ${rows}`);
    const { startTemperature } = asked;
    const sampling = this.native.sample(
      chains,
      start,
      ...this.#clamp(asked.clamp),
      integer('steps', asked.steps, 1, mostSteps, 1),
      number('temperature', asked.temperature, { atLeast: 0, atMost: 1e6 }, 1),
      startTemperature === undefined
        ? undefined
        : number('startTemperature', startTemperature, { atLeast: 0, atMost: 1e6 }),
      seedGiven(asked.seed),
    );
    return yield* compute(sampling, this);
  }

  *meanField(given?: CoreOptions<BoltzmannMeanFieldOptions>): Task<BoltzmannMeanField> {
    const known = [...conditions, 'steps', 'tolerance'] as const;
    const asked = options<CoreOptions<BoltzmannMeanFieldOptions>>('options', given, known);
    const steps = integer('steps', asked.steps, 1, mostSteps, 1000);
    const tolerance = number('tolerance', asked.tolerance, { atLeast: 0 }, 1e-6);
    const temperature = temperatureOf(asked.temperature);
    return yield* compute(this.native.meanField(...this.#clamp(asked.clamp), steps, tolerance, temperature), this);
  }

  *exact(given?: CoreOptions<BoltzmannConditions>): Task<BoltzmannExact> {
    return yield* compute(this.native.exact(...this.#conditions(given)), this);
  }

  probabilities(given?: CoreOptions<BoltzmannConditions>): Tensor {
    return this.native.probabilities(...this.#conditions(given));
  }

  *mixing(given?: CoreOptions<BoltzmannMixingOptions>): Task<BoltzmannMixing> {
    const known = [...conditions, 'steps', 'start'] as const;
    const asked = options<CoreOptions<BoltzmannMixingOptions>>('options', given, known);
    const start = asked.start === undefined ? null : exactly('start', asked.start, this.units, 'one a unit');
    const steps = integer('steps', asked.steps, 1, 100_000, 100);
    const temperature = temperatureOf(asked.temperature);
    return yield* compute(this.native.mixing(start, ...this.#clamp(asked.clamp), steps, temperature), this);
  }

  *scoreSamples(x: ExamplesCore, given?: object): Task<Tensor> {
    options('options', given, []);
    return yield* compute(this.native.scoreSamples(nativeRows('x', x, this.visible)), this);
  }

  *train(x: ExamplesCore, given?: CoreOptions<BoltzmannTrainOptions>): Task<BoltzmannTrained> {
    this.#idle();
    const known = ['method', 'steps', 'learningRate', 'weightDecay', 'k', 'clampedSteps', 'chains', 'seed'] as const;
    const asked = options<CoreOptions<BoltzmannTrainOptions>>('options', given, known);
    const method = choice('method', asked.method, ['exact', 'cd', 'pcd', 'pseudo-likelihood'], 'exact');
    const training = this.native.train(nativeRows('x', x, this.visible), method, {
      steps: integer('steps', asked.steps, 0, 1_000_000, 100),
      learningRate: number('learningRate', asked.learningRate, { above: 0, atMost: 100 }, 0.1),
      weightDecay: number('weightDecay', asked.weightDecay, { atLeast: 0, atMost: 100 }, 0),
      k: integer('k', asked.k, 1, 10_000, 1),
      clampedSteps: integer('clampedSteps', asked.clampedSteps, 1, 10_000, 10),
      chains: integer('chains', asked.chains, 1, 65_536, 100),
      seed: seedGiven(asked.seed),
    });
    this.#trains = true;
    try {
      return yield* compute(training, this);
    } finally {
      this.#trains = false;
    }
  }

  #conditions(given: CoreOptions<BoltzmannConditions> | undefined): [Float32Array | null, Float32Array | null, number] {
    const asked = options<CoreOptions<BoltzmannConditions>>('options', given, conditions);
    return [...this.#clamp(asked.clamp), temperatureOf(asked.temperature)];
  }

  /** Mask and values. */
  #clamp(given: CoreOptions<BoltzmannConditions>['clamp']): [Float32Array | null, Float32Array | null] {
    if (given === undefined) return [null, null];
    const { values, mask } = options<BoltzmannClamp>('clamp', given as BoltzmannClamp, ['values', 'mask']);
    const row = (name: string, value: unknown) => exactly(name, value, this.units, 'one a unit');
    const held = row('clamp.mask', mask);
    if (!held.every(Number.isFinite)) throw outOfRange('clamp.mask', 'finite numbers', NaN);
    return [held, row('clamp.values', values)];
  }

  #idle(): void {
    void this.native;
    if (this.#trains) throw new WakesleepError('busy', 'the machine is in training: wait for it to end, or abort it');
  }
}

const bounds = { atLeast: -1e15, atMost: 1e15 };
