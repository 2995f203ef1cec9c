// The site without a network, and isolated where the host sends no headers: what its service worker does. "Without a
// network" is a server that has ended, so that nothing can come from anywhere but the caches.

import { cpSync, mkdtempSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Page } from '@playwright/test';
import { fromRoot } from '../../web/tools/paths.mjs';
import { serve } from '../../web/tools/serve.mjs';
import { expectAccessible } from './accessibility.ts';
import { expect, test as base } from './harness.ts';
import { canvasOf, draw, dreaming, figure, seven } from './page.ts';

interface Host {
  url: string;
  /** A copy of the built site. */
  folder: string;
  start(): Promise<void>;
  end(): Promise<void>;
}

const test = base.extend<{ host: Host; isolation: boolean }>({
  isolation: [true, { option: true }],
  host: async ({ isolation, faults }, use) => {
    const folder = mkdtempSync(join(tmpdir(), 'wakesleep-offline-'));
    // Not what is packed beside the files, nor what no test asks for.
    const wanted = (path: string): boolean => !/\.(br|gz)$|\/reference$/.test(path);
    cpSync(fromRoot('dist/site'), folder, { recursive: true, filter: wanted });
    let server: Awaited<ReturnType<typeof serve>> | null = null;
    let port = 0;
    const host: Host = {
      url: '',
      folder,
      async start() {
        server = await serve({ folder, port, isolation, data: undefined });
        ({ port, url: host.url } = server);
      },
      async end() {
        await server?.close();
        server = null;
      },
    };
    await host.start();
    await use(host);
    await host.end();
    rmSync(folder, { recursive: true });
    // The browser itself reports what did not come.
    const others = faults.filter((fault) => !/ERR_CONNECTION_REFUSED|ERR_FAILED|fetching the script/.test(fault));
    faults.splice(0, faults.length, ...others);
  },
});
test.use({ serviceWorkers: 'allow' });

/** Paths of all that is kept, below the site's folder. */
const kept = (page: Page): Promise<string[]> =>
  page.evaluate(async () => {
    const paths: string[] = [];
    for (const name of await caches.keys())
      for (const { url } of await (await caches.open(name)).keys()) paths.push(new URL(url).pathname.slice(1));
    return paths;
  });
const keeps = (page: Page, ...patterns: RegExp[]): Promise<void> =>
  expect
    .poll(async () => {
      const paths = await kept(page);
      return patterns.filter((pattern) => !paths.some((path) => pattern.test(path)));
    })
    .toEqual([]);
/** That the engine of a visit is there when the next one has no network. */
const engine = [/^assets\/worker-/, /wakesleep-(simd|threads)-.{8}\.wasm$/, /wakesleep-threads-.{8}\.js$/];

/** Opens what the foot has of it. */
async function openFoot(page: Page): Promise<void> {
  await page.getByText('Without a network', { exact: true }).click();
  await expect(figure(page, 'offline')).toBeVisible();
}

test('after one visit, what was visited opens without a network', async ({ page, host, context }) => {
  await page.goto(host.url);
  await dreaming(page);
  await keeps(page, /^index\.html$/, /digits-dbn.*\.safetensors$/, /film-.*\.bin$/, ...engine);
  await page.close();
  await host.end();

  const again = await context.newPage();
  await again.goto(host.url);
  await dreaming(again);
  await draw(again, seven);
  await expect(figure(again, 'reading')).toHaveText(/a 7$/);
  expect(await again.evaluate(() => crossOriginIsolated)).toBe(true);
  // What was not visited is told.
  await again.getByRole('link', { name: 'Docs', exact: true }).click();
  await expect(again.getByRole('alert')).toContainText('This page could not be loaded.');
});

test('kept for a class, every page opens without a network; removed, nothing of it is left', async ({ page, host }) => {
  await page.goto(host.url);
  await dreaming(page);
  await openFoot(page);
  await expect(figure(page, 'offline')).toContainText(/\d\sMB to fetch/);
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  await expect(figure(page, 'offline-kept')).toHaveText(/^Everything is kept \(\d+\.\d\sMB\)/);
  await expect(figure(page, 'announced')).toHaveText(/^Everything is kept/);
  // The libraries of the page Speed are kept where they are wished for, and no others are that large.
  expect((await kept(page)).filter((path) => /ort-|tfjs|jax/.test(path))).toEqual([]);
  await host.end();

  await page.goto('about:blank');
  for (const [hash, title] of [
    ['', 'A network that dreams digits'],
    ['#/twos', 'It has only ever seen 2s'],
    ['#/train', 'Train a machine of your own'],
    ['#/speed', 'How fast is it here?'],
    ['#/docs', 'First steps'],
  ] as const) {
    await page.goto('about:blank');
    await page.goto(`${host.url}${hash}`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    if (hash === '') await dreaming(page);
    if (hash === '#/twos') await expect(canvasOf(page, 'unit')).toHaveCount(50);
    if (hash === '#/train') {
      await expect(figure(page, 'data')).toContainText('5,000 examples', { timeout: 60_000 });
      await page.getByRole('button', { name: 'Train', exact: true }).click();
      await expect(figure(page, 'batch')).not.toHaveText(/^0/);
    }
  }

  await openFoot(page);
  await page.getByRole('button', { name: 'Remove' }).click();
  await expect(figure(page, 'offline-kept')).toHaveText('Removed. What you visit is kept again.');
  expect((await kept(page)).filter((path) => /\.(safetensors|wasm)$|Train/.test(path))).toEqual([]);
});

test('a pack of chosen lessons opens without a network, is as large as was said, and says what it has not', async ({
  page,
  host,
  context,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(`${host.url}#/learn/energy`);
  await openFoot(page);
  const lessons = figure(page, 'offline').locator('details');
  await expect(lessons.locator('summary')).toHaveText('Lessons: 15 of 15');
  const whole = Number(/of ([\d.]+)\sMB/.exec(await figure(page, 'offline-kept').innerText())?.[1]);
  await lessons.locator('summary').press('Enter');
  await expectAccessible(page);
  // Those that have no network of their own come with the pages.
  await expect(lessons.getByRole('checkbox', { name: 'Energy' })).toBeDisabled();
  // What others open, too, adds nothing, until it is the last of them.
  await expect(lessons.getByRole('checkbox', { name: 'Recognition (nothing more)' })).toBeChecked();
  await lessons.getByRole('button', { name: 'None of them' }).press('Enter');
  await expect(lessons.locator('summary')).toHaveText('Lessons: 8 of 15');
  await expect(lessons.getByRole('checkbox', { name: /^Recognition \([\d.]+\sMB\)/ })).not.toBeChecked();
  await lessons.getByRole('checkbox', { name: /^Feedback/ }).press('Space');
  await expect(lessons.locator('summary')).toHaveText('Lessons: 9 of 15');
  const size = /of ([\d.]+\sMB)/.exec(await figure(page, 'offline-kept').innerText())?.[1] ?? '';
  expect(parseFloat(size)).toBeLessThan(whole - 7);
  await expect(figure(page, 'announced')).toHaveText(/MB to fetch\.$/);
  // What was chosen outlives a network that ends before all has come.
  await host.end();
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  await expect(figure(page, 'offline').getByRole('alert')).toBeVisible();
  await host.start();
  await page.reload();
  await openFoot(page);
  await expect(lessons.locator('summary')).toHaveText('Lessons: 9 of 15');
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  await expect(figure(page, 'offline-kept')).toHaveText(
    `What you chose is kept (${size}): it opens without a network.`,
  );
  const keptNets = async (now: Page) => (await kept(now)).filter((path) => path.endsWith('.safetensors'));
  expect(await keptNets(page)).toEqual([expect.stringContaining('digits-dbm')]);
  const bytes = await page.evaluate(async () => {
    const [name = ''] = await caches.keys();
    const cache = await caches.open(name);
    const files = (await cache.keys()).filter(({ url }) => !url.endsWith('everything-is-kept'));
    const sizes = files.map(async (file) => (await (await cache.match(file))!.blob()).size);
    return (await Promise.all(sizes)).reduce((sum, one) => sum + one, 0);
  });
  expect(`${(bytes / 1e6).toFixed(1)}\u00a0MB`).toBe(size);
  await host.end();

  let asked = 0;
  page.on('request', (request) => (asked += Number(request.url().endsWith('.safetensors'))));
  const visit = async (hash: string): Promise<void> => {
    await page.goto('about:blank');
    await page.goto(`${host.url}${hash}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  };
  const alert = page.locator('figure.panel').getByRole('alert');
  await visit('#/learn/feedback');
  await expect(page.locator('.learn [aria-busy="true"]')).toHaveCount(0);
  await expect(alert).toHaveCount(0);
  await visit('#/learn/wakesleep');
  await expect(alert).toContainText('not among those that are kept on this device');
  // It is not on its way besides.
  await expect(figure(page, 'says')).toBeHidden();
  await visit('#/learn');
  await expect(figure(page, 'kept')).toHaveText(Array.from({ length: 9 }, () => 'kept on this device'));
  await expect(page.getByRole('listitem').filter({ hasText: 'Feedback' })).toContainText('kept on this device');
  await visit('');
  await expect(figure(page, 'reading')).toHaveText('It can’t read now');
  await expect(page.locator('.reads')).toContainText('it is not among what is kept on this device');
  await visit('#/learn/features?lang=de');
  await expect(alert).toContainText('gehört nicht zu denen, die auf diesem Gerät behalten sind');
  await page.getByText('Ohne Netz', { exact: true }).click();
  await expect(lessons.locator('summary')).toHaveText('Lektionen: 9 von 15');
  await expect(page.getByRole('button', { name: 'Für die Zeit ohne Netz behalten' })).toHaveCount(0);
  expect(asked, 'what does not come is not asked for again and again').toBeLessThan(10);
  await page.close();

  // A new build keeps what was chosen, and no more.
  await host.start();
  renew(host.folder);
  const later = await context.newPage();
  await later.goto(`${host.url}#/learn/energy`);
  await keeps(later, /^assets\/Codes-.{6}_0\.js$/);
  await expect
    .poll(() => later.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)))
    .toBe(true);
  await openFoot(later);
  await expect(figure(later, 'offline').locator('summary')).toHaveText('Lessons: 9 of 15');
  await expect(figure(later, 'offline-kept')).toHaveText(/^What you chose is kept/);
  // What was asked for in vain meanwhile may have come.
  expect((await keptNets(later)).filter((path) => !/digits-dbm|strokes|twos/.test(path))).toEqual([]);
});

test('what stands in the way of keeping is told in words', async ({ page, host, faults }) => {
  await page.goto(host.url);
  await dreaming(page);
  await openFoot(page);
  await expect(page.getByRole('button', { name: 'Keep for offline use' })).toBeVisible();
  const session = await page.context().newCDPSession(page);
  const origin = host.url.replace(/\/$/, '');
  await session.send('Storage.overrideQuotaForOrigin', { origin, quotaSize: 1e6 });
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  const alert = figure(page, 'offline').getByRole('alert');
  await expect(alert).toContainText(/There is too little room: \d+\.\d\sMB are needed\./);
  await session.send('Storage.overrideQuotaForOrigin', { origin });

  const [twos = ''] = readdirSync(join(host.folder, 'assets')).filter((name) => /^Twos-.*\.js$/.test(name));
  renameSync(join(host.folder, 'assets', twos), join(host.folder, 'away'));
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  await expect(alert).toContainText(`A file did not come from the server (assets/${twos})`);
  renameSync(join(host.folder, 'away'), join(host.folder, 'assets', twos));
  await page.getByRole('button', { name: 'Keep for offline use' }).click();
  await expect(figure(page, 'offline-kept')).toHaveText(/^Everything is kept/);
  await expect(alert).toHaveCount(0);
  faults.splice(0, faults.length, ...faults.filter((fault) => !fault.includes('404')));
});

test('a browser that keeps nothing says so', async ({ page, host }) => {
  await page.addInitScript(() => {
    delete (Navigator.prototype as { serviceWorker?: unknown }).serviceWorker;
  });
  await page.goto(host.url);
  await openFoot(page);
  await expect(figure(page, 'offline').getByRole('alert')).toContainText('This browser keeps nothing here.');
});

test.describe('where the host sends no headers', () => {
  test.use({ isolation: false });

  test('the page becomes isolated by one reload, and has threads', async ({ page, host }) => {
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(host.url);
    // To evaluate something in the page is a reader's act, for Chromium, and so nothing is before the reload.
    await expect.poll(() => loads).toBe(2);
    await dreaming(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    const cores = await page.evaluate(() => navigator.hardwareConcurrency);
    if (cores > 1) await expect(figure(page, 'engine')).toContainText(`${String(Math.min(cores, 8))} threads`);
    expect(loads).toBe(2);
    await page.reload();
    await dreaming(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
    expect(loads).toBe(3);
  });

  test('who has begun to do something is not interrupted, and has threads at the next visit', async ({
    page,
    host,
  }) => {
    let loads = 0;
    page.on('load', () => (loads += 1));
    await page.goto(host.url, { waitUntil: 'commit' });
    await page.mouse.click(5, 5);
    await page.waitForFunction(() => navigator.serviceWorker.controller !== null);
    await dreaming(page);
    expect([loads, await page.evaluate(() => crossOriginIsolated)]).toEqual([1, false]);
    await page.reload();
    await dreaming(page);
    expect(await page.evaluate(() => crossOriginIsolated)).toBe(true);
  });

  test('a frame of another page registers nothing, and a page asked for one thread is not reloaded', async ({
    page,
    host,
  }) => {
    await page.goto(`${host.url}?embed`);
    await dreaming(page);
    await page.waitForTimeout(2000);
    expect(await page.evaluate(() => navigator.serviceWorker.getRegistrations().then((all) => all.length))).toBe(0);
    let loads = 0;
    page.on('load', () => (loads += 1));
    const started = page.context().waitForEvent('serviceworker');
    await page.goto(`${host.url}?threads=1`);
    await started;
    await page.waitForTimeout(3000);
    expect(loads).toBe(1);
    expect(await page.evaluate(() => navigator.serviceWorker.controller !== null)).toBe(true);
  });
});

/** Makes another build of the site's copy: all scripts have other names, and so have the places that name them. */
function renew(folder: string): void {
  const assets = join(folder, 'assets');
  const renamed = new Map<string, string>();
  for (const name of readdirSync(assets).filter((one) => one.endsWith('.js')))
    renamed.set(
      name,
      name.replace(/-[\w-]{8}\.js$/, (hash) => `-${hash.slice(1, 7)}_0.js`),
    );
  const texts = [...readdirSync(assets).map((name) => join('assets', name)), 'index.html', 'service-worker.js'];
  for (const path of texts.filter((name) => /\.(js|html)$/.test(name))) {
    let text = readFileSync(join(folder, path), 'utf8');
    for (const [before, after] of renamed) text = text.replaceAll(before, after);
    if (path === 'index.html') text = text.replace('</head>', '<meta name="build" content="renewed" /></head>');
    if (path === 'service-worker.js') text = text.replace(/(build:.)\w{16}/, '$1renewedrenewed00');
    writeFileSync(join(folder, path), text);
  }
  for (const [before, after] of renamed) renameSync(join(assets, before), join(assets, after));
}

test('a new build is taken at the next visit, keeps what the old one kept, and is not mixed with it', async ({
  page,
  host,
  context,
}) => {
  await page.goto(`${host.url}#/train`);
  await expect(figure(page, 'data')).toContainText('5,000 examples', { timeout: 60_000 });
  await keeps(page, /^assets\/Train-.*\.js$/, ...engine);
  const before = await kept(page);
  await page.goto('about:blank');
  renew(host.folder);
  await page.goto(host.url);
  await expect(page.locator('meta[name="build"]')).toHaveCount(1);
  // The new one's files come beside the old ones, which stay whole while a page is open.
  await keeps(page, /^assets\/Train-.{6}_0\.js$/, /^assets\/index-.{6}_0\.js$/);
  expect((await kept(page)).filter((path) => before.includes(path)).length).toBeGreaterThanOrEqual(before.length);
  await expect
    .poll(() => page.evaluate(async () => Boolean((await navigator.serviceWorker.getRegistration())?.waiting)))
    .toBe(true);
  await page.close();
  await host.end();

  const later = await context.newPage();
  await expect(async () => {
    await later.goto('about:blank');
    await later.waitForTimeout(500);
    // Browsers take the new worker some moments after the last page of the old one.
    await later.goto(`${host.url}#/train`);
    await expect(later.locator('meta[name="build"]')).toHaveCount(1, { timeout: 1000 });
  }).toPass();
  await expect(figure(later, 'data')).toContainText('5,000 examples', { timeout: 60_000 });
  await expect.poll(() => later.evaluate(async () => (await caches.keys()).length)).toBe(1);
  const scripts = (await kept(later)).filter((path) => path.endsWith('.js') && path !== 'disk.js');
  expect(scripts.filter((path) => !path.endsWith('_0.js'))).toEqual([]);
});

test('an installed site has a name, icons that are there, and starts at its first page', async ({ request, site }) => {
  const answer = await request.get(`${site}manifest.webmanifest`);
  expect(answer.headers()['content-type']).toContain('application/manifest+json');
  const manifest = (await answer.json()) as Record<string, string> & { icons: { src: string; sizes: string }[] };
  expect(manifest).toMatchObject({ short_name: 'Wakesleep', start_url: './', scope: './', display: 'standalone' });
  for (const { src, sizes } of manifest.icons) {
    const png = await (await request.get(`${site}${src}`)).body();
    // Width and height stand in a PNG's first chunk.
    expect(`${String(png.readUInt32BE(16))}x${String(png.readUInt32BE(20))}`).toBe(sizes);
  }
  const worker = await request.get(`${site}service-worker.js`);
  expect(worker.headers()['cache-control']).toBe('no-cache');
});
