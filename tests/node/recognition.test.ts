// What the network reads right, and what it must not claim to read.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { load, type SyncEngine } from 'wakesleep/sync';
import { certaintyOf, compare, meanOf, redrawing } from '../../web/site/pages/home/comparison.ts';
import { habits } from '../../web/site/pages/home/habits.ts';
import { countries, unseen } from '../browser/countries.ts';
import { drawings, type DrawnPoint } from '../browser/drawings.ts';
import { nonsense } from '../browser/nonsense.ts';

type Dbn = Extract<ReturnType<SyncEngine['open']>, { kind: 'dbn' }>;

let engine: SyncEngine;
let net: Dbn;
beforeAll(async () => {
  engine = await load();
  net = engine.open(readFileSync(new URL('../../models/digits-dbn.safetensors', import.meta.url))) as Dbn;
});
afterAll(() => engine.dispose());

const imageOf = (strokes: DrawnPoint[][]) => engine.preprocessDigit(strokes).data;
const labelOf = (strokes: DrawnPoint[][]) => net.classify(imageOf(strokes)).labels[0];

function reading(strokes: DrawnPoint[][]) {
  const image = imageOf(strokes);
  const { labels, probabilities } = net.classify(image);
  const label = labels[0] ?? 0;
  const comparison = compare(image, meanOf(net.sample({ ...redrawing, start: image, label }).means.data, image.length));
  return { label, comparison, certainty: certaintyOf(comparison, probabilities.data[label] ?? 0) };
}

for (const { what, of, least } of [
  { what: 'hand-made drawings', of: drawings, least: 0.9 },
  { what: 'digits as eight countries write them', of: [...countries, ...unseen], least: 0.92 },
])
  it(`reads at least ${String(100 * least)} % of ${what}`, () => {
    expect(of.length).toBeGreaterThanOrEqual(60);
    const read = of.map(({ strokes }) => labelOf(strokes));
    const wrong = of.flatMap(({ label, name }, i) =>
      read[i] === label ? [] : [`${String(label)} of ${name}: ${String(read[i])}`],
    );
    console.log(`${String(of.length - wrong.length)} of ${String(of.length)} were read right`, wrong);
    expect(wrong.length / of.length, wrong.join('\n')).toBeLessThanOrEqual(1 - least);
  });

it('was shown American digits: a European 1 it reads as a 4, a slashed 0 as an 8', () => {
  const others = [
    ...unseen,
    ...Object.values(habits).map(({ label, strokes }) => ({
      label,
      strokes: strokes.map((stroke) => stroke.map(([x, y]) => ({ x, y }))),
    })),
  ];
  for (const { label, strokes } of others) {
    expect(labelOf(strokes)).toBe(label === 1 ? 4 : 8);
  }
});

it('claims to read nothing that is no digit', () => {
  expect(nonsense.length).toBeGreaterThanOrEqual(30);
  const claimed = nonsense.map(({ name, strokes }) => ({ name, ...reading(strokes) }));
  expect(
    claimed.filter(({ certainty }) => certainty !== 'forced').map(({ name, label }) => `${name}: ${String(label)}`),
  ).toEqual([]);
});

it('seldom says that it must choose where a digit was drawn', () => {
  const all = [...countries, ...drawings];
  const cautious = all.filter(({ strokes }) => reading(strokes).certainty === 'forced');
  console.log(`cautious at ${String(cautious.length)} of ${String(all.length)} digits`);
  expect(cautious.length / all.length).toBeLessThanOrEqual(0.15);
});
