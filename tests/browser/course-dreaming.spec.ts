// The figure of the lesson Dreaming.

import type { Page } from '@playwright/test';
import { figure } from './page.ts';
import { expect, test } from './harness.ts';

/** All that is shown of the chains, once they have come to rest. */
async function shown(page: Page): Promise<string> {
  await expect(figure(page, 'walks')).toHaveAttribute('aria-busy', 'false', { timeout: 90_000 });
  return figure(page, 'walks').evaluate(
    (one) => [...one.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join() + one.innerHTML,
  );
}
async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await shown(page);
}

test('dreaming: alone the chain stays among the 7s, with exchanges it does not', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/dreaming');
  await expect(page).toHaveURL(/#\/learn\/dreaming$/);
  // What the question asks is not shown before it is answered.
  await expect(figure(page, 'says')).toContainText('After 100 steps');
  await page.getByRole('button', { name: 'Only 7s' }).click();
  await expect(figure(page, 'says')).toHaveText(
    /^After 300 steps the chain alone has shown 1 digit \(7\), the one with exchanges \d \(/,
  );
  await expect(page.locator('.ladder polyline')).toHaveCount(6);
});

test('dreaming: a link shows the same walk, and reload and back keep it', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/dreaming?d=5&n=8');
  await page.getByRole('button', { name: 'Step' }).click();
  await expect(page).toHaveURL(/d=5&n=9$/);
  await expect(figure(page, 'says')).toContainText('After 45 steps');
  const picture = await shown(page);
  await page.reload();
  expect(await shown(page)).toBe(picture);
  await page.getByRole('link', { name: 'All lessons' }).click();
  await expect(page.locator('.list')).toBeVisible();
  await page.goBack();
  expect(await shown(page)).toBe(picture);
  await open(page, '#/learn/dreaming?d=5&n=9&s=2');
  expect(await shown(page)).not.toBe(picture);
});

test('dreaming: temperature, beginning and random numbers begin the walk anew, and play goes on', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await open(page, '#/learn/dreaming?n=3');
  await page.getByRole('slider', { name: 'Highest temperature' }).press('ArrowRight');
  await expect(page.getByText('T = 1.50')).toBeVisible();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page).toHaveURL(/t=1\.5&n=\d+$/);
  await page.getByRole('button', { name: 'A 2', exact: true }).click();
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page).toHaveURL(/d=2&t=1\.5&n=\d+$/);
  const paused = await shown(page);
  await page.getByRole('button', { name: 'Play' }).click();
  await expect.poll(() => shown(page)).not.toBe(paused);
});
