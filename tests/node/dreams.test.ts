// What the first page shows of the network's dreams is what the network dreams, and every tile reads as its label.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncEngine } from 'wakesleep/sync';
import { judge, packed, unpacked } from '../judge/judge.mjs';

type Dbn = Extract<ReturnType<SyncEngine['open']>, { kind: 'dbn' }>;

const file = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url));
const folder = 'web/site/pages/home/dreams';
const film = JSON.parse(file(`${folder}/film.json`).toString()) as {
  network: string;
  seed: number;
  labels: number[];
  seedOfStarts: number;
  stride: number;
  /** How far the dreams out of noise were judged, and those that start at images. */
  horizon: number;
  startsHorizon: number;
  steps: number[];
};
const pixels = 784;
const ten = Array.from({ length: 10 }, (_, label) => label);
const read = judge();

let engine: SyncEngine;
let net: Dbn;
beforeAll(async () => {
  engine = await load();
  net = engine.open(file('models/digits-dbn.safetensors')) as Dbn;
});
afterAll(() => engine.dispose());

/** Which tiles are not read as `wanted`, looked at in each frame of the page from step `from` to the horizon. */
function misread(
  options: Parameters<Dbn['dream']>[0],
  from: number,
  horizon: number,
  wanted: readonly number[],
): string[] {
  const wrong: string[] = [];
  const dream = net.dream({ chains: 10, seed: film.seed, ...options, stepsPerFrame: from });
  for (let steps = from; steps <= horizon; steps += film.stride) {
    const { images } = dream.next().value as { images: { data: Float32Array } };
    dream.stepsPerFrame = film.stride;
    wanted.forEach((label, row) => {
      const as = read(images.data.subarray(pixels * row, pixels * (row + 1)));
      if (as !== label)
        wrong.push(`${String(label)} in tile ${String(row)} reads as ${String(as)} at ${String(steps)}`);
    });
  }
  dream.return?.();
  return wrong;
}

describe('stored dreams', () => {
  it('are of the network that is there', () => {
    expect(film.network, 'run `npm run dreams` again').toBe(net.fingerprint());
  });

  it('are, byte for byte, what the chains show on their way out of noise', () => {
    const stored = file(`${folder}/film.bin`);
    const dream = net.dream({ chains: 10, label: film.labels, seed: film.seed });
    const size = 10 * (pixels / 2);
    expect(stored.length).toBe(size * film.steps.length);
    film.steps.forEach((steps, i) => {
      dream.stepsPerFrame = steps - (film.steps[i - 1] ?? 0);
      const { images } = dream.next().value as { images: { data: Float32Array } };
      expect(Buffer.compare(stored.subarray(size * i, size * (i + 1)), packed(images.data)), `step ${steps}`).toBe(0);
    });
    dream.return?.();
  });

  it('end by step 300, and from then on every tile reads as its label', () => {
    const from = film.steps.at(-1) ?? 0;
    expect(from).toBeLessThanOrEqual(300);
    expect(film.horizon).toBeGreaterThanOrEqual(450);
    expect([...film.labels].sort()).toEqual(ten);
    expect(misread({ label: film.labels }, from, film.horizon, film.labels)).toEqual([]);
  });

  it.each([...ten, 'each'] as const)('dreams of %s start and stay with their labels', (label) => {
    const starts = unpacked(file(`${folder}/starts.bin`));
    const row = label === 'each' ? 0 : label + 1;
    const start = starts.slice(10 * pixels * row, 10 * pixels * (row + 1));
    const wanted = label === 'each' ? ten : Array<number>(10).fill(label);
    expect(
      misread({ label: label === 'each' ? ten : label, start, seed: film.seedOfStarts }, 1, film.startsHorizon, wanted),
    ).toEqual([]);
  });
});
