/** Medians and their spread. */

export interface Spread {
  median: number;
  /** First and third quartile. */
  low: number;
  high: number;
}

/** Quantile by linear interpolation between order statistics (Hyndman and Fan 1996, definition 7). */
export function quantile(values: readonly number[], share: number): number {
  if (values.length === 0) return NaN;
  const sorted = [...values].sort((a, b) => a - b);
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] as number;
  const above = sorted[Math.ceil(place)] as number;
  return below + (place - Math.floor(place)) * (above - below);
}

export const spreadOf = (values: readonly number[]): Spread => ({
  median: quantile(values, 0.5),
  low: quantile(values, 0.25),
  high: quantile(values, 0.75),
});

/** How many times as fast, round by round, so that what slows the machine for a while falls out. */
export function ratioOf(above: readonly number[], below: readonly number[], factor = 1): Spread | null {
  const rounds = Math.min(above.length, below.length);
  if (rounds === 0) return null;
  return spreadOf(
    Array.from({ length: rounds }, (_, round) => (factor * (above[round] as number)) / (below[round] as number)),
  );
}
