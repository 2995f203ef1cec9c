/**
 * The same engine without a worker: single-threaded, and every call returns its result. For Node, for tests, and for
 * those who bring their own worker: in a page long calls block, so train there by `training.step()`.
 *
 * ```ts
 * import { load } from 'wakesleep/sync';
 *
 * const engine = await load();
 * const bars = engine.dataset({ kind: 'bars-and-stripes', size: 3 });
 * const rbm = engine.rbm({ visible: 9, hidden: 16 });
 * const training = rbm.training(bars, { epochs: 1000, method: 'pcd' });
 * while (training.step()) if (training.progress.epochEnded) draw(training.progress);
 * ```
 *
 * Errors are thrown as the other entry rejects with them.
 */
import { fileOf, type Part } from './addresses.js';
import { bytesOf, gunzipped, toUrl, type FetchOptions } from './bytes.js';
import { WakesleepError } from './errors.js';
import { ofCsv, ofNpy, type Pixelled } from './files/arrays.js';
import { unpackedBytes } from './models/dataset.js';
import { finish } from './models/task.js';
import { loadCore } from './shell/core.js';
import { loadWasm } from './shell/loader.js';
import { plainDrawing } from './models/drawing.js';
import type { EngineCore } from './models/engine.js';
import { engineMembers } from './models/members.js';
import { inNode } from './node.js';
import { requireWebAssembly } from './platform.js';
import { Face } from './shell/face.js';
import { SyncObject } from './shell/sync.js';
import type { SyncDataset, Synchronous, SyncModel } from './shell/synchronous.js';
import type {
  Bytes,
  DatasetSource,
  Drawing,
  Engine,
  EngineInfo,
  FileSource,
  LoadOptions,
  NumberArray,
  PixelOptions,
  Pixels,
  Tensor,
} from './types.js';
import { checkFunction, checkSignal, isShaped, options as checkOptions } from './validate.js';

export { WakesleepError } from './errors.js';
export type * from './shell/synchronous.js';
export type * from './types.js';

export interface SyncEngine extends Synchronous<Omit<Engine, 'dataset' | 'open'>> {
  /** Pixels in a typed array with their shape. */
  dataset(pixels: Pixels, options: PixelOptions): SyncDataset;
  /** A result of another call, or what a file has: its shape is the data set's. */
  dataset(array: Tensor | NumberArray, options?: Partial<PixelOptions>): SyncDataset;
  /** Files as plain bytes: `await readFile(...)` fetches and unpacks them. */
  dataset(source: DatasetSource): SyncDataset;
  /** A saved model, typed by its `kind`. */
  open(bytes: Uint8Array | ArrayBuffer): SyncModel;
}

/** Loads the engine into this thread. */
export async function load(given?: Omit<LoadOptions, 'threads' | 'memory'>): Promise<SyncEngine> {
  const { locate, signal, onProgress } = checkOptions<Omit<LoadOptions, 'threads' | 'memory'>>('options', given, [
    'locate',
    'signal',
    'onProgress',
  ]);
  checkFunction('locate', locate);
  checkFunction('onProgress', onProgress);
  checkSignal(signal);
  requireWebAssembly();
  const wasmOf = (part: Part, fetching: FetchOptions) => {
    const file = fileOf('simd', part);
    const url = locate?.(file);
    return loadWasm({ build: 'simd', part, located: url === undefined ? undefined : toUrl(file, url) }, fetching);
  };
  // Calls can't wait, so all comes at once. (Pages may not compile much while they wait; Node compiles when need be.)
  const [wasm, rest] = await Promise.all([wasmOf('first', { signal, onProgress }), wasmOf('rest', { signal })]);
  const core = await loadCore('simd', { wasm, rest: { bytes: rest }, threads: 1 });
  if (!inNode) await core.bring(rest);
  signal?.throwIfAborted();
  return new LocalEngine(core);
}

/** A file's bytes: fetched, or read, and unpacked where they are gzip. */
export async function readFile(source: FileSource, options?: FetchOptions): Promise<Bytes> {
  return gunzipped('source', await bytesOf('source', source, options));
}

type OfTable = Synchronous<Pick<Engine, keyof typeof engineMembers>>;

class LocalEngine
  extends (SyncObject as unknown as new (core: EngineCore) => SyncObject & OfTable)
  implements SyncEngine
{
  readonly info: EngineInfo = { build: 'simd', threads: 1, reason: 'wakesleep/sync has one thread' };

  dataset(what: Pixels | Tensor | NumberArray | DatasetSource, options?: Partial<PixelOptions>): SyncDataset {
    if (isShaped(what)) return this.dataset(what.data, { shape: what.shape, ...options });
    const read = ArrayBuffer.isView(what) ? undefined : arrayAtOnce(what);
    if (read) return this.dataset(read.array, read.options);
    const method = ArrayBuffer.isView(what) ? 'datasetFromPixels' : 'datasetFromSource';
    return this.call(method, [what, options]) as SyncDataset;
  }

  open(bytes: Uint8Array | ArrayBuffer): SyncModel {
    return this.call('open', [bytes]) as SyncModel;
  }

  preprocessDigit(drawing: Drawing): Tensor {
    return this.call('preprocessDigit', [plainDrawing(drawing)]) as Tensor;
  }
}

/** What a file has, where it is a file that can be read synchronously. */
function arrayAtOnce(source: DatasetSource): Pixelled | undefined {
  if (source?.kind === 'npz')
    throw new WakesleepError(
      'unsupported',
      "npz files can't be unpacked synchronously: await readNpz(file) of wakesleep/import, and hand over its arrays",
    );
  if (source?.kind !== 'npy' && source?.kind !== 'csv') return undefined;
  const images = unpackedBytes('images', source.images);
  if (source.kind === 'csv') return finish(ofCsv(source, images));
  const { labels } = source;
  return ofNpy(source, images, labels === undefined ? undefined : unpackedBytes('labels', labels));
}

Face.complete(LocalEngine, 'engine', { ...engineMembers, info: 'property' });
