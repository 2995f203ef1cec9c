// What axe finds on a page.

import { AxeBuilder } from '@axe-core/playwright';
import { expect, type Page } from '@playwright/test';

/** The rules whose verdict hangs on colours; no other sees which scheme a page has. */
const ofColours = ['color-contrast', 'link-in-text-block'];

async function expectNone(page: Page, scanned: AxeBuilder): Promise<void> {
  const { violations } = await scanned.analyze();
  const found = violations.map(({ id, nodes }) => ({
    id,
    at: nodes.map(({ target, html }) => [target.join(' '), html]),
  }));
  expect(found, `accessibility faults of ${page.url()}`).toEqual([]);
}

/** No faults by any rule. */
export const expectAccessible = (page: Page): Promise<void> => expectNone(page, new AxeBuilder({ page }));

/** The page in that scheme: where a script names its theme, once it is named. */
async function show(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await page.emulateMedia({ colorScheme });
  await page.waitForFunction((theme) => (document.documentElement.dataset.theme ?? theme) === theme, colorScheme);
}

/** No faults in one more scheme than that in which all rules are asked. */
export async function expectColoursAccessible(page: Page, colorScheme: 'light' | 'dark'): Promise<void> {
  await show(page, colorScheme);
  await expectNone(page, new AxeBuilder({ page }).withRules(ofColours));
}

/** No faults in either scheme; the page is left in the light one. */
export async function expectAccessibleInBothSchemes(page: Page): Promise<void> {
  await expectColoursAccessible(page, 'dark');
  await show(page, 'light');
  await expectAccessible(page);
}
