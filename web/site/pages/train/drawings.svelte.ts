/** The user's own drawings, kept in memory and, where the browser allows it, in its storage for this site. */

export interface KeptDrawing {
  readonly id: number;
  /** 28 x 28 values from 0 to 1. */
  readonly image: Float32Array;
  readonly label: number | null;
}

const storageKey = 'wakesleep-drawings';
const pixels = 28 * 28;

/** Kept as bytes in base 64: 1 kB a drawing. */
function pack(drawings: readonly KeptDrawing[]): string {
  return JSON.stringify(
    drawings.map(({ image, label }) => ({
      label,
      image: btoa(String.fromCharCode(...Uint8Array.from(image, (value) => Math.round(value * 255)))),
    })),
  );
}

function unpack(text: string): Omit<KeptDrawing, 'id'>[] {
  const found: unknown = JSON.parse(text);
  if (!Array.isArray(found)) return [];
  return found.flatMap((entry: unknown) => {
    if (typeof entry !== 'object' || entry === null) return [];
    const { image, label } = entry as { image?: unknown; label?: unknown };
    if (typeof image !== 'string') return [];
    const bytes = atob(image);
    if (bytes.length !== pixels) return [];
    return [
      {
        image: Float32Array.from(bytes, (byte) => byte.charCodeAt(0) / 255),
        label: typeof label === 'number' && Number.isInteger(label) && label >= 0 && label <= 9 ? label : null,
      },
    ];
  });
}

export class Drawings {
  all = $state.raw<readonly KeptDrawing[]>([]);
  /** Why the drawings won't outlive the tab, if so. */
  trouble = $state.raw<'storage' | 'full' | null>(null);
  #nextId = 0;

  constructor() {
    try {
      const kept = localStorage.getItem(storageKey);
      this.all = kept === null ? [] : unpack(kept).map((drawing) => ({ ...drawing, id: this.#nextId++ }));
    } catch (error) {
      // Damaged contents are replaced by the next drawing that is kept; a storage that refuses to be read is said.
      if (error instanceof DOMException && error.name === 'SecurityError') this.trouble = 'storage';
    }
  }

  keep(image: Float32Array, label: number | null): void {
    // What is kept is what would be read back: 256 shades.
    const rounded = image.map((value) => Math.round(value * 255) / 255);
    this.all = [...this.all, { id: this.#nextId++, image: rounded, label }];
    this.#write();
  }

  remove(id: number): void {
    this.all = this.all.filter((drawing) => drawing.id !== id);
    this.#write();
  }

  #write(): void {
    try {
      localStorage.setItem(storageKey, pack(this.all));
      this.trouble = null;
    } catch (error) {
      this.trouble = error instanceof DOMException && error.name === 'QuotaExceededError' ? 'full' : 'storage';
    }
  }
}
