// The figures of the lessons Depth, Wake and sleep, and Feedback.

import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { draw, figure, seven } from './page.ts';

async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await settled(page);
}
/** The figure of Depth trains two machines before it rests. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator('.learn figure.panel')).toBeVisible();
  await expect(page.locator('.learn [aria-busy="true"]')).toHaveCount(0, { timeout: 90_000 });
}
/** What a figure shows: its markup, and the pixels of its pictures. */
const shown = (page: Page) =>
  page
    .locator('.learn figure.panel')
    .evaluate((one) => one.innerHTML + [...one.querySelectorAll('canvas')].map((canvas) => canvas.toDataURL()).join());

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));

test('depth: the bound starts where the first machine ends, and rises when the question is answered', async ({
  page,
}) => {
  await open(page, '#/learn/depth');
  await expect(figure(page, 'says')).toHaveText(
    'Second machine, 0 steps: the bound is −3.73, log p itself −3.73. The first machine alone: −3.73.',
  );
  await page.locator('.question .choice').nth(1).click();
  await settled(page);
  await expect(figure(page, 'says')).toContainText('600 steps: the bound is −2.85, log p itself −2.84');
  await expect(page).toHaveURL(/n=200$/);
  await page.getByRole('button', { name: 'random weights' }).click();
  await settled(page);
  await expect(figure(page, 'says')).toContainText('the bound is −3.60');
  await page.getByRole('button', { name: 'Other chances' }).click();
  await settled(page);
  await expect(page).toHaveURL(/n=200&start=random&seed=2$/);
  const picture = await shown(page);
  await page.reload();
  await settled(page);
  expect(await shown(page)).toBe(picture);
});

test('depth: by keyboard one goes back to where the first machine learns', async ({ page }) => {
  await open(page, '#/learn/depth');
  await page.getByRole('slider', { name: 'Learning' }).press('ArrowLeft');
  await settled(page);
  await expect(figure(page, 'says')).toContainText('First machine, 2,970 steps');
  await expect(page.getByRole('img', { name: 'The second machine does not learn yet.' })).toHaveCount(2);
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await settled(page);
  await expect(figure(page, 'says')).toContainText('Second machine, 0 steps');
  await expect(page).toHaveURL(/#\/learn\/depth$/);
});

test('wakesleep: read by its generative weights only the fine-tuned net gets worse', async ({ page }) => {
  await open(page, '#/learn/wakesleep');
  await expect(figure(page, 'says')).toContainText('the greedy net misreads 33, the fine-tuned one 25.');
  await page.locator('.question .choice').nth(2).click();
  await settled(page);
  await expect(figure(page, 'says')).toContainText('the greedy net misreads 33, the fine-tuned one 128');
  await page.getByRole('button', { name: '5', exact: true }).click();
  await page.getByRole('slider', { name: 'Gibbs steps at the top' }).press('Home');
  await page.getByRole('slider', { name: 'Unit of the first hidden layer' }).press('End');
  await page.getByRole('button', { name: 'Other random numbers' }).click();
  await settled(page);
  await expect(page).toHaveURL(/y=5&k=0&s=2&j=200&w=generative$/);
  const picture = await shown(page);
  await page.reload();
  await settled(page);
  expect(await shown(page)).toBe(picture);
});

test('feedback: the doubt goes, sweep by sweep, and other digits are decided otherwise', async ({ page }) => {
  await open(page, '#/learn/feedback');
  await expect(figure(page, 'says')).toContainText('Bottom-up: 9 with 56%, 4 with 40%');
  await page.getByRole('button', { name: 'Step', exact: true }).click();
  await expect(figure(page, 'says')).toContainText('After 1 sweep with feedback: 9 with 66%');
  await page.locator('.question .choice').nth(2).click();
  await expect(figure(page, 'says')).toContainText('After 10 sweeps with feedback: 9 with 93%');
  await page.getByRole('button', { name: 'Rather a 5' }).click();
  await expect(figure(page, 'says')).toContainText('Bottom-up: 3 with 47%');
  await page.getByRole('slider', { name: 'Sweeps with feedback' }).press('End');
  await expect(figure(page, 'says')).toContainText('5 with 91%. Bottom-up it was 3 with 47%.');
  await expect(page).toHaveURL(/of=five&n=10$/);
  const picture = await shown(page);
  await page.reload();
  await settled(page);
  expect(await shown(page)).toBe(picture);
});

test('feedback: a drawing of the reader is read and kept in the link', async ({ page }) => {
  await open(page, '#/learn/feedback');
  await page.getByRole('button', { name: 'Your own' }).click();
  await expect(figure(page, 'says')).toHaveText(/^Draw a digit/);
  await draw(page, seven);
  await page.getByRole('button', { name: 'Feedback', exact: true }).click();
  await expect(figure(page, 'says')).toContainText(/After 10 sweeps with feedback: 7 with .+%/);
  await expect(page).toHaveURL(/of=own&n=10&d=[\w-]+$/);
  const says = await figure(page, 'says').innerText();
  await page.reload();
  await expect(figure(page, 'says')).toHaveText(says);
});
