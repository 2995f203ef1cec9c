// The engine's module comes in two parts: a page that dreams and reads never asks for the second, one that trains does
// so once, and notices nothing but the time.
import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { isolationHeaders } from '../../web/tools/headers.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';
import type * as library from '../../web/lib/index.ts';
import { expect, policy, test, type Host } from './hosts.ts';

const { load: loadInNode } = (await import(fromRoot('dist/lib/index.js'))) as typeof library;
const model = await readFile(fromRoot('models/twos-rbm.safetensors'));
const builds = [
  ['simd', {}],
  ['threads', isolationHeaders],
] as const;

/** What the page asks for of the module, as often as it does. */
async function open(page: Page, site: Host): Promise<string[]> {
  const asked: string[] = [];
  page.on('request', (request) => {
    const [file] = /wakesleep-[^/]*\.wasm$/.exec(request.url()) ?? [];
    if (file) asked.push(file);
  });
  await page.route('**/model', (route) => route.fulfill({ body: model }));
  await page.goto(site.url);
  return asked;
}

const from = (site: Host) => `${site.url}lib/index.js`;

test.describe('a page', () => {
  for (const [build, headers] of builds) {
    test(`that reads and dreams asks for the first part alone, one that trains for the rest, once (${build})`, async ({
      page,
      site,
    }) => {
      site.headers = headers;
      const asked = await open(page, site);
      const read = await page.evaluate(async (path) => {
        const { load } = (await import(path)) as typeof library;
        const engine = await load(globalThis.crossOriginIsolated ? { threads: 2 } : {});
        const rbm = (await engine.open('/model')) as library.Rbm;
        Object.assign(globalThis, { engine, rbm });
        const drawing = await engine.preprocessDigit([[[0, 0] as const, [5, 9] as const]]);
        const shapes: (readonly (number | string)[])[] = [drawing.shape];
        shapes.push((await rbm.reconstruct(drawing.data)).shape, (await rbm.hiddenMeans(drawing.data)).shape);
        shapes.push((await rbm.freeEnergy(drawing.data)).shape, (await rbm.sample({ chains: 2 })).means.shape);
        for await (const { images } of rbm.dream({ chains: 3, seed: 1 })) {
          shapes.push(images.shape);
          break;
        }
        const data = await engine.dataset({ kind: 'stroke-digits', count: 20 });
        shapes.push((await data.rows(0, 2)).shape, (await rbm.hiddenMeans(data)).shape);
        await rbm.reconstruct(new Float32Array(3)).catch((error: Error) => shapes.push([error.message]));
        await engine.open(new Uint8Array(9)).catch((error: Error) => shapes.push([error.message]));
        await engine.diagnostics();
        return { info: engine.info, shapes };
      }, from(site));
      expect(read.info.build).toBe(build);
      expect(read.shapes).toHaveLength(10);
      expect(asked).toEqual([`wakesleep-${build}.wasm`]);

      // Many calls at once, none of which waits for another; the order of those that draw is that of the calls.
      const learned = await page.evaluate(async () => {
        const { engine, rbm } = globalThis as unknown as { engine: library.Engine; rbm: library.Rbm };
        const data = await engine.dataset({ kind: 'stroke-digits', count: 300 });
        const [, second] = await Promise.all([
          rbm.train(data, { epochs: 2 }),
          engine.rbm({ visible: 784, hidden: 100, seed: 3 }),
          rbm.freeEnergyGap(data, data),
        ]);
        await second.train(data, { epochs: 1, method: 'pcd' });
        return [await rbm.fingerprint(), await second.fingerprint()];
      });
      expect(asked).toEqual([`wakesleep-${build}.wasm`, `wakesleep-${build}-rest.wasm`]);
      const native = await loadInNode({ threads: 1 });
      const data = await native.dataset({ kind: 'stroke-digits', count: 300 });
      const first = (await native.open(model)) as library.Rbm;
      await first.train(data, { epochs: 2 });
      const second = await native.rbm({ visible: 784, hidden: 100, seed: 3 });
      await second.train(data, { epochs: 1, method: 'pcd' });
      expect(learned).toEqual([await first.fingerprint(), await second.fingerprint()]);
      native.dispose();
    });
  }

  test('dreams by the first part alone, however many units the model has', async ({ page, site }) => {
    const asked = await open(page, site);
    const native = await loadInNode({ threads: 1 });
    // The last panel of columns has 1 to 8 vectors, up and down.
    const sizes = Array.from({ length: 8 }, (_, i) => 4 * (i + 1));
    for (const units of sizes) {
      const rbm = await native.rbm({ visible: 64 + units, hidden: 128 + units });
      const body = Buffer.from(await rbm.save());
      await page.route(`**/model-${String(units)}`, (route) => route.fulfill({ body }));
    }
    native.dispose();
    const shapes = await page.evaluate(
      async ({ path, sizes }) => {
        const { load } = (await import(path)) as typeof library;
        const engine = await load();
        const found: number[][] = [];
        for (const units of sizes) {
          const rbm = (await engine.open(`/model-${String(units)}`)) as library.Rbm;
          // Few additions, and so many that the ways of cutting them up take turns.
          for (const chains of [1, 400]) found.push((await rbm.sample({ chains, steps: 20 })).means.shape);
          const grey = Float32Array.from({ length: 400 * rbm.visible }, (_, i) => (i % 7) / 6);
          for (let i = 0; i < 20; ++i) await rbm.hiddenMeans(grey);
        }
        return found;
      },
      { path: from(site), sizes },
    );
    expect(shapes).toHaveLength(16);
    expect(asked).toEqual(['wakesleep-simd.wasm']);
  });

  test('has several engines, each with its parts', async ({ page, site }) => {
    site.headers = isolationHeaders;
    await open(page, site);
    const prints = await page.evaluate(async (path) => {
      const { load } = (await import(path)) as typeof library;
      const engines = await Promise.all([load({ threads: 2 }), load({ threads: 1 }), load({ threads: 2 })]);
      return Promise.all(
        engines.map(async (engine) => {
          const rbm = (await engine.open('/model')) as library.Rbm;
          await rbm.reconstruct(new Float32Array(784), { seed: 1 });
          await rbm.train(await engine.dataset({ kind: 'stroke-digits', count: 200 }), { epochs: 1 });
          return rbm.fingerprint();
        }),
      );
    }, from(site));
    expect(new Set(prints).size).toBe(1);
  });
});

test.describe('while the rest is on its way', () => {
  test('calls wait and are answered in their order, but one that is aborted', async ({ page, site }) => {
    const asked = await open(page, site);
    let send: () => void = () => undefined;
    const sent = new Promise<void>((resolve) => (send = resolve));
    await page.route('**/*-rest.wasm', async (route) => {
      await sent;
      await route.continue();
    });
    const outcome = page.evaluate(async (path) => {
      const { load } = (await import(path)) as typeof library;
      const engine = await load();
      const rbm = (await engine.open('/model')) as library.Rbm;
      const zeros = new Float32Array(784);
      const ended: string[] = [];
      const controller = new AbortController();
      const calls = {
        fingerprint: rbm.fingerprint(),
        created: engine.rbm({ visible: 3, hidden: 3 }).then(async (other) => other.dispose()),
        epochs: rbm.epochs(),
        pseudo: rbm.pseudoLikelihood(zeros, { signal: controller.signal }),
        parameters: rbm.parameters(),
        saved: rbm.save(),
      };
      for (const [name, call] of Object.entries(calls)) {
        call.then(
          () => ended.push(name),
          (error: Error) => ended.push(`${name}: ${error.message}`),
        );
      }
      controller.abort(new Error('enough'));
      rbm.dispose();
      await calls.pseudo.catch(() => undefined);
      const before = [...ended];
      await Promise.allSettled(Object.values(calls));
      engine.dispose();
      return { before, ended };
    }, from(site));
    await expect.poll(() => asked.length).toBe(2);
    send();
    const { before, ended } = await outcome;
    expect(before).toEqual(['pseudo: enough']);
    // All are answered before the model is disposed.
    expect(ended.sort()).toEqual(['created', 'epochs', 'fingerprint', 'parameters', 'pseudo: enough', 'saved']);
  });

  test('other models answer, and dream', async ({ page, site }) => {
    const asked = await open(page, site);
    await page.route('**/*-rest.wasm', () => undefined); // never answers
    const told = await page.evaluate(async (path) => {
      const { load } = (await import(path)) as typeof library;
      const engine = await load();
      const rbm = (await engine.open('/model')) as library.Rbm;
      const dream = rbm.dream({ chains: 2 });
      await dream.next();
      const other = (await engine.open('/model')) as library.Rbm;
      const othersDream = other.dream({ chains: 2 });
      await othersDream.next();
      const saved = other.save().catch(() => undefined);
      const behind = [other.reconstruct(new Float32Array(784)), othersDream.next()];
      let answered = 0;
      for (const call of behind)
        call.then(
          () => answered++,
          () => undefined,
        );
      const steps: unknown[] = [];
      for (let i = 0; i < 5; i++) steps.push((await dream.next()).value?.steps);
      await rbm.reconstruct(new Float32Array(784));
      await (await engine.open('/model')).dispose();
      engine.dispose();
      await saved;
      return { steps, answered };
    }, from(site));
    expect(told).toEqual({ steps: [2, 3, 4, 5, 6], answered: 0 });
    expect(asked).toHaveLength(2);
  });

  test('an engine that is disposed rejects what waits, and leaves nothing', async ({ page, site }) => {
    const asked = await open(page, site);
    await page.route('**/*-rest.wasm', () => undefined); // never answers
    const outcome = page.evaluate(async (path) => {
      const { load } = (await import(path)) as typeof library;
      const engine = await load();
      const rbm = (await engine.open('/model')) as library.Rbm;
      const waiting = [rbm.save(), rbm.freeEnergy(new Float32Array(784))];
      setTimeout(() => engine.dispose(), 100);
      return Promise.all(waiting.map((call) => call.catch((error: Error & { code?: string }) => error.code)));
    }, from(site));
    expect(await outcome).toEqual(['disposed', 'disposed']);
    expect(asked).toHaveLength(2);
    await expect.poll(() => page.workers().length).toBe(0);
  });
});

test.describe('a rest that does not come', () => {
  const faults = {
    'is not there': ['fetch', 'could not be loaded: the server answered 404'],
    'is a page': ['format', 'is a page (HTML) and not WebAssembly'],
    'is damaged': ['format', "the engine's WebAssembly is damaged"],
    'is forbidden': ['fetch', 'could not be loaded'],
  } as const;
  for (const [fault, [code, message]] of Object.entries(faults)) {
    test(`because it ${fault}, is an error that names it; what is open stays, and the next call asks again`, async ({
      page,
      site,
      cdn,
    }) => {
      // The build with threads has no copy in the scripts.
      site.headers = isolationHeaders;
      if (fault === 'is forbidden') {
        site.headers = { ...isolationHeaders, 'Content-Security-Policy': policy("'self'") };
      }
      await open(page, site);
      const answers = {
        'is not there': { status: 404, body: 'Not found' },
        'is a page': { contentType: 'text/html', body: '<!doctype html><title>Our site</title>' },
        'is damaged': { body: Buffer.from([0, 97, 115, 109, 1, 0, 0, 0, 255, 255]) },
      };
      const address = fault === 'is forbidden' ? `${cdn.url}lib/engine/wakesleep-threads-rest.wasm` : undefined;
      if (fault in answers)
        await page.route('**/*-rest.wasm', (route) => route.fulfill(answers[fault as keyof typeof answers]));
      const refused = await page.evaluate(
        async ([path, address]) => {
          const { load } = (await import(path)) as typeof library;
          const locate = (file: string) => (file.endsWith('-rest.wasm') ? address : undefined);
          const engine = await load({ threads: 2, locate });
          const rbm = (await engine.open('/model')) as library.Rbm;
          Object.assign(globalThis, { engine, rbm });
          const told = (error: Error & { code?: string }) => ({ code: error.code, message: error.message });
          const [saved, shape] = await Promise.all([
            rbm.save().then(() => null, told),
            rbm.reconstruct(new Float32Array(784)).then(({ shape }) => shape),
          ]);
          return { saved, shape, again: await engine.rbm({ visible: 2, hidden: 2 }).then(() => null, told) };
        },
        [from(site), address] as const,
      );
      for (const one of [refused.saved, refused.again]) {
        expect(one?.code).toBe(code);
        expect(one?.message).toContain(message);
        if (fault !== 'is damaged') expect(one?.message).toContain('wakesleep-threads-rest.wasm');
      }
      expect(refused.shape).toEqual([1, 784]);
      if (fault === 'is forbidden') return;
      await page.unroute('**/*-rest.wasm');
      const print = await page.evaluate(async () => {
        const { engine, rbm } = globalThis as unknown as { engine: library.Engine; rbm: library.Rbm };
        await rbm.train(await engine.dataset({ kind: 'stroke-digits', count: 100 }), { epochs: 1 });
        return rbm.fingerprint();
      });
      expect(print).toMatch(/^[0-9a-f]{16}$/);
    });
  }

  test('is taken from its copy in the scripts, with one thread', async ({ page, site }) => {
    await open(page, site);
    await page.route('**/*-rest.wasm', (route) => route.fulfill({ status: 404, body: 'Not found' }));
    const visible = await page.evaluate(async (path) => {
      const { load } = (await import(path)) as typeof library;
      return (await (await load()).rbm({ visible: 9, hidden: 4 })).visible;
    }, from(site));
    expect(visible).toBe(9);
  });
});

// What no first call is known to reach: the thread that lacks a function asks for the rest itself, and waits.
test.describe('a function of the rest that is called before it has come', () => {
  for (const [build, headers] of builds) {
    test(`brings it (${build})`, async ({ page, site }) => {
      site.headers = headers;
      const asked = await open(page, site);
      const print = await page.evaluate(
        async ([base, build]) => {
          const worker = new Worker(`${base}worker.js`, { type: 'module', name: 'wakesleep' });
          const engine = `${base}engine/wakesleep-${build}`;
          const wasm = new Uint8Array(await (await fetch(`${engine}.wasm`)).arrayBuffer());
          let id = 0;
          const call = (target: number, method: string, ...args: unknown[]) =>
            new Promise<unknown>((resolve, reject) => {
              const own = ++id;
              worker.addEventListener('message', ({ data }) => {
                if (data.kind === 'fatal' || (data.id === own && data.kind === 'error'))
                  reject(new Error(JSON.stringify(data)));
                else if (data.id === own && data.kind === 'result') resolve(data.result);
              });
              worker.postMessage({ kind: 'call', id: own, target, method, args, about: [] });
            });
          await new Promise((resolve) => worker.addEventListener('message', resolve, { once: true }));
          const threads = build === 'threads' ? 3 : 1;
          await call(0, 'start', { build, threads, wasm, rest: { address: `${engine}-rest.wasm` }, lock: 'a' });
          const handle = (made: unknown) => (made as { object: { handle: number } }).object.handle;
          const data = handle(await call(0, 'datasetFromSource', { kind: 'stroke-digits', count: 300 }));
          const rbm = handle(await call(0, 'rbm', { visible: 784, hidden: 100, seed: 3 }));
          await call(rbm, 'train', { 'wakesleep:token': 'handle', handle: data }, { epochs: 1, method: 'pcd' });
          return call(rbm, 'fingerprint');
        },
        [`${site.url}lib/`, build] as const,
      );
      const native = await loadInNode({ threads: 1 });
      const rbm = await native.rbm({ visible: 784, hidden: 100, seed: 3 });
      await rbm.train(await native.dataset({ kind: 'stroke-digits', count: 300 }), { epochs: 1, method: 'pcd' });
      expect(print).toBe(await rbm.fingerprint());
      native.dispose();
      expect(asked).toContain(`wakesleep-${build}-rest.wasm`);
    });
  }
});
