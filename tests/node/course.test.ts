// The course: its catalogues say the same in every language, its pages say nothing else, and what its lessons claim is
// computed anew through the package. A lesson has a describe of its own.
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { parse } from 'svelte/compiler';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine, type SyncRbm } from 'wakesleep/sync';
import { rendered } from '../../web/site/formulas.ts';
import * as causes from '../../web/site/lessons/explaining/causes.ts';
import { glossaryOf } from '../../web/site/lessons/glossary.ts';
import { numbersOf } from '../../web/site/lessons/numbers.ts';
import type { LessonTexts } from '../../web/site/lessons/texts.ts';
import * as tiny from '../../web/site/lessons/tiny-machine.ts';
import { fromRoot } from '../../web/tools/paths.mjs';
import { lessons, nets } from '../lessons.ts';

const folder = fromRoot('web/site/lessons');
const files = (readdirSync(folder, { recursive: true }) as string[]).map((file) => file.replaceAll('\\', '/'));
const read = (file: string) => readFileSync(`${folder}/${file}`, 'utf8');
const languages = files.flatMap((file) => /^messages\/([\w-]+)\.ts$/.exec(file)?.[1] ?? []);

/** Every leaf of a catalogue by its path: a text, or a function with the number of its values. */
function leaves(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[`${path}()`, '']];
  if (typeof value === 'object' && value !== null)
    return Object.entries(value).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
  throw new Error(`${path} is ${String(value)}`);
}
/** What a translation has to keep: formulas, but for the decimal comma, and what links and terms lead to. */
const holders = (text: string) =>
  [...text.matchAll(/\$+[^$]+\$+|\]\([^)]+\)/g)].map(([one]) => one.replaceAll('{,}', '.')).sort();

describe('the networks that a class pack keeps', () => {
  const trained = readdirSync(fromRoot('models')).flatMap((file) => /^(.+)\.safetensors$/.exec(file)?.[1] ?? []);
  const sources = (path: string): string[] =>
    (readdirSync(fromRoot(path), { recursive: true }) as string[])
      .filter((file) => /\.(svelte|ts)$/.test(file) && !file.includes('messages'))
      .map((file) => readFileSync(fromRoot(path, file), 'utf8'));
  /** Names in quotes; what is put into one may be anything. */
  const namedIn = (source: string): string[] =>
    [...source.matchAll(/(['`])((?:[\w-]|\$\{\w+\})+)\1/g)].flatMap(([, , name]) => {
      const pattern = new RegExp(`^${name!.replaceAll(/\$\{\w+\}/g, '.+')}$`);
      return name!.startsWith('$') ? [] : trained.filter((one) => pattern.test(one));
    });

  it.each([...lessons, 'pages'])('of %s are those that its sources open', (name) => {
    const all = sources(name === 'pages' ? 'web/site/pages' : `web/site/lessons/${name}`);
    expect([...new Set(all.flatMap(namedIn))].sort()).toEqual([...(nets.get(name) ?? [])].sort());
    // By their names alone: nothing else tells here what is opened.
    for (const source of all.filter((one) => one.includes('state/engine.svelte')))
      expect(source).not.toMatch(/\b(?:Object\.\w+\((?:models|coders)\)|(?:models|coders)\.)/);
  });
});

describe('the catalogues of the course', () => {
  it('are in English first, and in German', () => {
    expect(languages).toEqual(expect.arrayContaining(['de', 'en']));
  });

  for (const of of ['', ...lessons.map((name) => `${name}/`)]) {
    for (const language of languages.filter((one) => one !== 'en')) {
      it(`say in ${language} what ${of || 'what is around the lessons '} says in English`, async () => {
        const [ours, theirs] = await Promise.all(
          ['en', language].map(async (one) => {
            const module = (await import(pathToFileURL(`${folder}/${of}messages/${one}.ts`).href)) as {
              default: unknown;
            };
            return new Map(leaves(module.default));
          }),
        );
        expect([...theirs!.keys()]).toEqual([...ours!.keys()]);
        for (const [path, text] of ours!) {
          const translated = theirs!.get(path)!;
          expect(translated === '', path).toBe(text === '');
          expect(holders(translated), path).toEqual(holders(text));
        }
      });
    }
    it(`have formulas that can be rendered, and terms with a meaning: ${of || 'around the lessons'}`, async () => {
      for (const language of languages) {
        const file = `${of}messages/${language}.ts`;
        expect(rendered(read(file)).match(/\$(?!\{)/g)).toBe(null);
        const module = (await import(pathToFileURL(`${folder}/${file}`).href)) as {
          default: { terms?: LessonTexts['terms'] };
        };
        for (const [path, text] of leaves(module.default))
          for (const [, name] of text.matchAll(/\]\(([\w-]+)\)/g))
            expect(module.default.terms?.[name!]?.means, `${path} explains ${name}`).toBeTruthy();
      }
    });
  }

  it('write numbers as the language does', () => {
    expect(numbersOf('en').fixed(-1.5, 1)).toBe('−1.5');
    expect(numbersOf('de').fixed(-1.5, 1)).toBe('−1,5');
    expect(numbersOf('en').fixed(-0.001, 1)).toBe('0.0');
    expect(numbersOf('de').percent(0.237)).toBe('23,7\u00a0%');
    expect(numbersOf('en').percent(0.9999)).toBe('>\u200999.9%');
    expect(numbersOf('en').plural(1, { one: 'step', other: 'steps' })).toBe('1 step');
    expect(numbersOf('en').list(['Ackley', 'Hinton', 'Sejnowski'])).toBe('Ackley, Hinton and Sejnowski');
  });
});

describe('the glossary', () => {
  it.each(languages)(
    'has every term of every lesson once, with one meaning, in alphabetical order: %s',
    async (language) => {
      const all = await Promise.all(
        lessons.map(async (name) => {
          const url = pathToFileURL(`${folder}/${name}/messages/${language}.ts`).href;
          return { name, texts: ((await import(url)) as { default: LessonTexts }).default };
        }),
      );
      const entries = glossaryOf(all, language);
      const told = entries.flatMap(({ name, means, lessons }) => lessons.map((lesson) => ({ lesson, name, means })));
      const explained = all.flatMap(({ name: lesson, texts }) =>
        Object.values(texts.terms).map((term) => ({ lesson, ...term })),
      );
      expect(told).toHaveLength(explained.length);
      expect(told).toEqual(expect.arrayContaining(explained));
      const names = entries.map(({ name }) => name.toLocaleLowerCase(language));
      expect(names).toEqual([...new Set(names)].sort(new Intl.Collator(language).compare));
      expect(new Set(entries.map(({ means }) => means)).size).toBe(entries.length);
      // A lesson explains what its text names, and nothing else.
      for (const { name, texts } of all) {
        const named = leaves(texts).flatMap(([, text]) => [...text.matchAll(/\]\(([\w-]+)\)/g)].map(([, key]) => key!));
        expect([...new Set(named)].sort(), name).toEqual(Object.keys(texts.terms).sort());
      }
    },
  );
});

describe('the pages of the course', () => {
  const words = /\p{L}{2,}/u;
  /** Texts between tags, and attributes that are read out or shown. */
  function said(node: unknown, found: string[] = []): string[] {
    if (Array.isArray(node)) for (const one of node) said(one, found);
    if (typeof node !== 'object' || node === null || Array.isArray(node)) return found;
    const { type, ...rest } = node as { type?: string; name?: string; value?: unknown; data?: string };
    if (type === 'Text' && words.test(rest.data ?? '')) found.push(rest.data!.trim());
    if (type === 'Attribute') {
      if (/^(label|title|alt|placeholder|aria-(label|description|valuetext|roledescription))$/.test(rest.name ?? ''))
        said(rest.value, found);
      return found;
    }
    for (const [key, one] of Object.entries(rest)) if (key !== 'metadata') said(one, found);
    return found;
  }

  const components = [...files.filter((file) => file.endsWith('.svelte')), '../pages/Learn.svelte'];
  it.each(components)('%s says nothing that is not in a catalogue', (file) => {
    const { fragment } = parse(read(file), { modern: true });
    expect(said(fragment)).toEqual([]);
  });

  const scripts = files.filter((file) => file.endsWith('.ts') && !/(^|\/)(messages\/|papers\.ts)/.test(file));
  it.each([...scripts, ...components])('%s has no sentence in its script', (file) => {
    const source = read(file)
      .replace(/<style>[^]*<\/style>/, '')
      .replace(/ generics="[^"]*"/, '')
      .replace(/\/\*[^]*?\*\/|(?<=^|\s)\/\/.*$|<!--[^]*?-->/gm, '')
      .replace(/new Error\([^]*?\);/g, '');
    const sentences = [...source.matchAll(/(['"`])((?:(?!\1)[^\\\n]|\\.)*)\1/g)]
      .map(([, , text]) => text!)
      .filter((text) => /\p{L}{2,} \p{L}{2,} \p{L}{2,}/u.test(text));
    expect(sentences).toEqual([]);
  });

  it('are a folder for each line of the list', () => {
    const folders = files.filter((file) => /^[\w-]+\/messages\/en\.ts$/.test(file)).map((file) => file.split('/')[0]);
    expect(folders.sort()).toEqual([...lessons].sort());
  });
});

let engine: SyncEngine;
beforeAll(async () => {
  engine = await load();
});
afterAll(() => engine.dispose());

/** p(v, h) of every state of a tiny machine, in the order of the lessons, by the engine: p(v) p(h | v). */
function exactly({ W, b, c }: tiny.TinyMachine, temperature = 1): number[] {
  const scaled = (values: readonly number[]) => Float32Array.from(values, (value) => value / temperature);
  const rbm: SyncRbm = engine.rbm({ visible: tiny.visible, hidden: tiny.hidden });
  rbm.setParameters({ W: scaled(W), b: scaled(b), c: scaled(c) });
  const { logZ } = rbm.logPartition();
  const probabilities = Array.from({ length: tiny.stateCount }, (_, state) => {
    const v = Float32Array.from({ length: tiny.visible }, (_, i) => Number(tiny.visibleOn(state, i)));
    const means = rbm.hiddenMeans(v).data;
    const given = Array.from(means, (mean, j) => (tiny.hiddenOn(state, j) ? mean : 1 - mean));
    return Math.exp(-rbm.freeEnergy(v).data[0]! - logZ) * given.reduce((product, p) => product * p, 1);
  });
  rbm.dispose();
  return probabilities;
}

describe('lesson Energy', () => {
  const energy = tiny.energies(tiny.example);
  const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);

  it('has bars that are those of the engine, at every temperature', () => {
    for (const temperature of [0.5, 1, 2, 4]) {
      const bars = tiny.probabilities(energy, temperature);
      expect(sum(bars)).toBeCloseTo(1, 12);
      exactly(tiny.example, temperature).forEach((p, state) => expect(bars[state]).toBeCloseTo(p, 6));
    }
  });

  it('halves every gap of log p when the temperature doubles', () => {
    for (const temperature of [0.25, 1, 2]) {
      const [cold, hot] = [temperature, 2 * temperature].map((T) => tiny.probabilities(energy, T).map(Math.log));
      for (let a = 0; a < tiny.stateCount; ++a)
        for (let b = 0; b < a; ++b) expect(hot![a]! - hot![b]!).toBeCloseTo((cold![a]! - cold![b]!) / 2, 10);
    }
  });

  it('answers its question: what is added to every energy changes no probability', () => {
    const raised = tiny.energies(tiny.example, 3);
    raised.forEach((one, state) => expect(one).toBeCloseTo(energy[state]! + 3, 12));
    tiny.probabilities(raised).forEach((p, state) => expect(p).toBeCloseTo(tiny.probabilities(energy)[state]!, 12));
  });

  it('says what one sees when one tries', () => {
    const all = tiny.probabilities(tiny.energies({ ...tiny.example, W: tiny.example.W.map(() => 3) }));
    expect(all.at(-1)).toBeCloseTo(0.98, 2);
    expect(
      Math.max(...tiny.probabilities(tiny.energies({ ...tiny.example, W: [3, 3, 3, 3, 3, 3] }), 0.25)),
    ).toBeGreaterThan(0.999);
    const lowest = tiny.stateOf([1, 1, 0], [1, 0]);
    expect([Math.min(...energy), energy[lowest]]).toEqual([-1.5, -1.5]);
    for (const [temperature, ratio] of [
      [1, 0.22],
      [2, 0.47],
    ] as const) {
      const p = tiny.probabilities(energy, temperature);
      expect(p[0]! / p[lowest]!).toBeCloseTo(ratio, 2);
    }
    const W = tiny.example.W.map((w, k) => (k === 5 ? -3 : w));
    const p = tiny.probabilities(tiny.energies({ ...tiny.example, W }));
    const both = p.filter((_, state) => tiny.visibleOn(state, 2) && tiny.hiddenOn(state, 1));
    expect(both.length).toBe(8);
    expect(sum(both)).toBeLessThan(0.01);
  });

  it('changes with the weights', () => {
    const other = { ...tiny.example, W: tiny.example.W.map((w, k) => w + k / 4) };
    const bars = tiny.probabilities(tiny.energies(other));
    exactly(other).forEach((p, state) => expect(bars[state]).toBeCloseTo(p, 6));
    expect(bars).not.toEqual(tiny.probabilities(energy));
  });
});

describe('lesson Chance', () => {
  const exact = (temperature: number) => tiny.probabilities(tiny.energies(tiny.example), temperature);
  const mean = (values: readonly number[]) => values.reduce((a, b) => a + b, 0) / values.length;

  /** By how much the histogram of a run is off after these numbers of steps. */
  function off(seed: number, marks: readonly number[], temperature = 1): number[] {
    const rbm = engine.rbm({ visible: tiny.visible, hidden: tiny.hidden, seed: 1 });
    const { W, b, c } = tiny.example;
    rbm.setParameters({ W: Float32Array.from(W), b: Float32Array.from(b), c: Float32Array.from(c) });
    const p = exact(temperature);
    const counts = p.map(() => 0);
    const found: number[] = [];
    let n = 0;
    for (const { states, hidden } of rbm.dream({ chains: 1, seed, temperature })) {
      counts[tiny.stateOf(states.data, hidden.data)]! += 1;
      n += 1;
      if (marks.includes(n))
        found.push(
          tiny.totalVariation(
            p,
            counts.map((count) => count / n),
          ),
        );
      if (n === marks.at(-1)) break;
    }
    rbm.dispose();
    return found;
  }

  it('has coins that are those of the engine', () => {
    const rbm = engine.rbm({ visible: tiny.visible, hidden: tiny.hidden });
    const { W, b, c } = tiny.example;
    rbm.setParameters({ W: Float32Array.from(W), b: Float32Array.from(b), c: Float32Array.from(c) });
    for (let state = 0; state < tiny.stateCount; ++state) {
      const v = Float32Array.from({ length: tiny.visible }, (_, i) => Number(tiny.visibleOn(state, i)));
      const h = Float32Array.from({ length: tiny.hidden }, (_, j) => Number(tiny.hiddenOn(state, j)));
      tiny.coins(tiny.example, 'hidden', state).forEach((p, j) => {
        expect(p).toBeCloseTo(rbm.hiddenMeans(v).data[j]!, 6);
      });
      tiny.coins(tiny.example, 'visible', state).forEach((p, i) => {
        expect(p).toBeCloseTo(rbm.visibleMeans(h).data[i]!, 6);
      });
    }
    rbm.dispose();
  });

  it('is off by an amount that falls as 1 / sqrt(n): four times the steps halve it', () => {
    const marks = [100, 200, 400, 1000, 1600];
    const runs = Array.from({ length: 40 }, (_, i) => off(i + 1, marks));
    const [hundred, twice, four, thousand, sixteen] = marks.map((_, k) => mean(runs.map((run) => run[k]!)));
    expect(hundred).toBeCloseTo(0.2, 2);
    expect(twice).toBeCloseTo(0.14, 1);
    expect(hundred! / four!).toBeGreaterThan(1.8);
    expect(hundred! / four!).toBeLessThan(2.2);
    expect(thousand).toBeCloseTo(0.06, 1);
    expect(hundred! / sixteen!).toBeGreaterThan(3.6);
    expect(hundred! / sixteen!).toBeLessThan(4.4);
    // Independent draws would be off by less.
    expect(tiny.independentVariation(exact(1)) / 10).toBeLessThan(hundred!);
    const first = runs.map(([one]) => one!);
    expect(first.filter((one) => one > 0.145 && one < 0.305).length).toBeGreaterThanOrEqual(36);
  });

  it('stays where it began when it is cold', () => {
    const runs = Array.from({ length: 20 }, (_, i) => off(i + 1, [100], 0.25)[0]!);
    expect(Math.min(...runs)).toBeCloseTo(0.12, 2);
    expect(Math.max(...runs)).toBeCloseTo(0.88, 2);
  });

  it('is the same run for the same seed, and another for another', () => {
    const marks = [50, 100, 150];
    expect(off(3, marks)).toEqual(off(3, marks));
    expect(off(3, marks)).not.toEqual(off(4, marks));
  });

  it('knows by how much independent draws are off', () => {
    // A coin: E|heads / n - 1/2| is sqrt(1 / (2 pi n)).
    expect(tiny.independentVariation([0.5, 0.5])).toBeCloseTo(Math.sqrt(1 / (2 * Math.PI)), 12);
    expect(tiny.totalVariation([1, 0], [0, 1])).toBe(1);
  });
});

describe('lesson Explaining away', () => {
  const numbers = { cause: -4, effect: -6, weight: 6 };
  const given = (seen: Partial<causes.Evidence>, of: causes.Numbers = numbers, model: causes.Model = 'net') =>
    causes.beliefs(of, model, { ...causes.nothing, ...seen });
  const paper = { cause: -10, effect: -20, weight: 20 };

  /** p(cause on | v) of both and p(v) by the engine, the causes' biases being these. */
  function posterior({ effect, weight }: causes.Numbers, biases: [number, number], v: number) {
    const net = engine.sbn({ layers: [1, 2] });
    net.setParameters({
      W: [Float32Array.of(weight, weight)],
      b: [Float32Array.of(effect), Float32Array.from(biases)],
    });
    const { means, logLikelihood } = net.exactPosterior(Float32Array.of(v));
    net.dispose();
    return { on: [...means[0]!.data], p: Math.exp(logLikelihood.data[0]!) };
  }

  it('has the posteriors of the engine, whatever the numbers', () => {
    for (const of of [numbers, paper, { cause: -1, effect: -2, weight: 3.5 }, { cause: 0, effect: -3, weight: 0 }])
      for (const v of [0, 1]) {
        const { on, p } = posterior(of, [of.cause, of.cause], v);
        const beliefs = given({ house: v === 1 ? '1' : '0' }, of);
        expect(beliefs.on.quake).toBeCloseTo(on[0]!, 5);
        expect(beliefs.on.truck).toBeCloseTo(on[1]!, 5);
        expect(v === 1 ? given({}, of).on.house : 1 - given({}, of).on.house).toBeCloseTo(p, 5);
        // A truck that is surely there.
        const truck = posterior(of, [of.cause, 60], v);
        expect(given({ house: v === 1 ? '1' : '0', truck: '1' }, of).on.quake).toBeCloseTo(truck.on[0]!, 5);
      }
  });

  it('explains the earthquake away: 1.8%, 45% when the house has jumped, 3.5% when the truck is seen', () => {
    expect(given({}).on.quake).toBeCloseTo(0.018, 3);
    expect(given({ truck: '1' }).on.quake).toBeCloseTo(given({}).on.quake, 12);
    expect(given({ house: '1' }).on.quake).toBeCloseTo(0.449, 3);
    expect(given({ house: '1', truck: '1' }).on.quake).toBeCloseTo(0.035, 3);
    for (const cause of ['quake', 'truck'] as const)
      expect(given({ house: '0' }).on[cause]).toBeLessThan(given({}).on[cause]);
  });

  it('has with the numbers of the paper a posterior that no two coins have', () => {
    const [neither, truck, quake, both] = given({ house: '1' }, paper).together;
    for (const one of [truck, quake]) expect(one).toBeCloseTo(0.5, 3);
    for (const one of [neither, both]) expect(one).toBeLessThan(0.001);
  });

  it('is otherwise in a restricted machine: independent given the house, and not before, as the engine says', () => {
    const rbm = engine.rbm({ visible: 1, hidden: 2 });
    const { cause, effect, weight } = numbers;
    rbm.setParameters({
      W: Float32Array.of(weight, weight),
      b: Float32Array.of(effect),
      c: Float32Array.of(cause, cause),
    });
    const p = (seen: Partial<causes.Evidence>) => given(seen, numbers, 'rbm');
    for (const v of [0, 1]) {
      const house = v === 1 ? '1' : '0';
      expect(p({ house }).on.quake).toBeCloseTo(rbm.hiddenMeans(Float32Array.of(v)).data[0]!, 6);
      expect(p({ house, truck: '1' }).on.quake).toBeCloseTo(p({ house }).on.quake, 12);
    }
    const { logZ } = rbm.logPartition();
    expect(p({}).on.house).toBeCloseTo(Math.exp(-rbm.freeEnergy(Float32Array.of(1)).data[0]! - logZ), 6);
    expect(p({ quake: '1' }).on.truck).toBeGreaterThan(p({}).on.truck + 0.05);
    rbm.dispose();
  });
});
