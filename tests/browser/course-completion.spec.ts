// The figure of the lesson Filling in.

import type { Page } from '@playwright/test';
import { figure } from './page.ts';
import { expect, test } from './harness.ts';

async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await expect(figure(page, 'completions')).toHaveAttribute('aria-busy', 'false');
}
const cover = (page: Page) => page.locator('[data-cover]');
const sheet = (page: Page) => page.getByRole('application', { name: 'The digit and the cover over it' });
/** The completions, pixel by pixel, and the numbers below them. */
async function drawn(page: Page): Promise<string> {
  await expect(figure(page, 'completions')).toHaveAttribute('aria-busy', 'false');
  return figure(page, 'completions').evaluate(
    (one) => [...one.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join() + (one.textContent ?? ''),
  );
}

test.beforeEach(async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
});

test('completion: a link shows the same completions, and reload and back keep them', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '#/learn/completion');
  await expect(page).toHaveURL(/#\/learn\/completion$/);
  const untouched = await drawn(page);
  await page.getByRole('button', { name: 'A 2', exact: true }).click();
  await page.getByRole('button', { name: 'Right half' }).click();
  await page.getByRole('button', { name: 'Other random numbers' }).click();
  await drawn(page);
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(page).toHaveURL(/d=2&c=14,0,14,28&s=2&n=201$/);
  const picture = await drawn(page);
  expect(picture).not.toBe(untouched);
  await page.reload();
  expect(await drawn(page)).toBe(picture);
  await page.getByRole('link', { name: 'All lessons' }).click();
  await expect(page.locator('.list')).toBeVisible();
  await page.goBack();
  expect(await drawn(page)).toBe(picture);
  await page.getByRole('button', { name: 'Copy a link to this' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(cover(page)).toHaveAttribute('data-cover', '0,0,28,14');
  await expect.poll(() => drawn(page)).toBe(untouched);
  const other = await context.newPage();
  await other.emulateMedia({ reducedMotion: 'no-preference' });
  await other.goto(link);
  expect(await drawn(other)).toBe(picture);
  // It waits there, and does nothing by itself.
  await other.waitForTimeout(1000);
  expect(await drawn(other)).toBe(picture);
});

test('completion: a part is covered by pointer and by keyboard', async ({ page }) => {
  await open(page, '#/learn/completion');
  await sheet(page).press('ArrowDown');
  await sheet(page).press('Shift+ArrowUp');
  await sheet(page).press('Shift+ArrowLeft');
  await sheet(page).press('ArrowLeft');
  await expect(cover(page)).toHaveAttribute('data-cover', '0,1,27,13');
  await expect(sheet(page)).toHaveAccessibleDescription(/^Covered: 27 columns from column 1, 13 rows from row 2\./);
  const before = await drawn(page);
  const box = (await sheet(page).boundingBox())!;
  const at = (x: number, y: number) =>
    [box.x + ((x + 0.5) / 28) * box.width, box.y + ((y + 0.5) / 28) * box.height] as const;
  await page.mouse.move(...at(20, 21));
  await page.mouse.down();
  await page.mouse.move(...at(12, 10), { steps: 3 });
  await page.mouse.move(...at(8, 6));
  await page.mouse.up();
  await expect(cover(page)).toHaveAttribute('data-cover', '8,6,13,16');
  await expect.poll(() => drawn(page)).not.toBe(before);
  // A tap brings the cover there.
  await page.mouse.click(...at(7, 8));
  await expect(cover(page)).toHaveAttribute('data-cover', '1,0,13,16');
  await expect(page).toHaveURL(/c=1,0,13,16/);
});

test("completion: the reader's own drawing can be covered, and is in the link", async ({ page }) => {
  await page.goto('');
  const pad = page.locator('.sheet').first();
  const box = (await pad.boundingBox())!;
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.2 * box.height);
  await page.mouse.down();
  await page.mouse.move(box.x + 0.5 * box.width, box.y + 0.8 * box.height, { steps: 5 });
  await page.mouse.up();
  await page.getByRole('link', { name: 'Learn' }).click();
  await page.locator('.list a[href*="completion"]').click();
  const own = page.getByRole('button', { name: 'Your own drawing' });
  await own.click();
  await expect(own).toHaveAttribute('aria-pressed', 'true');
  await expect(page).toHaveURL(/v=[\w-]{131}/);
  const picture = await drawn(page);
  await page.reload();
  expect(await drawn(page)).toBe(picture);
});

test('completion: pictures of what was covered before are said to be waiting', async ({ page }) => {
  await open(page, '#/learn/completion');
  const before = await drawn(page);
  // Within one task of the page, no answer of the engine can come.
  const busy = await page.getByRole('button', { name: 'Right half' }).evaluate(async (button: HTMLButtonElement) => {
    button.click();
    for (let i = 0; i < 10; ++i) await Promise.resolve();
    return document.querySelector('[data-figure="completions"]')?.getAttribute('aria-busy');
  });
  expect(busy).toBe('true');
  expect(await drawn(page)).not.toBe(before);
});

test('completion: what an address asks for beyond the digit is left out', async ({ page }) => {
  await open(page, '#/learn/completion');
  const untouched = await drawn(page);
  await open(page, '#/learn/completion?d=10&v=abc&c=1,2,3&s=0&n=-4');
  expect(await drawn(page)).toBe(untouched);
});
