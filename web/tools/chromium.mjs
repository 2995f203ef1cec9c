// The Chromium that tests and benchmark drive: where it is, and what makes it quiet and the same every time.

import { existsSync } from 'node:fs';

/** Its path; undefined where there is none. */
export const chromiumPath = () =>
  process.env.WAKESLEEP_CHROMIUM ?? ['/usr/bin/chromium', '/usr/bin/google-chrome'].find((path) => existsSync(path));

export const chromiumArguments = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
];
