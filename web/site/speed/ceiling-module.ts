/**
 * The multiply-add ceiling of a tab: how fast 128-bit vectors can be multiplied and added at all. The module is
 * assembled here, byte by byte, so that no compiler stands between: `run(n)` repeats n times, for each of its
 * accumulators, a = a * x + y.
 */

const v128 = 0x7b;
const i32 = 0x7f;
const op = {
  loop: 0x03,
  end: 0x0b,
  brIf: 0x0d,
  localGet: 0x20,
  localSet: 0x21,
  localTee: 0x22,
  i32Const: 0x41,
  f32Const: 0x43,
  i32Sub: 0x6b,
  simd: 0xfd,
} as const;
const simd = { f32x4Splat: 0x13, f32x4ExtractLane: 0x1f, f32x4Add: 0xe4, f32x4Mul: 0xe6 } as const;

/** Steps of the loop between two jumps, so that the jump costs nothing. */
const unrolled = 8;

/** Operations of one turn of the loop: a multiplication and an addition in each of four lanes. */
export const operationsATurn = (accumulators: number): number => unrolled * accumulators * 4 * 2;

export function ceilingModule(accumulators: number): Uint8Array<ArrayBuffer> {
  const x = 1;
  const y = 2;
  const accumulator = (k: number): number => 3 + k;
  const all = Array.from({ length: accumulators }, (_, k) => k);
  const code = [
    // x is a little less than 1, so that the accumulators stay near y / (1 - x).
    ...[...constant(0.999), op.localSet, x],
    ...[...constant(0.001), op.localSet, y],
    ...all.flatMap((k) => [...constant(1 + k), op.localSet, accumulator(k)]),
    op.loop,
    0x40,
    ...Array.from({ length: unrolled }, () =>
      all.flatMap((k) => [
        ...[op.localGet, accumulator(k), op.localGet, x, ...vector(simd.f32x4Mul)],
        ...[op.localGet, y, ...vector(simd.f32x4Add), op.localSet, accumulator(k)],
      ]),
    ).flat(),
    ...[op.localGet, 0, op.i32Const, 1, op.i32Sub, op.localTee, 0, op.brIf, 0],
    op.end,
    // The sum of all is the result, so that none can be left out.
    ...[op.localGet, accumulator(0)],
    ...all.slice(1).flatMap((k) => [op.localGet, accumulator(k), ...vector(simd.f32x4Add)]),
    ...[...vector(simd.f32x4ExtractLane), 0],
    op.end,
  ];
  const body = [...size(1), ...size(2 + accumulators), v128, ...code];
  return new Uint8Array([
    ...[0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00],
    ...section(1, [...size(1), 0x60, ...size(1), i32, ...size(1), 0x7d]),
    ...section(3, [...size(1), 0]),
    ...section(7, [...size(1), ...size(3), ...new TextEncoder().encode('run'), 0x00, 0]),
    ...section(10, [...size(1), ...size(body.length), ...body]),
  ]);
}

const section = (id: number, content: readonly number[]): number[] => [id, ...size(content.length), ...content];

const vector = (code: number): number[] => [op.simd, ...size(code)];

/** LEB128. */
function size(value: number): number[] {
  return value < 0x80 ? [value] : [(value & 0x7f) | 0x80, ...size(value >>> 7)];
}

function constant(value: number): number[] {
  return [op.f32Const, ...new Uint8Array(new Float32Array([value]).buffer), ...vector(simd.f32x4Splat)];
}
