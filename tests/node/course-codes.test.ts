// What the lesson Codes claims, computed anew through the package, with the networks that its figure shows.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine, type SyncNetwork } from 'wakesleep/sync';
import { digitsOnMap, around, Plane, squaredError, throughCode } from '../../web/site/lessons/codes/plane.ts';
import { pixels } from '../../web/site/lessons/digits.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: SyncEngine;
const nets = new Map<string, SyncNetwork>();
const net = (name: string): SyncNetwork => nets.get(name)!;
const results = JSON.parse(readFileSync(fromRoot('models/results.json'), 'utf8')) as Record<
  string,
  { squaredError?: Record<string, number> }
>;

beforeAll(async () => {
  engine = await load();
  for (const name of ['digits-code2', 'digits-code30', 'digits-pca']) {
    const opened = engine.open(new Uint8Array(readFileSync(fromRoot(`models/${name}.safetensors`))));
    if (opened.kind !== 'network') throw new Error(`${name} holds another kind of model`);
    nets.set(name, opened);
  }
});
afterAll(() => engine.dispose());

const errorOf = async (name: string, images: Float32Array, size: number, kept = size): Promise<number> =>
  squaredError(images, (await throughCode(net(name), images, size, kept)).images);

function onMap() {
  const data = engine.dataset(digitsOnMap);
  return { images: data.rows(0, data.count).data, labels: Array.from(data.labels(0, data.count)) };
}

const mnist = [process.env.WAKESLEEP_DATA, join(process.env.WAKESLEEP_DATA ?? '', 'mnist')].find(
  (folder) => folder && existsSync(join(folder, 't10k-images-idx3-ubyte.gz')),
);

describe('lesson Codes', () => {
  it('answers its question: the network is closer with two numbers, and with thirty', async () => {
    const { images } = onMap();
    const [bent2, straight2] = [await errorOf('digits-code2', images, 2), await errorOf('digits-pca', images, 30, 2)];
    const [bent30, straight30] = [await errorOf('digits-code30', images, 30), await errorOf('digits-pca', images, 30)];
    expect(bent2).toBeLessThan(straight2);
    expect(bent30).toBeLessThan(straight30);
    expect(Math.max(bent30, straight30)).toBeLessThan(0.6 * Math.min(bent2, straight2));
  });

  it.runIf(mnist)('tells the errors on the test images of MNIST', { timeout: 120_000 }, async () => {
    const bytes = new Uint8Array(gunzipSync(readFileSync(join(mnist!, 't10k-images-idx3-ubyte.gz'))));
    const data = engine.dataset({ kind: 'idx', images: bytes });
    const images = data.rows(0, data.count).data;
    const found = {
      'digits-code2': { '2': await errorOf('digits-code2', images, 2) },
      'digits-code30': { '30': await errorOf('digits-code30', images, 30) },
      'digits-pca': { '2': await errorOf('digits-pca', images, 30, 2), '30': await errorOf('digits-pca', images, 30) },
    };
    const texts = ['en', 'de'].map((language) =>
      readFileSync(fromRoot(`web/site/lessons/codes/messages/${language}.ts`), 'utf8').replaceAll('{,}', '.'),
    );
    for (const [name, errors] of Object.entries(found))
      for (const [size, error] of Object.entries(errors)) {
        expect(error).toBeCloseTo(results[name]!.squaredError![size]!, 3);
        for (const text of texts) expect(text).toContain(error.toFixed(1));
      }
  });

  it('has components that are orthogonal, of length 1, and in order of their variance', () => {
    const { W } = net('digits-pca').parameters();
    const [up, down] = W;
    const columns = Array.from({ length: 30 }, (_, k) => down!.data.slice(pixels * k, pixels * (k + 1)));
    columns.forEach((one, k) => {
      columns.slice(0, k + 1).forEach((other, l) => {
        const product = one.reduce((sum, value, i) => sum + value * other[i]!, 0);
        expect(product).toBeCloseTo(k === l ? 1 : 0, 2);
      });
    });
    for (let i = 0; i < pixels; ++i) expect(up!.data[30 * i]).toBe(down!.data[i]);
    const { images } = onMap();
    const { data: codes } = net('digits-pca').encode(images);
    const power = (k: number) => codes.reduce((sum, value, i) => sum + (i % 30 === k ? value * value : 0), 0);
    expect(power(0)).toBeGreaterThan(power(29));
  });

  it('has a map on which neighbours are of a kind more often than by chance', async () => {
    const { images, labels } = onMap();
    const { codes } = await throughCode(net('digits-code2'), images, 2, 2);
    const plane = new Plane(codes);
    const points = labels.map((label, i) => ({ label, place: plane.placeOf(codes, i) }));
    const right = points.filter(({ label, place }, i) => {
      const others = points.filter((_, j) => j !== i);
      return around(place, others)[0] === label;
    });
    expect(right.length / points.length).toBeGreaterThan(0.4);
    // A place within the map is that of its own code.
    for (const place of [
      [500, 500],
      [120, 870],
    ] as const)
      expect(plane.placeOf(plane.codeAt(place))).toEqual(place);
  });

  it('changes with the weights', async () => {
    const { images } = onMap();
    const { W, b } = net('digits-code30').parameters();
    const altered = engine.network({ layers: net('digits-code30').layers, code: net('digits-code30').code });
    altered.setParameters({ W: W.map(({ data }) => data.map((w) => 0.9 * w)), b: b.map(({ data }) => data) });
    const { images: made } = await throughCode(altered, images, 30, 30);
    expect(squaredError(images, made)).not.toBeCloseTo(await errorOf('digits-code30', images, 30), 1);
    altered.dispose();
  });
});
