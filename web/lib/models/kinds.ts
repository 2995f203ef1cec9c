// The kinds of models, a row each from the file of the kind.
import { dbmKind } from './dbm.js';
import { dbnKind } from './dbn.js';
import { networkKind } from './network.js';
import { rbmKind } from './rbm.js';
import { sbnKind } from './sbn.js';

/** `create` makes a new one, `core` is the class that holds one of the engine's. */
export const kinds = { rbm: rbmKind, dbn: dbnKind, dbm: dbmKind, sbn: sbnKind, network: networkKind } as const;

export type Kinds = typeof kinds;
export type ModelKind = keyof Kinds;

/** For each kind of model what f says of its row. */
export function forKinds<Result extends Record<ModelKind, unknown>>(f: (kind: Kinds[ModelKind]) => unknown): Result {
  return Object.fromEntries(Object.entries(kinds).map(([name, kind]) => [name, f(kind)])) as Result;
}
