// Where the files of each build are. The addresses are literal, because that is what bundlers understand.
import type { BuildFiles } from './native.js';

export const simd: BuildFiles = {
  build: 'simd',
  web: () => import('./engine/wakesleep-simd.js'),
  node: './engine/wakesleep-simd.node.js',
  wasm: () => new URL('./engine/wakesleep-simd.wasm', import.meta.url),
};

export const threads: BuildFiles = {
  build: 'threads',
  web: () => import('./engine/wakesleep-threads.js'),
  node: './engine/wakesleep-threads.node.js',
  wasm: () => new URL('./engine/wakesleep-threads.wasm', import.meta.url),
};
