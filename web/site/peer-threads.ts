/**
 * Peers keep the programs of their threads as text and start them from blobs, which the site's content security policy
 * forbids. `virtual:tensorflow-thread` and `virtual:jax-thread` are these texts as modules.
 */
import { execFileSync } from 'node:child_process';
import { createRequire } from 'node:module';
import { fileURLToPath } from 'node:url';
import type { Plugin } from 'vite';

/** Modules of Node that peers ask for where there is Node: a page has none of them. */
const ofNode = ['fs', 'worker_threads'];

const virtual = (name: string, program: () => string): Plugin => ({
  name,
  resolveId: (id, importer) =>
    id === `virtual:${name}` || (importer === `\0virtual:${name}` && ofNode.includes(id)) ? `\0${id}` : undefined,
  load(id) {
    if (id === `\0virtual:${name}`) return program();
    return ofNode.some((one) => id === `\0${one}`) ? 'export default {};' : undefined;
  },
});

const files = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd';

/** The text, and imports of what it would load by itself. */
function tensorflow(): string {
  const { wasmWorkerContents } = createRequire(import.meta.url)(`${files}.worker.js`) as { wasmWorkerContents: string };
  return [
    `import WasmBackendModuleThreadedSimd from '${files}.js';`,
    'const importScripts = () => {};',
    // In the package's text a newline within a string has lost its backslash.
    wasmWorkerContents.replaceAll('\n', '\\n'),
  ].join('\n');
}

/** Starts the backend with a product large enough for threads, and prints the program that it would give its thread. */
const printJax = `
import { resolveObjectURL } from 'node:buffer';
Object.defineProperty(globalThis, 'navigator', { value: { hardwareConcurrency: 1 } });
globalThis.Worker = class {
  constructor(url) {
    void resolveObjectURL(url).text().then((text) => process.stdout.write(text, () => process.exit()));
  }
  postMessage() {}
};
const { defaultDevice, init, numpy: np } = await import('@jax-js/jax');
await init('wasm');
defaultDevice('wasm');
await np.matmul(np.ones([512, 512]), np.ones([512, 512])).data();
`;

const jax = (): string =>
  execFileSync(process.execPath, ['--input-type=module', '--eval', printJax], {
    cwd: fileURLToPath(new URL('.', import.meta.url)),
    encoding: 'utf8',
  });

export const peerThreads = (): Plugin[] => [virtual('tensorflow-thread', tensorflow), virtual('jax-thread', jax)];
