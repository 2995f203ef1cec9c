// npm runs this where a package is installed from a git repository, and has set the variable below then; and wherever
// the package is packed. A clone has no engine: without this, npm would install it empty and say nothing.

import { existsSync } from 'node:fs';
import { fromRoot } from './paths.mjs';

const fromGit = process.env._PACOTE_NO_PREPARE_ !== undefined;
if (fromGit && !existsSync(fromRoot('dist/lib/engine/wakesleep-simd.wasm'))) {
  console.error(
    'wakesleep can not be installed from its git repository, which holds no built engine. In a clone of it, ' +
      '`npm start` builds everything, and `npm pack` then makes a file that `npm install` takes.',
  );
  process.exitCode = 1;
}
