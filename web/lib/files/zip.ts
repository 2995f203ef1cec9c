// Zip archives, which NumPy's .npz files are: the files in them, stored or deflated.
import { messageOf, WakesleepError } from '../errors.js';

const damaged = (name: string, why: string) =>
  new WakesleepError('format', `${name} is no zip archive that can be read: ${why}`);

/** No deflated data unpack to more than this many times their length (zlib's documentation). */
const mostExpansion = 1032;

interface Entry {
  method: number;
  check: number;
  packed: number;
  length: number;
  at: number;
}

/** Where the files of an archive are, by its central directory. */
function entriesOf(name: string, bytes: Uint8Array): Map<string, Entry> {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  // The record of the end is the last thing in the file but for a comment of at most 65,535 bytes.
  let end = bytes.length - 22;
  while (end >= 0 && end >= bytes.length - 65_557 && view.getUint32(end, true) !== 0x06054b50) --end;
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) throw damaged(name, 'it has no directory');
  const entries = new Map<string, Entry>();
  let at = view.getUint32(end + 16, true);
  for (let i = view.getUint16(end + 10, true); i > 0; --i) {
    if (at + 46 > end || view.getUint32(at, true) !== 0x02014b50) throw damaged(name, 'its directory is damaged');
    const nameLength = view.getUint16(at + 28, true);
    const entry = {
      method: view.getUint16(at + 10, true),
      check: view.getUint32(at + 16, true),
      packed: view.getUint32(at + 20, true),
      length: view.getUint32(at + 24, true),
      at: view.getUint32(at + 42, true),
    };
    if (Math.max(entry.packed, entry.length, entry.at) === 0xffffffff) throw damaged(name, 'it is larger than 4 GB');
    entries.set(new TextDecoder().decode(bytes.subarray(at + 46, at + 46 + nameLength)), entry);
    at += 46 + nameLength + view.getUint16(at + 30, true) + view.getUint16(at + 32, true);
  }
  return entries;
}

/** The files of an archive, by their names. */
export function archiveOf(
  name: string,
  bytes: Uint8Array,
): { names: string[]; read: (file: string) => Promise<Uint8Array> } {
  const entries = entriesOf(name, bytes);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  const read = async (file: string) => {
    const { at, method, packed, length, check } = entries.get(file) as Entry;
    if (at + 30 > bytes.length || view.getUint32(at, true) !== 0x04034b50) throw damaged(name, `${file} is not there`);
    const start = at + 30 + view.getUint16(at + 26, true) + view.getUint16(at + 28, true);
    if (start + packed > bytes.length) throw damaged(name, `${file} is cut short`);
    if (method !== 0 && method !== 8) throw damaged(name, `${file} is packed by method ${method}`);
    if (length > (method === 0 ? packed : mostExpansion * packed))
      throw damaged(name, `${file} promises more than it has`);
    const content = new Blob([bytes.subarray(start, start + packed) as BlobPart]).stream();
    const plain = method === 0 ? content : content.pipeThrough(new DecompressionStream('deflate-raw'));
    return checked(plain.getReader(), length, check).catch((error: unknown) => {
      throw damaged(name, `${file}: ${messageOf(error)}`);
    });
  };
  return { names: [...entries.keys()], read };
}

/** All bytes of a stream, which must be so many and have this check sum. */
async function checked(
  reader: ReadableStreamDefaultReader<Uint8Array>,
  length: number,
  check: number,
): Promise<Uint8Array> {
  const out = new Uint8Array(length);
  let at = 0;
  let sum = 0xffffffff;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    if (at + value.length > length) {
      reader.cancel().catch(() => undefined);
      throw new Error('it unpacks to more than it says');
    }
    out.set(value, at);
    at += value.length;
    sum = crc32(sum, value);
  }
  if (at !== length) throw new Error('it unpacks to less than it says');
  if ((sum ^ 0xffffffff) >>> 0 !== check) throw new Error('it has another check sum than it should');
  return out;
}

const table = /* @__PURE__ */ Uint32Array.from({ length: 256 }, (_, byte) => {
  let sum = byte;
  for (let bit = 0; bit < 8; ++bit) sum = sum & 1 ? 0xedb88320 ^ (sum >>> 1) : sum >>> 1;
  return sum;
});

function crc32(sum: number, bytes: Uint8Array): number {
  for (const byte of bytes) sum = (table[(sum ^ byte) & 255] as number) ^ (sum >>> 8);
  return sum;
}
