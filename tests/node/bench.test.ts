// The parts of the benchmark that can be wrong without a machine to measure: statistics, rounds, ratios, tables,
// pictures.

import { describe, expect, it, vi } from 'vitest';
import { ceilingModule, operationsATurn } from '../../web/site/speed/ceiling-module.ts';
import { hasLearned, reconstructionError } from '../../web/site/speed/judge.ts';
import { inRounds } from '../../web/site/speed/rounds.ts';
import { quantile, ratioOf, spreadOf } from '../../web/site/speed/statistics.ts';
import { firstParameters, operationsAnImage, work } from '../../web/site/speed/work.ts';
import { bars, scaling } from '../bench/charts.ts';
import { goals, goalText, measured, togetherRate, verdict } from '../bench/goals.ts';
import { withFigures } from '../bench/readme.ts';
import { report, table } from '../bench/report.ts';
import type { Results } from '../bench/results.ts';

describe('statistics', () => {
  it('median and quartiles interpolate between order statistics', () => {
    expect(spreadOf([4, 1, 3, 2])).toEqual({ median: 2.5, low: 1.75, high: 3.25 });
    expect(spreadOf([7])).toEqual({ median: 7, low: 7, high: 7 });
    expect(quantile([], 0.5)).toBeNaN();
  });

  it('ratios are taken round by round', () => {
    // Both slow down alike in the second round.
    expect(ratioOf([10, 5, 12], [5, 2.5, 6])).toEqual({ median: 2, low: 2, high: 2 });
    expect(ratioOf([10], [5, 1], 3)?.median).toBe(6);
    expect(ratioOf([], [1])).toBeNull();
  });

  it('products together take the time of five', () => {
    expect(togetherRate({ up: 10, down: 10, outer: 10 })).toBeCloseTo(10);
    expect(togetherRate({ up: 20, down: 10, outer: 20 })).toBeCloseTo(5 / 0.3);
  });
});

describe('rounds', () => {
  it('everyone takes a turn a round, and who begins rotates', async () => {
    const order: string[] = [];
    const entrants = ['a', 'b', 'c'].map((id) => ({
      id,
      measure: () => {
        order.push(id);
        return Promise.resolve(order.length);
      },
    }));
    const values = await inRounds(entrants, { rounds: 3, rest: 0 });
    expect(order.join('')).toBe('abcbcacab');
    expect(values.get('a')).toEqual([1, 6, 8]);
  });

  it('one that fails is left out and named, and the others go on', async () => {
    const onFailed = vi.fn();
    const good = { id: 'good', measure: () => Promise.resolve(1) };
    const bad = { id: 'bad', measure: () => Promise.reject(new Error('broken')) };
    const values = await inRounds([bad, good], { rounds: 4, rest: 0, onFailed });
    expect(values.get('good')).toEqual([1, 1, 1, 1]);
    expect(values.get('bad')).toEqual([]);
    expect(onFailed).toHaveBeenCalledExactlyOnceWith('bad', new Error('broken'));
  });

  it('stops when it is aborted', async () => {
    const stop = new AbortController();
    const measure = () => {
      stop.abort(new Error('enough'));
      return Promise.resolve(1);
    };
    await expect(inRounds([{ id: 'a', measure }], { rounds: 9, rest: 0, signal: stop.signal })).rejects.toThrow(
      'enough',
    );
  });
});

describe('the judge', () => {
  const images = { pixels: Uint8Array.from({ length: 2 * work.visible }, (_, i) => (i % 3) & 1), count: 2 };

  it('knows the error of a network that knows nothing', () => {
    const nothing = {
      W: new Float32Array(work.visible * work.hidden),
      b: new Float32Array(work.visible),
      c: new Float32Array(work.hidden),
    };
    expect(reconstructionError(nothing, images)).toBeCloseTo(0.25, 12);
    // Biases that say the first image.
    const biased = {
      ...nothing,
      b: Float32Array.from(images.pixels.subarray(0, work.visible), (one) => 40 * one - 20),
    };
    expect(reconstructionError(biased, { ...images, count: 1 })).toBeLessThan(1e-12);
    // One hidden unit that is always on, and says the same.
    const b = new Float32Array(work.visible).fill(-20);
    const c = new Float32Array(work.hidden).fill(-40);
    c[3] = 40;
    const W = new Float32Array(nothing.W.length);
    for (let i = 0; i < work.visible; i++) W[i * work.hidden + 3] = images.pixels[i] ? 40 : 0;
    expect(reconstructionError({ W, b, c }, { ...images, count: 1 })).toBeLessThan(1e-12);
  });

  it('refuses parameters of another shape', () => {
    const { W, b, c } = firstParameters();
    expect(reconstructionError({ W, b, c: c.subarray(1) }, images)).toBeNaN();
    expect(hasLearned(0.25, NaN)).toBe(false);
    expect(hasLearned(0.25, 0.24)).toBe(false);
    expect(hasLearned(0.25, 0.05)).toBe(true);
  });

  it('all begin at weights of standard deviation 0.01', () => {
    const { W } = firstParameters();
    const mean = W.reduce((sum, one) => sum + one, 0) / W.length;
    const variance = W.reduce((sum, one) => sum + (one - mean) ** 2, 0) / W.length;
    expect(Math.abs(mean)).toBeLessThan(1e-4);
    expect(Math.sqrt(variance)).toBeCloseTo(0.01, 4);
  });
});

it.each([1, 6, 14])('the multiply-add kernel of %i accumulators does what it says', async (accumulators) => {
  const { instance } = await WebAssembly.instantiate(ceilingModule(accumulators));
  const run = instance.exports.run as (turns: number) => number;
  const turns = 3;
  const steps = (operationsATurn(accumulators) * turns) / (accumulators * 4 * 2);
  let sum = 0;
  for (let k = 0; k < accumulators; k++) {
    let a = 1 + k;
    for (let i = 0; i < steps; i++) a = a * 0.999 + 0.001;
    sum += a;
  }
  expect(run(turns)).toBeCloseTo(sum, 3);
});

const ceilingRate = 40e9;
/** Ours at three times the ceiling, a peer at half of it. */
const results: Results = {
  date: '2025-01-02T03:04:05.000Z',
  commit: 'abc',
  machine: { processor: 'A <processor>', cores: 2, memory: 1, system: 'here' },
  versions: { browser: 'Chromium 1', numpy: '2' },
  data: 'MNIST, binarised',
  rounds: 2,
  batches: 60,
  ceilings: [{ threads: 1, rate: measured([ceilingRate, ceilingRate / 2]) }],
  steps: [
    ['wakesleep', 3],
    ['onnxruntime-web', 0.5],
    ['tensorflow.js', 99],
  ].map(([program, times]) => ({
    program: String(program),
    where: 'tab',
    threads: 1,
    rate: measured([1, 0.5].map((slow) => (slow * Number(times) * ceilingRate) / operationsAnImage)),
    errorBefore: 0.25,
    errorAfter: program === 'tensorflow.js' ? 0.25 : 0.03,
    learned: program !== 'tensorflow.js',
  })),
  products: [
    { program: 'wakesleep', where: 'tab', threads: 1, product: 'up', dense: true, rate: measured([30e9, 15e9]) },
  ],
  ceilingBesideProducts: [{ threads: 1, rate: measured([40e9, 20e9]) }],
  likelihood: (['ais', 'pcd', 'tempering', 'dreams', 'mean-field'] as const).map((work, i) => ({
    program: 'wakesleep',
    where: 'native' as const,
    threads: 1,
    work,
    rate: measured([1000 * (i + 1), 500 * (i + 1)]),
  })),
  waits: { start: 90, weight: 5, waits: { 'a small thing': 3, 'a large thing': 12 } },
  classification: { computing: spreadOf([0.2]), roundTrip: spreadOf([0.4]) },
  trainingMemory: 17e6,
  files: [{ name: 'wakesleep-simd.wasm', bytes: 400_000, gzipped: 150_000 }],
  scaling: [64, 128].flatMap((side) => [
    { where: 'tab' as const, visible: side, hidden: side, examples: 1000, time: spreadOf([1e-6 * side]) },
    { where: 'tab' as const, visible: 784, hidden: 500, examples: 100 * side, time: spreadOf([1e-5]) },
  ]),
  notes: ['something was left out'],
};

describe('figures', () => {
  const goal = (start: string) => {
    const found = goals(results).find(({ what }) => what.startsWith(start));
    if (!found) throw new Error(`no goal ${start}`);
    return found;
  };

  it('goals compare with the ceiling and with the fastest peer that learned', () => {
    expect(goal('whole CD-1 step').found?.median).toBeCloseTo(3);
    expect(verdict(goal('whole CD-1 step'))).toBe('target');
    // The other one is faster, and broken.
    expect(goal('the same over the fastest peer in the tab, 1 thread').found?.median).toBeCloseTo(6);
    expect(goal('dense products').found?.median).toBeCloseTo(0.75);
    expect(verdict(goal('dense products'))).toBe('below');
    expect(verdict(goal('one drawing'))).toBe('aim');
    expect(goalText(goal('one drawing'))).toBe('0.20 ms');
    expect(verdict(goal('engine memory'))).toBe('below');
    expect(verdict(goal('native over'))).toBe('unmeasured');
    expect(goal('longest wait').found?.median).toBe(12);
    expect(verdict(goal('longest wait'))).toBe('target');
    expect(goalText(goal('creating a weight'))).toBe('5.00 ns');
  });

  it('a table aligns words to the left and numbers to the right', () => {
    expect(table(['who', 'rate'], [['a', 5], ['long name', '1,234']]).split('\n')).toEqual([
      'who         rate',
      '---------  -----',
      'a              5',
      'long name  1,234',
    ]); // prettier-ignore
  });

  it('the report names what is broken and what was left out', () => {
    const text = report(results);
    expect(text).toMatch(/tensorflow\.js .*BROKEN/);
    expect(text).toContain('Note: something was left out');
    expect(text).toMatch(/wakesleep +native +1 thread +750 +1,500 +2,250 +3,000 +3,750/);
    expect(text).toMatch(/a large thing +12\.0/);
    expect(text).not.toMatch(/NaN|undefined/);
  });

  it('the README keeps all but the figures between its comments', () => {
    const begin = '<!-- bench: written by `npm run bench` -->';
    const readme = `before\n${begin}\nold figures\n<!-- /bench -->\nafter\n`;
    const runs = [results, { ...results, machine: { ...results.machine, processor: 'Another' } }];
    const once = withFigures(readme, runs);
    expect(once).toMatch(/^before\n/);
    expect(once).toMatch(/\nafter\n$/);
    expect(once).not.toContain('old figures');
    expect(once).toContain('| whole CD-1 step in the tab, 1 thread, over the multiply-add ceiling | 3.00 |');
    expect(once).toMatch(/\| images learned a second \| 1 thread \|/);
    expect(once).toMatch(/\| wakesleep \(tab\) \| [\d,]+ \|/);
    expect(once).toContain('Another, 2 cores');
    expect(once).toContain('| dreams: Gibbs steps | 3,000 |');
    expect(withFigures(withFigures(once, [results]), runs)).toBe(once);
    expect(() => withFigures('no place', runs)).toThrow('README');
  });

  it('pictures are whole, and say in words what they show', () => {
    for (const svg of [bars(results), scaling(results)]) {
      expect(svg).toMatch(/^<svg [^>]*role="img">\n<title>/);
      expect(svg).not.toMatch(/NaN|undefined|Infinity|A <processor>/);
    }
    expect(bars(results)).toContain('Wakesleep (tab), 1 thread: 90');
  });
});
