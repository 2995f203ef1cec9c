// From a build's files to a running module.
import { fetchBytes, type FetchOptions } from '../bytes.js';
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
  const bytes = await fetchBytes(wasm ?? files.wasm(), fetching);
  onLoaded?.();
  return new EngineCore(await instantiate(files, bytes, threads));
}
