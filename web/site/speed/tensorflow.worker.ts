/**
 * TensorFlow.js's WebAssembly backend. Its products of transposed arguments take a slow path, so they are transposed
 * first; all intermediate tensors are freed at the end of a step, and nothing is read back.
 */
import { getThreadsCount, setThreadsCount, setWasmPaths } from '@tensorflow/tfjs-backend-wasm';
import simd from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-simd.wasm?url';
import threaded from '@tensorflow/tfjs-backend-wasm/wasm-out/tfjs-backend-wasm-threaded-simd.wasm?url';
import * as tf from '@tensorflow/tfjs-core';
import { Inputs, stepDecay, stepRate } from './batches.ts';
import { expose } from './remote.ts';
import threadUrl from './tensorflow-thread.ts?worker&url';
import { work, type Images, type Parameters, type Product } from './work.ts';

const { visible, hidden, batchSize, momentum } = work;

type State = Record<'W' | 'dW', tf.Tensor2D> & Record<'b' | 'c' | 'db' | 'dc', tf.Tensor1D>;

// Its own generator of uniform numbers is written in JavaScript and slower than that of the inputs.
let inputs: Inputs;
let state: State;

/** States of the units that `a` goes to through `weights`. */
function sampled(a: tf.Tensor2D, weights: tf.Tensor2D, bias: tf.Tensor1D, layer: 'visible' | 'hidden'): tf.Tensor2D {
  const means = tf.fused.matMul({ a, b: weights, bias, activation: 'sigmoid' });
  return tf.cast(tf.less(tf.tensor(inputs.uniform(layer), means.shape), means), 'float32') as tf.Tensor2D;
}

function step({ W, b, c, dW, db, dc }: State): State {
  const v0 = tf.tensor2d(inputs.pixels(), [batchSize, visible]);
  const h0 = sampled(v0, W, c, 'hidden');
  const v1 = sampled(h0, tf.transpose(W), b, 'visible');
  const h1 = sampled(v1, W, c, 'hidden');
  // One product for both phases, [v0; v1]' [h0; -h1], scaled where it is small.
  const gradient = tf.matMul(
    tf.transpose(tf.concat([v0, v1])),
    tf.concat([tf.mul(h0, stepRate), tf.mul(h1, -stepRate)]),
  );
  const forceW = tf.sub(gradient, tf.mul(W, stepDecay));
  const forceB = tf.mul(tf.sum(tf.sub(v0, v1), 0), stepRate);
  const forceC = tf.mul(tf.sum(tf.sub(h0, h1), 0), stepRate);
  const after = <T extends tf.Tensor>(velocity: T, force: tf.Tensor): T => tf.add(tf.mul(velocity, momentum), force);
  const next = { dW: after(dW, forceW), db: after(db, forceB), dc: after(dc, forceC) };
  return { W: tf.add(W, next.dW), b: tf.add(b, next.db), c: tf.add(c, next.dc), ...next };
}

let operands: Record<Product, [tf.Tensor2D, tf.Tensor2D]>;

function makeOperands(): typeof operands {
  return tf.tidy(() => {
    const v = tf.tensor2d(inputs.pixels(), [batchSize, visible]);
    const h = tf.tensor2d(inputs.hidden(), [batchSize, hidden]);
    return {
      up: [v, tf.clone(state.W)],
      down: [h, tf.transpose(state.W)],
      outer: [tf.transpose(v), tf.clone(h)],
    };
  });
}

expose({
  async start(images: Images, threads: number, { W, b, c }: Parameters): Promise<void> {
    inputs = new Inputs(images);
    setWasmPaths({
      'tfjs-backend-wasm.wasm': simd,
      'tfjs-backend-wasm-simd.wasm': simd,
      'tfjs-backend-wasm-threaded-simd.wasm': threaded,
    });
    if (threads > 1) {
      // It starts its threads from blobs, which a strict content security policy forbids; here they come from a file.
      globalThis.Worker = class extends Worker {
        constructor() {
          super(threadUrl, { type: 'module', name: 'tensorflow-thread' });
        }
      };
      // It uses at most half of the cores that it sees.
      Object.defineProperty(navigator, 'hardwareConcurrency', { value: 2 * threads });
      setThreadsCount(threads);
    } else {
      tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false);
    }
    if (!(await tf.setBackend('wasm'))) throw new Error('the backend did not start');
    if (threads > 1 && getThreadsCount() !== threads) throw new Error(`it runs ${getThreadsCount()} threads`);
    state = {
      W: tf.tensor2d(W, [visible, hidden]),
      b: tf.tensor1d(b),
      c: tf.tensor1d(c),
      dW: tf.zeros([visible, hidden]),
      db: tf.zeros([visible]),
      dc: tf.zeros([hidden]),
    };
  },

  run(count: number): number {
    const start = performance.now();
    for (let i = 0; i < count; i++) {
      const after = tf.tidy(() => step(state));
      tf.dispose(Object.values(state));
      state = after;
    }
    return performance.now() - start;
  },

  async parameters(): Promise<Parameters> {
    const { W, b, c } = state;
    return {
      W: (await W.data()) as Float32Array,
      b: (await b.data()) as Float32Array,
      c: (await c.data()) as Float32Array,
    };
  },

  product(which: Product, times: number): number {
    operands ??= makeOperands();
    const [left, right] = operands[which];
    const start = performance.now();
    for (let i = 0; i < times; i++) tf.dispose(tf.matMul(left, right));
    return performance.now() - start;
  },

  /** So that a leak is seen. */
  tensors: () => tf.memory().numTensors,
});
