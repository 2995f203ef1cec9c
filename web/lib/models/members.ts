// The members of models and of the engine. The thread of a page needs these tables without the cores that they stand
// beside, and bundlers then leave the cores out.
import type { Engine } from '../types.js';
import { dbmMembers } from './dbm.js';
import { dbnMembers } from './dbn.js';
import type { ModelKind } from './kinds.js';
import { networkMembers } from './network.js';
import { rbmMembers } from './rbm.js';
import { sbnMembers } from './sbn.js';
import type { Table } from './table.js';

export const membersOfKinds = {
  rbm: rbmMembers,
  dbn: dbnMembers,
  dbm: dbmMembers,
  sbn: sbnMembers,
  network: networkMembers,
} as const satisfies Record<ModelKind, object>;

/** The members that are the engine's core's as they are; a model of each kind is made by a method of its name. */
export const engineMembers = {
  ...(Object.fromEntries(Object.keys(membersOfKinds).map((kind) => [kind, 'method'])) as Record<ModelKind, 'method'>),
  boltzmann: 'method',
  describe: 'method',
  diagnostics: 'method',
} as const satisfies Partial<Table<Engine>>;
