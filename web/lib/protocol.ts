// What travels between the page and the worker. Methods are those of the classes in models/, called by name.
import type { ChainsCore } from './models/chains.js';
import type { DatasetCore } from './models/dataset.js';
import type { DbmCore } from './models/dbm.js';
import type { DbnCore } from './models/dbn.js';
import type { EngineCore } from './models/engine.js';
import type { RbmCore } from './models/rbm.js';
import type { SbnCore } from './models/sbn.js';
import type { Task } from './models/task.js';
import type { ErrorRecord } from './errors.js';
import type { Build, DatasetSource, FileSource, UnitDescription } from './types.js';

export type CoreObject = DatasetCore | RbmCore | DbnCore | DbmCore | SbnCore | ChainsCore;

export interface DatasetFacts {
  kind: 'dataset';
  count: number;
  width: number;
  itemShape: readonly number[];
  labelCount: number;
  binary: boolean;
}

interface ModelFacts {
  visible: number;
  labels: number;
  seed: number;
  notes: Record<string, string>;
}

export interface RbmFacts extends ModelFacts {
  kind: 'rbm';
  hiddenUnits: number;
  units: { visible: UnitDescription; hidden: UnitDescription };
}

export interface DbnFacts extends ModelFacts {
  kind: 'dbn';
  layers: readonly number[];
  units: readonly UnitDescription[];
}

export interface DbmFacts extends ModelFacts {
  kind: 'dbm';
  layers: readonly number[];
}

export interface SbnFacts extends Omit<ModelFacts, 'labels'> {
  kind: 'sbn';
  layers: readonly number[];
}

export interface ChainsFacts {
  kind: 'chains';
}

export type Facts = DatasetFacts | RbmFacts | DbnFacts | DbmFacts | SbnFacts | ChainsFacts;

/** An object that stays in the worker, on its way out. */
export interface Created<F extends Facts = Facts> {
  handle: number;
  facts: F;
}

/** An object that stays in the worker, or a function of the page, on its way in. */
export class Token {
  static readonly key = 'wakesleep:token';
}
export type HandleToken = { [Token.key]: 'handle'; handle: number };
export type ReportToken = { [Token.key]: 'report' };

/** The worker's first task; `report` is told `{ loaded, total }` and then `'starting'`. */
export interface StartOptions {
  build: Build;
  threads: number;
  wasm?: string;
}

/** What the worker itself can do, as object number 0. */
export interface Root extends Pick<
  EngineCore,
  'rbm' | 'dbn' | 'dbm' | 'sbn' | 'preprocessDigit' | 'diagnostics' | 'datasetFromPixels'
> {
  start(
    options: StartOptions,
    report: (progress: { loaded: number; total: number } | 'starting') => void,
  ): Promise<{ threads: number }>;
  datasetFromSource(source: DatasetSource): Promise<DatasetCore>;
  open(source: Exclude<FileSource, string | URL>): Promise<RbmCore | DbnCore | DbmCore | SbnCore>;
}
export const root = 0;

export type ToWorker =
  | { kind: 'call'; id: number; target: number; method: string; args: unknown[] }
  | { kind: 'abort'; id: number }
  | { kind: 'release'; handle: number };

export type FromWorker =
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: ErrorRecord }
  | { kind: 'report'; id: number; report: unknown }
  /** The engine can't go on. */
  | { kind: 'fatal'; message: string };

/** What arrives when a method of this type is called. */
export type Received<F> = F extends (...args: never[]) => infer R
  ? Sent<R extends Task<infer T> ? T : Awaited<R>>
  : never;

type Sent<T> = T extends DatasetCore
  ? Created<DatasetFacts>
  : T extends RbmCore
    ? Created<RbmFacts>
    : T extends DbnCore
      ? Created<DbnFacts>
      : T extends DbmCore
        ? Created<DbmFacts>
        : T extends SbnCore
          ? Created<SbnFacts>
          : T extends ChainsCore
            ? Created<ChainsFacts>
            : T;

export type MethodsOf<C> = { [K in keyof C & string]: C[K] extends (...args: never[]) => unknown ? K : never }[keyof C &
  string];
