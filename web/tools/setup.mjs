// npm run setup: brings what the project is built with. Start, test and build call it first; it is quick when all is
// there.

import { isMain, main, Steps } from './log.mjs';
import { nodePackages } from './node-packages.mjs';
import { checkers, chromium, emscripten, libraries, nativeTools, otherBrowsers } from './toolchain.mjs';

/** `tests` also brings the browser, the fuzzer and clang-format. */
export async function setUp({ tests = false } = {}) {
  const tasks = [
    ['Node packages', nodePackages],
    ['Compilers', nativeTools],
    ['Emscripten', emscripten],
    ['Libraries: Eigen, doctest, CLI11, nlohmann-json', libraries],
    ...(tests
      ? [
          ['Chromium', chromium],
          ['Firefox and WebKitGTK', otherBrowsers],
          ['Fuzzer, clang-format and ccache', checkers],
        ]
      : []),
  ];
  const steps = new Steps(tasks.length);
  for (const [title, task] of tasks) {
    steps.next(title);
    await task();
  }
}

if (isMain(import.meta.url)) await main(() => setUp({ tests: process.argv.includes('--tests') }));
