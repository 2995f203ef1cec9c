/** onnxruntime-web's WebAssembly backend. */
import * as ort from 'onnxruntime-web/wasm';
import glue from 'onnxruntime-web/ort-wasm-simd-threaded.mjs?url';
import wasm from 'onnxruntime-web/ort-wasm-simd-threaded.wasm?url';
import { Batches, hiddenOn } from './batches.ts';
import {
  batchesACall,
  productModel,
  productsACall,
  resultShapes,
  stateNames,
  stateShapes,
  stepModel,
} from './onnx-step.ts';
import { expose } from './remote.ts';
import { work, Xorshift, type Images, type Parameters, type Product } from './work.ts';

const { visible, hidden, batchSize } = work;

let batches: Batches;
let session: ort.InferenceSession;
let state: Record<string, ort.Tensor>;

const floats = (data: Float32Array, shape: readonly number[]): ort.Tensor => new ort.Tensor('float32', data, shape);
const zeros = (shape: readonly number[]): ort.Tensor =>
  floats(new Float32Array(shape.reduce((product, size) => product * size, 1)), shape);
const open = (model: Uint8Array): Promise<ort.InferenceSession> =>
  ort.InferenceSession.create(model, { executionProviders: ['wasm'], graphOptimizationLevel: 'all' });

interface Repeated {
  session: ort.InferenceSession;
  feeds: Record<string, ort.Tensor>;
}
const repeated = new Map<Product, Repeated>();

async function repeat(which: Product): Promise<Repeated> {
  const v = floats(Float32Array.from(batches.take(1)), [batchSize, visible]);
  const uniform = new Float32Array(batchSize * hidden);
  new Xorshift(1).fill(uniform);
  const h = floats(
    uniform.map((one) => (one < hiddenOn ? 1 : 0)),
    [batchSize, hidden],
  );
  const W = state.W as ort.Tensor;
  const operands = { up: { left: v, right: W }, down: { left: h, right: W }, outer: { left: v, right: h } };
  return {
    session: await open(productModel(which)),
    feeds: { ...operands[which], C_first: zeros(resultShapes[which]) },
  };
}

expose({
  async start(images: Images, threads: number, first: Parameters): Promise<void> {
    batches = new Batches(images);
    const url = (path: string): string => new URL(path, self.location.href).href;
    ort.env.wasm.wasmPaths = { mjs: url(glue), wasm: url(wasm) };
    ort.env.wasm.numThreads = threads;
    session = await open(stepModel());
    state = Object.fromEntries(stateNames.map((name) => [name, zeros(stateShapes[name])]));
    for (const name of ['W', 'b', 'c'] as const) state[name] = floats(first[name], stateShapes[name]);
  },

  /** Rounded up to whole calls. */
  async run(count: number): Promise<number> {
    const start = performance.now();
    for (let done = 0; done < count; done += batchesACall) {
      const images = new ort.Tensor('uint8', batches.take(batchesACall), [batchesACall, batchSize, visible]);
      const before = stateNames.map((name) => [`${name}_first`, state[name]] as const);
      const after = await session.run({ images, ...Object.fromEntries(before) });
      for (const name of stateNames) state[name] = after[`${name}_last`] as ort.Tensor;
    }
    return performance.now() - start;
  },

  parameters: (): Parameters => ({
    W: state.W?.data as Float32Array,
    b: state.b?.data as Float32Array,
    c: state.c?.data as Float32Array,
  }),

  async product(which: Product, times: number): Promise<number> {
    const one = repeated.get(which) ?? (await repeat(which));
    repeated.set(which, one);
    const start = performance.now();
    for (let done = 0; done < times; done += productsACall) await one.session.run(one.feeds);
    return performance.now() - start;
  },
});
