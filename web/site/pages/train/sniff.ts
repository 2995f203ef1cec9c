/** What a dropped file is, by its first bytes. */

export type FileKind = 'images' | 'labels' | 'model' | 'unknown';

async function firstBytes(file: Blob, count: number): Promise<Uint8Array> {
  const start = new Uint8Array(await file.slice(0, count).arrayBuffer());
  if (start[0] !== 0x1f || start[1] !== 0x8b) return start;
  // Only what gzip needs for the first bytes is read: the rest may be large, or damaged, which the engine tells.
  const reader = file.slice(0, 65_536).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  try {
    const { value } = await reader.read();
    return value ?? new Uint8Array();
  } catch {
    return new Uint8Array();
  } finally {
    reader.cancel().catch(() => undefined);
  }
}

export async function sniff(file: File): Promise<FileKind> {
  const bytes = await firstBytes(file, 16);
  const [a, b, , dimensions] = bytes;
  // IDX: two zeros, the type of the values, the number of dimensions.
  if (a === 0 && b === 0 && bytes.length >= 4) return dimensions === 1 ? 'labels' : 'images';
  // safetensors: the length of a JSON header in 8 bytes, then the header.
  if (bytes[8] === 0x7b || /\.safetensors$/i.test(file.name)) return 'model';
  return /idx\d-ubyte|\.idx/i.test(file.name) ? 'images' : 'unknown';
}
