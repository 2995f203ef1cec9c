// The tables of options: what the engine tells of them is what types.ts documents, and what errors name.
import ts from 'typescript';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type OptionDescription, type OptionTables } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';

let engine: Engine;
let tables: OptionTables;
beforeAll(async () => {
  engine = await load();
  tables = await engine.describe();
});
afterAll(() => engine.dispose());

/** Options that TypeScript has to itself: they are about runs, and not about learning or estimating. */
const ofRuns = ['batches', 'validation', 'statistics', 'onProgress', 'signal', 'pretraining'];

interface Documented {
  words: string[];
  documentation: string;
}

/** The members of an interface of types.ts, with their words and comments. */
function membersOf(name: string): Map<string, Documented> {
  const file = new URL('../../web/lib/types.ts', import.meta.url).pathname;
  const program = ts.createProgram([file], { strict: true, lib: ['lib.es2023.d.ts', 'lib.dom.d.ts'], noEmit: true });
  const checker = program.getTypeChecker();
  const source = checker.getSymbolAtLocation(program.getSourceFile(file) as ts.SourceFile) as ts.Symbol;
  const exported = checker.getExportsOfModule(source).find((one) => one.name === name);
  if (!exported) throw new Error(`types.ts has no interface ${name}`);
  const { flags } = exported;
  const own = flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(exported) : exported;
  const declaration = own.declarations?.[0] as ts.Declaration;
  const members = new Map<string, Documented>();
  for (const member of checker.getTypeAtLocation(declaration).getProperties()) {
    const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(member, declaration));
    const parts = type.isUnion() ? type.types : [type];
    members.set(member.name, {
      words: parts.flatMap((part) => (part.isStringLiteral() ? [part.value] : [])),
      documentation: ts.displayPartsToString(member.getDocumentationComment(checker)).replaceAll('\n', ' '),
    });
  }
  return members;
}

/**
 * What a comment says the default is: `default 0.05`, `'cd'` after or before `default`, and in training another one.
 */
function defaultIn(documentation: string, row: OptionDescription, training: boolean): unknown {
  const value = (text: string | undefined): unknown => {
    if (text === undefined) return undefined;
    if (text === 'true' || text === 'false') return text === 'true';
    const number = Number(text.replaceAll(',', ''));
    return Number.isNaN(number) ? undefined : number;
  };
  if (row.type === 'word') {
    const found = /\bdefault `'([\w-]+)'`|`'([\w-]+)'`(?:,| \()\s*default/i.exec(documentation);
    return found?.[1] ?? found?.[2];
  }
  const inTraining = training ? /in training ([\w.-]+\w)/.exec(documentation)?.[1] : undefined;
  return value(inTraining ?? /\bdefault ([\w.,-]*\w)/i.exec(documentation)?.[1]);
}

describe.each([
  ['rbm', 'TrainOptions'],
  ['upDown', 'UpDownTrainOptions'],
  ['dbm', 'DbmTrainOptions'],
  ['sbn', 'SbnTrainOptions'],
  ['network', 'NetworkTrainOptions'],
  ['meanField', 'MeanFieldOptions'],
  ['logPartition', 'LogPartitionOptions'],
] as const)('the table %s and %s of types.ts', (table, name) => {
  const members = membersOf(name);

  it('have the same options', () => {
    // Early stopping is the network's own, and of other models by the scores of their epochs.
    const ours = table === 'network' ? ofRuns : [...ofRuns, 'patience'];
    const documented = [...members.keys()].filter((member) => !ours.includes(member));
    expect(tables[table].map((row) => row.name).sort()).toEqual(documented.sort());
  });

  it('have the same words and defaults', () => {
    for (const row of tables[table]) {
      const member = members.get(row.name) as Documented;
      expect(member.words.sort(), row.name).toEqual([...(row.words ?? [])].sort());
      expect(defaultIn(member.documentation, row, table === 'dbm'), row.name).toEqual(row.default);
      expect(row.help, row.name).toMatch(/^\S.*[^.]$/);
    }
  });

  it('need only what there is', () => {
    for (const { needs = [] } of tables[table])
      for (const { option, is = [] } of needs) {
        const other = tables[table].find((row) => row.name === option);
        expect(other, option).toBeDefined();
        for (const one of is) if (typeof one === 'string') expect(other?.words).toContain(one);
      }
  });
});

describe('describe()', () => {
  it('is the same in both entries', async () => {
    const sync = await loadSync();
    expect(sync.describe()).toEqual(tables);
    sync.dispose();
  });

  it('gives bounds, needs and what is fixed', () => {
    const row = (name: string) => tables.rbm.find((one) => one.name === name);
    expect(row('sparsityDecay')).toMatchObject({
      type: 'number',
      default: 0.9,
      atLeast: 0,
      below: 1,
      needs: [{ option: 'sparsityCost', above: 0 }],
    });
    expect(row('missingSteps')).toMatchObject({ needs: [{ option: 'mask', given: true }] });
    expect(row('batchSize')).toMatchObject({ fixed: true });
    expect(row('learningRate')).not.toHaveProperty('fixed');
  });
});

describe('errors of options', () => {
  const bars = () => engine.dataset({ kind: 'bars-and-stripes', size: 3 });
  const refusal = async (call: () => Promise<unknown>): Promise<Error & { option?: string }> => {
    try {
      await call();
    } catch (error) {
      return error as Error & { option?: string };
    }
    throw new Error('nothing was refused');
  };

  it('carry the option, through the worker too', async () => {
    const rbm = await engine.rbm({ visible: 9, hidden: 5 });
    const data = await bars();
    for (const [options, type, option, message] of [
      [{ k: 0 }, RangeError, 'k', 'k must be a whole number from 1 to 10,000, not 0'],
      [{ method: 'sgd' }, RangeError, 'method', /^method must be 'cd', .* or 'exact', not "sgd"$/],
      [{ dataStates: 'grey' }, RangeError, 'dataStates', "dataStates must be 'sampled' or 'mean', not \"grey\""],
      [{ objective: 'both' }, RangeError, 'objective', /^objective must be 'generative', 'discriminative' or 'hybrid'/],
      [{ learningRate: '1' }, TypeError, 'learningRate', /^learningRate must be a finite number .*, not "1"$/],
      [{ fastDecay: 0.95 }, TypeError, 'fastDecay', "fastDecay needs method 'fpcd', not 'cd'"],
      [{ optimizer: 'adam', epsilon: 1e-13 }, RangeError, 'epsilon', /of at least 1e-12 and at most 1, not 1e-13$/],
      [{ optimizer: 'adam', beta2: 0.5 }, RangeError, 'beta1', /beta1 squared must be below beta2/],
      [{ rate: 1 }, TypeError, 'rate', /^options has no entry 'rate'; known are epochs, /],
      [{ sigmaLearningRate: 0.1 }, TypeError, 'sigmaLearningRate', /standard deviations are learned/],
      [{ weights: [1] }, RangeError, 'weights', 'weights must be one for each of 14 examples, not 1'],
    ] as const) {
      const error = await refusal(() => rbm.train(data, options as never));
      expect(error).toBeInstanceOf(type);
      expect(error.option).toBe(option);
      expect(error.message).toMatch(message);
      expect(await rbm.check(data, options as never)).toContainEqual({ option, message: error.message });
    }
    const sync = await loadSync();
    const local = sync.rbm({ visible: 9, hidden: 5 });
    const few = sync.dataset({ kind: 'bars-and-stripes', size: 3 });
    expect((await refusal(async () => local.train(few, { k: 0 }))).option).toBe('k');
    sync.dispose();
  });

  it('are all told by check, each once', async () => {
    const dbn = await engine.dbn({ layers: [9, 5, 4] });
    const problems = await dbn.check(await bars(), { k: 0, chains: 3, layers: [{}, { restarts: 2 }] });
    expect(problems.map(({ option }) => option)).toEqual(['k', 'chains', 'restarts']);
    expect(await dbn.check(await bars(), { k: 2 })).toEqual([]);
  });

  it('are those of the layer, and of pretraining', async () => {
    const dbn = await engine.dbn({ layers: [9, 5, 4] });
    const dbm = await engine.dbm({ layers: [9, 5, 4] });
    const data = await bars();
    const unknown = { rate: 1 } as never;
    expect(await refusal(() => dbn.train(data, { layers: [{}, unknown] }))).toMatchObject({
      option: 'rate',
      message: expect.stringMatching(/^layers\[1\] has no entry 'rate'/) as string,
    });
    for (const option of ['mask', 'statistics']) {
      const pretraining = { [option]: option === 'mask' ? data : true };
      expect((await refusal(() => dbm.train(data, { pretraining }))).option).toBe(option);
    }
  });
});

describe('undefined is not given', () => {
  it('in every call that takes options', async () => {
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = await engine.rbm({ visible: 9, hidden: 5 });
    const twin = await engine.rbm({ visible: 9, hidden: 5 });
    await rbm.train(data, { epochs: 1, fastDecay: undefined, mask: undefined, method: undefined });
    await twin.train(data, { epochs: 1 });
    expect(await rbm.fingerprint()).toBe(await twin.fingerprint());
    expect(await rbm.logPartition({ runs: undefined, data: undefined })).toEqual(await rbm.logPartition());
    const dbn = await engine.dbn({ layers: [9, 5, 4] });
    await dbn.train(data, { epochs: 1, k: 2, layers: [{ k: undefined }, undefined as never] });
    expect(await dbn.features(1, { norm: undefined, rate: undefined })).toEqual(await dbn.features(1));
    const dbm = await engine.dbm({ layers: [9, 5, 4] });
    const x = new Float32Array(9);
    expect(await dbm.freeEnergy(x, { meanFieldSteps: undefined })).toEqual(await dbm.freeEnergy(x));
    await dbm.train(data, { epochs: 1, pretraining: undefined, chains: undefined });
  });
});

describe('0 epochs', () => {
  it('are a training that is done, of every kind of model', async () => {
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const models = [
      await engine.rbm({ visible: 9, hidden: 5 }),
      await engine.dbn({ layers: [9, 5, 4] }),
      await engine.dbm({ layers: [9, 5, 4] }),
      await engine.sbn({ layers: [9, 5, 4] }),
      await engine.network({ layers: [9, 5, 4] }),
    ] as const;
    for (const model of models) {
      const before = await model.fingerprint();
      // (A training by wake-sleep gives a net its recognition weights when it begins.)
      const own = { rbm: {}, dbn: {}, dbm: { pretraining: { epochs: 0 } }, sbn: { method: 'exact' }, network: {} };
      const options = { epochs: 0, ...own[model.kind] };
      const training = await model.training(data, options as never);
      expect(training.progress.done, model.kind).toBe(1);
      expect((await training.run()).done, model.kind).toBe(1);
      expect(training.history, model.kind).toEqual([]);
      training.dispose();
      expect(await model.fingerprint(), model.kind).toBe(before);
    }
  });
});
