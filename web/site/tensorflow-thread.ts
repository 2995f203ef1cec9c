import { createRequire } from 'node:module';
import type { Plugin } from 'vite';

const name = 'virtual:tensorflow-thread';
const files = '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd';

/**
 * TensorFlow.js keeps the program of its threads as text and starts it from a blob, which the site's content security
 * policy forbids. `virtual:tensorflow-thread` is that text as a module, which imports what the text would load by
 * itself.
 */
export function tensorflowThread(): Plugin {
  return {
    name: 'tensorflow-thread',
    resolveId: (id) => (id === name ? `\0${name}` : undefined),
    load(id) {
      if (id !== `\0${name}`) return undefined;
      const { wasmWorkerContents } = createRequire(import.meta.url)(`${files}.worker.js`) as {
        wasmWorkerContents: string;
      };
      return [
        `import WasmBackendModuleThreadedSimd from '${files}.js';`,
        'const importScripts = () => {};',
        // In the package's text a newline within a string has lost its backslash.
        wasmWorkerContents.replaceAll('\n', '\\n'),
      ].join('\n');
    },
  };
}
