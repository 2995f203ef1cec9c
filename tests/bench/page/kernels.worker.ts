// Our products by themselves: a module of the benchmark's own, beside the page.

import { expose } from '../../../web/site/speed/remote.ts';
import { products, type Product } from '../../../web/site/speed/work.ts';

interface Kernels {
  HEAPU8: Uint8Array;
  _bench_images(): number;
  _bench_start(threads: number): void;
  _bench_product(which: number, dense: number, times: number): number;
  _bench_training_memory(): number;
}

let kernels: Kernels;

expose({
  async start(threads: number, pixels: Uint8Array): Promise<void> {
    const file = threads > 1 ? 'kernels-threads.js' : 'kernels-simd.js';
    const url = new URL(`../kernels/${file}`, self.location.href).href;
    const { default: create } = (await import(/* @vite-ignore */ url)) as {
      default: (settings: { wakesleepThreads: number }) => Promise<Kernels>;
    };
    kernels = await create({ wakesleepThreads: threads - 1 });
    kernels.HEAPU8.set(pixels, kernels._bench_images());
    kernels._bench_start(threads);
  },
  product: (which: Product, dense: boolean, times: number) =>
    kernels._bench_product(products.indexOf(which), dense ? 1 : 0, times),
  trainingMemory: () => kernels._bench_training_memory(),
});
