/** Painting on canvases, a pixel a value: for the elements, and for the pages of the site. */

export type Rgb = readonly [red: number, green: number, blue: number];

/** 256 colours from the first of these to the last, as they lie in an ImageData. */
export function gradient(stops: readonly Rgb[]): Uint32Array {
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
  return made;
}

type Fill = (pixels: Uint32Array, colour: (value: number | undefined) => number) => void;

/** A canvas of this size whose pixels are filled anew: `low` gets the palette's first colour, `high` its last. */
function filled(
  canvas: HTMLCanvasElement,
  { width, height }: { width: number; height: number },
  colours: Uint32Array,
  low: number,
  high: number,
  fill: Fill,
): void {
  const context = canvas.getContext('2d');
  if (!context) return;
  if (canvas.width !== width) canvas.width = width;
  if (canvas.height !== height) canvas.height = height;
  const image = context.createImageData(width, height);
  const factor = 255 / (high - low);
  fill(new Uint32Array(image.data.buffer), (value = low) => {
    const at = Math.round((value - low) * factor);
    return colours[Math.min(255, Math.max(0, at))] ?? 0;
  });
  context.putImageData(image, 0, 0);
}

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
  filled(canvas, { width: columns, height: rows }, colours, low, high, (pixels, colour) => {
    for (let i = 0; i < pixels.length; ++i) pixels[i] = colour(values?.[i]);
  });
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
  const { values, count, columns, pixelStride, imageStride, across } = grid;
  const { zoom, stride, image: tile, size } = gridSize(grid);
  filled(canvas, size, colours, low, high, (pixels, colour) => {
    for (let n = 0; n < count; ++n) {
      const corner = Math.floor(n / across) * (tile.height + gap) * size.width + (n % across) * (tile.width + gap);
      for (let y = 0; y < tile.height; ++y) {
        const row = Math.floor(y / zoom) * stride * columns;
        for (let x = 0; x < tile.width; ++x) {
          const pixel = row + Math.floor(x / zoom) * stride;
          pixels[corner + y * size.width + x] = colour(values[pixel * pixelStride + n * imageStride]);
        }
      }
    }
  });
}
