// The engine's worker: runs the core, in slices where it takes long, and answers calls by name.
import { bytesOf, gunzipped } from '../bytes.js';
import { disposed, messageOf, toRecord } from '../errors.js';
import { loadCore } from './core.js';
import { OutOfMemory } from '../memory.js';
import { Handle } from '../models/life.js';
import type { EngineCore } from '../models/engine.js';
import { isTask, type Task } from '../models/task.js';
import { builtin, inNode } from '../node.js';
import type { Bytes, Dataset, DatasetSource, Dbn, Rbm } from '../types.js';
import {
  isOurs,
  root,
  Token,
  type FromWorker,
  type ObjectToken,
  type StartOptions,
  type ToWorker,
} from './protocol.js';
import { laterFunction, Scheduler } from './scheduler.js';
import { propertiesOf, type Kind } from './tables.js';

const scheduler = new Scheduler(laterFunction());
const objects = new Map<number, Handle>();
let lastHandle = root;
let core: EngineCore | null = null;

/** What the engine does here in another way than in its core; all else is the core's. */
const engine = {
  async start({ build, lock, ...settings }: StartOptions): Promise<{ threads: number; locked: boolean }> {
    core = await loadCore(build, settings);
    return { threads: core.threads, locked: await holdLock(lock) };
  },
  bring: (rest: Bytes): Promise<void> => running().bring(rest),
  async datasetFromSource(source: DatasetSource): Promise<Task<Handle>> {
    let plain = source;
    if (source?.kind === 'idx') {
      const read = async (name: string, file: unknown) => gunzipped(name, await bytesOf(name, file), true);
      plain = { ...source, images: await read('images', source.images) };
      if (source.labels !== undefined) plain.labels = await read('labels', source.labels);
    }
    return running().datasetFromSource(plain);
  },
  async open(source: unknown): Promise<Handle> {
    return running().open(await bytesOf('source', source));
  },
};

/** Calls that wait for a file, and do their work then unless they were aborted. */
const waiting = new Set<number>();

function running(): EngineCore {
  if (!core) throw disposed('engine');
  return core;
}

type Call = Extract<ToWorker, { kind: 'call' }>;

type Release = Extract<ToWorker, { kind: 'release' }>;

/** What waits for the page's collector; null while it is not at work. */
let held: (Call | Release)[] | null = null;

/** Whether the collector is to run before the next call. */
let crowded = false;

/**
 * What makes an object of the engine, beside all that the engine itself does, and has changed nothing when it fails: it
 * can be tried again.
 */
const makers: readonly string[] = [
  'copy',
  'training',
  'standardised',
  'subset',
  'toClassifier',
  'toAutoencoder',
] satisfies (keyof (Rbm & Dbn & Dataset))[];

/** `empty`: it is a call that has run out of memory. */
function hold(message: Call | Release, empty = false): void {
  if (!held) {
    held = [];
    crowded = false;
    send({ kind: 'collect', empty });
  }
  held.push(message);
}

/** Whether two messages are about the same object. */
const meet = (one: Call | Release, other: Call | Release) => one.about.some((handle) => other.about.includes(handle));

function release({ handle }: Release): void {
  objects.get(handle)?.dispose();
  objects.delete(handle);
}

function receive(message: ToWorker): void {
  if (!isOurs(message)) return;
  if (message.kind === 'abort') {
    held = held?.filter((one) => one.kind === 'release' || one.id !== message.id) ?? null;
    waiting.delete(message.id);
    return scheduler.cancel(message.id);
  }
  if (message.kind === 'collected') {
    const now = held ?? [];
    held = null;
    for (const one of now) {
      if (held) hold(one);
      else if (one.kind === 'release') release(one);
      else take(one, message.some);
    }
    return;
  }
  if (message.kind === 'release') {
    if (held?.some((one) => meet(one, message))) hold(message);
    else release(message);
    return;
  }
  if (held || crowded) hold(message);
  else take(message, true);
}

/** `hope`: should it run out of memory, the collector may find more. */
function take(message: Call, hope: boolean): void {
  const { id } = message;
  const fail = (error: unknown) => {
    if (isFatal(error)) return send({ kind: 'fatal', message: messageOf(error) });
    const makes = message.target === root || makers.includes(message.method);
    if (error instanceof OutOfMemory && makes && hope) return hold(message, true);
    send({ kind: 'error', id, error: toRecord(error) });
  };
  try {
    const target = targetOf(message.target, message.method) as Record<string, (...args: unknown[]) => unknown>;
    const result = target[message.method]?.(...message.args.map((arg) => decode(arg, id)));
    const run = (task: Task<unknown>) => scheduler.run(id, task).then((value) => answer(id, value));
    if (isTask(result)) run(result).catch(fail);
    else if (result instanceof Promise) {
      waiting.add(id);
      result
        .then((value: unknown) => {
          const goesOn = waiting.delete(id);
          if (!isTask(value)) return answer(id, value);
          if (goesOn) return run(value);
        })
        .catch((error: unknown) => {
          // Nobody waits any more for what was aborted: it is not tried again.
          if (waiting.delete(id) || !(error instanceof OutOfMemory)) fail(error);
        });
    } else answer(id, result);
  } catch (error) {
    fail(error);
  }
}

function targetOf(handle: number, method: string): object {
  if (handle !== root) return object(handle);
  return method in engine ? engine : running();
}

function object(handle: number): Handle {
  const found = objects.get(handle);
  if (!found) throw disposed('object');
  return found;
}

function answer(id: number, value: unknown): void {
  const transfer: ArrayBuffer[] = [];
  const result = value instanceof Handle ? created(value) : value;
  collect(result, transfer);
  send({ kind: 'result', id, result }, transfer);
}

function created(value: Handle): ObjectToken {
  objects.set(++lastHandle, value);
  crowded ||= running().life.crowded();
  const { what } = value;
  const kind = value.kind as Kind;
  return { [Token.key]: 'object', object: { kind, what, handle: lastHandle, properties: propertiesOf(kind, value) } };
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

/** The error that this runtime throws where the stack overflows: its type alone would be that of ranges in some. */
const overflow = ((): unknown => {
  const deeper = (): number => 1 + deeper();
  try {
    return deeper();
  } catch (error) {
    return error;
  }
})();

/**
 * A trap, or an overflow of the stack, leaves the module's memory in an unknown state. What an error of ours quotes
 * from a file or an option never makes up the whole of its message.
 */
function isFatal(error: unknown): boolean {
  if (error instanceof WebAssembly.RuntimeError) return true;
  return error instanceof Error && overflow instanceof Error
    ? error.constructor === overflow.constructor && error.message === overflow.message
    : false;
}

/** Holds a lock for ever: it is free when the worker has ended, of which browsers say nothing. */
function holdLock(name: string): Promise<boolean> {
  const { locks } = (globalThis as { navigator?: Partial<Navigator> }).navigator ?? {};
  if (inNode || !locks) return Promise.resolve(false);
  return new Promise((resolve) => {
    const held = () => {
      resolve(true);
      return new Promise<never>(() => undefined);
    };
    // Pages without an origin of their own have no locks.
    locks.request(name, held).catch(() => resolve(false));
  });
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

export function listen(): void {
  if (parent) parent.on('message', (message) => receive(message as ToWorker));
  else scope.onmessage = (event) => receive(event.data);
  send({ kind: 'ready' });
}

// In Node this file is the worker's script itself.
if (parent) listen();
