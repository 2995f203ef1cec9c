// What travels between the page and the worker. Methods are those of the classes in models/, called by name.
import type { ErrorRecord } from '../errors.js';
import type { Settings } from '../native.js';
import type { Build } from '../types.js';
import type { Kind } from './tables.js';

/** The number of the worker's own object: the engine. */
export const root = 0;

/** The worker's first task. */
export interface StartOptions extends Settings {
  build: Build;
  /** Of the lock that the worker holds for as long as it lives. */
  lock: string;
}

/** An object that stays in the worker, as the page knows it. */
export interface ObjectRecord {
  kind: Kind | 'engine';
  /** What it is called in errors. */
  what: string;
  handle: number;
  /** Those of its table. */
  properties: Record<string, unknown>;
}

/** Stands for what can't be sent itself: an object of the worker, or a function of the page. */
export class Token {
  static readonly key = 'wakesleep:token';
}
export type HandleToken = { [Token.key]: 'handle'; handle: number };
export type ReportToken = { [Token.key]: 'report' };
/** On its way out. */
export type ObjectToken = { [Token.key]: 'object'; object: ObjectRecord };

/** `about`: the handles of the objects that a message is about, of models in place of their chains and trainings. */
export type ToWorker =
  | { kind: 'call'; id: number; target: number; method: string; args: unknown[]; about: number[] }
  | { kind: 'abort'; id: number }
  | { kind: 'release'; handle: number; about: number[] }
  /** Some of what nobody holds any more has been released, or nothing was found. */
  | { kind: 'collected'; some: boolean };

export type FromWorker =
  /** The script runs, and listens. */
  | { kind: 'ready' }
  | { kind: 'result'; id: number; result: unknown }
  | { kind: 'error'; id: number; error: ErrorRecord }
  | { kind: 'report'; id: number; report: unknown }
  /** Memory is scarce, or (`empty`) there is none: calls wait until what nobody holds any more was collected. */
  | { kind: 'collect'; empty: boolean }
  /** The engine can't go on. */
  | { kind: 'fatal'; message: string };

const kinds: readonly (ToWorker | FromWorker)['kind'][] = [
  'call',
  'abort',
  'release',
  'collected',
  'ready',
  'result',
  'error',
  'report',
  'collect',
  'fatal',
];

/** Whether a message is one of these: others, such as a tool of the page's own may send, are not for us. */
export function isOurs(message: unknown): message is ToWorker | FromWorker {
  return (
    typeof message === 'object' && message !== null && kinds.some((kind) => 'kind' in message && message.kind === kind)
  );
}

/** The object that a result stands for, if it does. */
export function objectOf(result: unknown): ObjectRecord | null {
  const stands =
    typeof result === 'object' && result !== null && (result as Partial<ObjectToken>)[Token.key] === 'object';
  return stands ? (result as ObjectToken).object : null;
}
