// npm run bench [-- --help]: ourselves beside the peers and the machine's own limit, in one run.

import { parseArgs } from 'node:util';
import { Failure, main } from '../../web/tools/log.mjs';
import { fromRoot, root } from '../../web/tools/paths.mjs';
import { setUp } from '../../web/tools/setup.mjs';

const help = `npm run bench -- [options]

  --browser chromium|firefox|none   where the tab is (chromium; none leaves it out)
  --rounds <n>       rounds in which every contender takes its turn (10)
  --only <a,b>       only these contenders: wakesleep, onnxruntime-web, jax-js, tensorflow.js, eigen, numpy,
                     scikit-learn
  --parts <a,b>      only these measurements: steps, products, likelihood, classification, waits, memory,
                     scaling
  --quick            few and short rounds: to see that all works, not to measure
  --out <file>       where the figures go (tests/bench/results.json)
  --draw             measures nothing: draws pictures and table anew from the figures in --out
  WAKESLEEP_DATA     a folder with mnist/; without it the work is done on stroke digits`;

const libraries = ['wakesleep', 'onnxruntime-web', 'jax-js', 'tensorflow.js', 'eigen', 'numpy', 'scikit-learn'];
const parts = ['steps', 'products', 'likelihood', 'classification', 'waits', 'memory', 'scaling'];

await main(async () => {
  const options = parseArguments();
  if (options.help) return console.log(help);
  if (!options.draw) await setUp({ tests: options.browser === 'chromium' });
  // Node of this age runs no TypeScript by itself; what the benchmark shares with the site is.
  const { createServer, createServerModuleRunner } = await import('vite');
  const server = { middlewareMode: true, watch: null, hmr: false, ws: false };
  const vite = await createServer({ root, configFile: false, appType: 'custom', server });
  try {
    const { run } = await createServerModuleRunner(vite.environments.ssr).import(fromRoot('tests/bench/run.ts'));
    await run(options);
  } finally {
    await vite.close();
  }
});

function parseArguments() {
  try {
    const { values } = parseArgs({
      options: {
        browser: { type: 'string', default: 'chromium' },
        rounds: { type: 'string' },
        only: { type: 'string', default: libraries.join() },
        parts: { type: 'string', default: parts.join() },
        quick: { type: 'boolean', default: false },
        out: { type: 'string', default: fromRoot('tests/bench/results.json') },
        draw: { type: 'boolean', default: false },
        help: { type: 'boolean', short: 'h', default: false },
      },
    });
    const rounds = Number(values.rounds ?? (values.quick ? 2 : 10));
    if (!Number.isInteger(rounds) || rounds < 1 || rounds > 1000)
      throw new Failure('--rounds takes a number from 1 to 1000.');
    choice('--browser', [values.browser], ['chromium', 'firefox', 'none']);
    return {
      ...values,
      rounds,
      only: choice('--only', values.only.split(','), libraries),
      parts: choice('--parts', values.parts.split(','), parts),
    };
  } catch (error) {
    throw error instanceof Failure ? error : new Failure(error.message);
  }
}

function choice(name, values, allowed) {
  const unknown = values.find((value) => !allowed.includes(value));
  if (unknown !== undefined) throw new Failure(`${name} takes ${allowed.join(', ')}, not "${unknown}".`);
  return values;
}
