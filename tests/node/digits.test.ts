// Drawings as MNIST's images: fitted, centred by mass, of one pen.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load as loadSync, type SyncEngine, type Tensor } from 'wakesleep/sync';
import { preprocessDigit } from 'wakesleep/digits';

let engine: SyncEngine;
beforeAll(async () => {
  engine = await loadSync();
});
afterAll(() => engine.dispose());

type Point = [number, number];
const seven: Point[][] = [
  [
    [10, 10],
    [60, 10],
    [25, 100],
  ],
  [
    [20, 55],
    [50, 55],
  ],
];
const moved = (strokes: Point[][], scale: number, dx: number, dy: number) =>
  strokes.map((stroke) => stroke.map(([x, y]): Point => [x * scale + dx, y * scale + dy]));

function facts({ data, shape }: Tensor) {
  expect(shape).toEqual([28, 28]);
  let [mass, x, y] = [0, 0, 0];
  const inked = { left: 28, right: -1, top: 28, bottom: -1 };
  data.forEach((value, i) => {
    expect(value >= 0 && value <= 1).toBe(true);
    const [column, row] = [i % 28, Math.floor(i / 28)];
    mass += value;
    x += value * column;
    y += value * row;
    if (value < 0.5) return;
    inked.left = Math.min(inked.left, column);
    inked.right = Math.max(inked.right, column);
    inked.top = Math.min(inked.top, row);
    inked.bottom = Math.max(inked.bottom, row);
  });
  return { mass, x: x / mass, y: y / mass, inked };
}

const difference = (a: Tensor, b: Tensor) =>
  Math.max(...a.data.map((value, i) => Math.abs(value - (b.data[i] as number))));

describe('strokes', () => {
  it('fill a box of 20 pixels and have their centre of mass in the middle', () => {
    const { mass, x, y, inked } = facts(engine.preprocessDigit(seven));
    expect(mass).toBeGreaterThan(40);
    expect(Math.abs(x - 14)).toBeLessThan(0.2);
    expect(Math.abs(y - 14)).toBeLessThan(0.2);
    const height = inked.bottom - inked.top + 1;
    expect(height).toBeGreaterThanOrEqual(18);
    expect(height).toBeLessThanOrEqual(22);
  });

  it('look the same wherever and however large they were drawn', () => {
    const image = engine.preprocessDigit(seven);
    for (const [scale, dx, dy] of [
      [1, 300, -50],
      [10, 0, 0],
      [0.01, 5, 5],
    ] as const) {
      expect(difference(engine.preprocessDigit(moved(seven, scale, dx, dy)), image)).toBeLessThan(0.02);
    }
  });

  it('may be points, pairs or numbers in turn', () => {
    const image = engine.preprocessDigit(seven);
    expect(engine.preprocessDigit(seven.map((stroke) => stroke.map(([x, y]) => ({ x, y }))))).toEqual(image);
    expect(engine.preprocessDigit(seven.map((stroke) => Float32Array.from(stroke.flat())))).toEqual(image);
  });

  it('that are none, or without a point, give an empty image', () => {
    const empty = { data: new Float32Array(784), shape: [28, 28] };
    expect(engine.preprocessDigit([])).toEqual(empty);
    expect(engine.preprocessDigit([[]])).toEqual(empty);
    expect(engine.preprocessDigit([[], []])).toEqual(empty);
  });

  it('of a single dot give a dot in the middle', () => {
    for (const dot of [
      [[[5, 5]]],
      [
        [
          [5, 5],
          [5, 5],
          [5, 5],
        ],
      ],
    ] as Point[][][]) {
      const { mass, x, y, inked } = facts(engine.preprocessDigit(dot));
      expect(mass).toBeGreaterThan(1);
      expect(inked.right - inked.left).toBeLessThan(8);
      expect(x).toBeCloseTo(14, 1);
      expect(y).toBeCloseTo(14, 1);
    }
  });

  it('and a horizontal or vertical line keep their shape', () => {
    const line = facts(
      engine.preprocessDigit([
        [
          [0, 0],
          [100, 0],
        ],
      ]),
    );
    expect(line.inked.right - line.inked.left).toBeGreaterThan(14);
    expect(line.inked.bottom - line.inked.top).toBeLessThan(6);
    const one = facts(
      engine.preprocessDigit([
        [
          [0, 0],
          [0, 100],
        ],
      ]),
    );
    expect(one.inked.bottom - one.inked.top).toBeGreaterThan(14);
    expect(one.inked.right - one.inked.left).toBeLessThan(6);
  });
});

describe('pictures', () => {
  const [width, height] = [60, 90];
  /** A thick 1 with a foot, off centre: whether a pixel has ink. */
  const ink = (x: number, y: number) =>
    (x >= 20 && x < 28 && y >= 10 && y < 70) || (y >= 64 && y < 70 && x >= 12 && x < 36);
  const rgba = (colour: (inked: boolean) => [number, number, number, number]) => {
    const data = new Uint8ClampedArray(4 * width * height);
    for (let i = 0; i < width * height; i++) data.set(colour(ink(i % width, Math.floor(i / width))), 4 * i);
    return { data, width, height };
  };
  const dark = rgba((inked) => (inked ? [0, 0, 0, 255] : [255, 255, 255, 255]));

  it('are fitted and centred like strokes', () => {
    const { x, y, inked } = facts(engine.preprocessDigit(dark));
    // Pictures are moved by whole pixels.
    expect(Math.abs(x - 14)).toBeLessThanOrEqual(0.51);
    expect(Math.abs(y - 14)).toBeLessThanOrEqual(0.51);
    expect(inked.bottom - inked.top + 1).toBeGreaterThanOrEqual(18);
    expect(inked.bottom - inked.top + 1).toBeLessThanOrEqual(21);
  });

  it('look the same dark on bright, bright on dark, transparent, coloured, or as grey values', () => {
    const image = engine.preprocessDigit(dark);
    const pictures = [
      rgba((inked) => (inked ? [255, 255, 255, 255] : [0, 0, 0, 255])),
      rgba((inked) => (inked ? [0, 0, 0, 255] : [0, 0, 0, 0])),
      rgba((inked) => (inked ? [200, 30, 30, 255] : [0, 0, 0, 0])),
      rgba((inked) => (inked ? [20, 40, 120, 255] : [250, 245, 230, 255])),
    ];
    const grey = Float32Array.from({ length: width * height }, (_, i) =>
      ink(i % width, Math.floor(i / width)) ? 1 : 0,
    );
    const bytes = Uint8Array.from(grey, (value) => (value ? 0 : 255));
    for (const picture of [...pictures, { data: grey, width, height }, { data: bytes, width, height }]) {
      expect(difference(engine.preprocessDigit(picture), image)).toBeLessThan(0.05);
    }
  });

  it('without ink give an empty image', () => {
    for (const colour of [
      [255, 255, 255, 255],
      [0, 0, 0, 255],
      [0, 0, 0, 0],
      [90, 90, 90, 255],
    ] as [number, number, number, number][]) {
      expect(Math.max(...engine.preprocessDigit(rgba(() => colour)).data)).toBe(0);
    }
  });
});

describe('the stand-alone function', () => {
  it('gives what the engine gives', async () => {
    expect(await preprocessDigit(seven)).toEqual(engine.preprocessDigit(seven));
    await expect(preprocessDigit([[[0, NaN]]])).rejects.toThrow(RangeError);
  });
});
