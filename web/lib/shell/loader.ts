// From a build's files to a running module.
import { fileOf, wasmOf, type Part } from '../addresses.js';
import { fetchBytes, gunzipped, refuseHtml, shown, type FetchOptions } from '../bytes.js';
import { WakesleepError } from '../errors.js';
import type { Build, Bytes } from '../types.js';

/** A file of WebAssembly: `located` where the user has said where. */
export interface WasmFile {
  build: Build;
  part: Part;
  located: URL | undefined;
}

/**
 * The bytes of a part of a build. Some bundlers leave files behind that a script names; the build with one thread is in
 * the scripts, too, and comes from there where the user has not said where else.
 */
export async function loadWasm({ build, part, located }: WasmFile, fetching: FetchOptions = {}): Promise<Bytes> {
  if (located) return fetchWasm(located, fetching);
  try {
    return await fetchWasm(addressOf(build, part), fetching);
  } catch (error) {
    if (build !== 'simd' || !(error instanceof WakesleepError)) throw error;
    const { wasm } = await import('../inline/wasm.js').catch(() => ({ wasm: { first: '', rest: '' } }));
    if (wasm[part] === '') throw error;
    const packed = Uint8Array.from(atob(wasm[part]), (character) => character.charCodeAt(0));
    return gunzipped('wasm', packed);
  }
}

/** Throws a WakesleepError where the bundle does not know. */
export function addressOf(build: Build, part: Part): URL {
  try {
    return wasmOf[build][part]();
  } catch (cause) {
    throw new WakesleepError('fetch', `the bundle does not tell where ${fileOf(build, part)} is`, { cause });
  }
}

async function fetchWasm(url: URL, fetching: FetchOptions): Promise<Bytes> {
  const bytes = await fetchBytes(url, fetching);
  refuseHtml(bytes, 'WebAssembly', shown(url));
  // The first bytes of every module: "\0asm".
  if ([0, 97, 115, 109].some((byte, i) => bytes[i] !== byte))
    throw new WakesleepError('format', `${shown(url)} is not WebAssembly`);
  return bytes;
}
