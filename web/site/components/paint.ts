/** Painting on canvases, a pixel a value, in the theme's colours. */
import { gradient, type Rgb } from '../../lib/elements/paint';
import { theme } from '../state/theme.svelte';

export { gridSize, paint, paintGrid } from '../../lib/elements/paint';

export type Tone = 'ink' | 'data' | 'model';

/** 256 colours a palette, as they lie in an ImageData. */
const palettes = new Map<string, Uint32Array>();

let ruler: CanvasRenderingContext2D | null = null;

function colour(token: string): Rgb {
  ruler ??= document.createElement('canvas').getContext('2d');
  if (!ruler) return [128, 128, 128];
  ruler.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(token).trim();
  const hex = Number.parseInt(ruler.fillStyle.slice(1), 16);
  return [(hex >> 16) & 255, (hex >> 8) & 255, hex & 255];
}

function palette(name: string, tokens: readonly string[]): Uint32Array {
  // Reading `current` lets whoever draws do so again when the theme changes.
  const id = `${theme.current} ${name}`;
  const known = palettes.get(id);
  if (known) return known;
  const made = gradient(tokens.map(colour));
  palettes.set(id, made);
  return made;
}

/** As many images in each row as there are in the first, or one less in the last, each at least so wide. */
export function acrossIn(room: number, count: number, least: number): number {
  const most = Math.max(1, Math.min(count, Math.floor(room / least)));
  return Math.ceil(count / Math.ceil(count / most));
}

/** Pixels from 0 to 1. */
export const pixelPalette = (tone: Tone): Uint32Array =>
  palette(
    tone,
    [0, 1, 2].map((stop) => `--pixel-${tone}-${String(stop)}`),
  );

/** Weights from negative through zero to positive. */
export const weightPalette = (): Uint32Array =>
  palette('weights', [
    '--weight-negative',
    '--weight-negative-half',
    '--weight-zero',
    '--weight-positive-half',
    '--weight-positive',
  ]);

/** Paints what two images of side x side values in [0, 1] share, and what either has alone, in a colour each. */
export function overlay(
  canvas: HTMLCanvasElement,
  first: ArrayLike<number> | null,
  second: ArrayLike<number> | null,
  side: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  canvas.width = canvas.height = side;
  // Reading `current` lets whoever draws do so again when the theme changes.
  void theme.current;
  const [paper, shared, lost, invented] = ['--surface', '--kept', '--lost', '--invented'].map(colour);
  const image = context.createImageData(side, side);
  for (let i = 0; i < side * side; ++i) {
    const [a, b] = [first?.[i] ?? 0, second?.[i] ?? 0];
    const parts = [1 - Math.max(a, b), Math.min(a, b), Math.max(0, a - b), Math.max(0, b - a)];
    for (let c = 0; c < 3; ++c) {
      const mixed = [paper, shared, lost, invented].reduce(
        (sum, of, part) => sum + (of?.[c] ?? 0) * (parts[part] ?? 0),
        0,
      );
      image.data[4 * i + c] = Math.round(mixed);
    }
    image.data[4 * i + 3] = 255;
  }
  context.putImageData(image, 0, 0);
}
