// What RBMs and DBNs learn of the images that they were trained on, to tell others from them.
import type { NativeComputation, NativeRows } from '../native.js';
import type { Calibration, CalibrationOptions } from '../types.js';
import { checkFunction, number, options, seedOf } from '../validate.js';
import type { CoreOptions } from './dataset.js';
import { nativeRows, type ExamplesCore } from './examples.js';
import { compute, type Owner, type Task } from './task.js';

export interface NativeCalibrated {
  calibrate(images: NativeRows, refused: number, seed: number): NativeComputation<Calibration>;
}

export function* calibrationOf(
  model: Owner<NativeCalibrated> & { readonly visible: number },
  images: ExamplesCore,
  given: CoreOptions<CalibrationOptions> | undefined,
): Task<Calibration> {
  const known = ['refused', 'seed', 'onProgress'] as const;
  const { refused, seed, onProgress } = options<CoreOptions<CalibrationOptions>>('options', given, known);
  checkFunction('onProgress', onProgress);
  const share = number('refused', refused, { above: 0, atMost: 0.5 }, 0.0125);
  const rows = nativeRows('images', images, model.visible);
  return yield* compute(model.native.calibrate(rows, share, seedOf(seed, 1)), model, onProgress);
}
