// The objects that live in the worker, as the page has them.
import { disposed } from '../errors.js';
import type { Chains } from '../models/chains.js';
import { isFirst } from '../models/first-calls.js';
import type { Dream, DreamOptions, RunOptions, TrainHistory, TrainProgress } from '../types.js';
import { checkFunction, optionsGiven } from '../validate.js';
import { handleOf, type Connection, type Remote } from './connection.js';
import { RemoteDream } from './dreams.js';
import { Face } from './face.js';
import { objectOf, type ObjectRecord } from './protocol.js';
import { tables } from './tables.js';

/** Frees in the worker what nobody holds here any more. */
const unheld = new FinalizationRegistry(({ connection, handle }: { connection: Connection; handle: number }) =>
  connection.collected(handle),
);

export class RemoteObject extends Face implements Remote {
  readonly #connection: Connection;
  readonly #record: ObjectRecord;
  #disposed = false;

  /** `keeps`: what the object works on, which lives as long as it does. */
  constructor(connection: Connection, record: ObjectRecord, keeps: readonly Face[] = []) {
    super(keeps);
    this.#connection = connection;
    this.#record = record;
    unheld.register(this, { connection, handle: record.handle }, this);
  }

  [handleOf](connection: Connection): number {
    const { what, handle } = this.#record;
    if (connection !== this.#connection) throw new TypeError(`this ${what} belongs to another engine`);
    if (connection.closed) throw connection.closed;
    if (this.#disposed) throw disposed(what);
    return handle;
  }

  protected property(name: string): unknown {
    return this.#record.properties[name];
  }

  protected async call(method: string, args: readonly unknown[], options?: number): Promise<unknown> {
    const connection = this.#connection;
    const needsRest = !isFirst(this.#record.kind, method);
    const result = await connection.call(this[handleOf](connection), method, args, { options, needsRest });
    const object = objectOf(result);
    if (object?.kind === 'chains' || object?.kind === 'training')
      connection.belongs(object.handle, this.#record.handle);
    return object
      ? new (classes[object.kind] ?? RemoteObject)(connection, object, this.keptBy(object.kind, args))
      : result;
  }

  protected beginDream(method: string, options?: DreamOptions): Dream {
    // The signal ends frames, and not this call: chains that nobody hears of would stay for ever.
    const { signal, ...rest } = optionsGiven('options', options);
    return new RemoteDream(() => this.call(method, [rest]) as Promise<Chains>, rest, signal);
  }

  dispose(): void {
    if (!this.#disposed) this.#connection.release(this.#record.handle);
    unheld.unregister(this);
    this.#disposed = true;
  }
}

/** The progress and the history move, so they are asked for after each portion. */
class RemoteTraining extends RemoteObject {
  #progress: TrainProgress;
  #history: TrainHistory = [];

  constructor(connection: Connection, record: ObjectRecord, keeps: readonly Face[]) {
    super(connection, record, keeps);
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
      return given.onProgress?.(progress);
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

const classes: Record<string, typeof RemoteObject> = Object.fromEntries(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    Face.complete(kind === 'training' ? RemoteTraining : class extends RemoteObject {}, kind, table),
  ]),
);
