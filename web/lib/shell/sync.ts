// The objects of the engine without a worker: classes made from the tables of their members, whose calls return results.
import { dispose } from '../errors.js';
import type { Chains } from '../models/chains.js';
import { Handle, type Life } from '../models/life.js';
import type { Row } from '../models/table.js';
import { finish, isTask } from '../models/task.js';
import type {
  Dataset,
  Dbm,
  Dbn,
  Dream,
  DreamFrame,
  DreamOptions,
  Label,
  Rbm,
  Sbn,
  Training,
  TrainOptions,
} from '../types.js';
import { optionsGiven } from '../validate.js';
import { addMembers, classNameOf, tables } from './tables.js';

/** What the other entry promises, at once; data sets and models are those of this entry, and nothing can be aborted. */
export type Synchronous<Face> = {
  [Name in keyof Face]: Face[Name] extends (...args: infer Given) => infer Result
    ? (...args: { [I in keyof Given]: Argument<Given[I]> }) => Value<Awaited<Result>>
    : Face[Name];
};

type Argument<Given> = Given extends Dataset
  ? SyncDataset
  : Given extends readonly unknown[] | ArrayBufferView
    ? Given
    : Given extends object
      ? { [Name in keyof Given as Exclude<Name, 'signal'>]: Field<Given[Name]> }
      : Given;
type Field<Given> = Given extends Dataset ? SyncDataset : Given;
type Value<Result> = Result extends Dataset
  ? SyncDataset
  : Result extends Training<infer Options>
    ? SyncTraining<Options>
    : Result extends Dream
      ? SyncDream
      : Result extends Rbm | Dbn | Dbm | Sbn
        ? Synchronous<Result>
        : Result;

export type SyncDataset = Synchronous<Dataset>;
export type SyncRbm = Synchronous<Rbm>;
export type SyncDbn = Synchronous<Dbn>;
export type SyncDbm = Synchronous<Dbm>;
export type SyncSbn = Synchronous<Sbn>;
export type SyncModel = SyncRbm | SyncDbn | SyncDbm | SyncSbn;

export interface SyncTraining<Options = TrainOptions> extends Synchronous<Training<Options>> {
  /** One mini-batch. False, and nothing done, when nothing is left. */
  step(): boolean;
}

export interface SyncDream extends IterableIterator<DreamFrame>, Omit<Dream, keyof AsyncIterableIterator<unknown>> {}

/** What a core has beside its members. */
interface Core {
  readonly what: string;
  readonly life: Life;
  dispose(): void;
}

const coreOf = Symbol('core');

export class SyncObject {
  readonly #core: Core;

  constructor(core: Core) {
    this.#core = core;
  }

  /** What a row of a table is in such a class. */
  static member(this: void, name: string, row: Row): PropertyDescriptor {
    if (row === 'property') {
      return {
        get(this: SyncObject) {
          return (this.#core as unknown as Record<string, unknown>)[name];
        },
      };
    }
    const method =
      row === 'dream'
        ? function (this: SyncObject, options?: DreamOptions) {
            return new DreamOfChains(
              this.call(name, [options]) as Synchronous<Chains>,
              optionsGiven('options', options),
            );
          }
        : function (this: SyncObject, ...args: unknown[]) {
            return this.call(name, args);
          };
    return { value: method, writable: true, configurable: true };
  }

  /** The core, for an object that lives in the same engine. */
  [coreOf](life: Life): Core {
    if (this.#core.life !== life) throw new TypeError(`this ${this.#core.what} belongs to another engine`);
    return this.#core;
  }

  protected call(method: string, args: readonly unknown[]): unknown {
    const core = this.#core as unknown as Record<string, (...args: unknown[]) => unknown>;
    const answer = core[method]?.(...args.map((arg) => withCores(arg, this.#core.life)));
    const result = isTask(answer) ? finish(answer) : answer;
    return result instanceof Handle ? new (classes[result.kind] ?? SyncObject)(result) : result;
  }

  dispose(): void {
    this.#core.dispose();
  }

  [dispose](): void {
    this.dispose();
  }
}

/** An argument with data sets, also those among options, replaced by their cores. */
function withCores(value: unknown, life: Life): unknown {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value;
  if (value instanceof SyncObject) return value[coreOf](life);
  const entries = Object.entries(value);
  return entries.some(([, entry]) => entry instanceof SyncObject)
    ? Object.fromEntries(entries.map(([name, entry]) => [name, withCores(entry, life)]))
    : value;
}

class DreamOfChains implements SyncDream {
  temperature: number;
  stepsPerFrame: number;
  readonly #chains: Synchronous<Chains>;
  #ended = false;

  constructor(chains: Synchronous<Chains>, options: DreamOptions) {
    this.temperature = options.temperature ?? 1;
    this.stepsPerFrame = options.stepsPerFrame ?? 1;
    this.#chains = chains;
  }

  clamp(label: Label | Label[]): void {
    this.#chains.clamp(label);
  }

  startFrom(x: Float32Array): void {
    this.#chains.startFrom(x);
  }

  next(): IteratorResult<DreamFrame> {
    if (this.#ended) return { done: true, value: undefined };
    const { temperature, stepsPerFrame } = this;
    return { done: false, value: this.#chains.frame({ temperature, stepsPerFrame }) };
  }

  return(): IteratorResult<DreamFrame> {
    this.#ended = true;
    this.#chains.dispose();
    return { done: true, value: undefined };
  }

  [Symbol.iterator](): this {
    return this;
  }
}

type SyncClass<Face> = new (core: Core) => SyncObject & Synchronous<Face>;

/** A class with a name of its own, so that consoles and debuggers show what an object is. */
export function syncClass<Face = unknown>(kind: string, table: object): SyncClass<Face> {
  const name = classNameOf(kind);
  const face = { [name]: class extends SyncObject {} }[name] as SyncClass<unknown>;
  addMembers(face, table, SyncObject.member);
  return face as SyncClass<Face>;
}

const classes: Record<string, SyncClass<unknown>> = Object.fromEntries(
  Object.entries(tables).map(([kind, table]) => [
    kind,
    syncClass(kind, kind === 'training' ? { ...table, step: 'method' } : table),
  ]),
);
