// npm run reference: the site with a reference of the C++ headers, too. It installs Doxygen where that is missing; the
// set-up leaves it out, since it brings 200 MB of LLVM along, which nothing else here needs.

import { existsSync, rmSync } from 'node:fs';
import { install, isDebian } from './apt.mjs';
import { build } from './build.mjs';
import { Failure, isMain, main } from './log.mjs';
import { fromRoot } from './paths.mjs';
import { haveDoxygen } from './reference.mjs';
import { setUp } from './setup.mjs';

if (isMain(import.meta.url)) {
  await main(async () => {
    await setUp();
    if (!haveDoxygen()) {
      if (!isDebian()) throw new Failure('Please install Doxygen.');
      await install(['doxygen']);
    }
    rmSync(fromRoot('dist/reference'), { recursive: true, force: true });
    await build(['site']);
    if (!existsSync(fromRoot('dist/site/reference/cpp/files.html'))) throw new Failure('Doxygen made no pages.');
  });
}
