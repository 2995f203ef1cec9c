import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vite';
import { peerThreads } from '../../../web/site/peer-threads.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));

export default defineConfig({
  root: here('.'),
  base: './',
  resolve: {
    alias: [
      { find: /^wakesleep$/, replacement: here('../../../web/lib/index.ts') },
      { find: /^wakesleep\/(sync|digits)$/, replacement: here('../../../web/lib/$1.ts') },
    ],
  },
  plugins: [peerThreads()],
  worker: { format: 'es', plugins: peerThreads },
  build: { outDir: here('../../../build/bench/page'), emptyOutDir: true, target: 'es2022', assetsInlineLimit: 0 },
});
