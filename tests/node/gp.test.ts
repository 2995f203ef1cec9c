// `wakesleep gp`: a Gaussian process on pixels, on a network's features, and on those fine-tuned, of faces made here.
import { spawn } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { beforeEach, describe, expect, it } from 'vitest';
import { idx } from './helpers.ts';
import { failure, hasNative, native, ownFolder, wakesleep } from './native.ts';

const own = ownFolder();
const { path } = own;
const data = () => ['--folder', own.folder];
const few = () => [...data(), '--count', '60', '--test-count', '30', '--unlabelled', '90'];
const tune = () => ['gp', 'tune', ...few(), '--features', path('dbn'), '--epochs', '60', '--batch-size', '25'];

interface Fit {
  data: string;
  rootMeanSquaredError: number;
  logLikelihood: number;
}
const fit = async (...args: string[]) =>
  JSON.parse((await wakesleep('gp', 'fit', '--json', ...few(), ...args)).stdout) as Fit;

describe.skipIf(!hasNative)('gp', () => {
  // Bright to the left, darker with every person and to the right, and an image's own spot.
  beforeEach(async () => {
    await mkdir(path('olivetti'));
    const pixels = new Uint8Array(400 * 64 * 64);
    for (let image = 0; image < 400; image++)
      for (let i = 0; i < 64 * 64; i++) {
        const [row, column] = [Math.floor(i / 64), i % 64];
        const spot = Math.hypot(row - 20 - 2 * (image % 10), column - 40) < 6 ? 80 : 0;
        pixels[image * 64 * 64 + i] = 160 - Math.floor(image / 10) - column + spot;
      }
    await writeFile(path('olivetti/faces-images-idx3-ubyte'), idx([400, 64, 64], pixels));
    await wakesleep(
      ...['train', '--data', 'rotated-faces', ...data(), '--count', '90', '--standardise', '--layers', '784,20,10'],
      ...['--units', 'gaussian,bernoulli,bernoulli', '--learning-rate', '0.001,0.05', '--epochs', '3'],
      ...['--out', path('dbn')],
    );
  });

  it('tells the angles of other persons, held back or the test’s, better than their spread', async () => {
    const spread = 180 / Math.sqrt(12);
    const found = await fit();
    expect(found.data).toContain("60 patches of rotated Olivetti faces, judged on 30 of the test's persons");
    expect(found.rootMeanSquaredError).toBeLessThan(spread / 3);
    const held = await fit('--hold-back', '6');
    expect(held.data).toContain('48 patches of rotated Olivetti faces, judged on 12 of 6 persons held back');
    expect(held.rootMeanSquaredError).toBeLessThan(spread / 3);
    expect((await fit('--scales')).logLikelihood).toBeGreaterThan(found.logLikelihood);
  });

  it('tunes features, to the same net when it was interrupted', { timeout: 120_000 }, async () => {
    const before = await fit('--features', path('dbn'));
    await wakesleep(...tune(), '--out', path('whole'));
    const after = await fit('--features', path('whole'));
    expect(after.logLikelihood).toBeGreaterThan(before.logLikelihood + 0.2);
    expect(after.rootMeanSquaredError).toBeLessThan(before.rootMeanSquaredError);
    const args = [...tune(), '--out', path('parts'), '--checkpoint', path('kept')];
    const first = spawn(native, args, { stdio: ['ignore', 'ignore', 'pipe'] });
    first.stderr.on('data', (text: Buffer) => {
      if (text.toString().includes('epoch')) first.kill('SIGTERM');
    });
    expect(await new Promise((ended) => first.on('exit', ended))).toBe(143);
    await wakesleep(...args);
    expect((await fit('--features', path('parts'))).logLikelihood).toBe(after.logLikelihood);
    const other = await failure(...args, '--learning-rate', '0.1');
    expect(other.stderr).toContain('and not of 60 patches of rotated Olivetti faces');
  });

  it('refuses what does not go together', { timeout: 60_000 }, async () => {
    const said = async (...args: string[]) => (await failure('gp', ...args)).stderr;
    expect(await said('fit', ...few(), '--epochs', '2')).toContain('--epochs needs tune');
    expect(await said('fit', ...few(), '--out', path('x'))).toContain('--out needs --json');
    expect(await said('tune', ...few(), '--out', path('x'))).toContain('tune needs --features and --out');
    expect(await said('tune', ...few(), '--features', path('dbn'), '--out', path('x'), '--json')).toContain(
      '--json needs fit',
    );
    expect(await said('fit', ...few(), '--hold-back', '30')).toContain('--hold-back');
    expect(await said('fit', ...data(), '--count', '20', '--hold-back', '29')).toContain('must leave two patches');
    expect(await said('fit', '--folder', path('nowhere'))).toContain('nowhere/olivetti');
    await wakesleep('train', '--data', 'bars-and-stripes', '--layers', '9,4,2', '--epochs', '1', '--out', path('bars'));
    expect(await said('fit', ...few(), '--features', path('bars'))).toContain('has 9 inputs, and a patch 784 pixels');
    await wakesleep('train', '--data', 'bars-and-stripes', '--layers', '9,4', '--epochs', '1', '--out', path('rbm'));
    expect(await said('fit', ...few(), '--features', path('rbm'))).toContain('is no DBN or feed-forward net');
  });
});
