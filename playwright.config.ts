import { defineConfig } from '@playwright/test';
import { chromiumArguments, chromiumPath } from './web/tools/chromium.mjs';

export default defineConfig({
  testDir: 'tests/browser',
  outputDir: 'test-results',
  timeout: 120_000,
  expect: { timeout: 30_000 },
  // A test that passes at the second try has failed.
  retries: 0,
  workers: 2,
  forbidOnly: true,
  reporter: 'list',
  use: {
    browserName: 'chromium',
    launchOptions: {
      executablePath: chromiumPath(),
      args: chromiumArguments,
    },
    viewport: { width: 1280, height: 800 },
    // What a test answers in a server's place would come from a cache; tests/browser/offline.spec.ts allows them.
    serviceWorkers: 'block',
    trace: 'off',
    screenshot: 'only-on-failure',
  },
});
