// The tables of members, from which both faces are made, and the hand-written types of the engine's module.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync, type SyncEngine } from 'wakesleep/sync';
import type * as embind from '../../web/lib/engine/wakesleep-simd.js';
import type { BoltzmannModule, NativeBoltzmannMachine } from '../../web/lib/models/boltzmann.ts';
import type { NativeDbm } from '../../web/lib/models/dbm.ts';
import type { NativeDbn } from '../../web/lib/models/dbn.ts';
import type { NativeNetwork } from '../../web/lib/models/network.ts';
import type { Kinds } from '../../web/lib/models/kinds.ts';
import { rbmMembers, type NativeRbm } from '../../web/lib/models/rbm.ts';
import type { NativeSbn } from '../../web/lib/models/sbn.ts';
import type { Table } from '../../web/lib/models/table.ts';
import type * as native from '../../web/lib/native.ts';
import { tables } from '../../web/lib/shell/tables.ts';

describe('a table of members', () => {
  it('has a row for each member of its interface and no other, or does not compile', () => {
    const { predict, ...incomplete } = rbmMembers;
    expect(predict).toEqual({ options: 1 });
    // @ts-expect-error a method without a row
    void (incomplete satisfies Table<Rbm>);
    // @ts-expect-error a row without a method
    void ({ ...rbmMembers, fly: 'method' } satisfies Table<Rbm>);
    // @ts-expect-error options with a signal, and a row that does not say so
    void ({ ...rbmMembers, logPartition: 'method' } satisfies Table<Rbm>);
    // @ts-expect-error the options are another argument
    void ({ ...rbmMembers, pseudoLikelihood: { options: 0 } } satisfies Table<Rbm>);
    // @ts-expect-error a property as a method
    void ({ ...rbmMembers, labels: 'method' } satisfies Table<Rbm>);
  });
});

describe('the faces', () => {
  let engine: Engine;
  let sync: SyncEngine;
  beforeAll(async () => {
    engine = await load({ threads: 1 });
    sync = await loadSync();
  });
  afterAll(() => {
    engine.dispose();
    sync.dispose();
  });

  async function objects(of: Engine) {
    const dataset = await of.dataset({ kind: 'bars-and-stripes', size: 2 });
    const layers = [4, 3, 2];
    const rbm = await of.rbm({ visible: 4, hidden: 3, labels: 2 });
    const made = [of.dbn({ layers }), of.dbm({ layers }), of.sbn({ layers }), of.network({ layers })] as const;
    const boltzmann = await of.boltzmann({ visible: 3, hidden: 1 });
    const [dbn, dbm, sbn, network] = await Promise.all(made);
    return { dataset, rbm, dbn, dbm, sbn, network, boltzmann, training: await rbm.training(dataset) };
  }

  it('have all members of their tables, and are called after their kind', async () => {
    const [remote, local] = [await objects(engine), await objects(sync as unknown as Engine)];
    for (const kind of ['dataset', 'rbm', 'dbn', 'dbm', 'sbn', 'network', 'boltzmann', 'training'] as const) {
      for (const [name, row] of Object.entries(tables[kind])) {
        const [there, here] = [remote[kind], local[kind]].map(
          (one) => (one as unknown as Record<string, unknown>)[name],
        );
        if (row === 'property') expect(there, `${kind}.${name}`).toEqual(here);
        else expect([typeof there, typeof here], `${kind}.${name}`).toEqual(['function', 'function']);
      }
      for (const face of [remote[kind], local[kind]]) {
        expect(face.constructor.name.toLowerCase()).toBe(kind);
        // Nothing of the inside is to be seen, or to be changed.
        expect(Object.keys(face)).toEqual([]);
        expect(() => Object.assign(face, { visible: 3, count: 3, progress: 3 })).toThrow(TypeError);
      }
    }
  });

  it('refuse data sets of another engine', async () => {
    const other = await loadSync();
    const data = other.dataset({ kind: 'bars-and-stripes', size: 2 });
    const rbm = sync.rbm({ visible: 4, hidden: 2 });
    expect(() => rbm.train(data)).toThrow('this data set belongs to another engine');
    expect(() => rbm.logPartition({ method: 'ais', data })).toThrow('this data set belongs to another engine');
    other.dispose();
  });
});

// What emcc says of the module: the same classes, the same members, the same numbers of arguments, and no other types.
// emcc has `any` for what is a value of JavaScript, and may have null for every pointer.
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : false) : false;
type Arity<F> = F extends (...args: infer A) => unknown ? A['length'] : never;
/** True, or what does not. */
type Agrees<Hand, Emitted> =
  Same<keyof Hand, keyof Emitted> extends true
    ? Hand extends Emitted
      ? Same<{ [K in keyof Hand]: Arity<Hand[K]> }, { [K in keyof Emitted]: Arity<Emitted[K & keyof Emitted]> }>
      : Hand
    : Exclude<keyof Hand | keyof Emitted, keyof Hand & keyof Emitted>;
const agree = <Hand, Emitted>(_: Agrees<Hand, Emitted>) => undefined;

interface Classes {
  Dataset: [native.NativeDataset, embind.Dataset];
  Rbm: [NativeRbm, embind.Rbm];
  Dbn: [NativeDbn, embind.Dbn];
  Dbm: [NativeDbm, embind.Dbm];
  Sbn: [NativeSbn, embind.Sbn];
  Network: [NativeNetwork, embind.Network];
  Boltzmann: [NativeBoltzmannMachine, embind.Boltzmann];
  Training: [native.NativeTraining, embind.Training];
  Chains: [native.NativeChains, embind.Chains];
  Computation: [native.NativeComputation<unknown>, embind.Computation];
}
type Modules = { [Kind in keyof Kinds]: Parameters<Kinds[Kind]['create']>[0]['native'] };
type Hand = Omit<
  Modules['rbm'] & Modules['dbn'] & Modules['dbm'] & Modules['sbn'] & Modules['network'] & BoltzmannModule,
  'WakesleepError' | 'OutOfMemory' | 'described' | 'alive' | 'wakesleepBring'
>;
type Emitted = Omit<embind.MainModule, `HEAP${string}`>;

describe("the hand-written types of the engine's module", () => {
  it('agree with those that emcc writes, or do not compile', () => {
    const classes: { [Name in keyof Classes]: Agrees<Classes[Name][0], Classes[Name][1]> } = {
      Dataset: true,
      Rbm: true,
      Dbn: true,
      Dbm: true,
      Sbn: true,
      Network: true,
      Boltzmann: true,
      Training: true,
      Chains: true,
      Computation: true,
    };
    type Functions = Exclude<keyof Emitted, keyof Classes>;
    agree<Pick<Hand, Exclude<keyof Hand, keyof Classes>>, Pick<Emitted, Functions>>(true);
    agree<Hand['Dataset'], Emitted['Dataset']>(true);
    agree<Hand['Rbm'], Emitted['Rbm']>(true);
    agree<Hand['Dbn'], Emitted['Dbn']>(true);
    agree<Hand['Dbm'], Emitted['Dbm']>(true);
    agree<Hand['Sbn'], Emitted['Sbn']>(true);
    agree<Hand['Network'], Emitted['Network']>(true);
    agree<Hand['Boltzmann'], Emitted['Boltzmann']>(true);
    expect(Object.values(classes)).not.toContain(false);

    // @ts-expect-error a member that is not there
    agree<native.NativeChains & { fly(): void }, embind.Chains>(true);
    // @ts-expect-error a member that is there
    agree<Omit<native.NativeChains, 'steps'>, embind.Chains>(true);
    // @ts-expect-error fewer arguments
    agree<Omit<native.NativeChains, 'start'> & { start(x: Float32Array): void }, embind.Chains>(true);
    // @ts-expect-error another type
    agree<Omit<native.NativeChains, 'steps'> & { steps(): string }, embind.Chains>(true);
  });
});
