// Animated PNGs (PNG, third edition: acTL, fcTL and fdAT) of few colours: each frame is what has changed since the
// last.

import { crc32, deflateSync } from 'node:zlib';

/** Bytes a pixel before, and the bits of each channel by which colours count as one. */
const channels = 4;
const bits = 4;

/** Frames of RGBA pixels as indices into one palette of the commonest colours. */
export function indexed(frames, most) {
  const counted = new Map();
  const keyOf = (pixels, at) => [0, 1, 2].reduce((key, c) => (key << bits) | (pixels[at + c] >> (8 - bits)), 0);
  for (const { pixels } of frames) {
    for (let at = 0; at < pixels.length; at += channels) {
      const key = keyOf(pixels, at);
      const one = counted.get(key) ?? [0, 0, 0, 0];
      one[0] += 1;
      for (let c = 0; c < 3; ++c) one[c + 1] += pixels[at + c];
      counted.set(key, one);
    }
  }
  const palette = [...counted.values()]
    .sort(([one], [other]) => other - one)
    .slice(0, most)
    .map(([count, ...sums]) => sums.map((sum) => Math.round(sum / count)));
  const distance = (a, b) => a.reduce((sum, value, c) => sum + (value - b[c]) ** 2, 0);
  const nearest = new Map();
  for (const [key, [count, ...sums]] of counted) {
    const colour = sums.map((sum) => sum / count);
    const distances = palette.map((one) => distance(one, colour));
    nearest.set(key, distances.indexOf(Math.min(...distances)));
  }
  return {
    palette,
    frames: frames.map(({ pixels, delay }) => ({
      delay,
      indices: Uint8Array.from({ length: pixels.length / channels }, (_, i) =>
        nearest.get(keyOf(pixels, channels * i)),
      ),
    })),
  };
}

function chunk(type, ...parts) {
  const data = Buffer.concat([Buffer.from(type, 'latin1'), ...parts]);
  return Buffer.concat([number(data.length - 4), data, number(crc32(data))]);
}

function number(value, bytes = 4) {
  const out = Buffer.alloc(bytes);
  out.writeUIntBE(value, 0, bytes);
  return out;
}

/** The smallest rectangle in which two frames differ; a pixel where they do not. */
function changed(before, now, { width, height }) {
  let [left, top, right, bottom] = [width, height, -1, -1];
  for (let i = 0; i < now.length; ++i) {
    if (before?.[i] === now[i]) continue;
    const [x, y] = [i % width, Math.floor(i / width)];
    [left, top] = [Math.min(left, x), Math.min(top, y)];
    [right, bottom] = [Math.max(right, x), Math.max(bottom, y)];
  }
  return right < 0
    ? { x: 0, y: 0, width: 1, height: 1 }
    : { x: left, y: top, width: right - left + 1, height: bottom - top + 1 };
}

/** The rows of a rectangle, each with the filter none before it, packed. */
function rows(indices, width, of) {
  const out = Buffer.alloc(of.height * (of.width + 1));
  for (let y = 0; y < of.height; ++y) {
    const from = (of.y + y) * width + of.x;
    out.set(indices.subarray(from, from + of.width), y * (of.width + 1) + 1);
  }
  return deflateSync(out, { level: 9, memLevel: 9 });
}

/** The file: frames of `indices` into `palette` with a `delay` in milliseconds, which begin anew for ever. */
export function animatedPng({ width, height, palette, frames }) {
  let sequence = 0;
  let before = null;
  const chunks = frames.flatMap(({ indices, delay }, i) => {
    const of = changed(before, indices, { width, height });
    before = indices;
    const packed = rows(indices, width, of);
    // Nothing is disposed of, and pixels are put in place of those below.
    const control = [of.width, of.height, of.x, of.y].map((value) => number(value));
    const time = [number(delay, 2), number(1000, 2), Buffer.from([0, 0])];
    const head = chunk('fcTL', number(sequence++), ...control, ...time);
    return [head, i === 0 ? chunk('IDAT', packed) : chunk('fdAT', number(sequence++), packed)];
  });
  const [depth, ofPalette] = [8, 3];
  return Buffer.concat([
    Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]),
    chunk('IHDR', number(width), number(height), Buffer.from([depth, ofPalette, 0, 0, 0])),
    chunk('acTL', number(frames.length), number(0)),
    chunk('PLTE', Buffer.from(palette.flat())),
    ...chunks,
    chunk('IEND'),
  ]);
}
