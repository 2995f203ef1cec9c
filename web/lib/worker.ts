// The engine's worker: runs the core, in slices where it takes long, and answers calls by name.
import { bytesOf, gunzipped } from './bytes.js';
import { simd, threads } from './builds.js';
import { ChainsCore } from './models/chains.js';
import { DatasetCore } from './models/dataset.js';
import { DbmCore } from './models/dbm.js';
import { DbnCore } from './models/dbn.js';
import type { EngineCore } from './models/engine.js';
import { RbmCore } from './models/rbm.js';
import { SbnCore } from './models/sbn.js';
import { isTask } from './models/task.js';
import { disposed, messageOf, toRecord } from './errors.js';
import { loadCore } from './loader.js';
import { builtin, inNode } from './node.js';
import {
  root,
  Token,
  type CoreObject,
  type Facts,
  type FromWorker,
  type Root,
  type StartOptions,
  type ToWorker,
} from './protocol.js';
import { laterFunction, Scheduler } from './scheduler.js';
import type { DatasetSource } from './types.js';

const scheduler = new Scheduler(laterFunction());
const objects = new Map<number, CoreObject>();
let lastHandle = root;
let core: EngineCore | null = null;

const engine: Root = {
  async start({ build, threads: count, wasm }: StartOptions, report) {
    const files = build === 'threads' ? threads : simd;
    core = await loadCore(files, count, wasm === undefined ? undefined : new URL(wasm), { onProgress: report }, () =>
      report('starting'),
    );
    return { threads: core.threads };
  },
  rbm: (options) => running().rbm(options),
  dbn: (options) => running().dbn(options),
  dbm: (options) => running().dbm(options),
  sbn: (options) => running().sbn(options),
  datasetFromPixels: (pixels, options) => running().datasetFromPixels(pixels, options),
  preprocessDigit: (drawing) => running().preprocessDigit(drawing),
  diagnostics: () => running().diagnostics(),
  async datasetFromSource(source: DatasetSource) {
    let plain = source;
    if (source?.kind === 'idx') {
      const read = async (name: string, file: unknown) => gunzipped(name, await bytesOf(name, file));
      plain = { ...source, images: await read('images', source.images) };
      if (source.labels !== undefined) plain.labels = await read('labels', source.labels);
    }
    const task = running().datasetFromSource(plain);
    return scheduler.run(++fresh, task);
  },
  async open(source) {
    return running().open(await bytesOf('source', source));
  },
};

/** Numbers of work that no caller can abort; those of callers are positive. */
let fresh = -(2 ** 40);

function running(): EngineCore {
  if (!core) throw disposed('engine');
  return core;
}

function receive(message: ToWorker): void {
  if (message.kind === 'abort') return scheduler.cancel(message.id);
  if (message.kind === 'release') {
    objects.get(message.handle)?.dispose();
    objects.delete(message.handle);
    return;
  }
  const { id } = message;
  const fail = (error: unknown) => {
    if (isFatal(error)) send({ kind: 'fatal', message: messageOf(error) });
    else send({ kind: 'error', id, error: toRecord(error) });
  };
  try {
    const target = (message.target === root ? engine : object(message.target)) as unknown as Record<
      string,
      (...args: unknown[]) => unknown
    >;
    const result = target[message.method]?.(...message.args.map((arg) => decode(arg, id)));
    if (isTask(result))
      scheduler
        .run(id, result)
        .then((value) => answer(id, value))
        .catch(fail);
    else if (result instanceof Promise) result.then((value) => answer(id, value)).catch(fail);
    else answer(id, result);
  } catch (error) {
    fail(error);
  }
}

function object(handle: number): CoreObject {
  const found = objects.get(handle);
  if (!found) throw disposed('object');
  return found;
}

function answer(id: number, value: unknown): void {
  const transfer: ArrayBuffer[] = [];
  const result = isCore(value) ? created(value) : value;
  collect(result, transfer);
  send({ kind: 'result', id, result }, transfer);
}

const isCore = (value: unknown): value is CoreObject =>
  [DatasetCore, RbmCore, DbnCore, DbmCore, SbnCore, ChainsCore].some((one) => value instanceof one);

function created(value: CoreObject): { handle: number; facts: Facts } {
  objects.set(++lastHandle, value);
  return { handle: lastHandle, facts: factsOf(value) };
}

function factsOf(value: CoreObject): Facts {
  if (value instanceof DatasetCore) {
    const { kind, count, width, itemShape, labelCount, binary } = value;
    return { kind, count, width, itemShape, labelCount, binary };
  }
  if (value instanceof ChainsCore) return { kind: 'chains' };
  if (value instanceof SbnCore) {
    const { kind, layers, visible, seed, notes } = value;
    return { kind, layers, visible, seed, notes };
  }
  const { visible, labels, seed, notes } = value;
  const facts = { visible, labels, seed, notes };
  if (value instanceof RbmCore) return { kind: 'rbm', ...facts, hiddenUnits: value.hiddenUnits, units: value.units };
  if (value instanceof DbmCore) return { kind: 'dbm', ...facts, layers: value.layers };
  return { kind: 'dbn', ...facts, layers: value.layers, units: value.units };
}

/** Tokens become what they stand for. */
function decode(value: unknown, id: number): unknown {
  if (typeof value !== 'object' || value === null) return value;
  if (Array.isArray(value)) return value.map((one) => decode(one, id));
  if (Object.getPrototypeOf(value) !== Object.prototype) return value;
  const token = (value as Record<string, unknown>)[Token.key];
  if (token === 'handle') return object((value as unknown as { handle: number }).handle);
  if (token === 'report') return (report: unknown) => send({ kind: 'report', id, report });
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, decode(entry, id)]));
}

/** The arrays of a result are fresh, so they are handed over and not copied. */
function collect(value: unknown, into: ArrayBuffer[]): void {
  if (typeof value !== 'object' || value === null) return;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && !into.includes(value.buffer)) into.push(value.buffer);
    return;
  }
  for (const entry of Array.isArray(value) ? value : Object.values(value)) collect(entry, into);
}

/** A trap, or an overflow of the stack, leaves the module's memory in an unknown state. */
function isFatal(error: unknown): boolean {
  return error instanceof WebAssembly.RuntimeError || /call stack|too much recursion/.test(messageOf(error));
}

interface BrowserScope {
  postMessage(message: unknown, transfer: Transferable[]): void;
  onmessage: ((event: MessageEvent<ToWorker>) => void) | null;
}

const parent = inNode ? builtin('node:worker_threads').parentPort : null;
const scope = globalThis as unknown as BrowserScope;

function send(message: FromWorker, transfer: ArrayBuffer[] = []): void {
  if (parent) parent.postMessage(message, transfer);
  else scope.postMessage(message, transfer);
}

if (parent) parent.on('message', (message) => receive(message as ToWorker));
else scope.onmessage = (event) => receive(event.data);
