// The glue of each build. The addresses are literal, because that is what bundlers understand.
import type { BuildFiles } from './native.js';
import type { Build } from './types.js';

export const builds: Record<Build, BuildFiles> = {
  simd: {
    build: 'simd',
    web: () => import('./engine/wakesleep-simd.js'),
    node: './engine/wakesleep-simd.node.js',
  },
  threads: {
    build: 'threads',
    web: () => import('./engine/wakesleep-threads.js'),
    node: './engine/wakesleep-threads.node.js',
  },
};
