// The page of the machines that know only 2s, only 3s, or all digits.

import { canvasOf, colours, count, draw, dreaming, figure, one, picture, pictures, seven, still } from './page.ts';
import { expect, test } from './harness.ts';

const machines = ['twos-rbm', 'threes-rbm', 'digits-rbm'];

// With reduced motion the machines take one step by themselves, and the tests tell them when to take more.
test.use({ contextOptions: { reducedMotion: 'reduce' } });

test('who comes without a drawing sees a 5 become what each machine knows; it is gone on the first page', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('#/twos');
  await expect(figure(page, 'steps')).toHaveText('20 Gibbs steps');
  await expect(page.getByRole('button', { name: 'Run' })).toBeVisible();
  const shown = await Promise.all(machines.map((name) => picture(canvasOf(page, name))));
  expect(new Set(shown).size).toBe(3);
  await page.getByRole('link', { name: 'Home' }).click();
  await dreaming(page);
  await expect(page.getByRole('heading', { name: 'Draw a digit' })).toBeVisible();
});

test('a drawing is taken some steps by itself, and stays when the page is left', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.goto('#/twos');
  await expect(figure(page, 'steps')).toHaveText('20 Gibbs steps');
  await draw(page, one);
  await expect(figure(page, 'steps')).not.toHaveText('20 Gibbs steps');
  await expect(figure(page, 'steps')).toHaveText('20 Gibbs steps');
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);
});

test('an example is reconstructed by each machine in its own way', async ({ page }) => {
  await page.goto('#/twos');
  await page.getByRole('button', { name: 'A written 5' }).click();
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  for (const name of machines)
    await expect.poll(() => colours(canvasOf(page, name)), { message: name }).toBeGreaterThan(10);
  const shown = await Promise.all(machines.map((name) => picture(canvasOf(page, name))));
  expect(new Set(shown).size).toBe(3);
});

test('steps one by one, runs, pauses, and resets to the same first step', async ({ page }) => {
  await page.goto('#/twos');
  await page.getByRole('button', { name: 'A written 4' }).click();
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  const all = () => Promise.all(machines.map((name) => picture(canvasOf(page, name))));
  const first = await all();
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(figure(page, 'steps')).toHaveText('2 Gibbs steps');
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(figure(page, 'steps')).toHaveText('3 Gibbs steps');
  const third = await all();
  expect(third.filter((one, i) => one === first[i])).toEqual([]);

  await page.getByRole('button', { name: 'Run' }).click();
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(8);
  await page.getByRole('button', { name: 'Pause' }).click();
  const held = await still(all);
  await page.waitForTimeout(400);
  expect(await all()).toEqual(held);

  await page.getByRole('button', { name: 'Reset' }).click();
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  await expect.poll(all).toEqual(first);
  await page.keyboard.press('s');
  await page.keyboard.press('s');
  await expect(figure(page, 'steps')).toHaveText('3 Gibbs steps');
  await expect.poll(all).toEqual(third);
});

test('shows the 50 receptive fields, and lights those that are active', async ({ page }) => {
  await page.goto('#/twos');
  await expect(canvasOf(page, 'unit')).toHaveCount(50);
  expect(new Set(await pictures(canvasOf(page, 'unit'))).size).toBe(50);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect(page.locator('[data-figure="unit"].active')).toHaveCount(0);
  await page.getByRole('button', { name: 'A written 5' }).click();
  await expect(figure(page, 'active')).toHaveText(/^\d+ of 50 active$/);
  const said = await count(figure(page, 'active'));
  expect(said).toBeGreaterThan(0);
  expect(said).toBeLessThan(50);
  await expect(page.locator('[data-figure="unit"].active')).toHaveCount(said);
  await expect(page.getByRole('img', { name: /^Hidden unit \d+, active$/ })).toHaveCount(said);
});

test('has the drawing of the first page, and the other way round', async ({ page }) => {
  await page.goto('');
  await expect(page.getByRole('button', { name: 'Example' })).toBeEnabled();
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  const seen = await picture(canvasOf(page, 'seen'));
  await page.getByRole('link', { name: 'Only 2s' }).click();
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  expect(await picture(canvasOf(page, 'seen'))).toBe(seen);
  await page.getByRole('button', { name: 'Clear' }).click();
  await draw(page, one);
  await expect.poll(() => picture(canvasOf(page, 'seen'))).not.toBe(seen);
  await page.getByRole('link', { name: 'Home' }).click();
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);
});

test('by keyboard: e takes an example, space runs and pauses, r resets', async ({ page }) => {
  await page.goto('#/twos');
  await expect(canvasOf(page, 'unit')).toHaveCount(50);
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  const first = await picture(canvasOf(page, 'seen'));
  await page.keyboard.press('e');
  await expect.poll(() => picture(canvasOf(page, 'seen'))).not.toBe(first);
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
  await page.keyboard.press(' ');
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(5);
  await page.keyboard.press(' ');
  await expect(page.getByRole('button', { name: 'Run' })).toBeVisible();
  await page.keyboard.press('r');
  await expect(figure(page, 'steps')).toHaveText('1 Gibbs step');
});
