// npm run dev: the site from its sources, reloaded as they change. The engine is built once; arguments go to Vite.

import { spawn } from 'node:child_process';
import { build } from './build.mjs';
import { main } from './log.mjs';
import { fromRoot } from './paths.mjs';
import { setUp } from './setup.mjs';

await main(async () => {
  await setUp();
  await build(['engine']);
  const vite = fromRoot('node_modules/vite/bin/vite.js');
  spawn(process.execPath, [vite, '--config', fromRoot('web/site/vite.config.ts'), ...process.argv.slice(2)], {
    stdio: 'inherit',
  }).on('exit', (code) => process.exit(code ?? 1));
});
