import type { WakesleepErrorCode } from './types.js';

/**
 * What is neither the wrong kind of argument (`TypeError`) nor one out of range (`RangeError`); `code` says what it is.
 */
export class WakesleepError extends Error {
  readonly code: WakesleepErrorCode;

  constructor(code: WakesleepErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WakesleepError';
    this.code = code;
  }
}

/** An error on its way from the worker: errors of one's own class do not survive a structured clone. */
export interface ErrorRecord {
  type: 'TypeError' | 'RangeError' | 'WakesleepError' | 'Error';
  message: string;
  code?: WakesleepErrorCode;
  /** The option that is at fault. */
  option?: string;
}

export function toRecord(error: unknown): ErrorRecord {
  const message = messageOf(error);
  if (error instanceof WakesleepError) return { type: 'WakesleepError', message, code: error.code };
  const { option } = error as { option?: string };
  if (error instanceof RangeError) return { type: 'RangeError', message, option };
  if (error instanceof TypeError) return { type: 'TypeError', message, option };
  return { type: 'Error', message };
}

export function fromRecord(record: ErrorRecord): Error {
  if (record.type === 'WakesleepError' && record.code) return new WakesleepError(record.code, record.message);
  const types = { RangeError, TypeError, WakesleepError: Error, Error };
  const error = new types[record.type](record.message);
  return record.option === undefined ? error : Object.assign(error, { option: record.option });
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

export function disposed(what: string): WakesleepError {
  return new WakesleepError('disposed', `this ${what} was disposed`);
}

/**
 * `Symbol.dispose`, or what tools that compile `using` look for where the runtime lacks it. Nothing global is changed:
 * a module with side effects would not survive tree shaking.
 */
export const dispose: typeof Symbol.dispose = Symbol.dispose ?? (Symbol.for('Symbol.dispose') as typeof Symbol.dispose);
