import { expect } from 'vitest';
import { WakesleepError } from 'wakesleep';

type ErrorType = new (...args: never[]) => Error;

/** The error that a call throws or rejects with: of this class, its message matching. */
export async function expectError(call: () => unknown, type: ErrorType, message: RegExp): Promise<Error> {
  let result: unknown;
  try {
    result = await call();
  } catch (error) {
    expect(error).toBeInstanceOf(type);
    expect((error as Error).message).toMatch(message);
    return error as Error;
  }
  throw new Error(`expected ${type.name} ${String(message)}, and got ${JSON.stringify(result)?.slice(0, 200)}`);
}

export async function expectCode(call: () => unknown, code: WakesleepError['code'], message: RegExp): Promise<void> {
  const error = await expectError(call, WakesleepError as unknown as ErrorType, message);
  expect((error as WakesleepError).code).toBe(code);
}

/** An IDX file of unsigned bytes with this header. */
export function idx(sizes: number[], values: ArrayLike<number>): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * sizes.length + values.length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  bytes.set(Array.from(values), 4 + 4 * sizes.length);
  return bytes;
}

export async function gzip(bytes: Uint8Array<ArrayBuffer>): Promise<Uint8Array<ArrayBuffer>> {
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream('gzip'));
  return new Uint8Array(await new Response(packed).arrayBuffer());
}

export const mean = (values: ArrayLike<number>) =>
  Array.from(values).reduce((sum, value) => sum + value, 0) / values.length;
