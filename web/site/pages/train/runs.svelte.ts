/** The runs that are kept, in memory and, where the browser allows it, in its storage: an entry each. */
import { noteOf } from './datasets';
import type { Run } from './run.svelte';
import { packRun, sameTraining, unpackRun, type KeptRun } from './runs';

const storageKey = 'wakesleep-run-';
/** Beyond so many the oldest goes that the reader has given no name. */
export const mostRuns = 24;
/** Curves that can be told apart in one chart. */
export const mostShown = 6;

/** Where the storage refuses to be read there are none. */
function stored(): { runs: KeptRun[]; refused: boolean } {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(storageKey));
    const found = keys.map((key) => unpackRun(localStorage.getItem(key) ?? ''));
    const runs = found.filter((one) => one !== null).sort((a, b) => a.number - b.number);
    return { runs, refused: false };
  } catch {
    return { runs: [], refused: true };
  }
}

const freshId = (): string =>
  Array.from(crypto.getRandomValues(new Uint8Array(8)), (byte) => byte.toString(16).padStart(2, '0')).join('');

export class KeptRuns {
  /** The oldest first. */
  all = $state.raw<readonly KeptRun[]>([]);
  /** Those whose curves are shown, each in the place whose colour it has. */
  shown = $state.raw<readonly (string | null)[]>(Array.from({ length: mostShown }, () => null));
  /** What was taken away, the last one last: it can come back until the page is left. */
  removed = $state.raw<readonly KeptRun[]>([]);
  /** Why runs won't outlive the tab, if so. */
  trouble = $state.raw<'storage' | 'full' | null>(null);
  #ids = new WeakMap<Run, string>();

  constructor() {
    const { runs, refused } = stored();
    this.all = runs;
    if (refused) this.trouble = 'storage';
  }

  /** What would be kept of a run now; null of one that has no curve yet. */
  recordOf(run: Run): KeptRun | null {
    const kept = this.all.find(({ id }) => id === this.#ids.get(run));
    if (run.points.length < 2) return null;
    const { kind } = run.data.choice;
    return {
      id: kept?.id ?? '',
      number: kept?.number ?? Math.max(0, ...[...this.all, ...this.removed].map(({ number }) => number)) + 1,
      name: kept?.name ?? null,
      data: noteOf(run.data.choice),
      examples: run.data.training.count,
      options: run.learnedWith,
      points: run.points,
      repeatable: !run.goesOn && kind !== 'drawings' && kind !== 'idx',
    };
  }

  /**
   * Keeps a run, or what has come to it since. The same training again is kept once, at its longest, and
   * what the reader has named stays as it is.
   */
  keep(run: Run): void {
    const record = this.recordOf(run);
    if (!record) return;
    const before = this.all.find(({ id }) => id === record.id);
    const same = this.all.find((one) => one !== before && one.name === null && sameTraining(one, record));
    if (same) {
      if (before) this.#drop(before);
      const longer = (one: KeptRun): number => one.points.at(-1)?.epoch ?? 0;
      if (longer(same) >= longer(record)) return;
      this.#ids.set(run, same.id);
      this.#put({ ...record, id: same.id, number: same.number, name: same.name });
      return;
    }
    if (before && before.points === record.points) return;
    const id = record.id || freshId();
    this.#ids.set(run, id);
    this.#put({ ...record, id });
    while (this.all.length > mostRuns) {
      const oldest = this.all.find((one) => one.name === null && one.id !== id) ?? this.all[0];
      if (oldest) this.#drop(oldest);
    }
  }

  /** All but the one that goes on under this run. */
  besides(run: Run | null): readonly KeptRun[] {
    const own = run && this.#ids.get(run);
    return this.all.filter(({ id }) => id !== own);
  }

  rename(run: KeptRun, name: string): void {
    this.#put({ ...run, name: name.trim() || null });
  }

  remove(run: KeptRun): void {
    this.removed = [...this.removed, run];
    this.#drop(run);
  }

  /** What was taken away last comes back. */
  restore(): void {
    const last = this.removed.at(-1);
    if (!last) return;
    this.removed = this.removed.slice(0, -1);
    this.#put(last);
  }

  show(run: KeptRun, on: boolean): void {
    const at = this.shown.indexOf(on ? null : run.id);
    if (at >= 0) this.shown = this.shown.map((id, place) => (place === at ? (on ? run.id : null) : id));
  }

  #put(run: KeptRun): void {
    this.all = [...this.all.filter(({ id }) => id !== run.id), run].sort((a, b) => a.number - b.number);
    try {
      localStorage.setItem(storageKey + run.id, packRun(run));
      if (this.trouble === 'full') this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'storage';
    }
  }

  #drop(run: KeptRun): void {
    this.all = this.all.filter(({ id }) => id !== run.id);
    this.shown = this.shown.map((id) => (id === run.id ? null : id));
    try {
      localStorage.removeItem(storageKey + run.id);
    } catch {
      // It was not kept there either.
    }
  }
}
