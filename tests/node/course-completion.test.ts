// What the lesson Filling in claims, computed anew through the package, with the machine that its figure shows.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine, type SyncRbm } from 'wakesleep/sync';
import { type Cover, fitted, seenOf, spanned } from '../../web/site/lessons/completion/cover.ts';
import { drawn, pixels, rounded, states } from '../../web/site/lessons/digits.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

const count = 8;
const settled = 200;
const upper: Cover = [0, 0, 28, 14];
const lower: Cover = [0, 14, 28, 14];
const right: Cover = [14, 0, 14, 28];

let engine: SyncEngine;
let rbm: SyncRbm;
/** What reads the completions. */
let read: (images: Float32Array) => number[];
const digits: Float32Array[] = [];

beforeAll(async () => {
  engine = await load();
  const opened = (file: string) => engine.open(new Uint8Array(readFileSync(fromRoot(`models/${file}.safetensors`))));
  const [machine, reader] = [opened('digits-rbm'), opened('digits-dbn')];
  if (machine.kind !== 'rbm' || reader.kind !== 'dbn') throw new Error('these files hold other kinds of models');
  rbm = machine;
  read = (images) => Array.from(reader.predict(images));
  // As the site takes them: the first of each digit.
  const data = engine.dataset({ kind: 'stroke-digits', count: 60, seed: 7 });
  const labels = data.labels(0, 60);
  for (let label = 0; label < 10; ++label) digits.push(states(data.rows(labels.indexOf(label), 1).data));
});
afterAll(() => engine.dispose());

function completions(digit: number, cover: Cover, seed: number, steps = settled) {
  const values = digits[digit]!;
  const mask = seenOf(cover);
  const samples = rbm.sample({ clamp: { values, mask }, chains: count, steps, seed });
  const hidden = rbm.freeEnergy(values).data[0]!;
  const gains = Array.from(rbm.freeEnergy(samples.states).data, (one) => hidden - one);
  return { ...samples, values, mask, gains, labels: read(samples.images.data) };
}

describe('lesson Completion', () => {
  it('draws completions as often as they are probable, by enumeration of a small machine', () => {
    const small = engine.rbm({ visible: 6, hidden: 4 });
    const W = Float32Array.from({ length: 24 }, (_, i) => 1.5 * Math.sin(3 * i + 1));
    small.setParameters({ W, b: new Float32Array(6).fill(0.2), c: new Float32Array(4).fill(-0.3) });
    const values = Float32Array.of(1, 0, 1, 0, 0, 0);
    const mask = Float32Array.of(1, 1, 1, 0, 0, 0);
    const all = Float32Array.from({ length: 8 * 6 }, (_, i) =>
      i % 6 < 3 ? values[i % 6]! : (Math.floor(i / 6) >> ((i % 6) - 3)) & 1,
    );
    const weights = Array.from(small.freeEnergy(all).data, (free) => Math.exp(-free));
    const sum = weights.reduce((a, b) => a + b, 0);
    const chains = 20_000;
    const { data } = small.sample({ clamp: { values, mask }, chains, steps: 50, seed: 1 }).states;
    const visits = new Array<number>(8).fill(0);
    for (let row = 0; row < chains; ++row) {
      expect(Array.from(data.subarray(6 * row, 6 * row + 3))).toEqual([1, 0, 1]);
      visits[data[6 * row + 3]! + 2 * data[6 * row + 4]! + 4 * data[6 * row + 5]!]! += 1;
    }
    weights.forEach((weight, state) => {
      const p = weight / sum;
      // Five standard errors.
      expect(Math.abs(visits[state]! / chains - p)).toBeLessThan(5 * Math.sqrt((p * (1 - p)) / chains));
    });
    small.dispose();
  });

  it('answers its question: different digits, and what is seen stays as it is', () => {
    for (const seed of [1, 2, 3]) {
      const { labels, states: drawnStates, values, mask } = completions(8, upper, seed);
      expect(new Set(labels).size).toBeGreaterThanOrEqual(3);
      for (const label of labels) expect([2, 3, 5, 6, 8]).toContain(label);
      for (let i = 0; i < count * pixels; ++i)
        if (mask[i % pixels]) expect(drawnStates.data[i]).toBe(values[i % pixels]);
    }
  });

  it('compares draws with what is hidden: far below at first, and more probable than it in the end', () => {
    const [first, last] = [1, settled].map((steps) => completions(8, upper, 1, steps).gains);
    expect(Math.max(...first!)).toBeLessThan(-50);
    expect(last!.filter((gain) => gain > 0).length).toBeGreaterThan(count / 2);
  });

  it('says what one sees when one tries', () => {
    const ofTwo = [1, 2, 3].map((seed) => completions(2, right, seed).labels);
    for (const labels of ofTwo) {
      const [twos, sixes] = [2, 6].map((digit) => labels.filter((one) => one === digit).length);
      expect(Math.min(twos!, sixes!)).toBeGreaterThan(0);
      expect(twos! + sixes!).toBeGreaterThanOrEqual(count - 1);
    }
    expect(new Set(ofTwo.map(String)).size).toBe(3);
    for (const seed of [1, 2, 3]) expect(completions(5, lower, seed).labels).toEqual(new Array(count).fill(5));
    expect(new Set(completions(8, [0, 0, 28, 28], 1).labels).size).toBeGreaterThanOrEqual(3);
  });

  it('changes with the seed and with the weights', () => {
    const [one, other] = [completions(8, upper, 1), completions(8, upper, 2)];
    expect(one.states.data).not.toEqual(other.states.data);
    expect(completions(8, upper, 1).states.data).toEqual(one.states.data);
    const weakened = engine.rbm({ visible: pixels, hidden: rbm.hiddenUnits });
    const { W, b, c } = rbm.parameters();
    weakened.setParameters({ W: W.data.map((w) => 0.9 * w), b, c });
    expect(weakened.freeEnergy(one.states).data[0]).not.toBeCloseTo(rbm.freeEnergy(one.states).data[0]!, 0);
    weakened.dispose();
  });
});

describe('the cover of lesson Completion', () => {
  it('stays on the digit, and hides what it lies on', () => {
    expect(fitted([20, -3, 14, 40])).toEqual([14, 0, 14, 28]);
    expect(fitted([3, 4, 0, 0])).toEqual([3, 4, 1, 1]);
    expect(spanned([5, 9], [2, 11])).toEqual([2, 9, 4, 3]);
    const seen = seenOf([2, 9, 4, 3]);
    expect(seen.reduce((a, b) => a + b, 0)).toBe(pixels - 12);
    expect([seen[9 * 28 + 2], seen[11 * 28 + 5], seen[12 * 28 + 5], seen[9 * 28 + 6]]).toEqual([0, 0, 1, 1]);
  });
});

describe('a drawn digit in an address', () => {
  it('is read as it was written', () => {
    const digit = Float32Array.from({ length: pixels }, (_, p) => Number(p % 7 === 3 || p > 700));
    const text = drawn(2).write(digit);
    expect(text).toMatch(/^[\w-]{131}$/);
    expect(drawn(2).read(text)).toEqual(digit);
    const grey = rounded(
      digit.map((_, p) => (p % 29) / 28),
      8,
    );
    expect(drawn(8).write(grey)).toMatch(/^[\w-]{392}$/);
    expect(drawn(8).read(drawn(8).write(grey))).toEqual(grey);
    expect(drawn(2).write(null)).toBe('');
    for (const wrong of ['', 'abc', `${text}A`, text.replace(/^./, '!')]) expect(drawn(2).read(wrong)).toBe(null);
  });
});
