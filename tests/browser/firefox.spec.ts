// The Train page's main path in Firefox, by the keyboard: it learns, rests, loses a network and brings it back.

import { existsSync } from 'node:fs';
import puppeteer, { type Browser, type Page } from 'puppeteer-core';
import { expect, test } from './harness.ts';

const executablePath = process.env.WAKESLEEP_FIREFOX ?? '/usr/bin/firefox-esr';
test.skip(!existsSync(executablePath), 'no Firefox: install firefox-esr, or name it in WAKESLEEP_FIREFOX');

let browser: Browser;
test.beforeAll(async () => {
  browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
});
test.afterAll(() => browser?.close());

const figure = (page: Page, name: string): Promise<string> =>
  page.$eval(`[data-figure="${name}"]`, (element) => element.textContent?.trim() ?? '');
const press = (page: Page, name: string): Promise<void> =>
  page.$$eval(
    '.strip button',
    (all, wanted) => {
      all.find((one) => one.textContent?.trim() === wanted)?.click();
    },
    name,
  );

test('Firefox trains, tells how it goes, and undoes a reset', async ({ site }) => {
  const page = await browser.newPage();
  const faults: unknown[] = [];
  page.on('pageerror', (error) => faults.push(error));
  await page.setViewport({ width: 1280, height: 800 });
  await page.goto(`${site}#/train`);
  await page.waitForSelector('[data-figure="data"]', { timeout: 60_000 });
  await expect.poll(() => figure(page, 'diagnosis'), { timeout: 90_000 }).toContain('It learns');
  await press(page, 'Pause');
  await expect.poll(() => figure(page, 'announced')).toContain('epoch');
  await expect.poll(() => page.$eval('.strip', (strip) => strip.getAttribute('aria-busy'))).toBe('false');
  const [error, epoch] = [await figure(page, 'error'), await figure(page, 'epoch')];
  // The dreams are pictures, and not all of one colour.
  const colours = await page.$eval('.dreams canvas', (canvas) => {
    const { width, height } = canvas;
    const data = canvas.getContext('2d')?.getImageData(0, 0, width, height).data ?? new Uint8ClampedArray();
    return new Set(new Uint32Array(data.buffer)).size;
  });
  expect(colours).toBeGreaterThan(10);
  await page.focus('.strip');
  await page.keyboard.press('r');
  await expect.poll(() => figure(page, 'error')).toBe('–');
  await page.keyboard.press('u');
  await expect.poll(() => figure(page, 'error')).toBe(error);
  expect(await figure(page, 'epoch')).toBe(epoch);
  expect(faults).toEqual([]);
  await page.close();
});
