/** CD-1 as one ONNX graph: images, parameters and momenta in, parameters and momenta out. */
import { onnxModel, type Graph, type Node, type Value } from './onnx-model.ts';
import { work, type Product } from './work.ts';

const { visible, hidden, batchSize } = work;

/**
 * Batches that a call of the session learns. The graph loops over them, because the state is copied into WebAssembly
 * and back with each call: one batch a call took half as long again.
 */
export const batchesACall = 10;

export const stateNames = ['W', 'b', 'c', 'W_velocity', 'b_velocity', 'c_velocity'] as const;
export type StateName = (typeof stateNames)[number];

export const stateShapes: Record<StateName, readonly number[]> = {
  W: [visible, hidden],
  b: [visible],
  c: [hidden],
  W_velocity: [visible, hidden],
  b_velocity: [visible],
  c_velocity: [hidden],
};

const stateValues = (suffix: string): Value[] =>
  stateNames.map((name) => ({ name: `${name}${suffix}`, type: 'float', shape: stateShapes[name] }));

const float = 1;
const node = (op: string, inputs: readonly string[], output: string, attributes: Node['attributes'] = {}): Node => ({
  op,
  inputs,
  outputs: [output],
  attributes,
});

/** States that are on where a uniform number is below the sigmoid of the input. */
const sampled = (input: string, name: string): Node[] => [
  node('Sigmoid', [input], `${name}_means`),
  node('RandomUniformLike', [`${name}_means`], `${name}_uniform`),
  node('Less', [`${name}_uniform`, `${name}_means`], `${name}_on`),
  node('Cast', [`${name}_on`], name, { to: float }),
];

const updated = (name: string, gradient: string): Node[] => [
  node('Mul', [`${name}_velocity`, 'momentum'], `${name}_kept`),
  node('Mul', [gradient, 'rate'], `${name}_force`),
  node('Add', [`${name}_kept`, `${name}_force`], `${name}_velocity_after`),
  node('Add', [name, `${name}_velocity_after`], `${name}_after`),
];

const step: readonly Node[] = [
  node('Gather', ['images', 'batch'], 'bytes'),
  node('Cast', ['bytes'], 'v0', { to: float }),
  node('Gemm', ['v0', 'W', 'c'], 'h0_input'),
  ...sampled('h0_input', 'h0'),
  node('Gemm', ['h0', 'W', 'b'], 'v1_input', { transB: 1 }),
  ...sampled('v1_input', 'v1'),
  node('Gemm', ['v1', 'W', 'c'], 'h1_input'),
  ...sampled('h1_input', 'h1'),
  // One product for both phases, [v0; v1]' [h0; -h1], to which Gemm adds the weight decay.
  node('Neg', ['h1'], 'h1_negative'),
  node('Concat', ['v0', 'v1'], 'v', { axis: 0 }),
  node('Concat', ['h0', 'h1_negative'], 'h', { axis: 0 }),
  node('Mul', ['W', 'decay'], 'W_decay'),
  node('Gemm', ['v', 'h', 'W_decay'], 'W_gradient', { transA: 1 }),
  node('Sub', ['v0', 'v1'], 'v_change'),
  node('ReduceSum', ['v_change', 'rows'], 'b_gradient', { keepdims: 0 }),
  node('ReduceSum', ['h', 'rows'], 'c_gradient', { keepdims: 0 }),
  ...updated('W', 'W_gradient'),
  ...updated('b', 'b_gradient'),
  ...updated('c', 'c_gradient'),
];

export function stepModel(): Uint8Array<ArrayBuffer> {
  const constants: Graph['constants'] = [
    { name: 'momentum', type: 'float', shape: [], values: [work.momentum] },
    { name: 'rate', type: 'float', shape: [], values: [work.learningRate / batchSize] },
    { name: 'decay', type: 'float', shape: [], values: [-work.weightDecay * batchSize] },
    { name: 'rows', type: 'int64', shape: [1], values: [0] },
  ];
  return looped(batchesACall, { nodes: step, constants }, stateNames, stateValues, [
    { name: 'images', type: 'uint8', shape: [batchesACall, batchSize, visible] },
  ]);
}

/** A product by itself, as often as one call is to repeat it. */
export const productsACall = 10;

const operands: Record<Product, { left: [number, number]; right: [number, number]; attributes: Node['attributes'] }> = {
  up: { left: [batchSize, visible], right: [visible, hidden], attributes: {} },
  down: { left: [batchSize, hidden], right: [visible, hidden], attributes: { transB: 1 } },
  outer: { left: [batchSize, visible], right: [batchSize, hidden], attributes: { transA: 1 } },
};

export const resultShapes: Record<Product, [number, number]> = {
  up: [batchSize, hidden],
  down: [batchSize, visible],
  outer: [visible, hidden],
};

export function productModel(which: Product): Uint8Array<ArrayBuffer> {
  const { left, right, attributes } = operands[which];
  const values = (suffix: string): Value[] => [{ name: `C${suffix}`, type: 'float', shape: resultShapes[which] }];
  return looped(
    productsACall,
    { nodes: [node('Gemm', ['left', 'right'], 'C_after', attributes)], constants: [] },
    ['C'],
    values,
    [
      { name: 'left', type: 'float', shape: left },
      { name: 'right', type: 'float', shape: right },
    ],
  );
}

/**
 * A graph that repeats nodes on what is carried from turn to turn: `x` becomes `x_after`, from `x_first` to `x_last`.
 */
function looped(
  turns: number,
  { nodes, constants }: Pick<Graph, 'nodes' | 'constants'>,
  names: readonly string[],
  values: (suffix: string) => Value[],
  inputs: readonly Value[],
): Uint8Array<ArrayBuffer> {
  const body: Graph = {
    nodes: [...nodes, node('Identity', ['goes_on'], 'goes_on_after')],
    inputs: [{ name: 'batch', type: 'int64', shape: [] }, { name: 'goes_on', type: 'bool', shape: [] }, ...values('')],
    outputs: [{ name: 'goes_on_after', type: 'bool', shape: [] }, ...values('_after')],
    constants,
  };
  return onnxModel({
    nodes: [
      {
        op: 'Loop',
        inputs: ['turns', 'always', ...names.map((name) => `${name}_first`)],
        outputs: names.map((name) => `${name}_last`),
        attributes: { body },
      },
    ],
    inputs: [...inputs, ...values('_first')],
    outputs: values('_last'),
    constants: [
      { name: 'turns', type: 'int64', shape: [], values: [turns] },
      { name: 'always', type: 'bool', shape: [], values: [1] },
    ],
  });
}
