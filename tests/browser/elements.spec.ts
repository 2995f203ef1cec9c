// The custom elements of the built package, in a plain page without a bundler.
import { readFile } from 'node:fs/promises';
import { expectAccessible, expectColoursAccessible } from './accessibility.ts';
import type { Locator, Page } from '@playwright/test';
import { fromRoot } from '../../web/tools/paths.mjs';
import type * as library from '../../web/lib/index.ts';
import type * as elements from '../../web/lib/elements.ts';
import { expect, policy, test, type Host } from './hosts.ts';
import { one, seven, type Path } from './page.ts';

type Digit = elements.WakesleepDigit;
type Dream = elements.WakesleepDream;
type Train = elements.WakesleepTrain;

const types = ['ready', 'recognised', 'frame', 'progress', 'error'];
const model = 'model="/models/digits-dbn.safetensors"';

/** A page with these elements, which keeps what their events tell. */
async function open(page: Page, site: Host, body: string, scheme = 'light dark', script = 'listen'): Promise<void> {
  site.pages['/'] = `<!doctype html><html lang="en"><head><meta name="viewport" content="width=device-width">
    <title>Elements</title><link rel="icon" href="data:,"><style>:root { color-scheme: ${scheme} }</style>
    <script type="module" src="/${script}.js"></script></head>
    <body><main><h1>Elements</h1>${body}</main></body></html>`;
  site.pages['/listen.js'] = `
    globalThis.told = [];
    for (const type of ${JSON.stringify(types)})
      document.addEventListener(type, ({ target, detail, composed }) => told.push({ type,
        from: target.localName, composed, ...detail,
        error: detail?.error instanceof Error ? detail.error.message : detail?.error }));
    await import('/lib/elements.js');`;
  await page.route('**/models/*.safetensors', async (route) => {
    const name = new URL(route.request().url()).pathname.slice(1);
    const body = await readFile(fromRoot(name)).catch(() => null);
    await (body ? route.fulfill({ body }) : route.fulfill({ status: 404, body: 'Not found' }));
  });
  await page.goto(site.url);
}

interface Told {
  type: string;
  from: string;
  composed: boolean;
  error: unknown;
  label: number;
  probabilities: Record<string, number>;
  steps: number;
  epoch: number;
  done: number;
}
const told = (page: Page, type: string): Promise<Told[]> =>
  page.evaluate((of) => (globalThis as unknown as { told: Told[] }).told.filter(({ type }) => type === of), type);
const ready = (page: Page, count = 1) => expect.poll(async () => (await told(page, 'ready')).length).toBe(count);

/** What the shadow tree's canvas shows, as a string that compares. */
const picture = (element: Locator, part: string): Promise<string> =>
  element.locator(`canvas[part~="${part}"]`).evaluate((one: HTMLCanvasElement) => one.toDataURL());

const digit = (page: Page) => page.locator('wakesleep-digit');
const dream = (page: Page) => page.locator('wakesleep-dream');
const train = (page: Page) => page.locator('wakesleep-train');

async function drawWithMouse(page: Page, strokes: readonly Path[]): Promise<void> {
  const box = (await page.getByRole('application').boundingBox())!;
  for (const stroke of strokes) {
    const move = ([x, y]: Path[number]) => page.mouse.move(box.x + x * box.width, box.y + y * box.height, { steps: 5 });
    await move(stroke[0]!);
    await page.mouse.down();
    for (const point of stroke) await move(point);
    await page.mouse.up();
  }
}

/** What the engine itself says of the element's strokes. */
const asked = (page: Page) =>
  digit(page).evaluate(async (element: Digit) => {
    const { load } = (await import('/lib/index.js' as string)) as typeof library;
    const engine = await load({ threads: 1 });
    const rbm = (await engine.open('/models/digits-dbn.safetensors')) as library.Dbn;
    const { labels, probabilities } = await rbm.classify((await engine.preprocessDigit(element.strokes)).data);
    engine.dispose();
    return { label: labels[0]!, probabilities: Array.from(probabilities.data) };
  });

test.describe('wakesleep-digit', () => {
  test('says of a drawing what the engine says of its strokes', async ({ page, site }) => {
    await open(page, site, `<wakesleep-digit ${model}></wakesleep-digit>`);
    await ready(page);
    for (const [strokes, label] of [
      [seven, 7],
      [one, 1],
    ] as const) {
      await digit(page).evaluate((element: Digit) => element.clear());
      await drawWithMouse(page, strokes);
      await expect(digit(page).locator('[part=status]')).toContainText(`${String(label)} (`);
      const own = await asked(page);
      expect(own.label).toBe(label);
      await expect
        .poll(async () => Object.values((await told(page, 'recognised')).at(-1)!.probabilities))
        .toEqual(own.probabilities);
      const last = (await told(page, 'recognised')).at(-1)!;
      expect(last).toMatchObject({ label, from: 'wakesleep-digit', composed: true });
    }
    await expect(digit(page).locator('[part~=best]')).toHaveCount(1);
  });

  test('is drawn in by keyboard alone, and takes back', async ({ page, site }) => {
    await open(page, site, `<wakesleep-digit ${model}></wakesleep-digit>`);
    await ready(page);
    await page.keyboard.press('Tab');
    await expect(page.getByRole('application')).toBeFocused();
    for (let i = 0; i < 8; ++i) await page.keyboard.press('ArrowUp');
    await page.keyboard.press(' ');
    for (let i = 0; i < 16; ++i) await page.keyboard.press('ArrowDown');
    await page.keyboard.press(' ');
    const status = digit(page).locator('[part=status]');
    await expect(status).toContainText('1 (');
    expect((await asked(page)).label).toBe(1);
    await page.keyboard.press('Backspace');
    await expect(status).toHaveText('');
    expect(await digit(page).evaluate((element: Digit) => [element.strokes.length, element.recognition])).toEqual([
      0,
      null,
    ]);
  });

  test('shows the reconstruction of the model, and takes strokes from a script', async ({ page, site }) => {
    await open(page, site, `<wakesleep-digit ${model} bars="energy" steps="2"></wakesleep-digit>`);
    await ready(page);
    const empty = await picture(digit(page), 'reconstruction');
    await digit(page).evaluate((element: Digit, strokes) => (element.strokes = strokes), seven);
    await expect(digit(page).locator('[part=status]')).toContainText('7 (');
    const first = await picture(digit(page), 'reconstruction');
    expect(first).not.toBe(empty);
    await digit(page).evaluate((element: Digit) => element.clear());
    await expect.poll(() => picture(digit(page), 'reconstruction')).toBe(empty);
    await digit(page).evaluate((element: Digit, strokes) => (element.strokes = strokes), seven);
    await expect.poll(() => picture(digit(page), 'reconstruction')).toBe(first);
  });
});

test.describe('wakesleep-dream', () => {
  test('shows the same pictures for a seed, and others for others', async ({ page, site }) => {
    await open(page, site, `<wakesleep-dream ${model} label="3" seed="5"></wakesleep-dream>`);
    const shown = async () => {
      for (let i = 0; i < 5; ++i) await page.getByRole('button', { name: 'Step' }).click();
      await expect(dream(page).locator('[part=status]')).toHaveText('6 Gibbs steps');
      return picture(dream(page), 'dream');
    };
    await ready(page);
    const first = await shown();
    await page.getByRole('button', { name: 'Restart' }).click();
    await ready(page, 2);
    expect(await shown()).toBe(first);
    await dream(page).evaluate((element: Dream) => (element.seed = 6));
    await ready(page, 3);
    const other = await shown();
    expect(other).not.toBe(first);
    await dream(page).evaluate((element: Dream) => {
      element.seed = 5;
      element.label = 4;
    });
    await ready(page, 4);
    expect(await shown()).not.toBe(first);
    expect((await told(page, 'frame')).at(-1)).toMatchObject({ steps: 6, label: 4 });
    await expect(page.getByRole('button', { name: '4', exact: true })).toHaveAttribute('aria-pressed', 'true');
  });

  test('runs, pauses, and dreams what the label says', async ({ page, site }) => {
    await open(page, site, `<wakesleep-dream ${model} steps="20"></wakesleep-dream>`);
    await ready(page);
    await page.getByRole('button', { name: '0', exact: true }).click();
    await page.getByRole('button', { name: 'Run' }).click();
    await expect.poll(async () => (await told(page, 'frame')).length).toBeGreaterThan(5);
    await page.getByRole('button', { name: 'Pause' }).click();
    await expect(page.getByRole('button', { name: 'Step' })).toBeEnabled();
    await expect(dream(page).locator('[role=status]')).toHaveText('Paused');
    const read = await dream(page).evaluate(async (element: Dream) => {
      const { load } = (await import('/lib/index.js' as string)) as typeof library;
      const engine = await load({ threads: 1 });
      const rbm = (await engine.open(element.model!)) as library.Dbn;
      const { labels } = await rbm.classify(element.frame!.images.data);
      engine.dispose();
      return labels[0];
    });
    expect(read).toBe(0);
  });

  test('plays by itself only where the reader has not asked for less motion', async ({ page, site }) => {
    await open(page, site, `<wakesleep-dream ${model} autoplay></wakesleep-dream>`);
    await expect.poll(async () => (await told(page, 'frame')).length).toBeGreaterThan(3);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await page.reload();
    await ready(page);
    await expect(page.getByRole('button', { name: 'Run' })).toBeEnabled();
    expect(await told(page, 'frame')).toHaveLength(1);
  });
});

test.describe('wakesleep-train', () => {
  const trained = async (page: Page) => {
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(train(page).locator('[part=status]')).toContainText('Trained for');
    const progress = await told(page, 'progress');
    const fingerprint = await train(page).evaluate((element: Train) => element.network!.fingerprint());
    return { progress, fingerprint, weights: await picture(train(page), 'weights') };
  };

  test('lowers the error, and learns the same for a seed', async ({ page, site }) => {
    await open(page, site, '<wakesleep-train seed="3" epochs="200"></wakesleep-train>');
    await ready(page);
    const before = await picture(train(page), 'weights');
    const first = await trained(page);
    expect(first.weights).not.toBe(before);
    const errors = first.progress.map(({ error }) => Number(error));
    expect(errors).toHaveLength(200);
    expect(errors.at(-1)).toBeLessThan(0.1 * errors[0]!);
    expect(first.progress.at(-1)).toMatchObject({ epoch: 200, epochs: 200, done: 1 });
    await expect(page.getByRole('button', { name: 'Start', exact: true })).toBeDisabled();
    await page.getByRole('button', { name: 'Reset' }).click();
    await ready(page, 2);
    expect(await picture(train(page), 'weights')).toBe(before);
    const second = await trained(page);
    expect(second.fingerprint).toBe(first.fingerprint);
    expect(second.weights).toBe(first.weights);
  });

  test('learns stroke digits, and an IDX file', async ({ page, site }) => {
    await open(
      page,
      site,
      '<wakesleep-train data="stroke-digits" count="200" units="16" epochs="4"></wakesleep-train>',
    );
    await ready(page);
    const { progress } = await trained(page);
    expect(progress.at(-1)!.error).toBeLessThan(Number(progress[0]!.error));
    const bytes = [0, 0, 8, 3, 0, 0, 0, 2, 0, 0, 0, 2, 0, 0, 0, 3, 0, 255, 0, 255, 0, 255, 255, 0, 255, 0, 255, 0];
    await page.route('**/two.idx', (route) => route.fulfill({ body: Buffer.from(bytes) }));
    await train(page).evaluate((element: Train) => (element.src = 'two.idx'));
    await ready(page, 2);
    await page.getByRole('button', { name: 'Start', exact: true }).click();
    await expect(train(page).locator('[part=status]')).toContainText('Trained for 4 epochs');
    expect(await train(page).evaluate((element: Train) => element.network!.visible)).toBe(6);
  });
});

test.describe('what goes wrong is said in the element, and told', () => {
  for (const [what, body, words] of [
    ['no model', '<wakesleep-digit></wakesleep-digit>', 'wakesleep-digit needs the attribute “model”.'],
    ['no file', '<wakesleep-dream model="/models/none.safetensors"></wakesleep-dream>', 'the server answered 404'],
    ['a page in place of a model', '<wakesleep-digit model="/"></wakesleep-digit>', 'HTML'],
    ['a script in place of a model', '<wakesleep-digit model="/lib/elements.js"></wakesleep-digit>', 'header'],
    ['an address that is none', '<wakesleep-dream model="http://["></wakesleep-dream>', 'URL'],
    ['a number that is none', `<wakesleep-dream ${model} seed="two"></wakesleep-dream>`, '“seed” must be a number'],
    ['a number out of range', '<wakesleep-train units="0"></wakesleep-train>', 'hidden'],
    ['a word that is none', '<wakesleep-train data="bars"></wakesleep-train>', 'bars-and-stripes, stroke-digits'],
    ['a rule that is none', '<wakesleep-train method="sgd"></wakesleep-train>', 'method'],
  ] as const) {
    test(what, async ({ page, site }) => {
      const uncaught: string[] = [];
      page.on('pageerror', ({ message }) => uncaught.push(message));
      await open(page, site, body);
      await expect(page.getByRole('alert')).toContainText(words);
      await expect(page.getByRole('button', { name: 'Try again' })).toBeVisible();
      const errors = await told(page, 'error');
      expect(errors).toHaveLength(1);
      expect(errors[0]!.error).toContain(words);
      expect(uncaught).toEqual([]);
    });
  }

  test('and another try, or another attribute, mends it', async ({ page, site }) => {
    await open(page, site, '<wakesleep-digit model="/models/none.safetensors"></wakesleep-digit>');
    await expect(page.getByRole('alert')).toBeVisible();
    await digit(page).evaluate((element: Digit) => (element.model = '/models/digits-dbn.safetensors'));
    await ready(page);
    await expect(page.getByRole('alert')).toBeHidden();
  });

  test('and so does it where other code ends the engine’s worker', async ({ page, site }) => {
    await page.addInitScript(() => {
      const Own = Worker;
      globalThis.Worker = class extends Own {
        constructor(...given: ConstructorParameters<typeof Worker>) {
          super(...given);
          Object.assign(globalThis, { last: this });
        }
      };
    });
    await open(page, site, `<wakesleep-dream ${model}></wakesleep-dream>`);
    await ready(page);
    await page.evaluate(() => (globalThis as unknown as { last: Worker }).last.terminate());
    await page.getByRole('button', { name: 'Step' }).click();
    await expect(page.getByRole('alert')).toContainText('stopped working');
    await page.getByRole('button', { name: 'Try again' }).click();
    await ready(page, 2);
  });
});

test.describe('the engine', () => {
  test('is one for all elements and ends with the last of them', async ({ page, site }) => {
    await open(
      page,
      site,
      `<wakesleep-digit ${model}></wakesleep-digit><wakesleep-dream ${model} autoplay></wakesleep-dream>
      <wakesleep-train autoplay epochs="100000"></wakesleep-train>`,
    );
    await ready(page, 3);
    expect(page.workers()).toHaveLength(1);
    // Moved, as frameworks do, an element goes on; taken out and put in again, it begins anew.
    await page.evaluate(() => document.querySelector('main')!.prepend(document.querySelector('wakesleep-train')!));
    await expect.poll(async () => (await told(page, 'progress')).length).toBeGreaterThan(3);
    expect(await told(page, 'ready')).toHaveLength(3);
    await page.evaluate(() => {
      const all = [...document.querySelectorAll('wakesleep-digit, wakesleep-dream, wakesleep-train')];
      for (const element of all) element.remove();
      Object.assign(globalThis, { all });
    });
    await expect.poll(() => page.workers().length).toBe(0);
    await page.evaluate(() => document.body.append(...(globalThis as unknown as { all: Element[] }).all));
    await ready(page, 6);
    expect(page.workers()).toHaveLength(1);
    await page.evaluate(() => {
      for (const element of (globalThis as unknown as { all: Element[] }).all) element.remove();
    });
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await told(page, 'error')).toEqual([]);
  });

  test('is left where elements go while they load', async ({ page, site }) => {
    await open(page, site, '');
    await page.evaluate(async () => {
      for (let i = 0; i < 5; ++i) {
        const element = document.body.appendChild(document.createElement('wakesleep-digit'));
        element.model = '/models/digits-dbn.safetensors';
        await new Promise((resolve) => setTimeout(resolve, 30 * i));
        element.remove();
      }
    });
    await expect.poll(() => page.workers().length).toBe(0);
    expect(await told(page, 'error')).toEqual([]);
  });

  test('is not loaded for elements far below', async ({ page, site }) => {
    await open(page, site, `<div style="height: 5000px"></div><wakesleep-digit ${model}></wakesleep-digit>`);
    await page.waitForTimeout(500);
    expect(page.workers()).toHaveLength(0);
    await page.mouse.wheel(0, 10_000);
    await ready(page);
  });
});

test('properties that were set before the element was defined hold, and a second copy does not throw', async ({
  page,
  site,
}) => {
  await open(page, site, '');
  await page.evaluate(async () => {
    await import('/lib/elements.js?another' as string);
    const element = document.createElement('wakesleep-train');
    element.epochs = 7;
    element.learningRate = 0.2;
    document.body.append(element);
  });
  await expect(train(page)).toHaveAttribute('epochs', '7');
  await expect(train(page)).toHaveAttribute('learning-rate', '0.2');
  await ready(page);
});

test('properties of elements that are defined later hold: attributes and strokes', async ({ page, site }) => {
  site.pages['/later.js'] = `addEventListener('load', async () => {
    const digit = document.querySelector('wakesleep-digit');
    digit.strokes = ${JSON.stringify(seven)};
    digit.names = 'zero one two three four five six seven eight nine';
    await import('/listen.js');
  });`;
  await open(page, site, `<wakesleep-digit ${model}></wakesleep-digit>`, 'light dark', 'later');
  await expect(digit(page).locator('[part=status]')).toContainText('seven (');
  expect(await digit(page).evaluate((element: Digit) => element.strokes.length)).toBe(seven.length);
  await digit(page).evaluate((element: Digit) => element.clear());
  await expect(digit(page).locator('[part=status]')).toHaveText('');
});

test('a strict policy is enough', async ({ page, site }) => {
  site.headers = {
    'Content-Security-Policy': `${policy("'self'")}; style-src 'none'`,
  };
  const faults: string[] = [];
  page.on('console', (message) => message.type() === 'error' && faults.push(message.text()));
  await open(page, site, `<wakesleep-train></wakesleep-train>`);
  await expect.poll(async () => [...(await told(page, 'ready')), ...(await told(page, 'error'))]).toHaveLength(1);
  expect(await told(page, 'error')).toEqual([]);
  // The page's own style and icon are refused, and nothing else.
  expect(faults.filter((text) => !/inline style|the image 'data:,'/.test(text))).toEqual([]);
});

const all = `<wakesleep-digit ${model}></wakesleep-digit><br><wakesleep-dream ${model} label="8" steps="30">
  </wakesleep-dream><br><wakesleep-train epochs="40"></wakesleep-train>`;

/** Each element with something in it. */
async function used(page: Page): Promise<void> {
  await digit(page).scrollIntoViewIfNeeded();
  await digit(page).evaluate((element: Digit, strokes) => (element.strokes = strokes), seven);
  await expect(digit(page).locator('[part=status]')).toContainText('7 (');
  await dream(page).scrollIntoViewIfNeeded();
  await expect(dream(page).getByRole('button', { name: 'Step' })).toBeEnabled();
  await dream(page).getByRole('button', { name: 'Step' }).click();
  await train(page).scrollIntoViewIfNeeded();
  await train(page).getByRole('button', { name: 'Start', exact: true }).click();
  await expect(train(page).locator('[part=status]')).toContainText('Trained for');
}

test('no accessibility faults, light and dark, and other colours when the scheme changes', async ({ page, site }) => {
  await page.emulateMedia({ colorScheme: 'light' });
  await open(page, site, all);
  await used(page);
  await expectAccessible(page);
  const before = await picture(dream(page), 'dream');
  await page.emulateMedia({ colorScheme: 'dark' });
  await expect.poll(() => picture(dream(page), 'dream')).not.toBe(before);
  await expectColoursAccessible(page, 'dark');
});

test('pictures keep their colours where the reader’s are forced', async ({ page, site }) => {
  await page.emulateMedia({ forcedColors: 'active' });
  await open(page, site, all);
  await used(page);
  const shown = (element: Locator, part: string) =>
    element.locator(`canvas[part~="${part}"]`).evaluate((canvas: HTMLCanvasElement) => {
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return new Set(new Uint32Array(data.buffer)).size;
    });
  expect(await shown(digit(page), 'reconstruction')).toBeGreaterThan(20);
  expect(await shown(dream(page), 'dream')).toBeGreaterThan(20);
  expect(await shown(train(page), 'weights')).toBeGreaterThan(20);
});

test('fits a screen of 320 pixels', async ({ page, site }) => {
  await page.setViewportSize({ width: 320, height: 640 });
  await open(page, site, all);
  await used(page);
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
});
