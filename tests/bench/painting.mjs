// npm run painting: what looking at a training costs it. The Train page trains in a real browser, by turns as a visitor
// sees it and with its frames held back, as in a tab in the background; prints the examples a second of each turn and
// the ratio of their medians.

import { chromium } from '@playwright/test';
import { build } from '../../web/tools/build.mjs';
import { chromiumArguments, chromiumPath } from '../../web/tools/chromium.mjs';
import { bold, main } from '../../web/tools/log.mjs';
import { serve } from '../../web/tools/serve.mjs';
import { setUp } from '../../web/tools/setup.mjs';

const turns = 5;
const milliseconds = 4000; // a turn

/** In the page: frames that are asked for while they are held back come when they no longer are. */
function holdFrames() {
  const ask = globalThis.requestAnimationFrame.bind(globalThis);
  const waiting = [];
  let held = false;
  globalThis.requestAnimationFrame = (callback) => (held ? waiting.push(callback) : ask(callback));
  globalThis.frames = (hold) => {
    held = hold;
    if (!held) for (const callback of waiting.splice(0)) ask(callback);
  };
}

const median = (values) => values.toSorted((a, b) => a - b)[values.length >> 1];

await main(async () => {
  await setUp();
  await build(['site']);
  const server = await serve({ port: 0 });
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  try {
    const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
    await page.addInitScript(holdFrames);
    await page.goto(`${server.url}#/train`);
    const numbers = (figure) =>
      page.locator(`[data-figure="${figure}"]`).evaluate((one) => one.textContent.replaceAll(',', '').match(/\d+/g));
    const seenExamples = async () => {
      const [[count], [epoch], [batch, batches]] = await Promise.all(['data', 'epoch', 'batch'].map(numbers));
      return count * (Number(epoch) + batch / batches);
    };
    await page
      .locator('[data-figure="epoch"]')
      .filter({ hasText: /^[1-9]/ })
      .waitFor({ timeout: 60_000 });
    // The first training ends by itself; one that a visitor asks for goes on.
    await page.getByRole('button', { name: 'Pause', exact: true }).click();
    await page.getByRole('button', { name: 'Train', exact: true }).click();
    const [seen, held] = [[], []];
    for (let turn = 0; turn < turns; ++turn)
      for (const [hold, rates] of [
        [false, seen],
        [true, held],
      ]) {
        await page.evaluate((now) => globalThis.frames(now), hold);
        const [from, start] = [await seenExamples(), performance.now()];
        await page.waitForTimeout(milliseconds);
        rates.push(((await seenExamples()) - from) / ((performance.now() - start) / 1000));
      }
    for (const [what, rates] of [
      ['seen', seen],
      ['held back', held],
    ])
      console.log(`  ${what.padEnd(10)} ${rates.map((rate) => Math.round(rate).toLocaleString('en')).join('  ')}`);
    console.log(bold(`A training that is seen runs at ${(median(seen) / median(held)).toFixed(2)} of one that is not`));
  } finally {
    await browser.close();
    await server.close();
  }
});
