// Acting on the site's pages as a reader would, and looking at what their canvases show.

import type { Locator, Page } from '@playwright/test';
import { expect } from './harness.ts';

export type Path = readonly (readonly [x: number, y: number])[];

/** Strokes in a square of side 1: a 7 and a 1 that nobody takes for anything else. */
export const seven: readonly Path[] = [
  [
    [0.25, 0.2],
    [0.5, 0.2],
    [0.75, 0.2],
    [0.65, 0.4],
    [0.55, 0.6],
    [0.45, 0.85],
  ],
];
export const one: readonly Path[] = [
  [
    [0.52, 0.15],
    [0.5, 0.5],
    [0.48, 0.85],
  ],
];

/** Waits until the page is there and nothing on it is loading or computing. */
export async function arrived(page: Page): Promise<void> {
  await expect(page.locator('main h1').first()).toBeAttached();
  await expect(page.locator('main [aria-busy="true"], main .loading')).toHaveCount(0);
}

export const pad = (page: Page): Locator => page.getByRole('application');
export const figure = (page: Page, name: string): Locator => page.locator(`[data-figure="${name}"]`);
export const canvasOf = (page: Page, name: string): Locator => figure(page, name).locator('canvas');

/** What a canvas shows, as a string that compares. */
export const picture = (canvas: Locator): Promise<string> =>
  canvas.evaluate((one: HTMLCanvasElement) => one.toDataURL());
export const pictures = (canvases: Locator): Promise<string[]> =>
  canvases.evaluateAll((all) => all.map((one) => (one as HTMLCanvasElement).toDataURL()));

/** How many different colours a canvas shows: 1 is an empty sheet. */
export const colours = (canvas: Locator): Promise<number> =>
  canvas.evaluate((one: HTMLCanvasElement) => {
    const data = one.getContext('2d')?.getImageData(0, 0, one.width, one.height).data ?? new Uint8ClampedArray();
    return new Set(new Uint32Array(data.buffer)).size;
  });

/** The values from 0 to 1 that canvases show, by the theme's colours of pixels of this tone. */
export const valuesOf = (canvases: Locator, tone: 'model' | 'data'): Promise<number[][]> =>
  canvases.evaluateAll((all, of) => {
    const style = getComputedStyle(document.documentElement);
    const blue = [0, 1, 2].map((stop) =>
      parseInt(style.getPropertyValue(`--pixel-${of}-${String(stop)}`).slice(-2), 16),
    );
    const [none = 0, half = 0, full = 0] = blue;
    return all.map((one) => {
      const canvas = one as HTMLCanvasElement;
      const { data } = canvas.getContext('2d')!.getImageData(0, 0, canvas.width, canvas.height);
      return Array.from({ length: data.length / 4 }, (_, i) => {
        const b = data[4 * i + 2] ?? 0;
        const lower = (b - none) / (half - none);
        return lower <= 1 ? lower / 2 : 0.5 + (b - half) / (full - half) / 2;
      });
    });
  }, tone);

/** Draws with the mouse, some events a segment as a hand gives them. */
export async function draw(page: Page, strokes: readonly Path[], eventsASegment = 4): Promise<void> {
  const sheet = pad(page);
  await sheet.scrollIntoViewIfNeeded();
  const box = await sheet.boundingBox();
  if (!box) throw new Error('the pad is not on the page');
  for (const [start, ...rest] of strokes) {
    if (!start) continue;
    const points = [start];
    for (const to of rest) {
      const from = points.at(-1) ?? start;
      for (let i = 1; i <= eventsASegment; ++i) {
        const part = i / eventsASegment;
        points.push([from[0] + part * (to[0] - from[0]), from[1] + part * (to[1] - from[1])]);
      }
    }
    const move = ([x, y]: Path[number]) => page.mouse.move(box.x + x * box.width, box.y + y * box.height);
    await move(start);
    await page.mouse.down();
    // Sent without waiting for each other, so that the browser coalesces them as it does a hand's.
    await Promise.all(points.map(move));
    await page.mouse.up();
  }
}

/** The number at the start of a sentence such as "12 Gibbs steps". */
export async function count(of: Locator): Promise<number> {
  return Number.parseInt((await of.innerText()).replaceAll(',', ''), 10);
}

/** Waits for dreams that run, and for the network behind them. */
export const dreaming = async (page: Page): Promise<void> => {
  await expect(page.getByRole('button', { name: 'From noise' })).toBeEnabled();
  await expect.poll(() => count(figure(page, 'steps')), { message: 'the dream runs' }).toBeGreaterThan(2);
};

/** Waits until what `look` tells has stayed the same for a while: what was on its way when it was paused has come. */
export async function still<T>(look: () => Promise<T>): Promise<T> {
  let last = await look();
  await expect
    .poll(
      async () => {
        const before = last;
        last = await look();
        return JSON.stringify(last) === JSON.stringify(before);
      },
      { intervals: [500] },
    )
    .toBe(true);
  return last;
}

/** Those of these that a finger does not meet: 44 pixels each way, of the thing or of where it is pressed. */
export const smallTargets = (page: Page, selector: string): Promise<string[]> =>
  page.locator(selector).evaluateAll((targets) =>
    targets.flatMap((target) => {
      // A label belongs to what it is pressed for; a link within a sentence is as high as its line.
      const area = target.closest('label') ?? target;
      const { width, height } = area.getBoundingClientRect();
      const hidden = width === 0 || getComputedStyle(target).visibility === 'hidden' || target.matches('.skip, .link');
      if (hidden || (width >= 44 && height >= 44)) return [];
      // What is smaller may be pressed beside itself, up to where another word begins.
      target.scrollIntoView({ block: 'center' });
      const { left, right, top, bottom } = target.getBoundingClientRect();
      const [x, y] = [(left + right) / 2, (top + bottom) / 2];
      const pressed = [-21, 21].flatMap((d) => [
        document.elementFromPoint(x + d, y),
        document.elementFromPoint(x, y + d),
      ]);
      const meets = (one: Element | null) => one === target || (target.closest('.term') && one?.closest('.term'));
      return pressed.every(meets)
        ? []
        : [`${target.outerHTML.slice(0, 80)}: ${width.toFixed(1)} x ${height.toFixed(1)}`];
    }),
  );
