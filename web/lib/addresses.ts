// Where the package's files are, for those that bundlers leave as files. The addresses are literal, because that is
// what bundlers understand; they fail where one has made a script of another kind of this module.
import type { Build } from './types.js';

export const startWorker = (): Worker =>
  new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'wakesleep' });

/** A part of a build's module: what is needed at once, or the rest of it. */
export type Part = 'first' | 'rest';

export const fileOf = (build: Build, part: Part): string => `wakesleep-${build}${part === 'first' ? '' : '-rest'}.wasm`;

export const wasmOf: Record<Build, Record<Part, () => URL>> = {
  simd: {
    first: () => new URL('./engine/wakesleep-simd.wasm', import.meta.url),
    rest: () => new URL('./engine/wakesleep-simd-rest.wasm', import.meta.url),
  },
  threads: {
    first: () => new URL('./engine/wakesleep-threads.wasm', import.meta.url),
    rest: () => new URL('./engine/wakesleep-threads-rest.wasm', import.meta.url),
  },
};

// Not in the form that bundlers look for: what they make of this file is not for Node.
const here = import.meta.url;

export const nodeWorker = (): URL => new URL('./shell/worker.js', here);
