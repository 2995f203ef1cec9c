// The browsers that tests drive besides Chromium, where the machine has them.

import { existsSync } from 'node:fs';

const there = (paths) => paths.find((path) => path && existsSync(path));

/** Firefox's path; undefined where there is none. */
export const firefoxPath = () => there([process.env.WAKESLEEP_FIREFOX, '/usr/bin/firefox-esr', '/usr/bin/firefox']);

/**
 * WebKitGTK's driver, its small browser, and a display of which nothing is to be seen; undefined where one of them is
 * missing.
 */
export function webkitPaths() {
  const paths = {
    driver: there(['/usr/bin/WebKitWebDriver']),
    browser: there(
      ['x86_64-linux-gnu', 'aarch64-linux-gnu'].flatMap((triplet) =>
        ['4.1', '4.0'].map((api) => `/usr/lib/${triplet}/webkit2gtk-${api}/MiniBrowser`),
      ),
    ),
    display: there(['/usr/bin/Xvfb']),
  };
  return Object.values(paths).every(Boolean) ? paths : undefined;
}
