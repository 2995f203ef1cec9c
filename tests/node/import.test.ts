// Arrays and machines of other libraries: NumPy's files, tables of text, and parameters by the conventions of each,
// whose probabilities are computed here by its own formulas.
import { deflateRawSync } from 'node:zlib';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type DatasetSource, type Engine, type NumberArray, type Rbm } from 'wakesleep';
import {
  importPyDeep,
  importRestrictedBoltzmannMachines,
  importScikitLearn,
  readCsv,
  readNpy,
  readNpz,
  type JuliaLayer,
  type Numbers,
} from 'wakesleep/import';
import { load as loadSync, readFile } from 'wakesleep/sync';
import { expectCode, expectError, gzip } from './helpers.ts';

/** A file of NumPy's with these bytes of values. */
function npy(descr: string, shape: number[], values: Uint8Array, { fortran = false, version = 1 } = {}): Uint8Array {
  const sizes = shape.length === 1 ? `(${shape[0]},)` : `(${shape.join(', ')})`;
  const start = version === 1 ? 10 : 12;
  let header = `{'descr': '${descr}', 'fortran_order': ${fortran ? 'True' : 'False'}, 'shape': ${sizes}, }`;
  header = header.padEnd(Math.ceil((start + header.length + 1) / 64) * 64 - start - 1) + '\n';
  const bytes = Buffer.alloc(start + header.length + values.length);
  bytes.set([0x93, ...Buffer.from('NUMPY'), version, 0]);
  if (version === 1) bytes.writeUInt16LE(header.length, 8);
  else bytes.writeUInt32LE(header.length, 8);
  bytes.write(header, start);
  bytes.set(values, start + header.length);
  return new Uint8Array(bytes);
}
const bytesOf = (array: ArrayBufferView) => new Uint8Array(array.buffer, array.byteOffset, array.byteLength);
const floats = (shape: number[], values: number[]) => npy('<f4', shape, bytesOf(Float32Array.from(values)));

function crc32(bytes: Uint8Array): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let bit = 0; bit < 8; ++bit) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

/** An archive, as `numpy.savez` (stored) and `savez_compressed` write it. */
function zip(files: Record<string, Uint8Array>, packed: boolean): Uint8Array {
  const parts: Buffer[] = [];
  const directory: Buffer[] = [];
  let offset = 0;
  for (const [name, content] of Object.entries(files)) {
    const data = packed ? deflateRawSync(content) : Buffer.from(content);
    const fields = Buffer.alloc(26);
    fields.writeUInt16LE(20, 0);
    fields.writeUInt16LE(packed ? 8 : 0, 4);
    fields.writeUInt32LE(crc32(content), 10);
    fields.writeUInt32LE(data.length, 14);
    fields.writeUInt32LE(content.length, 18);
    fields.writeUInt16LE(name.length, 22);
    const local = Buffer.concat([Buffer.from([0x50, 0x4b, 3, 4]), fields, Buffer.from(name), data]);
    const rest = Buffer.alloc(14);
    rest.writeUInt32LE(offset, 10);
    directory.push(Buffer.from([0x50, 0x4b, 1, 2, 20, 0]), fields, rest, Buffer.from(name));
    parts.push(local);
    offset += local.length;
  }
  const index = Buffer.concat(directory);
  const end = Buffer.alloc(22);
  end.set([0x50, 0x4b, 5, 6]);
  end.writeUInt16LE(Object.keys(files).length, 8);
  end.writeUInt16LE(Object.keys(files).length, 10);
  end.writeUInt32LE(index.length, 12);
  end.writeUInt32LE(offset, 16);
  return new Uint8Array(Buffer.concat([...parts, index, end]));
}

let engine: Engine;
let local: Engine;
beforeAll(async () => {
  engine = await load({ threads: 1 });
  local = (await loadSync()) as unknown as Engine;
});
afterAll(() => {
  engine.dispose();
  local.dispose();
});

describe('readNpy', () => {
  it.each([
    ['|b1', Uint8Array.of(0, 1, 1), [0, 1, 1], 'Uint8Array'],
    ['|u1', Uint8Array.of(0, 7, 255), [0, 7, 255], 'Uint8Array'],
    ['|i1', Int8Array.of(-1, 0, 127), [-1, 0, 127], 'Int8Array'],
    ['<u2', Uint16Array.of(1, 2, 65535), [1, 2, 65535], 'Uint16Array'],
    ['<i2', Int16Array.of(-2, 0, 2), [-2, 0, 2], 'Int16Array'],
    ['<u4', Uint32Array.of(1, 2, 2 ** 32 - 1), [1, 2, 2 ** 32 - 1], 'Uint32Array'],
    ['<i4', Int32Array.of(-3, 0, 3), [-3, 0, 3], 'Int32Array'],
    ['<i8', BigInt64Array.of(-4n, 0n, 4n), [-4, 0, 4], 'Int32Array'],
    ['<u8', BigUint64Array.of(0n, 1n, 2n ** 40n), [0, 1, 2 ** 40], 'Float64Array'],
    // 1, -2, the smallest subnormal number.
    ['<f2', Uint16Array.of(0x3c00, 0xc000, 1), [1, -2, 2 ** -24], 'Float32Array'],
    ['<f4', Float32Array.of(0.5, -1, 3), [0.5, -1, 3], 'Float32Array'],
    ['<f8', Float64Array.of(0.1, -1, 3), [0.1, -1, 3], 'Float64Array'],
    ['>f8', Float64Array.of(0.1, -1, 3), [0.1, -1, 3], 'Float64Array'],
    ['>i2', Int16Array.of(-2, 0, 300), [-2, 0, 300], 'Int16Array'],
  ])('reads values of type %s', async (descr, values, expected, type) => {
    const bytes = bytesOf(values).slice();
    const size = bytes.length / 3;
    if (descr.startsWith('>')) for (let i = 0; i < bytes.length; i += size) bytes.subarray(i, i + size).reverse();
    for (const version of [1, 2, 3]) {
      const file = npy(descr, [3], bytes, { version });
      const array = await readNpy(file);
      expect([Array.from(array.data), array.shape]).toEqual([expected, [3]]);
      expect(array.data.constructor.name).toBe(type);
      // Wherever it lies in memory.
      const shifted = new Uint8Array(file.length + 1);
      shifted.set(file, 1);
      expect(await readNpy(shifted.subarray(1))).toEqual(array);
    }
  });

  it("turns arrays in Fortran's order", async () => {
    const shape = [2, 3, 2];
    // The value says its place: 100 i + 10 j + k.
    const columns = [0, 1].flatMap((k) => [0, 1, 2].flatMap((j) => [0, 1].map((i) => 100 * i + 10 * j + k)));
    const rows = [0, 1].flatMap((i) => [0, 1, 2].flatMap((j) => [0, 1].map((k) => 100 * i + 10 * j + k)));
    const { data } = await readNpy(npy('<i4', shape, bytesOf(Int32Array.from(columns)), { fortran: true }));
    expect(Array.from(data)).toEqual(rows);
    expect(await readNpy(new Blob([(await gzip(floats([2], [1, 2]) as Uint8Array<ArrayBuffer>)) as BlobPart]))).toEqual(
      {
        data: Float32Array.of(1, 2),
        shape: [2],
      },
    );
  });

  it('refuses what is damaged, and says why', async () => {
    const whole = floats([2, 3], [1, 2, 3, 4, 5, 6]);
    const refused = (bytes: Uint8Array, why: RegExp) => expectCode(() => readNpy(bytes), 'format', why);
    await refused(new Uint8Array(4), /source is no NumPy array that can be read: it does not begin as one/);
    await refused(whole.subarray(0, 40), /its header is cut short/);
    await refused(whole.subarray(0, whole.length - 1), /its shape \(2, 3\) asks for 24 bytes, and 23 came/);
    await refused(npy('<c8', [1], new Uint8Array(8)), /its values are of type '<c8'/);
    await refused(npy('<f4', [2 ** 30, 2 ** 30], new Uint8Array(8)), /asks for 4611686018427388000 bytes, and 8 came/);
    const structured = Buffer.from(whole);
    structured.write("{'descr': [('a', '<f4')]", 10);
    await refused(new Uint8Array(structured), /its header is not that of numbers/);
  });
});

describe('readNpz', () => {
  const arrays = { x: floats([2, 2], [1, 0, 0, 1]), y: npy('<i8', [2], bytesOf(BigInt64Array.of(3n, 1n))) };
  const files = Object.fromEntries(Object.entries(arrays).map(([name, bytes]) => [`${name}.npy`, bytes]));

  it('reads archives, stored or deflated', async () => {
    for (const packed of [false, true]) {
      const read = await readNpz(zip(files, packed));
      expect(read).toEqual({
        x: { data: Float32Array.of(1, 0, 0, 1), shape: [2, 2] },
        y: { data: Int32Array.of(3, 1), shape: [2] },
      });
    }
  });

  it('refuses what is damaged, and says why', async () => {
    const whole = zip(files, true);
    const altered = (change: (bytes: Buffer) => void) => {
      const bytes = Buffer.from(whole);
      change(bytes);
      return new Uint8Array(bytes);
    };
    const refused = (bytes: Uint8Array, why: RegExp) => expectCode(() => readNpz(bytes), 'format', why);
    await refused(
      whole.subarray(0, whole.length - 30),
      /source is no zip archive that can be read: it has no directory/,
    );
    const directory = Buffer.from(whole).indexOf(Buffer.from([0x50, 0x4b, 1, 2]));
    await refused(
      altered((bytes) => bytes.writeUInt32LE(5, whole.length - 6)),
      /its directory is damaged/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(1, directory + 42)),
      /x\.npy is not there/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(1e6, directory + 20)),
      /x\.npy is cut short/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt16LE(12, directory + 10)),
      /x\.npy is packed by method 12/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(2 ** 31, directory + 24)),
      /x\.npy promises more than it has/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(10, directory + 24)),
      /it unpacks to more than it says/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(1000, directory + 24)),
      /it unpacks to less than it says/,
    );
    await refused(
      altered((bytes) => bytes.writeUInt32LE(1, directory + 16)),
      /another check sum/,
    );
    await refused(
      altered((bytes) => bytes.fill(255, 35, 60)),
      /x\.npy: /,
    );
  });
});

describe('engine.dataset takes', () => {
  const pixels = [0, 255, 51, 0, 102, 255];
  const images = npy('|u1', [3, 1, 2], Uint8Array.from(pixels));
  const labels = npy('<i8', [3], bytesOf(BigInt64Array.of(2n, 0n, 1n)));
  const expectPixels = (found: Float32Array) =>
    expectNear(
      Array.from(found),
      pixels.map((value) => value / 255),
      6,
    );
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'wakesleep-import-'));
  });
  afterAll(() => rm(folder, { recursive: true }));

  const check = async (of: Engine, source: DatasetSource) => {
    const data = await of.dataset(source);
    expect([data.count, data.width, data.labelCount]).toEqual([3, 2, 3]);
    expectPixels((await data.rows(0, 3)).data);
    expect(Array.from(await data.labels(0, 3))).toEqual([2, 0, 1]);
    return data;
  };

  it('.npy: bytes, files and gzip', async () => {
    const scale = 1 / 255;
    for (const of of [engine, local]) {
      const data = await check(of, { kind: 'npy', images, labels, scale });
      expect(data.itemShape).toEqual([1, 2]);
    }
    const packed = await gzip(images as Uint8Array<ArrayBuffer>);
    await check(engine, { kind: 'npy', images: new Blob([packed]), labels: labels.buffer as ArrayBuffer, scale });
    const path = join(folder, 'images.npy');
    await writeFile(path, images);
    await check(engine, { kind: 'npy', images: path, labels, scale });
    await check(local, { kind: 'npy', images: await readFile(path), labels, scale });
    await expectCode(async () => local.dataset({ kind: 'npy', images: packed }), 'unsupported', /images is gzip/);
    await expectError(
      () => engine.dataset({ kind: 'npy', images }),
      TypeError,
      /scale must be given with a Uint8Array/,
    );
    const bools = await engine.dataset({ kind: 'npy', images: npy('|b1', [2, 2], Uint8Array.of(1, 0, 0, 1)) });
    expect(bools.binary).toBe(true);
    const column = await engine.dataset({ kind: 'npy', images: floats([3], [1, 0, 1]) });
    expect([column.count, column.width]).toEqual([3, 1]);
    await expectError(() => engine.dataset({ kind: 'npy', images, scale, of: 1 } as never), TypeError, /no entry 'of'/);
    await expectError(
      () => engine.dataset({ kind: 'npy', images: 5 as never }),
      TypeError,
      /images must be a Uint8Array/,
    );
    const few = npy('|u1', [2], Uint8Array.of(1, 0));
    await expectError(
      () => engine.dataset({ kind: 'npy', images, labels: few, scale }),
      RangeError,
      /labels must have 3/,
    );
  });

  it('.npz: arrays by their names', async () => {
    const file = zip({ 'x_train.npy': images, 'y_train.npy': labels }, true);
    const named = { kind: 'npz', file, images: 'x_train', labels: 'y_train', scale: 1 / 255 } as const;
    await check(engine, named);
    await check(engine, { ...named, file: new Blob([file as BlobPart]) });
    const path = join(folder, 'data.npz');
    await writeFile(path, file);
    await check(engine, { ...named, file: path });
    const only = zip({ 'arr_0.npy': floats([2, 1], [1, 0]) }, false);
    expect((await engine.dataset({ kind: 'npz', file: only })).count).toBe(2);
    const missing = { kind: 'npz', file, images: 'x_test' } as const;
    await expectError(
      () => engine.dataset(missing),
      RangeError,
      /images must be one of .* x_train, y_train, not "x_test"/,
    );
    await expectError(
      () => engine.dataset({ kind: 'npz', file }),
      RangeError,
      /images must be one of .*, not undefined/,
    );
    await expectCode(
      async () => local.dataset(named),
      'unsupported',
      /await readNpz\(file\) of wakesleep\/import, and/,
    );
    const { x_train: x, y_train: y } = await readNpz(file);
    const given = { scale: 1 / 255, labels: y?.data as ArrayLike<number> };
    for (const of of [engine, local]) {
      const data = await of.dataset(x as NumberArray, given);
      expectPixels((await data.rows(0, 3)).data);
    }
  });

  it('CSV: with names or without, labels in a column', async () => {
    const text = (lines: string) => new TextEncoder().encode(lines);
    const plain = text('0,255\n51,0\n\n# a comment\n102,255\n');
    for (const of of [engine, local]) {
      const data = await of.dataset({ kind: 'csv', images: plain, scale: 1 / 255 });
      expectPixels((await data.rows(0, 3)).data);
      const named = text('label,"a",b\r\n2,0,255\r\n0,51,0\r\n1,102,255');
      await check(of, { kind: 'csv', images: named, labelColumn: 'label', scale: 1 / 255 });
      await check(of, { kind: 'csv', images: named, labelColumn: 0, scale: 1 / 255 });
    }
    await check(engine, { kind: 'csv', images: text('0 255  2\n51 0 0\n 102 255 1'), labelColumn: 2, scale: 1 / 255 });
    expect(await readCsv(text('a;b\n1.5;-2e-3'))).toEqual({
      data: Float32Array.of(1.5, -2e-3),
      shape: [1, 2],
      names: ['a', 'b'],
    });
    const refused = (lines: string, why: RegExp) =>
      expectCode(() => engine.dataset({ kind: 'csv', images: text(lines) }), 'format', why);
    await refused('1,2\n3', /images, line 2: it has 1 columns, and the first 2/);
    await refused('1,2\n3,x', /images, line 2: column 2 must be a number, not "x"/);
    await refused('1,\n', /images, line 1: column 2 must be a number, not ""/);
    await refused('# nothing\n', /images has no numbers/);
    const column = (labelColumn: number | string) => () =>
      engine.dataset({ kind: 'csv', images: text('a,b\n1,2'), labelColumn });
    await expectError(column(2), RangeError, /labelColumn must be a whole number from 0 to 1, or one of a, b, not 2/);
    await expectError(column('c'), RangeError, /labelColumn must be .* or one of a, b, not "c"/);
  });

  it('a Float16Array, as every call does', async () => {
    // The runtime's own where it has one; its tag is what it is known by.
    class Stand extends Uint16Array {
      override get [Symbol.toStringTag]() {
        return 'Float16Array' as never;
      }
    }
    const Half = (globalThis as { Float16Array?: typeof Stand }).Float16Array ?? Stand;
    const x = Half.from([1, 0, 1]) as never;
    for (const of of [engine, local]) {
      const data = await of.dataset(x, { shape: [1, 3] });
      expect(Array.from((await data.rows(0, 1)).data)).toEqual([1, 0, 1]);
      const rbm = await of.rbm({ visible: 3, hidden: 2 });
      expect(await rbm.freeEnergy(x)).toEqual(await rbm.freeEnergy(Float32Array.of(1, 0, 1)));
      await rbm.setParameters({ W: new Float32Array(6), b: x, c: new Float32Array(2) });
      expect((await rbm.parameters()).b.data).toEqual(Float32Array.of(1, 0, 1));
    }
  });
});

/** All states of visible units that have each of these values. */
const statesOf = (units: number, values: number[]): number[][] =>
  units === 0 ? [[]] : statesOf(units - 1, values).flatMap((rest) => values.map((value) => [...rest, value]));
const softplus = (x: number) => Math.log1p(Math.exp(x));
const sum = (values: number[]) => values.reduce((all, one) => all + one, 0);
const dot = (a: number[], b: number[]) => sum(a.map((value, i) => value * (b[i] as number)));
const column = (matrix: number[][], j: number) => matrix.map((row) => row[j] as number);

/** log p(v) of all states, from what is log p*(v) in another library. */
const normalised = (logs: number[]) => {
  const logZ = Math.log(sum(logs.map(Math.exp)));
  return logs.map((one) => one - logZ);
};
async function logProbabilities(rbm: Rbm, states: number[][]) {
  const { logZ } = await rbm.logPartition();
  return Array.from((await rbm.scoreSamples(Float32Array.from(states.flat()), { logZ })).data);
}
const expectNear = (found: number[], expected: number[], digits = 5) => {
  expect(found).toHaveLength(expected.length);
  found.forEach((one, i) => expect(one).toBeCloseTo(expected[i] as number, digits));
};

describe('importScikitLearn', () => {
  const components_ = [
    [1, -2, 0.5],
    [0.25, 1, 1],
  ];
  const intercept_visible_ = [0, 0.5, -0.5];
  const intercept_hidden_ = [0.1, -0.2];

  it('gives the same free energies, from nested arrays, or an archive of NumPy', async () => {
    // BernoulliRBM._free_energy: -v'intercept_visible_ - sum log(1 + exp(components_ v + intercept_hidden_)).
    const states = statesOf(3, [0, 1]);
    const energies = states.map(
      (v) =>
        -dot(v, intercept_visible_) -
        sum(components_.map((row, j) => softplus(dot(row, v) + (intercept_hidden_[j] as number)))),
    );
    const file = zip(
      {
        'components_.npy': npy('<f8', [2, 3], bytesOf(Float64Array.from(components_.flat()))),
        'intercept_hidden_.npy': npy('<f8', [2], bytesOf(Float64Array.from(intercept_hidden_))),
        'intercept_visible_.npy': npy('<f8', [3], bytesOf(Float64Array.from(intercept_visible_))),
      },
      true,
    );
    for (const arrays of [{ components_, intercept_visible_, intercept_hidden_ }, await readNpz(file)]) {
      for (const of of [engine, local]) {
        const rbm = await importScikitLearn(of, arrays, { seed: 7 });
        expect([rbm.visible, rbm.hiddenUnits, rbm.seed]).toEqual([3, 2, 7]);
        expectNear(Array.from((await rbm.freeEnergy(Float32Array.from(states.flat()))).data), energies);
      }
    }
  });

  it('says what is missing or of another shape', async () => {
    const of = { components_, intercept_visible_, intercept_hidden_ };
    const refused = (change: object, type: typeof TypeError | typeof RangeError, message: RegExp) =>
      expectError(() => importScikitLearn(engine, { ...of, ...change }), type, message);
    await refused(
      { components_: undefined },
      TypeError,
      /components_ must be an array with its shape, .* not undefined/,
    );
    await refused({ components_: [1, 2] }, RangeError, /components_ must have 2 dimensions, not 1/);
    await refused({ components_: [[1, 2], [3]] }, RangeError, /components_ must have rows of one length/);
    await refused({ components_: [[1, '2', 3]] }, TypeError, /components_ must be numbers, and has "2"/);
    await refused({ intercept_hidden_: [1] }, RangeError, /intercept_hidden_ must have 2 entries, not 1/);
    await refused({ intercept_visible_: Float32Array.of(1) }, TypeError, /intercept_visible_ must be an array with/);
    const shape = { data: new Float32Array(5), shape: [2, 3] };
    await refused({ components_: shape }, RangeError, /components_ has 5 values, and its shape \[2, 3\] asks for 6/);
  });
});

describe('importPyDeep', () => {
  const w = [
    [0.5, -1],
    [1, 0.25],
    [-0.75, 2],
  ];
  const bv = [[0.1, -0.2, 0.3]];
  const bh = [[0.4, -0.5]];
  const ov = [[0.5, 0.25, 0.75]];
  const oh = [[0.5, 0.1]];

  it('gives the same probabilities of a centred machine', async () => {
    // BinaryBinaryRBM.unnormalized_log_probability_v.
    const states = statesOf(3, [0, 1]);
    const logs = states.map((v) => {
      const t = v.map((value, i) => value - (ov[0]?.[i] as number));
      const hidden = [0, 1].map((j) => {
        const a = dot(t, column(w, j)) + (bh[0]?.[j] as number);
        const o = oh[0]?.[j] as number;
        return Math.log(Math.exp(a * (1 - o)) + Math.exp(-a * o));
      });
      return dot(t, bv[0] as number[]) + sum(hidden);
    });
    const rbm = await importPyDeep(engine, { w, bv, bh, ov, oh });
    expectNear(await logProbabilities(rbm, states), normalised(logs));
    const plain = await importPyDeep(engine, { w, bv, bh });
    expect((await plain.parameters()).b.data).toEqual(Float32Array.from(bv[0] as number[]));
  });

  it('gives the same probabilities of Gaussian units', async () => {
    const sigma = [0.5, 2, 1];
    const states = [
      [0, 0, 0],
      [1, -1, 0.5],
      [0.3, 2, -1],
    ];
    // GaussianBinaryRBM.unnormalized_log_probability_v, a density.
    const logs = states.map((v) => {
      const t = v.map((value, i) => value - (ov[0]?.[i] as number));
      const scaled = t.map((value, i) => value / (sigma[i] as number) ** 2);
      const hidden = [0, 1].map((j) => {
        const a = dot(scaled, column(w, j)) + (bh[0]?.[j] as number);
        const o = oh[0]?.[j] as number;
        return Math.log(Math.exp(a * (1 - o)) + Math.exp(-a * o));
      });
      return -0.5 * sum(t.map((x, i) => ((x - (bv[0]?.[i] as number)) / (sigma[i] as number)) ** 2)) + sum(hidden);
    });
    const rbm = await importPyDeep(engine, { w, bv, bh, ov, oh, sigma });
    const { data } = await rbm.scoreSamples(Float32Array.from(states.flat()));
    for (const i of [1, 2])
      expect((data[i] as number) - (data[0] as number)).toBeCloseTo((logs[i] as number) - (logs[0] as number), 4);
    expect((await rbm.parameters()).sigmaV?.data).toEqual(Float32Array.from(sigma));
  });
});

describe('importRestrictedBoltzmannMachines', () => {
  const w = [
    [0.5, -1],
    [1, 0.25],
    [-0.75, 2],
  ];
  const binary = { theta: [0.4, -0.5] };
  // cgf of a binary hidden layer.
  const binaryLogs = (inputs: number[]) => sum(inputs.map((input, j) => softplus(input + (binary.theta[j] as number))));
  const inputsOf = (v: number[]) => [0, 1].map((j) => dot(v, column(w, j)));

  it('gives the same probabilities of binary and spin units', async () => {
    for (const [type, values] of [
      ['Binary', [0, 1]],
      ['Spin', [-1, 1]],
    ] as const) {
      const visible = { type, theta: [0.1, -0.2, 0.3] };
      const states = statesOf(3, [...values]);
      const logs = states.map((v) => dot(v, visible.theta) + binaryLogs(inputsOf(v)));
      const rbm = await importRestrictedBoltzmannMachines(engine, { w, visible, hidden: binary });
      expectNear(await logProbabilities(rbm, states), normalised(logs));
    }
  });

  it("gives the same probabilities of Potts units, whose states are the first index, in Fortran's order", async () => {
    // 3 states of 2 units, 2 hidden ones: theta[state][unit], w[state][unit][j].
    const theta = [
      [0.1, -0.2],
      [0.3, 0.5],
      [-1, 0],
    ];
    const weights = theta.map((row, a) => row.map((_, i) => [0.5 * a - 0.3 * i, 0.2 * (a + 1) * (i - 0.5)]));
    const columns = [0, 1].flatMap((j) => [0, 1].flatMap((i) => [0, 1, 2].map((a) => weights[a]?.[i]?.[j] as number)));
    const file = npy('<f8', [3, 2, 2], bytesOf(Float64Array.from(columns)), { fortran: true });
    const rbm = await importRestrictedBoltzmannMachines(engine, {
      w: await readNpy(file),
      visible: { type: 'Potts', theta },
      hidden: binary,
    });
    expect(rbm.units.visible).toEqual({ type: 'softmax', groups: [3, 3] });
    const colours = statesOf(2, [0, 1, 2]);
    const logs = colours.map((v) => {
      const inputs = [0, 1].map((j) => sum(v.map((a, i) => weights[a]?.[i]?.[j] as number)));
      return sum(v.map((a, i) => theta[a]?.[i] as number)) + binaryLogs(inputs);
    });
    const oneHot = colours.map((v) => v.flatMap((a) => [0, 1, 2].map((one) => (one === a ? 1 : 0))));
    expectNear(await logProbabilities(rbm, oneHot), normalised(logs));
  });

  it('gives the same probabilities of Gaussian units, on either side', async () => {
    const visible = { type: 'Gaussian', theta: [0.1, -0.2, 0.3], gamma: [4, -0.25, 1] } as const;
    const states = [
      [0, 0, 0],
      [1, -1, 0.5],
      [0.3, 2, -1],
    ];
    const energy = (v: number[]) =>
      sum(v.map((x, i) => ((Math.abs(visible.gamma[i] as number) * x) / 2 - (visible.theta[i] as number)) * x));
    const expectDifferences = async (rbm: Rbm, logs: number[]) => {
      const { data } = await rbm.scoreSamples(Float32Array.from(states.flat()));
      for (const i of [1, 2])
        expect((data[i] as number) - (data[0] as number)).toBeCloseTo((logs[i] as number) - (logs[0] as number), 4);
    };
    const half = await importRestrictedBoltzmannMachines(engine, { w, visible, hidden: binary });
    await expectDifferences(
      half,
      states.map((v) => -energy(v) + binaryLogs(inputsOf(v))),
    );
    expect((await half.parameters()).sigmaV?.data).toEqual(Float32Array.of(0.5, 2, 1));
    // cgf of a Gaussian layer: (theta + input)^2 / (2 gamma).
    const hidden = { type: 'Gaussian', theta: [0.4, -0.5], gamma: [4, 16] } as const;
    const both = await importRestrictedBoltzmannMachines(engine, { w, visible, hidden });
    await expectDifferences(
      both,
      states.map(
        (v) =>
          -energy(v) +
          sum(
            inputsOf(v).map(
              (input, j) => (input + (hidden.theta[j] as number)) ** 2 / (2 * (hidden.gamma[j] as number)),
            ),
          ),
      ),
    );
  });

  it('gives the same probabilities with rectified hidden units', async () => {
    const hidden: JuliaLayer = { type: 'ReLU', theta: [0.4, -0.5], gamma: [4, 0.5] };
    const visible = { theta: [0.1, -0.2, 0.3] };
    // cgf: log of the integral of exp((theta + input) x - gamma x^2 / 2) over x > 0, by the midpoint rule.
    const cgf = (input: number, gamma: number) => {
      const width = 1e-3;
      let total = 0;
      for (let x = width / 2; x < 40; x += width) total += Math.exp(input * x - (gamma * x * x) / 2) * width;
      return Math.log(total);
    };
    const states = statesOf(3, [0, 1]);
    const logs = states.map(
      (v) =>
        dot(v, visible.theta) +
        sum(inputsOf(v).map((input, j) => cgf(input + ([0.4, -0.5][j] as number), [4, 0.5][j] as number))),
    );
    const rbm = await importRestrictedBoltzmannMachines(engine, { w, visible, hidden });
    expectNear(await logProbabilities(rbm, states), normalised(logs), 4);
  });

  it('says what does not fit', async () => {
    const visible = { theta: [0.1, -0.2, 0.3] };
    const refused = (of: object, type: typeof TypeError | typeof RangeError, message: RegExp) =>
      expectError(
        () => importRestrictedBoltzmannMachines(engine, { w, visible, hidden: binary, ...of } as never),
        type,
        message,
      );
    await refused(
      { hidden: { theta: [1] } },
      RangeError,
      /w must have the sizes \[3, 1\], visible and hidden, not \[3, 2\]/,
    );
    await refused({ hidden: { ...binary, type: 'XReLU' } }, TypeError, /hidden\.type must be Binary, Spin, Potts,/);
    await refused({ hidden: { ...binary, gamma: [1, 1] } }, TypeError, /hidden\.gamma must be left out of Binary/);
    await refused({ hidden: { ...binary, type: 'Gaussian' } }, TypeError, /hidden\.gamma must be given/);
    await refused({ hidden: { ...binary, par: 1 } }, TypeError, /hidden has no entry 'par'/);
    const wide: Numbers = [0.5, 1, 1];
    await refused(
      { visible: { ...visible, type: 'ReLU', gamma: wide } },
      RangeError,
      /visible\.gamma of ReLU must be 1/,
    );
  });
});
