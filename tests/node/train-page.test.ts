// The Train page offers units with defaults that show something soon: a number of batches that takes seconds.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncDataset, type SyncEngine } from 'wakesleep/sync';
import type { DataKind, HiddenUnits, Options, VisibleUnits } from '../../web/site/pages/train/options.ts';
import {
  defaultOptions,
  hiddenUnits,
  offeredUnits,
  rbmOptions,
  startingWith,
  tableOf,
  trainOptions,
  visibleUnits,
} from '../../web/site/pages/train/options.ts';

let engine: SyncEngine;
beforeAll(async () => {
  engine = await load();
});
afterAll(() => engine.dispose());

/** Batches that a thread does in less than ten seconds, by how long the units take to sample. */
const batches: Record<HiddenUnits, number> = {
  bernoulli: 1350,
  softmax: 1350,
  gaussian: 800,
  relu: 300,
  'noisy-relu': 250,
};
/** The share of the reconstruction error that is gone by then. */
const visible = 0.1;
/** Training and the first weights are other random numbers for each: what is seen by most is asked for. */
const seeds = [1, 2, 3, 4];

interface Offer {
  name: string;
  kind: DataKind;
  grey: boolean;
  make: () => SyncDataset;
}
const offers: Offer[] = [
  {
    name: 'stroke digits',
    kind: 'stroke-digits',
    grey: true,
    make: () => engine.dataset({ kind: 'stroke-digits', count: 5000, seed: 1 }).subset({ first: 0, count: 4500 }),
  },
  ...[4, 8].map((size): Offer => ({
    name: `bars and stripes of ${size}`,
    kind: 'bars-and-stripes',
    grey: false,
    make: () => engine.dataset({ kind: 'bars-and-stripes', size }),
  })),
  ...[5, 10].map((size): Offer => ({
    name: `shifter of ${size}`,
    kind: 'shifter',
    grey: false,
    make: () => engine.dataset({ kind: 'shifter', size }),
  })),
];

/** Mean squared error of reconstructions before and after so many batches. */
function errors(data: SyncDataset, options: Options, count: number): [number, number] {
  const feed = options.visibleUnits === 'gaussian' ? data.standardised() : data;
  const { data: rows } = feed.rows(0, Math.min(250, feed.count));
  const rbm = engine.rbm(rbmOptions(options, data.width, 0));
  const error = () => {
    const { data: made } = rbm.reconstruct(rows, { steps: 1, seed: 1 });
    return made.reduce((sum, value, i) => sum + (value - (rows[i] ?? 0)) ** 2, 0) / rows.length;
  };
  const table = tableOf(engine.describe().rbm);
  const training = rbm.training(feed, { ...trainOptions(table, options, 0), epochs: 1_000_000 });
  training.step();
  const before = error();
  for (let batch = 1; batch < count; ++batch) training.step();
  const after = error();
  rbm.dispose();
  return [before, after];
}

/** Options of the page after these units were chosen. */
function optionsOf(kind: DataKind, width: number, below: VisibleUnits, above: HiddenUnits, seed = 1): Options {
  const options = { ...defaultOptions(kind), seed };
  if (below === 'bernoulli' && above === 'bernoulli') return options;
  const chosen = { ...options, visibleUnits: below, hiddenUnits: above };
  return { ...chosen, ...startingWith(chosen, width) };
}

describe('units that the Train page offers learn something to be seen', () => {
  for (const { name, kind, grey, make } of offers) {
    for (const below of visibleUnits.filter((one) => one === 'bernoulli' || grey)) {
      for (const above of hiddenUnits) {
        it(`${name}: ${below} below, ${above} above`, ({ skip }) => {
          const data = make();
          if (!offeredUnits(data, below).includes(above)) skip('not offered');
          const ratios = seeds.map((seed) => {
            const [before, after] = errors(data, optionsOf(kind, data.width, below, above, seed), batches[above]);
            return after / before;
          });
          expect(ratios.reduce((sum, one) => sum + one, 0) / seeds.length).toBeLessThan(1 - visible);
        });
      }
    }
  }

  it('and every data set has units to choose from', () => {
    const offered = offers.map(({ name, make }) => [name, offeredUnits(make(), 'bernoulli').length]);
    expect(offered).toEqual([
      ['stroke digits', 4],
      ['bars and stripes of 4', 5],
      ['bars and stripes of 8', 5],
      ['shifter of 5', 5],
      ['shifter of 10', 5],
    ]);
  });
});
