// What the lesson Depth claims, computed anew through the package.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncDataset, type SyncEngine, type SyncRbm } from 'wakesleep/sync';
import * as stack from '../../web/site/lessons/depth/stack.ts';
import * as bars from '../../web/site/lessons/learning/bars.ts';
import { optionsOf } from '../../web/site/lessons/learning/rules.ts';

let engine: SyncEngine;
let data: SyncDataset;
let codes: SyncDataset;
beforeAll(async () => {
  engine = await load();
  data = engine.dataset({ kind: 'bars-and-stripes', size: bars.size });
  codes = engine.dataset(Float32Array.from(stack.allCodes.flat()), { shape: [stack.codeCount, bars.hidden] });
});
afterAll(() => engine.dispose());

const parametersOf = (rbm: SyncRbm): bars.Parameters => {
  const { W, b, c } = rbm.parameters();
  return { W: W.data, b: b.data, c: c.data };
};
const arrays = ({ W, b, c }: bars.Parameters) => ({
  W: Float32Array.from(W),
  b: Float32Array.from(b),
  c: Float32Array.from(c),
});

function firstMachine(seed = 1): { machine: bars.Parameters; exact: number } {
  const rbm = engine.rbm({ visible: bars.pixels, hidden: bars.hidden, seed });
  rbm.train(data, { ...optionsOf('cd1', seed), epochs: 3000 });
  const exact = rbm.logLikelihood(data, { logZ: rbm.logPartition().logZ }).mean;
  const machine = parametersOf(rbm);
  rbm.dispose();
  return { machine, exact };
}

interface Step {
  machine: bars.Parameters;
  logPrior: Float64Array;
  bound: number;
  truth: number;
  p: Float64Array;
}
/** The second machine at these steps of its learning. */
function second(below: bars.Parameters, steps: readonly number[], start: 'transpose' | 'random', seed = 1): Step[] {
  const first = stack.firstOf(below);
  const rbm = engine.rbm({ visible: bars.hidden, hidden: stack.above, seed });
  if (start === 'transpose') rbm.setParameters(arrays(stack.transposed(below)));
  let done = 0;
  const found = steps.map((step) => {
    if (step > done) rbm.train(codes, { ...stack.optionsOf(first.caused), epochs: step - done });
    done = step;
    const machine = parametersOf(rbm);
    const logPrior = stack.prior(machine);
    const p = stack.imagesOf(first, logPrior);
    return { machine, logPrior, bound: stack.bound(first, logPrior), truth: stack.logLikelihoodOf(p), p };
  });
  rbm.dispose();
  return found;
}
const sharesOf = (p: ArrayLike<number>): number[] => bars.data.map((image) => p[image]!);
const sum = (values: Iterable<number>): number => [...values].reduce((a, b) => a + b, 0);
const everySixth = Array.from({ length: 101 }, (_, i) => 6 * i);

describe('lesson Depth', () => {
  it.each([1, 2, 3])('has a bound that starts tight at the transpose, and rises with every step: seed %i', (seed) => {
    const { machine, exact } = firstMachine(seed);
    const steps = second(machine, everySixth, 'transpose', seed);
    expect(steps[0]!.bound).toBeCloseTo(exact, 4);
    expect(steps[0]!.truth).toBeCloseTo(exact, 4);
    steps.forEach(({ bound, truth }, i) => {
      if (i > 0) expect(bound).toBeGreaterThan(steps[i - 1]!.bound);
      expect(truth).toBeGreaterThan(bound - 1e-9);
    });
    expect(steps.at(-1)!.bound - exact).toBeGreaterThan(0.4);
    // What is gained is what the features had left.
    const first = stack.firstOf(machine);
    for (const { logPrior, bound } of steps)
      expect(bound + stack.left(first, logPrior)).toBeCloseTo(
        steps[0]!.bound + stack.left(first, steps[0]!.logPrior),
        8,
      );
  });

  it('has sums that are those of the engine', () => {
    const { machine } = firstMachine();
    const [at] = second(machine, [300], 'transpose');
    const rbm = engine.rbm({ visible: bars.hidden, hidden: stack.above });
    rbm.setParameters(arrays(at!.machine));
    const { logZ } = rbm.logPartition();
    rbm.scoreSamples(codes, { logZ }).data.forEach((log, code) => expect(at!.logPrior[code]).toBeCloseTo(log, 3));
    expect(sum(at!.p)).toBeCloseTo(1, 6);
    // The features of the data, drawn.
    const below = engine.rbm({ visible: bars.pixels, hidden: bars.hidden });
    below.setParameters(arrays(machine));
    const { caused } = stack.firstOf(machine);
    const drawn = new Float64Array(stack.codeCount);
    const rounds = 500;
    for (let round = 0; round < rounds; ++round) {
      const { data: bits } = below.sampleHidden(data, { seed: round });
      for (let row = 0; row < data.count; ++row) {
        const code = bits.subarray(row * bars.hidden, (row + 1) * bars.hidden).reduce((all, bit) => 2 * all + bit, 0);
        drawn[code]! += 1 / (rounds * data.count);
      }
    }
    drawn.forEach((share, code) => expect(Math.abs(share - caused[code]!)).toBeLessThan(0.015));
    // And the images, from the top down.
    const chains = 20000;
    const h = rbm.sample({ chains, steps: 300, seed: 1 }).states;
    const { data: v } = below.sampleVisible(h, { seed: 2 });
    const counts = new Float64Array(bars.imageCount);
    for (let row = 0; row < chains; ++row) counts[bars.imageOf(v.subarray(9 * row, 9 * (row + 1)))]! += 1 / chains;
    counts.forEach((share, image) => expect(Math.abs(share - at!.p[image]!)).toBeLessThan(0.02));
    rbm.dispose();
    below.dispose();
  });

  it('says what one sees', () => {
    const { machine } = firstMachine();
    const first = stack.firstOf(machine);
    const percents = (p: ArrayLike<number>) =>
      [Math.min(...sharesOf(p)), Math.max(...sharesOf(p)), sum(sharesOf(p))].map((share) => (100 * share).toFixed(1));
    const alone = sharesOf(bars.landscape(machine).p);
    expect(Math.round(Math.max(...alone) / Math.min(...alone) / 100)).toBe(3);
    // Two full lower rows.
    expect(alone[bars.data.indexOf(0b000111111)]).toBe(Math.max(...alone));
    const nats = (step: Step) =>
      [step.bound, step.truth, stack.left(first, step.logPrior)].map((one) => one.toFixed(2));
    const steps = second(machine, [0, 60, 600], 'transpose');
    expect(steps.map(nats)).toEqual([
      ['-3.73', '-3.73', '0.91'],
      ['-2.89', '-2.88', '0.06'],
      ['-2.85', '-2.84', '0.02'],
    ]);
    expect(steps.map(({ p }) => percents(p))).toEqual([
      ['0.1', '32.0', '76.6'],
      ['5.1', '6.1', '78.9'],
      ['5.4', '6.3', '82.1'],
    ]);
    const random = second(machine, [0, 600], 'random');
    expect(random.map((step) => nats(step).slice(0, 2))).toEqual([
      ['-4.08', '-3.75'],
      ['-3.60', '-3.42'],
    ]);
  });

  it('has nothing left for a third machine that is worth its depth', () => {
    const { machine } = firstMachine();
    const first = stack.firstOf(machine);
    const [last] = second(machine, [600], 'transpose');
    // How often the data cause the features of the second machine, and how often it expects them.
    const above = engine.rbm({ visible: bars.hidden, hidden: stack.above });
    above.setParameters(arrays(last!.machine));
    const means = above.hiddenMeans(codes).data;
    const caused = new Float64Array(2 ** stack.above);
    const given = new Float64Array(2 ** stack.above);
    first.caused.forEach((share, code) => {
      bars.patterns([...means.subarray(stack.above * code, stack.above * (code + 1))], given);
      given.forEach((one, pattern) => (caused[pattern]! += share * one));
    });
    above.dispose();
    const { W, b, c } = last!.machine;
    const logs = Array.from(caused, (_, pattern) => {
      const h = Array.from({ length: stack.above }, (_, k) => (pattern >> (stack.above - 1 - k)) & 1);
      let log = sum(h.map((on, k) => on * c[k]!));
      for (let j = 0; j < bars.hidden; ++j)
        log += Math.log1p(Math.exp(b[j]! + sum(h.map((on, k) => on * W[j * stack.above + k]!))));
      return log;
    });
    const logZ = Math.log(sum(logs.map(Math.exp)));
    const left = sum(logs.map((log, k) => (caused[k]! > 0 ? caused[k]! * (Math.log(caused[k]!) - log + logZ) : 0)));
    expect(left).toBeGreaterThan(0);
    expect(left).toBeLessThan(stack.left(first, last!.logPrior));
  });

  it('changes with the seed', () => {
    const [one, two] = [1, 2].map((seed) => second(firstMachine(seed).machine, [60], 'transpose', seed)[0]!.bound);
    expect(one).not.toBeCloseTo(two!, 2);
  });
});
