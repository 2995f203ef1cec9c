// The objects of an engine without a worker, whose calls return results.
import type { Chains } from '../models/chains.js';
import { Handle, type Life } from '../models/life.js';
import { finish, isTask } from '../models/task.js';
import type { DreamOptions } from '../types.js';
import { checkLevel, entriesOf, isArrayBuffer, optionsGiven, single, tagOf } from '../validate.js';
import { nudgeCollector } from './collector.js';
import { LocalDream } from './dreams.js';
import { Face } from './face.js';
import type { SyncDream, Synchronous } from './synchronous.js';
import { tables } from './tables.js';

/** What a core has beside its members. */
interface Core {
  readonly what: string;
  readonly life: Life;
  dispose(): void;
}

const coreOf = Symbol('core');

/** Frees what nobody holds any more. */
const unheld = new FinalizationRegistry((core: Core) => core.dispose());

export class SyncObject extends Face {
  readonly #core: Core;

  /** `keeps`: what the object works on, which lives as long as it does. */
  constructor(core: Core, keeps: readonly Face[] = []) {
    super(keeps);
    this.#core = core;
    unheld.register(this, core, this);
  }

  /** The core, for an object that lives in the same engine. */
  [coreOf](life: Life): Core {
    if (this.#core.life !== life) throw new TypeError(`this ${this.#core.what} belongs to another engine`);
    return this.#core;
  }

  protected property(name: string): unknown {
    return (this.#core as unknown as Record<string, unknown>)[name];
  }

  protected call(method: string, args: readonly unknown[]): unknown {
    const core = this.#core as unknown as Record<string, (...args: unknown[]) => unknown>;
    const answer = core[method]?.(...args.map((arg) => withCores(arg, this.#core.life)));
    const result = isTask(answer) ? finish(answer) : answer;
    if (!(result instanceof Handle)) return result;
    if (this.#core.life.crowded()) nudgeCollector();
    return new (classes[result.kind] ?? SyncObject)(result, this.keptBy(result.kind, args));
  }

  protected beginDream(method: string, options?: DreamOptions): SyncDream {
    return new LocalDream(this.call(method, [options]) as Synchronous<Chains>, optionsGiven('options', options));
  }

  dispose(): void {
    unheld.unregister(this);
    this.#core.dispose();
  }
}

/** A function of the user's, which must be done when it returns: its promise could be waited for by nobody. */
const atOnce =
  (report: (...told: unknown[]) => unknown) =>
  (...told: unknown[]): void => {
    const promise = report(...told);
    if (tagOf(promise) !== 'Promise') return;
    (promise as Promise<unknown>).catch(() => undefined);
    throw new TypeError("onProgress must not be asynchronous in 'wakesleep/sync', where nothing waits for it");
  };

/** A copy of an argument with data sets, also those among options, replaced by their cores. */
function withCores(value: unknown, life: Life, level = 0): unknown {
  checkLevel(level);
  if (typeof value === 'function') return atOnce(value as () => unknown);
  if (typeof value !== 'object' || value === null) return value;
  if (ArrayBuffer.isView(value)) return single(value);
  if (value instanceof SyncObject) return value[coreOf](life);
  if (isArrayBuffer(value) || ['Map', 'Set'].includes(tagOf(value))) return value;
  if (tagOf(value) === 'Promise') throw new TypeError('an argument is a Promise: await it first');
  if (Array.isArray(value)) return value.map((one) => withCores(one, life, level + 1));
  return Object.fromEntries(entriesOf(value).map(([name, entry]) => [name, withCores(entry, life, level + 1)]));
}

const classes: Record<string, typeof SyncObject> = Object.fromEntries(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    Face.complete(class extends SyncObject {}, kind, kind === 'training' ? { ...table, step: 'method' } : table),
  ]),
);
