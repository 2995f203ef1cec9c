// The figures of the lessons Learning and How good is it?

import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { figure } from './page.ts';

async function open(page: Page, hash: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('about:blank');
  await page.goto(hash);
  await settled(page);
}
async function settled(page: Page): Promise<void> {
  await expect(page.locator('.learn figure')).toBeVisible();
  await expect(page.locator('.learn [aria-busy="true"]')).toHaveCount(0);
}
const shown = (page: Page) => page.locator('.learn figure').evaluate((one) => one.innerHTML);

test('learning: rule, step, image and chances stand in the address, which shows the same picture', async ({ page }) => {
  await open(page, '#/learn/learning');
  await expect(figure(page, 'says')).toContainText('CD-1, 3,000 steps');
  await page.getByRole('button', { name: 'CD-5' }).click();
  await page.getByRole('button', { name: 'Other chances' }).click();
  await page.getByRole('slider', { name: 'Steps of learning' }).press('End');
  await page.getByRole('slider', { name: 'The 512 images' }).press('ArrowLeft');
  await settled(page);
  await expect(page).toHaveURL(/m=cd5&n=6000&seed=2&i=\d+$/);
  const [address, picture, says] = [page.url(), await shown(page), await figure(page, 'says').innerText()];
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(figure(page, 'says')).toContainText('CD-1, 3,000 steps');
  await open(page, address);
  await expect(figure(page, 'says')).toHaveText(says);
  expect(await shown(page)).toBe(picture);
});

test('learning: the map is gone through by arrow keys and by the pointer', async ({ page }) => {
  await open(page, '#/learn/learning');
  const map = page.getByRole('slider', { name: 'The 512 images' });
  await expect(map).toHaveAttribute('aria-valuetext', /^010 010 010, one of the data: probability 0\.8%, dreams 6\.3%/);
  await map.press('ArrowDown');
  await expect(map).toHaveAttribute('aria-valuetext', /^[01 ]+: probability/);
  await map.press('ArrowUp');
  await expect(map).toHaveAttribute('aria-valuetext', /^010 010 010/);
  const box = (await map.boundingBox())!;
  await page.mouse.click(box.x + 8, box.y + 8);
  await expect(map).toHaveAttribute('aria-valuetext', /^000 000 000, one of the data/);
});

test('learning: one step of the button is 30 steps of learning', async ({ page }) => {
  await open(page, '#/learn/learning?n=0');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(figure(page, 'says')).toContainText('CD-1, 30 steps');
});

test('quality: the better reconstructions are those of the less likely machine, and AIS of one step hides it', async ({
  page,
}) => {
  await open(page, '#/learn/quality');
  await expect(figure(page, 'says')).toHaveText(
    'B has the better reconstructions, and yet A has the higher likelihood.',
  );
  await expect(page.getByRole('row', { name: 'Mean log p, exact' })).toContainText('−3.35');
  await expect(page.getByRole('row', { name: 'Mean log p, exact' })).toContainText('−3.98');
  await page.getByRole('slider', { name: 'Steps of AIS' }).press('Home');
  await settled(page);
  await expect(figure(page, 'ais-B')).toContainText(/^\s*1\.\d\d/);
  await expect(page).toHaveURL(/d=0$/);
  const picture = await shown(page);
  await page.reload();
  await settled(page);
  expect(await shown(page)).toBe(picture);
  await page.getByRole('slider', { name: 'Steps of B' }).press('Home');
  await settled(page);
  await expect(figure(page, 'says')).toHaveText('A has the better reconstructions, and the higher likelihood too.');
});
