/** jax-js's WebAssembly backend, which looks at its surroundings when it is imported. */
import threadUrl from './jax-thread.ts?worker&url';
import { expose } from './remote.ts';
import type { Images, Parameters, Product } from './work.ts';

let loaded: typeof import('./jax-step.ts');

expose({
  async start(images: Images, threads: number, first: Parameters): Promise<void> {
    if (threads > 1) {
      // It starts its threads from a blob, which a strict content security policy forbids; here they come from a file.
      globalThis.Worker = class extends Worker {
        constructor() {
          super(threadUrl, { type: 'module', name: 'jax-thread' });
        }
      };
      Object.defineProperty(navigator, 'hardwareConcurrency', { value: threads });
    } else {
      // Without shared memory it computes in this thread.
      Reflect.deleteProperty(globalThis, 'SharedArrayBuffer');
    }
    loaded = await import('./jax-step.ts');
    await loaded.begin(images, first);
  },
  run: (count: number): Promise<number> => loaded.run(count),
  parameters: (): Promise<Parameters> => loaded.parameters(),
  product: (which: Product, times: number): Promise<number> => loaded.product(which, times),
});
