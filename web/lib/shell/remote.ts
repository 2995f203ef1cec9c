// The objects that live in the worker, as the page has them: classes made from the tables of their members.
import { dispose, disposed } from '../errors.js';
import type { Chains } from '../models/chains.js';
import type { Row } from '../models/table.js';
import type { Dream, DreamFrame, DreamOptions, Label, RunOptions, TrainHistory, TrainProgress } from '../types.js';
import { checkFunction, optionsGiven } from '../validate.js';
import { handleOf, type Connection, type Remote } from './connection.js';
import { objectOf, type ObjectRecord } from './protocol.js';
import { addMembers, classNameOf, tables } from './tables.js';

export class RemoteObject implements Remote {
  readonly #connection: Connection;
  readonly #record: ObjectRecord;
  #disposed = false;

  constructor(connection: Connection, record: ObjectRecord) {
    this.#connection = connection;
    this.#record = record;
  }

  /** What a row of a table is in such a class. */
  static member(this: void, name: string, row: Row): PropertyDescriptor {
    if (row === 'property') {
      return {
        get(this: RemoteObject) {
          return this.#record.properties[name];
        },
      };
    }
    const method =
      row === 'dream'
        ? function (this: RemoteObject, options?: DreamOptions) {
            // The signal ends frames, and not this call: chains that nobody hears of would stay for ever.
            const { signal, ...rest } = optionsGiven('options', options);
            return new RemoteDream(() => this.call(name, [rest]) as Promise<Chains>, rest, signal);
          }
        : function (this: RemoteObject, ...args: unknown[]) {
            return this.call(name, args, row === 'method' ? undefined : row.options);
          };
    return { value: method, writable: true, configurable: true };
  }

  [handleOf](connection: Connection): number {
    const { what, handle } = this.#record;
    if (connection !== this.#connection) throw new TypeError(`this ${what} belongs to another engine`);
    if (connection.closed) throw connection.closed;
    if (this.#disposed) throw disposed(what);
    return handle;
  }

  /** Calls the object's method in the worker; the argument number `options` may hold a signal and an onProgress. */
  protected async call(method: string, args: readonly unknown[], options?: number): Promise<unknown> {
    const connection = this.#connection;
    const result = await connection.call(this[handleOf](connection), method, args, options);
    const object = objectOf(result);
    return object ? new (classes[object.kind] ?? RemoteObject)(connection, object) : result;
  }

  dispose(): void {
    if (!this.#disposed) this.#connection.release(this.#record.handle);
    this.#disposed = true;
  }

  [dispose](): void {
    this.dispose();
  }
}

/** The progress and the history move, so they are asked for after each portion. */
class RemoteTraining extends RemoteObject {
  #progress: TrainProgress;
  #history: TrainHistory = [];

  constructor(connection: Connection, record: ObjectRecord) {
    super(connection, record);
    this.#progress = record.properties.progress as TrainProgress;
  }

  get progress(): TrainProgress {
    return this.#progress;
  }

  get history(): TrainHistory {
    return this.#history;
  }

  async run(options?: RunOptions): Promise<TrainProgress> {
    const given = optionsGiven('options', options);
    checkFunction('onProgress', given.onProgress);
    const onProgress = (progress: TrainProgress) => {
      this.#progress = progress;
      given.onProgress?.(progress);
    };
    try {
      await this.call('run', [{ ...given, onProgress }], 0);
    } finally {
      // Where this fails, too, what the run rejects with says more.
      await this.#update().catch(() => undefined);
    }
    return this.#progress;
  }

  async #update(): Promise<void> {
    const known = this.#history.length;
    const { progress, entries } = (await this.call('since', [known])) as {
      progress: TrainProgress;
      entries: TrainHistory;
    };
    this.#progress = progress;
    this.#history.splice(known, Infinity, ...entries);
  }
}

/** The consumer asks for each frame, so the worker never runs ahead of what is drawn. */
class RemoteDream implements Dream {
  temperature: number;
  stepsPerFrame: number;
  readonly #begin: () => Promise<Chains>;
  readonly #signal: AbortSignal | undefined;
  #chains: Promise<Chains> | null = null;
  #ended = false;
  #label: { held: Label | Label[] } | null = null;
  #start: Float32Array | null = null;

  constructor(begin: () => Promise<Chains>, options: DreamOptions, signal: AbortSignal | undefined) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
    this.#begin = begin;
    this.#signal = signal;
  }

  clamp(label: Label | Label[]): void {
    this.#label = { held: label };
  }

  startFrom(x: Float32Array): void {
    this.#start = x.slice();
  }

  async next(): Promise<IteratorResult<DreamFrame>> {
    if (this.#ended) return { done: true, value: undefined };
    try {
      this.#chains ??= this.#begin();
      const chains = await this.#chains;
      // All are sent at once and answered in order: a refused label or image ends the dream, as a refused frame does.
      const before: Promise<void>[] = [];
      if (this.#start) before.push(chains.startFrom(this.#start));
      if (this.#label) before.push(chains.clamp(this.#label.held));
      this.#start = this.#label = null;
      const { temperature, stepsPerFrame } = this;
      const frame = chains.frame({ temperature, stepsPerFrame, signal: this.#signal });
      const [value] = await Promise.all([frame, ...before]);
      return { done: false, value };
    } catch (error) {
      this.#end();
      throw error;
    }
  }

  return(): Promise<IteratorResult<DreamFrame>> {
    this.#end();
    return Promise.resolve({ done: true, value: undefined });
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  #end(): void {
    this.#ended = true;
    const chains = this.#chains;
    this.#chains = null;
    chains?.then(
      (begun) => begun.dispose(),
      () => undefined,
    );
  }
}

type RemoteClass<Face> = new (connection: Connection, record: ObjectRecord) => RemoteObject & Face;

/** A class with a name of its own, so that consoles and debuggers show what an object is. */
export function remoteClass<Face = unknown>(kind: string, table: object, Base = RemoteObject): RemoteClass<Face> {
  const name = classNameOf(kind);
  const face = { [name]: class extends Base {} }[name] as RemoteClass<unknown>;
  addMembers(face, table, RemoteObject.member);
  return face as RemoteClass<Face>;
}

const classes: Record<string, RemoteClass<unknown>> = Object.fromEntries(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    remoteClass(kind, table, kind === 'training' ? RemoteTraining : RemoteObject),
  ]),
);
