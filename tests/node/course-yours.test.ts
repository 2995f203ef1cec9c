// What the lesson Teach your own claims, computed anew: how a machine of two symbols reads what was held back.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine } from 'wakesleep/sync';
import {
  drawingsOf,
  epochs,
  examplesOf,
  hidden,
  lotOf,
  most,
  options,
  pixels,
  source,
  type Material,
  type Pair,
} from '../../web/site/lessons/yours/machine.ts';

let engine: SyncEngine;
let material: Material;
beforeAll(async () => {
  engine = await load();
  const data = engine.dataset(source);
  material = examplesOf(data.rows(0, source.count).data, data.labels(0, source.count));
  data.dispose();
});
afterAll(() => engine.dispose());

interface Result {
  /** Of each symbol, what was held back and is recognised. */
  right: number[];
  /** Of what it was shown. */
  known: number;
  card: string | undefined;
}

function taught(counts: Pair<number>, seed = 1): Result {
  const lot = lotOf(material.shown, counts);
  const data = engine.dataset(lot.images, { shape: [lot.count, pixels], labels: lot.labels });
  const rbm = engine.rbm({ visible: pixels, hidden, labels: 2, seed });
  rbm.train(data, { ...options, epochs, seed });
  const held = lotOf(material.heldBack);
  const read = rbm.predict(held.images);
  const shown = rbm.predict(lot.images);
  const opened = engine.open(rbm.save({ notes: { card: 'what it was shown' } }));
  const result = {
    right: [0, 1].map((label) => held.labels.filter((one, i) => one === label && read[i] === label).length),
    known: lot.labels.filter((label, i) => shown[i] === label).length,
    card: opened.notes.card,
  };
  for (const one of [data, rbm, opened]) one.dispose();
  return result;
}

describe('lesson Teach your own', () => {
  it('holds back as many examples as it shows, and none that it shows', () => {
    const all = [...material.shown.flat(), ...material.heldBack.flat()].map((image) => image.join());
    expect(all.length).toBe(4 * most);
    expect(new Set(all).size).toBe(4 * most);
  });

  it('knows both when it was shown twenty of each: 37 of 40', () => {
    expect(taught([20, 20]).right).toEqual([18, 19]);
  });

  it('is biased by twenty of one and two of the other, and what it was shown does not tell', () => {
    const { right, known } = taught([20, 2]);
    expect(right).toEqual([20, 0]);
    expect(known).toBe(20);
    // Whatever the random numbers, and for the other symbol, too.
    for (const seed of [2, 3]) expect(taught([20, 2], seed).right[1]).toBeLessThan(most / 2);
    expect(taught([2, 20]).right[0]).toBeLessThan(most / 2);
  });

  it('says what one sees when one tries', () => {
    expect(taught([20, 8]).right).toEqual([18, 12]);
    expect(taught([2, 2]).right).toEqual([3, 18]);
  });

  it('is saved with its card', () => {
    expect(taught([1, 1]).card).toBe('what it was shown');
  });

  it('holds back every fourth drawing of one’s own', () => {
    const image = (value: number): Float32Array => new Float32Array(pixels).fill(value);
    const drawn = Array.from({ length: 9 }, (_, i) => ({ image: image(i / 10), label: i % 2 }));
    const { shown, heldBack } = drawingsOf(drawn);
    expect(shown.map((of) => of.length)).toEqual([4, 3]);
    expect(heldBack.map((of) => of.length)).toEqual([1, 1]);
  });
});
