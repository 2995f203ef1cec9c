// The lesson Recognition: what its figure does.
import type { Page } from '@playwright/test';
import { expect, test } from './harness.ts';
import { draw, figure, seven } from './page.ts';

async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await expect(page.getByRole('heading', { level: 1, name: 'Recognition' })).toBeVisible();
  await expect(page.locator('.parts')).toHaveAttribute('aria-busy', 'false');
}
const labels = (page: Page) => page.getByRole('slider', { name: 'The ten labels' });
const sums = (page: Page) => figure(page, 'sums').locator('li');

test.beforeEach(({ page }) => page.emulateMedia({ reducedMotion: 'reduce' }));

test('a guess of Z moves the logarithms of p(x, y) and no probability', async ({ page }) => {
  await open(page, '#/learn/recognition');
  await expect(sums(page).first()).toContainText('−521.6');
  const rows = () => sums(page).locator('b').allInnerTexts();
  const before = await rows();
  await page.getByRole('slider', { name: 'A guess of ln Z' }).press('End');
  await expect(page).toHaveURL(/z=610$/);
  const after = await rows();
  // Of each label its name, F, ln p(x, y) and p(y | x).
  expect(before).toHaveLength(8);
  after.forEach((text, i) => expect(text === before[i]).toBe(i % 4 !== 2));
});

test('when the question is answered the 4 has become a 9', async ({ page }) => {
  await open(page, '#/learn/recognition');
  await expect(sums(page).first()).toContainText('4');
  await page.locator('.choice').nth(1).click();
  await expect(figure(page, 'says')).toHaveText(/^The ravine of 9 is the deepest/);
  await expect(page).toHaveURL(/x=1$/);
});

test('labels are compared by keyboard and by pointer', async ({ page }) => {
  await open(page, '#/learn/recognition');
  await labels(page).press('4');
  await expect(labels(page)).toHaveAttribute('aria-valuetext', /^4: free energy −521\.6, probability >/);
  await expect(sums(page)).toHaveCount(1);
  await labels(page).press('ArrowRight');
  await expect(figure(page, 'says')).toHaveText(/^5 lies .* nats above 4/);
  const box = (await labels(page).boundingBox())!;
  await page.mouse.click(box.x + 0.05 * box.width, box.y + box.height / 2);
  await expect(labels(page)).toHaveAttribute('aria-valuenow', '0');
});

test('a drawing of the reader is read, is kept in the link, and goes on to the first page', async ({ page }) => {
  await open(page, '#/learn/recognition');
  await page.getByRole('button', { name: 'Your own' }).click();
  await expect(figure(page, 'says')).toHaveText(/^Draw a digit/);
  await draw(page, seven);
  await labels(page).press('7');
  await expect(figure(page, 'says')).toHaveText(/^The ravine of 7 is the deepest/);
  await expect(page).toHaveURL(/of=own&y=7&d=[\w-]+$/);
  const numbers = await figure(page, 'sums').innerText();
  await page.reload();
  await expect(figure(page, 'sums')).toHaveText(numbers, { useInnerText: true });
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(page).toHaveURL(/of=own&y=7$/);
  await draw(page, seven);
  await expect(figure(page, 'says')).toHaveText(/^The ravine of 7 is the deepest/);
  await page.getByRole('link', { name: 'Home', exact: true }).click();
  await expect(figure(page, 'reading')).toContainText('7');
});

test('what an address asks for beyond what there is is left out', async ({ page }) => {
  await open(page, '#/learn/recognition?of=x&x=7&z=1&y=12&d=ab*');
  await expect(sums(page).first()).toContainText('−521.6');
  await expect(labels(page)).toHaveAttribute('aria-valuenow', '9');
});
