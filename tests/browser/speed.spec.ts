// The Speed page, by what it shows. How fast anything is is never asserted.

import { expectAccessibleInBothSchemes } from './accessibility.ts';
import type { Locator, Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { figure } from './page.ts';

const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
const bar = (page: Page, id: string): Locator => page.locator(`[data-bar="${id}"]`);
/** GFLOP/s of a bar; NaN while there is none. */
const rate = async (one: Locator): Promise<number> => Number((await one.locator('b').allInnerTexts())[0] ?? NaN);

/** The numbers of threads that the page measures with isolation: one, and two where there are as many cores. */
const threadCounts = async (page: Page): Promise<number[]> =>
  (await page.evaluate(() => navigator.hardwareConcurrency)) > 1 ? [1, 2] : [1];

async function measure(page: Page): Promise<void> {
  await button(page, 'Measure').click();
  await expect(figure(page, 'state')).toHaveText('Measured.', { timeout: 90_000 });
}

test('measures the engine beside the limit of the tab, in bars, words and a table', async ({ page }) => {
  await page.goto('#/speed');
  await expect(figure(page, 'state')).toContainText('Nothing is measured yet');
  await measure(page);
  const counts = await threadCounts(page);
  for (const id of counts.flatMap((threads) => [`ceiling ${String(threads)}`, `wakesleep ${String(threads)}`])) {
    expect(await rate(bar(page, id)), id).toBeGreaterThan(0);
  }
  await expect(figure(page, 'ratios')).toContainText(/runs at [\d.]+ times what any dense matrix product could reach/);
  if (counts.length > 1)
    await expect(figure(page, 'ratios')).toContainText(/2 threads are [\d.]+ times as fast as one/);

  await page.getByText('Figures as a table').click();
  const row = page.getByRole('row', { name: /^Wakesleep 1 / });
  const errors = (await row.getByRole('cell').allInnerTexts()).slice(-2).map(Number);
  expect(errors[1], 'it has learned').toBeLessThan(0.8 * (errors[0] ?? 0));
  await expect(page.getByText('has not learned')).toHaveCount(0);
});

test('measures the peers where it is asked to, from the site’s own files, with threads', async ({ page }) => {
  test.setTimeout(240_000);
  await page.goto('#/speed');
  await page.getByRole('checkbox', { name: 'onnxruntime-web' }).check();
  await page.getByRole('checkbox', { name: 'jax-js' }).check();
  await page.getByRole('checkbox', { name: 'TensorFlow.js' }).check();
  await button(page, 'Measure').click();
  await expect(figure(page, 'state')).toHaveText('Measured.', { timeout: 200_000 });
  for (const peer of ['onnxruntime-web', 'jax-js', 'tensorflow.js']) {
    for (const threads of await threadCounts(page)) {
      expect(await rate(bar(page, `${peer} ${String(threads)}`)), `${peer} ${String(threads)}`).toBeGreaterThan(0);
    }
  }
  await expect(figure(page, 'ratios')).toContainText('times as fast as onnxruntime-web');
  await expect(figure(page, 'ratios')).toContainText('times as fast as jax-js');
  await expect(figure(page, 'ratios')).toContainText('times as fast as TensorFlow.js');
  await page.getByText('Figures as a table').click();
  await expect(page.getByRole('row', { name: /^TensorFlow.js 1 / })).toBeVisible();
  await expect(page.getByText('has not learned')).toHaveCount(0);
});

test('nothing of the peers is loaded before they are asked for', async ({ page }) => {
  const loaded: string[] = [];
  page.on('request', (request) => loaded.push(request.url()));
  await page.goto('#/speed');
  await measure(page);
  expect(loaded.filter((url) => /ort-wasm|onnx|jax|tfjs|tensorflow/.test(url))).toEqual([]);
});

test('a measurement stops at once and can be made again', async ({ page }) => {
  await page.goto('#/speed');
  await button(page, 'Measure').click();
  await expect(figure(page, 'state')).toContainText('Round', { timeout: 60_000 });
  await expect(page.getByRole('progressbar', { name: 'Progress of the measurement' })).toBeVisible();
  await button(page, 'Stop').click();
  await expect(figure(page, 'state')).toHaveText(/^Stopped/);
  await expect(button(page, 'Measure again')).toBeEnabled();
  // Only the engine that every page has is left of the workers.
  await expect.poll(() => page.workers().filter((worker) => /ceiling|judge/.test(worker.url())).length).toBe(0);
  await button(page, 'Measure again').click();
  await expect(figure(page, 'state')).toContainText('Round', { timeout: 60_000 });
  // Leaving the page stops it, too.
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await page.getByRole('link', { name: 'Speed', exact: true }).click();
  await expect(figure(page, 'state')).toHaveText(/^Stopped/);
});

test('a peer that can’t be loaded is left out, and says why', async ({ page, faults }) => {
  await page.route('**/ort-wasm*.wasm', (route) => route.abort());
  await page.goto('#/speed');
  await page.getByRole('checkbox', { name: 'onnxruntime-web' }).check();
  await button(page, 'Measure').click();
  await expect(bar(page, 'onnxruntime-web 1')).toContainText('left out: ', { timeout: 60_000 });
  await expect(figure(page, 'state')).toHaveText('Measured.', { timeout: 90_000 });
  expect(await rate(bar(page, 'wakesleep 1'))).toBeGreaterThan(0);
  faults.splice(
    0,
    faults.length,
    ...faults.filter((fault) => !/Failed to load resource|wasm|ArrayBuffer instantiation/.test(fault)),
  );
});

test('without isolation it measures one thread and says so', async ({ page, plainSite }) => {
  await page.goto(`${plainSite}#/speed`);
  await expect(page.getByText('not cross-origin isolated: all run on one')).toBeVisible();
  await measure(page);
  expect(await rate(bar(page, 'wakesleep 1'))).toBeGreaterThan(0);
  await expect(bar(page, 'wakesleep 2')).toHaveCount(0);
});

test('with its figures the page has no accessibility faults, light and dark, and fits a phone', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.setViewportSize({ width: 360, height: 740 });
  await page.goto('#/speed');
  // By keyboard.
  await button(page, 'Measure').focus();
  await page.keyboard.press('Enter');
  await expect(figure(page, 'state')).toHaveText('Measured.', { timeout: 90_000 });
  await page.getByText('Figures as a table').click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(360);
  await expectAccessibleInBothSchemes(page);
});
