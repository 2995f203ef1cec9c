/**
 * Restricted Boltzmann machines and deep belief nets that train in a browser tab. The engine runs in a worker, so
 * nothing here ever blocks the page.
 *
 * ```ts
 * import { load } from 'wakesleep';
 *
 * const engine = await load();
 * const digits = await engine.dataset({ kind: 'stroke-digits', count: 10000 });
 * const rbm = await engine.rbm({ visible: 784, hidden: 100 });
 * await rbm.train(digits, { epochs: 5, onProgress: ({ done }) => console.log(done) });
 * const { means } = await rbm.sample({ chains: 10, steps: 1000 }); // means.data: 10 images of 784 values
 * ```
 */
import { fileOf, type Part } from './addresses.js';
import { bytesOf, refuseHtml, shown, toUrl, type FetchOptions } from './bytes.js';
import { disposed, messageOf, WakesleepError } from './errors.js';
import { checkPixels } from './models/dataset.js';
import { plainDrawing } from './models/drawing.js';
import { engineMembers } from './models/members.js';
import { memoryGiven } from './memory.js';
import { inNode } from './node.js';
import { plan, requireWebAssembly, type Plan } from './platform.js';
import type { Connection } from './shell/connection.js';
import { addEngine, removeEngine } from './shell/current.js';
import { Face } from './shell/face.js';
import { addressOf, loadWasm, type WasmFile } from './shell/loader.js';
import { connect } from './shell/port.js';
import { root, type ObjectRecord, type StartOptions } from './shell/protocol.js';
import { RemoteObject } from './shell/remote.js';
import type {
  Abortable,
  Build,
  Bytes,
  Dataset,
  DatasetSource,
  Drawing,
  Engine,
  FileSource,
  LoadOptions,
  Model,
  NumberArray,
  PixelOptions,
  Pixels,
  Tensor,
} from './types.js';
import {
  arrayType,
  checkFunction,
  checkSignal,
  isArrayBuffer,
  isBlob,
  isShaped,
  isUrl,
  options as checkOptions,
  optionsGiven,
  wrongType,
} from './validate.js';

export { WakesleepError } from './errors.js';
export type * from './types.js';

/** Milliseconds that the threads build has to start, once its bytes are there; without isolation it never does. */
const timeToStart = 15_000;

/** Loads the engine: the fastest build that runs here, in a worker of its own. */
export async function load(given?: LoadOptions): Promise<Engine> {
  const options = checkOptions<LoadOptions>('options', given, ['threads', 'memory', 'locate', 'signal', 'onProgress']);
  const { threads, locate, signal, onProgress } = options;
  checkFunction('locate', locate);
  checkFunction('onProgress', onProgress);
  checkSignal(signal);
  const memory = memoryGiven(options.memory);
  const best = plan(threads);
  requireWebAssembly();
  signal?.throwIfAborted();
  const located = (file: string) => {
    const url = locate?.(file);
    return url === undefined ? undefined : toUrl(file, url);
  };
  const script = located('worker.js');
  const filesOf = (build: Build) => wasmFiles(build, located, { signal, onProgress });
  const withoutThreads = (error: unknown): Plan => {
    if (best.build === 'simd' || signal?.aborted) throw error;
    return { build: 'simd', threads: 1, reason: `the build with threads did not start: ${messageOf(error)}` };
  };

  // The worker's script and the bytes that it is to run come side by side.
  const connecting = connect(script, signal);
  connecting.catch(() => undefined);
  try {
    let chosen = best;
    const files = await filesOf(best.build).catch((error: unknown) => {
      if (!(error instanceof WakesleepError)) throw error;
      chosen = withoutThreads(error);
      return filesOf('simd');
    });
    const connection = await connecting;
    try {
      return await start(connection, chosen, { files, memory, signal });
    } catch (error) {
      if (chosen.build === 'simd') throw error;
      chosen = withoutThreads(error);
    }
    return await start(await connect(script, signal), chosen, { files: await filesOf('simd'), signal });
  } catch (error) {
    connecting
      .then((connection) => connection.close(new WakesleepError('worker-lost', 'the engine did not start')))
      .catch(() => undefined);
    throw signal?.aborted ? signal.reason : error;
  }
}

/** What of a build's module has come, and how the rest does where that is left for later. */
interface WasmFiles extends Pick<StartOptions, 'wasm' | 'rest'> {
  later?: (signal: AbortSignal) => Promise<Bytes>;
}

async function wasmFiles(
  build: Build,
  located: (file: string) => URL | undefined,
  fetching: FetchOptions,
): Promise<WasmFiles> {
  const fileFor = (part: Part): WasmFile => ({ build, part, located: located(fileOf(build, part)) });
  const [first, rest] = [fileFor('first'), fileFor('rest')];
  const load = (signal: AbortSignal | undefined) => loadWasm(rest, { signal });
  let address: URL | undefined;
  try {
    address = rest.located ?? addressOf(build, 'rest');
  } catch {
    // It comes from the scripts, or the call that needs it says so.
  }
  // What is on the disk is there already; an address of the page's own (blob:, data:) may be gone by then.
  if (inNode || (address && !/^https?:$/.test(address.protocol))) {
    const [wasm, bytes] = await Promise.all([loadWasm(first, fetching), load(fetching.signal)]);
    return { wasm, rest: { bytes } };
  }
  return { wasm: await loadWasm(first, fetching), rest: address ? { address: address.href } : {}, later: load };
}

interface Starting {
  files: WasmFiles;
  memory?: number | undefined;
  signal: AbortSignal | undefined;
}

let engines = 0;

async function start(
  connection: Connection,
  { build, threads, reason }: Plan,
  { files: { later, ...files }, memory, signal }: Starting,
): Promise<Engine> {
  const tooLate = new WakesleepError('worker-lost', `nothing happened for ${timeToStart / 1000} seconds`);
  const timer = build === 'threads' ? setTimeout(() => connection.close(tooLate), timeToStart) : undefined;
  try {
    const lock = `wakesleep ${++engines} ${performance.timeOrigin} ${Math.random()}`;
    const options: StartOptions = { build, threads, ...files, lock, ...(memory === undefined ? {} : { memory }) };
    const started = await connection.call(root, 'start', [{ ...options, signal }], { options: 0 });
    const { threads: running, locked } = started as { threads: number; locked: boolean };
    if (locked) connection.lock = lock;
    connection.rest = later ?? null;
    const info = { build, threads: running, ...(reason === undefined ? {} : { reason }) };
    return new RemoteEngine(connection, { kind: 'engine', what: 'engine', handle: root, properties: { info } });
  } catch (error) {
    connection.close(new WakesleepError('worker-lost', 'the engine did not start'));
    throw error;
  } finally {
    clearTimeout(timer);
  }
}

const members = { ...engineMembers, info: 'property' } as const;
type OfTable = RemoteObject & Pick<Engine, keyof typeof members>;
type Base = new (connection: Connection, record: ObjectRecord) => OfTable;

class RemoteEngine extends (RemoteObject as unknown as Base) implements Engine {
  readonly #connection: Connection;

  constructor(connection: Connection, record: ObjectRecord) {
    super(connection, record);
    this.#connection = connection;
    addEngine(this);
    connection.onClose = () => removeEngine(this);
  }

  dataset(pixels: Pixels, options: PixelOptions & Abortable): Promise<Dataset>;
  dataset(array: Tensor | NumberArray, options?: Partial<PixelOptions> & Abortable): Promise<Dataset>;
  dataset(source: DatasetSource, options?: Abortable): Promise<Dataset>;
  async dataset(
    what: Pixels | Tensor | NumberArray | DatasetSource,
    given?: Partial<PixelOptions> & Abortable,
  ): Promise<Dataset> {
    if (isShaped(what)) return this.dataset(what.data, { shape: what.shape, ...given });
    if (ArrayBuffer.isView(what)) {
      const { signal, ...pixels } = optionsGiven('options', given);
      // Before millions of values are copied.
      const { shape, scale, labels } = checkPixels(what, pixels as PixelOptions);
      const options = { shape, scale, ...(labels.length > 0 ? { labels } : {}), signal };
      return this.call('datasetFromPixels', [what, options], 1) as Promise<Dataset>;
    }
    let source = what;
    // What is no source at all is refused as that, whatever its options are.
    const known = typeof source === 'object' && source !== null && 'kind' in source;
    const { signal } = checkOptions<{ signal?: AbortSignal }>(
      'options',
      known ? (given as object | undefined) : undefined,
      ['signal'],
    );
    checkSignal(signal);
    if (known && (source.kind === 'npy' || source.kind === 'npz' || source.kind === 'csv')) {
      const { arraysOf } = await import('./files/arrays.js');
      const { array, options } = await arraysOf(source, signal);
      return this.dataset(array, signal ? { ...options, signal } : options);
    }
    if (known && source.kind === 'idx') {
      const { images, labels } = source;
      source = { ...source, images: await here('images', images, signal) };
      if (labels !== undefined) source.labels = await here('labels', labels, signal);
    }
    return this.call('datasetFromSource', [source, { signal }], 1) as Promise<Dataset>;
  }

  async open(source: FileSource, options: Parameters<Engine['open']>[1] = {}): Promise<Model> {
    const { signal, onProgress } = checkOptions<typeof options>('options', options, ['signal', 'onProgress']);
    checkFunction('onProgress', onProgress);
    checkSignal(signal);
    if (this.#connection.closed) throw this.#connection.closed;
    const bytes = await bytesOf('source', source, { signal, onProgress });
    refuseHtml(
      bytes,
      'a model',
      typeof source === 'string' || isUrl(source) ? shown(toUrl('source', source)) : 'source',
    );
    signal?.throwIfAborted();
    return this.call('open', [bytes]) as Promise<Model>;
  }

  async preprocessDigit(drawing: Drawing): Promise<Tensor> {
    return this.call('preprocessDigit', [plainDrawing(drawing)]) as Promise<Tensor>;
  }

  override dispose(): void {
    this.#connection.close(disposed('engine'));
  }
}

Face.complete(RemoteEngine, 'engine', members);

/** A URL is fetched here, where it is relative to the page; other files are read in the worker. */
async function here(name: string, file: unknown, signal?: AbortSignal): Promise<Blob | ArrayBuffer | Uint8Array> {
  if (typeof file === 'string' || isUrl(file)) {
    const bytes = await bytesOf(name, file, { signal });
    refuseHtml(bytes, 'an IDX file', shown(toUrl(name, file)));
    return bytes;
  }
  if (isBlob(file) || isArrayBuffer(file) || arrayType(file) === 'Uint8Array') return file as Uint8Array;
  throw wrongType(name, 'a Uint8Array, an ArrayBuffer, a Blob or a URL', file);
}
