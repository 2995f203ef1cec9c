import { readFileSync, writeFileSync } from 'node:fs';
import { run } from './app.js';

test('the package works where the globals are those of jsdom', async () => {
  const outcome = await run({ model: readFileSync('digits.safetensors') });
  expect(document.body).toBeTruthy();
  writeFileSync('outcome.json', JSON.stringify(outcome));
}, 60_000);
