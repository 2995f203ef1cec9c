// The types of the engine without a worker, from those of the other.
import type { ParameterWith } from '../models/table.js';
import type { BoltzmannMachine, Dataset, Dream, DreamFrame, Model, Training, TrainOptions } from '../types.js';

/** What the other entry promises, at once; data sets and models are those of this entry, and nothing can be aborted. */
export type Synchronous<Face> = {
  [Name in keyof Face]: Face[Name] extends (...args: infer Given) => infer Result
    ? (...args: { [I in keyof Given]: ParameterWith<SyncDataset, Given[I]> }) => Value<Awaited<Result>>
    : Face[Name];
};

type Value<Result> = Result extends Dataset
  ? SyncDataset
  : Result extends Training<infer Options>
    ? SyncTraining<Options>
    : Result extends Dream
      ? SyncDream
      : Result extends Model | BoltzmannMachine
        ? Synchronous<Result>
        : Result;

export type SyncDataset = Synchronous<Dataset>;
export type SyncModel = Value<Model>;
type Kind<Name extends Model['kind']> = Extract<SyncModel, { kind: Name }>;
export type SyncRbm = Kind<'rbm'>;
export type SyncDbn = Kind<'dbn'>;
export type SyncDbm = Kind<'dbm'>;
export type SyncSbn = Kind<'sbn'>;
export type SyncNetwork = Kind<'network'>;
export type SyncBoltzmannMachine = Synchronous<BoltzmannMachine>;

export interface SyncTraining<Options = TrainOptions> extends Synchronous<Training<Options>> {
  /** One mini-batch. False, and nothing done, when nothing is left. */
  step(): boolean;
}

export interface SyncDream extends IterableIterator<DreamFrame>, Omit<Dream, keyof AsyncIterableIterator<unknown>> {}
