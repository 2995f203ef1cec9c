// Puts the figures where people look: the pictures, and the tables of the README.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { note } from '../../web/tools/log.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';
import { bars, scaling } from './charts.ts';
import { withFigures } from './readme.ts';
import type { Results } from './results.ts';

/**
 * Pictures of the newest run, beside the figures; where those are the repository's own, for its README, with tables of
 * all runs.
 */
export function drawAll(runs: readonly Results[], out: string): void {
  const [newest] = runs;
  if (!newest) return;
  const own = out === fromRoot('tests/bench/results.json');
  const folder = own ? fromRoot('.github') : dirname(out);
  const write = (name: string, content: string): void => {
    writeFileSync(join(folder, name), content);
    note(`picture in ${join(folder, name)}`);
  };
  if (newest.steps.length > 0) write('bench.svg', bars(newest));
  if (newest.scaling.length > 0) write('bench-scaling.svg', scaling(newest));
  if (own) {
    const readme = fromRoot('README.md');
    writeFileSync(readme, withFigures(readFileSync(readme, 'utf8'), runs));
    note('tables in README.md');
  }
}
