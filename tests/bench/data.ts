// The images and first parameters that every contender is given, as files.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { firstParameters, work, type Images } from '../../web/site/speed/work.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

export interface Data {
  name: string;
  held: Images;
  /** Files. */
  train: string;
  first: string;
}

const heldCount = 1000;

/** Threshold 0.5. */
const binarised = (pixels: Uint8Array): Uint8Array => pixels.map((one) => (one >= 128 ? 1 : 0));

function mnist(name: string): Uint8Array | undefined {
  const file = join(process.env.WAKESLEEP_DATA ?? '', 'mnist', name);
  const headerSize = 16;
  if (process.env.WAKESLEEP_DATA && existsSync(file)) return binarised(readFileSync(file).subarray(headerSize));
  if (process.env.WAKESLEEP_DATA && existsSync(`${file}.gz`))
    return binarised(gunzipSync(readFileSync(`${file}.gz`)).subarray(headerSize));
  return undefined;
}

async function strokeDigits(count: number, first: number): Promise<Uint8Array> {
  const { load } = (await import('wakesleep/sync')) as typeof import('wakesleep/sync');
  const engine = await load();
  const digits = engine.dataset({ kind: 'stroke-digits', count, first });
  const pixels = Uint8Array.from(digits.rows(0, count).data, (one) => (one >= 0.5 ? 1 : 0));
  engine.dispose();
  return pixels;
}

export async function prepareData(folder: string, quick: boolean): Promise<Data> {
  const fromMnist = { train: mnist('train-images-idx3-ubyte'), held: mnist('t10k-images-idx3-ubyte') };
  const made = fromMnist.train && fromMnist.held ? undefined : { count: quick ? 2000 : 20_000 };
  const train = fromMnist.train ?? (await strokeDigits(made?.count ?? 0, 0));
  const held = fromMnist.held ?? (await strokeDigits(heldCount, made?.count ?? 0));
  const { W, b, c } = firstParameters();
  mkdirSync(folder, { recursive: true });
  const write = (name: string, bytes: Uint8Array): string => {
    const file = join(folder, name);
    writeFileSync(file, bytes);
    return file;
  };
  const heldImages = held.subarray(0, heldCount * work.visible);
  write('held.bin', heldImages);
  return {
    name: made ? `${made.count} stroke digits, binarised` : 'MNIST, binarised',
    held: { pixels: heldImages, count: heldCount },
    train: write('train.bin', train),
    first: write('first.bin', Buffer.concat([W, b, c].map(({ buffer }) => Buffer.from(buffer)))),
  };
}

export const pageFolder = fromRoot('build/bench/page');
