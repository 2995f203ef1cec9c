// The whole site in one file (npm run build -- --single-file), opened from the disk as by a double click.

import { fileURLToPath } from 'node:url';
import { expect, test } from './harness.ts';
import { canvasOf, draw, dreaming, figure, seven } from './page.ts';

const file = new URL('../../dist/wakesleep.html', import.meta.url).href;

test.beforeEach(async ({ page }) => {
  const asked: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  await page.goto(file);
  // Nothing is asked for but the file itself and what is in it; the harness looks at the rest of the test.
  await dreaming(page);
  expect(asked.filter((url) => !/^(blob|data):/.test(url))).toEqual([file]);
});

test('from a disk it dreams, reads a drawn digit, and says that it is one file with one thread', async ({ page }) => {
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  await expect(figure(page, 'single-file')).toContainText('the whole site in one file');
  await expect(figure(page, 'engine')).toContainText('1 thread');
  await page.goto(`${file}#/twos`);
  await expect(canvasOf(page, 'unit')).toHaveCount(50);
});

test('from a disk it trains', async ({ page }) => {
  await page.goto(`${file}#/train`);
  await expect(page.locator('[data-figure="data"]')).toContainText('5,000 examples', { timeout: 60_000 });
  await page.getByRole('button', { name: 'Train', exact: true }).click();
  await expect(figure(page, 'batch')).not.toHaveText(/^0/);
  // What it can't have it says.
  await page.getByRole('radio', { name: 'IDX file' }).check();
  await expect(page.getByText('MNIST itself is not in this page')).toBeVisible();
});

test('from a disk it measures itself, and offers no library that is not in it', async ({ page }) => {
  await page.goto(`${file}#/speed`);
  await expect(page.getByText('Other libraries are not in this page')).toBeVisible();
  await expect(page.getByRole('checkbox')).toHaveCount(0);
  await page.getByRole('button', { name: 'Measure' }).click();
  await expect(page.getByText(/GFLOP\/s/).first()).toBeVisible();
  await expect(figure(page, 'state')).toHaveText(/^(Warming|Round|Looking|Measured)/, { timeout: 60_000 });
  await page.getByRole('button', { name: 'Stop' }).click();
});

test('its texts are there, and lead to nothing that is not', async ({ page }) => {
  await page.goto(`${file}#/docs`);
  await expect(page.getByRole('heading', { level: 1, name: 'First steps' })).toBeVisible();
  await expect(page.getByRole('link', { name: 'Reference', exact: true })).toHaveCount(0);
  const links = await page.locator('a').evaluateAll((all) => all.map((one) => (one as HTMLAnchorElement).href));
  expect(links.filter((href) => href.startsWith('file:') && !href.startsWith(`${file}#`))).toEqual([]);
  expect(fileURLToPath(file)).toMatch(/wakesleep\.html$/);
});
