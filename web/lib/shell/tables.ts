// The kinds of objects that live in the engine, and their members.
import { boltzmannMachineMembers, type BoltzmannCore } from '../models/boltzmann.js';
import { chainsMembers, type Chains, type ChainsCore } from '../models/chains.js';
import type { CoreOf } from '../models/core.js';
import { datasetMembers, type DatasetCore } from '../models/dataset.js';
import { membersOfKinds } from '../models/members.js';
import { trainingMembers, type TrainingCore } from '../models/training.js';
import type { BoltzmannMachine, Dataset, Training } from '../types.js';

export const tables = {
  dataset: datasetMembers,
  ...membersOfKinds,
  boltzmann: boltzmannMachineMembers,
  training: trainingMembers,
  chains: chainsMembers,
};

export type Kind = keyof typeof tables;

/** The properties of an object of the engine that travel with its handle. */
export function propertiesOf(kind: Kind, core: object): Record<string, unknown> {
  const names = Object.entries(tables[kind]).flatMap(([name, row]) => (row === 'property' ? [name] : []));
  return Object.fromEntries(names.map((name) => [name, (core as Record<string, unknown>)[name]]));
}

/** Does not compile where one of these lacks a member of its interface; those of models say so themselves. */
export type Complete = [
  Is<DatasetCore, Dataset>,
  Is<BoltzmannCore, BoltzmannMachine>,
  Is<TrainingCore, Training>,
  Is<ChainsCore, Chains>,
];
type Is<Core extends CoreOf<Public>, Public> = Core;
