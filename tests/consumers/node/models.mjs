import { writeFileSync } from 'node:fs';
import digits from 'wakesleep-models/digits-dbn';
import { run } from './app.mjs';

writeFileSync('outcome.json', JSON.stringify(await run({ model: digits })));
