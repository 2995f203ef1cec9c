// The first page: dreaming, clamping labels, drawing, reading, finishing.

import { canvasOf, colours, count, draw, dreaming, figure, one, pad, picture, pictures, seven, still } from './page.ts';
import { expect, test } from './harness.ts';

const captions = '[data-figure="dream"] figcaption';
const ten = Array.from({ length: 10 }, (_, digit) => String(digit));

test('dreams by itself: ten chains, one of each label, all different, all moving', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await expect(page.locator(captions)).toHaveText(ten);
  const before = await pictures(canvasOf(page, 'dream'));
  expect(new Set(before).size).toBe(10);
  const steps = await count(figure(page, 'steps'));
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(steps);
  const after = await pictures(canvasOf(page, 'dream'));
  expect(after.filter((one, i) => one === before[i])).toEqual([]);
});

test('a digit key clamps that label for all, Escape lets go, buttons do the same', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  const dreams = page.getByRole('group', { name: 'Dream of' });
  const key = (name: string) => dreams.getByRole('button', { name, exact: true });
  await expect(key('0–9')).toHaveAttribute('aria-pressed', 'true');

  await page.keyboard.press('7');
  await expect(page.locator(captions)).toHaveText(Array(10).fill('7'));
  await expect(key('7')).toHaveAttribute('aria-pressed', 'true');
  await expect(key('0–9')).toHaveAttribute('aria-pressed', 'false');

  await page.keyboard.press('Escape');
  await expect(key('free')).toHaveAttribute('aria-pressed', 'true');
  await key('3').click();
  await expect(page.locator(captions)).toHaveText(Array(10).fill('3'));
  await key('0–9').click();
  await expect(page.locator(captions)).toHaveText(ten);
});

test('pausing holds the dreams; a step is one Gibbs step; they go on where they were', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await page.getByRole('button', { name: 'Pause' }).click();
  await expect(page.getByRole('button', { name: 'Dream', exact: true })).toBeVisible();
  await expect(page.locator('section[data-busy]')).toHaveAttribute('data-busy', 'false');
  const steps = await still(() => count(figure(page, 'steps')));
  const held = await pictures(canvasOf(page, 'dream'));
  await page.waitForTimeout(500);
  expect(await count(figure(page, 'steps'))).toBe(steps);
  expect(await pictures(canvasOf(page, 'dream'))).toEqual(held);

  await page.getByRole('button', { name: 'Step' }).first().click();
  await expect.poll(() => count(figure(page, 'steps'))).toBe(steps + 1);
  expect(await pictures(canvasOf(page, 'dream'))).not.toEqual(held);
  await page.getByRole('button', { name: 'Dream', exact: true }).click();
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(steps + 3);
});

test('while paused, a clamped label shows in the next step', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await page.locator('body').press(' ');
  await expect(page.getByRole('button', { name: 'Dream', exact: true })).toBeVisible();
  await page.keyboard.press('4');
  await expect(page.locator(captions)).toHaveText(Array(10).fill('4'));
});

test('the same dreams at each visit', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const seen: string[][] = [];
  for (let visit = 0; visit < 2; ++visit) {
    await page.goto('about:blank');
    await page.goto('');
    await expect.poll(() => count(figure(page, 'steps'))).toBe(500);
    await page.getByRole('button', { name: 'Step' }).first().click();
    await expect.poll(() => count(figure(page, 'steps'))).toBe(501);
    seen.push(await pictures(canvasOf(page, 'dream')));
  }
  expect(seen[1]).toEqual(seen[0]);
});

test('with reduced motion nothing moves by itself, and a step is possible', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await page.goto('');
  await expect.poll(() => count(figure(page, 'steps'))).toBe(500);
  const held = await pictures(canvasOf(page, 'dream'));
  expect(new Set(held).size).toBe(10);
  await page.waitForTimeout(700);
  expect(await pictures(canvasOf(page, 'dream'))).toEqual(held);
  await page.keyboard.press('s');
  await expect.poll(() => count(figure(page, 'steps'))).toBe(501);
});

test('the temperature can be changed while it dreams', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  const slider = page.getByRole('slider', { name: 'Temperature' });
  await slider.focus();
  for (let i = 0; i < 5; ++i) await slider.press('ArrowRight');
  await expect(page.locator('output').filter({ hasText: '1.5' })).toBeVisible();
  const steps = await count(figure(page, 'steps'));
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(steps + 3);
});

test('the first stroke takes over: the dreams rest, the drawing is seen, read and reconstructed', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await expect(figure(page, 'reading')).toHaveText('Nothing to read yet');
  await draw(page, seven);
  await expect(page.getByRole('heading', { name: 'You drew' })).toBeVisible();
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  await expect.poll(() => colours(canvasOf(page, 'seen'))).toBeGreaterThan(10);
  await expect.poll(() => colours(canvasOf(page, 'reconstruction'))).toBeGreaterThan(10);
  const energies = page.getByRole('table', { name: 'Free energy of each label' });
  await expect(energies.locator('tr.wins')).toHaveText(/^\s*7\s*lowest/);
  await expect(energies.locator('tr:not(.wins) .value')).toHaveText(Array(9).fill(/^\+\d+\.\d$/));

  // The dreams rest.
  const steps = await still(() => count(figure(page, 'steps')));
  await page.waitForTimeout(400);
  expect(await count(figure(page, 'steps'))).toBe(steps);

  // Undone, there is nothing to read, and they go on.
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect(figure(page, 'reading')).toHaveText('Nothing to read yet');
  await expect.poll(() => count(figure(page, 'steps'))).toBeGreaterThan(steps);
  await expect(page.getByRole('button', { name: 'Undo' })).toBeDisabled();
});

test('the bars move while the pen is down', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  const box = await pad(page).boundingBox();
  if (!box) throw new Error('no pad');
  const at = (x: number, y: number) => [box.x + x * box.width, box.y + y * box.height] as const;
  const bars = () =>
    page.locator('.energies .bar').evaluateAll((all) => all.map((bar) => (bar as HTMLElement).style.width));
  await page.mouse.move(...at(0.3, 0.2));
  await page.mouse.down();
  await page.mouse.move(...at(0.7, 0.2), { steps: 5 });
  await expect(page.locator('tr.wins')).toHaveCount(1);
  const first = await bars();
  await page.mouse.move(...at(0.45, 0.85), { steps: 8 });
  await expect.poll(bars).not.toEqual(first);
  await expect(page.locator('tr.wins th')).toHaveText('7');
  await page.mouse.up();
});

test('undo takes back a stroke, clear all of them, and undo brings those back', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await draw(page, one);
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);
  const alone = await picture(canvasOf(page, 'seen'));
  await draw(page, [
    [
      [0.2, 0.9],
      [0.8, 0.9],
    ],
  ]);
  await expect.poll(() => picture(canvasOf(page, 'seen'))).not.toBe(alone);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => picture(canvasOf(page, 'seen'))).toBe(alone);
  await page.getByRole('button', { name: 'Clear' }).click();
  await expect.poll(() => colours(canvasOf(page, 'seen'))).toBe(1);
  await page.getByRole('button', { name: 'Undo' }).click();
  await expect.poll(() => picture(canvasOf(page, 'seen'))).toBe(alone);
});

test('a finger draws, and the page does not scroll under it', async ({ browser, site }) => {
  const context = await browser.newContext({ viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  const page = await context.newPage();
  await page.goto(site);
  await dreaming(page);
  await pad(page).scrollIntoViewIfNeeded();
  const box = await pad(page).boundingBox();
  if (!box) throw new Error('no pad');
  const scrolled = await page.evaluate(() => scrollY);
  const finger = await context.newCDPSession(page);
  const touch = (type: 'touchStart' | 'touchMove' | 'touchEnd', x?: number, y?: number) =>
    finger.send('Input.dispatchTouchEvent', {
      type,
      touchPoints: x === undefined || y === undefined ? [] : [{ x: box.x + x * box.width, y: box.y + y * box.height }],
    });
  const [[start, ...rest] = []] = one;
  if (!start) throw new Error('no stroke');
  await touch('touchStart', ...start);
  for (const point of rest) await touch('touchMove', ...point);
  await touch('touchEnd');
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);
  expect(await page.evaluate(() => scrollY)).toBe(scrolled);
  await context.close();
});

test('a pen draws', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await pad(page).scrollIntoViewIfNeeded();
  const box = await pad(page).boundingBox();
  if (!box) throw new Error('no pad');
  const pen = await page.context().newCDPSession(page);
  const points = one[0]?.map(([x, y]) => ({ x: box.x + x * box.width, y: box.y + y * box.height })) ?? [];
  const send = (type: 'mousePressed' | 'mouseMoved' | 'mouseReleased', at = points[0] ?? { x: 0, y: 0 }) =>
    pen.send('Input.dispatchMouseEvent', {
      type,
      ...at,
      button: 'left',
      buttons: 1,
      clickCount: 1,
      pointerType: 'pen',
    });
  await send('mousePressed');
  for (const point of points) await send('mouseMoved', point);
  await send('mouseReleased', points.at(-1));
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);
});

test('a single dot is a drawing too', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await pad(page).click();
  await expect.poll(() => colours(canvasOf(page, 'seen'))).toBeGreaterThan(1);
  await expect(page.locator('tr.wins')).toHaveCount(1);
});

test('"Finish it as a ..." goes on from the drawing with that label, can be held, stepped and let go', async ({
  page,
}) => {
  await page.goto('');
  await dreaming(page);
  const finish = page.getByRole('group', { name: 'Finish it as a' });
  await expect(finish.getByRole('button', { name: '3' })).toBeDisabled();
  await draw(page, seven);
  await expect(figure(page, 'reading')).toHaveText(/a 7$/);
  await finish.getByRole('button', { name: '3' }).click();
  await expect(figure(page, 'finished')).toContainText('Finished as a 3');
  await expect.poll(() => count(figure(page, 'finished').locator('.hint'))).toBeGreaterThan(3);
  expect(await colours(canvasOf(page, 'finished'))).toBeGreaterThan(10);

  const made = page.locator('.makes');
  await made.getByRole('button', { name: 'Stop' }).click();
  const held = await still(() => picture(canvasOf(page, 'finished')));
  const steps = await count(figure(page, 'finished').locator('.hint'));
  await page.waitForTimeout(400);
  expect(await picture(canvasOf(page, 'finished'))).toBe(held);
  await made.getByRole('button', { name: 'Step' }).click();
  await expect.poll(() => count(figure(page, 'finished').locator('.hint'))).toBe(steps + 1);

  // Keys finish it as another digit while there is a drawing.
  await page.keyboard.press('8');
  await expect(figure(page, 'finished')).toContainText('Finished as an 8');
  await page.keyboard.press('Escape');
  await expect(figure(page, 'finished')).not.toContainText('Finished');
  expect(await colours(canvasOf(page, 'finished'))).toBe(1);
});

test('all by keyboard: the pen moves with the arrow keys and is put down with space', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  for (let i = 0; i < 60; ++i) {
    await page.keyboard.press('Tab');
    if (await pad(page).evaluate((sheet) => sheet === document.activeElement)) break;
  }
  await expect(pad(page)).toBeFocused();
  for (let i = 0; i < 8; ++i) await page.keyboard.press('ArrowUp');
  await page.keyboard.press(' ');
  for (let i = 0; i < 16; ++i) await page.keyboard.press('ArrowDown');
  await page.keyboard.press(' ');
  await expect(figure(page, 'reading')).toHaveText(/a 1$/);

  // A digit finishes it, although the pad has the focus; Backspace takes the stroke back.
  await page.keyboard.press('9');
  await expect(figure(page, 'finished')).toContainText('Finished as a 9');
  await page.keyboard.press('Backspace');
  await expect(figure(page, 'reading')).toHaveText('Nothing to read yet');
  // Then it takes an example, and Delete clears it.
  await page.keyboard.press('e');
  await expect(figure(page, 'reading')).toHaveText(/an? \d$/);
  await page.keyboard.press('Delete');
  await expect(figure(page, 'reading')).toHaveText('Nothing to read yet');
});

test('examples are for those who do not draw, another one each time', async ({ page }) => {
  await page.goto('');
  await dreaming(page);
  await page.getByRole('button', { name: 'Example' }).click();
  await expect(figure(page, 'reading')).toHaveText(/an? \d$/);
  const first = await picture(canvasOf(page, 'seen'));
  await page.getByRole('button', { name: 'Example' }).click();
  await expect.poll(() => picture(canvasOf(page, 'seen'))).not.toBe(first);
});
