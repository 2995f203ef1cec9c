/** Drawings, as networks trained on MNIST expect to see them. */
import type { EngineCore } from './models/engine.js';
import { plainDrawing } from './models/drawing.js';
import { latestEngine } from './shell/current.js';
import { loadCore } from './shell/core.js';
import { loadWasm } from './shell/loader.js';
import { laterFunction, Scheduler } from './shell/scheduler.js';
import { requireWebAssembly } from './platform.js';
import type { Drawing, Engine, Tensor } from './types.js';

export type { Drawing, Picture, Stroke, Tensor } from './types.js';

let own: Promise<EngineCore> | null = null;

/**
 * A drawing as 28 x 28 values in [0, 1] in MNIST's convention: bright ink, its box fitted to 20 pixels with its aspect
 * kept, a pen of constant width for strokes, the centre of mass in the middle. No ink gives zeros; a single dot gives a
 * dot.
 *
 * It is computed by the engine that was loaded last, or the one that is given. Where there is none, a small one is
 * loaded, once.
 *
 * Rejects with a TypeError or RangeError that names the stroke and the point which is wrong.
 */
export async function preprocessDigit(drawing: Drawing, options: { engine?: Engine } = {}): Promise<Tensor> {
  const plain = plainDrawing(drawing);
  const engine = options.engine ?? latestEngine();
  if (engine) return engine.preprocessDigit(drawing);
  own ??= loadOwn();
  // In slices, between which the page answers.
  return new Scheduler(laterFunction()).run(0, (await own).preprocessDigit(plain));
}

async function loadOwn(): Promise<EngineCore> {
  try {
    requireWebAssembly();
    const wasm = await loadWasm({ build: 'simd', part: 'first', located: undefined });
    return await loadCore('simd', { wasm, threads: 1 });
  } catch (error) {
    // The next call tries again.
    own = null;
    throw error;
  }
}
