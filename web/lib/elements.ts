/**
 * Custom elements for pages without a framework, or with any: importing this defines `<wakesleep-digit>`,
 * `<wakesleep-dream>` and `<wakesleep-train>`. They share one engine, which is loaded when the first of them comes near
 * the viewport and ends with the last. On a server nothing is defined.
 *
 * ```html
 * <script type="module">import 'wakesleep/elements';</script>
 * <wakesleep-digit model="digits-rbm.safetensors"></wakesleep-digit>
 * ```
 */
import { WakesleepDigit } from './elements/digit.js';
import { WakesleepDream } from './elements/dream.js';
import { define } from './elements/figure.js';
import { WakesleepTrain } from './elements/train.js';

export { configure } from './elements/shared.js';
export { texts } from './elements/texts.js';
export { WakesleepDigit, WakesleepDream, WakesleepTrain };
export type { Recognition } from './elements/digit.js';
export type { TrainingStep } from './elements/train.js';

define('wakesleep-digit', WakesleepDigit);
define('wakesleep-dream', WakesleepDream);
define('wakesleep-train', WakesleepTrain);

declare global {
  interface HTMLElementTagNameMap {
    'wakesleep-digit': WakesleepDigit;
    'wakesleep-dream': WakesleepDream;
    'wakesleep-train': WakesleepTrain;
  }
}
