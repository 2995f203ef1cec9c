import { WakesleepError } from '../errors.js';
import type { NativeDataset, NativeModule } from '../native.js';
import type { Dataset, DatasetSource, Pixels, PixelOptions, Rows, Tensor } from '../types.js';
import {
  arrayHint,
  arrayType,
  choice,
  described,
  exactly,
  integer,
  labelsOf,
  number,
  options,
  seedOf,
  shapeOf,
  wrongType,
} from '../validate.js';
import { isGzip, plainBytes } from '../bytes.js';
import { Handle, type Life } from './life.js';
import type { OptionsWith, Table } from './table.js';
import { compute, type Task } from './task.js';

/** The engine, which lives as long as the work on its data sets. */
export interface EngineOwner {
  readonly native: NativeModule;
  readonly life: Life;
}

export const datasetMembers = {
  count: 'property',
  width: 'property',
  itemShape: 'property',
  labelCount: 'property',
  binary: 'property',
  rows: { options: 2 },
  labels: 'method',
  mean: { options: 0 },
  deviation: { options: 0 },
  standardised: { options: 1 },
  subset: 'method',
} as const satisfies Table<Dataset>;

/** Options as they come to the core; their signal stays with the caller. */
export type CoreOptions<Options> = OptionsWith<DatasetCore, Options>;

/** More values than this do not fit the engine's memory in any form. */
const mostValues = 2 ** 31 - 1;
const noLabels = new Uint16Array(0);

export class DatasetCore extends Handle<NativeDataset> {
  readonly kind = 'dataset';
  readonly count: number;
  readonly width: number;
  readonly labelCount: number;
  readonly binary: boolean;

  constructor(
    native: NativeDataset,
    readonly itemShape: readonly number[],
    life: Life,
  ) {
    super('data set', native, life);
    this.count = native.count();
    this.width = native.width();
    this.labelCount = native.labelCount();
    this.binary = native.binary();
  }

  *rows(first: number, count: number, given?: object): Task<Tensor> {
    options('options', given, []);
    this.#check(first, count);
    return yield* compute(this.native.rows(first, count), this);
  }

  labels(first: number, count: number): Uint16Array {
    this.#check(first, count);
    return this.native.labels(first, count);
  }

  *mean(given?: object): Task<Tensor> {
    options('options', given, []);
    return { data: yield* compute(this.native.mean(), this), shape: [this.width] };
  }

  *deviation(given?: object): Task<Tensor> {
    options('options', given, []);
    return { data: yield* compute(this.native.deviation(), this), shape: [this.width] };
  }

  *standardised(by?: { mean: Rows; deviation: Rows }, given?: object): Task<DatasetCore> {
    options('options', given, []);
    const { mean, deviation } = options<NonNullable<typeof by>>('by', by, ['mean', 'deviation']);
    const column = (name: string, value: unknown) =>
      by === undefined ? null : exactly(name, value, this.width, 'one a column');
    const standardising = this.native.standardised(column('by.mean', mean), column('by.deviation', deviation));
    return new DatasetCore(yield* compute(standardising, this), this.itemShape, this.life);
  }

  subset(which: { label: number } | { first: number; count: number }): DatasetCore {
    const { label, first, count } = options<{ label?: number; first?: number; count?: number }>('which', which, [
      'label',
      'first',
      'count',
    ]);
    if (label !== undefined) {
      if (first !== undefined || count !== undefined)
        throw new TypeError('which must have a label, or first and count, not both');
      if (this.labelCount === 0) throw new RangeError('which has a label, and the data set has none');
      integer('label', label, 0, 65535);
      return new DatasetCore(this.native.withLabel(label), this.itemShape, this.life);
    }
    this.#check(first, count);
    return new DatasetCore(this.native.subset(first as number, count as number), this.itemShape, this.life);
  }

  #check(first: unknown, count: unknown): void {
    void this.native;
    const from = integer('first', first, 0, this.count - 1);
    integer('count', count, 1, this.count - from);
  }
}

/**
 * The shape, the factor and the labels of pixels; without the engine, so that they can be checked before they are sent.
 */
export function checkPixels(
  pixels: unknown,
  given: PixelOptions | undefined,
): { shape: number[]; scale: number; labels: Uint16Array } {
  const tag = arrayType(pixels);
  if (!tag.endsWith('Array') || tag.startsWith('Big')) {
    const allowed = "a typed array of numbers, a tensor, or a data set source such as { kind: 'idx' }";
    throw new TypeError(wrongType('pixels', allowed, pixels).message + arrayHint('pixels', pixels));
  }
  const values = pixels as Pixels;
  if (values.length > mostValues) {
    throw new RangeError(
      `pixels must be at most ${mostValues} values, which is more than the engine's memory, not ${values.length}`,
    );
  }
  const { shape: sizes, scale: factor, labels } = options<PixelOptions>('options', given, ['shape', 'scale', 'labels']);
  const shape = shapeOf('shape', sizes, values.length);
  const float = tag.startsWith('Float');
  if (factor === undefined && !float) {
    throw new TypeError(
      `scale must be given with ${described(pixels)}, because whole numbers do not tell their range: ` +
        'scale: 1 / 255 for grey values of 0 to 255, scale: 1 for values that are 0 or 1',
    );
  }
  const scale = number('scale', factor, { above: 0 }, 1);
  return { shape, scale, labels: labels === undefined ? noLabels : labelsOf('labels', labels, shape[0] as number) };
}

export function* datasetFromPixels(
  engine: EngineOwner,
  pixels: Pixels,
  given: PixelOptions | undefined,
): Task<DatasetCore> {
  const { shape, scale, labels } = checkPixels(pixels, given);
  const itemShape = shape.slice(1);
  const width = itemShape.reduce((all, size) => all * size, 1);
  const data = yield* compute(engine.native.Dataset.fromPixels(pixels, width, scale, labels), engine);
  return new DatasetCore(data, itemShape, engine.life);
}

const kinds = ['idx', 'npy', 'npz', 'csv', 'bars-and-stripes', 'shifter', 'stroke-digits'] as const;

export function* datasetFromSource(engine: EngineOwner, source: DatasetSource): Task<DatasetCore> {
  const { kind } = (typeof source === 'object' && source !== null ? source : {}) as { kind?: unknown };
  if (kind === undefined) {
    const { message } = wrongType('source', 'a typed array, a tensor, or an object with a kind', source);
    throw new TypeError(message + arrayHint('source', source));
  }
  const { Dataset } = engine.native;
  const made = (data: NativeDataset, itemShape: number[]) => new DatasetCore(data, itemShape, engine.life);
  switch (choice('kind', kind, kinds, 'idx')) {
    case 'idx': {
      const { images, labels } = idxFiles(source as Extract<DatasetSource, { kind: 'idx' }>);
      const { data, itemShape } = yield* compute(Dataset.fromIdx(images, labels), engine);
      return made(data, itemShape);
    }
    case 'npy':
    case 'npz':
    case 'csv':
      throw new TypeError(`a source of kind '${String(kind)}' must come as an array`);
    case 'bars-and-stripes': {
      const { size } = options('source', source as Extract<DatasetSource, { kind: 'bars-and-stripes' }>, [
        'kind',
        'size',
      ]);
      const side = integer('size', size, 2, 12);
      return made(Dataset.barsAndStripes(side), [side, side]);
    }
    case 'shifter': {
      const given = options('source', source as Extract<DatasetSource, { kind: 'shifter' }>, [
        'kind',
        'size',
        'count',
        'seed',
      ]);
      const size = integer('size', given.size, 3, 64);
      if (given.count === undefined && size > 10) {
        throw new RangeError(
          `count must be given for a shifter of size ${size}: all its 3 * 2^${size} examples are too many`,
        );
      }
      const count = given.count === undefined ? 0 : integer('count', given.count, 1, 10_000_000);
      return made(yield* compute(Dataset.shifter(size, count, seedOf(given.seed, 1)), engine), [2, size]);
    }
    case 'stroke-digits': {
      const given = options('source', source as Extract<DatasetSource, { kind: 'stroke-digits' }>, [
        'kind',
        'count',
        'seed',
        'first',
      ]);
      const count = integer('count', given.count, 1, 1_000_000);
      const first = integer('first', given.first, 0, Number.MAX_SAFE_INTEGER - count, 0);
      return made(yield* compute(Dataset.strokeDigits(count, seedOf(given.seed, 1), first), engine), [28, 28]);
    }
  }
}

/** Bytes only: files and URLs were read before. */
export function unpackedBytes(name: string, file: unknown): Uint8Array {
  const bytes = plainBytes(name, file);
  if (isGzip(bytes))
    throw new WakesleepError(
      'unsupported',
      `${name} is gzip, which can't be unpacked synchronously: await readFile(${name}) of wakesleep/sync first`,
    );
  return bytes;
}

function idxFiles(source: Extract<DatasetSource, { kind: 'idx' }>): { images: Uint8Array; labels: Uint8Array } {
  const { images, labels } = options('source', source, ['kind', 'images', 'labels']);
  return {
    images: unpackedBytes('images', images),
    labels: labels === undefined ? new Uint8Array(0) : unpackedBytes('labels', labels),
  };
}
