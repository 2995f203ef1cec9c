/** The work in jax-js, which asks what the thread that imports it has: threads or none. */
import { blockUntilReady, defaultDevice, init, jit, nn, numpy as np } from '@jax-js/jax';
import { Inputs, stepDecay, stepRate } from './batches.ts';
import { work, type Images, type Parameters, type Product } from './work.ts';

const { visible, hidden, momentum } = work;

// A type and no interface: jax-js takes trees of arrays by their type.
type State = Record<'W' | 'b' | 'c' | 'dW' | 'db' | 'dc', np.Array>;

// Its own generator of uniform numbers (Threefry) takes no less time than that of the inputs.
let inputs: Inputs;
let state: State;

const array = (values: Float32Array, columns: number): np.Array => np.array(values).reshape([-1, columns]);

const uniform = (layer: 'visible' | 'hidden'): np.Array => array(inputs.uniform(layer), work[layer]);

/** States of the units that `a` goes to through `weights`. Each function frees its arguments; `ref` keeps one. */
const sampled = (a: np.Array, weights: np.Array, bias: np.Array, uniform: np.Array): np.Array =>
  np.less(uniform, nn.sigmoid(np.matmul(a, weights).add(bias))).astype(np.float32);

const step = jit(
  ({ W, b, c, dW, db, dc }: State, v0: np.Array, forH0: np.Array, forV1: np.Array, forH1: np.Array): State => {
    const h0 = sampled(v0.ref, W.ref, c.ref, forH0);
    const v1 = sampled(h0.ref, np.transpose(W.ref), b.ref, forV1);
    const h1 = sampled(v1.ref, W.ref, c.ref, forH1);
    // One product for both phases, [v0; v1]' [h0; -h1], scaled where it is small.
    const gradient = np.matmul(
      np.transpose(np.concatenate([v0.ref, v1.ref])),
      np.concatenate([h0.ref.mul(stepRate), h1.ref.mul(-stepRate)]),
    );
    const after = (velocity: np.Array, force: np.Array): np.Array => velocity.mul(momentum).add(force);
    const next = {
      dW: after(dW, gradient.sub(W.ref.mul(stepDecay))),
      db: after(db, np.sum(v0.sub(v1), 0).mul(stepRate)),
      dc: after(dc, np.sum(h0.sub(h1), 0).mul(stepRate)),
    };
    return { W: W.add(next.dW.ref), b: b.add(next.db.ref), c: c.add(next.dc.ref), ...next };
  },
);

const multiply = {
  up: jit((v: np.Array, W: np.Array) => np.matmul(v, W)),
  down: jit((h: np.Array, W: np.Array) => np.matmul(h, np.transpose(W))),
  outer: jit((v: np.Array, h: np.Array) => np.matmul(np.transpose(v), h)),
};

let operands: Record<Product, [np.Array, np.Array]>;

function makeOperands(): typeof operands {
  const [v, h] = [array(inputs.pixels(), visible), array(inputs.hidden(), hidden)];
  return { up: [v.ref, state.W.ref], down: [h.ref, state.W.ref], outer: [v, h] };
}

export async function begin(images: Images, { W, b, c }: Parameters): Promise<void> {
  inputs = new Inputs(images);
  if (!(await init('wasm')).includes('wasm')) throw new Error('the backend did not start');
  defaultDevice('wasm');
  state = {
    W: array(W, hidden),
    b: np.array(b),
    c: np.array(c),
    dW: np.zeros([visible, hidden]),
    db: np.zeros([visible]),
    dc: np.zeros([hidden]),
  };
}

export async function run(count: number): Promise<number> {
  const start = performance.now();
  for (let i = 0; i < count; i++) {
    state = step(state, array(inputs.pixels(), visible), uniform('hidden'), uniform('visible'), uniform('hidden'));
  }
  await blockUntilReady(state);
  return performance.now() - start;
}

export async function parameters(): Promise<Parameters> {
  const { W, b, c } = state;
  const values = async (one: np.Array): Promise<Float32Array> => (await one.ref.data()) as Float32Array;
  return { W: await values(W), b: await values(b), c: await values(c) };
}

export async function product(which: Product, times: number): Promise<number> {
  operands ??= makeOperands();
  const [left, right] = operands[which];
  const start = performance.now();
  // What is freed before it is ready is not computed.
  const results = Array.from({ length: times }, () => multiply[which](left.ref, right.ref));
  await blockUntilReady(results);
  const taken = performance.now() - start;
  for (const one of results) one.dispose();
  return taken;
}
