// What applications and their frameworks do to the package.
import { mkdirSync, mkdtempSync, readdirSync, readlinkSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { runInNewContext } from 'node:vm';
import { afterAll, afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { load, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import { toUrl } from '../../web/lib/bytes.ts';
import { serve } from '../../web/tools/serve.mjs';

let engine: Engine;
let sync: SyncEngine;
beforeAll(async () => {
  engine = await load({ threads: 1 });
  sync = await loadSync();
});
afterAll(() => {
  engine.dispose();
  sync.dispose();
});
const both = () => [engine, sync as unknown as Engine];
const bars = { kind: 'bars-and-stripes', size: 2 } as const;
const of = (numbers: number[]) => Float32Array.from(numbers);

describe('frameworks that wrap what they hold', () => {
  /** As Vue's `reactive`: plain objects and arrays come as proxies, whatever has another tag as it is. */
  function reactive<T extends object>(target: T): T {
    return new Proxy(target, {
      get(from, key, receiver) {
        const value: unknown = Reflect.get(from, key, receiver);
        const tag = Object.prototype.toString.call(value);
        return tag === '[object Object]' || tag === '[object Array]' ? reactive(value as object) : value;
      },
    });
  }

  it('leave engines, models, data sets, trainings and dreams alone', async () => {
    for (const one of both()) {
      const state = reactive({ engine: one, held: {} as { rbm?: Rbm } });
      const data = await state.engine.dataset(bars);
      state.held.rbm = await state.engine.rbm({ visible: 4, hidden: 2 });
      const training = reactive({ now: await state.held.rbm.training(data) }).now;
      await training.run({ batches: 1 });
      const dream = reactive({ now: state.held.rbm.dream() }).now;
      expect((await dream.next()).done).toBe(false);
      const tags = [one, data, state.held.rbm, training, dream].map((each) => Object.prototype.toString.call(each));
      expect(tags).toEqual(['Engine', 'Dataset', 'Rbm', 'Training', 'Dream'].map((name) => `[object ${name}]`));
      state.held.rbm.dispose();
      data.dispose();
    }
  });
});

describe('what comes from another realm, such as a frame', () => {
  it('is an ArrayBuffer, a typed array or an object like our own', async () => {
    const rbm = sync.rbm({ visible: 4, hidden: 2 });
    const bytes = rbm.save();
    const foreign = runInNewContext('(bytes) => Uint8Array.from(bytes).buffer') as (bytes: Uint8Array) => ArrayBuffer;
    const buffer = foreign(bytes);
    expect(buffer instanceof ArrayBuffer).toBe(false);
    const options = runInNewContext('({ visible: 4, hidden: 3 })') as { visible: number; hidden: number };
    for (const one of both()) {
      const opened = (await one.open(buffer)) as Rbm;
      expect(await opened.fingerprint()).toBe(rbm.fingerprint());
      expect((await one.rbm(options)).hiddenUnits).toBe(3);
    }
    // Twelve bytes of two images of 1 x 2.
    const images = foreign(Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 255, 0]));
    for (const one of both()) expect((await one.dataset({ kind: 'idx', images })).count).toBe(2);
  });
});

describe("a worker of the page's own", () => {
  afterEach(() => {
    vi.unstubAllGlobals();
  });

  it('names files relative to its script, as fetch does', () => {
    vi.stubGlobal('location', { href: 'https://example.org/app/worker.js' });
    expect(toUrl('source', 'models/a.safetensors').href).toBe('https://example.org/app/models/a.safetensors');
    vi.stubGlobal('document', { baseURI: 'https://example.org/page/' });
    expect(toUrl('source', 'a.safetensors').href).toBe('https://example.org/page/a.safetensors');
  });
});

describe('messages that are not ours', () => {
  it('end nothing, in either direction', async () => {
    interface Sends {
      postMessage(message: unknown): void;
      emit(event: string, message: unknown): boolean;
    }
    const threads = process.getBuiltinModule('node:worker_threads');
    const { Worker } = threads;
    const workers: Sends[] = [];
    threads.Worker = class extends Worker {
      constructor(...given: ConstructorParameters<typeof Worker>) {
        super(...given);
        workers.push(this);
      }
    };
    const other = await load({ threads: 1 }).finally(() => {
      threads.Worker = Worker;
    });
    const [worker] = workers;
    for (const message of [null, undefined, 'hello', 7, {}, { kind: 'other' }, []]) {
      worker?.postMessage(message);
      worker?.emit('message', message);
    }
    expect((await other.dataset(bars)).count).toBe(6);
    other.dispose();
  });
});

describe('results', () => {
  it('are arguments of the next call', async () => {
    const x = of([1, 0, 0, 1, 0, 0, 1, 1]);
    for (const one of both()) {
      const rbm = await one.rbm({ visible: 4, hidden: 3, labels: 2, seed: 3 });
      const twin = await one.rbm({ visible: 4, hidden: 3, labels: 2, seed: 4 });
      await twin.setParameters(await rbm.parameters());
      expect(await twin.fingerprint()).toBe(await rbm.fingerprint());
      const h = await rbm.hiddenMeans(x);
      expect(await rbm.visibleMeans(h)).toEqual(await rbm.visibleMeans(h.data));
      const again = await rbm.reconstruct(x, { seed: 1 });
      expect(await rbm.freeEnergy(again)).toEqual(await rbm.freeEnergy(again.data));
      expect((await rbm.sample({ start: again, chains: 2, seed: 1 })).means).toEqual(
        (await rbm.sample({ start: again.data, chains: 2, seed: 1 })).means,
      );
      const data = await one.dataset(h);
      expect([data.count, data.width]).toEqual([2, 3]);
      const whole = await one.dataset(bars);
      const by = { mean: await whole.mean(), deviation: await whole.deviation() };
      const standard = await whole.standardised(by);
      expect((await standard.rows(0, 1)).data).toEqual((await (await whole.standardised()).rows(0, 1)).data);
      const [dbm, sbn] = [await one.dbm({ layers: [4, 3, 2] }), await one.sbn({ layers: [4, 3, 2] })];
      await dbm.setParameters(await dbm.parameters());
      await sbn.setParameters(await sbn.parameters());
      const dream = rbm.dream({ chains: 2, seed: 1 });
      dream.startFrom(again);
      expect((await dream.next()).done).toBe(false);
      await dream.return?.();
    }
  });

  it('of another shape are refused, though they have as many numbers', async () => {
    for (const one of both()) {
      const rbm = await one.rbm({ visible: 4, hidden: 3 });
      const { W, b, c } = await rbm.parameters();
      const turned = { data: W.data, shape: [3, 4] };
      await expect(async () => rbm.setParameters({ W: turned, b, c })).rejects.toThrow(
        'W must have the shape [4, 3], not [3, 4]',
      );
      expect((await rbm.freeEnergy({ data: new Float32Array(12), shape: [3, 4] })).shape).toEqual([3]);
      await expect(async () => rbm.freeEnergy(W)).rejects.toThrow(
        'x must be whole rows of 4 values, not of shape [4, 3]',
      );
    }
  });

  it('plain and nested arrays are refused with a way out', async () => {
    for (const one of both()) {
      const rbm = await one.rbm({ visible: 2, hidden: 2 });
      const plain = [1, 0] as unknown as Float32Array;
      const nested = [[1, 0]] as unknown as Float32Array;
      const { b, c } = await rbm.parameters();
      await expect(async () => rbm.freeEnergy(plain)).rejects.toThrow(/array of 2; Float32Array\.from\(x\) makes one/);
      await expect(async () => rbm.freeEnergy(nested)).rejects.toThrow(/Float32Array\.from\(x\.flat\(Infinity\)\)/);
      await expect(async () => rbm.setParameters({ W: nested, b, c })).rejects.toThrow(/^W must be .*W\.flat/);
      await expect(async () => one.dataset(nested, { shape: [1, 2] })).rejects.toThrow(/\.flat\(Infinity\)/);
      const early = rbm.hiddenMeans(of([1, 0])) as unknown as Float32Array;
      if (one === engine) await expect(async () => rbm.visibleMeans(early)).rejects.toThrow('await it first');
      await early;
    }
  });
});

describe('options', () => {
  it('may be an object of a class, with getters', async () => {
    class Settings {
      #hidden = 5;
      readonly visible = 4;
      get hidden() {
        return this.#hidden;
      }
    }
    class Derived extends Settings {
      get seed() {
        return 9;
      }
    }
    for (const one of both()) {
      const rbm = await one.rbm(new Derived());
      expect([rbm.hiddenUnits, rbm.seed]).toEqual([5, 9]);
      await expect(async () => one.rbm(new Map() as never)).rejects.toThrow('options must be an object, not a Map');
    }
  });

  it('onProgress that fails later ends what it reports on, and not the program', async () => {
    const data = await engine.dataset(bars);
    const rbm = await engine.rbm({ visible: 4, hidden: 2 });
    const onProgress = () => Promise.reject(new Error('no more')) as unknown as void;
    await expect(rbm.train(data, { epochs: 100_000, onProgress })).rejects.toThrow('no more');
    const training = await rbm.training(data, { epochs: 100_000 });
    await expect(training.run({ onProgress })).rejects.toThrow('no more');
    training.dispose();
    const file = join(mkdtempSync(join(tmpdir(), 'wakesleep-')), 'a.safetensors');
    writeFileSync(file, await rbm.save());
    await expect(engine.open(file, { onProgress })).rejects.toThrow(/^no more$/);
    expect(await rbm.epochs()).toBeGreaterThanOrEqual(0);
  });

  it('onProgress that is asynchronous is refused where nothing can wait for it', () => {
    const data = sync.dataset(bars);
    const rbm = sync.rbm({ visible: 4, hidden: 2 });
    const refused = /onProgress must not be asynchronous in 'wakesleep\/sync'/;
    // Node would end with a rejection that nobody hears of.
    const onProgress = () => Promise.reject(new Error('no more')) as unknown as void;
    expect(() => rbm.train(data, { epochs: 3, onProgress })).toThrow(refused);
    const training = rbm.training(data, { epochs: 3 });
    expect(() => training.run({ onProgress })).toThrow(refused);
    training.dispose();
    expect(() => rbm.logPartition({ method: 'ais', onProgress })).toThrow(refused);
    let told = 0;
    rbm.train(data, { epochs: 3, onProgress: () => void told++ });
    expect(told).toBeGreaterThan(0);
  });
});

describe('signals', () => {
  it('are taken by every call that may take long', async () => {
    const reason = new Error('enough');
    const signal = AbortSignal.abort(reason);
    const data = await engine.dataset(bars);
    const rbm = await engine.rbm({ visible: 4, hidden: 2, labels: 2 });
    const dbn = await engine.dbn({ layers: [4, 3, 2] });
    const x = await data.rows(0, 2);
    const calls = [
      rbm.predict(x, { signal }),
      rbm.classify(x, { signal }),
      rbm.classifyByIteration(x, { signal }),
      rbm.reconstruct(x, { signal }),
      rbm.freeEnergy(x, { signal }),
      rbm.hiddenMeans(x, { signal }),
      rbm.sampleHidden(x, { signal }),
      rbm.visibleMeans(of([1, 0]), { signal }),
      rbm.sampleVisible(of([1, 0]), { signal }),
      rbm.logLikelihood(data, { logZ: 0, signal }),
      dbn.up(x, 1, { signal }),
      data.rows(0, 1, { signal }),
      data.mean({ signal }),
      data.deviation({ signal }),
      data.standardised(undefined, { signal }),
      engine.dataset(new Float32Array(4), { shape: [1, 4], signal }),
      engine.dataset(x, { signal }),
      rbm.scoreSamples(x, { signal }),
    ];
    expect(await Promise.all(calls.map((call) => (call as Promise<unknown>).catch((error: unknown) => error)))).toEqual(
      calls.map(() => reason),
    );
    await expect(rbm.classify(x, { sinal: signal } as object)).rejects.toThrow("no entry 'sinal'");
  });

  it('end calls that have begun, and nothing has changed', async () => {
    const count = 20_000;
    const data = await engine.dataset({ kind: 'stroke-digits', count });
    const rbm = await engine.rbm({ visible: 784, hidden: 300, labels: 10, seed: 1 });
    const dbn = await engine.dbn({ layers: [784, 300, 300], labels: 10, seed: 1 });
    const before = await dbn.fingerprint();
    const long: ((options: { signal: AbortSignal }) => Promise<unknown>)[] = [
      (options) => rbm.predict(data, options),
      (options) => rbm.classify(data, options),
      (options) => rbm.classifyByIteration(data, options),
      (options) => rbm.reconstruct(data, { steps: 100, ...options }),
      (options) => rbm.freeEnergy(data, options),
      (options) => rbm.hiddenMeans(data, options),
      (options) => rbm.sampleHidden(data, options),
      (options) => rbm.sample({ chains: 1000, steps: 10_000, ...options }),
      (options) => rbm.logPartition({ method: 'ais', ...options }),
      (options) => rbm.logLikelihood(data, { logZ: 0, ...options }),
      (options) => rbm.train(data, { epochs: 1000, ...options }),
      (options) => dbn.up(data, 2, options),
      (options) => dbn.sample({ chains: 1000, steps: 10_000, ...options }),
      (options) => engine.dataset({ kind: 'stroke-digits', count: 1_000_000 }, options),
    ];
    for (const call of long) {
      const reason = new Error(String(call));
      const controller = new AbortController();
      const answer = call({ signal: controller.signal }).then(
        () => undefined,
        (error: unknown) => error,
      );
      // The worker has the call by now, and works on it.
      await engine.diagnostics();
      controller.abort(reason);
      expect(await answer).toBe(reason);
      expect((await engine.diagnostics()).memory).toBeGreaterThan(0);
    }
    expect(await dbn.fingerprint()).toBe(before);
    for (const one of [data, rbm, dbn]) one.dispose();
  });

  it('one serves many calls without a warning', async () => {
    const warned: Error[] = [];
    const hear = (warning: Error) => warned.push(warning);
    process.on('warning', hear);
    const { signal } = new AbortController();
    const rbm = await engine.rbm({ visible: 4, hidden: 2 });
    await Promise.all(Array.from({ length: 40 }, () => rbm.freeEnergy(of([1, 0, 0, 1]), { signal })));
    const dreams = Array.from({ length: 20 }, () => rbm.dream({ signal }));
    await Promise.all(dreams.map((dream) => dream.next()));
    await Promise.all(dreams.map((dream) => dream.return?.()));
    await new Promise((resolve) => setImmediate(resolve));
    process.off('warning', hear);
    expect(warned).toEqual([]);
  });
});

describe('a page in place of a file', () => {
  let server: Server;
  let address: string;
  beforeAll(async () => {
    server = createServer((_, response) => {
      response.writeHead(200, { 'Content-Type': 'text/html' }).end('<!DOCTYPE html>\n<title>Not here</title>');
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    address = `http://127.0.0.1:${String((server.address() as AddressInfo).port)}/`;
  });
  afterAll(() => {
    server.close();
    server.closeAllConnections();
  });

  it('is named, with its address, and what it was to be', async () => {
    const page = /is a page \(HTML\) and not /;
    await expect(engine.open(`${address}a.safetensors`)).rejects.toMatchObject({ code: 'format', message: page });
    await expect(engine.open(`${address}a.safetensors`)).rejects.toThrow(`${address}a.safetensors is a page (HTML)`);
    await expect(engine.dataset({ kind: 'idx', images: `${address}images` })).rejects.toThrow(/not an IDX file/);
    const bytes = new TextEncoder().encode('<html></html>');
    await expect(async () => sync.open(bytes)).rejects.toThrow(/source is a page \(HTML\) and not a model/);
    for (const start of [load, loadSync]) {
      await expect(
        start({ locate: (file) => (file.endsWith('.wasm') ? `${address}${file}` : undefined) }),
      ).rejects.toThrow(page);
    }
  });

  it('and WebAssembly that is damaged is told as that', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'wakesleep-')), 'a.wasm');
    writeFileSync(file, Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 99]));
    for (const start of [load, loadSync]) {
      const started = start({ locate: (name) => (name.endsWith('.wasm') ? file : undefined) });
      await expect(started).rejects.toMatchObject({
        code: 'format',
        message: /^the engine's WebAssembly is damaged: /,
      });
    }
  });

  it('and so is a damaged rest, when a call needs it', async () => {
    const file = join(mkdtempSync(join(tmpdir(), 'wakesleep-')), 'a.wasm');
    writeFileSync(file, Uint8Array.from([0, 97, 115, 109, 1, 0, 0, 0, 99]));
    const locate = (name: string) => (name.endsWith('-rest.wasm') ? file : undefined);
    for (const start of [load, loadSync]) {
      const own = await start({ locate });
      await expect((async () => own.describe())()).rejects.toMatchObject({
        code: 'format',
        message: /^the engine's WebAssembly is damaged: /,
      });
      const { shape } = await own.preprocessDigit([new Float32Array([1, 1, 2, 2])]);
      expect(shape).toEqual([28, 28]);
      own.dispose();
    }
  });
});

describe("the site's server", () => {
  const folder = mkdtempSync(join(tmpdir(), 'wakesleep-data-'));
  const site = mkdtempSync(join(tmpdir(), 'wakesleep-site-'));
  const large = join(folder, 'mnist/train-images-idx3-ubyte');
  beforeAll(() => {
    mkdirSync(join(folder, 'mnist'));
    writeFileSync(large, Buffer.alloc(64 * 1024 * 1024));
    // What can be looked at and not be read.
    mkdirSync(join(folder, 'mnist/train-labels-idx1-ubyte'));
  });
  afterAll(() => {
    for (const one of [folder, site]) rmSync(one, { recursive: true });
  });
  const held = () =>
    readdirSync('/proc/self/fd').filter((fd) => {
      try {
        return readlinkSync(`/proc/self/fd/${fd}`) === large;
      } catch {
        return false;
      }
    }).length;

  it.skipIf(process.platform !== 'linux')('closes the file of a download that was cancelled', async () => {
    const server = await serve({ folder: site, port: 0, data: folder });
    for (let i = 0; i < 5; ++i) {
      const leaves = new AbortController();
      const answer = await fetch(`${server.url}data/mnist/train-images-idx3-ubyte`, { signal: leaves.signal });
      await answer.body?.getReader().read();
      leaves.abort();
    }
    await expect.poll(held, { timeout: 20_000 }).toBe(0);
    await server.close();
  });

  it('goes on after a file that can’t be read', async () => {
    const server = await serve({ folder: site, port: 0, data: folder });
    const broken = fetch(`${server.url}data/mnist/train-labels-idx1-ubyte`).then((answer) => answer.arrayBuffer());
    await expect(broken).rejects.toThrow();
    expect((await fetch(`${server.url}data/mnist/train-images-idx3-ubyte`, { method: 'HEAD' })).status).toBe(200);
    await server.close();
  });
});

it('consoles show what an object is', async () => {
  const shown: string[] = [];
  for (const one of both()) {
    const rbm = await one.rbm({ visible: 4, hidden: 2 });
    shown.push(inspect(rbm, { compact: 9, breakLength: Infinity }), inspect({ a: { rbm } }, { depth: 1 }));
    const training = await rbm.training(await one.dataset(bars));
    expect(inspect(training)).toMatch(/^Training {\n {2}progress: {/);
    training.dispose();
    rbm.dispose();
    expect(inspect(rbm)).toMatch(/^Rbm {/);
    expect(inspect({ a: { one } }, { depth: 1 })).toBe('{ a: { one: [Engine] } }');
  }
  const rbm =
    "Rbm { visible: 4, seed: 1, notes: {}, labels: 0, kind: 'rbm', hiddenUnits: 2, " +
    "units: { visible: { type: 'bernoulli' }, hidden: { type: 'bernoulli' } } }";
  expect(shown).toEqual([rbm, '{ a: { rbm: [Rbm] } }', rbm, '{ a: { rbm: [Rbm] } }']);
  expect(inspect(engine)).toMatch(/^Engine {\s+info: { build: .simd., threads: 1/);
  expect(inspect(sync)).toContain("build: 'simd'");
});
