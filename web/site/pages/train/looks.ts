/** What some images look like all together. */
export interface Looks {
  /** Mean of their pixels. */
  mean: number;
  /** Variance between the images, a pixel. */
  spread: number;
}

/** Mean and spread of images, one a row. */
export function looksOf(images: Float32Array, count: number): Looks {
  const width = images.length / count;
  let [sum, spread] = [0, 0];
  for (let pixel = 0; pixel < width; ++pixel) {
    let [first, second] = [0, 0];
    for (let image = 0; image < count; ++image) {
      const value = images[image * width + pixel] ?? 0;
      first += value;
      second += value * value;
    }
    sum += first;
    spread += second / count - (first / count) ** 2;
  }
  return { mean: sum / images.length, spread: spread / width };
}
