import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { svelte } from '@sveltejs/vite-plugin-svelte';
import sirv from 'sirv';
import { defineConfig } from 'vite';
import { embeddedHeaders, isolationHeaders } from '../tools/headers.mjs';
import { dataMiddleware } from '../tools/data.mjs';
import { formulas } from './formulas.ts';
import { guides } from './guides.ts';
import { serviceWorker } from './offline/plugin.ts';
import { addressOf } from './repository.ts';
import { peerThreads } from './peer-threads.ts';
import { lessonFactsModule } from './lesson-facts.ts';

const here = (path: string) => fileURLToPath(new URL(path, import.meta.url));
const { repository } = JSON.parse(readFileSync(here('../../package.json'), 'utf8')) as { repository?: { url: string } };

export default defineConfig({
  root: here('.'),
  // Relative addresses: the built site can be put into any folder of any server.
  base: './',
  define: {
    'import.meta.env.REPOSITORY': JSON.stringify(addressOf(repository)),
    // Whether all is in one file that is opened from a disk: web/tools/single-file.mjs.
    'import.meta.env.SINGLE_FILE': 'false',
  },
  assetsInclude: ['**/*.safetensors'],
  resolve: {
    alias: [
      { find: /^wakesleep$/, replacement: here('../lib/index.ts') },
      { find: /^wakesleep\/(sync|digits|elements)$/, replacement: here('../lib/$1.ts') },
    ],
  },
  plugins: [
    svelte(),
    guides(),
    formulas(),
    lessonFactsModule(here('lessons')),
    peerThreads(),
    serviceWorker(),
    {
      name: 'wakesleep-server',
      configureServer(server) {
        // Not by `server.headers`, which are the same for every address: any page may frame those with `embed`.
        server.middlewares.use((request, response, next) => {
          const embedded = new URL(request.url ?? '/', 'http://localhost').searchParams.has('embed');
          response.setHeaders(
            new Map(
              Object.entries({
                ...isolationHeaders,
                ...(embedded && { 'Cross-Origin-Resource-Policy': embeddedHeaders['Cross-Origin-Resource-Policy'] }),
              }),
            ),
          );
          next();
        });
        server.middlewares.use(dataMiddleware(process.env.WAKESLEEP_DATA));
        server.middlewares.use('/reference', sirv(here('../../dist/reference'), { dev: true }));
      },
    },
  ],
  // The workers of the Speed page: found late, they would make the development server load the page anew.
  optimizeDeps: {
    include: [
      'onnxruntime-web/wasm',
      '@jax-js/jax',
      '@tensorflow/tfjs-core',
      '@tensorflow/tfjs-backend-wasm',
      '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.js',
    ],
  },
  worker: { format: 'es', plugins: peerThreads },
  server: { fs: { allow: [here('../..')] } },
  build: {
    outDir: here('../../dist/site'),
    emptyOutDir: true,
    target: 'es2022',
    // Everything is a file of its own: a content security policy without data: works.
    assetsInlineLimit: 0,
    chunkSizeWarningLimit: 800,
    // How long each plugin took is nothing that who starts the site asks for.
    rolldownOptions: { checks: { pluginTimings: false, bundlerTimings: false } },
  },
});
