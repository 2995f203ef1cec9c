// gzip files that promise little and hold much are unpacked no further than they promise.
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { load } from 'wakesleep';
import { gunzipped } from '../../web/lib/bytes.ts';

/** An IDX file whose header says `sizes`, with `length` values. */
function file(sizes: number[], length: number): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(4 + 4 * sizes.length + length);
  bytes.set([0, 0, 8, sizes.length]);
  sizes.forEach((size, i) => new DataView(bytes.buffer).setUint32(4 + 4 * i, size));
  return bytes.fill(7, 4 + 4 * sizes.length);
}
const gzip = (bytes: Uint8Array) => new Uint8Array(gzipSync(bytes));
const unpacked = (bytes: Uint8Array) => gunzipped('images', gzip(bytes));

describe('gzip', () => {
  it('is unpacked whole when it is what its header says', async () => {
    for (const bytes of [file([100_000], 100_000), file([10, 100, 100], 100_000), file([1], 1)])
      expect(await unpacked(bytes)).toEqual(bytes);
  });

  it('is refused at the first byte too many', async () => {
    const refused = { code: 'format', message: expect.stringContaining('that its header promises') };
    for (const bytes of [file([20], 21), file([2, 10], 50_000), file([9], 2 ** 26)])
      await expect(unpacked(bytes)).rejects.toMatchObject(refused);
  });

  it('takes no memory for what it cannot hold, and is told short by who reads it', async () => {
    const short = file([2 ** 31, 2 ** 10], 30);
    expect(await unpacked(short)).toEqual(short);
  });

  it('of something else is refused by its start where it was to be IDX, however much it holds', async () => {
    const long = new Uint8Array(2 ** 26);
    for (const magic of [[], [1, 0, 8, 3], [0, 0, 0x0e, 3], [0, 0, 8, 5]]) {
      long.set(magic);
      const start = await gunzipped('images', gzip(long), true);
      expect(start.length).toBeLessThan(2 ** 20);
      expect(start).toEqual(long.subarray(0, start.length));
    }
    const engine = await load();
    const plain = new TextEncoder().encode('no data set');
    const good = file([2, 2, 2], 8);
    const said = (images: Uint8Array, labels?: Uint8Array) =>
      engine.dataset({ kind: 'idx', images, ...(labels ? { labels } : {}) }).catch((error: unknown) => String(error));
    expect(await said(gzip(plain))).toBe(await said(plain));
    expect(await said(good, gzip(plain))).toBe(await said(good, plain));
    expect(await said(good, plain)).toContain('labels: the magic number is');
    engine.dispose();
  });

  it('of something else is unpacked as it is, and refused when it is damaged', async () => {
    const text = new TextEncoder().encode('no data set');
    expect(await unpacked(text)).toEqual(text);
    const packed = gzip(text);
    await expect(gunzipped('images', packed.slice(0, -5))).rejects.toMatchObject({ code: 'format' });
  });
});
