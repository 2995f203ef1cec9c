import { readFileSync, writeFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { run } from './app.js';

test('the package works where the globals are those of jsdom', { timeout: 60_000 }, async () => {
  const outcome = await run({ model: readFileSync('digits.safetensors') });
  expect(document.body).toBeTruthy();
  writeFileSync('outcome.json', JSON.stringify(outcome));
});
