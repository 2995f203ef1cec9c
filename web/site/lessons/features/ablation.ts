/** What a reconstruction loses, in nats. */

const least = 1e-6;

/** log p(v | h): of visible units on with these probabilities, the logarithm of the probability of a picture. */
export function logProbability(picture: ArrayLike<number>, means: ArrayLike<number>, offset = 0): number {
  let sum = 0;
  for (let i = 0; i < picture.length; ++i) {
    const [v, p] = [picture[i] ?? 0, Math.min(1 - least, Math.max(least, means[offset + i] ?? 0))];
    sum += v * Math.log(p) + (1 - v) * Math.log(1 - p);
  }
  return sum;
}

/** How a unit is held, as a letter of an address: as it decides, off or on. */
export type Hold = 'a' | '0' | '1';

export const heldAs = (means: ArrayLike<number>, holds: string): Float32Array =>
  Float32Array.from(means, (mean, j) => (holds[j] === '0' ? 0 : holds[j] === '1' ? 1 : mean));

/** One row for each unit, in which that one is off. */
export function eachOff(states: Float32Array): Float32Array {
  const count = states.length;
  return Float32Array.from({ length: count * count }, (_, k) =>
    k % count === Math.floor(k / count) ? 0 : (states[k % count] ?? 0),
  );
}
