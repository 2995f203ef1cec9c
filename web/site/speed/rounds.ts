/** Interleaved rounds: whatever slows the machine for a while slows all alike. */

export interface Entrant {
  id: string;
  /** Does its work once, and tells how fast. */
  measure: () => Promise<number>;
}

export interface RoundOptions {
  rounds: number;
  /** Milliseconds before each: threads of others that still spin go to sleep. */
  rest: number;
  onMeasured?: (id: string, value: number, round: number) => void;
  /** An entrant that fails is left out from then on. */
  onFailed?: (id: string, error: unknown) => void;
  signal?: AbortSignal;
}

/** Each does its work once a round; who begins rotates. */
export async function inRounds(entrants: readonly Entrant[], options: RoundOptions): Promise<Map<string, number[]>> {
  const { rounds, rest, onMeasured, onFailed, signal } = options;
  const values = new Map<string, number[]>(entrants.map(({ id }) => [id, []]));
  const failed = new Set<string>();
  for (let round = 0; round < rounds; round++) {
    for (let i = 0; i < entrants.length; i++) {
      const { id, measure } = entrants[(round + i) % entrants.length] as Entrant;
      if (failed.has(id)) continue;
      await new Promise((resolve) => setTimeout(resolve, rest));
      signal?.throwIfAborted();
      try {
        const value = await measure();
        signal?.throwIfAborted();
        values.get(id)?.push(value);
        onMeasured?.(id, value, round);
      } catch (error) {
        if (signal?.aborted) throw error;
        failed.add(id);
        onFailed?.(id, error);
      }
    }
  }
  return values;
}
