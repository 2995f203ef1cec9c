/** Who takes part in a browser. The peers are loaded when they are started. */
import { startPeer } from './peer.ts';
import type { Library } from './peers.ts';
import { startWakesleep } from './wakesleep.ts';
import type { Contender, Images } from './work.ts';

export function start(library: Library, images: Images, threads: number): Promise<Contender> {
  switch (library) {
    case 'wakesleep':
      return startWakesleep(images, threads);
    case 'onnxruntime-web':
      return startPeer(
        new Worker(new URL('./onnx.worker.ts', import.meta.url), { type: 'module', name: library }),
        images,
        threads,
      );
    case 'jax-js':
      return startPeer(
        new Worker(new URL('./jax.worker.ts', import.meta.url), { type: 'module', name: library }),
        images,
        threads,
      );
    case 'tensorflow.js':
      return startPeer(
        new Worker(new URL('./tensorflow.worker.ts', import.meta.url), { type: 'module', name: library }),
        images,
        threads,
      );
  }
}
