/** Writes ONNX models: the messages of onnx.proto that a small graph needs, as protocol buffers have them. */

export type ElementType = 'float' | 'uint8' | 'int64' | 'bool';
const elementTypes: Record<ElementType, number> = { float: 1, uint8: 2, int64: 7, bool: 9 };

export interface Value {
  name: string;
  type: ElementType;
  shape: readonly number[];
}

export interface Node {
  op: string;
  inputs: readonly string[];
  outputs: readonly string[];
  attributes?: Readonly<Record<string, number | Graph>>;
}

/** Numbers with a fraction are float attributes, others integers; `{ float: 1 }` is for floats that are whole. */
export interface Graph {
  nodes: readonly Node[];
  inputs: readonly Value[];
  outputs: readonly Value[];
  constants: readonly {
    name: string;
    type: 'float' | 'int64' | 'bool';
    shape: readonly number[];
    values: readonly number[];
  }[];
}

type Bytes = number[];

/** An ONNX model of operator set 17. */
export function onnxModel(graph: Graph): Uint8Array<ArrayBuffer> {
  return new Uint8Array([
    ...whole(1, 8),
    ...message(7, graphOf(graph)),
    ...message(8, [...text(1, ''), ...whole(2, 17)]),
  ]);
}

const graphOf = ({ nodes, inputs, outputs, constants }: Graph): Bytes => [
  ...nodes.flatMap((node) => message(1, nodeOf(node))),
  ...text(2, 'step'),
  ...constants.flatMap((constant) => message(5, tensorOf(constant))),
  ...inputs.flatMap((input) => message(11, valueOf(input))),
  ...outputs.flatMap((output) => message(12, valueOf(output))),
];

const nodeOf = ({ op, inputs, outputs, attributes = {} }: Node): Bytes => [
  ...inputs.flatMap((name) => text(1, name)),
  ...outputs.flatMap((name) => text(2, name)),
  ...text(4, op),
  ...Object.entries(attributes).flatMap(([name, value]) => message(5, attributeOf(name, value))),
];

function attributeOf(name: string, value: number | Graph): Bytes {
  if (typeof value !== 'number') return [...text(1, name), ...message(6, graphOf(value)), ...whole(20, 5)];
  if (Number.isInteger(value)) return [...text(1, name), ...whole(3, value), ...whole(20, 2)];
  return [...text(1, name), tag(2, 5), ...bytesOf(new Float32Array([value])), ...whole(20, 1)];
}

function tensorOf({ name, type, shape, values }: Graph['constants'][number]): Bytes {
  const raw =
    type === 'float'
      ? bytesOf(new Float32Array(values))
      : type === 'int64'
        ? bytesOf(new BigInt64Array(values.map(BigInt)))
        : [...values];
  return [
    ...shape.flatMap((size) => whole(1, size)),
    ...whole(2, elementTypes[type]),
    ...text(8, name),
    ...message(9, raw),
  ];
}

function valueOf({ name, type, shape }: Value): Bytes {
  const dimensions = shape.flatMap((size) => message(1, whole(1, size)));
  const tensor = [...whole(1, elementTypes[type]), ...message(2, dimensions)];
  return [...text(1, name), ...message(2, message(1, tensor))];
}

const tag = (field: number, wire: number): number => (field << 3) | wire;
const whole = (field: number, value: number): Bytes => [...varint(tag(field, 0)), ...varint(value)];
const message = (field: number, content: readonly number[]): Bytes => [
  ...varint(tag(field, 2)),
  ...varint(content.length),
  ...content,
];
const text = (field: number, value: string): Bytes => message(field, [...new TextEncoder().encode(value)]);
const varint = (value: number): Bytes => (value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...varint(value >>> 7)]);
const bytesOf = ({ buffer }: { buffer: ArrayBufferLike }): Bytes => [...new Uint8Array(buffer)];
