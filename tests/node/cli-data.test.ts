// Examples of the user's own, in every form that the native program reads, and what it computes of them, in every form
// that it writes.
import { open, readdir, readFile, writeFile } from 'node:fs/promises';
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { gzip, idx } from './helpers.ts';
import { failure, hasNative, native, ownFolder, run, wakesleep } from './native.ts';

const { path } = ownFolder();

/** 3 x 3 bars and stripes, and which of them stand. */
const bars = [7, 56, 448, 73, 146, 292, 0, 511].map((bits) => Array.from({ length: 9 }, (_, i) => (bits >> i) & 1));
const barLabels = [0, 0, 0, 1, 1, 1, 0, 1];
const csv = (rows: number[][], separator = ',') => rows.map((row) => `${row.join(separator)}\n`).join('');

/** A NumPy array file, version 1. */
function npy(type: string, shape: number[], values: ArrayBufferView): Uint8Array {
  const text = `{'descr': '${type}', 'fortran_order': False, 'shape': (${shape.join(', ')},), }`;
  const header = Buffer.from(`${text.padEnd(117)}\n`);
  const start = Buffer.from([0x93, ...Buffer.from('NUMPY'), 1, 0, header.length, 0]);
  return Buffer.concat([start, header, Buffer.from(values.buffer, values.byteOffset, values.byteLength)]);
}

/** The numbers of a NumPy array file of 32-bit floats, row by row. */
async function readNpy(file: string): Promise<number[][]> {
  const bytes = await readFile(file);
  const header = bytes.subarray(10, 10 + bytes.readUInt16LE(8)).toString();
  const [, rows, columns] = (/'<f4', 'fortran_order': False, 'shape': \((\d+), (\d+)\)/.exec(header) ?? []).map(Number);
  const values = new Float32Array(new Uint8Array(bytes.subarray(10 + header.length)).buffer);
  expect(values.length).toBe((rows ?? NaN) * (columns ?? NaN));
  return Array.from({ length: rows ?? 0 }, (_, r) =>
    Array.from(values.subarray(r * (columns ?? 0), (r + 1) * (columns ?? 0))),
  );
}

/** The tensors of a model file. */
async function tensors(file: string): Promise<Record<string, Float32Array>> {
  const bytes = await readFile(file);
  const start = 8 + Number(bytes.readBigUInt64LE(0));
  type Entry = { data_offsets: [number, number] };
  const header = JSON.parse(bytes.subarray(8, start).toString()) as Record<string, Entry>;
  delete header.__metadata__;
  return Object.fromEntries(
    Object.entries(header).map(
      ([
        name,
        {
          data_offsets: [from, to],
        },
      ]) => [name, new Float32Array(new Uint8Array(bytes.subarray(start + from, start + to)).buffer)],
    ),
  );
}

/** The pixels of a grey PNG, and its size. */
function png(bytes: Buffer): { width: number; height: number; pixels: number[] } {
  expect(bytes.subarray(0, 8)).toEqual(Buffer.from([0x89, 0x50, 0x4e, 0x47, 13, 10, 26, 10]));
  const chunks: Record<string, Buffer> = {};
  for (let at = 8; at < bytes.length;) {
    const length = bytes.readUInt32BE(at);
    const end = at + 8 + length;
    chunks[bytes.subarray(at + 4, at + 8).toString()] = bytes.subarray(at + 8, end);
    expect(bytes.readUInt32BE(end)).toBe(crc(bytes.subarray(at + 4, end)));
    at = end + 4;
  }
  const { IHDR: header, IDAT: data } = chunks;
  if (!header || !data || !chunks.IEND) throw new Error('a chunk is missing');
  expect([...header.subarray(8)]).toEqual([8, 0, 0, 0, 0]);
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const lines = inflateSync(data);
  expect(lines.length).toBe((width + 1) * height);
  const pixels = [...lines].filter((_, i) => i % (width + 1) > 0);
  expect([...lines].filter((_, i) => i % (width + 1) === 0).every((filter) => filter === 0)).toBe(true);
  return { width, height, pixels };
}

function crc(bytes: Buffer): number {
  let sum = ~0;
  for (const byte of bytes) {
    sum ^= byte;
    for (let i = 0; i < 8; ++i) sum = (sum >>> 1) ^ (sum & 1 ? 0xedb88320 : 0);
  }
  return ~sum >>> 0;
}

const fingerprint = (text: string) => /fingerprint:? +(\S+)/.exec(text)?.[1];
const small = ['--layers', '9,6', '--epochs', '3', '--batch-size', '3'];
const sigmoid = (x: number) => 1 / (1 + Math.exp(-x));
const softplus = (x: number) => Math.log1p(Math.exp(x));

/** Bars and stripes as CSV with their labels, and an RBM that has learned them, with label units or without. */
async function trained(...more: string[]): Promise<string> {
  await writeFile(path('bars.csv'), csv(bars));
  await writeFile(path('labels.csv'), csv(barLabels.map((label) => [label])));
  const data = ['--images', path('bars.csv'), '--labels', path('labels.csv')];
  const learning = ['--epochs', '60', '--learning-rate', '0.2'];
  await wakesleep('train', ...data, '--layers', '9,6', ...learning, '--out', path('rbm'), ...more);
  return path('rbm');
}
const withData = () => ['--images', path('bars.csv'), '--labels', path('labels.csv')];

describe.skipIf(!hasNative)('examples of the user', () => {
  it('train the same network from every kind of file', async () => {
    const values = bars.flat();
    const shape = [bars.length, 9];
    const floats = Float32Array.from(values);
    const files: Record<string, string | Uint8Array> = {
      'a.csv': csv(bars),
      'semicolons.txt': csv(bars, ';'),
      'names.csv': `\ufeff${Array.from({ length: 9 }, (_, i) => `pixel${String(i)}`).join(',')}\r\n${csv(bars)}`,
      'savetxt.txt': `# bars\n${csv(bars, ' ')}`,
      'f4.npy': npy('<f4', shape, floats),
      'f8.npy': npy('<f8', shape, Float64Array.from(values)),
      'u1.npy': npy('|u1', shape, Uint8Array.from(values)),
      'i8.npy': npy('<i8', shape, BigInt64Array.from(values.map(BigInt))),
      'bool.npy': npy('|b1', shape, Uint8Array.from(values)),
      'cubes.npy': npy('<f4', [bars.length, 3, 3], floats),
      'bits-idx3-ubyte': idx([bars.length, 3, 3], values),
      'bytes-idx3-ubyte': idx(
        [bars.length, 3, 3],
        values.map((value) => 255 * value),
      ),
      'bytes-idx3-ubyte.gz': await gzip(
        idx(
          shape,
          values.map((value) => 255 * value),
        ),
      ),
    };
    const found = new Set<string | undefined>();
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(path(name), bytes);
      const { stdout } = await wakesleep('train', '--images', path(name), ...small, '--out', path('out'));
      found.add(fingerprint(stdout));
    }
    const pixels = npy(
      '|u1',
      shape,
      Uint8Array.from(values, (value) => 255 * value),
    );
    await writeFile(path('pixels.npy'), pixels);
    const scaled = ['--images', path('pixels.npy'), '--scale', '1/255'];
    found.add(fingerprint((await wakesleep('train', ...scaled, ...small, '--out', path('out'))).stdout));
    expect((await wakesleep('info', path('out'))).stdout).toContain('pixels.npy (8 x 9, bytes times 1/255)');
    await run('mkfifo', [path('pipe')]);
    const written = writeFile(path('pipe'), pixels);
    const piped = ['--images', path('pipe'), '--scale', '0.00392156862745098'];
    found.add(fingerprint((await wakesleep('train', ...piped, ...small, '--out', path('out'))).stdout));
    await written;
    expect([...found]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });

  it('have labels in every kind of file', async () => {
    await writeFile(path('bars.csv'), csv(bars));
    const files: Record<string, string | Uint8Array> = {
      'a.csv': `label\n${barLabels.join('\n')}`,
      'row.csv': barLabels.join(','),
      'i8.npy': npy('<i8', [8], BigInt64Array.from(barLabels.map(BigInt))),
      'u1.npy': npy('|u1', [8, 1], Uint8Array.from(barLabels)),
      idx1: idx([8], barLabels),
    };
    const found = new Set<string | undefined>();
    for (const [name, bytes] of Object.entries(files)) {
      await writeFile(path(name), bytes);
      const data = ['--images', path('bars.csv'), '--labels', path(name), '--label-units', '2'];
      found.add(fingerprint((await wakesleep('train', ...data, ...small, '--out', path('out'))).stdout));
    }
    expect([...found]).toEqual([expect.stringMatching(/^[0-9a-f]{16}$/)]);
  });

  it('are refused with what to do where they can be no examples', async () => {
    const refused = async (bytes: string | Uint8Array, parts: RegExp[], ...more: string[]) => {
      await writeFile(path('data'), bytes);
      const args = ['train', '--images', path('data'), '--layers', '2,3', '--out', path('out'), ...more];
      const { code, stderr } = await failure(...args);
      expect(code).toBe(1);
      for (const part of parts) expect(stderr).toMatch(part);
    };
    await refused('0,17\n1,1\n', [/row 0, column 1/, /17/, /--scale 1\/255/, /--threshold/, /--standardise/]);
    await refused('0,-0.5\n1,1\n', [/-0.5/, /--standardise/]);
    await refused('0,1\n1\n', [/data: CSV: line 2 has 1 numbers/]);
    await refused('0,1\n1,x\n', [/line 2, column 2/]);
    await refused('0,nan\n1,1\n', [/data: values must be finite: row 0, column 1/]);
    await refused(npy('|u1', [1, 2], Uint8Array.from([0, 7])), [/bytes up to 7/, /--scale 1\/255/]);
    await refused(npy('|u1', [2], Uint8Array.from([0, 1])), [/are these labels/]);
    await refused(idx([2], [0, 1]), [/are these labels/]);
    await refused(npy('>f4', [1, 2], new Float32Array(2)), [/astype/]);
    await refused(npy('<f4', [1, 3], new Float32Array(2)), [/promises 1 x 3 values/]);
    await refused(Buffer.from([0x89, 0x50, 0x4e, 0x47, 0, 1]), [/no IDX file .* no \.npy and no CSV/]);
    await refused(await gzip(new Uint8Array(100)), [/data: the values are of type 00/]);
    await refused('', [/there are no numbers/]);
    await refused('0,1,0\n1,1,1\n', [/3/, /2/]);
    for (const [labels, part] of [
      ['1\n0\n1\n', /2 examples need as many labels, and 3 came/],
      ['1.5\n0\n', /whole numbers from 0 to 65535, and row 0 has 1.5/],
      ['-1\n0\n', /row 0 has -1/],
      ['65536\n0\n', /row 0 has 65/],
      ['1,2\n0,1\n', /one number an example/],
    ] as const) {
      await writeFile(path('labels'), labels);
      await refused('0,1\n1,1\n', [part], '--labels', path('labels'));
    }
    await refused('0,17\n1,1\n', [/fraction like 1\/255/], '--scale', '1/0').catch((error: unknown) => {
      // Refused with the command line, before the file.
      expect(String(error)).toContain('105');
    });
    const said = async (...args: string[]) => (await failure('train', '--layers', '2,3', '--out', 'x', ...args)).stderr;
    expect(await said('--labels', path('labels'))).toContain('--images');
    expect(await said('--images', path('data'), '--data', 'mnist')).toContain('--images');
    expect(await said('--images', path('nowhere'))).toMatch(/nowhere can't be read: No such file/);
    expect(await said('--label-units', 'x')).toContain('label-units');
    expect(await said('--labels', '10', '--images', path('data'))).toMatch(/10 can't be read/);
  });

  it('of other units need not be between 0 and 1', async () => {
    await writeFile(path('data.csv'), csv(bars.map((row, i) => row.map((value, j) => 3 * value - i + 0.5 * j))));
    const args = ['train', '--images', path('data.csv'), '--layers', '9,6', '--epochs', '2', '--out', path('out')];
    expect((await failure(...args)).stderr).toContain('--standardise');
    await wakesleep(...args, '--units', 'gaussian,bernoulli');
    await wakesleep(...args, '--units', 'gaussian,bernoulli', '--standardise');
    await wakesleep(...args, '--threshold', '0.5');
  });

  it('that are too large are refused without their values', async () => {
    const refused = async (start: Uint8Array, length: number, part: RegExp) => {
      const file = await open(path('sparse'), 'w');
      await file.write(start);
      await file.truncate(length);
      await file.close();
      const limited = ['-c', 'ulimit -v 4000000; exec "$@"', 'bash', native];
      const args = ['train', '--images', path('sparse'), '--layers', '2,3', '--threads', '1', '--out', path('out')];
      await expect(run('bash', [...limited, ...args])).rejects.toMatchObject({ stderr: expect.stringMatching(part) });
    };
    await refused(npy('<f4', [10, 2], new Float32Array(0)), 2 ** 40, /promises 10 x 2/);
    await refused(idx([10, 2], []), 2 ** 40, /promises 10 rows of 2/);
    await refused(Buffer.from('1,2\n'), 2 ** 40, /no IDX file/);
  });
});

describe.skipIf(!hasNative)('gzip that unpacks to 1.6 GB', () => {
  /** What a program of at most 300 MB says of it; none of them reads the file to its end. */
  const said = async (header: Uint8Array<ArrayBuffer>) => {
    const zeros = await gzip(new Uint8Array(2 ** 24));
    await writeFile(path('bomb'), Buffer.concat([await gzip(header), ...Array<Uint8Array>(100).fill(zeros)]));
    const limited = ['-c', 'ulimit -v 300000; exec "$@"', 'bash', native];
    const args = ['train', '--images', path('bomb'), '--layers', '784,3', '--threads', '1', '--out', path('out')];
    return run('bash', [...limited, ...args]).then(
      () => '',
      (error: unknown) => (error as { stderr: string }).stderr,
    );
  };

  it('is refused where its header promises less or more, and told to be too large where it is', async () => {
    expect(await said(idx([1, 28, 28], []))).toMatch(/promises 1 images of 28x28 \(784 bytes\) but more follow/);
    expect(await said(idx([2 ** 30, 32, 32], []))).toMatch(/promises \d+ images .* but at most 168\d+ bytes follow/);
    expect(await said(idx([2_139_951, 28, 28], []))).toContain('there is not enough memory');
  });
});

describe.skipIf(!hasNative)('a model file', () => {
  it('says which data it was trained on, and these are the default of other commands', async () => {
    const data = ['--data', 'stroke-digits', '--count', '60', '--hold-back', '20', '--threshold', '0.5'];
    await wakesleep('train', ...data, '--layers', '784,10', '--label-units', '10', '--epochs', '1', '--out', path('m'));
    const said = async (...args: string[]) => (await wakesleep('evaluate', path('m'), ...args)).stdout.split('\n')[0];
    expect(await said('--part', 'held-back')).toBe('60 stroke digits, seed 1, the last 20, thresholded at 0.5');
    expect(await said('--part', 'training')).toBe('60 stroke digits, seed 1, the first 40, thresholded at 0.5');
    expect(await said('--hold-back', '5', '--part', 'held-back')).toContain('the last 5, thresholded at 0.5');
    expect(await said('--threshold', '0.25')).toBe('60 stroke digits, seed 1, thresholded at 0.25');
    expect(await said('--data', 'stroke-digits', '--count', '7')).toBe('7 stroke digits, seed 1');
    expect(await said('--rows', '3')).toContain('the first 3');
    expect((await failure('evaluate', path('m'), '--data', 'stroke-digits', '--part', 'held-back')).stderr).toContain(
      '--hold-back',
    );
  });

  it('does not choose which of the files are read', async () => {
    const model = await trained();
    const { stderr } = await failure('evaluate', model);
    expect(stderr).toContain(`--images=${path('bars.csv')}`);
    expect((await wakesleep('evaluate', model, ...withData())).stdout).toContain('bars.csv (8 x 9), labels');
  });
});

describe.skipIf(!hasNative)('results', () => {
  it('are the same numbers in every form, and the same pixels', async () => {
    const model = await trained();
    const sample = (name: string, ...more: string[]) =>
      wakesleep('sample', model, '--chains', '12', '--steps', '5', '--out', path(name), ...more);
    for (const name of ['s.csv', 's.npy', 's.json', 's.png', 's.pgm']) await sample(name);
    const rows = await readNpy(path('s.npy'));
    expect(rows.length).toBe(12);
    const [names = '', ...lines] = (await readFile(path('s.csv'), 'utf8')).trim().split('\n');
    expect(names.split(',')).toEqual(Array.from({ length: 9 }, (_, i) => `images_${String(i)}`));
    expect(lines.map((line) => line.split(',').map((text) => Math.fround(Number(text))))).toEqual(rows);
    const json = JSON.parse(await readFile(path('s.json'), 'utf8')) as { images: number[][] };
    expect(json.images.map((row) => row.map(Math.fround))).toEqual(rows);
    // Ten images of 3 x 3 beside each other, and two below.
    const picture = png(await readFile(path('s.png')));
    expect(picture).toMatchObject({ width: 52, height: 12 });
    rows.forEach((row, i) => {
      const left = 2 + 5 * (i % 10);
      const top = 2 + 5 * Math.floor(i / 10);
      const shown = row.map((_, p) => picture.pixels[(top + Math.floor(p / 3)) * 52 + left + (p % 3)]);
      expect(shown).toEqual(row.map((value) => Math.round(255 * value)));
    });
    expect(picture.pixels.filter((pixel) => pixel === 64).length).toBeGreaterThanOrEqual(52 * 12 - 12 * 9);
    const pgm = await readFile(path('s.pgm'));
    expect(pgm.subarray(0, 13).toString()).toBe('P5 52 12 255\n');
    expect([...pgm.subarray(13)]).toEqual(picture.pixels);
    // What is written can be read.
    const data = ['--images', path('s.csv'), '--layers', '9,3', '--epochs', '1'];
    const other = ['--images', path('s.npy'), '--layers', '9,3', '--epochs', '1'];
    expect(fingerprint((await wakesleep('train', ...data, '--out', path('a'))).stdout)).toBe(
      fingerprint((await wakesleep('train', ...other, '--out', path('b'))).stdout),
    );
    // And stands on the standard output, where it is wanted.
    const onStdout = ['--chains', '12', '--steps', '5', '--form', 'csv', '--out', '/dev/stdout'];
    const { stdout } = await wakesleep('sample', model, ...onStdout);
    expect(stdout).toBe(await readFile(path('s.csv'), 'utf8'));
  });

  it('are of a form that their name says, and no other', async () => {
    const model = await trained();
    for (const name of ['out', 'out.jpg', 'out.png.txt', '.png'])
      expect((await failure('sample', model, '--out', path(name))).stderr).toContain(
        'ends with one of .png, .csv, .npy, .json, .pgm',
      );
    expect((await failure('transform', model, ...withData(), '--out', path('x.jpg'))).stderr).toContain('.npy');
    const of = ['--of', 'means,states', '--steps', '1', '--out'];
    expect((await failure('sample', model, ...of, path('x.png'))).stderr).toContain(
      'a picture shows one result, not 2',
    );
    expect((await failure('transform', model, ...withData(), '--out', path('x.png'))).stderr).toContain('no image');
    await wakesleep('transform', model, ...withData(), '--width', '2', '--out', path('x.PNG'));
    expect(png(await readFile(path('x.PNG')))).toMatchObject({ width: 34, height: 7 });
    expect((await failure('sample', model, '--width', '4', '--out', path('y.png'))).stderr).toContain('4 pixels wide');
    expect((await failure('sample', model, '--out', path('nowhere/x.png'))).stderr).toContain('No such file');
    expect((await readdir(path(''))).filter((name) => /jpg|out|^[y.]/.test(name))).toEqual([]);
  });

  it('of transform are hidden means, free energies and log-likelihoods of each row', async () => {
    const model = await trained();
    const { W, b, c } = (await tensors(model)) as Record<'W' | 'b' | 'c', Float32Array>;
    const inputs = (v: number[]) =>
      Array.from(c, (bias, j) => v.reduce((sum, x, i) => sum + x * (W[i * 6 + j] ?? NaN), bias));
    const free = (v: number[]) =>
      -v.reduce((sum, x, i) => sum + x * (b[i] ?? NaN), 0) - inputs(v).reduce((sum, input) => sum + softplus(input), 0);
    let z = 0;
    for (let s = 0; s < 512; ++s) z += Math.exp(-free(Array.from({ length: 9 }, (_, i) => (s >> i) & 1)));
    await wakesleep(
      'transform',
      model,
      ...withData(),
      '--of',
      'hidden,free-energy,log-likelihood',
      '--out',
      path('t.json'),
    );
    const json = JSON.parse(await readFile(path('t.json'), 'utf8')) as {
      hidden: number[][];
      freeEnergy: number[];
      logLikelihood: number[];
    };
    expect(Object.keys(json)).toEqual(['hidden', 'freeEnergy', 'logLikelihood']);
    bars.forEach((v, row) => {
      inputs(v).forEach((input, j) => {
        expect(json.hidden[row]?.[j]).toBeCloseTo(sigmoid(input), 5);
      });
      expect(json.freeEnergy[row]).toBeCloseTo(free(v), 4);
      expect(json.logLikelihood[row]).toBeCloseTo(-free(v) - Math.log(z), 4);
    });
    await wakesleep('transform', model, ...withData(), '--rows', '3', '--out', path('t.npy'));
    expect((await readNpy(path('t.npy'))).map((row) => row.map((x) => x.toFixed(6)))).toEqual(
      json.hidden.slice(0, 3).map((row) => row.map((x) => x.toFixed(6))),
    );
  });

  it('of transform are those with labels where they are asked for', async () => {
    const model = await trained('--label-units', '2');
    const transform = async (...more: string[]) => {
      const of = ['--of', 'free-energy,log-likelihood', '--out', path('t.json')];
      await wakesleep('transform', model, ...withData(), ...of, ...more);
      return JSON.parse(await readFile(path('t.json'), 'utf8')) as Record<string, number[]>;
    };
    const sum = await transform();
    const own = await transform('--with-labels');
    expect(Object.keys(sum)).toEqual(['freeEnergy', 'logLikelihood']);
    expect(Object.keys(own)).toEqual(['freeEnergyWithLabels', 'logLikelihoodWithLabels']);
    // p(v) = p(v, y) + p(v, other y).
    await writeFile(path('labels.csv'), csv(barLabels.map((label) => [1 - label])));
    const other = await transform('--with-labels');
    bars.forEach((_, row) => {
      const of = (results: Record<string, number[]>, name: string) => results[name]?.[row] ?? NaN;
      const both = Math.exp(of(own, 'logLikelihoodWithLabels')) + Math.exp(of(other, 'logLikelihoodWithLabels'));
      expect(Math.log(both)).toBeCloseTo(of(sum, 'logLikelihood'), 4);
    });
    expect(
      (await failure('transform', model, '--images', path('bars.csv'), '--with-labels', '--out', path('x.csv'))).stderr,
    ).toContain('--with-labels');
  });

  it('of transform are what each kind of model has', async () => {
    const kinds: Record<string, [string[], string[]]> = {
      dbn: [
        ['--layers', '9,6,5'],
        ['hidden', 'bound'],
      ],
      dbm: [
        ['--layers', '9,6,5', '--model', 'dbm'],
        ['hidden', 'freeEnergy', 'bound'],
      ],
      sbn: [
        ['--layers', '9,6,5', '--model', 'sbn'],
        ['hidden', 'logLikelihood'],
      ],
    };
    const flags = { hidden: 'hidden', freeEnergy: 'free-energy', logLikelihood: 'log-likelihood', bound: 'bound' };
    for (const [kind, [args, has]] of Object.entries(kinds)) {
      const data = ['--data', 'bars-and-stripes'];
      await wakesleep('train', ...data, ...args, '--epochs', '2', '--out', path(kind));
      const of = has.map((name) => flags[name as keyof typeof flags]).join(',');
      await wakesleep('transform', path(kind), '--of', of, '--out', path('t.json'));
      const json = JSON.parse(await readFile(path('t.json'), 'utf8')) as Record<string, (number | number[])[]>;
      expect(Object.keys(json)).toEqual(has);
      for (const values of Object.values(json)) expect(values.length).toBe(14);
      expect((json.hidden?.[0] as number[]).length).toBe(5);
      await wakesleep('transform', path(kind), '--layer', '1', '--out', path('t.npy'));
      expect((await readNpy(path('t.npy')))[0]?.length).toBe(6);
      expect((await failure('transform', path(kind), '--layer', '3', '--out', path('t.npy'))).stderr).toContain(
        'layer',
      );
      for (const [name, flag] of Object.entries(flags))
        if (!has.includes(name))
          expect((await failure('transform', path(kind), '--of', flag, '--out', path('t.npy'))).stderr).toContain(flag);
      // The mean of the rows is what evaluate tells.
      if (kind === 'sbn') {
        const { stdout } = await wakesleep('evaluate', path(kind), '--log-likelihood');
        const mean = (json.logLikelihood as number[]).reduce((sum, x) => sum + x / 14, 0);
        expect(Number(/log-likelihood[^:]*: ([-\d.]+)/.exec(stdout)?.[1])).toBeCloseTo(mean, 4);
      }
    }
  });

  it('of reconstruct are what chains make of each row', async () => {
    const model = await trained();
    const { W, b, c } = (await tensors(model)) as Record<'W' | 'b' | 'c', Float32Array>;
    expect([W.length, b.length, c.length]).toEqual([54, 9, 6]);
    const reconstruct = async (...more: string[]) => {
      await wakesleep('reconstruct', model, ...withData(), '--out', path('r.npy'), ...more);
      return readNpy(path('r.npy'));
    };
    const rows = await reconstruct();
    expect(rows.map((row) => row.length)).toEqual(Array(8).fill(9));
    // Means given a state of the hidden units: log-odds of b plus some columns of W.
    for (const row of rows) {
      const logits = row.map((p) => Math.log(p / (1 - p)));
      const off = Array.from({ length: 64 }, (_, h) =>
        Math.max(
          ...logits.map((logit, i) => {
            let input = b[i] ?? NaN;
            for (let j = 0; j < 6; ++j) if ((h >> j) & 1) input += W[i * 6 + j] ?? NaN;
            return Math.abs(logit - input);
          }),
        ),
      );
      expect(Math.min(...off)).toBeLessThan(1e-3);
    }
    expect(await reconstruct('--seed', '1')).toEqual(rows);
    expect(await reconstruct('--seed', '2')).not.toEqual(rows);
    expect(await reconstruct('--rows', '2')).toEqual(rows.slice(0, 2));
    expect((await failure('reconstruct', model, ...withData(), '--steps', '0', '--out', path('r.npy'))).code).toBe(1);
    await wakesleep('reconstruct', model, ...withData(), '--out', path('r.png'));
    expect(png(await readFile(path('r.png')))).toMatchObject({ width: 42, height: 7 });
  });

  it('of sample hold each label in turn', async () => {
    const model = await trained('--label-units', '2');
    const sample = ['sample', model, '--steps', '3', '--each-label'];
    await wakesleep(...sample, '--chains', '6', '--of', 'labels', '--out', path('labels.json'));
    const found = JSON.parse(await readFile(path('labels.json'), 'utf8')) as { labels: number[] };
    expect(found.labels).toEqual([0, 0, 0, 1, 1, 1]);
    for (const [args, part] of [
      [['--chains', '5'], '--chains must be a multiple of the 2 labels for --each-label, not 5'],
      [['--label', '1'], '--label'],
    ] as const)
      expect((await failure(...sample, ...args, '--out', path('x.npy'))).stderr).toContain(part);
    const free = await failure('sample', await trained(), '--each-label', '--out', path('x.npy'));
    expect(free.stderr).toContain('--each-label: this model has no label units');
  });

  it('of sample hold what is clamped', async () => {
    const model = await trained('--label-units', '2');
    const [values, mask] = [
      [1, 1, 1, 0, 0, 0, 0, 0, 0],
      [1, 1, 1, 1, 0, 0, 0, 0, 0],
    ];
    await writeFile(path('values.csv'), csv([values]));
    await writeFile(path('mask.csv'), csv([mask]));
    const clamp = ['--clamp', path('values.csv'), '--clamp-mask', path('mask.csv')];
    const of = ['--of', 'means,states,labels', '--steps', '20', '--chains', '30', '--out', path('s.json')];
    await wakesleep('sample', model, ...clamp, '--label', '1', ...of);
    type Samples = { means: number[][]; states: number[][]; labels: number[] };
    const { means, states, labels } = JSON.parse(await readFile(path('s.json'), 'utf8')) as Samples;
    for (const rows of [means, states]) for (const row of rows) expect(row.slice(0, 4)).toEqual(values.slice(0, 4));
    expect(new Set(states.map(String)).size).toBeGreaterThan(1);
    expect(states.flat().every((x) => x === 0 || x === 1)).toBe(true);
    expect(new Set(labels)).toEqual(new Set([1]));
    // A row a chain.
    await writeFile(path('values.csv'), csv(bars));
    await writeFile(path('mask.csv'), csv(bars.map(() => mask)));
    await wakesleep('sample', model, ...clamp, ...of.map((word) => (word === '30' ? '8' : word)));
    const own = JSON.parse(await readFile(path('s.json'), 'utf8')) as Samples;
    expect(own.states.map((row) => row.slice(0, 4))).toEqual(bars.map((row) => row.slice(0, 4)));
    for (const [args, part] of [
      [['--clamp', path('values.csv')], '--clamp-mask'],
      [[...clamp, '--chains', '3'], '8'],
    ] as const)
      expect((await failure('sample', model, ...args, '--out', path('x.csv'))).stderr).toContain(part);
    await writeFile(path('values.csv'), csv([values.map((x) => x / 2)]));
    await writeFile(path('mask.csv'), csv([mask]));
    expect((await failure('sample', model, ...clamp, '--out', path('x.csv'))).stderr).toContain('0 or 1');
  });

  it('of evaluate are one JSON object, with the figures of the lines', async () => {
    const model = await trained('--label-units', '2');
    const flags = ['--log-likelihood', '--pseudo-likelihood'];
    const { stdout } = await wakesleep('evaluate', model, ...withData(), ...flags);
    const json = JSON.parse((await wakesleep('evaluate', model, ...withData(), ...flags, '--json')).stdout) as {
      data: string;
      examples: number;
      recognition: { errors: number; of: number; percent: number };
      [name: string]: unknown;
    };
    const line = (pattern: RegExp) => Number(pattern.exec(stdout)?.[1]);
    expect(json.data).toContain('bars.csv');
    expect(json.examples).toBe(8);
    expect(json.recognition.errors).toBe(line(/recognition by free energy: (\d+) errors of 8/));
    expect(json.recognition.of).toBe(8);
    expect(json.reconstructionError).toBeCloseTo(line(/reconstruction error: (\S+)/), 5);
    expect(json.meanFreeEnergy).toBeCloseTo(line(/mean free energy: (\S+)/), 4);
    expect(json.logZ).toMatchObject({ logZ: expect.closeTo(line(/log Z: (\S+)/), 6) });
    expect(json.logLikelihood).toMatchObject({
      mean: expect.closeTo(line(/mean log-likelihood of v: (\S+),/), 6),
      error: expect.closeTo(line(/mean log-likelihood of v: .*error (\S+)/), 6),
    });
    expect(json.logLikelihoodWithLabels).toMatchObject({
      mean: expect.closeTo(line(/mean log-likelihood of \(v, y\): (\S+),/), 6),
      error: expect.closeTo(line(/mean log-likelihood of \(v, y\): .*error (\S+)/), 6),
    });
    expect(json.pseudoLikelihood).toMatchObject({ mean: expect.closeTo(line(/pseudo-likelihood: (\S+),/), 6) });
    const ais = ['--log-likelihood', '--method', 'ais', '--runs', '20', '--betas', '50', '--json'];
    const annealed = JSON.parse((await wakesleep('evaluate', model, ...withData(), ...ais)).stdout) as {
      logZ: { logZ: number; low: number; high: number };
    };
    expect(annealed.logZ.low).toBeLessThan(annealed.logZ.logZ);
    expect(annealed.logZ.high).toBeGreaterThan(annealed.logZ.logZ);
    await wakesleep('evaluate', model, ...withData(), '--predictions', path('p.csv'));
    const [name, ...labels] = (await readFile(path('p.csv'), 'utf8')).trim().split('\n');
    expect(name).toBe('label');
    expect(labels.filter((label, i) => Number(label) !== barLabels[i]).length).toBe(json.recognition.errors);
  });
});
