// Files: fetched with progress, read from blobs, and unpacked where they are gzip.
import { messageOf, WakesleepError } from './errors.js';
import { builtin, inNode } from './node.js';
import type { Bytes } from './types.js';
import { arrayType, described, isArrayBuffer, isBlob, isUrl } from './validate.js';

export interface FetchOptions {
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: { loaded: number; total: number }) => void) | undefined;
}

/** The absolute URL of what a user names: relative to the page, or to a worker's script; in Node also a path. */
export function toUrl(name: string, source: string | URL): URL {
  if (isUrl(source)) return source;
  const { document, location } = globalThis as { document?: { baseURI: string }; location?: { href: string } };
  try {
    // A drive letter is no scheme.
    if (!/^[a-z]:[\\/]/i.test(source)) return new URL(source, document?.baseURI ?? location?.href);
  } catch {
    if (!inNode) throw new TypeError(`${name} must be a URL or the bytes of a file, not ${described(source)}`);
  }
  return builtin('node:url').pathToFileURL(source);
}

/** A file's bytes. Rejects with a WakesleepError 'fetch' that says what failed, or with the signal's reason. */
export async function fetchBytes(url: URL, { signal, onProgress }: FetchOptions = {}): Promise<Bytes> {
  signal?.throwIfAborted();
  // The user's function may be asynchronous, and is waited for. That it fails is no fault of the file.
  let fault: { error: unknown } | null = null;
  const report: Report | undefined =
    onProgress &&
    (async (progress) => {
      try {
        await (onProgress as Report)(progress);
      } catch (error) {
        fault = { error };
        throw error;
      }
    });
  try {
    if (inNode && url.protocol === 'file:') {
      const bytes = new Uint8Array(await builtin('node:fs/promises').readFile(url));
      await report?.({ loaded: bytes.length, total: bytes.length });
      signal?.throwIfAborted();
      return bytes;
    }
    const response = await fetch(url, signal ? { signal } : {});
    if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trimEnd());
    return await readWithProgress(response, report);
  } catch (error) {
    if (signal?.aborted) throw signal.reason;
    if (fault) throw (fault as { error: unknown }).error;
    // Browsers say no more than "Failed to fetch"; Node has the reason in `cause`.
    const cause = error instanceof Error && error.cause instanceof Error ? ` (${error.cause.message})` : '';
    throw new WakesleepError('fetch', `${shown(url)} could not be loaded: ${messageOf(error)}${cause}`, {
      cause: error,
    });
  }
}

/** Throws a WakesleepError 'format' where a server has sent a page for a file, as many do for what is not there. */
export function refuseHtml(bytes: Uint8Array, what: string, from: string): void {
  const start = String.fromCharCode(...bytes.subarray(0, 256))
    .trimStart()
    .toLowerCase();
  if (!/^<(!doctype html|html|head|body|!--|\?xml)/.test(start)) return;
  throw new WakesleepError(
    'format',
    `${from} is a page (HTML) and not ${what}: servers answer so for addresses at which nothing is`,
  );
}

export const shown = (url: URL) => (url.href.length > 200 ? `${url.href.slice(0, 200)}…` : url.href);

type Report = (progress: { loaded: number; total: number }) => unknown;

async function readWithProgress(response: Response, onProgress: Report | undefined): Promise<Bytes> {
  if (!onProgress || !response.body) return new Uint8Array(await response.arrayBuffer());
  // With a content encoding the length is that of the packed bytes, and those that arrive are unpacked.
  const total = response.headers.has('content-encoding') ? 0 : Number(response.headers.get('content-length') ?? 0);
  const parts: Bytes[] = [];
  let loaded = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read();
    if (done) break;
    parts.push(value);
    loaded += value.length;
    await onProgress({ loaded, total });
  }
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** The bytes of what a user hands over as a file. Other kinds are refused. */
export async function bytesOf(name: string, source: unknown, fetching: FetchOptions = {}): Promise<Bytes> {
  if (typeof source === 'string' || isUrl(source)) return fetchBytes(toUrl(name, source), fetching);
  if (isBlob(source)) return new Uint8Array(await source.arrayBuffer());
  return plainBytes(name, source);
}

/** Bytes that are there already. They are not copied, unless they are shared between threads. */
export function plainBytes(name: string, source: unknown): Bytes {
  if (isArrayBuffer(source)) return new Uint8Array(source);
  if (arrayType(source) === 'Uint8Array') {
    const bytes = source as Uint8Array;
    return bytes.buffer instanceof ArrayBuffer ? (bytes as Bytes) : bytes.slice();
  }
  throw new TypeError(`${name} must be a Uint8Array, an ArrayBuffer, a Blob or a URL, not ${described(source)}`);
}

/** What unpacked files other than IDX may have. */
const mostUnpacked = 2 ** 30;
/** No gzip data unpack to more than this many times their length (zlib's documentation). */
const mostExpansion = 1032;

/**
 * gzip's contents, or the bytes themselves where they are not gzip. An IDX file is unpacked no further than its header
 * promises, and takes no more memory. A damaged file, and one of more than it promises, is a WakesleepError 'format'.
 * Where nothing but IDX is of use, of something else only the start is unpacked, by which its reader refuses it.
 */
export async function gunzipped(name: string, bytes: Bytes, onlyIdx = false): Promise<Bytes> {
  if (!isGzip(bytes)) return bytes;
  const reader = new Blob([bytes]).stream().pipeThrough(new DecompressionStream('gzip')).getReader();
  const parts: Bytes[] = [];
  const magic: number[] = [];
  let whole: Bytes | undefined;
  let length = 0;
  let most = Math.min(mostUnpacked, mostExpansion * bytes.length);
  try {
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      const idx = length === 0 ? idxLength(value) : undefined;
      if (idx !== undefined && idx <= most) {
        most = idx;
        whole = new Uint8Array(idx);
      }
      if (length + value.length > most) {
        const limit = whole ? `the ${most.toLocaleString('en')} that its header promises` : most.toLocaleString('en');
        throw new WakesleepError('format', `${name} is a gzip file that unpacks to more bytes than ${limit}`);
      }
      if (whole) whole.set(value, length);
      else parts.push(value);
      length += value.length;
      if (!onlyIdx || magic.length === 4) continue;
      magic.push(...value.subarray(0, 4 - magic.length));
      if (magic.length < 4 || isMagic(magic)) continue;
      reader.cancel().catch(() => undefined);
      break;
    }
  } catch (error) {
    reader.cancel().catch(() => undefined);
    if (error instanceof WakesleepError) throw error;
    throw new WakesleepError('format', `${name} is a gzip file that is damaged or cut short: ${messageOf(error)}`, {
      cause: error,
    });
  }
  if (whole) return whole.subarray(0, length);
  return new Uint8Array(await new Blob(parts).arrayBuffer());
}

/** Whether 4 bytes are the magic number of an IDX file of bytes. */
const isMagic = ([first, second, type, dimensions = 0]: Iterable<number>): boolean =>
  first === 0 && second === 0 && type === 8 && dimensions >= 1 && dimensions <= 4;

/** How long an IDX file of bytes says it is; undefined where the first piece of a file is no such header. */
function idxLength(start: Uint8Array): number | undefined {
  const header = 4 + 4 * (start[3] ?? 0);
  if (!isMagic(start.subarray(0, 4)) || start.length < header) return undefined;
  const view = new DataView(start.buffer, start.byteOffset);
  let values = 1;
  for (let at = 4; at < header; at += 4) values *= view.getUint32(at);
  return header + values;
}

export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b;
}
