import type { WakesleepErrorCode } from './types.js';

/** The guide with a section for each code, as the package has it. */
const guide = 'node_modules/wakesleep/web/docs/errors.md';

/**
 * What is neither the wrong kind of argument (`TypeError`) nor one out of range (`RangeError`); `code` says what it is.
 */
export class WakesleepError extends Error {
  readonly code: WakesleepErrorCode;

  /** Where the code is explained: the guide Errors, and its section. Consoles show it below the stack. */
  get help(): string {
    return `${guide}#${this.code}`;
  }

  constructor(code: WakesleepErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = 'WakesleepError';
    this.code = code;
    // The message is also for visitors of a page, to whom a file of the package says nothing: consoles show the stack.
    this.stack = `${this.stack ?? ''}\n    ${this.help}`;
  }
}

/** An error on its way from the worker: errors of one's own class do not survive a structured clone. */
export interface ErrorRecord {
  type: 'TypeError' | 'RangeError' | 'WakesleepError' | 'Error';
  message: string;
  code?: WakesleepErrorCode;
  option?: string;
}

/** The option that an error is about, where it is about one. */
export function optionOf(error: unknown): string | undefined {
  const { option } = (error ?? {}) as { option?: unknown };
  return typeof option === 'string' ? option : undefined;
}

export function toRecord(error: unknown): ErrorRecord {
  const message = messageOf(error);
  const option = optionOf(error);
  const record = option === undefined ? { message } : { message, option };
  if (error instanceof WakesleepError) return { ...record, type: 'WakesleepError', code: error.code };
  if (error instanceof RangeError) return { ...record, type: 'RangeError' };
  return { ...record, type: error instanceof TypeError ? 'TypeError' : 'Error' };
}

export function fromRecord({ type, message, code, option }: ErrorRecord): Error {
  const types = { TypeError, RangeError, Error };
  const error =
    type === 'WakesleepError' ? new WakesleepError(code ?? 'unsupported', message) : new types[type](message);
  return option === undefined ? error : Object.assign(error, { option });
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
