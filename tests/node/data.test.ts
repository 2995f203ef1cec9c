// Data sets, files of data, and where files come from.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type Pixels } from 'wakesleep';
import { load as loadSync, readFile } from 'wakesleep/sync';
import { expectCode, gzip, idx } from './helpers.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 1 });
});
afterAll(() => engine.dispose());

describe('pixels', () => {
  it('of every type, scaled, with their shape and labels', async () => {
    const numbers = [0, 1, 2, 3, 4, 5, 6, 7];
    const types = [
      Uint8Array,
      Uint8ClampedArray,
      Int8Array,
      Uint16Array,
      Int16Array,
      Uint32Array,
      Int32Array,
      Float32Array,
      Float64Array,
    ];
    for (const Type of types) {
      const pixels: Pixels = Type.from(numbers);
      const data = await engine.dataset(pixels, { shape: [2, 2, 2], scale: 0.125, labels: [3, 1] });
      expect(data).toMatchObject({ count: 2, width: 4, itemShape: [2, 2], labelCount: 4, binary: false });
      expect((await data.rows(0, 2)).data).toEqual(Float32Array.from(numbers, (n) => n / 8));
      expect(await data.rows(1, 1)).toEqual({ data: Float32Array.of(0.5, 0.625, 0.75, 0.875), shape: [1, 4] });
      expect(await data.labels(0, 2)).toEqual(Uint16Array.of(3, 1));
    }
  });

  it('that are all 0 or 1 are kept as bits', async () => {
    const data = await engine.dataset(Uint8Array.of(0, 255, 255, 0), { shape: [2, 2], scale: 1 / 255 });
    expect(data).toMatchObject({ binary: true, labelCount: 0 });
    expect((await data.rows(0, 2)).data).toEqual(Float32Array.of(0, 1, 1, 0));
    expect(await data.labels(0, 2)).toEqual(new Uint16Array(0));
  });

  it('in parts: some rows, or those of a label, in their order', async () => {
    const data = await engine.dataset(Float32Array.of(0, 0.1, 0.2, 0.3, 0.4), {
      shape: [5, 1],
      labels: [1, 0, 1, 2, 1],
    });
    const ones = await data.subset({ label: 1 });
    expect((await ones.rows(0, 3)).data).toEqual(Float32Array.of(0, 0.2, 0.4));
    const middle = await data.subset({ first: 1, count: 3 });
    expect((await middle.rows(0, 3)).data).toEqual(Float32Array.of(0.1, 0.2, 0.3));
    expect(await middle.labels(0, 3)).toEqual(Uint16Array.of(0, 1, 2));
    expect(middle.itemShape).toEqual([1]);
  });
});

describe('generated data', () => {
  it('has its size, labels and layout', async () => {
    expect(await engine.dataset({ kind: 'bars-and-stripes', size: 4 })).toMatchObject({
      count: 30,
      width: 16,
      itemShape: [4, 4],
      labelCount: 2,
      binary: true,
    });
    expect(await engine.dataset({ kind: 'shifter', size: 4 })).toMatchObject({
      count: 48,
      width: 8,
      itemShape: [2, 4],
      labelCount: 3,
      binary: true,
    });
    expect(await engine.dataset({ kind: 'shifter', size: 20, count: 100 })).toMatchObject({ count: 100, width: 40 });
    expect(await engine.dataset({ kind: 'stroke-digits', count: 70 })).toMatchObject({
      count: 70,
      width: 784,
      itemShape: [28, 28],
      labelCount: 10,
    });
  });

  it('of strokes are the same in one go and in parts, and differ between seeds', async () => {
    // Few come in one piece from the engine, many in several.
    const many = await engine.dataset({ kind: 'stroke-digits', count: 50, seed: 7 });
    const few = await engine.dataset({ kind: 'stroke-digits', count: 10, seed: 7, first: 35 });
    expect((await few.rows(0, 10)).data).toEqual((await many.rows(35, 10)).data);
    expect(await few.labels(0, 10)).toEqual(await many.labels(35, 10));
    const other = await engine.dataset({ kind: 'stroke-digits', count: 10, seed: 8, first: 35 });
    expect((await other.rows(0, 10)).data).not.toEqual((await few.rows(0, 10)).data);
  });
});

describe('IDX files', () => {
  const images = idx([3, 2, 2], [0, 51, 102, 153, 204, 255, 0, 0, 0, 0, 0, 255]);
  const labels = idx([3], [7, 0, 9]);
  const values = Float32Array.of(0, 0.2, 0.4, 0.6, 0.8, 1, 0, 0, 0, 0, 0, 1);

  it('as bytes, buffers and blobs, plain and gzip', async () => {
    const forms = [images, images.buffer, new Blob([images]), await gzip(images), new Blob([await gzip(images)])];
    for (const form of forms) {
      const data = await engine.dataset({ kind: 'idx', images: form, labels: new Blob([labels]) });
      expect(data).toMatchObject({ count: 3, width: 4, itemShape: [2, 2], labelCount: 10 });
      const rows = await data.rows(0, 3);
      rows.data.forEach((value, i) => expect(value).toBeCloseTo(values[i] as number, 6));
      expect(await data.labels(0, 3)).toEqual(Uint16Array.of(7, 0, 9));
    }
    // Nothing was taken away.
    expect(images).toHaveLength(28);
  });

  it('synchronously, unpacked by readFile', async () => {
    const sync = await loadSync();
    const data = sync.dataset({ kind: 'idx', images: await readFile(await gzip(images)), labels });
    expect(data).toMatchObject({ count: 3, width: 4, labelCount: 10 });
  });
});

describe('files by URL', () => {
  let server: Server;
  let base: string;
  let folder: string;
  let model: Uint8Array;

  beforeAll(async () => {
    const rbm = await engine.rbm({ visible: 100, hidden: 200, seed: 9 });
    model = await rbm.save();
    folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
    await writeFile(join(folder, 'model.safetensors'), model);
    server = createServer((request, response) => {
      if (request.url === '/model') return response.writeHead(200, { 'content-length': model.length }).end(model);
      if (request.url === '/cut') {
        response.writeHead(200, { 'content-length': model.length }).write(model.slice(0, 1000));
        return setTimeout(() => response.destroy(), 50);
      }
      if (request.url === '/slow') return response.writeHead(200).write('x');
      if (request.url === '/page') return response.writeHead(200).end('<!doctype html>');
      return response.writeHead(404).end();
    });
    await new Promise<void>((ready) => server.listen(0, '127.0.0.1', ready));
    base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  });

  afterAll(async () => {
    server.closeAllConnections();
    server.close();
    await rm(folder, { recursive: true });
  });

  it('are fetched with progress', async () => {
    const told: { loaded: number; total: number }[] = [];
    const opened = await engine.open(`${base}/model`, { onProgress: (progress) => told.push(progress) });
    expect(opened).toMatchObject({ kind: 'rbm', visible: 100, hiddenUnits: 200 });
    expect(told.at(-1)).toEqual({ loaded: model.length, total: model.length });
  });

  it('may be files on disk, in Node', async () => {
    const path = join(folder, 'model.safetensors');
    expect(await engine.open(path)).toMatchObject({ visible: 100 });
    expect(await engine.open(pathToFileURL(path))).toMatchObject({ visible: 100 });
    await expectCode(() => engine.open(join(folder, 'none')), 'fetch', /none could not be loaded: ENOENT/);
  });

  it('say what failed', async () => {
    await expectCode(
      () => engine.open(`${base}/missing`),
      'fetch',
      /\/missing could not be loaded: the server answered 404 Not Found/,
    );
    await expectCode(
      () => engine.open(`${base}/cut`, { onProgress: () => undefined }),
      'fetch',
      /\/cut could not be loaded: /,
    );
    await expectCode(() => engine.open('http://127.0.0.1:1/'), 'fetch', /could not be loaded: .*\(.*\)/);
    await expectCode(() => engine.open(`${base}/page`), 'format', /./);
    await expectCode(() => engine.dataset({ kind: 'idx', images: `${base}/missing` }), 'fetch', /404/);
  });

  it('stop being fetched with the reason of their signal', async () => {
    const reason = new Error('no longer');
    const controller = new AbortController();
    const opening = engine.open(`${base}/slow`, { signal: controller.signal });
    setTimeout(() => controller.abort(reason), 50);
    await expect(opening).rejects.toBe(reason);
    await expect(engine.open(`${base}/model`, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
  });

  it('stop becoming a data set, at once, and free what was made', async () => {
    const reason = new Error('no longer');
    const images = idx([2000, 28, 28], new Uint8Array(2000 * 784));
    for (const source of [{ kind: 'idx', images }, { kind: 'idx', images: new Blob([images]) }] as const) {
      const controller = new AbortController();
      const making = engine.dataset(source, { signal: controller.signal });
      controller.abort(reason);
      await expect(making).rejects.toBe(reason);
      await expect(engine.dataset(source, { signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    }
    const memory: number[] = [];
    for (let time = 0; time < 2; ++time) {
      const controller = new AbortController();
      const making = engine.dataset({ kind: 'stroke-digits', count: 1_000_000 }, { signal: controller.signal });
      // The worker has begun by the time that it answers this.
      await engine.describe();
      controller.abort(reason);
      await expect(making).rejects.toBe(reason);
      memory.push((await engine.diagnostics()).memory);
    }
    // The second found the room of the first.
    expect(memory[1]).toBe(memory[0]);
    const signal = new AbortController().signal;
    expect((await engine.dataset({ kind: 'bars-and-stripes', size: 3 }, { signal })).count).toBe(14);
  });
});
