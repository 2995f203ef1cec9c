/**
 * What `npm run dreams` stored of the network's dreams: the frames in which ten dreams form out of noise, and for each
 * label ten images whose chains stay with that label.
 */
import type { Label } from 'wakesleep';
import { labelCount } from '../../state/labels';
import type { Frame } from '../../state/chains.svelte';
import film from './dreams/film.bin?url';
import { horizon, labels, seed, seedOfStarts, startsHorizon, steps, stride } from './dreams/film.json';
import starts from './dreams/starts.bin?url';

export { labels, seed, seedOfStarts, stride };
/** Gibbs steps as far as dreams out of noise, and those that start at images, are known to stay with their labels. */
export const horizons = { outOfNoise: horizon, fromStarts: startsHorizon };
export const each: Label[] = Array.from({ length: labelCount }, (_, label) => label);
const pixels = 784;

async function unpacked(url: string): Promise<Float32Array> {
  const response = await fetch(url);
  if (!response.ok) throw new Error(`the server answered ${String(response.status)}`);
  const bytes = new Uint8Array(await response.arrayBuffer());
  const values = new Float32Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    values[2 * i] = (byte & 15) / 15;
    values[2 * i + 1] = (byte >> 4) / 15;
  });
  return values;
}

const frames = async (): Promise<Frame[]> => {
  const values = await unpacked(film);
  const size = labelCount * pixels;
  return steps.map((done, i) => ({
    images: { data: values.subarray(size * i, size * (i + 1)), shape: [labelCount, pixels] },
    labels: Uint16Array.from(labels),
    steps: done,
  }));
};
/** Without them the dreams begin when the network is there. */
export const forming: Promise<Frame[]> = frames().catch(() => []);

let formed: Promise<Float32Array> | null = null;
/** Ten images whose chains stay with a label, or with one label each; without them chains start at noise. */
export async function startsOf(label: number | 'each'): Promise<Float32Array | undefined> {
  formed ??= unpacked(starts);
  try {
    const row = label === 'each' ? 0 : label + 1;
    return (await formed).slice(row * labelCount * pixels, (row + 1) * labelCount * pixels);
  } catch {
    formed = null;
    return undefined;
  }
}
