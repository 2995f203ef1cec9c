// What the tests of the site share: the built site, served with and without cross-origin isolation, and a page that
// fails its test for an uncaught error, an error in the console or a request to anywhere but the site.

import { expect, test as base } from '@playwright/test';
import { serve } from '../../web/tools/serve.mjs';

export { expect } from '@playwright/test';

interface Served {
  /** The site's address, with cross-origin isolation. */
  site: string;
  /** The same site without cross-origin isolation: one thread. */
  plainSite: string;
}

interface Watched {
  /** What went wrong in the page. A test that provokes errors takes out those that it expects. */
  faults: string[];
}

export const test = base.extend<Watched, Served>({
  site: [
    async ({}, use) => {
      const server = await serve({ port: 0 });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  plainSite: [
    async ({}, use) => {
      const server = await serve({ port: 0, isolation: false });
      await use(server.url);
      await server.close();
    },
    { scope: 'worker' },
  ],
  baseURL: async ({ site }, use) => use(site),
  faults: [
    async ({ context }, use) => {
      const faults: string[] = [];
      context.on('weberror', (error) => faults.push(`uncaught: ${error.error().message}`));
      context.on('console', (message) => {
        if (message.type() === 'error') faults.push(`console: ${message.text()}`);
      });
      context.on('request', (request) => {
        const { protocol, hostname } = new URL(request.url());
        if (/^(https?|wss?):$/.test(protocol) && hostname !== 'localhost') faults.push(`request to ${request.url()}`);
      });
      await use(faults);
      expect(faults, 'errors and foreign requests of the page').toEqual([]);
    },
    { auto: true },
  ],
});
