// What a user holds of an object of the engine: classes made from the tables of their members.
import { dispose } from '../errors.js';
import type { Row } from '../models/table.js';

/** What objects work on, which lives as long as they do. */
const kept = new WeakMap<Face, readonly Face[]>();

export abstract class Face {
  constructor(keeps: readonly Face[]) {
    kept.set(this, keeps);
  }

  /** Gives a class its name, as consoles show it, and those members of a table that it does not have. */
  static complete<Class extends { prototype: Face }>(face: Class, kind: string, table: object): Class {
    const value = kind.charAt(0).toUpperCase() + kind.slice(1);
    Object.defineProperty(face, 'name', { value });
    // Frameworks that wrap what they hold (Vue's `ref` and `reactive`) leave alone what is no plain object by its tag:
    // behind a proxy an object has no private members.
    Object.defineProperty(face.prototype, Symbol.toStringTag, { value, configurable: true });
    const rows = Object.entries(table) as [string, Row][];
    // Node shows an object by what this gives.
    const shown = rows.flatMap(([name, row]) => (row === 'property' ? [name] : []));
    Object.defineProperty(face.prototype, Symbol.for('nodejs.util.inspect.custom'), {
      value(this: Face, depth: number, options: object, inspect: (value: object, options: object) => string) {
        const of = this as unknown as Record<string, unknown>;
        const plain = Object.fromEntries(shown.map((name) => [name, of[name]]));
        return depth < 0 ? `[${value}]` : `${value} ${inspect(plain, options)}`;
      },
    });
    for (const [name, row] of rows) {
      if (!(name in face.prototype)) Object.defineProperty(face.prototype, name, Face.#member(name, row));
    }
    return face;
  }

  static #member(name: string, row: Row): PropertyDescriptor {
    if (row === 'property') {
      return {
        get(this: Face) {
          return this.property(name);
        },
      };
    }
    const method =
      row === 'dream'
        ? function (this: Face, options?: object) {
            return this.beginDream(name, options);
          }
        : function (this: Face, ...args: unknown[]) {
            return this.call(name, args, row === 'method' ? undefined : row.options);
          };
    return { value: method, writable: true, configurable: true };
  }

  /**
   * What must live as long as an object made by this call: what trainings and chains work on, data sets among it and
   * never arrays; of models and data sets, which are their own, only the engine.
   */
  protected keptBy(kind: string, args: readonly unknown[]): readonly Face[] {
    const own = kept.get(this) ?? [];
    if (own.length > 0 && kind !== 'training' && kind !== 'chains') return own;
    const inside = args.flatMap((arg): unknown[] =>
      typeof arg === 'object' && arg !== null && !ArrayBuffer.isView(arg) ? [arg, ...Object.values(arg)] : [],
    );
    return [this, ...inside.filter((one) => one instanceof Face)];
  }

  protected abstract property(name: string): unknown;

  /** The argument number `options` may hold a signal. */
  protected abstract call(method: string, args: readonly unknown[], options?: number): unknown;

  protected abstract beginDream(method: string, options: object | undefined): object;

  abstract dispose(): void;

  [dispose](): void {
    this.dispose();
  }
}
