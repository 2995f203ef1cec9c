// The course: what holds for every lesson of its list, and what each figure does.

import type { Page } from '@playwright/test';
import { expectAccessible, expectColoursAccessible } from './accessibility.ts';
import { lessons } from '../lessons.ts';
import { arrived, figure, smallTargets } from './page.ts';
import { expect, test } from './harness.ts';

const places = ['#/learn', '#/learn/glossary', ...lessons.map((name) => `#/learn/${name}`)];

/** Opens it, its figure computed. */
async function open(page: Page, hash: string): Promise<void> {
  await page.goto('about:blank');
  await page.goto(hash);
  await arrived(page);
}

/** What a figure shows, by its markup. */
const shown = (page: Page) => page.locator('figure.panel').evaluate((one) => one.innerHTML);

for (const hash of places) {
  test(`${hash} has no accessibility faults, light and dark`, async ({ page }) => {
    await page.emulateMedia({ colorScheme: 'light', reducedMotion: 'reduce' });
    await open(page, hash);
    for (const summary of await page.locator('.learn summary').all()) await summary.click();
    await expectColoursAccessible(page, 'dark');
    await page.emulateMedia({ colorScheme: 'light' });
    // With its answer there is more on the page than before.
    const choice = page.locator('.question .choice').first();
    if ((await choice.count()) > 0) await choice.click();
    await expectAccessible(page);
  });

  test(`${hash} fits screens of 320 to 2560 pixels, large text and fingers`, async ({ browser, site }) => {
    const context = await browser.newContext({ hasTouch: true, viewport: { width: 320, height: 740 } });
    const page = await context.newPage();
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, `${site}${hash}?lang=de`);
    for (const summary of await page.locator('.learn summary').all()) await summary.click();
    const wide = () => page.evaluate(() => document.documentElement.scrollWidth);
    for (const { width, text } of [
      { width: 320, text: 100 },
      { width: 390, text: 150 },
      { width: 700, text: 200 },
      { width: 1280, text: 200 },
      { width: 2560, text: 100 },
    ]) {
      await page.setViewportSize({ width, height: 740 });
      await page.evaluate((size) => document.documentElement.style.setProperty('font-size', size), `${String(text)}%`);
      await expect.poll(wide, `of ${String(width)} pixels with text at ${String(text)} %`).toBe(width);
      // Nor do explanations of words stand out of it.
      if (width <= 390)
        for (const term of await page.locator('.learn .term > button:visible').all()) {
          await term.click();
          expect(await wide()).toBe(width);
          await term.press('Escape');
        }
    }
    await page.setViewportSize({ width: 390, height: 844 });
    const finger = await page.evaluate(() => matchMedia('(pointer: coarse)').matches);
    expect(finger).toBe(true);
    const targets = '.learn :is(button, summary, input, nav a, [role="slider"])';
    expect(await smallTargets(page, targets)).toEqual([]);
    await context.close();
  });
}

test('the list leads to each lesson, and each lesson to the next', async ({ page }) => {
  await open(page, '#/learn');
  await expect(page).toHaveTitle('Learn · Wakesleep');
  await expect(page.locator('.list li')).toHaveCount(lessons.length);
  await page.locator('.list li a').first().click();
  // The address changes before the page does.
  await expect(page.getByRole('heading', { level: 1 })).not.toHaveText('Learn');
  for (const [i, name] of lessons.entries()) {
    await expect(page).toHaveURL(new RegExp(`#/learn/${name}$`));
    const title = await page.getByRole('heading', { level: 1 }).innerText();
    await expect(page).toHaveTitle(`${title} · Wakesleep`);
    const next = page.locator('a[rel="next"]');
    if (i + 1 < lessons.length) {
      await next.click();
      await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
      await expect(page.getByRole('heading', { level: 1 })).not.toHaveText(title);
    } else await expect(next).toHaveCount(0);
  }
});

test('the glossary is reached from the list, in the language of the page, and leads to the lessons', async ({
  page,
}) => {
  await open(page, '#/learn?lang=de');
  await page.getByRole('link', { name: 'Glossar' }).click();
  const heading = page.getByRole('heading', { level: 1 });
  await expect(heading).toHaveText('Glossar');
  await expect(heading).toBeFocused();
  await expect(page).toHaveTitle('Glossar · Wakesleep');
  await page.getByRole('navigation', { name: 'Sprache' }).getByText('English').click();
  await expect(heading).toHaveText('Glossary');
  const nat = page.locator('dl > div').filter({ has: page.locator('dt', { hasText: /^nat$/ }) });
  await expect(nat.getByRole('link')).toHaveText(['Learning', 'Features', 'Depth', 'Recognition']);
  await nat.getByRole('link', { name: 'Features' }).click();
  await expect(heading).toHaveText('Features');
});

test('a link that is followed while an address waits to be written is followed', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  await page.evaluate(() => {
    const slider = document.querySelector<HTMLInputElement>('figure input[type="range"]')!;
    slider.value = slider.max;
    slider.dispatchEvent(new Event('input', { bubbles: true }));
  });
  await page.evaluate(async () => {
    // The address is written after a quarter of a second: that is over before the page hears of the link.
    await new Promise((resolve) => setTimeout(resolve, 100));
    const until = performance.now() + 400;
    location.hash = '#/learn/chance';
    while (performance.now() < until);
  });
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Chance');
  await expect(page).toHaveURL(/#\/learn\/chance$/);
});

test('the first page ends with a link to the first lesson', async ({ page }) => {
  await page.goto('');
  await page.getByRole('link', { name: 'How does it do that?' }).click();
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('Energy');
});

test('an address that names no lesson says so, and what there is', async ({ page }) => {
  for (const name of ['nonsense', 'toString']) {
    await open(page, `#/learn/${name}`);
    await expect(page.getByRole('alert')).toContainText(name);
    await expect(page.locator('.list li')).toHaveCount(lessons.length);
  }
  await open(page, '#/learn/energy/deeper');
  await expect(page.getByRole('heading', { level: 1 })).toHaveText('There is no such page');
});

for (const name of lessons) {
  test(`${name}: its question is answered first, told why, and remembered; it is in German, too`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, `#/learn/${name}`);
    const choices = page.locator('.question .choice');
    const count = await choices.count();
    expect(count).toBeGreaterThan(1);
    const whys = new Set<string>();
    for (let i = 0; i < count; ++i) {
      await choices.nth(i).click();
      await expect(choices.nth(i)).toHaveAttribute('aria-pressed', 'true');
      await expect(page.locator('.choice.right')).toHaveCount(1);
      whys.add(await figure(page, 'why').innerText());
    }
    expect(whys.size).toBe(count);
    await page.reload();
    await expect(choices.last()).toHaveAttribute('aria-pressed', 'true');
    await page.getByRole('button', { name: 'Guess again' }).click();
    await expect(page.locator('.choice.right')).toHaveCount(0);
    const english = await page.getByRole('heading', { level: 1 }).innerText();
    await page.getByRole('link', { name: 'Deutsch' }).click();
    await expect(page).toHaveURL(/lang=de/);
    await expect(page.locator('.learn')).toHaveAttribute('lang', 'de');
    await expect(page.locator('.learn > [lang]').last()).toHaveAttribute('lang', 'de');
    await page.reload();
    await expect(page.locator('.learn')).toHaveAttribute('lang', 'de');
    const next = page.locator('a[rel="next"], a[rel="prev"]').first();
    if ((await next.count()) > 0) await expect(next).toHaveAttribute('href', /lang=de/);
    await page.getByRole('link', { name: 'English' }).click();
    await expect(page.getByRole('heading', { level: 1 })).toHaveText(english);
    await expect(page).not.toHaveURL(/lang/);
  });

  test(`${name}: the figure runs at once, and is a still for who wants no motion`, async ({ page }) => {
    await page.emulateMedia({ reducedMotion: 'no-preference' });
    await open(page, `#/learn/${name}`);
    const first = await shown(page);
    await expect.poll(() => shown(page)).not.toBe(first);
    await page.emulateMedia({ reducedMotion: 'reduce' });
    await open(page, `#/learn/${name}`);
    const still = await shown(page);
    await page.waitForTimeout(1500);
    expect(await shown(page)).toBe(still);
  });
}

test('energy: asked once more, its figure does not go on showing the answer', async ({ page }) => {
  await open(page, '#/learn/energy');
  const added = page.getByRole('slider', { name: 'Added to every energy' });
  await page.locator('.choice').first().click();
  await expect(added).toHaveValue('3');
  await page.getByRole('button', { name: 'Guess again' }).click();
  await expect(added).toHaveValue('0');
});

test('energy: a link shows the same picture, and reload and back keep it', async ({ page, context }) => {
  await context.grantPermissions(['clipboard-read', 'clipboard-write']);
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  await expect(page).toHaveURL(/#\/learn\/energy$/);
  const weight = page.getByRole('slider', { name: 'Weight between visible unit 3 and hidden unit 2' });
  await weight.press('Home');
  await expect(weight).toHaveAttribute('aria-valuenow', '-3');
  await page.getByRole('slider', { name: 'Temperature T' }).press('ArrowRight');
  await page.getByRole('button', { name: 'Hidden unit 2' }).click();
  await expect(page).toHaveURL(/w=2,-1,2,-1.5,-1,-3&t=1.25&s=30$/);
  const picture = await page.locator('.states').innerHTML();
  const sum = await figure(page, 'sum').innerText();
  await page.reload();
  await expect(figure(page, 'sum')).toHaveText(sum);
  expect(await page.locator('.states').innerHTML()).toBe(picture);
  await page.getByRole('link', { name: 'All lessons' }).click();
  await expect(page.locator('.list')).toBeVisible();
  await page.goBack();
  await expect(figure(page, 'sum')).toHaveText(sum);
  await page.getByRole('button', { name: 'Copy a link to this' }).click();
  await expect(page.getByRole('button', { name: 'Copied' })).toBeVisible();
  const link = await page.evaluate(() => navigator.clipboard.readText());
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(weight).toHaveAttribute('aria-valuenow', '2.5');
  const other = await context.newPage();
  await other.emulateMedia({ reducedMotion: 'no-preference' });
  await other.goto(link);
  await expect(figure(other, 'sum')).toHaveText(sum);
  // It waits there, and does nothing by itself.
  await other.waitForTimeout(1000);
  expect(await other.locator('.states').innerHTML()).toBe(picture);
});

test('energy: what an address asks for beyond the sliders is left out', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  const untouched = await shown(page);
  await open(page, '#/learn/energy?w=1,2&t=99&s=x&e=-1&lang=xx&q=%');
  expect(await shown(page)).toBe(untouched);
});

test('energy: bars, units and the sum say the same, by pointer and by keyboard', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  const states = page.getByRole('slider', { name: 'The 32 states' });
  await expect(states).toHaveAttribute('aria-valuetext', 'visible 1 1 0, hidden 1 0: energy −1.50, probability 23.7%');
  await states.press('Home');
  await expect(states).toHaveAttribute('aria-valuetext', /^visible 0 0 0, hidden 0 0: energy 0.00, probability 5.3%/);
  await expect(page.getByRole('button', { name: 'Visible unit 1' })).toHaveAttribute('aria-pressed', 'false');
  await page.getByRole('button', { name: 'Visible unit 1' }).press('Enter');
  await expect(states).toHaveAttribute('aria-valuenow', '5');
  const box = (await states.boundingBox())!;
  await page.mouse.click(box.x + (31.5 / 32) * box.width, box.y + box.height / 2);
  await expect(states).toHaveAttribute('aria-valuetext', /^visible 1 1 1, hidden 1 1/);
  // A weight is dragged: 36 pixels up are 1.
  const weight = page.getByRole('slider', { name: 'Weight between visible unit 1 and hidden unit 2' });
  const at = (await weight.boundingBox())!;
  await page.mouse.move(at.x + 20, at.y + 20);
  await page.mouse.down();
  await page.mouse.move(at.x + 20, at.y - 52, { steps: 4 });
  await page.mouse.up();
  await expect(weight).toHaveAttribute('aria-valuenow', '1');
});

test('energy: adding to every energy moves its bars and no probability', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  const [energies, probabilities] = ['.energies', '.probabilities'].map((name) => page.locator(name));
  const before = [await energies!.innerHTML(), await probabilities!.innerHTML()];
  await page.getByRole('button', { name: 'Nothing' }).click();
  await expect(page.getByRole('slider', { name: 'Added to every energy' })).toHaveValue('3');
  expect(await energies!.innerHTML()).not.toBe(before[0]);
  expect(await probabilities!.innerHTML()).toBe(before[1]);
});

test('chance: the same link is the same run, however one comes there', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/chance?n=250&seed=3');
  await expect(figure(page, 'says')).toContainText('After 250 steps');
  const picture = await page.locator('.states').innerHTML();
  await open(page, '#/learn/chance?n=247&seed=3');
  for (const n of [248, 249, 250]) {
    await page.getByRole('button', { name: 'Step' }).click();
    await expect(figure(page, 'says')).toContainText(`After ${String(n)} steps`);
  }
  expect((await page.locator('.states').innerHTML()) === picture).toBe(true);
  await expect(page).toHaveURL(/n=250&seed=3$/);
  await page.getByRole('button', { name: 'Another run' }).click();
  await expect(page).toHaveURL(/seed=4$/);
  await expect.poll(() => page.locator('.states').innerHTML()).not.toBe(picture);
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(page).toHaveURL(/#\/learn\/chance$/);
  await expect(figure(page, 'says')).toContainText('After 100 steps');
});

test('chance: it runs to 100 steps by itself, and on when the question is answered', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await open(page, '#/learn/chance');
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(figure(page, 'says')).toContainText('After 100 steps', { timeout: 60_000 });
  await expect(page).toHaveURL(/#\/learn\/chance$/);
  await page.locator('.question .choice').nth(2).click();
  await expect(figure(page, 'says')).toContainText('After 1,600 steps', { timeout: 60_000 });
  await expect(page).toHaveURL(/n=1600$/);
});

test('explaining: the truck explains the earthquake away, in a belief net and not in a restricted machine', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/explaining');
  const unit = (name: string) => page.getByRole('button', { name: new RegExp(`^${name}:`) });
  await expect(unit('Earthquake')).toHaveAccessibleName('Earthquake: not seen, probability 44.9%');
  await page.locator('.question .choice').nth(1).click();
  await expect(figure(page, 'says')).toHaveText('The truck explains it: the earthquake falls from 44.9% to 3.5%.');
  await expect(page).toHaveURL(/#\/learn\/explaining\?truck=1$/);
  await page.getByRole('button', { name: 'Restricted machine' }).click();
  await expect(figure(page, 'says')).toContainText('The earthquake stays at');
  await unit('House jumps').press('Enter');
  await expect(unit('House jumps')).toHaveAccessibleName(/: no,/);
  await expect(page).toHaveURL(/model=rbm&truck=1&house=0$/);
  const says = await figure(page, 'says').innerText();
  await page.reload();
  await expect(figure(page, 'says')).toHaveText(says);
  await page.getByRole('button', { name: 'As it was' }).click();
  await expect(page).toHaveURL(/#\/learn\/explaining$/);
});

test('in forced colours one sees which units are on, and which are held', async ({ page }) => {
  await page.emulateMedia({ forcedColors: 'active', reducedMotion: 'reduce' });
  await open(page, '#/learn/energy');
  const fill = (name: string) =>
    page.getByRole('button', { name }).evaluate((one) => getComputedStyle(one).backgroundColor);
  expect(await fill('Visible unit 1')).not.toBe(await fill('Visible unit 3'));
  await open(page, `#/learn/features?held=01${'a'.repeat(48)}`);
  const looks = await page.locator('.unit').evaluateAll((units) =>
    units.slice(0, 3).map((one) => {
      const { borderTopColor, borderTopStyle, backgroundColor } = getComputedStyle(one);
      return borderTopColor === backgroundColor ? 'none' : `${borderTopStyle} ${borderTopColor}`;
    }),
  );
  expect(new Set(looks).size).toBe(3);
  expect(looks[2]).toBe('none');
});

test('features: digits are one stop of the Tab key and units another, and arrows lead through each', async ({
  page,
}) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  await open(page, '#/learn/features');
  const digit = (label: number) => page.getByRole('button', { name: `A ${String(label)}`, exact: true });
  const unit = (number: number) => page.getByRole('button', { name: new RegExp(`^Unit ${String(number)},`) });
  await digit(2).focus();
  await page.keyboard.press('ArrowRight');
  await expect(digit(3)).toBeFocused();
  await page.keyboard.press('Home');
  await expect(digit(0)).toBeFocused();
  await page.keyboard.press('Tab');
  await page.keyboard.press('Tab');
  await expect(unit(1)).toBeFocused();
  await page.keyboard.press('End');
  await expect(unit(50)).toBeFocused();
  await expect(unit(50)).toContainText('50');
  await expect(figure(page, 'says')).toContainText('Unit 50 is on with');
  await page.keyboard.press('Enter');
  await expect(figure(page, 'says')).toContainText('Unit 50 alone is held');
  await page.keyboard.press('Shift+Tab');
  await page.keyboard.press('Shift+Tab');
  await expect(digit(0)).toBeFocused();
});

test('energy: it shows itself once, when it is in sight, and rests with the words that it is yours', async ({
  page,
}) => {
  await page.clock.install();
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await page.setViewportSize({ width: 390, height: 600 });
  await open(page, '#/learn/energy');
  const says = figure(page, 'says');
  await page.clock.runFor(60_000);
  const untouched = await says.innerText();
  await expect(page.getByRole('button', { name: 'Play' })).toBeVisible();
  await says.scrollIntoViewIfNeeded();
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await page.clock.runFor(2000);
  const first = await says.innerText();
  expect(first).not.toBe(untouched);
  await page.clock.runFor(90_000);
  await expect(says).toContainText('it is yours');
  await page.clock.runFor(30_000);
  await expect(says).toContainText('it is yours');
  await expect(page).toHaveURL(/#\/learn\/energy$/);
  await page.getByRole('button', { name: 'Play' }).click();
  await page.clock.runFor(1000);
  await expect(says).toHaveText(first);
});

test('learning: the figure does not answer before the reader has guessed', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'no-preference' });
  await open(page, '#/learn/learning');
  const angles = page.getByRole('img', { name: /^Angle between/ });
  await expect(page.getByRole('button', { name: 'Pause' })).toBeVisible();
  await expect(angles).toHaveCount(0);
  await page.locator('.choice').first().click();
  await expect(angles).toBeVisible();
});

test('a figure stays in sight beside the text where the whole of it has room, and only there', async ({ page }) => {
  await page.emulateMedia({ reducedMotion: 'reduce' });
  const stays = () =>
    page.locator('figure.panel').evaluate((one) => ({
      sticky: getComputedStyle(one).position === 'sticky',
      room: one.getBoundingClientRect().height + 32 <= innerHeight,
    }));
  for (const [name, height] of [
    ['energy', 900],
    ['energy', 400],
    ['dreaming', 800],
  ] as const) {
    await page.setViewportSize({ width: 1280, height });
    await open(page, `#/learn/${name}`);
    await expect.poll(async () => (await stays()).sticky === (await stays()).room).toBe(true);
    expect((await stays()).sticky).toBe(height === 900);
  }
});
