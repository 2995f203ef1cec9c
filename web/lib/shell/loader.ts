// From a build's files to a running module.
import { fetchBytes, refuseHtml, shown, type FetchOptions } from '../bytes.js';
import { WakesleepError } from '../errors.js';
import { EngineCore } from '../models/engine.js';
import { instantiate, type BuildFiles } from '../native.js';

/** `onLoaded` is told when the bytes are there, and the module begins to live. */
export async function loadCore(
  files: BuildFiles,
  threads: number,
  wasm: URL | undefined,
  fetching: FetchOptions,
  onLoaded?: () => void,
): Promise<EngineCore> {
  const url = wasm ?? files.wasm();
  const bytes = await fetchBytes(url, fetching);
  refuseHtml(bytes, 'WebAssembly', shown(url));
  // The first bytes of every module: "\0asm".
  if ([0, 97, 115, 109].some((byte, i) => bytes[i] !== byte))
    throw new WakesleepError('format', `${shown(url)} is not WebAssembly`);
  onLoaded?.();
  return new EngineCore(await instantiate(files, bytes, threads));
}
