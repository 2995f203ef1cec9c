// One seed, one network: 200 batches give the same parameters in Chromium, for each build and number of threads, as
// natively. The package is served as it is published, without a bundler, under the site's content security policy.

import { execFileSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { serve } from '../../web/tools/serve.mjs';
import { expect, test } from './harness.ts';

const fromRoot = (path: string) => fileURLToPath(new URL(`../../${path}`, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'wakesleep-'));

let expected: string;

test.beforeAll(() => {
  cpSync(fromRoot('dist/lib'), join(folder, 'lib'), { recursive: true });
  writeFileSync(join(folder, 'index.html'), '<!doctype html><title>Wakesleep</title><link rel="icon" href="data:,">');
  const file = join(folder, 'native.safetensors');
  const data = ['--data', 'stroke-digits', '--count', '2000', '--data-seed', '1'];
  const model = ['--layers', '784,100', '--label-units', '10', '--epochs', '10', '--seed', '1', '--out', file];
  const output = execFileSync(fromRoot('build/release/wakesleep'), ['train', ...data, ...model], {
    encoding: 'utf8',
    stdio: 'pipe',
  });
  expected = /fingerprint ([0-9a-f]{16})/.exec(output)?.[1] ?? '';
  expect(expected).toHaveLength(16);
});
test.afterAll(() => {
  rmSync(folder, { recursive: true });
});

for (const [isolation, threads, build] of [
  [true, 2, 'threads'],
  [true, 1, undefined],
  [false, 1, 'simd'],
] as const) {
  const title =
    `200 batches in ${isolation ? 'an isolated page' : 'a page without isolation'}, ${String(threads)} ` + 'threads';
  test(`${title}, give the native program's bits`, async ({ page }) => {
    const server = await serve({ folder, port: 0, isolation });
    try {
      await page.goto(server.url);
      const found = await page.evaluate(async (count) => {
        const path = '/lib/index.js';
        const { load } = (await import(path)) as typeof import('wakesleep');
        const engine = await load({ threads: count });
        const data = await engine.dataset({ kind: 'stroke-digits', count: 2000, seed: 1 });
        const rbm = await engine.rbm({ visible: 784, hidden: 100, labels: 10, seed: 1 });
        let batches = 0;
        await rbm.train(data, { epochs: 10, onProgress: ({ epoch, batch }) => (batches = epoch * 20 + batch) });
        return { info: engine.info, batches, fingerprint: await rbm.fingerprint() };
      }, threads);
      expect(found).toMatchObject({ batches: 200, fingerprint: expected, info: { threads } });
      if (build) expect(found.info.build).toBe(build);
    } finally {
      await server.close();
    }
  });
}

/**
 * One short training of every kind of model, and of units and rules that take paths of their own; runs in Node and in
 * pages.
 */
async function trained({ library, threads }: { library: string; threads: number }): Promise<Record<string, string>> {
  const { load } = (await import(library)) as typeof import('wakesleep');
  const engine = await load({ threads });
  const bars = await engine.dataset({ kind: 'bars-and-stripes', size: 4 });
  const short = { epochs: 20, batchSize: 10 };
  const rbm = { visible: 16, seed: 1 };
  const found: Record<string, string> = {};

  const gaussian = await engine.rbm({
    ...rbm,
    hidden: 9,
    visibleUnits: { type: 'gaussian', learnedSigma: true },
    hiddenUnits: 'bernoulli',
  });
  await gaussian.train(bars, { ...short, method: 'fpcd', learningRate: 0.001 });
  found['gaussian, fpcd'] = await gaussian.fingerprint();

  const relu = await engine.rbm({ ...rbm, hidden: 9, hiddenUnits: 'relu' });
  await relu.train(bars, { ...short, method: 'pt', learningRate: 0.001, centering: true });
  found['relu, pt'] = await relu.fingerprint();

  const softmax = await engine.rbm({ ...rbm, hidden: 9, hiddenUnits: { type: 'softmax', groups: [4, 5] } });
  await softmax.train(bars, { ...short, method: 'exact', optimizer: 'adam', learningRate: 0.01 });
  found['softmax, exact'] = await softmax.fingerprint();

  const noisy = await engine.rbm({ ...rbm, hidden: 9, visibleUnits: 'replicated-softmax', hiddenUnits: 'noisy-relu' });
  await noisy.train(bars, { ...short, method: 'mean-field', learningRate: 0.001 });
  found['replicated softmax, noisy relu'] = await noisy.fingerprint();

  const dbn = await engine.dbn({ layers: [16, 12, 8], seed: 1 });
  await dbn.train(bars, short);
  found.dbn = await dbn.fingerprint();

  const tuned = await engine.dbn({ layers: [16, 12, 8], labels: 2, seed: 1 });
  await tuned.train(bars, short);
  await tuned.train(bars, { ...short, method: 'up-down' });
  found['dbn, up-down'] = await tuned.fingerprint();

  const dbm = await engine.dbm({ layers: [16, 12, 8], seed: 1 });
  await dbm.train(bars, short);
  found.dbm = await dbm.fingerprint();

  const sbn = await engine.sbn({ layers: [16, 12, 8], seed: 1 });
  await sbn.train(bars, short);
  found['sbn, wake-sleep'] = await sbn.fingerprint();
  await sbn.train(bars, { ...short, method: 'gibbs' });
  found['sbn, gibbs'] = await sbn.fingerprint();

  engine.dispose();
  return found;
}

test('every kind of model, unit and rule gives the bits of Node, with one thread and two', async ({ page }) => {
  const inNode = await trained({ library: new URL('../../dist/lib/index.js', import.meta.url).href, threads: 1 });
  expect(new Set(Object.values(inNode)).size).toBe(9);
  const server = await serve({ folder, port: 0, isolation: true });
  try {
    await page.goto(server.url);
    for (const threads of [1, 2])
      expect(await page.evaluate(trained, { library: '/lib/index.js', threads })).toEqual(inNode);
  } finally {
    await server.close();
  }
});
