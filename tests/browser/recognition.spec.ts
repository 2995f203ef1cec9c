// Drawings by hand, played on the first page's pad as a pointer's events. All of them are read in tests/node.

import { drawings } from './drawings.ts';
import { expect, test } from './harness.ts';
import { draw, figure } from './page.ts';

/** The side of the canvas that the drawings were made on. */
const side = 280;

test('a hand-made drawing of each digit is read right', async ({ page }) => {
  await page.goto('');
  await expect(page.getByRole('button', { name: 'Example' })).toBeEnabled();
  const reading = figure(page, 'reading');
  for (let digit = 0; digit < 10; ++digit) {
    const { strokes } = drawings.find(({ label }) => label === digit)!;
    await draw(
      page,
      strokes.map((stroke) => stroke.map(({ x, y }) => [x / side, y / side] as const)),
      1,
    );
    await expect(page.locator('.reads')).toHaveAttribute('aria-busy', 'false');
    await expect(reading).toHaveText(new RegExp(`an? ${String(digit)}$`));
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(reading).toHaveText('Nothing to read yet');
  }
});
