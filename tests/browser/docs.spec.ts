// The page Docs: the repository's own texts, with their formulas and their picture.

import { expectAccessibleInBothSchemes } from './accessibility.ts';
import { expect, test } from './harness.ts';
import { figure } from './page.ts';

const texts = [
  { name: 'first-steps', title: 'First steps' },
  { name: 'drawings', title: 'Classify drawings' },
  { name: 'data', title: 'Your own data' },
  { name: 'training', title: 'Training in the tab' },
  { name: 'learning-rules', title: 'Choose a learning rule' },
  { name: 'quality', title: 'How good is my model?' },
  { name: 'fine-tuning', title: 'Fine-tuning' },
  { name: 'feed-forward', title: 'Feed-forward nets' },
  { name: 'elements', title: 'Custom elements' },
  { name: 'python', title: 'To and from Python' },
  { name: 'cpp', title: 'From C++' },
  { name: 'shipping', title: 'Shipping' },
  { name: 'errors', title: 'Errors' },
  { name: 'architecture', title: 'Architecture' },
  { name: 'mathematics', title: 'Mathematics' },
  { name: 'testing', title: 'How things are tested' },
  { name: 'design-notes', title: 'Design notes' },
];

test('each text is a click apart, and its sections have addresses', async ({ page }) => {
  await page.goto('#/docs');
  await expect(page.getByRole('heading', { level: 1, name: 'First steps' })).toBeVisible();
  await expect(figure(page, 'engine')).toContainText('Nothing on this page computes yet.');
  for (const { name, title } of texts.slice(1)) {
    await page.getByRole('navigation', { name: 'Texts' }).getByRole('link', { name: title }).click();
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeFocused();
    expect(new URL(page.url()).hash).toBe(`#/docs/${name}`);
  }
  // What skips the menu skips the list of texts, too.
  await page.getByRole('button', { name: 'Skip to the content' }).press('Enter');
  await expect(page.getByRole('heading', { level: 1 })).toBeFocused();
  await page.goto('#/docs/mathematics');
  await page.getByRole('navigation', { name: 'On this page' }).getByRole('link', { name: 'Estimates' }).click();
  await expect(page.getByRole('heading', { name: 'Estimates' })).toBeInViewport();
  await expect(page.getByRole('heading', { name: 'Estimates' })).toBeFocused();
});

test('the reference is a click apart, and its pages link to one another', async ({ page }) => {
  await page.goto('#/docs');
  await page.getByRole('navigation', { name: 'Texts' }).getByRole('link', { name: 'Reference' }).click();
  await expect(page.getByRole('heading', { level: 1, name: 'Reference' })).toBeVisible();
  await page.getByRole('link', { name: 'The package' }).click();
  await page.goto(new URL('interfaces/index.Rbm.html', page.url()).href);
  await expect(page.getByRole('heading', { level: 1, name: 'Interface Rbm' })).toBeVisible();
  await expect(page.getByText('pseudoLikelihood').first()).toBeVisible();
});

test('formulas are MathML, and nothing of TeX or Markdown is left in the words', async ({ page }) => {
  await page.goto('#/docs/mathematics');
  await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
  expect(await page.locator('article math').count()).toBeGreaterThan(80);
  for (const { name } of texts) {
    await page.goto(`#/docs/${name}`);
    await expect(page.getByRole('heading', { level: 1 })).toBeVisible();
    const words = await page.locator('article').evaluate((article) => {
      const copy = article.cloneNode(true) as HTMLElement;
      for (const code of copy.querySelectorAll('code, math, svg')) code.remove();
      return copy.textContent;
    });
    expect(words).not.toMatch(/\$|\\[a-z]|\*\*|\]\(|^#/m);
  }
});

test('the picture of the architecture is in its text, and says in words what it shows', async ({ page }) => {
  await page.goto('#/docs/architecture');
  const picture = page.getByRole('img', { name: 'The floors of the house' });
  await expect(picture).toBeVisible();
  await expect(picture.locator('desc')).toContainText('units imports from math');
});

test('words are found in all texts, by keyboard, and lead to their places', async ({ page }) => {
  await page.goto('#/docs');
  await page.getByRole('searchbox', { name: 'Search the texts' }).fill('disposed engine');
  await expect(page.getByRole('search').getByRole('status')).toHaveText(/places?$/);
  const first = page.getByRole('search').getByRole('link', { name: 'Errors › disposed' });
  await expect(first).toBeVisible();
  await expectAccessibleInBothSchemes(page);
  await page.setViewportSize({ width: 320, height: 640 });
  await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  const field = page.getByRole('searchbox');
  await field.press('ArrowDown');
  await expect(page.getByRole('search').getByRole('link').first()).toBeFocused();
  await page.keyboard.press('ArrowUp');
  await expect(field).toBeFocused();
  await first.focus();
  await page.keyboard.press('Enter');
  await expect(page.getByRole('heading', { level: 2, name: 'disposed' })).toBeInViewport();
  // Cells of a table are words of their own.
  await field.fill('nested arrays');
  await expect(page.getByRole('search').locator('li').first()).toContainText('numbers in nested arrays Float32Array');
  await field.press('Enter');
  await expect(page).toHaveURL(/#\/docs\/data/);
  await field.fill('qqqq');
  await expect(page.getByRole('search').getByRole('status')).toHaveText('Nothing found');
});

test('the guide of the custom elements shows them at work', async ({ page }) => {
  await page.goto('#/docs/elements');
  const digit = page.locator('article wakesleep-digit');
  await expect(digit).toBeVisible();
  const read = await digit.evaluate(
    (element: HTMLElement & { strokes: number[][][] }) =>
      new Promise<number>((resolve) => {
        element.addEventListener('recognised', ({ detail }: CustomEventInit<{ label: number }>) => {
          resolve(detail?.label ?? NaN);
        });
        element.strokes = [Array.from({ length: 20 }, (_, i) => [0.5, 0.15 + 0.035 * i])];
        element.scrollIntoView();
      }),
  );
  expect(read).toBe(1);
  for (const name of ['dream', 'train']) {
    const figure = page.locator(`article wakesleep-${name}`);
    await figure.scrollIntoViewIfNeeded();
    await expect(figure.getByRole('img').first()).toBeVisible();
  }
  await page.goto('#/docs/shipping');
  await expect(page.locator('article .live')).toHaveCount(0);
});

for (const { name, title } of texts) {
  test(`${title} has no accessibility faults, light and dark, and fits a screen of 320 pixels`, async ({ page }) => {
    // A text of hundreds of formulas is looked at for long.
    test.setTimeout(360_000);
    await page.goto(`#/docs/${name}`);
    await expect(page.getByRole('heading', { level: 1, name: title })).toBeVisible();
    await expectAccessibleInBothSchemes(page);
    await page.setViewportSize({ width: 320, height: 640 });
    await expect.poll(() => page.evaluate(() => document.documentElement.scrollWidth)).toBe(320);
  });
}
