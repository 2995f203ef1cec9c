// The engine in a thread of the program's own.
import { writeFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { run } from './app.mjs';

if (isMainThread) {
  const worker = new Worker(new URL(import.meta.url));
  worker.on('message', (outcome) => writeFileSync('outcome.json', JSON.stringify(outcome)));
} else parentPort.postMessage(await run({ model: 'digits.safetensors' }));
