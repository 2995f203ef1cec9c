// The lesson Teach your own: the unbalanced machine, symbols of one's own, and the file with its card.

import { readFile } from 'node:fs/promises';
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { draw, figure, one, pad, seven } from './page.ts';

async function open(page: Page, hash: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto(hash);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Teach your own');
}

test('yours: the answer trains a machine that takes 8s for 3s', async ({ page }) => {
  await open(page, '#/learn/yours');
  await expect(figure(page, 'says')).toContainText(
    '100 times. Of what was held back it recognises 18 of 20 (3) and 19',
  );
  await page.locator('.question .choice').nth(1).click();
  await expect(figure(page, 'says')).toContainText('100 times. Of what was held back it recognises 20 of 20 (3) and 0');
  await expect(page.locator('.wrong')).toHaveCount(20);
  await expect(page).toHaveURL(/b=2$/);
});

test('yours: two symbols of one’s own are learned, told apart, and saved with a card', async ({ page }) => {
  const widthOnPhone = async (): Promise<number | undefined> => {
    await page.setViewportSize({ width: 390, height: 844 });
    const box = await pad(page).boundingBox();
    await page.setViewportSize({ width: 1280, height: 800 });
    return box?.width;
  };
  await open(page, '#/learn/yours');
  await expect(figure(page, 'says')).toContainText('100 times');
  await page.getByRole('button', { name: 'Your own' }).click();
  await page.getByRole('textbox', { name: 'Name of symbol 1' }).fill('stick');
  await page.getByRole('textbox', { name: 'Name of symbol 2' }).fill('hook');
  const width = await widthOnPhone();
  // The machine of the examples does not answer for symbols that it has not seen.
  await draw(page, one);
  await expect(page.getByRole('button', { name: 'Keep', exact: true })).toBeEnabled();
  await page.waitForTimeout(300);
  await expect(page.locator('.reads')).toHaveText('');
  await expect(page.getByRole('button', { name: 'Play', exact: true })).toHaveCount(0);
  await page.getByRole('button', { name: 'Clear' }).click();
  for (const [name, strokes] of [
    ['stick', one],
    ['hook', seven],
  ] as const) {
    await page.getByRole('button', { name: `Draw: ${name}` }).click();
    for (let i = 0; i < 4; ++i) {
      await draw(page, strokes);
      await page.getByRole('button', { name: 'Keep', exact: true }).click();
    }
  }
  await expect(figure(page, 'says')).toContainText(
    '100 times. Of what was held back it recognises 1 of 1 (stick) and 1',
  );
  expect(await widthOnPhone()).toBe(width);
  await page.getByRole('button', { name: 'Only test' }).click();
  await draw(page, seven);
  await expect(page.locator('.reads')).toContainText('It reads: hook');
  await page.getByText('Its card, and its file').click();
  await page.getByRole('textbox', { name: 'What else' }).fill('by a mouse');
  const save = page.getByRole('button', { name: 'Save the machine with its card' });
  const [download] = await Promise.all([page.waitForEvent('download'), save.click()]);
  const text = (await readFile(await download.path())).toString('latin1');
  expect(text).toContain('Shown: 3 drawings of stick, 3 drawings of hook; drawn by hand in a browser.');
  expect(text).toContain('by a mouse');
  await page.reload();
  await expect(figure(page, 'says')).toContainText('1 of 1 (stick)');
});
