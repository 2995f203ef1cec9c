/** The receptive fields of a network: its weights, and where in a picture of them a pixel is. */
import type { Rbm, RbmParameters } from 'wakesleep';
import { gridSize } from '../../../lib/elements/paint.ts';
import type { Feed } from './feed.ts';

export interface Fields {
  /** The weight from pixel p to unit j is `weights[p * hidden + j]`. */
  weights: Float32Array;
  /** One for all, so that strong units look strong: beyond the strongest but a thousandth of the weights. */
  scale: number;
}

/**
 * W, and of standardised pixels that of the same machine on pixels: times the deviation that they were divided by. Null
 * before it was looked at.
 */
export function fieldsOf({
  parameters,
  feed,
  model,
}: {
  parameters: Pick<RbmParameters, 'W'> | null;
  feed: Pick<Feed, 'standard'>;
  model: Pick<Rbm, 'hiddenUnits'>;
}): Fields | null {
  const W = parameters?.W.data;
  if (!W) return null;
  const deviation = feed.standard?.deviation;
  const hidden = model.hiddenUnits;
  const weights = deviation ? W.map((weight, at) => weight * (deviation[Math.floor(at / hidden)] ?? 0)) : W;
  const every = Math.max(1, Math.floor(weights.length / 4096));
  const sizes: number[] = [];
  for (let i = 0; i < weights.length; i += every) sizes.push(Math.abs(weights[i] ?? 0));
  sizes.sort((a, b) => a - b);
  return { weights, scale: Math.max(sizes[Math.floor(sizes.length * 0.995)] ?? 0, 1e-3) };
}

/** A pixel of a unit, all counted from 0. */
export interface Place {
  unit: number;
  row: number;
  column: number;
}

export interface FieldGrid {
  count: number;
  rows: number;
  columns: number;
  across: number;
}

/** What is at a part of the picture's width and height; null in a gap and beyond the last unit. */
export function placeAt(grid: FieldGrid, x: number, y: number): Place | null {
  const { zoom, stride, image, size } = gridSize(grid);
  const [left, top] = [Math.floor(x * size.width), Math.floor(y * size.height)];
  const gap = grid.across > 1 ? (size.width - grid.across * image.width) / (grid.across - 1) : 0;
  const down = Math.ceil(grid.count / grid.across);
  const gapDown = down > 1 ? (size.height - down * image.height) / (down - 1) : 0;
  const [column, row] = [Math.floor(left / (image.width + gap)), Math.floor(top / (image.height + gapDown))];
  const unit = row * grid.across + column;
  const [within, below] = [left - column * (image.width + gap), top - row * (image.height + gapDown)];
  const inside = x >= 0 && y >= 0 && x < 1 && y < 1 && within < image.width && below < image.height;
  if (!inside || unit >= grid.count) return null;
  return { unit, row: Math.floor(below / zoom) * stride, column: Math.floor(within / zoom) * stride };
}

/** A rectangle in percent of the picture. */
export interface Frame {
  left: number;
  top: number;
  width: number;
  height: number;
}

/** Where a unit is, and where its pixel. */
export function framesOf(grid: FieldGrid, { unit, row, column }: Place): { unit: Frame; pixel: Frame } {
  const { zoom, stride, image, size } = gridSize(grid);
  const down = Math.ceil(grid.count / grid.across);
  const [across, below] = [unit % grid.across, Math.floor(unit / grid.across)];
  // The pictures and the gaps between them share the whole evenly.
  const left = grid.across > 1 ? (across * (size.width - image.width)) / (grid.across - 1) : 0;
  const top = down > 1 ? (below * (size.height - image.height)) / (down - 1) : 0;
  const frame = (x: number, y: number, width: number, height: number): Frame => ({
    left: (100 * x) / size.width,
    top: (100 * y) / size.height,
    width: (100 * width) / size.width,
    height: (100 * height) / size.height,
  });
  const [x, y] = [Math.floor(column / stride) * zoom, Math.floor(row / stride) * zoom];
  return { unit: frame(left, top, image.width, image.height), pixel: frame(left + x, top + y, zoom, zoom) };
}

/** Where a key leads, with Shift from pixel to pixel; null for one that leads nowhere. */
export function moved(grid: FieldGrid, from: Place | null, key: string, byPixels: boolean): Place | null {
  const steps: Record<string, readonly [number, number]> = {
    ArrowLeft: [-1, 0],
    ArrowRight: [1, 0],
    ArrowUp: [0, -1],
    ArrowDown: [0, 1],
  };
  const step = steps[key];
  const middle = { row: Math.floor(grid.rows / 2), column: Math.floor(grid.columns / 2) };
  const { row, column } = from ?? middle;
  if (key === 'Home') return { unit: 0, row, column };
  if (key === 'End') return { unit: grid.count - 1, row, column };
  if (!step) return null;
  if (!from) return { unit: 0, ...middle };
  if (!byPixels) {
    const unit = from.unit + step[0] + step[1] * grid.across;
    return unit >= 0 && unit < grid.count ? { unit, row, column } : from;
  }
  const { stride } = gridSize(grid);
  const within = (value: number, count: number): number => Math.min(count - 1, Math.max(0, value));
  return {
    unit: from.unit,
    row: within(row + step[1] * stride, grid.rows),
    column: within(column + step[0] * stride, grid.columns),
  };
}
