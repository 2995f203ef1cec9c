/** What some images look like all together. */
export interface Looks {
  /** Mean of their pixels. */
  mean: number;
  /** Mean squared difference of two of them, a pixel. */
  apart: number;
  /** How many images look much like one of them, itself included: of all of them the one with most. */
  alike: number;
}

/** Images, one a row. `near`: the mean squared difference up to which two look alike. */
export function looksOf(images: Float32Array, count: number, near = 0): Looks {
  const width = images.length / count;
  // Of many images the first tell enough: every pair of them is compared.
  const compared = Math.min(count, 50);
  const differences = Array.from({ length: compared }, () => new Float32Array(compared));
  let apart = 0;
  for (let a = 0; a < compared; ++a) {
    for (let b = 0; b < a; ++b) {
      let sum = 0;
      for (let p = 0; p < width; ++p) sum += ((images[a * width + p] ?? 0) - (images[b * width + p] ?? 0)) ** 2;
      const difference = sum / width;
      for (const [one, other] of [
        [a, b],
        [b, a],
      ] as const)
        (differences[one] ?? [])[other] = difference;
      apart += difference;
    }
  }
  apart /= Math.max(1, (compared * (compared - 1)) / 2);
  const alike = differences.map((row) => row.filter((difference) => difference <= near).length);
  const mean = images.reduce((sum, value) => sum + value, 0) / images.length;
  return { mean, apart, alike: Math.max(...alike) };
}
