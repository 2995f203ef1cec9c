// The kinds of objects that live in the engine: the public interface of each, what stands behind it, and its members.
import { chainsMembers, type Chains, type ChainsCore } from '../models/chains.js';
import { datasetMembers, type DatasetCore } from '../models/dataset.js';
import { dbmMembers, type DbmCore } from '../models/dbm.js';
import { dbnMembers, type DbnCore } from '../models/dbn.js';
import { rbmMembers, type RbmCore } from '../models/rbm.js';
import { sbnMembers, type SbnCore } from '../models/sbn.js';
import type { ParameterWith, Table } from '../models/table.js';
import type { Task } from '../models/task.js';
import { trainingMembers, type TrainingCore } from '../models/training.js';
import type { Dataset, Dbm, Dbn, Dream, Rbm, Sbn, Training } from '../types.js';

interface Kinds {
  dataset: Pair<Dataset, DatasetCore>;
  rbm: Pair<Rbm, RbmCore>;
  dbn: Pair<Dbn, DbnCore>;
  dbm: Pair<Dbm, DbmCore>;
  sbn: Pair<Sbn, SbnCore>;
  training: Pair<Training, TrainingCore>;
  chains: Pair<Chains, ChainsCore>;
}

export type Kind = keyof Kinds;

export const tables: { readonly [Kind in keyof Kinds]: Table<Kinds[Kind]['face']> } = {
  dataset: datasetMembers,
  rbm: rbmMembers,
  dbn: dbnMembers,
  dbm: dbmMembers,
  sbn: sbnMembers,
  training: trainingMembers,
  chains: chainsMembers,
};

/** Does not compile where the core lacks a member of its face, or has it with another type. */
interface Pair<Face, Core extends { readonly [Name in keyof Face]: CoreMember<Face[Name]> }> {
  face: Face;
  core: Core;
}

/** A core's method answers at once or in pieces of work. */
type CoreMember<Member> = Member extends (...args: infer Given) => infer Result
  ? (
      ...args: { [I in keyof Given]: ParameterWith<DatasetCore, Given[I]> }
    ) => CoreValue<Awaited<Result>> | Task<CoreValue<Awaited<Result>>>
  : Member;
type CoreValue<Value> = Value extends Dataset
  ? DatasetCore
  : Value extends Training<never>
    ? TrainingCore
    : Value extends Dream
      ? ChainsCore
      : Value;

/** The properties of an object of the engine that travel with its handle. */
export function propertiesOf(kind: Kind, core: object): Record<string, unknown> {
  const names = Object.entries(tables[kind]).flatMap(([name, row]) => (row === 'property' ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, (core as Record<string, unknown>)[name]]));
}
