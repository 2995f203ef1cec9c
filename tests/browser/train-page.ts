// Acting on the Train page, by what it shows.

import type { Locator, Page } from '@playwright/test';
import { expect } from './harness.ts';

/** Opens the page and stops the first training, which begins by itself. */
export async function open(page: Page, address = '#/train'): Promise<void> {
  await page.goto(address);
  await expect(figure(page, 'data')).toContainText('5,000 examples of 28 × 28', { timeout: 60_000 });
  await pause(page);
}

export const figure = (page: Page, name: string): Locator => page.locator(`[data-figure="${name}"]`);
export const transport = (page: Page): Locator => page.getByRole('region', { name: 'Training' });
export const button = (page: Page, name: string): Locator => page.getByRole('button', { name, exact: true });
export const choice = (page: Page, group: string, name: string): Locator =>
  page.getByRole('group', { name: group, exact: true }).getByRole('radio', { name, exact: true });
export const number = async (locator: Locator): Promise<number> =>
  Number((await locator.innerText()).replaceAll(',', ''));
export const curve = (page: Page, name: string): Locator =>
  page.getByRole('img', { name: new RegExp(`^${name} at epoch`) });

/** The last value of a line of a chart, from the words that stand for the chart. */
export async function lastOf(page: Page, chart: string, line: string): Promise<number> {
  const words = (await curve(page, chart).getAttribute('aria-label')) ?? '';
  const found = new RegExp(`${line} (-?[\\d.,]+?)[,.]?(?: |$)`).exec(words);
  return found?.[1] ? Number(found[1].replaceAll(',', '')) : NaN;
}

export async function pause(page: Page): Promise<void> {
  // The first training begins once the data are there; wait for it, so that it can't begin later.
  await expect(button(page, 'Step')).toBeEnabled();
  // Looked for and pressed at once, because the first training may end by itself in between.
  await button(page, 'Pause').evaluateAll((found) => {
    for (const one of found as HTMLButtonElement[]) one.click();
  });
  await expect(button(page, 'Train')).toBeVisible();
  // The batch that was under way is carried to its end.
  await settled(page);
}

/** The page shows the number of a batch before it has measured its figures. */
export const settled = async (page: Page): Promise<void> =>
  expect(transport(page)).toHaveAttribute('aria-busy', 'false');

/** Resets, and waits for the untrained network. */
export async function reset(page: Page): Promise<void> {
  await button(page, 'Reset').click();
  await expect(figure(page, 'error')).toHaveText('–');
  await expect(button(page, 'Step')).toBeEnabled();
}

/** Batches one by one, each waited for. */
export async function step(page: Page, times: number): Promise<void> {
  const place = async (): Promise<string> =>
    `${await figure(page, 'epoch').innerText()} ${await figure(page, 'batch').innerText()}`;
  for (let i = 0; i < times; ++i) {
    await settled(page);
    const before = await place();
    await button(page, 'Step').click();
    await expect.poll(place, { intervals: [20, 50, 100] }).not.toBe(before);
    await settled(page);
  }
}

/** All that tells one training from another: figures and the curves in words. */
export async function figures(page: Page): Promise<string> {
  const curves = await page
    .getByRole('img', { name: / at epoch / })
    .evaluateAll((all) => all.map((one) => one.ariaLabel));
  return JSON.stringify([await figure(page, 'batch').innerText(), await figure(page, 'error').innerText(), curves]);
}

/** An IDX file of 6 x 6 images with a bright column each. */
export function idxImages(count: number, says = count): Buffer {
  const header = Buffer.alloc(16);
  header.set([0, 0, 8, 3]);
  header.writeUInt32BE(says, 4);
  header.writeUInt32BE(6, 8);
  header.writeUInt32BE(6, 12);
  return Buffer.concat([
    header,
    Buffer.from(Array.from({ length: count * 36 }, (_, i) => (i % 6 === Math.floor(i / 36) % 6 ? 255 : 0))),
  ]);
}

export function idxLabels(count: number): Buffer {
  const header = Buffer.alloc(8);
  header.set([0, 0, 8, 1]);
  header.writeUInt32BE(count, 4);
  return Buffer.concat([header, Buffer.from(Array.from({ length: count }, (_, i) => i % 6))]);
}

export async function drop(page: Page, files: readonly { name: string; bytes: Buffer }[]): Promise<void> {
  const transfer = await page.evaluateHandle(
    (given) => {
      const made = new DataTransfer();
      for (const { name, bytes } of given) made.items.add(new File([Uint8Array.from(bytes)], name));
      return made;
    },
    files.map(({ name, bytes }) => ({ name, bytes: [...bytes] })),
  );
  for (const kind of ['dragover', 'drop']) await page.dispatchEvent('main', kind, { dataTransfer: transfer });
}

/** A line across a pad. */
export async function draw(page: Page, pad: Locator, points: readonly (readonly [number, number])[]): Promise<void> {
  await pad.scrollIntoViewIfNeeded();
  const box = await pad.boundingBox();
  if (!box) throw new Error('no pad');
  const at = ([x, y]: readonly [number, number]): [number, number] => [box.x + x * box.width, box.y + y * box.height];
  const [first, ...rest] = points;
  if (!first) return;
  await page.mouse.move(...at(first));
  await page.mouse.down();
  for (const point of rest) await page.mouse.move(...at(point), { steps: 4 });
  await page.mouse.up();
}

export const pixelsOf = (image: Locator): Promise<string> =>
  image.evaluate((canvas) => (canvas as HTMLCanvasElement).toDataURL());
