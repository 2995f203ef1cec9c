// The package in pages of all kinds: from another origin, under strict policies, where files do not come, in a worker
// of the page's own, and with workers that other code ends.
import type { Page } from '@playwright/test';
import { isolationHeaders } from '../../web/tools/headers.mjs';
import type * as library from '../../web/lib/index.ts';
import type * as synchronous from '../../web/lib/sync.ts';
import { expect, policy, test } from './hosts.ts';

interface Outcome {
  build?: string;
  threads?: number;
  reason?: string | undefined;
  count?: number;
  error?: string;
  code?: string | undefined;
}

/** Loads the package from there, works with it, and ends it. */
const useFrom = (page: Page, url: string, options: { locate?: Record<string, string>; memory?: number } = {}) =>
  page.evaluate(
    async ([from, { locate, memory }]): Promise<Outcome> => {
      try {
        const { load } = (await import(from)) as typeof library;
        const engine = await load({
          ...(locate ? { locate: (file: string) => locate[file] } : {}),
          ...(memory === undefined ? {} : { memory }),
        });
        const { count } = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
        const { build, threads, reason } = engine.info;
        engine.dispose();
        return { build, threads, reason, count };
      } catch (error) {
        const { name, message, code } = error as Error & { code?: string };
        return { error: `${name}: ${message}`, code };
      }
    },
    [`${url}lib/index.js`, options] as const,
  );

const works = { count: 14 };

test.describe('a package on another origin', () => {
  for (const [kind, headers, expected] of [
    ['a plain page', {}, { build: 'simd', threads: 1, ...works }],
    ['an isolated page', isolationHeaders, { build: 'threads', ...works }],
  ] as const) {
    test(`runs in ${kind}, by a copy of its worker`, async ({ page, site, cdn }) => {
      site.headers = headers;
      await page.goto(site.url);
      expect(await useFrom(page, cdn.url)).toMatchObject(expected);
      const located = { 'worker.js': `${cdn.url}lib/worker.js` };
      expect(await useFrom(page, site.url, { locate: located })).toMatchObject(expected);
    });
  }

  test('under a policy without blob: is refused with both ways out, which both work', async ({ page, site, cdn }) => {
    site.headers = { 'Content-Security-Policy': policy("'self'", cdn.url) };
    await page.goto(site.url);
    const refused = await useFrom(page, cdn.url);
    expect(refused).toMatchObject({ code: 'unsupported' });
    expect(refused.error).toContain(`is on another origin (${cdn.url}lib/worker.js)`);
    expect(refused.error).toMatch(/nor did a copy of it: .*content security policy forbids it \(worker-src\)/);
    expect(refused.error).toMatch(/`locate`, or use 'wakesleep\/sync'/);
    expect(await useFrom(page, cdn.url, { locate: { 'worker.js': '/lib/worker.js' } })).toMatchObject(works);
    const alone = await page.evaluate(async (from) => {
      const { load } = (await import(from)) as typeof synchronous;
      return (await load()).dataset({ kind: 'bars-and-stripes', size: 3 }).count;
    }, `${cdn.url}lib/sync.js`);
    expect(alone).toBe(14);
  });
});

test.describe('a strict policy', () => {
  test('is enough on one’s own host', async ({ page, site }) => {
    site.headers = { ...isolationHeaders, 'Content-Security-Policy': policy("'self'") };
    await page.goto(site.url);
    expect(await useFrom(page, site.url)).toMatchObject({ build: 'threads', ...works });
  });

  test('that forbids WebAssembly is told with the word that it lacks', async ({ page, site }) => {
    site.headers = { 'Content-Security-Policy': policy("'self'").replace("'wasm-unsafe-eval'", '') };
    await page.goto(site.url);
    const refused = await useFrom(page, site.url);
    expect(refused).toMatchObject({ code: 'unsupported' });
    expect(refused.error).toContain("its script-src needs 'wasm-unsafe-eval'");
  });
});

test.describe('a policy of Trusted Types', () => {
  const requiring = (names: string) => ({
    'Content-Security-Policy': `require-trusted-types-for 'script'; trusted-types ${names}`,
  });

  for (const [kind, headers, expected] of [
    ['plain', {}, { build: 'simd', ...works }],
    ['isolated', isolationHeaders, { build: 'threads', ...works }],
  ] as const) {
    test(`that allows ours is enough in a page that is ${kind}`, async ({ page, site, cdn }) => {
      site.headers = { ...headers, ...requiring('wakesleep') };
      const faults: string[] = [];
      page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
      await page.goto(site.url);
      expect(await useFrom(page, site.url)).toMatchObject(expected);
      expect(await useFrom(page, site.url, { locate: { 'worker.js': '/lib/worker.js' } })).toMatchObject(expected);
      // The page has no icon.
      expect(faults.filter((text) => !text.includes('404'))).toEqual([]);
      // By the worker's copy, whose policy is the page's.
      await page.goto(site.url);
      expect(await useFrom(page, cdn.url)).toMatchObject(expected);
    });
  }

  test('that does not is told with the word that it lacks', async ({ page, site }) => {
    site.headers = requiring("'none'");
    await page.goto(site.url);
    const refused = await useFrom(page, site.url);
    expect(refused).toMatchObject({ code: 'unsupported' });
    expect(refused.error).toContain('must allow ours: trusted-types wakesleep');
    expect(refused.error).toContain("'wakesleep/sync'");
  });

  test('may have a default policy in place of ours', async ({ page, site }) => {
    site.headers = requiring('default');
    await page.goto(site.url);
    await page.evaluate(() => {
      const { trustedTypes } = globalThis as unknown as {
        trustedTypes: { createPolicy(name: string, rules: object): void };
      };
      trustedTypes.createPolicy('default', { createScriptURL: (address: string) => address });
    });
    expect(await useFrom(page, site.url)).toMatchObject({ build: 'simd', ...works });
  });
});

test.describe('files that do not come', () => {
  test('are replaced by their copies in the scripts', async ({ page, site }) => {
    await page.goto(site.url);
    for (const missing of [/lib\/worker\.js$/, /\.wasm$/, /lib\/worker\.js$|\.wasm$/]) {
      await page.route(missing, (route) => route.fulfill({ status: 404, body: 'Not found' }));
      expect(await useFrom(page, site.url), String(missing)).toMatchObject({ build: 'simd', ...works });
      await page.unrouteAll();
    }
  });

  test('and a worker that may not be isolated, too', async ({ page, site }) => {
    site.headers = isolationHeaders;
    site.only['lib/worker.js'] = {};
    await page.goto(site.url);
    expect(await useFrom(page, site.url)).toMatchObject({ build: 'threads', ...works });
  });

  test('are told with address and cause where the page’s policy allows no copy', async ({ page, site }) => {
    site.headers = { 'Content-Security-Policy': policy("'self'") };
    await page.goto(site.url);
    await page.route('**/lib/worker.js', (route) => route.fulfill({ status: 404, body: 'Not found' }));
    const refused = await useFrom(page, site.url);
    expect(refused).toMatchObject({ code: 'unsupported' });
    expect(refused.error).toContain(`${site.url}lib/worker.js could not be loaded: the server answered 404`);
    expect(refused.error).toContain("'wakesleep/sync'");
  });

  test('are told where the user has said where they are', async ({ page, site }) => {
    await page.goto(site.url);
    const noWasm = await useFrom(page, site.url, { locate: { 'wakesleep-simd.wasm': '/nowhere.wasm' } });
    expect(noWasm).toMatchObject({ code: 'fetch' });
    expect(noWasm.error).toContain(`${site.url}nowhere.wasm could not be loaded: the server answered 404`);
    const noWorker = await useFrom(page, site.url, { locate: { 'worker.js': '/nowhere.js' } });
    expect(noWorker).toMatchObject({ code: 'worker-lost' });
    expect(noWorker.error).toContain(`${site.url}nowhere.js could not be loaded: the server answered 404`);
  });

  test('for want of a network are told so, and come when it is back', async ({ page, context, site }) => {
    await page.goto(site.url);
    await page.evaluate((from) => import(from), `${site.url}lib/index.js`);
    await context.setOffline(true);
    const refused = await useFrom(page, site.url);
    expect(refused).toMatchObject({ code: 'fetch' });
    expect(refused.error).toContain(`${site.url}lib/engine/wakesleep-simd.wasm could not be loaded`);
    await context.setOffline(false);
    expect(await useFrom(page, site.url)).toMatchObject(works);
  });
});

test.describe('an engine', () => {
  for (const [build, headers] of [
    ['simd', {}],
    ['threads', isolationHeaders],
  ] as const) {
    test(`whose worker other code ends rejects all that waits (${build})`, async ({ page, site }) => {
      site.headers = headers;
      await page.goto(site.url);
      const told = await page.evaluate(async (from) => {
        const workers: Worker[] = [];
        const Own = Worker;
        globalThis.Worker = class extends Own {
          constructor(...given: ConstructorParameters<typeof Worker>) {
            super(...given);
            workers.push(this);
          }
        };
        const { load } = (await import(from)) as typeof library;
        const engine = await load();
        const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
        const rbm = await engine.rbm({ visible: 9, hidden: 4 });
        const waits = rbm.train(data, { epochs: 1_000_000 });
        await engine.diagnostics();
        workers[0]?.terminate();
        const told = (error: Error & { code?: string }) =>
          `${engine.info.build} ${String(error.code)}: ${error.message}`;
        return [await waits.catch(told), await engine.diagnostics().catch(told)];
      }, `${site.url}lib/index.js`);
      for (const one of told)
        expect(one).toMatch(new RegExp(`^${build} worker-lost: the engine's worker stopped working: it has ended`));
    });
  }

  test('leaves nothing when it is disposed, however often, and several live side by side', async ({ page, site }) => {
    site.headers = isolationHeaders;
    await page.goto(site.url);
    const counts = await page.evaluate(async (from) => {
      const { load } = (await import(from)) as typeof library;
      const counts: number[] = [];
      // As React's strict mode does: an effect, its end, and the effect again.
      for (let i = 0; i < 6; i++) {
        const [first, second] = await Promise.all([load({ threads: 2 }), load({ threads: 1 })]);
        counts.push((await first.dataset({ kind: 'bars-and-stripes', size: 3 })).count);
        first.dispose();
        counts.push((await second.dataset({ kind: 'bars-and-stripes', size: 4 })).count);
        second.dispose();
        const controller = new AbortController();
        const third = load({ signal: controller.signal });
        controller.abort();
        await third.catch(() => undefined);
      }
      return counts;
    }, `${site.url}lib/index.js`);
    expect(counts).toEqual(Array.from({ length: 6 }, () => [14, 30]).flat());
    await expect.poll(() => page.workers().length).toBe(0);
  });

  test('has the memory that it is given, and says what helps when that runs out', async ({ page, site }) => {
    site.headers = isolationHeaders;
    await page.goto(site.url);
    const [memory, message, goesOn] = await page.evaluate(async (from) => {
      const { load } = (await import(from)) as typeof library;
      const engine = await load({ threads: 2, memory: 2 ** 26 });
      const { memory } = await engine.diagnostics();
      const large = engine.rbm({ visible: 8000, hidden: 8000 });
      const message = await large.then(
        () => '',
        (error: Error) => `${error.name}: ${error.message}`,
      );
      return [memory, message, (await engine.rbm({ visible: 4, hidden: 4 })).visible] as const;
    }, `${site.url}lib/index.js`);
    expect(memory).toBe(2 ** 26);
    expect(message).toMatch(/^RangeError: out of memory: the engine has 64 MB .*load\({ memory: 2 \*\* 31 }\)/);
    expect(goesOn).toBe(4);
  });

  test('goes on where models are dropped without dispose in a loop that waits for nothing else', async ({
    page,
    site,
  }) => {
    site.headers = isolationHeaders;
    await page.goto(site.url);
    const made = await page.evaluate(async (from) => {
      const { load } = (await import(from)) as typeof library;
      const engine = await load({ threads: 2, memory: 2 ** 26 });
      let made = 0;
      // Of 4 MB, and then of more than half the memory.
      for (; made < 40; ++made) await engine.rbm({ visible: 1000, hidden: 1000, seed: made });
      for (; made < 44; ++made) await engine.rbm({ visible: 3000, hidden: 3000, seed: made });
      return made;
    }, `${site.url}lib/index.js`);
    expect(made).toBe(44);
  });

  test('takes a Blob, a File, a URL and a signal of a frame', async ({ page, site }) => {
    await page.goto(site.url);
    const same = await page.evaluate(async (from) => {
      const { load } = (await import(from)) as typeof library;
      const engine = await load();
      const rbm = await engine.rbm({ visible: 4, hidden: 2 });
      const bytes = await rbm.save();
      const frame = document.body.appendChild(document.createElement('iframe'));
      const realm = frame.contentWindow as unknown as typeof globalThis;
      const address = new realm.URL(URL.createObjectURL(new Blob([bytes])));
      const { signal } = new realm.AbortController();
      const sources = [new realm.Blob([bytes]), new realm.File([bytes], 'a'), address, realm.Uint8Array.from(bytes)];
      const opened = await Promise.all(sources.map((source) => engine.open(source, { signal })));
      const prints = await Promise.all(opened.map((model) => model.fingerprint()));
      const images = new realm.Blob([Uint8Array.from([0, 0, 8, 3, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255])]);
      const { count } = await engine.dataset({ kind: 'idx', images });
      const aborted = realm.AbortSignal.abort(new Error('enough'));
      const refused = await rbm.freeEnergy(new realm.Float32Array(4), { signal: aborted }).catch(String);
      return [prints.every((print) => print === prints[0]), count, refused];
    }, `${site.url}lib/index.js`);
    expect(same).toEqual([true, 1, 'Error: enough']);
  });

  test('works in a worker of the page’s own, whose URLs are relative to its script', async ({ page, site }) => {
    site.headers = isolationHeaders;
    site.pages['/app/worker.js'] = `
      import { load } from '/lib/index.js';
      try {
        const engine = await load();
        const rbm = await engine.rbm({ visible: 4, hidden: 2 });
        const opened = await engine.open('models/a.safetensors').catch((error) => error.message);
        postMessage([engine.info.build, rbm.visible, opened]);
      } catch (error) { postMessage([error.message]); }`;
    await page.goto(site.url);
    const told = await page.evaluate(
      () =>
        new Promise((resolve) => {
          const worker = new Worker('/app/worker.js', { type: 'module' });
          worker.onmessage = ({ data }) => resolve(data);
          worker.onerror = (event) => resolve(event.message);
        }),
    );
    const where = `${site.url}app/models/a.safetensors could not be loaded: the server answered 404 Not Found`;
    expect(told).toEqual(['threads', 4, where]);
  });
});
