// What holds for all pages: navigation, themes, accessibility, narrow screens, loading, failing, and life without
// isolation.

import { createServer } from 'node:http';
import { fileURLToPath } from 'node:url';
import { expectAccessibleInBothSchemes } from './accessibility.ts';
import type { Locator, Page } from '@playwright/test';
import { arrived, canvasOf, colours, count, draw, dreaming, figure, pad, seven, smallTargets } from './page.ts';
import { expect, test } from './harness.ts';

const pages = [
  { name: 'Home', hash: '' },
  { name: 'Learn', hash: '#/learn' },
  { name: 'Only 2s', hash: '#/twos' },
  { name: 'Train', hash: '#/train' },
  { name: 'Speed', hash: '#/speed' },
  { name: 'Docs', hash: '#/docs' },
];

/** Takes out the faults that a test provokes. */
function expectFault(faults: string[], pattern: RegExp): void {
  const others = faults.filter((fault) => !pattern.test(fault));
  expect(others.length, 'the failure that was provoked is in the console').toBeLessThan(faults.length);
  faults.splice(0, faults.length, ...others);
}

test('the pages are a click apart, each with its title', async ({ page }) => {
  await page.goto('');
  await expect(page).toHaveTitle('Wakesleep');
  for (const { name } of pages.slice(1)) {
    await page.getByRole('link', { name, exact: true }).click();
    await expect(page).toHaveTitle(`${name} · Wakesleep`);
    await expect(page.getByRole('link', { name, exact: true })).toHaveAttribute('aria-current', 'page');
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  }
  await page.goBack();
  await expect(page).toHaveTitle('Speed · Wakesleep');
});

test('a link leads to the top of its place, and a step back to where one was', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const height = (): Promise<number> => page.evaluate(() => scrollY);
  const follow = async (hash: string): Promise<void> => {
    await page.evaluate((to) => (location.hash = to), hash);
    await arrived(page);
  };
  await page.goto('#/docs/training');
  await arrived(page);
  for (const [from, down, to] of [
    ['#/docs/training', 1500, '#/docs/errors'],
    ['#/docs/training', 2500, '#/docs/training/early-stopping'],
    ['#/docs/training', 1700, '#/learn/glossary'],
    ['#/learn/energy', 500, '#/learn/chance'],
    ['#/learn/energy', 600, '#/teach'],
  ] as const) {
    await follow(from);
    await page.evaluate((y) => {
      scrollTo(0, y);
    }, down);
    await expect.poll(height).toBe(down);
    await follow(to);
    if (to.split('/').length === 4) await expect(page.locator(`[id="${to.split('/')[3]!}"]`)).toBeInViewport();
    else await expect.poll(height).toBe(0);
    await page.goBack();
    await arrived(page);
    await expect.poll(height, `${from}, back from ${to}`).toBe(down);
  }
});

for (const { name, hash } of pages) {
  test(`${name} has no accessibility faults, light and dark`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.goto(hash);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    if (['', '#/twos'].includes(hash)) {
      await expect(page.getByRole('button', { name: 'Example' })).toBeEnabled();
      await page.getByRole('button', { name: 'Example' }).click();
      await expect.poll(() => colours(canvasOf(page, 'seen'))).toBeGreaterThan(1);
    }
    await arrived(page);
    await expectAccessibleInBothSchemes(page);
  });
}

/** All that is folded away, and does not lead elsewhere, is opened. */
async function unfold(page: Page): Promise<void> {
  for (const summary of await page.locator('summary:visible').all()) await summary.click();
  const options = page.getByRole('button', { name: 'Options', exact: true });
  if (await options.isVisible()) await options.click();
  for (const summary of await page.locator('details:not([open]) > summary:visible').all()) await summary.click();
}

for (const { name, hash } of pages) {
  // 320 pixels are also what a screen of 1280 has at 400 %.
  for (const { width, text } of [
    { width: 360, text: 100 },
    { width: 320, text: 100 },
    { width: 390, text: 150 },
    { width: 500, text: 150 },
  ]) {
    test(`${name} fits a screen of ${String(width)} pixels with text at ${String(text)} %`, async ({ page }) => {
      await page.setViewportSize({ width, height: 740 });
      await page.goto(hash);
      await page.addStyleTag({ content: `html { font-size: ${String(text)}% !important; }` });
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await arrived(page);
      await unfold(page);
      expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(width);
      for (const link of await page.getByRole('navigation', { name: 'Pages' }).getByRole('link').all()) {
        const box = await link.boundingBox();
        expect((box?.x ?? 0) + (box?.width ?? width + 1)).toBeLessThanOrEqual(width);
      }
    });
  }
}

test.describe('on a touch screen', () => {
  test.use({ hasTouch: true, isMobile: true, viewport: { width: 390, height: 844 } });
  for (const { name, hash } of pages) {
    test(`${name} has targets of 44 pixels`, async ({ page }) => {
      await page.goto(hash);
      await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
      await arrived(page);
      await unfold(page);
      expect(await smallTargets(page, 'button, select, summary, input, nav a')).toEqual([]);
    });
  }
});

test('with forced colours one sees what is chosen, and how long bars are', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await page.goto('#/train');
  await expect(page.locator('[data-figure="data"]')).toContainText('5,000 examples', { timeout: 60_000 });
  const background = (locator: Locator): Promise<string> =>
    locator.evaluate((element) => getComputedStyle(element).backgroundColor);
  const chip = (chosen: boolean): Locator =>
    page.locator(`.chips input${chosen ? ':checked' : ':not(:checked):not(:disabled)'} + span`).first();
  expect(await background(chip(true))).not.toBe(await background(chip(false)));
  const recipe = (pressed: boolean): Locator =>
    page.locator(`.recipes button[aria-pressed="${String(pressed)}"]`).first();
  expect(await background(recipe(true))).not.toBe(await background(recipe(false)));
  const link = (name: string): Locator => page.getByRole('link', { name, exact: true });
  const underline = (locator: Locator): Promise<string> =>
    locator.evaluate((element) => getComputedStyle(element).borderBottomColor);
  expect(await underline(link('Train'))).not.toBe(await underline(link('Speed')));

  await page.goto('#/speed');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  for (const bar of await page.locator('.bar:visible').all()) {
    const [fill, paper] = [await background(bar), await background(page.locator('html'))];
    expect(fill).not.toBe(paper);
  }
});

test('the theme follows the system until it is chosen, and the choice is kept', async ({ page }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await page.goto('');
  const theme = page.locator('html');
  await expect(theme).toHaveAttribute('data-theme', 'light');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect(theme).toHaveAttribute('data-theme', 'dark');
  await page.getByRole('button', { name: 'Light' }).click();
  await expect(theme).toHaveAttribute('data-theme', 'light');
  await page.reload();
  await expect(theme).toHaveAttribute('data-theme', 'light');
  // Back at the system's own it follows the system again.
  await page.getByRole('button', { name: 'Dark' }).click();
  await page.emulateMedia({ colorScheme: 'light' });
  await expect(theme).toHaveAttribute('data-theme', 'light');
});

test('nothing jumps while the network loads', async ({ page }) => {
  let release = (): void => undefined;
  const held = new Promise<void>((resolve) => {
    release = resolve;
  });
  await page.route('**/*.safetensors', async (route) => {
    await held;
    await route.continue();
  });
  await page.goto('');
  await expect(page.getByRole('progressbar')).toBeVisible();
  await expect(page.getByRole('progressbar')).toHaveAccessibleName(/Loading the network/);
  const before = await pad(page).boundingBox();
  release();
  await dreaming(page);
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  expect(await pad(page).boundingBox()).toEqual(before);
});

test('those who listen hear that loading begins and that it ends, and no more', async ({ page }) => {
  await page.addInitScript(() => {
    const heard: string[] = ((globalThis as { heard?: string[] }).heard = []);
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const region = element?.closest('[role="status"], [aria-live]');
        const words = region?.textContent.trim() ?? '';
        if (words && heard.at(-1) !== words) heard.push(words);
      }
    }).observe(document, { subtree: true, childList: true, characterData: true });
  });
  await page.goto('#/twos');
  await expect(canvasOf(page, 'unit')).toHaveCount(50);
  await expect(page.getByRole('progressbar')).toHaveCount(0);
  const heard = await page.evaluate(() => (globalThis as { heard?: string[] }).heard ?? []);
  expect(heard).toEqual(['Loading …', 'Ready']);
  await page.goto('about:blank');
  await page.goto('');
  await dreaming(page);
  await expect(figure(page, 'announced')).toHaveText('Ready');
});

test('who leaves a page that loads does not hear of it for ever', async ({ page }) => {
  await page.route('**/*.safetensors', () => undefined);
  await page.goto('');
  await expect(figure(page, 'announced')).toHaveText('Loading …');
  await page.getByRole('link', { name: 'Docs', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'First steps' })).toBeVisible();
  await expect(figure(page, 'announced')).toHaveText('');
});

test('a network that does not arrive is told, and another try brings it', async ({ page, faults }) => {
  await page.route('**/*.safetensors', (route) => route.abort());
  await page.goto('');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The network could not be loaded.');
  await page.unroute('**/*.safetensors');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await dreaming(page);
  await expect(alert).toHaveCount(0);
  expectFault(faults, /^console: Failed to load resource/);
});

test('an address that holds something else is told too', async ({ page, faults }) => {
  await page.route('**/twos-rbm*.safetensors', (route) => route.fulfill({ status: 404, body: 'Not found' }));
  await page.goto('#/twos');
  await expect(page.getByRole('alert')).toContainText('The network of 2s could not be loaded.');
  await expect(page.getByRole('alert')).toContainText('404');
  await page.unroute('**/twos-rbm*.safetensors');
  await page.getByRole('button', { name: 'Try again' }).click();
  await expect(canvasOf(page, 'unit')).toHaveCount(50);
  expectFault(faults, /^console: Failed to load resource/);
});

test('an engine that does not start is told, and another try starts it', async ({ page, faults }) => {
  await page.route('**/*.wasm', (route) => route.abort());
  await page.goto('');
  const alert = page.getByRole('alert');
  await expect(alert).toContainText('The engine could not start.');
  await page.unroute('**/*.wasm');
  await alert.getByRole('button', { name: 'Try again' }).click();
  await dreaming(page);
  expectFault(faults, /^console: Failed to load resource/);
});

test('a worker whose script does not come is told with its address and the cause', async ({ page, faults }) => {
  const answers = [
    [{ status: 404, body: 'Not found' }, /worker-[^ ]*\.js could not be loaded: the server answered 404/],
    [{ status: 200, contentType: 'text/html', body: '<!DOCTYPE html>' }, /the server calls it text\/html/],
  ] as const;
  for (const [answer, told] of answers) {
    await page.route('**/worker-*.js', (route) => route.fulfill(answer));
    await page.goto('about:blank');
    await page.goto('');
    await expect(page.getByRole('alert')).toContainText(told);
    await page.unroute('**/worker-*.js');
  }
  await page.getByRole('button', { name: 'Try again' }).click();
  await dreaming(page);
  faults.length = 0;
});

test('a worker that dies is told, the drawing is kept, and another try brings all back', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  await page.getByRole('button', { name: 'Dream', exact: true }).click();
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('the worker dies');
    });
  });
  await expect(page.getByRole('alert')).toContainText('The engine has stopped.');
  await page.getByRole('button', { name: 'Try again' }).click();
  await dreaming(page);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
});

test('with isolation the engine says how many threads compute', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  const cores = await page.evaluate(() => navigator.hardwareConcurrency);
  const threads = `${String(Math.min(cores, 8))} thread${cores === 1 ? '' : 's'}`;
  await expect(figure(page, 'engine')).toContainText(`Engine: WebAssembly with SIMD, ${threads}`);
});

test('?threads=1 asks for one', async ({ page }) => {
  await page.goto('?threads=1');
  await dreaming(page);
  await expect(figure(page, 'engine')).toContainText('1 thread');
});

test('without isolation everything works with one thread, and the page says why', async ({ page, plainSite }) => {
  await page.goto(plainSite);
  await dreaming(page);
  await page.getByText('Why not faster?').click();
  await expect(page.getByText(/^Engine: WebAssembly with SIMD, 1 thread\./)).toBeVisible();
  await expect(page.getByText(/^Not more threads, because .*isolat/)).toBeVisible();
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  await page.keyboard.press('2');
  await expect.poll(() => count(figure(page, 'turned').locator('.hint'))).toBeGreaterThan(2);
});

test('an address that names no page says so, and what there is', async ({ page }) => {
  for (const address of ['#/nonsense', '#/Train', '#twice/over', '#/twos/xyz', '#/train/xyz']) {
    await page.goto('about:blank');
    await page.goto(address);
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
    await expect(page.getByText(address)).toBeVisible();
    await expect(page).toHaveTitle('There is no such page · Wakesleep');
  }
  await page.getByRole('main').getByRole('link', { name: 'Home' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('A network that dreams digits');
  for (const name of ['nonsense', 'toString']) {
    await page.goto(`#/docs/${name}`);
    await expect(page.getByRole('alert')).toContainText(`There is no text “${name}”`);
  }
});

test('the server says so where nothing is, in a page to those who read it and in a word to others', async ({
  page,
  request,
  site,
  faults,
}) => {
  for (const path of ['train', 'docs', 'nothing-here', 'assets/x']) {
    const answer = await page.goto(path);
    expect(answer?.status()).toBe(404);
    await expect(page).toHaveTitle('There is no such page · Wakesleep');
    await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
    await page.getByRole('link', { name: 'Open Wakesleep' }).click();
    await expect(page).toHaveURL(site);
  }
  const plain = await request.get('nothing.bin', { headers: { accept: '*/*' } });
  expect([plain.status(), await plain.text()]).toEqual([404, 'Not found\n']);
  // The browser itself reports the addresses.
  expect(faults.splice(0).filter((fault) => !fault.includes('404'))).toEqual([]);
});

test('a file that is dropped beside the place for it does not take the page away', async ({ page }) => {
  const file = fileURLToPath(new URL('../../LICENSE', import.meta.url));
  const hand = await page.context().newCDPSession(page);
  for (const hash of ['', '#/train', '#/docs']) {
    await page.goto(hash);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    await page.evaluate(() => document.documentElement.setAttribute('data-before', 'yes'));
    const data = { items: [], files: [file], dragOperationsMask: 1 };
    for (const type of ['dragEnter', 'dragOver', 'drop'] as const)
      await hand.send('Input.dispatchDragEvent', { type, x: 30, y: 400, data });
    await page.waitForTimeout(500);
    await expect(page.locator('html')).toHaveAttribute('data-before', 'yes');
    // It says where files go.
    await expect(figure(page, 'misplaced')).toHaveCount(hash === '#/train' ? 0 : 1);
  }
  await expect(figure(page, 'announced')).toHaveText('Files are opened on the page Train');
  await figure(page, 'misplaced').getByRole('link', { name: 'Train' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Train a machine of your own');
  await expect(figure(page, 'misplaced')).toHaveCount(0);
});

test('?embed may be framed by other pages, and nothing else may', async ({ page, site, faults }) => {
  const frames = createServer((request, response) => {
    const query = request.url?.includes('embed') ? '?embed' : '';
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(
      `<!doctype html><title>A lesson</title><iframe width="1000" height="700" src="${site}${query}"></iframe>`,
    );
  });
  await new Promise<void>((resolve) => frames.listen(0, 'localhost', resolve));
  const { port } = frames.address() as { port: number };
  try {
    await page.goto(`http://localhost:${String(port)}/embed`);
    const frame = page.frameLocator('iframe');
    await expect(frame.getByRole('heading', { level: 1 })).toBeVisible();
    await expect(frame.getByRole('navigation')).toHaveCount(0);
    await expect(frame.getByRole('link', { name: 'Open Wakesleep' })).toBeVisible();
    await expect.poll(() => count(frame.locator('[data-figure="steps"]'))).toBeGreaterThan(2);
    await page.goto(`http://localhost:${String(port)}/`);
    await expect(page.locator('iframe')).toBeVisible();
    await expect.poll(() => faults.length).toBeGreaterThan(0);
    await expect(page.frameLocator('iframe').getByRole('heading', { level: 1 })).toHaveCount(0);
    expectFault(faults, /frame-ancestors|favicon|404/);
  } finally {
    frames.close();
  }
});

test('?embed=digit, dream and train are a figure alone, in a frame of any page', async ({ page, site }) => {
  let query = '';
  const frames = createServer((_, response) => {
    response.writeHead(200, { 'Content-Type': 'text/html' });
    response.end(`<!doctype html><title>A lesson</title><link rel="icon" href="data:,">
      <iframe width="700" height="600" src="${site}?embed=${query}"></iframe>`);
  });
  await new Promise<void>((resolve) => frames.listen(0, 'localhost', resolve));
  const { port } = frames.address() as { port: number };
  const frame = page.frameLocator('iframe');
  const status = frame.locator('[part=status]');
  const open = async (what: string) => {
    query = what;
    await page.goto(`http://localhost:${String(port)}/`);
    await expect(frame.locator(`wakesleep-${what.split('&')[0]!}`)).toBeVisible();
    await expect(frame.locator('header, footer, nav, h1')).toHaveCount(0);
  };
  try {
    await open('digit&names=zero+one+two+three+four+five+six+seven+eight+nine');
    const box = (await frame.getByRole('application').boundingBox())!;
    await expect(frame.getByRole('listitem')).toHaveCount(10);
    for (const stroke of seven) {
      const move = ([x, y]: (typeof stroke)[number]) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
      await move(stroke[0]!);
      await page.mouse.down();
      for (const point of stroke) await move(point);
      await page.mouse.up();
    }
    await expect(status).toContainText('seven (');
    const width = await frame.locator('wakesleep-digit').evaluate((one) => one.clientWidth / innerWidth);
    expect(width).toBeGreaterThan(0.97);
    // Files of others are not read.
    await open('dream&label=3&model=http://localhost/none');
    await expect(frame.getByRole('button', { name: '3', exact: true })).toHaveAttribute('aria-pressed', 'true');
    await expect.poll(async () => parseInt(await status.innerText())).toBeGreaterThan(3);
    await open('train&epochs=20');
    await expect(status).toContainText('Trained for 20 epochs');
  } finally {
    frames.close();
  }
});

test('opened from a disk it says in a sentence what it needs', async ({ page, faults }) => {
  await page.goto(new URL('../../dist/site/index.html', import.meta.url).href);
  await expect(page.getByText('Opened from a disk, Wakesleep stays blank')).toBeVisible();
  await expect.poll(() => faults.length).toBeGreaterThan(0);
  expectFault(faults, /^console:/);
});

test('files whose names hold a hash are kept for ever, and sent packed', async ({ request, site }) => {
  const html = await request.get(site);
  expect(html.headers()['cache-control']).toBe('no-cache');
  const [script = ''] = /assets\/[^"]+\.js/.exec(await html.text()) ?? [];
  for (const [accepted, encoding] of [
    ['br, gzip', 'br'],
    ['gzip', 'gzip'],
    ['identity', undefined],
  ] as const) {
    const headers = (await request.get(`${site}${script}`, { headers: { 'accept-encoding': accepted } })).headers();
    expect(headers['content-encoding']).toBe(encoding);
    expect(headers['content-type']).toContain('javascript');
    expect(headers['cache-control']).toBe('public, max-age=31536000, immutable');
    expect(headers.vary).toBe('Accept-Encoding');
  }
});

test('in forced colours the wells, the chosen key and the drawing are seen', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await page.goto('');
  await dreaming(page);
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  const well = page.locator('.wells li.deepest .well');
  const colour = await well.evaluate((one) => getComputedStyle(one).backgroundColor);
  const ground = await page.locator('body').evaluate(() => getComputedStyle(document.documentElement).backgroundColor);
  expect(colour).not.toBe(ground);
});
