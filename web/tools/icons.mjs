// node web/tools/icons.mjs: draws web/site/icon.svg as the pictures that installed sites have, in Chromium.

import { readFileSync, writeFileSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { chromiumArguments, chromiumPath } from './chromium.mjs';
import { main } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** `inset`: the share of a side that stays free; of a maskable one the system cuts up to a fifth off each side. */
const icons = [
  { name: 'icon-192', size: 192, inset: 0.06 },
  { name: 'icon-512', size: 512, inset: 0.06 },
  { name: 'icon-maskable', size: 512, inset: 0.2 },
];
const paper = '#faf8f3';

await main(async () => {
  const svg = readFileSync(fromRoot('web/site/icon.svg'), 'utf8');
  const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
  try {
    for (const { name, size, inset } of icons) {
      const page = await browser.newPage({ viewport: { width: size, height: size } });
      await page.setContent(
        `<style>body { margin: 0; background: ${paper} } svg { display: block; padding: ${inset * size}px; ` +
          `width: ${(1 - 2 * inset) * size}px; height: ${(1 - 2 * inset) * size}px }</style>${svg}`,
      );
      writeFileSync(fromRoot(`web/site/public/${name}.png`), await page.screenshot());
      await page.close();
    }
  } finally {
    await browser.close();
  }
});
