// Tables of members: what the remote and the synchronous face of an object are made from, a row a member.
import type { Dataset, Dream } from '../types.js';

/**
 * - `'property'`: does not change while the object lives, so that it can be kept beside a handle of the object.
 * - `'method'`: is called in the core with the same arguments.
 * - `{ options: n }`: the same, and its argument number n are options that may hold a `signal`.
 * - `'dream'`: gives chains, whose frames the caller asks for one by one; its only argument are its options.
 */
export type Row = 'property' | 'method' | 'dream' | { readonly options: number };

/** The row that a member must have, from its type: options that may hold a signal are a method's last parameter. */
type RowOf<Member> = Member extends (...args: infer Given) => infer Result
  ? Result extends Dream
    ? 'dream'
    : Required<Given> extends [...infer Before, infer Last]
      ? 'signal' extends keyof Last
        ? { readonly options: Before['length'] }
        : 'method'
      : 'method'
  : 'property';

/** A public interface's table: it has a row for every member but those that free the object, and no others. */
export type Table<Public> = {
  readonly [Name in Exclude<keyof Public, 'dispose' | typeof Symbol.dispose>]: RowOf<Public[Name]>;
};

/** A parameter of another face: its data sets are that face's own, and its options hold no signal. */
export type ParameterWith<OwnDataset, Value> = Value extends Dataset
  ? OwnDataset
  : Value extends readonly unknown[] | ArrayBufferView
    ? Value
    : Value extends object
      ? OptionsWith<OwnDataset, Value>
      : Value;

export type OptionsWith<OwnDataset, Options> = {
  [Name in keyof Options as Exclude<Name, 'signal'>]: Dataset extends Options[Name]
    ? OwnDataset | Exclude<Options[Name], Dataset>
    : Options[Name];
};
