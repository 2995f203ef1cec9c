// The page's end of the worker: calls that wait for their answer, keyed by number.
import { fromRecord, messageOf, WakesleepError } from '../errors.js';
import {
  isOurs,
  objectOf,
  root,
  Token,
  type FromWorker,
  type HandleToken,
  type ReportToken,
  type ToWorker,
} from './protocol.js';
import {
  arrayType,
  checkFunction,
  checkLevel,
  checkSignal,
  entriesOf,
  isArrayBuffer,
  isBlob,
  single,
  tagOf,
  wrongType,
} from '../validate.js';
import type { Bytes } from '../types.js';
import { onAbort } from './aborts.js';
import { pressCollector } from './collector.js';

/** The handle of an object in the worker, or an error when it is not this engine's or was disposed. */
export const handleOf = Symbol('handle');
export interface Remote {
  [handleOf](connection: Connection): number;
}

/** What options of a call may hold that is not sent. */
interface Listening {
  signal?: AbortSignal;
  /** Is called with what the worker reports. */
  onProgress?: (report: unknown) => unknown;
}

interface Pending {
  resolve: (value: unknown) => void;
  reject: (error: unknown) => void;
  report: ((report: unknown) => unknown) | undefined;
  /** What the call works on, which must not be freed before its answer. */
  holds: readonly unknown[];
  forget: () => void;
}

/** A message that waits for the rest of the engine's module. */
interface Held {
  message: ToWorker;
  transfer: ArrayBuffer[];
  /** Whether it is a call that the first part of the module can't answer. */
  rest: boolean;
}

const aboutOf = (message: ToWorker): readonly number[] => ('about' in message ? message.about : []);

/** What is found in the arguments of a call. */
interface Found {
  transfer: ArrayBuffer[];
  about: Set<number>;
}

export interface CallOptions {
  /** The number of the argument that may hold a signal and an onProgress. */
  options?: number | undefined;
  /** Whether the call can't be answered by the first part of the module. */
  needsRest?: boolean;
}

/** A worker, of Node or of a browser. */
export interface Port {
  post(message: ToWorker, transfer: ArrayBuffer[]): void;
  terminate(): void;
  /** Whether a script of Node must not end yet. */
  hold(on: boolean): void;
}

export interface Listeners {
  message: (message: FromWorker) => void;
  lost: (why: string) => void;
}

export class Connection {
  #port: Port;
  #pending = new Map<number, Pending>();
  #lastId = 0;
  #closed: Error | null = null;

  #begun: () => void = () => undefined;
  #watch: AbortController | null = null;

  /** `onClose` is told once, when no call can be answered any more. */
  onClose: () => void = () => undefined;
  /** Of the lock that the worker holds while it lives; empty where it holds none. */
  lock = '';
  /** Loads what the engine lacks for calls that need the rest of its module; null where it has all. */
  rest: ((signal: AbortSignal) => Promise<Bytes>) | null = null;
  #held: Held[] | null = null;
  /** The model of each training and of all chains. */
  #models = new Map<number, number>();
  #ended = new AbortController();
  /** How many objects were released because nobody held them. */
  #collected = 0;

  constructor(open: (listeners: Listeners) => Port) {
    this.#port = open({
      message: (message) => this.#receive(message),
      lost: (why) => this.#lost(why),
    });
  }

  /** Resolves when the worker listens, and rejects where it does not come to that. */
  ready(signal: AbortSignal | undefined): Promise<this> {
    return new Promise((resolve, reject) => {
      const forget = onAbort(signal, () => this.close(signal?.reason as Error));
      const end = (then: () => void) => {
        forget();
        this.#begun = this.onClose = () => undefined;
        then();
      };
      this.#begun = () =>
        end(() => {
          this.#port.hold(false);
          resolve(this);
        });
      this.onClose = () => end(() => reject(this.#closed as Error));
    });
  }

  #lost(why: string): void {
    this.close(new WakesleepError('worker-lost', `the engine's worker stopped working: ${why}; load a new engine`));
  }

  get closed(): Error | null {
    return this.#closed;
  }

  call(
    target: number,
    method: string,
    args: readonly unknown[],
    { options, needsRest = false }: CallOptions = {},
  ): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.#closed) throw this.#closed;
      const listening = ((options === undefined ? undefined : args[options]) ?? {}) as Listening;
      const { signal, onProgress } = listening;
      checkSignal(signal);
      checkFunction('onProgress', onProgress);
      signal?.throwIfAborted();
      const transfer: ArrayBuffer[] = [];
      const about = new Set<number>(target === root ? [] : [this.#models.get(target) ?? target]);
      const plain = args.map((arg) => this.#encode(arg, listening, { transfer, about }));
      const id = ++this.#lastId;
      if (needsRest && this.rest) this.#bring(this.rest);
      this.#post({ kind: 'call', id, target, method, args: plain, about: [...about] }, transfer, needsRest);
      const abort = () => {
        this.#abort(id);
        this.#take(id)?.reject(signal?.reason);
      };
      const forget = onAbort(signal, abort);
      this.#pending.set(id, { resolve, reject, report: onProgress, holds: args, forget });
      this.#hold(true);
    });
  }

  release(handle: number): void {
    const about = [this.#models.get(handle) ?? handle];
    this.#models.delete(handle);
    if (!this.#closed) this.#post({ kind: 'release', handle, about });
  }

  /** The collector found that nobody holds the object any more. */
  collected(handle: number): void {
    ++this.#collected;
    this.release(handle);
  }

  /** Tells whose chains or training this is. */
  belongs(handle: number, model: number): void {
    this.#models.set(handle, model);
  }

  /** Ends the worker. Calls that wait, and later ones, reject with the error. */
  close(error: Error): void {
    if (this.#closed) return;
    this.#closed = error;
    this.#ended.abort(error);
    this.#held = null;
    this.#hold(false);
    this.#port.terminate();
    this.onClose();
    for (const id of [...this.#pending.keys()]) this.#take(id)?.reject(error);
  }

  #receive(message: FromWorker): void {
    if (!isOurs(message)) return;
    if (message.kind === 'ready') return this.#begun();
    if (message.kind === 'collect') return this.#collect(message.empty);
    if (message.kind === 'fatal')
      return this.close(new WakesleepError('worker-lost', `the engine failed: ${message.message}; load a new engine`));
    if (message.kind === 'result') {
      const pending = this.#take(message.id);
      // What was made for a call that was aborted meanwhile is nobody's.
      const made = pending ? null : objectOf(message.result);
      if (made) this.release(made.handle);
      return pending?.resolve(message.result);
    }
    if (message.kind === 'error') return this.#take(message.id)?.reject(fromRecord(message.error));
    // Where the user's function fails, at once or later, what it reports on ends, as it would in a program without a
    // worker.
    const { id } = message;
    const failed = (error: unknown) => {
      const pending = this.#take(id);
      if (!pending) return;
      this.#abort(id);
      pending.reject(error);
    };
    try {
      Promise.resolve(this.#pending.get(id)?.report?.(message.report)).catch(failed);
    } catch (error) {
      failed(error);
    }
  }

  #collect(empty: boolean): void {
    const before = this.#collected;
    const some = () => this.#collected > before;
    void pressCollector(some, empty).then(() => {
      if (!this.#closed) this.#post({ kind: 'collected', some: some() });
    });
  }

  #take(id: number): Pending | undefined {
    const pending = this.#pending.get(id);
    if (!pending) return undefined;
    this.#pending.delete(id);
    pending.forget();
    if (this.#pending.size === 0) this.#hold(false);
    return pending;
  }

  /**
   * While calls wait, a script of Node must not end, and in a browser the worker's lock is asked for: browsers say
   * nothing of a worker that has ended, but its lock is free then.
   */
  #hold(on: boolean): void {
    this.#port.hold(on);
    if (!on) {
      this.#watch?.abort();
      this.#watch = null;
    } else if (this.lock !== '' && !this.#watch) {
      this.#watch = new AbortController();
      const { signal } = this.#watch;
      navigator.locks
        .request(this.lock, { signal }, () => {
          if (!signal.aborted) this.#lost('it has ended, by other code or for want of memory');
        })
        .catch(() => undefined);
    }
  }

  /**
   * While the rest of the module is on its way the calls that need it wait, and what is about the same objects waits
   * behind them, so that the engine sees each in its turn. Where it does not come, the calls that need it reject, and
   * the next one asks again.
   */
  #bring(load: (signal: AbortSignal) => Promise<Bytes>): void {
    if (this.#held) return;
    this.#held = [];
    this.#handOver(load).then(
      () => {
        this.rest = null;
        this.#release();
      },
      (error: unknown) => this.#release(error),
    );
  }

  async #handOver(load: (signal: AbortSignal) => Promise<Bytes>): Promise<void> {
    const bytes = await load(this.#ended.signal);
    if (this.#closed) return;
    await new Promise((resolve, reject) => {
      const id = ++this.#lastId;
      this.#pending.set(id, { resolve, reject, report: undefined, holds: [], forget: () => undefined });
      this.#port.post({ kind: 'call', id, target: root, method: 'bring', args: [bytes], about: [] }, [bytes.buffer]);
    });
  }

  #release(failure?: unknown): void {
    const held = this.#held ?? [];
    this.#held = null;
    for (const { message, transfer, rest } of held) {
      const id = message.kind === 'call' ? message.id : 0;
      try {
        if (failure !== undefined && rest) throw failure;
        this.#post(message, transfer);
      } catch (error) {
        this.#take(id)?.reject(error);
      }
    }
  }

  #abort(id: number): void {
    const held = this.#held?.findIndex(({ message }) => message.kind === 'call' && message.id === id) ?? -1;
    if (held >= 0) this.#held?.splice(held, 1);
    else this.#post({ kind: 'abort', id });
  }

  #post(message: ToWorker, transfer: ArrayBuffer[] = [], rest = false): void {
    const about = aboutOf(message);
    const before = (one: Held) => aboutOf(one.message).some((handle) => about.includes(handle));
    if (this.#held && (rest || this.#held.some(before))) {
      this.#held.push({ message, transfer, rest });
      return;
    }
    try {
      this.#port.post(message, transfer);
    } catch (error) {
      throw new TypeError(`an argument can't be sent to the engine's worker: ${messageOf(error)}`, { cause: error });
    }
  }

  /** A copy that can be sent: of the user's arrays nothing is taken away, and proxies of frameworks become plain. */
  #encode(value: unknown, listening: Listening, found: Found, level = 0): unknown {
    checkLevel(level);
    if (typeof value === 'function') {
      if (value === listening.onProgress) return { [Token.key]: 'report' } satisfies ReportToken;
      throw wrongType('an argument', 'plain data', value);
    }
    if (typeof value !== 'object' || value === null) return value;
    if (value === listening.signal) return undefined;
    if (handleOf in value) {
      const handle = (value as Remote)[handleOf](this);
      found.about.add(this.#models.get(handle) ?? handle);
      return { [Token.key]: 'handle', handle } satisfies HandleToken;
    }
    if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
      const copy = copyOf(single(value));
      found.transfer.push(copy.buffer as ArrayBuffer);
      return copy;
    }
    if (isArrayBuffer(value)) {
      const copy = copyOf(new Uint8Array(value)).buffer as ArrayBuffer;
      found.transfer.push(copy);
      return copy;
    }
    // What is no plain data of ours is refused where it arrives, by what it is.
    if (isBlob(value) || ['Map', 'Set'].includes(tagOf(value))) return value;
    if (tagOf(value) === 'Promise') throw new TypeError('an argument is a Promise: await it first');
    if (Array.isArray(value)) return value.map((one) => this.#encode(one, listening, found, level + 1));
    return Object.fromEntries(
      entriesOf(value).map(([key, entry]) => [key, this.#encode(entry, listening, found, level + 1)]),
    );
  }
}

/** Not by `slice`, which for a Buffer of Node is no copy. */
function copyOf(view: ArrayBufferView): ArrayBufferView {
  const bytes = new Uint8Array(view.byteLength);
  bytes.set(new Uint8Array(view.buffer, view.byteOffset, view.byteLength));
  return new globalThis[arrayType(view) as 'Uint8Array'](bytes.buffer);
}
