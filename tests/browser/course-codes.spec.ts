// The figure of the lesson Codes.

import type { Page } from '@playwright/test';
import { figure } from './page.ts';
import { expect, test } from './harness.ts';

/** All that is shown, once it is of what was asked last. */
async function shown(page: Page): Promise<string> {
  await expect(figure(page, 'codes')).toHaveAttribute('aria-busy', 'false');
  return page
    .locator('figure.panel')
    .evaluate(
      (one: HTMLElement) =>
        [...one.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join() + one.innerText,
    );
}
async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await shown(page);
}
const map = (page: Page) => page.getByRole('application', { name: 'Map of the autoencoder' });
const pointer = (page: Page) => page.locator('[data-place]');
const error = async (page: Page, of: string): Promise<number> => {
  await shown(page);
  return Number(await page.locator(of).innerText());
};

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('codes: the answer brings thirty numbers, of which the autoencoder makes more than PCA', async ({ page }) => {
  await open(page, '#/learn/codes');
  await expect(page).toHaveURL(/#\/learn\/codes$/);
  await page.locator('.question .choice').first().click();
  await expect(page.getByRole('button', { name: '30 numbers' })).toHaveAttribute('aria-pressed', 'true');
  expect(await error(page, '[data-mean="bent"]')).toBeLessThan(await error(page, '[data-mean="straight"]'));
  await expect(page).toHaveURL(/c=30$/);
});

test('codes: the map is decoded under the pointer and by arrow keys, and a link shows the same', async ({ page }) => {
  await open(page, '#/learn/codes');
  const untouched = await shown(page);
  await map(page).press('ArrowLeft');
  await map(page).press('Shift+ArrowDown');
  await expect(page).toHaveURL(/p=\d+,\d+$/);
  expect(await shown(page)).not.toBe(untouched);
  const box = (await map(page).boundingBox())!;
  await map(page).hover({ position: { x: 0.25 * box.width, y: 0.75 * box.height } });
  await expect(pointer(page)).toHaveAttribute('data-place', /^2[45]\d,7[45]\d$/);
  const picture = await shown(page);
  await page.mouse.move(0, 0);
  await expect(page).toHaveURL(/p=2[45]\d,7[45]\d$/);
  await page.reload();
  expect(await shown(page)).toBe(picture);
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect.poll(() => shown(page)).toBe(untouched);
  await open(page, '#/learn/codes?p=1001,5&c=3&d=77');
  expect(await shown(page)).toBe(untouched);
});

test("the reader's own drawing goes through the lessons, and has its place on the map of codes", async ({ page }) => {
  await page.goto('');
  const box = (await page.locator('.sheet').first().boundingBox())!;
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.2 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.8 * box.height, { steps: 5 });
  await page.mouse.up();
  const own = page.getByRole('button', { name: 'Your own drawing' });
  for (const lesson of ['features', 'dreaming', 'codes']) {
    await page.getByRole('link', { name: 'Learn' }).first().click();
    await page.locator(`.list a[href*="${lesson}"]`).click();
    await own.click();
    await expect(own).toHaveAttribute('aria-pressed', 'true');
    await expect(page).toHaveURL(/v=[\w-]{131,392}/);
  }
  const picture = await shown(page);
  await page.reload();
  expect(await shown(page)).toBe(picture);
  // What came by a link can be left, and taken again.
  await page.getByRole('button', { name: 'A 5', exact: true }).click();
  await own.click();
  await expect.poll(() => shown(page)).toBe(picture);
});
