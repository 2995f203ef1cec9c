/** Painting on canvases, a pixel a value, in the theme's colours. */
import { theme } from '../state/theme.svelte';

export type Tone = 'ink' | 'data' | 'model';
type Rgb = readonly [number, number, number];

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
  const stops = tokens.map(colour);
  const made = new Uint32Array(256);
  const bytes = new Uint8ClampedArray(made.buffer);
  for (let i = 0; i < 256; ++i) {
    const at = (i / 255) * (stops.length - 1);
    const low = Math.min(Math.floor(at), stops.length - 2);
    const [from, to] = [stops[low], stops[low + 1]];
    if (!from || !to) continue;
    for (let c = 0; c < 3; ++c) bytes[4 * i + c] = (from[c] ?? 0) + ((to[c] ?? 0) - (from[c] ?? 0)) * (at - low);
    bytes[4 * i + 3] = 255;
  }
  palettes.set(id, made);
  return made;
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

/** Fills a canvas, a pixel a value: `low` gets the palette's first colour, `high` its last. */
export function paint(
  canvas: HTMLCanvasElement,
  values: ArrayLike<number> | null | undefined,
  rows: number,
  columns: number,
  colours: Uint32Array,
  low: number,
  high: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  if (canvas.width !== columns) canvas.width = columns;
  if (canvas.height !== rows) canvas.height = rows;
  const image = context.createImageData(columns, rows);
  const pixels = new Uint32Array(image.data.buffer);
  const factor = 255 / (high - low);
  for (let i = 0; i < pixels.length; ++i) {
    const at = Math.round(((values?.[i] ?? low) - low) * factor);
    pixels[i] = colours[Math.min(255, Math.max(0, at))] ?? 0;
  }
  context.putImageData(image, 0, 0);
}

/** Images of one size side by side: pixel p of image n is `values[p * pixelStride + n * imageStride]`. */
export interface Grid {
  values: ArrayLike<number>;
  count: number;
  rows: number;
  columns: number;
  pixelStride: number;
  imageStride: number;
  /** Images in a row of the picture. */
  across: number;
}

/** A small image is drawn larger, so that the gaps between images stay narrow; of a large one some pixels are drawn. */
const [leastSide, mostSide] = [24, 64];
const gap = 2;

/** The size of an image in the picture, and of the picture. */
export function gridSize({ count, rows, columns, across }: Omit<Grid, 'values' | 'pixelStride' | 'imageStride'>) {
  const longer = Math.max(rows, columns);
  const zoom = Math.max(1, Math.ceil(leastSide / longer));
  const stride = Math.max(1, Math.ceil(longer / mostSide));
  const [height, width] = [Math.ceil(rows / stride) * zoom, Math.ceil(columns / stride) * zoom];
  const down = Math.max(1, Math.ceil(count / across));
  const size = { width: across * (width + gap) - gap, height: down * (height + gap) - gap };
  return { zoom, stride, image: { width, height }, size };
}

/** Fills a canvas with all images of a grid; the gaps stay clear. */
export function paintGrid(
  canvas: HTMLCanvasElement,
  grid: Grid,
  colours: Uint32Array,
  low: number,
  high: number,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  const { values, count, columns, pixelStride, imageStride, across } = grid;
  const { zoom, stride, image: tile, size } = gridSize(grid);
  if (canvas.width !== size.width) canvas.width = size.width;
  if (canvas.height !== size.height) canvas.height = size.height;
  const picture = context.createImageData(size.width, size.height);
  const pixels = new Uint32Array(picture.data.buffer);
  const factor = 255 / (high - low);
  for (let n = 0; n < count; ++n) {
    const corner = Math.floor(n / across) * (tile.height + gap) * size.width + (n % across) * (tile.width + gap);
    for (let y = 0; y < tile.height; ++y) {
      const row = Math.floor(y / zoom) * stride * columns;
      for (let x = 0; x < tile.width; ++x) {
        const pixel = row + Math.floor(x / zoom) * stride;
        const at = Math.round(((values[pixel * pixelStride + n * imageStride] ?? low) - low) * factor);
        pixels[corner + y * size.width + x] = colours[Math.min(255, Math.max(0, at))] ?? 0;
      }
    }
  }
  context.putImageData(picture, 0, 0);
}

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
