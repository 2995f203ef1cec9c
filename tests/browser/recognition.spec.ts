// Drawings by hand, played on the first page's pad as a pointer's events: nine in ten are read right.

import { drawings } from './drawings.ts';
import { expect, test } from './harness.ts';
import { draw, figure } from './page.ts';

/** The side of the canvas that the drawings were made on. */
const side = 280;

test('reads at least 90 % of hand-made drawings, six or more of each digit', async ({ page }) => {
  test.setTimeout(600_000);
  expect(drawings.length).toBeGreaterThanOrEqual(60);
  await page.goto('');
  await expect(page.getByRole('button', { name: 'Example' })).toBeEnabled();
  const reading = figure(page, 'reading');
  const wrong: string[] = [];
  for (const { label, name, strokes } of drawings) {
    await draw(
      page,
      strokes.map((stroke) => stroke.map(({ x, y }) => [x / side, y / side] as const)),
      1,
    );
    await expect(reading).toHaveText(/an? \d$/);
    await expect(page.locator('.reads')).toHaveAttribute('aria-busy', 'false');
    const read = (await reading.innerText()).slice(-1);
    if (read !== String(label)) wrong.push(`${String(label)}, ${name}: read as ${read}`);
    await page.getByRole('button', { name: 'Clear' }).click();
    await expect(reading).toHaveText('Nothing to read yet');
  }
  console.log(
    `${String(drawings.length - wrong.length)} of ${String(drawings.length)} drawings were read right`,
    wrong,
  );
  expect(wrong.length, wrong.join('\n')).toBeLessThanOrEqual(drawings.length / 10);
});
