// Native contenders: programs that a line asks and a line answers, as native/protocol.h says.

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { existsSync, readFileSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { work, type Contender, type Parameters } from '../../web/site/speed/work.ts';
import { capture } from '../../web/tools/log.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';
import type { Data } from './data.ts';

export interface NativeContender extends Contender {
  /** Milliseconds of what a line asks for. */
  ask: (line: string) => Promise<number>;
}

const program = (name: string): string => fromRoot('build/release/tests/bench', name);
const script = (name: string): string => fromRoot('tests/bench/native', name);
// Debian's own, which its packages belong to.
const python = existsSync('/usr/bin/python3') ? '/usr/bin/python3' : 'python3';

interface Recipe {
  command: string;
  args: string[];
  /** Why it can't take part. */
  missing?: () => string | null;
}

const importable = (modules: string) => () =>
  capture(python, ['-c', `import ${modules}`]) === null
    ? `left out: ${python} has no ${modules} (Debian: python3-numpy libopenblas0-pthread python3-sklearn)`
    : null;

export const recipes: Record<string, Recipe> = {
  wakesleep: { command: program('wakesleep_bench'), args: [] },
  eigen: { command: program('wakesleep_bench_eigen'), args: [] },
  numpy: { command: python, args: [script('numpy_cd1.py')], missing: importable('numpy') },
  'numpy, likelihood': { command: python, args: [script('numpy_likelihood.py')], missing: importable('numpy') },
  'scikit-learn': { command: python, args: [script('sklearn_rbm.py')], missing: importable('sklearn') },
};

/**
 * OpenBLAS takes processors that are newer than itself for the oldest that it knows. Where the processor has AVX-512,
 * it is told so; `undefined` leaves the choice to it.
 */
export function openblasCore(): string | undefined {
  if (process.env.OPENBLAS_CORETYPE) return process.env.OPENBLAS_CORETYPE;
  const flags = existsSync('/proc/cpuinfo') ? readFileSync('/proc/cpuinfo', 'utf8') : '';
  return flags.includes('avx512vl')
    ? 'SkylakeX'
    : flags.includes('avx2') && flags.includes('GenuineIntel')
      ? 'Haswell'
      : undefined;
}

export async function startNative(program: string, threads: number, data: Data): Promise<NativeContender> {
  const { command, args } = recipes[program] as Recipe;
  const core = openblasCore();
  const child = spawn(command, [...args, data.train, data.first, String(threads)], {
    env: {
      ...process.env,
      OMP_NUM_THREADS: String(threads),
      OMP_WAIT_POLICY: 'passive',
      OPENBLAS_NUM_THREADS: String(threads),
      ...(core ? { OPENBLAS_CORETYPE: core } : {}),
    },
  });
  const ask = conversation(child);
  await ask(null);
  return {
    ask,
    run: (batches) => ask(`run ${batches}`),
    product: (which, times) => ask(`binary ${which} ${times}`),
    async parameters() {
      const file = join(fromRoot('build/bench'), `${program}-${threads}.bin`);
      await ask(`parameters ${file}`);
      const bytes = readFileSync(file);
      rmSync(file);
      return parametersOf(bytes);
    },
    dispose() {
      child.stdin.end();
    },
  };
}

/** `null` asks nothing and waits for the greeting. */
function conversation(child: ChildProcessWithoutNullStreams): (line: string | null) => Promise<number> {
  const lines = createInterface({ input: child.stdout });
  let errors = '';
  let ended = false;
  let waiting: { resolve: (line: string) => void; reject: (error: Error) => void } | null = null;
  const end = (reason: string): void => {
    ended = true;
    waiting?.reject(new Error(errors.trim().split('\n').at(-1) || reason));
  };
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  child.on('error', (error) => {
    end(error.message);
  });
  child.on('close', (code) => {
    end(`it ended with ${String(code)}`);
  });
  lines.on('line', (line) => waiting?.resolve(line));
  return async (line) => {
    if (ended) throw new Error('it has ended');
    const answer = new Promise<string>((resolve, reject) => {
      waiting = { resolve, reject };
    });
    if (line !== null) child.stdin.write(`${line}\n`);
    return Number(await answer);
  };
}

function parametersOf(bytes: Buffer): Parameters {
  const floats = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  const weights = work.visible * work.hidden;
  return {
    W: floats.slice(0, weights),
    b: floats.slice(weights, weights + work.visible),
    c: floats.slice(weights + work.visible),
  };
}
