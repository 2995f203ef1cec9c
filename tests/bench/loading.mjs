// npm run loading: how long a first visitor waits, in a real browser with an empty cache, a line of 10 Mbit/s with 40
// ms there and back, and the page's thread slowed four times (Chromium slows no workers). Prints when the first dream
// is painted and when the network reads, what went over the wire, and how much the pages shift; fails beyond what is
// promised.

import { createConnection, createServer } from 'node:net';
import { chromium } from '@playwright/test';
import { build } from '../../web/tools/build.mjs';
import { chromiumArguments, chromiumPath } from '../../web/tools/chromium.mjs';
import { bold, Failure, main } from '../../web/tools/log.mjs';
import { serve } from '../../web/tools/serve.mjs';
import { setUp } from '../../web/tools/setup.mjs';

const bytesAMillisecond = 10e6 / 8 / 1000;
const oneWay = 20; // milliseconds
const slowed = 4;
const promised = { firstDream: 2500, bytesToFirstDream: 300_000, bytesWithoutModels: 300_000, shift: 0.01 };
const pages = ['', '#/learn', '#/learn/energy', '#/twos', '#/train', '#/speed', '#/docs'];
const screens = [
  { width: 1280, height: 800 },
  { width: 390, height: 844 },
];

/** In the page: when the first tile shows ink, when the drawing can be read, and the shifts of the layout. */
function watch() {
  const seen = { dream: null, shift: 0, moved: [] };
  globalThis.seen = seen;
  new PerformanceObserver((list) => {
    for (const { hadRecentInput, value, sources } of list.getEntries()) {
      if (hadRecentInput) continue;
      seen.shift += value;
      if (value < 0.001) continue;
      for (const { node, previousRect: from, currentRect: to } of sources)
        seen.moved.push(`${node?.nodeName} from ${from.x}, ${from.y} to ${to.x}, ${to.y}: ${node?.textContent}`);
    }
  }).observe({ type: 'layout-shift', buffered: true });
  const look = () => {
    const tile = document.querySelector('[data-figure="dream"] canvas');
    const data = tile?.width === 28 ? tile.getContext('2d').getImageData(0, 0, 28, 28).data : new Uint8ClampedArray();
    if (new Set(new Uint32Array(data.buffer)).size > 3) seen.dream = performance.now();
    else requestAnimationFrame(look);
  };
  requestAnimationFrame(look);
}

/**
 * A line in front of a port: what comes from the server waits its turn, all connections together. The browser's own
 * throttling leaves out what workers fetch.
 */
async function slowLine(port) {
  const waiting = new Set(); // of { client, parts: [{ bytes, due }] }, which take turns
  let [credit, before] = [0, performance.now()];
  const timer = setInterval(() => {
    const now = performance.now();
    credit = Math.min(credit + (now - before) * bytesAMillisecond, 20 * bytesAMillisecond);
    before = now;
    for (let moved = true; moved && credit > 0;) {
      moved = false;
      for (const { client, parts } of waiting) {
        if (credit <= 0 || parts.length === 0 || parts[0].due > now) continue;
        const { bytes } = parts[0];
        const packet = bytes.subarray(0, 1500);
        if (packet.length < bytes.length) parts[0].bytes = bytes.subarray(1500);
        else parts.shift();
        if (!client.destroyed) client.write(packet);
        credit -= packet.length;
        moved = true;
      }
    }
  }, 2);
  const server = createServer((client) => {
    const upstream = createConnection(port, 'localhost');
    client.on('data', (bytes) => setTimeout(() => upstream.write(bytes), oneWay));
    const queue = { client, parts: [] };
    waiting.add(queue);
    upstream.on('data', (bytes) => queue.parts.push({ bytes, due: performance.now() + oneWay }));
    client.on('close', () => waiting.delete(queue));
    for (const [one, other] of [
      [client, upstream],
      [upstream, client],
    ]) {
      one.on('error', () => other.destroy());
      one.on('close', () => setTimeout(() => other.destroy(), 5000));
    }
  });
  await new Promise((resolve) => server.listen(0, 'localhost', resolve));
  return {
    url: `http://localhost:${server.address().port}/`,
    close() {
      clearInterval(timer);
      server.close();
    },
  };
}

async function visit(browser, url, viewport = screens[0]) {
  const context = await browser.newContext({ viewport });
  const page = await context.newPage();
  const session = await context.newCDPSession(page);
  await session.send('Emulation.setCPUThrottlingRate', { rate: slowed });
  await page.addInitScript(watch);
  const sizes = [];
  context.on('requestfinished', (request) => {
    sizes.push(
      request.sizes().then(({ responseBodySize, responseHeadersSize }) => ({
        path: new URL(request.url()).pathname,
        bytes: responseBodySize + responseHeadersSize,
        ended: request.timing().startTime + request.timing().responseEnd,
      })),
    );
  });
  await page.goto(url);
  return { context, page, sent: () => Promise.all(sizes) };
}

await main(async () => {
  await setUp();
  await build(['site']);
  const server = await serve({ port: 0 });
  const line = await slowLine(server.port);
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  const broken = [];
  try {
    const { context, page, sent } = await visit(browser, line.url);
    await page.waitForFunction(() => globalThis.seen.dream !== null);
    const dream = await page.evaluate(() => globalThis.seen.dream);
    const dreamt = Date.now();
    await page.getByRole('button', { name: 'Example' }).click({ timeout: 60_000 });
    await page.locator('[data-figure="reading"]:not(.nothing)').waitFor({ timeout: 60_000 });
    const reads = await page.evaluate(() => performance.now());
    const files = await sent();
    const models = files.filter(({ path }) => path.endsWith('.safetensors'));
    const bytes = (of) => of.reduce((sum, file) => sum + file.bytes, 0);
    const others = bytes(files) - bytes(models);
    const before = bytes(files.filter(({ ended }) => ended <= dreamt));
    await context.close();
    console.log(bold('Home'));
    for (const { path, bytes: size } of files) console.log(`  ${String(size).padStart(9)}  ${path}`);
    console.log(`  first dream ${Math.round(dream)} ms, reads a drawing ${Math.round(reads)} ms`);
    console.log(`  ${before} bytes before the first dream; in all ${bytes(files)}, without models ${others}`);
    if (dream > promised.firstDream) broken.push(`the first dream came after ${Math.round(dream)} ms`);
    if (before > promised.bytesToFirstDream) broken.push(`${before} bytes before the first dream`);
    if (others > promised.bytesWithoutModels) broken.push(`${others} bytes without models`);
    for (const [hash, screen] of pages.flatMap((hash) => screens.map((screen) => [hash, screen]))) {
      const other = await visit(browser, `${line.url}${hash}`, screen);
      await other.page.getByRole('heading', { level: 1 }).waitFor();
      await other.page.waitForLoadState('networkidle');
      await other.page.waitForTimeout(2000);
      const { shift, moved } = await other.page.evaluate(() => globalThis.seen);
      const place = `${hash || '#/'} of ${screen.width} pixels`;
      console.log(`  layout shift ${shift.toFixed(3)}  ${place}`);
      for (const what of moved) console.log(`    ${what.replace(/\s+/g, ' ').slice(0, 100)}`);
      if (shift > promised.shift) broken.push(`a layout shift of ${shift.toFixed(3)} at ${place}`);
      await other.context.close();
    }
  } finally {
    await browser.close();
    line.close();
    await server.close();
  }
  if (broken.length > 0) throw new Failure(`Not as promised: ${broken.join('; ')}.`);
});
