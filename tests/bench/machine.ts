// What the figures belong to: the machine and the versions of all that took part.

import { readFileSync } from 'node:fs';
import { arch, availableParallelism, cpus, release, totalmem, type } from 'node:os';
import { capture } from '../../web/tools/log.mjs';
import { fromRoot, root } from '../../web/tools/paths.mjs';
import { openblasCore } from './native.ts';
import type { Results } from './results.ts';

export function machine(): Pick<Results, 'commit' | 'machine'> {
  const git = (...args: string[]) => capture('git', ['-C', root, ...args]);
  const changed = git('status', '--porcelain', '--untracked-files=no');
  return {
    commit: `${git('rev-parse', '--short=12', 'HEAD') ?? 'unknown'}${changed ? ', with changes' : ''}`,
    machine: {
      processor: `${cpus()[0]?.model.trim() ?? 'unknown'}, ${vectors()}`,
      cores: availableParallelism(),
      memory: totalmem(),
      system: `${type()} ${release().split('-')[0] ?? ''}, ${arch()}`,
    },
  };
}

function vectors(): string {
  let flags = '';
  try {
    flags = readFileSync('/proc/cpuinfo', 'utf8');
  } catch {
    // Only Linux tells it there.
  }
  return flags.includes('avx512f') ? 'AVX-512' : flags.includes('avx2') ? 'AVX2' : arch();
}

export function versions(): Record<string, string> {
  const packaged = (name: string): string =>
    (JSON.parse(readFileSync(fromRoot('node_modules', name, 'package.json'), 'utf8')) as { version: string }).version;
  const found: Record<string, string | null | undefined> = {
    wakesleep: (JSON.parse(readFileSync(fromRoot('package.json'), 'utf8')) as { version: string }).version,
    node: process.versions.node,
    'onnxruntime-web': packaged('onnxruntime-web'),
    'jax-js': packaged('@jax-js/jax'),
    'tensorflow.js': packaged('@tensorflow/tfjs-core'),
    eigen: eigen(),
    compiler: capture('c++', ['--version'])?.split('\n')[0],
    numpy: capture('/usr/bin/python3', ['-c', 'import numpy; print(numpy.__version__)']),
    openblas: openblas(),
    'scikit-learn': capture('/usr/bin/python3', ['-c', 'import sklearn; print(sklearn.__version__)']),
  };
  return Object.fromEntries(Object.entries(found).filter((entry): entry is [string, string] => Boolean(entry[1])));
}

/** Of the headers that the build uses. */
function eigen(): string | null {
  const folder = /Eigen3_DIR:PATH=(.*)/.exec(readCache())?.[1];
  const version = folder
    ? capture('grep', ['-hoE', 'PACKAGE_VERSION "[0-9.]+"', `${folder}/Eigen3ConfigVersion.cmake`])
    : null;
  return /[\d.]+/.exec(version ?? '')?.[0] ?? null;
}

function readCache(): string {
  try {
    return readFileSync(fromRoot('build/release/CMakeCache.txt'), 'utf8');
  } catch {
    return '';
  }
}

function openblas(): string | null {
  const version = capture('dpkg-query', ['-W', '-f', '${Version}', 'libopenblas0-pthread']);
  const core = openblasCore();
  return version && `${version}${core ? `, kernels for ${core}` : ''}`;
}
