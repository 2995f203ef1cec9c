// Reads a digit without any model: the label of the nearest of 1,000 stored images. They are means of MNIST's training
// images, a hundred a label, by k-means (`npm run dreams -- --judge` makes them anew from WAKESLEEP_DATA).

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { gunzipSync } from 'node:zlib';

const pixels = 784;
export const judgeFile = fileURLToPath(new URL('digits.bin.gz', import.meta.url));

/** Two pixels a byte, the first in the lower half; 0 is paper and 15 ink. */
export function unpacked(bytes) {
  const values = new Float32Array(2 * bytes.length);
  bytes.forEach((byte, i) => {
    values[2 * i] = (byte & 15) / 15;
    values[2 * i + 1] = (byte >> 4) / 15;
  });
  return values;
}

export function packed(values) {
  const level = (value) => Math.round(15 * Math.min(1, Math.max(0, value)));
  return Uint8Array.from(
    { length: values.length / 2 },
    (_, i) => level(values[2 * i]) | (level(values[2 * i + 1]) << 4),
  );
}

/**
 * Gives the label of an image of 28 x 28 in [0, 1]. `guess` is looked at first: faster where it is right.
 *
 * @returns {(image: ArrayLike<number>, guess?: number) => number}
 */
export function judge() {
  const stored = unpacked(gunzipSync(readFileSync(judgeFile)));
  const each = stored.length / pixels / 10;
  // From the middle outwards, where digits differ.
  const lines = Array.from({ length: 28 }, (_, i) => 28 * (i % 2 ? 13 - (i - 1) / 2 : 14 + i / 2));
  return (image, guess = 0) => {
    let [nearest, label] = [Infinity, guess];
    for (let n = 0; n < 10; ++n) {
      const of = (guess + n) % 10;
      for (let k = of * each; k < (of + 1) * each; ++k) {
        let distance = 0;
        for (let line = 0, at = k * pixels; line < 28 && distance < nearest; ++line)
          for (let j = lines[line]; j < lines[line] + 28; ++j) distance += (stored[at + j] - image[j]) ** 2;
        if (distance < nearest) [nearest, label] = [distance, of];
      }
    }
    return label;
  };
}
