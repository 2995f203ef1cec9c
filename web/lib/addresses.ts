// Where the package's files are, for those that bundlers leave as files. The addresses are literal, because that is
// what bundlers understand; they fail where one has made a script of another kind of this module.
import type { Build } from './types.js';

export const startWorker = (): Worker =>
  new Worker(new URL('./worker.js', import.meta.url), { type: 'module', name: 'wakesleep' });

export const wasmOf: Record<Build, () => URL> = {
  simd: () => new URL('./engine/wakesleep-simd.wasm', import.meta.url),
  threads: () => new URL('./engine/wakesleep-threads.wasm', import.meta.url),
};

// Not in the form that bundlers look for: what they make of this file is not for Node.
const here = import.meta.url;

export const nodeWorker = (): URL => new URL('./shell/worker.js', here);
