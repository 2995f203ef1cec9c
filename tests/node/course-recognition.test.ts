// The lesson Recognition: what it claims, computed anew through the package.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncDbn, type SyncEngine } from 'wakesleep/sync';
import { strokesAt } from '../../web/site/lessons/recognition/morph.ts';
import { isWord, strokesOf, wordOf } from '../../web/site/lessons/recognition/strokes.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: SyncEngine;
let dbn: SyncDbn;
beforeAll(async () => {
  engine = await load();
  dbn = engine.open(readFileSync(fromRoot('models/digits-dbn.safetensors'))) as SyncDbn;
});
afterAll(() => engine.dispose());

type Strokes = ReturnType<typeof strokesAt>;
const pixelsOf = (strokes: Strokes) => engine.preprocessDigit(strokes).data;
function read(strokes: Strokes) {
  const { labels, freeEnergy, probabilities } = dbn.classify(pixelsOf(strokes));
  return { label: labels[0]!, F: [...freeEnergy.data], p: [...probabilities.data] };
}
const sum = (values: readonly number[]) => values.reduce((a, b) => a + b, 0);
const softplus = (a: number) => Math.max(a, 0) + Math.log1p(Math.exp(-Math.abs(a)));

/** Pale pixels that no way over pale pixels joins with the edge: the inside of a closed loop. */
function enclosed(pixels: Float32Array): number {
  const outside = new Set([0]);
  for (const at of outside)
    for (const [next, near] of [
      [at - 1, at % 28 > 0],
      [at + 1, at % 28 < 27],
      [at - 28, at >= 28],
      [at + 28, at < 28 * 27],
    ] as const)
      if (near && pixels[next]! < 0.5) outside.add(next);
  return pixels.filter((value, at) => value < 0.5 && !outside.has(at)).length;
}

describe('lesson Recognition', () => {
  it('has free energies that are those of its formula, and probabilities in which Z cancels', () => {
    const { W, U, b, c, d } = dbn.parameters(2);
    const [hidden, features] = [c.data.length, b.data.length];
    const drawing = pixelsOf(strokesAt(0.4));
    const x = dbn.up(drawing, 2).data;
    const input = Float64Array.from(c.data);
    for (let i = 0; i < features; ++i)
      for (let j = 0; j < hidden; ++j) input[j] = input[j]! + x[i]! * W.data[i * hidden + j]!;
    const visible = sum(Array.from(x, (value, i) => value * b.data[i]!));
    const F = Array.from(d!.data, (bias, y) => {
      const terms = Array.from(input, (a, j) => softplus(a + U!.data[y * hidden + j]!));
      return -visible - bias - sum(terms);
    });
    const ours = read(strokesAt(0.4));
    F.forEach((one, y) => expect(ours.F[y]).toBeCloseTo(one, 2));
    for (const logZ of [0, 590, 610]) {
      const joint = F.map((one) => Math.exp(-one - logZ));
      joint.forEach((one, y) => expect(one / sum(joint)).toBeCloseTo(ours.p[y]!, 3));
    }
  });

  it('has posteriors that are those of a machine whose Z can be summed, for any of its parameters', () => {
    const [visible, hidden, labels] = [4, 3, 3];
    for (const seed of [1, 2]) {
      const rbm = engine.rbm({ visible, hidden, labels, seed });
      const of = (count: number, k: number) =>
        Float32Array.from({ length: count }, (_, i) => 2 * Math.sin(seed + k * i));
      rbm.setParameters({ W: of(12, 1), b: of(4, 2), c: of(3, 3), U: of(9, 5), d: of(3, 7) });
      const { logZ } = rbm.logPartition();
      const v = Float32Array.of(1, 0, 1, 1);
      const { freeEnergy, probabilities } = rbm.classify(v);
      const joint = Array.from(freeEnergy.data, (F) => Math.exp(-F - logZ));
      // log p(v), by which the joint probabilities are divided, is the engine's own sum over the labels.
      const evidence = Math.exp(rbm.scoreSamples(v, { logZ, labels: false }).data[0]!);
      joint.forEach((one, y) => expect(one / evidence).toBeCloseTo(probabilities.data[y]!, 5));
      rbm.dispose();
    }
  });

  it('answers its question: the 4 becomes a 9 while the gap is open, within a small part of the way', () => {
    const [early, middle, late] = [0.3, 0.37, 0.45].map((part) => read(strokesAt(part)));
    expect([early!.label, late!.label]).toEqual([4, 9]);
    expect(early!.p[4]).toBeCloseTo(0.98, 2);
    expect(late!.p[9]).toBeCloseTo(0.96, 2);
    expect(Math.abs(middle!.F[4]! - middle!.F[9]!)).toBeLessThan(1 / 3);
    for (const part of [0, 0.37, 0.5, 0.7]) expect(enclosed(pixelsOf(strokesAt(part)))).toBe(0);
    for (const part of [0.8, 1]) expect(enclosed(pixelsOf(strokesAt(part)))).toBeGreaterThan(5);
  });

  it('has no other digit in between', () => {
    for (let step = 0; step <= 20; ++step) {
      const { F, p } = read(strokesAt(step / 20));
      expect(1 - p[4]! - p[9]!).toBeLessThan(0.02);
      const others = F.filter((_, y) => y !== 4 && y !== 9);
      expect(Math.min(...others) - Math.min(...F)).toBeGreaterThan(5);
    }
  });

  it('says what one sees when one tries', () => {
    const line = ([x, y]: readonly [number, number], [u, v]: readonly [number, number]) =>
      Array.from({ length: 13 }, (_, i) => [x + ((u - x) * i) / 12, y + ((v - y) * i) / 12] as const);
    const plus = read(strokesOf(wordOf([line([0.5, 0.2], [0.5, 0.8]), line([0.2, 0.5], [0.8, 0.5])])));
    expect(plus.label).toBe(4);
    expect(plus.p[4]).toBeGreaterThan(0.99);
    const four = read(strokesAt(0));
    expect(Math.min(...four.F)).toBeCloseTo(-521.6, 0);
    expect(Math.min(...plus.F) - Math.min(...four.F)).toBeGreaterThan(27.5);
    expect(Math.min(...plus.F) - Math.min(...four.F)).toBeLessThan(28.5);
    expect(Math.exp(5)).toBeCloseTo(148, 0);
  });

  it('keeps a drawing in its address, and reads the same of it', () => {
    const word = wordOf(strokesAt(0.6));
    expect(word).toMatch(/^[\w-]+\.[\w-]+$/);
    expect(wordOf(strokesOf(word))).toBe(word);
    expect(read(strokesOf(word)).label).toBe(9);
    expect(isWord(word)).toBe(true);
    expect(wordOf([])).toBe('');
    expect(strokesOf('')).toEqual([]);
    for (const nonsense of ['ab', 'abc..abc', '.', 'ab*', 'abc'.repeat(5000)]) expect(isWord(nonsense)).toBe(false);
    // A scribble of thousands of points has a short word all the same.
    const scribble = [
      Array.from({ length: 9000 }, (_, i) => [0.5 + Math.sin(i) / 2, 0.5 + Math.cos(2 * i) / 2] as const),
    ];
    const short = wordOf(scribble);
    expect(short.length).toBeLessThanOrEqual(1200);
    expect(wordOf(strokesOf(short))).toBe(short);
  });
});
