// What stands behind a public interface in the engine.
import type { BoltzmannMachine, Dataset, Dream, HalfArray, Model, Training } from '../types.js';
import type { ChainsCore } from './chains.js';
import type { DatasetCore } from './dataset.js';
import type { Handle } from './life.js';
import type { ParameterWith } from './table.js';
import type { Task } from './task.js';
import type { TrainingCore } from './training.js';

/**
 * The members of an interface: its methods answer at once or in pieces of work, what is long takes no signal, and the
 * shells have made every other array of floats a Float32Array.
 */
export type CoreOf<Public> = {
  readonly [Name in keyof Public]: Public[Name] extends (...args: infer Given) => infer Result
    ? (
        ...args: { [I in keyof Given]: Exclude<ParameterWith<DatasetCore, Given[I]>, Float64Array | HalfArray> }
      ) => Answer<Own<Awaited<Result>>>
    : Public[Name];
};

type Answer<Value> = Value | Task<Value>;

type Own<Value> = Value extends Dataset
  ? DatasetCore
  : Value extends Training<never>
    ? TrainingCore
    : Value extends Dream
      ? ChainsCore
      : Value extends Model | BoltzmannMachine
        ? Handle
        : Value;
