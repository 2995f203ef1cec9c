// npm start: sets up, builds and serves the site.

import { parseArgs } from 'node:util';
import { build } from './build.mjs';
import { bold, Failure, main } from './log.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  const { values } = parseArguments();
  if (values.help) {
    console.log(`npm start -- [--port 4173] [--host localhost] [--no-isolation]

  --port          the first port to try
  --host          the address to listen at; 0.0.0.0 for all (browsers isolate pages of localhost and https only)
  --no-isolation  serves without cross-origin isolation, so that the site runs on one thread
  WAKESLEEP_DATA  a folder with mnist/, which the page Train then offers`);
    return;
  }
  await setUp();
  await build(['site']);
  const { serve } = await import('./serve.mjs');
  const { url } = await serve({ port: values.port, host: values.host, isolation: values.isolation });
  console.log(`\nWakesleep is at ${bold(url)}  (Ctrl+C ends)`);
});

function parseArguments() {
  try {
    const parsed = parseArgs({
      options: {
        port: { type: 'string', default: '4173' },
        host: { type: 'string', default: 'localhost' },
        'no-isolation': { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const port = Number(parsed.values.port);
    if (!Number.isInteger(port) || port < 0 || port > 65535)
      throw new Failure(`--port takes a number from 0 to 65535.`);
    return { values: { ...parsed.values, port, isolation: !parsed.values['no-isolation'] } };
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(error.message);
  }
}
