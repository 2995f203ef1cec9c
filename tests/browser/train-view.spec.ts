// What the Train page shows together, takes back, says in words, and learns from one's own drawings.

import { readFile } from 'node:fs/promises';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import {
  button,
  choice,
  curve,
  draw,
  drop,
  figure,
  figures,
  number,
  open,
  pause,
  reset,
  step,
  transport,
} from './train-page.ts';

const slider = (page: Page, name: string): Locator => page.getByRole('slider', { name });
const diagnosis = (page: Page): Locator => figure(page, 'diagnosis');
const announced = (page: Page): Locator => figure(page, 'announced');
/** All that is announced from now on. */
async function announcements(page: Page): Promise<() => Promise<string[]>> {
  const texts = await announced(page).evaluateHandle((region) => {
    const all: string[] = [];
    new MutationObserver(() => all.push(region.textContent)).observe(region, {
      childList: true,
      characterData: true,
      subtree: true,
    });
    return all;
  });
  return () => texts.jsonValue();
}
/** The pad has one too. */
const undo = (page: Page): Locator => transport(page).getByRole('button', { name: 'Undo' });

/** The part of an element's height that is on the screen, and covered by nothing else. */
async function seen(locator: Locator): Promise<boolean> {
  return locator.evaluate((element) => {
    const { left, right, top, bottom } = element.getBoundingClientRect();
    if (top < 0 || bottom > innerHeight || left < 0 || right > innerWidth) return false;
    const there = document.elementFromPoint((left + right) / 2, (top + bottom) / 2);
    return there !== null && (element.contains(there) || there.contains(element));
  });
}

/** How many pixels of a chart have about this colour. */
async function coloured(chart: Locator, token: string): Promise<number> {
  return chart.locator('canvas').evaluate((canvas, name) => {
    const probe = document.createElement('canvas').getContext('2d');
    if (!probe) return 0;
    probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(name).trim();
    probe.fillRect(0, 0, 1, 1);
    const wanted = probe.getImageData(0, 0, 1, 1).data;
    const image = canvas as HTMLCanvasElement;
    const data = image.getContext('2d')?.getImageData(0, 0, image.width, image.height).data ?? [];
    let found = 0;
    for (let i = 0; i < data.length; i += 4) {
      const near = [0, 1, 2].every((c) => Math.abs((data[i + c] ?? 0) - (wanted[c] ?? 0)) < 12);
      if (near && (data[i + 3] ?? 0) > 128) ++found;
    }
    return found;
  }, token);
}

for (const { width, height } of [
  { width: 1280, height: 800 },
  { width: 1024, height: 768 },
  { width: 390, height: 844 },
]) {
  test(`an option and what it does are seen together, ${String(width)} x ${String(height)}`, async ({ page }) => {
    await page.setViewportSize({ width, height });
    await open(page);
    await step(page, 2);
    const options = button(page, 'Options');
    if (await options.isVisible()) await options.click();
    for (const option of ['Learning rate', 'Momentum', 'Number of hidden units']) {
      await slider(page, option).scrollIntoViewIfNeeded();
      // Below the strip, and not behind it.
      await slider(page, option).evaluate((element) => {
        element.scrollIntoView({ block: 'center' });
      });
      expect(await seen(slider(page, option)), option).toBe(true);
      expect(await seen(button(page, 'Train')), 'the button').toBe(true);
      expect(await seen(page.getByRole('img', { name: '21 samples of the network' })), 'the dreams').toBe(true);
      expect(await seen(curve(page, 'Reconstruction error')), 'a curve').toBe(true);
    }
  });
}

test('the strip shows the curve that is chosen, and the others are below', async ({ page }) => {
  await open(page);
  await step(page, 2);
  await expect(transport(page).getByRole('img', { name: /^Reconstruction error/ })).toBeVisible();
  await page.getByRole('combobox', { name: 'Curve' }).selectOption('Free energy');
  await expect(transport(page).getByRole('img', { name: /^Free energy/ })).toBeVisible();
  await expect(curve(page, 'Reconstruction error')).toHaveCount(1);
  await expect(curve(page, 'Free energy')).toHaveCount(1);
});

test('what took the place of a trained network can be undone, and it goes on as if nothing had been', async ({
  page,
}) => {
  await open(page);
  await reset(page);
  await step(page, 3);
  const before = await figures(page);
  await step(page, 2);
  const goneOn = await figures(page);
  await reset(page);
  await step(page, 3);
  expect(await figures(page)).toBe(before);

  const losses: [string, () => Promise<void>][] = [
    ['a reset', () => reset(page)],
    ['a stray r', async () => {
      await transport(page).focus();
      await page.keyboard.press('r');
      await expect(figure(page, 'error')).toHaveText('–');
    }],
    ['the units’ slider', async () => {
      await slider(page, 'Number of hidden units').press('ArrowLeft');
      await expect(figure(page, 'error')).toHaveText('–');
    }],
    ['an arrow key in a chooser', async () => {
      await page.getByRole('radio', { name: 'Stroke digits' }).press('ArrowRight');
      await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
    }],
  ]; // prettier-ignore
  for (const [loss, lose] of losses) {
    await lose();
    await undo(page).click();
    await expect(figure(page, 'data')).toContainText('5,000 examples');
    await expect.poll(() => figures(page), { message: loss }).toBe(before);
    await expect(slider(page, 'Number of hidden units')).toHaveAttribute('aria-valuetext', '60');
  }
  await step(page, 2);
  expect(await figures(page)).toBe(goneOn);

  // What an undo puts aside comes back too.
  await reset(page);
  await step(page, 1);
  const other = await figures(page);
  await undo(page).click();
  await expect.poll(() => figures(page)).toBe(goneOn);
  for (let i = 0; i < 4 && (await figures(page)) !== other; ++i) {
    await undo(page).click();
    await expect(transport(page)).toHaveAttribute('aria-busy', 'false');
  }
  expect(await figures(page)).toBe(other);
});

test('recipes move the sliders, learn, and leave the run before as a grey curve', async ({ page }) => {
  await open(page);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(4);
  await pause(page);
  const rate = slider(page, 'Learning rate');
  const before = await figures(page);
  const chart = curve(page, 'Reconstruction error');
  const grey = await coloured(chart, '--line-strong');
  await button(page, 'Too hot').click();
  await expect(rate).toHaveAttribute('aria-valuetext', '1');
  await expect(button(page, 'Too hot')).toHaveAttribute('aria-pressed', 'true');
  await expect(diagnosis(page)).toContainText(/too (high|large)/, { timeout: 60_000 });
  await pause(page);
  await expect(transport(page).getByText('the run before')).toBeVisible();
  await expect.poll(() => coloured(chart, '--line-strong')).toBeGreaterThan(grey + 50);

  await undo(page).click();
  await expect(rate).toHaveAttribute('aria-valuetext', '0.05');
  await expect.poll(() => figures(page)).toBe(before);
  await button(page, 'CD forgets to dream').click();
  await expect(choice(page, 'Learning rule', 'Contrastive divergence')).toBeChecked();
  // Mostly one digit, and the error falls all the same.
  await expect(diagnosis(page)).toContainText('dreams look alike after 100 Gibbs steps: CD never looked this far', {
    timeout: 90_000,
  });
  await pause(page);
  await button(page, 'Just right').click();
  await expect(choice(page, 'Learning rule', 'Persistent contrastive divergence')).toBeChecked();
  await expect(diagnosis(page)).toContainText('It learns', { timeout: 60_000 });
  await pause(page);
});

test('what is said of a training depends on its batches alone: on no width, and on no dreams that walk', async ({
  page,
}) => {
  const said: string[] = [];
  for (const [width, walking] of [
    [1280, true],
    [390, false],
  ] as const) {
    await page.setViewportSize({ width, height: 800 });
    await page.goto('about:blank');
    await open(page);
    await page.getByRole('checkbox', { name: 'Move while it trains' }).setChecked(walking);
    if (width < 960) await button(page, 'Options').click();
    const heard = await announcements(page);
    const rests = async () => (await heard()).filter((words) => words.startsWith('Enough to see')).length;
    for (const [i, recipe] of ['CD forgets to dream', 'Just right'].entries()) {
      await button(page, recipe).click();
      await expect.poll(rests, { timeout: 90_000 }).toBe(i + 1);
      said.push(await diagnosis(page).innerText());
    }
  }
  const [forgets, learns] = said;
  expect(forgets).toMatch(/^\d+ of 21 dreams look alike after 100 Gibbs steps: CD never looked this far/);
  expect(learns).toMatch(/^It learns: /);
  expect(said.slice(2)).toEqual([forgets, learns]);
});

test('it says why it rests, a change sets it going again, and a visit elsewhere is told', async ({ page }) => {
  await page.goto('#/train');
  await expect(figure(page, 'data')).toContainText('5,000 examples', { timeout: 60_000 });
  await page.getByRole('radio', { name: 'Bars and stripes' }).check();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await page.getByRole('slider', { name: 'Size', exact: true }).fill('2');
  await expect(figure(page, 'data')).toContainText('6 examples of 2 × 2');
  if (await button(page, 'Train').isVisible()) await button(page, 'Train').click();
  await pause(page);
  await expect(figure(page, 'standing')).toContainText('Paused at epoch');
  await expect(announced(page)).toContainText('Paused at epoch');
  await slider(page, 'Learning rate').press('ArrowRight');
  await expect(figure(page, 'standing')).toContainText('takes effect when training goes on');
  await button(page, 'Just right').click();
  await expect(announced(page)).toContainText('Training has begun');
  await expect(figure(page, 'standing')).toContainText('Enough to see', { timeout: 90_000 });
  await expect(announced(page)).toContainText('Enough to see');
  const rested = await number(figure(page, 'epoch'));
  expect(rested).toBeGreaterThanOrEqual(1350);
  await slider(page, 'Learning rate').press('ArrowRight');
  await expect.poll(() => number(figure(page, 'epoch'))).toBeGreaterThan(rested);

  await button(page, 'Just right').click();
  await expect(button(page, 'Pause')).toBeVisible();
  await button(page, 'Pause').click();
  await button(page, 'Train').click();
  await page.getByRole('link', { name: 'Docs', exact: true }).click();
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  await page.getByRole('link', { name: 'Train', exact: true }).click();
  await expect(figure(page, 'standing')).toContainText('while you were on another page', { ignoreCase: true });
  await expect(button(page, 'Pause')).toBeVisible();
  await pause(page);
});

test('a saved network brings its curves and its place in the epoch to another visit', async ({ page }) => {
  await open(page);
  await page.getByRole('slider', { name: 'Examples' }).fill('0');
  await expect(figure(page, 'data')).toContainText('500 examples');
  await step(page, 13);
  const saved = await figures(page);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  const bytes = await readFile(await download.path());
  await step(page, 3);
  const goneOn = await figures(page);
  await page.reload();
  await open(page);
  await drop(page, [{ name: 'mine.safetensors', bytes }]);
  await expect(page.getByText('mine.safetensors is open')).toBeVisible();
  await expect(figure(page, 'epoch')).toHaveText('1');
  await expect(figure(page, 'batch')).toHaveText('4 of 9');
  const shape = (words: string): string => words.replace(/-?\d+\.\d+/g, (value) => Number(value).toPrecision(3));
  expect(shape(await figures(page))).toBe(shape(saved));
  await step(page, 3);
  expect(await figures(page)).toBe(goneOn);
});

/** A heart and a house, each a little elsewhere. */
const heart = (by: number): readonly (readonly [number, number])[] => [
  [0.5, 0.35 + by], [0.35, 0.2 + by], [0.2, 0.4 + by], [0.5, 0.8 + by], [0.8, 0.4 + by],
  [0.65, 0.2 + by], [0.5, 0.35 + by],
]; // prettier-ignore
const house = (by: number): readonly (readonly [number, number])[] => [
  [0.25, 0.85], [0.25, 0.45 + by], [0.5, 0.15 + by], [0.75, 0.45 + by], [0.75, 0.85], [0.25, 0.85],
]; // prettier-ignore

test('own symbols are named, kept as the pen is lifted, learned from the third on, and told apart', async ({
  page,
}) => {
  await open(page);
  await page.getByRole('radio', { name: 'Your drawings' }).check();
  await expect(button(page, 'Train on these')).toBeDisabled();
  await page.getByRole('textbox', { name: 'Name of symbol 1' }).fill('heart');
  await page.getByRole('textbox', { name: 'Name of symbol 2' }).fill('house');
  const pad = page.getByRole('application', { name: /^Draw an example/ });
  const add = async (points: readonly (readonly [number, number])[], now: number): Promise<void> => {
    await draw(page, pad, points);
    await expect(figure(page, 'kept')).toContainText(`${String(now)} drawing`);
    const next = button(page, 'Next');
    if (await next.isEnabled()) await next.click();
  };
  await add(heart(0), 1);
  await add(heart(0.03), 2);
  await page.getByRole('radio', { name: 'Draw: house' }).check();
  await expect(figure(page, 'data')).toHaveCount(0);
  await add(house(0), 3);
  // The third drawing sets the training going.
  await expect(figure(page, 'data')).toContainText('3 examples of 28 × 28');
  await expect(button(page, 'Pause')).toBeVisible();
  await add(house(0.03), 4);
  await expect(figure(page, 'data')).toContainText('4 examples of 28 × 28');
  const dreams = page.getByRole('img', { name: '14 samples of the network' });
  await expect(dreams).toBeVisible();
  await expect(transport(page).getByText('heart', { exact: true })).toBeVisible();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(200);

  // While it is drawn, and before it is kept, it is told what it is.
  await page.getByRole('radio', { name: 'Draw: heart' }).check();
  const verdict = figure(page, 'verdict').first();
  const said = await announcements(page);
  await draw(page, pad, heart(0.015));
  await expect(verdict).toContainText(/^heart, (9\d|>99|100)/);
  // What the drawing sets going is told after it.
  await expect.poll(said).toContainEqual(expect.stringMatching(/heart, .*; house, /));
  await page.getByRole('radio', { name: 'Draw: house' }).check();
  await draw(page, pad, house(0.015));
  await expect(verdict).toContainText(/^house, (9\d|>99|100)/);
  await expect(figure(page, 'kept')).toContainText('6 drawings kept');
  await pause(page);

  // No press deletes for good.
  await button(page, 'Take drawing 1 away, heart').click();
  await expect(figure(page, 'kept')).toContainText('5 drawings kept');
  await button(page, 'Bring back (1)').click();
  await expect(figure(page, 'kept')).toContainText('6 drawings kept');

  // The file of a network of one's own symbols finds them again.
  await pause(page);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  const bytes = await readFile(await download.path());
  await page.reload();
  await open(page);
  await drop(page, [{ name: 'mine.safetensors', bytes }]);
  await expect(page.getByText('mine.safetensors is open')).toBeVisible();
  await expect(page.getByRole('textbox', { name: 'Name of symbol 1' })).toHaveValue('heart');
  await expect(figure(page, 'data')).toContainText('6 examples of 28 × 28');
  await expect(page.getByRole('img', { name: '14 samples of the network' })).toBeVisible();
});

test('what has the focus is not under the strip, forwards and back', async ({ page }) => {
  await open(page);
  await page.getByText('Compare runs').click();
  const hidden = () =>
    page.evaluate(() => {
      const at = document.activeElement;
      const strip = document.querySelector('.strip');
      if (!at || !strip || !strip.nextElementSibling?.contains(at)) return null;
      // Of an input that is laid over its words, those are what one sees.
      const { top, height } = (at.closest('label') ?? at).getBoundingClientRect();
      return top < strip.getBoundingClientRect().bottom - 1 && height < 200 ? at.outerHTML.slice(0, 120) : null;
    });
  const found: string[] = [];
  await page.getByRole('checkbox', { name: 'Letter keys' }).focus();
  for (let i = 0; i < 45; ++i) {
    await page.keyboard.press('Shift+Tab');
    found.push((await hidden()) ?? '');
  }
  for (let i = 0; i < 40; ++i) {
    await page.keyboard.press('Tab');
    found.push((await hidden()) ?? '');
  }
  expect(found.filter(Boolean)).toEqual([]);
});

test('pictures are one canvas each, and nothing is painted while nothing changes', async ({ page }) => {
  await page.addInitScript(() => {
    const counts = ((globalThis as { painted?: { times: number } }).painted = { times: 0 });
    const put = CanvasRenderingContext2D.prototype.putImageData as (...args: unknown[]) => void;
    CanvasRenderingContext2D.prototype.putImageData = function (...args: unknown[]) {
      ++counts.times;
      put.apply(this, args);
    };
  });
  const painted = (): Promise<number> =>
    page.evaluate(() => (globalThis as { painted?: { times: number } }).painted?.times ?? 0);
  await open(page);
  await step(page, 1);
  // Dreams, weights, examples; a chart has a canvas of its own, and the drawing has three.
  expect(await page.locator('canvas').count()).toBeLessThanOrEqual(3 + 2 + 3);
  await page.waitForTimeout(500);
  const rested = await painted();
  await page.waitForTimeout(1000);
  expect(await painted()).toBe(rested);
  // What is off the screen is not painted either.
  await page.getByRole('application', { name: /^Draw for your network/ }).scrollIntoViewIfNeeded();
  await page.getByText('Letter keys').scrollIntoViewIfNeeded();
  await page.getByRole('checkbox', { name: 'Move while it trains' }).uncheck();
  await page.evaluate(() => {
    scrollTo(0, document.documentElement.scrollHeight);
  });
  await expect(page.getByRole('img', { name: 'The weights of 60 hidden units' })).not.toBeInViewport();
  const away = await painted();
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(3);
  await pause(page);
  expect(await painted()).toBe(away);
});

test('images of a million pixels are shown by a few of them, and what takes long can be cancelled', async ({
  page,
}) => {
  await open(page);
  await reset(page);
  await step(page, 2);
  const before = await figures(page);
  await page.getByRole('slider', { name: 'Examples' }).fill('6');
  await button(page, 'Cancel').click();
  await expect(transport(page)).toHaveAttribute('aria-busy', 'false');
  expect(await figures(page)).toBe(before);
  await expect(figure(page, 'data')).toContainText('5,000 examples');

  await slider(page, 'Number of hidden units').fill('1');
  const side = 1000;
  const header = Buffer.alloc(16);
  header.set([0, 0, 8, 3]);
  [20, side, side].forEach((value, i) => header.writeUInt32BE(value, 4 + 4 * i));
  const images = Buffer.concat([header, Buffer.alloc(20 * side * side, 77)]);
  await page.getByRole('radio', { name: 'IDX file' }).check();
  await page.getByLabel('Choose images …').setInputFiles({ name: 'big-idx3-ubyte', mimeType: '', buffer: images });
  const [hidden, standing] = [slider(page, 'Number of hidden units'), figure(page, 'standing')];
  // Of other data the page shows all at once, though their figures take seconds here.
  const unitsWithData = await hidden.evaluateHandle((input) => {
    const told = { units: '' };
    const observer = new MutationObserver(() => {
      if (!document.querySelector('[data-figure="data"]')?.textContent.includes('20 examples')) return;
      told.units ||= (input as HTMLInputElement).value;
    });
    observer.observe(document.body, { childList: true, characterData: true, subtree: true });
    return told;
  });
  await button(page, 'Use this file').click();
  await expect(figure(page, 'data')).toContainText('20 examples of 1,000 × 1,000', { timeout: 60_000 });
  for (const canvas of await page.locator('canvas[data-images]').all()) {
    const pixels = await canvas.evaluate((one) => (one as HTMLCanvasElement).width * (one as HTMLCanvasElement).height);
    expect(pixels).toBeLessThan(2 ** 19);
  }

  // A network that takes seconds to make can be cancelled, and one that was made says that its steps take long.
  await expect(figure(page, 'slow')).toHaveText('1,000,000 pixels: each step takes long.');
  const [made, units] = [await figures(page), await hidden.inputValue()];
  expect((await unitsWithData.jsonValue()).units).toBe(units);
  // Pressed as soon as it is there: on a busy machine the network might be made before the test hears of it.
  const making = await transport(page).evaluateHandle((strip) => {
    const told = { says: '' };
    const observer = new MutationObserver(() => {
      const cancel = [...strip.querySelectorAll('button')].find((one) => one.textContent === 'Cancel');
      if (!cancel) return;
      observer.disconnect();
      told.says = strip.querySelector('[data-figure="standing"]')?.textContent ?? '';
      cancel.click();
    });
    observer.observe(strip, { childList: true, subtree: true });
    return told;
  });
  await hidden.press('ArrowRight');
  await expect(standing).toHaveText('Cancelled; nothing was changed.');
  expect((await making.jsonValue()).says).toBe('Making the network …');
  await expect(announced(page)).toHaveText('Cancelled; nothing was changed.');
  await expect(transport(page)).toHaveAttribute('aria-busy', 'false');
  await expect(hidden).toHaveValue(units);
  expect(await figures(page)).toBe(made);
  await page.getByRole('radio', { name: 'Bars and stripes' }).check();
  await expect(figure(page, 'slow')).toHaveCount(0);
});
