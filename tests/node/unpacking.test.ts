// gzip files that promise little and hold much are unpacked no further than they promise.
import { describe, expect, it } from 'vitest';
import { gunzipped } from '../../web/lib/bytes.ts';
import { gzip, idx } from './helpers.ts';

/** All that was unpacked in one piece, as an IDX file of `sizes`. */
const file = (sizes: number[], length: number) =>
  idx(
    sizes,
    Array.from({ length }, (_, i) => i % 256),
  );
const unpacked = async (bytes: Uint8Array<ArrayBuffer>) => gunzipped('images', await gzip(bytes));

describe('gzip', () => {
  it('is unpacked whole when it is what its header says', async () => {
    for (const bytes of [file([100_000], 100_000), file([10, 100, 100], 100_000), file([1], 1)])
      expect(await unpacked(bytes)).toEqual(bytes);
  });

  it('is refused at the first byte too many', async () => {
    const refused = { code: 'format', message: expect.stringContaining('that its header promises') };
    for (const bytes of [
      file([20], 21),
      file([2, 10], 50_000),
      new Uint8Array(2 ** 26).fill(0).map((_, i) => [0, 0, 8, 1, 0, 0, 0, 9][i] ?? 0),
    ])
      await expect(unpacked(bytes)).rejects.toMatchObject(refused);
  });

  it('takes no memory for what it cannot hold, and is told short by who reads it', async () => {
    const short = file([2 ** 31, 2 ** 10], 30);
    expect(await unpacked(short)).toEqual(short);
  });

  it('of something else is unpacked as it is, and refused when it is damaged', async () => {
    const text = new TextEncoder().encode('no data set');
    expect(await unpacked(text)).toEqual(text);
    const packed = await gzip(text);
    await expect(gunzipped('images', packed.slice(0, -5))).rejects.toMatchObject({ code: 'format' });
  });
});
