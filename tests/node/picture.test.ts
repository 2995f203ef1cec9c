// The moving picture of README.md, and the file format of it.
import { readFileSync } from 'node:fs';
import { crc32, inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { animatedPng, indexed } from '../../web/tools/apng.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';

interface Control {
  width: number;
  height: number;
  x: number;
  y: number;
  milliseconds: number;
}

/** Reads an animated PNG of a palette: each frame as it is shown. Throws for what the format does not allow. */
function read(file: Buffer) {
  expect([...file.subarray(0, 8)]).toEqual([137, 80, 78, 71, 13, 10, 26, 10]);
  let [width, height, promised, sequence] = [0, 0, 0, 0];
  let [palette, control] = [Buffer.alloc(0), {} as Control];
  let shown = new Uint8Array();
  const frames: { pixels: Uint8Array; milliseconds: number }[] = [];
  const types: string[] = [];
  const draw = (packed: Buffer) => {
    const rows = inflateSync(packed);
    expect(rows).toHaveLength(control.height * (control.width + 1));
    shown = shown.slice();
    for (let y = 0; y < control.height; ++y) {
      const row = rows.subarray(y * (control.width + 1), (y + 1) * (control.width + 1));
      expect(row[0]).toBe(0);
      shown.set(row.subarray(1), (control.y + y) * width + control.x);
    }
    expect(Math.max(...new Set(shown))).toBeLessThan(palette.length / 3);
    frames.push({ pixels: shown, milliseconds: control.milliseconds });
  };
  for (let at = 8; at < file.length;) {
    const length = file.readUInt32BE(at);
    const body = file.subarray(at + 4, at + 8 + length);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc32(body));
    const [type, data] = [body.toString('latin1', 0, 4), body.subarray(4)];
    types.push(type);
    if (type === 'IHDR') {
      [width, height] = [data.readUInt32BE(0), data.readUInt32BE(4)];
      expect([...data.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
      shown = new Uint8Array(width * height);
    }
    if (type === 'acTL') promised = data.readUInt32BE(0);
    if (type === 'PLTE') palette = Buffer.from(data);
    if (type === 'fcTL' || type === 'fdAT') expect(data.readUInt32BE(0)).toBe(sequence++);
    if (type === 'fcTL') {
      const [w = 0, h = 0, x = 0, y = 0] = [4, 8, 12, 16].map((place) => data.readUInt32BE(place));
      expect(x + w <= width && y + h <= height).toBe(true);
      control = { width: w, height: h, x, y, milliseconds: (1000 * data.readUInt16BE(20)) / data.readUInt16BE(22) };
    }
    if (type === 'IDAT') draw(data);
    if (type === 'fdAT') draw(data.subarray(4));
    at += 12 + length;
  }
  expect(types.slice(0, 5)).toEqual(['IHDR', 'acTL', 'PLTE', 'fcTL', 'IDAT']);
  expect(types.at(-1)).toBe('IEND');
  expect(frames).toHaveLength(promised);
  return { width, height, palette, frames };
}

describe('the moving picture', () => {
  it('is an animated PNG of more than 20 frames, under 1 MB, in which something moves', () => {
    const file = readFileSync(fromRoot('.github/drawing.png'));
    expect(file.length).toBeLessThan(1e6);
    const { frames } = read(file);
    expect(frames.length).toBeGreaterThan(20);
    expect(new Set(frames.map(({ pixels }) => Buffer.from(pixels).toString('base64'))).size).toBeGreaterThan(20);
  });

  it('is shown by README.md, and CONTRIBUTING.md names its command', () => {
    expect(readFileSync(fromRoot('README.md'), 'utf8')).toMatch(/^!\[[^\]]+\]\(\.github\/drawing\.png\)$/m);
    expect(readFileSync(fromRoot('CONTRIBUTING.md'), 'utf8')).toContain('`npm run picture`');
  });
});

describe('an animated PNG', () => {
  const red = [255, 0, 0, 255];
  const blue = [0, 0, 255, 255];
  const frame = (...colours: number[][]) => ({ pixels: Uint8Array.from(colours.flat()), delay: 250 });

  it('has the frames that it was made of', () => {
    const given = [
      frame(red, red, red, blue, red, red),
      frame(red, red, red, red, blue, red),
      frame(red, red, red, red, blue, red),
      frame(blue, red, red, red, red, blue),
    ];
    const { palette, frames } = indexed(given, 2);
    const seen = read(animatedPng({ width: 3, height: 2, palette, frames }));
    expect([seen.width, seen.height]).toEqual([3, 2]);
    expect([...seen.palette]).toEqual([255, 0, 0, 0, 0, 255]);
    seen.frames.forEach(({ pixels, milliseconds }, i) => {
      const colours = [...pixels].flatMap((index) => (index === 0 ? red : blue));
      expect(colours).toEqual([...(given[i]?.pixels ?? [])]);
      expect(milliseconds).toBe(250);
    });
  });

  it('has the commonest colours, and for others the nearest', () => {
    const nearlyBlue = [40, 0, 230, 255];
    const { palette, frames } = indexed([frame(red, red, red, blue, blue, nearlyBlue)], 2);
    expect(palette).toEqual([red.slice(0, 3), blue.slice(0, 3)]);
    expect([...(frames[0]?.indices ?? [])]).toEqual([0, 0, 0, 1, 1, 1]);
  });
});
