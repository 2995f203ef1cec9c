// What the network reads right, and what it must not claim to read.
import { readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { load, type SyncEngine } from 'wakesleep/sync';
import { habits } from '../../web/site/pages/home/habits.ts';
import { countries, unseen } from '../browser/countries.ts';
import { drawings, type DrawnPoint } from '../browser/drawings.ts';
import { letters, noise, scribbles } from '../browser/letters.ts';
import { nonsense } from '../browser/nonsense.ts';

type Dbn = Extract<ReturnType<SyncEngine['open']>, { kind: 'dbn' }>;

let engine: SyncEngine;
let net: Dbn;
beforeAll(async () => {
  engine = await load();
  net = engine.open(readFileSync(new URL('../../models/digits-dbn.safetensors', import.meta.url))) as Dbn;
});
afterAll(() => engine.dispose());

const labelOf = (strokes: DrawnPoint[][]): number => net.predict(engine.preprocessDigit(strokes).data)[0] ?? 0;

/** The share of images that the network finds familiar, in percent. */
function familiarShare(images: readonly Float32Array[]): number {
  const rows = new Float32Array(784 * images.length);
  images.forEach((image, i) => {
    rows.set(image, 784 * i);
  });
  const { familiar } = net.classify(rows);
  return (100 * (familiar ?? []).filter(Boolean).length) / images.length;
}
const drawn = (things: readonly { strokes: DrawnPoint[][] }[]): Float32Array[] =>
  things.map(({ strokes }) => engine.preprocessDigit(strokes).data);

it('reads at least 92 % of digits as eight countries write them', () => {
  const all = [...countries, ...unseen];
  expect(all.length).toBeGreaterThanOrEqual(80);
  const read = all.map(({ strokes }) => labelOf(strokes));
  const wrong = all.flatMap(({ label, name }, i) =>
    read[i] === label ? [] : [`${String(label)} of ${name}: ${String(read[i])}`],
  );
  console.log(`${String(all.length - wrong.length)} of ${String(all.length)} were read right`, wrong);
  expect(wrong.length / all.length, wrong.join('\n')).toBeLessThanOrEqual(0.08);
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

it('finds at most 2 % of digits unfamiliar, on the canvas and in MNIST', () => {
  expect(familiarShare(drawn([...countries, ...drawings]))).toBeGreaterThanOrEqual(98);
  const folder = process.env.WAKESLEEP_DATA;
  if (!folder) return;
  const images = gunzipSync(readFileSync(`${folder}/mnist/t10k-images-idx3-ubyte.gz`)).subarray(16);
  const rows = Float32Array.from(images, (byte) => byte / 255);
  const { familiar } = net.classify(rows);
  expect((familiar ?? []).filter(Boolean).length / 10_000).toBeGreaterThanOrEqual(0.98);
});

it('finds at least 80 % of letters, scribbles and noise unfamiliar', () => {
  const kinds = {
    letters: drawn(letters(30, 2)),
    scribbles: drawn(scribbles(1000, 2)),
    noise: noise(1000, 2),
  };
  for (const [kind, images] of Object.entries(kinds))
    console.log(`${kind}: ${(100 - familiarShare(images)).toFixed(1)} % unfamiliar`);
  expect(familiarShare(Object.values(kinds).flat())).toBeLessThanOrEqual(20);
  // What people draw to fool it.
  expect(familiarShare(drawn(nonsense))).toBeLessThanOrEqual(30);
});
