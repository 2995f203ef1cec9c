/** The reader's own drawings of some symbols, kept in memory and, where the browser allows it, in its storage. */
import type { DataChoice } from './datasets';

export interface KeptDrawing {
  readonly id: number;
  /** 28 x 28 values from 0 to 1. */
  readonly image: Float32Array;
  /** Which of the names it has. */
  readonly label: number;
}

const storageKey = 'wakesleep-symbols';
const pixels = 28 * 28;
export const mostNames = 6;
/** Drawings from which on a network can be trained. */
export const fewest = 3;

interface Contents {
  names: string[];
  drawings: Omit<KeptDrawing, 'id'>[];
}

/** Images are kept as bytes in base 64: 1 kB a drawing. */
function pack(names: readonly string[], drawings: readonly KeptDrawing[]): string {
  return JSON.stringify({
    names,
    drawings: drawings.map(({ image, label }) => ({
      label,
      image: btoa(String.fromCharCode(...Uint8Array.from(image, (value) => Math.round(value * 255)))),
    })),
  });
}

function unpack(text: string): Contents {
  const found = Object(JSON.parse(text)) as { names?: unknown; drawings?: unknown };
  const names = Array.isArray(found.names) ? found.names.filter((name) => typeof name === 'string') : [];
  const drawings = Array.isArray(found.drawings) ? found.drawings : [];
  return {
    names: [...names.slice(0, mostNames), '', ''].slice(0, Math.max(2, Math.min(names.length, mostNames))),
    drawings: drawings.flatMap((entry: unknown) => {
      const { image, label } = Object(entry) as { image?: unknown; label?: unknown };
      if (typeof image !== 'string' || typeof label !== 'number' || !(label in names)) return [];
      const bytes = atob(image);
      if (bytes.length !== pixels) return [];
      return [{ image: Float32Array.from(bytes, (byte) => byte.charCodeAt(0) / 255), label }];
    }),
  };
}

export class Drawings {
  /** At least two; an empty one has no name yet. */
  names = $state.raw<readonly string[]>(['', '']);
  all = $state.raw<readonly KeptDrawing[]>([]);
  /** What was taken away, the last one last: it can come back. */
  removed = $state.raw<readonly KeptDrawing[]>([]);
  /** Why the drawings won't outlive the tab, if so. */
  trouble = $state.raw<'storage' | 'full' | null>(null);
  #nextId = 0;

  constructor() {
    try {
      const kept = localStorage.getItem(storageKey);
      if (kept === null) return;
      const { names, drawings } = unpack(kept);
      this.names = names;
      this.all = drawings.map((drawing) => ({ ...drawing, id: this.#nextId++ }));
    } catch (error) {
      // Damaged contents are replaced by the next drawing that is kept; a storage that refuses to be read is said.
      if (error instanceof DOMException && error.name === 'SecurityError') this.trouble = 'storage';
    }
  }

  /** As data to train on; null while there are too few. */
  get choice(): DataChoice | null {
    if (this.all.length < fewest) return null;
    return {
      kind: 'drawings',
      images: this.all.map(({ image }) => image),
      labels: this.all.map(({ label }) => label),
      names: this.names,
    };
  }

  /** Keeps a drawing, in place of an earlier state of it if there is one; returns its number. */
  keep(image: Float32Array, label: number, instead: number | null = null): number {
    // What is kept is what would be read back: 256 shades.
    const rounded = image.map((value) => Math.round(value * 255) / 255);
    const id = instead ?? this.#nextId++;
    this.#set([...this.all.filter((drawing) => drawing.id !== id), { id, image: rounded, label }]);
    return id;
  }

  remove(id: number): void {
    this.removed = [...this.removed, ...this.all.filter((drawing) => drawing.id === id)];
    this.#set(this.all.filter((drawing) => drawing.id !== id));
  }

  /** What was taken away last comes back. */
  restore(): void {
    const last = this.removed.at(-1);
    if (!last) return;
    this.removed = this.removed.slice(0, -1);
    this.#set([...this.all, last].sort((a, b) => a.id - b.id));
  }

  name(index: number, name: string): void {
    this.names = this.names.map((before, i) => (i === index ? name : before));
    this.#set(this.all);
  }

  addName(): void {
    if (this.names.length < mostNames) this.names = [...this.names, ''];
    this.#set(this.all);
  }

  #set(all: readonly KeptDrawing[]): void {
    this.all = all;
    try {
      localStorage.setItem(storageKey, pack(this.names, all));
      this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'storage';
    }
  }
}
