// One drawing at a time, without the way to the worker and back.

import { load } from 'wakesleep/sync';
import { expose } from '../../../web/site/speed/remote.ts';

expose({
  async classify(bytes: Uint8Array, pixels: Float32Array, times: number): Promise<number[]> {
    const engine = await load();
    const model = engine.open(bytes);
    if (model.kind === 'sbn') throw new Error('this model has no labels');
    const measured: number[] = [];
    for (let i = 0; i < times; i++) {
      const before = performance.now();
      model.classify(pixels);
      measured.push(performance.now() - before);
    }
    return measured;
  },
});
