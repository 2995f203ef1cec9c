/** Writes the service worker beside the built page, with the list of the files that it keeps. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { rolldown } from 'rolldown';
import type { Plugin, ResolvedConfig } from 'vite';
import type { Kept } from './protocol.ts';

const source = fileURLToPath(new URL('service-worker.ts', import.meta.url));
/** Libraries that the page Speed compares with: more bytes than all others together. */
const peer = /^assets\/(onnx|ort-|jax|tensorflow|tfjs|webgl|webgpu)/;

/** Of what the page names, all but what a system asks for when the site is installed. */
const needed = (path: string, html: string): boolean =>
  html.includes(`./${path}"`) && !/\.(png|webmanifest)$/.test(path);

export function serviceWorker(): Plugin {
  let config: ResolvedConfig;
  return {
    name: 'wakesleep-service-worker',
    // Not of the page that is one file, which is not written as it is built.
    apply: ({ build }, { command }) => command === 'build' && build?.write !== false,
    configResolved(resolved) {
      config = resolved;
    },
    generateBundle: {
      // After the page has been written.
      order: 'post',
      async handler(_options, bundle) {
        const files: Kept['files'] = {};
        const hash = createHash('sha256');
        const add = (path: string, contents: string | Uint8Array): void => {
          files[path] = Buffer.byteLength(contents);
          hash.update(`${path}\0`).update(contents);
        };
        for (const [path, file] of Object.entries(bundle).sort())
          add(path, file.type === 'chunk' ? file.code : file.source);
        if (config.publicDir)
          for (const name of readdirSync(config.publicDir).sort())
            if (statSync(join(config.publicDir, name)).isFile()) add(name, readFileSync(join(config.publicDir, name)));
        const page = bundle['index.html'];
        if (page?.type !== 'asset') throw new Error('The service worker has no page to keep.');
        const html = String(page.source);
        const code = await compiled({
          build: hash.update(readFileSync(source)).digest('hex').slice(0, 16),
          files,
          shell: Object.keys(files).filter((path) => path === 'index.html' || needed(path, html)),
          peers: Object.keys(files).filter((path) => peer.test(path)),
        });
        this.emitFile({ type: 'asset', fileName: 'service-worker.js', source: code });
      },
    },
  };
}

/** In one piece, and no module: Firefox before version 147 has no others. */
async function compiled(kept: Kept): Promise<string> {
  const build = await rolldown({ input: source, transform: { define: { KEPT: JSON.stringify(kept) } } });
  const { output } = await build.generate({ format: 'iife', minify: true });
  return output[0].code;
}
