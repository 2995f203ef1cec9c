// The committed models, by the public API, on MNIST's test set. It is not in the repository: WAKESLEEP_DATA names a
// folder that has its files (t10k-images-idx3-ubyte and so on, plain or .gz), itself or in a folder `mnist`.
import { existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Dataset, type Dbn, type Engine, type Rbm } from 'wakesleep';

const models = fileURLToPath(new URL('../../models', import.meta.url));
const model = (name: string) => join(models, `${name}.safetensors`);
const has = (name: string) => existsSync(model(name));

const folder = [process.env.WAKESLEEP_DATA, join(process.env.WAKESLEEP_DATA ?? '', 'mnist')].find(
  (path) => path && ['', '.gz'].some((end) => existsSync(join(path, `t10k-images-idx3-ubyte${end}`))),
);
if (!folder) console.log('MNIST was not found (WAKESLEEP_DATA), so the figures of the models are not tested');

let engine: Engine;
beforeAll(async () => {
  engine = await load();
});
afterAll(() => engine.dispose());

async function testSet(): Promise<Dataset> {
  const file = (name: string) => {
    const path = join(folder as string, name);
    return existsSync(path) ? path : `${path}.gz`;
  };
  return engine.dataset({
    kind: 'idx',
    images: file('t10k-images-idx3-ubyte'),
    labels: file('t10k-labels-idx1-ubyte'),
  });
}

describe('the models of the repository', () => {
  it('can all be opened, and say how they were made', async () => {
    const names = (await readdir(models).catch(() => [] as string[])).filter((name) => name.endsWith('.safetensors'));
    for (const name of names) {
      const opened = await engine.open(join(models, name));
      expect(opened.visible, name).toBe(784);
      expect(Object.keys(opened.notes).length, name).toBeGreaterThan(0);
      expect(existsSync(join(models, name.replace('.safetensors', '.md'))), `the card of ${name}`).toBe(true);
      opened.dispose();
    }
  });

  it.runIf(has('digits-dbn') && folder)(
    'read the test images with at most 2.8 % errors',
    { timeout: 600_000 },
    async () => {
      const dbn = (await engine.open(model('digits-dbn'))) as Dbn;
      expect(dbn).toMatchObject({ kind: 'dbn', layers: [784, 500, 500, 2000], labels: 10 });
      const data = await testSet();
      expect(data.count).toBe(10_000);
      const [found, expected] = [await dbn.predict(data), await data.labels(0, data.count)];
      const wrong = found.filter((label, i) => label !== expected[i]).length;
      expect(wrong).toBeLessThanOrEqual(280);

      // The same figure that programs read.
      const path = join(models, 'results.json');
      if (existsSync(path)) expect(await readFile(path, 'utf8')).toContain(String(wrong));
    },
  );

  it.runIf(has('twos-rbm') && has('digits-dbn') && folder)(
    'see a 2 in 5s, when they know nothing else',
    { timeout: 600_000 },
    async () => {
      const [twos, dbn] = [
        (await engine.open(model('twos-rbm'))) as Rbm,
        (await engine.open(model('digits-dbn'))) as Dbn,
      ];
      const fives = await (await testSet()).subset({ label: 5 });
      const { data } = await twos.reconstruct(fives, { steps: 100, seed: 1 });
      const labels = await dbn.predict(data);
      expect(labels.filter((label) => label === 2).length / labels.length).toBeGreaterThanOrEqual(0.8);
    },
  );
});
