import { writeFileSync } from 'node:fs';
import { load as loadSync } from 'wakesleep/sync';
import { preprocessDigit } from 'wakesleep/digits';
import { run } from './app.mjs';

const outcome = await run({ model: 'digits.safetensors' });
const bars = (await loadSync()).dataset({ kind: 'bars-and-stripes', size: 3 });
const { shape } = await preprocessDigit([
  [
    [0, 0],
    [5, 5],
  ],
]);
writeFileSync('outcome.json', JSON.stringify({ ...outcome, bars: bars.count, shape: shape.join() }));
