// For teachers: links for a class and their QR codes, notes, worksheets to print, and the presentation of a lesson.

import type { Page } from '@playwright/test';
import { encode } from 'uqr';
import { expectAccessibleInBothSchemes } from './accessibility.ts';
import { expect, test } from './harness.ts';
import { arrived, figure } from './page.ts';

/** Opens it, what is asked for being there. */
async function open(page: Page, hash: string): Promise<void> {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('about:blank');
  await page.goto(hash);
  await arrived(page);
}

const link = (page: Page) => figure(page, 'link').getAttribute('href');

/** The modules of a drawn QR code, by its path: runs of dark ones. */
async function modules(page: Page): Promise<boolean[][]> {
  const code = page.getByRole('img', { name: /QR.code/i });
  const size = Number((await code.getAttribute('viewBox'))!.split(' ')[2]);
  const rows = Array.from({ length: size }, () => Array.from({ length: size }, () => false));
  const path = (await code.locator('path').getAttribute('d'))!;
  for (const [, x, y, run] of path.matchAll(/M(\d+) (\d+)h(\d+)/g)) rows[Number(y)]!.fill(true, +x!, +x! + Number(run));
  return rows;
}

for (const hash of ['#/teach', '#/teach/energy', '#/learn/energy?present=question', '#/learn/energy?present=text1'])
  test(`${hash} has no accessibility faults, light and dark, and fits 320 pixels`, async ({ page }) => {
    await open(page, hash);
    for (const summary of (await page.locator('main summary:visible').all()).slice(0, 2)) await summary.click();
    await expectAccessibleInBothSchemes(page);
    await page.setViewportSize({ width: 320, height: 740 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });

test('teach: a link for a class, by keyboard, whose QR code is of that link', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await open(page, '#/learn');
  await page.getByRole('link', { name: 'For teachers' }).first().press('Enter');
  await expect(page).toHaveTitle('Teach · Wakesleep');
  expect(await link(page)).toMatch(/#\/learn\/energy$/);
  await page
    .getByRole('textbox', { name: 'The figure' })
    .fill('https://example.org/x#/learn/chance?n=250&seed=3&lang=de');
  await expect(page.getByRole('combobox', { name: 'Lesson' })).toHaveValue('chance');
  await page.getByRole('radio', { name: /^Everything/ }).press('ArrowDown');
  await page.getByRole('checkbox', { name: /^For a projector/ }).press(' ');
  const made = (await link(page))!;
  expect(made).toMatch(
    /^http:\/\/localhost:\d+\/#\/learn\/chance\?n=250&seed=3&lang=de&controls=run&present=question$/,
  );
  expect(await modules(page)).toEqual(encode(made, { ecc: 'M', border: 4 }).data);
  await page.getByRole('button', { name: 'Copy the link' }).press('Enter');
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe(made);
  // What was chosen outlives a reload.
  await page.reload();
  await expect(figure(page, 'link')).toHaveAttribute('href', made);
  await expect(page.getByRole('alert')).toHaveCount(0);
  const field = page.getByRole('textbox', { name: 'The figure' });
  await field.fill('https://example.org');
  await expect(page.getByRole('alert')).toBeVisible();
  // What no longer holds is not handed out.
  await expect(figure(page, 'link')).toHaveCount(0);
  await expect(page.getByRole('img', { name: /QR.code/i })).toHaveCount(0);
  await field.fill('#/learn/chance?n=250&foo=bar');
  await expect(page.getByRole('alert')).toContainText('does not know it: foo.');
  expect(await link(page)).toMatch(/chance\?n=250&lang=de&controls=run&present=question$/);
  await field.fill('');
  expect(await link(page)).toMatch(/chance\?lang=de&controls=run&present=question$/);
  await page.getByRole('button', { name: 'Show the code large' }).press('Enter');
  const large = page.getByRole('dialog').getByRole('img');
  expect((await large.boundingBox())!.width).toBeGreaterThan(500);
  await page.keyboard.press('Escape');
  await expect(large).toBeHidden();
  await page.getByRole('combobox', { name: 'Lesson' }).selectOption('energy');
  expect(await link(page)).toMatch(/#\/learn\/energy\?lang=de&controls=run&present=question$/);
});

test('teach: a lesson hands its figure on as it is', async ({ page }) => {
  await open(page, '#/learn/energy?t=2&lang=de');
  await page.getByRole('link', { name: 'Für Ihre Klasse' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Unterrichten');
  expect(await link(page)).toMatch(/#\/learn\/energy\?t=2&lang=de$/);
  // So does the worksheet, whose code is of the same link.
  const made = (await link(page))!;
  await page.getByRole('link', { name: 'Das Arbeitsblatt dazu' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Energie');
  await expect(page.locator('.address')).toHaveText(made);
  expect(await modules(page)).toEqual(encode(made, { ecc: 'M', border: 4 }).data);
  await page.getByRole('link', { name: 'Unterrichten', exact: true }).click();
  expect(await link(page)).toBe(made);
  await page.getByRole('link', { name: 'English' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Teach');
});

test('controls are shown as the address says, and the next lesson keeps to it', async ({ page }) => {
  await open(page, '#/learn/energy?controls=run');
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await expect(page.getByRole('button', { name: 'Copy a link to this' })).toHaveCount(0);
  await expect(page.getByLabel('Temperature T')).toBeHidden();
  await expect(page.locator('figure.panel [inert] .states')).toBeVisible();
  await page.locator('.question .choice').first().click();
  await expect(page).toHaveURL(/e=3&controls=run$/);
  await expect(page.locator('a[rel="next"]')).toHaveAttribute('href', '#/learn/chance?controls=run');
  await open(page, '#/learn/energy?controls=none');
  await expect(page.getByRole('button', { name: 'Play' })).toHaveCount(0);
});

test('teach: a worksheet asks and does not answer, but on pages for the teacher', async ({ page }) => {
  await open(page, '#/teach');
  await page.getByRole('link', { name: 'Worksheet: Energy' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Energy');
  const sheet = page.getByRole('article', { name: 'Energy', exact: true });
  const answers = page.getByRole('article', { name: 'Energy: answers' });
  await expect(sheet.locator('.boxes li')).toHaveText([
    'They all fall',
    'The probable ones lose to the others',
    'Nothing',
    'They all rise',
  ]);
  await expect(sheet).not.toContainText('all six weights at 3');
  await expect(answers).toHaveCount(0);
  await page.getByRole('checkbox', { name: /^With the answers/ }).check();
  await expect(answers.locator('.happens')).toContainText('Nothing');
  await expect(answers).toContainText('all six weights at 3');
  await page.emulateMedia({ media: 'print', colorScheme: 'dark' });
  for (const name of ['Print', 'With the answers, on pages of their own'])
    await expect(page.getByText(name, { exact: true })).toBeHidden();
  await expect(page.getByRole('contentinfo')).toBeHidden();
  expect(await answers.evaluate((one) => getComputedStyle(one).breakBefore)).toBe('page');
  expect(await sheet.evaluate((one) => getComputedStyle(one).color)).toBe('rgb(0, 0, 0)');
  await expect(sheet.getByText(/#\/learn\/energy$/)).toBeVisible();
  await page.emulateMedia({ media: 'screen' });
  await page.getByRole('checkbox').uncheck();
  await expect(answers).toHaveCount(0);
  // One of the longest is both sides of a sheet of paper, also of the lower one.
  await open(page, '#/teach/explaining?lang=de');
  await page.emulateMedia({ media: null });
  const printed = (await page.pdf({ format: 'Letter' })).toString('latin1');
  expect(printed.match(/\/Type\s*\/Page\b(?!s)/g)).toHaveLength(2);
  // What the figure does not know reaches neither link, and the form says so.
  await open(page, '#/teach/energy?t=2&foo=bar');
  await expect(sheet.getByText(/#\/learn\/energy\?t=2$/)).toBeVisible();
  await open(page, '#/teach?lesson=energy&t=2&foo=bar');
  await expect(page.getByRole('alert')).toContainText('does not know it: foo.');
  expect(await link(page)).toMatch(/#\/learn\/energy\?t=2$/);
  await open(page, '#/teach/nonsense');
  await expect(page.getByRole('alert')).toContainText('nonsense');
});

test('a lesson is presented step by step, by keys alone, and a reload stays at its step', async ({ page }) => {
  await page.setViewportSize({ width: 1280, height: 720 });
  await open(page, '#/learn/energy');
  await page.getByRole('button', { name: 'Present' }).press('Enter');
  const step = figure(page, 'step');
  await expect(step).toContainText('First a guess');
  await expect(page.getByRole('contentinfo')).toBeHidden();
  const before = (await page.locator('.question p').first().boundingBox())!;
  expect(before.width).toBeGreaterThan(700);
  await page.keyboard.press('ArrowRight');
  await expect(step).toContainText('Figure 2 of');
  // It fills the screen, and nothing of it is outside.
  const box = (await page.locator('figure.panel').boundingBox())!;
  expect(box.width * box.height).toBeGreaterThan(0.6 * 1280 * 720);
  expect(box.y).toBeGreaterThanOrEqual(0);
  expect(box.y + box.height).toBeLessThanOrEqual(720);
  // Arrows belong to a slider that has the focus; a presenter's keys do not.
  const slider = page.getByRole('slider', { name: 'Temperature T' });
  await slider.press('ArrowRight');
  await expect(slider).toHaveValue('1.25');
  await expect(step).toContainText('Figure');
  await slider.press('PageDown');
  await expect(slider).toHaveValue('1.25');
  await expect(step).toContainText('The idea 1');
  await expect(page.locator('.slide')).toBeFocused();
  await expect(page).toHaveURL(/t=1\.25&present=text1$/);
  await page.reload();
  await expect(step).toContainText('The idea 1');
  await expect(page.locator('.slide')).toContainText('three visible units');
  await page.keyboard.press('PageUp');
  await expect(step).toContainText('Figure');
  // Escape closes an explained word first, and then the presentation.
  await page.keyboard.press('PageUp');
  await page.locator('.question .term button').press('Enter');
  await page.keyboard.press('Escape');
  await expect(step).toBeVisible();
  await page.keyboard.press('Escape');
  await expect(step).toHaveCount(0);
  await expect(page).not.toHaveURL(/present/);
  await expect(page.getByRole('contentinfo')).toBeVisible();
});

test('a presentation goes on to the next lesson', async ({ page }) => {
  await open(page, '#/learn/energy?present=try3');
  await page.getByRole('button', { name: 'Next lesson' }).click();
  await expect(page).toHaveURL(/#\/learn\/chance\?present=question$/);
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Chance');
  await expect(figure(page, 'step')).toContainText('1 of');
});
