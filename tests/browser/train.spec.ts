// The Train page, by what it shows.

import { readFile } from 'node:fs/promises';
import { gzipSync } from 'node:zlib';
import type { Locator, Page } from '@playwright/test';
import { expectAccessibleInBothSchemes } from './accessibility.ts';
import { expect, test } from './harness.ts';
import {
  button,
  choice,
  curve,
  draw,
  drop,
  figure,
  figures,
  idxImages,
  idxLabels,
  lastOf,
  number,
  open,
  pause,
  pixelsOf,
  reset,
  step,
  transport,
} from './train-page.ts';

test('trains by itself when it opens, and pauses', async ({ page }) => {
  await page.goto('#/train');
  await expect(figure(page, 'data')).toContainText('5,000 examples of 28 × 28; the last 500 are held back', {
    timeout: 60_000,
  });
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(0);
  await expect(page.getByRole('img', { name: 'The weights of 60 hidden units' })).toBeVisible();
  await pause(page);
  const held = await figures(page);
  await page.waitForTimeout(500);
  expect(await figures(page)).toBe(held);
});

test('training lowers the reconstruction error', async ({ page }) => {
  await open(page);
  await reset(page);
  await step(page, 1);
  const before = await lastOf(page, 'Reconstruction error', 'training');
  expect(before).toBeGreaterThan(0);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 90_000 }).toBeGreaterThanOrEqual(3);
  await pause(page);
  const after = await lastOf(page, 'Reconstruction error', 'training');
  expect(after).toBeLessThan(0.8 * before);
  expect(await lastOf(page, 'Reconstruction error', 'held back')).toBeLessThan(0.85 * before);
  expect(await number(figure(page, 'error'))).toBeCloseTo(after, 5);
});

test('a reset gives the same curves again, another seed gives others', async ({ page }) => {
  await open(page);
  await reset(page);
  await step(page, 5);
  const first = await figures(page);
  await reset(page);
  await step(page, 5);
  expect(await figures(page)).toBe(first);

  await button(page, 'New seed').click();
  await expect(figure(page, 'error')).toHaveText('–');
  await step(page, 5);
  expect(await figures(page)).not.toBe(first);

  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.fill('1');
  await seed.press('Enter');
  await expect(figure(page, 'error')).toHaveText('–');
  await step(page, 5);
  expect(await figures(page)).toBe(first);
});

test('bars and stripes come near the best possible likelihood', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: 'Bars and stripes' }).check();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await page.getByRole('slider', { name: 'Size', exact: true }).fill('3');
  await expect(figure(page, 'data')).toContainText('14 examples of 3 × 3');
  await button(page, 'Train').click();
  const best = -Math.log(14);
  await expect.poll(() => lastOf(page, 'Log-likelihood', 'best possible')).toBeCloseTo(best, 2);
  await expect.poll(() => lastOf(page, 'Log-likelihood', 'network'), { timeout: 90_000 }).toBeGreaterThan(1.1 * best);
  await pause(page);
  expect(await lastOf(page, 'Log-likelihood', 'network')).toBeLessThan(best);
  await button(page, 'From noise').click();
  await button(page, 'Walk on').click();
  await expect(figure(page, 'chains')).toContainText('101 Gibbs steps');
  expect(Number(/· (\d+) of 21/.exec(await figure(page, 'chains').innerText())?.[1])).toBeGreaterThan(10);
});

test('the shifter shows its examples and its units as two rows', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: 'Shifter' }).check();
  await expect(figure(page, 'data')).toContainText('96 examples of 2 × 5');
  const examples = page.getByRole('img', { name: 'Some examples of the data' }).locator('canvas');
  await examples.scrollIntoViewIfNeeded();
  const shape = (): Promise<number[]> =>
    examples.evaluate((canvas) => [(canvas as HTMLCanvasElement).width, (canvas as HTMLCanvasElement).height]);
  // 24 examples, four in a row, a pixel of each five wide, with gaps of two.
  await expect.poll(shape).toEqual([4 * 25 + 3 * 2, 6 * 10 + 5 * 2]);
});

test('options take effect while it trains, and a new size starts anew', async ({ page }) => {
  await open(page);
  await reset(page);
  await button(page, 'Train').click();
  await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight');
  await page.getByRole('slider', { name: 'Momentum' }).press('ArrowRight');
  await choice(page, 'Learning rule', 'Contrastive divergence').check();
  await expect(button(page, 'Pause')).toBeVisible();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(0);
  await pause(page);
  await page.getByRole('slider', { name: 'Hidden units' }).fill('9');
  await expect(page.getByRole('img', { name: 'The weights of 16 hidden units' })).toBeVisible();
  await expect(figure(page, 'epoch')).toHaveText('0');
  await expect(figure(page, 'error')).toHaveText('–');
});

test('one training lasts: it is paused, goes on and is given other options', async ({ page }) => {
  await page.addInitScript(() => {
    const asked: string[] = ((globalThis as { asked?: string[] }).asked = []);
    const post = Worker.prototype.postMessage as (this: Worker, ...args: unknown[]) => void;
    Worker.prototype.postMessage = function (this: Worker, ...args: unknown[]) {
      const [{ method }] = args as [{ method?: string }];
      if (method) asked.push(method);
      post.apply(this, args);
    };
  });
  const asked = (...methods: string[]): Promise<number[]> =>
    page.evaluate(
      (names) =>
        names.map((name) => (globalThis as { asked?: string[] }).asked?.filter((one) => one === name).length ?? 0),
      methods,
    );
  await open(page);
  await reset(page);
  const [trainings = 0, networks = 0] = await asked('training', 'rbm');
  await step(page, 2);
  await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight');
  await step(page, 1);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(0);
  await page.getByRole('slider', { name: 'Momentum' }).press('ArrowRight');
  await pause(page);
  await step(page, 1);
  expect(await asked('training', 'change', 'rbm', 'train')).toEqual([trainings + 1, 2, networks, 0]);
  // Another rule has states of its own, and another training.
  await choice(page, 'Learning rule', 'Contrastive divergence').check();
  await step(page, 1);
  expect(await asked('training', 'rbm')).toEqual([trainings + 2, networks]);
});

test('Gaussian pixels learn shades of grey, and their file brings the same training back', async ({ page }) => {
  await open(page);
  await choice(page, 'Visible units', 'Gaussian').check();
  await expect(figure(page, 'error')).toHaveText('–');
  await expect(page.getByRole('slider', { name: 'Learning rate' })).toHaveAttribute('aria-valuetext', '0.01');
  await step(page, 1);
  const before = await lastOf(page, 'Reconstruction error', 'training');
  // Of pixels, whose variance it starts at, and not of standardised values, whose variance is 1.
  expect(before).toBeLessThan(0.1);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 90_000 }).toBeGreaterThanOrEqual(2);
  await pause(page);
  expect(await lastOf(page, 'Reconstruction error', 'training')).toBeLessThan(0.8 * before);
  expect(await lastOf(page, 'Reconstruction error', 'held back')).toBeLessThan(0.85 * before);

  await page.getByRole('slider', { name: 'Examples' }).fill('0');
  await expect(figure(page, 'data')).toContainText('500 examples');
  await expect(choice(page, 'Visible units', 'Gaussian')).toBeChecked();
  await step(page, 3);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  const bytes = await readFile(await download.path());
  await step(page, 2);
  const goneOn = await lastOf(page, 'Free energy', 'held back');
  await choice(page, 'Data set', 'Shifter').check();
  await expect(figure(page, 'data')).toContainText('96 examples');
  await expect(choice(page, 'Visible units', 'Bernoulli')).toBeChecked();
  await drop(page, [{ name: 'grey.safetensors', bytes }]);
  await expect(page.getByText('grey.safetensors is open')).toBeVisible();
  await expect(figure(page, 'data')).toContainText('500 examples of 28 × 28');
  await expect(choice(page, 'Visible units', 'Gaussian')).toBeChecked();
  await step(page, 2);
  expect(await lastOf(page, 'Free energy', 'held back')).toBe(goneOn);
});

test('what learns nothing to be seen on these data is not offered', async ({ page }) => {
  await open(page);
  await expect(choice(page, 'Hidden units', 'Softmax')).toBeDisabled();
  await expect(page.getByText('Units that can’t be chosen')).toBeVisible();
  await choice(page, 'Visible units', 'Gaussian').check();
  for (const units of ['Softmax', 'Rectified linear', 'Noisy rectified', 'Gaussian'])
    await expect(choice(page, 'Hidden units', units)).toBeDisabled();
  await choice(page, 'Data set', 'Shifter').check();
  await expect(figure(page, 'data')).toContainText('96 examples');
  await expect(choice(page, 'Hidden units', 'Softmax')).toBeEnabled();
  await choice(page, 'Hidden units', 'Rectified linear').check();
  await expect(page.getByRole('slider', { name: 'Learning rate' })).toHaveAttribute('aria-valuetext', '0.1');
  await expect(page.getByRole('slider', { name: 'Gibbs steps k' })).toHaveAttribute('aria-valuetext', '5');
});

test('rectified units learn black-and-white pixels, the same at each reset', async ({ page }) => {
  await open(page);
  await choice(page, 'Hidden units', 'Rectified linear').check();
  await expect(figure(page, 'error')).toHaveText('–');
  await step(page, 3);
  // The curves' points arrive a moment after the batches are done.
  await expect.poll(() => figures(page)).toContain('0.03333');
  const first = await figures(page);
  await reset(page);
  await step(page, 3);
  await expect.poll(() => figures(page)).toBe(first);
  const before = await lastOf(page, 'Reconstruction error', 'training');
  await button(page, 'Train').click();
  await expect
    .poll(() => lastOf(page, 'Reconstruction error', 'training'), { timeout: 90_000 })
    .toBeLessThan(0.9 * before);
  await pause(page);
});

test('units without an energy have no free energy, and the page says why', async ({ page }) => {
  await open(page);
  // At the end of the first epoch.
  await expect(curve(page, 'Free energy')).toBeVisible({ timeout: 90_000 });
  await choice(page, 'Hidden units', 'Noisy rectified').check();
  await expect(page.getByText('Noisy rectified units have no energy')).toBeVisible();
  await step(page, 2);
  await expect(curve(page, 'Reconstruction error')).toBeVisible();
  await expect(page.getByRole('heading', { name: 'Free energy' })).toHaveCount(0);
});

test('every learning rule learns the bars and stripes', async ({ page }) => {
  await open(page);
  await choice(page, 'Data set', 'Bars and stripes').check();
  await page.getByRole('slider', { name: 'Size', exact: true }).fill('3');
  await expect(figure(page, 'data')).toContainText('14 examples of 3 × 3');
  await page.getByText('More options').click();
  await choice(page, 'Steps', 'Adam').check();
  await expect(page.getByRole('slider', { name: 'Momentum' })).toHaveCount(0);
  for (const rule of [
    'Contrastive divergence',
    'Fast persistent contrastive divergence',
    'Parallel tempering',
    'Parallel trajectory tempering',
    'Mean-field contrastive divergence',
    'Exact gradient',
  ]) {
    await choice(page, 'Learning rule', rule).check();
    await expect(page.getByRole('slider', { name: 'Temperatures' })).toHaveCount(rule === 'Parallel tempering' ? 1 : 0);
    const steps = page.getByRole('slider', { name: 'Gibbs steps k' });
    await expect(steps).toHaveCount(rule === 'Exact gradient' ? 0 : 1);
    // The page trains on until it is paused, at rates that stay: chains that mix badly would wander off again by then.
    if (rule !== 'Exact gradient') await steps.fill(rule.startsWith('Fast') ? '10' : '7');
    await reset(page);
    await step(page, 1);
    const before = await lastOf(page, 'Log-likelihood', 'network');
    if (rule === 'Parallel tempering') await expect(figure(page, 'swaps')).toContainText('%');
    await button(page, 'Train').click();
    await expect
      .poll(() => lastOf(page, 'Log-likelihood', 'network'), { message: rule, timeout: 60_000 })
      .toBeGreaterThan(before + 0.5);
    await pause(page);
  }
  await expect(page.getByRole('alert')).toHaveCount(0);
});

test('with trajectory tempering the likelihood of a large machine is plotted, and its ladder counted', async ({
  page,
}) => {
  await open(page);
  await expect(page.getByRole('heading', { name: 'Log-likelihood' })).toHaveCount(0);
  await page.getByText('More options').click();
  await choice(page, 'Learning rule', 'Parallel trajectory tempering').check();
  await reset(page);
  await step(page, 1);
  const before = await lastOf(page, 'Log-likelihood', 'network');
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThanOrEqual(2);
  await pause(page);
  expect(await lastOf(page, 'Log-likelihood', 'network')).toBeGreaterThan(before + 10);
  // A likelihood of some hundred pixels, and not a free energy, whose log Z is missing.
  expect(before).toBeLessThan(0);
  await expect(figure(page, 'swaps')).toContainText('%');
  expect(parseInt(await figure(page, 'rungs').innerText())).toBeGreaterThan(2);
});

test('the exact gradient is offered to small machines only, and what the engine refuses is told and undone', async ({
  page,
}) => {
  await open(page);
  const exact = choice(page, 'Learning rule', 'Exact gradient');
  const hidden = page.getByRole('slider', { name: 'Number of hidden units' });
  await expect(exact).toBeDisabled();
  await hidden.fill('6');
  await expect(exact).toBeEnabled();
  await exact.check();
  await step(page, 2);
  await hidden.fill('15');
  const alert = page.getByRole('alert').filter({ hasText: 'The engine refuses' });
  await expect(alert).toContainText('method exact sums over the states of one side, at most 2^16');
  await expect(hidden).toHaveAttribute('aria-valuetext', '8');
  await step(page, 1);

  // Other data of its own size.
  await choice(page, 'Data set', 'Bars and stripes').check();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await expect(alert).toBeHidden();
  await expect(exact).toBeEnabled();
  await exact.check();
  await choice(page, 'Hidden units', 'Noisy rectified').click();
  await expect(alert).toContainText('noisy-relu units have no energy');
  await expect(choice(page, 'Hidden units', 'Bernoulli')).toBeChecked();
  await page.getByText('More options').click();
  const dropout = page.getByRole('slider', { name: 'Dropout' });
  await dropout.fill('3');
  await expect(alert).toContainText('dropout');
  await expect(dropout).toHaveAttribute('aria-valuetext', '0');
  await choice(page, 'Learning rule', 'Contrastive divergence').check();
  await dropout.fill('3');
  await expect(dropout).toHaveAttribute('aria-valuetext', '0.3');
  await expect(alert).toBeHidden();
  await step(page, 2);
});

test('Gaussian pixels are offered for shades of grey only', async ({ page }) => {
  await open(page);
  const gaussian = choice(page, 'Visible units', 'Gaussian');
  await expect(gaussian).toBeEnabled();
  await choice(page, 'Data set', 'Shifter').check();
  await expect(figure(page, 'data')).toContainText('96 examples');
  await expect(gaussian).toBeDisabled();
  await expect(page.getByText('these data are black and white')).toBeVisible();
  const grey = Buffer.from(idxImages(40).map((byte, at) => (at < 16 ? byte : (byte + 7 * at) % 256)));
  await drop(page, [{ name: 'grey-idx3-ubyte', bytes: grey }]);
  await expect(figure(page, 'data')).toContainText('40 examples of 6 × 6');
  await expect(gaussian).toBeEnabled();
  await gaussian.check();
  await page.getByRole('checkbox', { name: 'Learn the noise of each pixel' }).check();
  await step(page, 3);
  // A density of few hidden units is summed exactly.
  await page.getByRole('slider', { name: 'Number of hidden units' }).fill('6');
  await step(page, 2);
  await expect(curve(page, 'Log-likelihood')).toBeVisible();
  await drop(page, [{ name: 'images-idx3-ubyte', bytes: idxImages(40) }]);
  await expect(gaussian).toBeDisabled();
  await expect(choice(page, 'Visible units', 'Bernoulli')).toBeChecked();
});

test('tells what the hidden units do', async ({ page }) => {
  await open(page);
  await reset(page);
  await expect(figure(page, 'activity')).toHaveText('–');
  await step(page, 1);
  // Weights are still small: every unit is on for about half of the examples.
  expect(await number(figure(page, 'activity'))).toBeCloseTo(0.5, 1);
  await expect(figure(page, 'silent')).toHaveText('0 units');
  await expect(figure(page, 'always-on')).toHaveText('0 units');
  expect(await number(figure(page, 'update'))).toBeGreaterThan(0);
  await choice(page, 'Data set', 'Bars and stripes').check();
  await choice(page, 'Hidden units', 'Softmax').check();
  await expect(figure(page, 'activity')).toHaveText('–');
  await step(page, 1);
  // One of 16 is on.
  expect(await number(figure(page, 'activity'))).toBeCloseTo(1 / 16, 2);
});

test('takes IDX files that are dropped, plain and gzip, with labels', async ({ page }) => {
  await open(page);
  await drop(page, [{ name: 'images-idx3-ubyte', bytes: idxImages(40) }]);
  await expect(figure(page, 'data')).toContainText('40 examples of 6 × 6; the last 4 are held back');
  await step(page, 1);
  await drop(page, [
    { name: 'labels-idx1-ubyte.gz', bytes: gzipSync(idxLabels(60)) },
    { name: 'images-idx3-ubyte.gz', bytes: gzipSync(idxImages(60)) },
  ]);
  await expect(figure(page, 'data')).toContainText('60 examples of 6 × 6; the last 6 are held back');
  await expect(page.getByRole('img', { name: /^Some examples of the data, labelled 0, / })).toBeVisible();
});

test('an IDX file that lies about its count is refused, and nothing is lost', async ({ page }) => {
  await open(page);
  await reset(page);
  await step(page, 2);
  const before = await figures(page);
  await page.getByRole('radio', { name: 'IDX file' }).check();
  await page
    .getByLabel('Choose images …')
    .setInputFiles({ name: 'lies-idx3-ubyte', mimeType: '', buffer: idxImages(10, 1000) });
  await button(page, 'Use this file').click();
  const alert = page.getByRole('alert').filter({ hasText: 'These data can’t be used' });
  await expect(alert).toBeVisible();
  expect(await figures(page)).toBe(before);
  await step(page, 1);

  await drop(page, [{ name: 'holiday.txt', bytes: Buffer.from('neither images nor a network') }]);
  await expect(page.getByRole('alert').filter({ hasText: 'holiday.txt is neither' })).toBeVisible();
  await drop(page, [{ name: 'labels-idx1-ubyte', bytes: idxLabels(5) }]);
  await expect(page.getByRole('alert').filter({ hasText: 'labels only' })).toBeVisible();
});

test('saves the network, opens it again and goes on as if it had never stopped', async ({ page }) => {
  await open(page);
  await page.getByRole('radio', { name: 'Bars and stripes' }).check();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await page.getByRole('slider', { name: 'Batch size' }).fill('3');
  await expect(figure(page, 'batch')).toHaveText('0 of 3');
  await step(page, 4);
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  expect(download.suggestedFilename()).toMatch(/\.safetensors$/);
  const bytes = await readFile(await download.path());
  await step(page, 3);
  const goneOn = await lastOf(page, 'Log-likelihood', 'network');

  // In between, other data and another network: the file brings its own back.
  await page.getByRole('radio', { name: 'Shifter' }).check();
  await expect(figure(page, 'data')).toContainText('96 examples');
  await drop(page, [{ name: 'mine.safetensors', bytes }]);
  await expect(page.getByText('mine.safetensors is open')).toBeVisible();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await expect(page.getByRole('radio', { name: 'Bars and stripes' })).toBeChecked();
  await expect(figure(page, 'epoch')).toHaveText('1');
  await step(page, 3);
  expect(await lastOf(page, 'Log-likelihood', 'network')).toBe(goneOn);
});

test('those who listen hear what a file, a reset and undo bring, and nothing old beside a refusal', async ({
  page,
}) => {
  await open(page);
  const announced = figure(page, 'announced');
  await expect(announced).toContainText('Paused at epoch');
  await page.getByRole('radio', { name: 'Bars and stripes' }).check();
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
  await expect(announced).toHaveText(/^A new network of \d+ hidden units, untrained\.$/);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch'))).toBeGreaterThan(3);
  await pause(page);
  const epoch = await figure(page, 'epoch').innerText();
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  const bytes = await readFile(await download.path());
  await page.reload();
  await expect(figure(page, 'data')).toContainText('5,000 examples of 28 × 28', { timeout: 60_000 });
  await pause(page);
  const here = new RegExp(`^A network of \\d+ hidden units, at epoch ${epoch}\\.`);
  await page.getByLabel('Open a network …').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer: bytes });
  await expect(announced).toHaveText(here);
  await expect(figure(page, 'epoch')).toHaveText(epoch);
  await button(page, 'Reset').click();
  await expect(announced).toHaveText(/^A new network/);
  await transport(page).getByRole('button', { name: 'Undo' }).click();
  await expect(announced).toHaveText(here);
  await expect(announced).toContainText('The network before is back');
  const buffer = Buffer.from('this is a text, not a network');
  await page.getByLabel('Open a network …').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer });
  await expect(page.getByRole('alert').filter({ hasText: 'This file can’t be opened' })).toBeVisible();
  await expect(announced).toHaveText('');
});

test('a file that is refused is told where the options are shut away, too', async ({ page }) => {
  await page.setViewportSize({ width: 390, height: 800 });
  await open(page);
  await drop(page, [{ name: 'a.safetensors', bytes: Buffer.from('this is a text, not a network') }]);
  await expect(page.getByRole('alert')).toBeVisible();
});

test('files that are no network say what is wrong and lose nothing', async ({ page }) => {
  await open(page);
  await reset(page);
  await step(page, 2);
  const before = await figures(page);
  const choose = async (buffer: Buffer): Promise<void> => {
    await page.getByLabel('Open a network …').setInputFiles({ name: 'a.safetensors', mimeType: '', buffer });
  };
  await choose(Buffer.from('this is a text, not a network'));
  await expect(page.getByRole('alert').filter({ hasText: 'This file can’t be opened' })).toBeVisible();
  const [download] = await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  const good = await readFile(await download.path());
  await choose(good.subarray(0, good.length / 2));
  await expect(page.getByRole('alert').filter({ hasText: 'This file can’t be opened' })).toBeVisible();
  expect(await figures(page)).toBe(before);
  await step(page, 1);
});

test('a worker that dies is told, and another try brings data, network and curves back', async ({ page }) => {
  await open(page);
  await reset(page);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(0);
  await pause(page);
  await expect(button(page, 'Save')).toBeEnabled();
  const before = await figures(page);
  // The network is kept when a pause has come to rest; saving waits for its turn behind that.
  await Promise.all([page.waitForEvent('download'), button(page, 'Save').click()]);
  await page.workers()[0]?.evaluate(() => {
    setTimeout(() => {
      throw new Error('the worker dies');
    });
  });
  const alert = page.getByRole('alert').filter({ hasText: 'has stopped' });
  // The page may notice by itself, or by the next thing that is asked of it.
  if (!(await alert.isVisible())) await button(page, 'Step').click();
  await expect(alert).toBeVisible();
  await alert.getByRole('button', { name: 'Try again' }).click();
  await expect(alert).toBeHidden();
  expect(await figures(page)).toBe(before);
  await step(page, 1);
});

test('MNIST is offered where the owner of the site put it', async ({ page }) => {
  const images = Buffer.concat([
    Buffer.from([0, 0, 8, 3, 0, 0, 0, 30, 0, 0, 0, 28, 0, 0, 0, 28]),
    Buffer.alloc(30 * 784, 128),
  ]);
  await page.route('**/data/mnist/train-labels*', (route) => route.fulfill({ status: 204 }));
  await page.route('**/data/mnist/train-images*', (route) =>
    route.fulfill({ contentType: 'application/octet-stream', body: gzipSync(images) }),
  );
  await open(page);
  await page.getByRole('radio', { name: 'MNIST' }).check();
  await expect(figure(page, 'data')).toContainText('30 examples of 28 × 28; the last 3 are held back');
});

test('without MNIST beside the site it is not offered', async ({ page }) => {
  await page.route('**/data/mnist/**', (route) => route.fulfill({ status: 204 }));
  await open(page);
  await expect(page.getByRole('radio', { name: 'IDX file' })).toBeVisible();
  await expect(page.getByRole('radio', { name: 'MNIST' })).toHaveCount(0);
});

test('a drawing is reconstructed while the network trains', async ({ page }) => {
  await open(page);
  await reset(page);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 60_000 }).toBeGreaterThan(0);
  const pad = page.getByRole('application', { name: 'Draw for your network to reconstruct' });
  await draw(page, pad, [[0.3, 0.2], [0.7, 0.2], [0.4, 0.8]]); // prettier-ignore
  const made = page.getByRole('img', { name: 'The reconstruction by your network' });
  await expect(made).toBeVisible();
  await expect(button(page, 'Pause')).toBeVisible();
  const early = await pixelsOf(made);
  await expect.poll(() => pixelsOf(made)).not.toBe(early);
  await pause(page);
});

test('everything works with the keyboard, letters where the focus is in the figure', async ({ page }) => {
  await open(page);
  await step(page, 1);
  const before = await figures(page);
  // Beside the figure a letter does nothing: someone may speak to the machine, or type into nothing.
  await page.getByRole('heading', { level: 1 }).click();
  for (const key of ['r', 's', 'u', ' ']) await page.keyboard.press(key);
  await page.getByRole('slider', { name: 'Learning rate' }).focus();
  for (const key of ['r', 's', 'u']) await page.keyboard.press(key);
  const seed = page.getByRole('spinbutton', { name: 'Seed' });
  await seed.focus();
  for (const key of ['s', 'r']) await page.keyboard.press(key);
  expect(await figures(page)).toBe(before);

  await transport(page).focus();
  await page.keyboard.press('r');
  await expect(figure(page, 'error')).toHaveText('–');
  await page.keyboard.press('s');
  await expect(figure(page, 'batch')).toHaveText('1 of 90');
  await page.keyboard.press(' ');
  await expect(button(page, 'Pause')).toBeVisible();
  await page.keyboard.press(' ');
  await expect(button(page, 'Train')).toBeVisible();

  // They can be switched off, and stay so; the space bar is no letter.
  await reset(page);
  await page.getByRole('checkbox', { name: 'Letter keys' }).uncheck();
  await transport(page).focus();
  await page.keyboard.press('s');
  await expect(figure(page, 'batch')).toHaveText('0 of 90');
  await page.keyboard.press(' ');
  await expect(button(page, 'Pause')).toBeVisible();
  await page.reload();
  await expect(page.getByRole('checkbox', { name: 'Letter keys' })).not.toBeChecked();
  // A choice of data by arrow keys.
  await pause(page);
  await page.getByRole('radio', { name: 'Stroke digits' }).focus();
  await page.keyboard.press('ArrowRight');
  await expect(figure(page, 'data')).toContainText('30 examples of 4 × 4');
});

/** The run's box in the list of those that are kept, by what it is called. */
const keptRun = (page: Page, name: RegExp): Locator => page.getByRole('checkbox', { name });

test('a run that was reset is kept past a reload, shown over the next one, named and brought back', async ({
  page,
}) => {
  await open(page);
  await reset(page);
  await step(page, 3);
  const ended = await lastOf(page, 'Reconstruction error', 'training');
  await page.getByRole('slider', { name: 'Learning rate' }).press('ArrowRight');
  await reset(page);
  await page.getByText(/^Compare runs \(\d kept\)$/).click();
  await step(page, 2);
  // The one that the page began with, of the same seed, is the same training at its longest: it is kept once.
  await expect(page.getByRole('checkbox', { name: /^Show / })).toHaveCount(1);
  const kept = keptRun(page, /^Show 1: learning rate 0\.05/);
  await kept.check();
  const words = curve(page, 'Reconstruction error');
  await expect(words).toHaveAttribute('aria-label', /1: learning rate 0\.05/);
  const rows = page.getByRole('group', { name: 'What differs, and how they ended' }).getByRole('row');
  await expect(rows.first()).toContainText('Learning rate');
  await expect(rows).toHaveCount(3);
  expect(ended).toBeGreaterThan(0);

  await button(page, 'Rename 1: learning rate 0.05').click();
  await page.keyboard.type('The slow one');
  await page.keyboard.press('Enter');
  await expect(button(page, 'Rename The slow one')).toBeFocused();
  await expect(words).toHaveAttribute('aria-label', /The slow one/);
  await button(page, 'Remove The slow one').click();
  await expect(keptRun(page, /The slow one/)).toHaveCount(0);
  await expect(words).not.toHaveAttribute('aria-label', /The slow one/);
  await expect(button(page, 'Bring back (1)')).toBeFocused();
  await page.keyboard.press('Enter');
  await expect(keptRun(page, /The slow one/)).not.toBeChecked();

  // What is under way when the page is left is kept, too.
  await page.reload();
  await open(page);
  await page.getByText(/^Compare runs \(\d kept\)$/).click();
  await expect(keptRun(page, /The slow one/)).toBeVisible();
  await expect(keptRun(page, /^Show 2: .*0\.07/)).toBeVisible();

  // Without room in the storage nothing is lost while the page is open, and it says so.
  await page.evaluate(() => {
    Storage.prototype.setItem = () => {
      throw new DOMException('', 'QuotaExceededError');
    };
  });
  await button(page, 'Remove The slow one').click();
  await button(page, 'Bring back (1)').click();
  await expect(page.getByRole('alert')).toContainText('storage for this site is full');
  await expect(keptRun(page, /The slow one/)).toBeVisible();
});

test('curves are saved as CSV, SVG and PNG, and receptive fields as PNG', async ({ page }) => {
  await open(page);
  await reset(page);
  await step(page, 3);
  await page.getByText('Save these figures').click();
  const saved = async (name: string): Promise<Buffer> => {
    const [download] = await Promise.all([page.waitForEvent('download'), button(page, name).click()]);
    await expect(figure(page, 'saved')).toContainText(`Saved as ${download.suggestedFilename()}`);
    return readFile(await download.path());
  };
  const lines = (await saved('Curves, CSV')).toString().trim().split('\r\n');
  const [head = [], ...rows] = lines.map((line) => line.split(','));
  expect(rows).toHaveLength(3);
  const error = Number(rows.at(-1)?.[head.indexOf('reconstruction_error')]);
  expect(error).toBeCloseTo(await lastOf(page, 'Reconstruction error', 'training'), 4);

  const svg = (await saved('Curves, SVG')).toString();
  const parsed = await page.evaluate((text) => {
    const document = new DOMParser().parseFromString(text, 'image/svg+xml');
    const [root, broken] = [document.documentElement, document.querySelector('parsererror')];
    return {
      name: root.localName,
      broken: broken !== null,
      width: root.getAttribute('width') ?? '',
      text: root.textContent,
    };
  }, svg);
  expect(parsed).toMatchObject({ name: 'svg', broken: false });
  expect(parsed.text).toContain('Reconstruction error');
  expect(parsed.text).toContain('held back');

  /** Its size and how many colours it has. */
  const look = (file: Buffer): Promise<{ width: number; height: number; colours: number }> =>
    page.evaluate(
      async (bytes) => {
        const picture = await createImageBitmap(new Blob([Uint8Array.from(bytes)], { type: 'image/png' }));
        const { width, height } = picture;
        const context = new OffscreenCanvas(width, height).getContext('2d');
        context?.drawImage(picture, 0, 0);
        const pixels = new Uint32Array(context?.getImageData(0, 0, width, height).data.buffer ?? new ArrayBuffer(0));
        return { width, height, colours: new Set(pixels).size };
      },
      [...file],
    );
  const curves = await look(await saved('Curves, PNG'));
  expect(curves.width).toBe(2 * Number(parsed.width));
  expect(curves.colours).toBeGreaterThan(10);
  const fields = await look(await saved('Receptive fields, PNG'));
  // 60 units of 28 x 28 pixels, eight in a row, with gaps of two, enlarged by whole pixels.
  expect([fields.width % (8 * 30 - 2), fields.height % (8 * 30 - 2)]).toEqual([0, 0]);
  expect(fields.width).toBeGreaterThanOrEqual(1000);
  expect(fields.colours).toBeGreaterThan(10);
});

test('the weight under the pointer is told as it learns, and keys lead from unit to unit', async ({ page }) => {
  await open(page);
  await reset(page);
  const fields = page.getByRole('application', { name: 'The weights one by one' });
  const reading = figure(page, 'weight');
  await expect(reading).toContainText('Point at a pixel');
  await fields.scrollIntoViewIfNeeded();
  await fields.hover({ position: { x: 5, y: 5 } });
  await expect(reading).toContainText(/^Unit 1, row \d+, column \d+: weight −?0\.\d{3}\./);
  const before = await reading.innerText();
  await step(page, 3);
  await expect(reading).not.toHaveText(before);
  expect((await reading.innerText()).split(':')[0]).toBe(before.split(':')[0]);

  await fields.focus();
  await page.keyboard.press('End');
  await expect(reading).toContainText('Unit 60,');
  await expect(figure(page, 'announced')).toContainText('Unit 60,');
  const row = async (): Promise<number> => Number(/row (\d+)/.exec(await reading.innerText())?.[1]);
  const at = await row();
  await page.keyboard.press('Shift+ArrowDown');
  await expect.poll(row).toBe(at + 1);
});

test('is accessible, light and dark', async ({ page }) => {
  await open(page);
  await step(page, 2);
  await expectAccessibleInBothSchemes(page);
  for (const fold of [/^Compare runs/, 'Save these figures', 'All that the figures say'])
    await page.getByText(fold).click();
  await choice(page, 'Visible units', 'Gaussian').check();
  await page.getByRole('checkbox', { name: /^Show 1/ }).check();
  await choice(page, 'Learning rule', 'Parallel tempering').check();
  await page.getByText('More options').click();
  await page.getByRole('slider', { name: 'Sparsity, how strongly' }).fill('3');
  await step(page, 1);
  await expectAccessibleInBothSchemes(page);
  await page.getByRole('radio', { name: 'Your drawings' }).check();
  await expectAccessibleInBothSchemes(page);
});

test('fits a phone’s width', async ({ page }) => {
  await page.setViewportSize({ width: 320, height: 740 });
  await open(page);
  await step(page, 2);
  await button(page, 'Options').click();
  await page.getByText('More options').click();
  await choice(page, 'Visible units', 'Gaussian').check();
  await choice(page, 'Learning rule', 'Parallel tempering').check();
  await step(page, 2);
  for (const fold of ['Figures as a table', /^Compare runs/, 'Save these figures', 'All that the figures say'])
    await page.getByText(fold).click();
  await page.getByRole('button', { name: /^Rename 1/ }).click();
  expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  for (const kind of ['Bars and stripes', 'Shifter', 'Your drawings', 'IDX file']) {
    await page.getByRole('radio', { name: kind }).check();
    await expect(button(page, 'Step')).toBeEnabled();
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBeLessThanOrEqual(320);
  }
});

test('with reduced motion nothing runs by itself', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('#/train');
  await expect(figure(page, 'data')).toContainText('5,000 examples', { timeout: 60_000 });
  await expect(button(page, 'Step')).toBeEnabled();
  await expect(transport(page).getByRole('button', { name: 'Train', exact: true })).toBeVisible();
  await expect(page.getByRole('checkbox', { name: 'Move while it trains' })).not.toBeChecked();
  await expect(figure(page, 'epoch')).toHaveText('0');
});

test('trains without cross-origin isolation', async ({ page, plainSite }) => {
  await open(page, `${plainSite}#/train`);
  await reset(page);
  await button(page, 'Train').click();
  await expect.poll(() => number(figure(page, 'epoch')), { timeout: 90_000 }).toBeGreaterThan(0);
  await pause(page);
});
