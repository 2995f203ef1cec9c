// Data sets in files of NumPy's and of text, as arrays with their options. The page's thread loads this when it is
// first asked for, and so nothing here may take long at once.
import { bytesOf, gunzipped, refuseHtml, shown, toUrl } from '../bytes.js';
import { WakesleepError } from '../errors.js';
import type { DatasetSource, FileSource, NumberArray, PixelOptions, Tensor } from '../types.js';
import { isUrl, options, outOfRange } from '../validate.js';
import { parseCsv, withoutColumn } from './csv.js';
import { parseNpy } from './npy.js';
import { archiveOf } from './zip.js';

export type ArraySource = Extract<DatasetSource, { kind: 'npy' | 'npz' | 'csv' }>;
type Of<Kind extends ArraySource['kind']> = Extract<ArraySource, { kind: Kind }>;

/** What a data set is made of. */
export interface Pixelled {
  array: Tensor | NumberArray;
  options: Partial<PixelOptions>;
}

export async function arraysOf(source: ArraySource, signal?: AbortSignal): Promise<Pixelled> {
  const read = async (name: string, file: FileSource) => {
    const bytes = await bytesOf(name, file, { signal });
    if (typeof file === 'string' || isUrl(file))
      refuseHtml(bytes, `a file of kind '${source.kind}'`, shown(toUrl(name, file)));
    return source.kind === 'npz' ? bytes : gunzipped(name, bytes);
  };
  switch (source.kind) {
    case 'npy': {
      const { images, labels } = source;
      return ofNpy(
        source,
        await read('images', images),
        labels === undefined ? undefined : await read('labels', labels),
      );
    }
    case 'npz':
      return ofNpz(source, await read('file', source.file));
    case 'csv':
      return inSlices(ofCsv(source, await read('images', source.images)), signal);
  }
}

export function ofNpy(source: Of<'npy'>, images: Uint8Array, labels?: Uint8Array): Pixelled {
  const { scale } = options<Of<'npy'>>('source', source, ['kind', 'images', 'labels', 'scale']);
  const { data, shape, boolean } = parseNpy('images', images);
  return {
    // Of one size there is a value an example.
    array: { data, shape: shape.length === 1 ? [...shape, 1] : shape },
    options: {
      ...(scale !== undefined ? { scale } : boolean ? { scale: 1 } : {}),
      ...(labels ? { labels: parseNpy('labels', labels).data } : {}),
    },
  };
}

async function ofNpz(source: Of<'npz'>, bytes: Uint8Array): Promise<Pixelled> {
  const known = ['kind', 'file', 'images', 'labels', 'scale'] as const;
  const { images, labels, scale } = options<Of<'npz'>>('source', source, known);
  const archive = archiveOf('file', bytes);
  const names = archive.names.flatMap((name) => (name.endsWith('.npy') ? [name.slice(0, -4)] : []));
  if (names.length === 0) throw new WakesleepError('format', 'file is a zip archive without arrays of NumPy');
  const array = (option: string, name: unknown) => {
    if (typeof name === 'string' && names.includes(name)) return archive.read(`${name}.npy`);
    throw outOfRange(option, `one of the arrays in the file, ${names.slice(0, 20).join(', ')}`, name);
  };
  const only = images ?? (names.length === 1 ? names[0] : undefined);
  const first = await array('images', only);
  const second = labels === undefined ? undefined : await array('labels', labels);
  return ofNpy({ kind: 'npy', images: first, ...(scale === undefined ? {} : { scale }) }, first, second);
}

export function* ofCsv(source: Of<'csv'>, bytes: Uint8Array): Generator<void, Pixelled, void> {
  const known = ['kind', 'images', 'labelColumn', 'scale'] as const;
  const { labelColumn, scale } = options<Of<'csv'>>('source', source, known);
  const table = yield* parseCsv('images', bytes);
  const { rest, column } = labelColumn === undefined ? { rest: table } : withoutColumn(table, labelColumn);
  return {
    array: rest,
    options: { ...(scale === undefined ? {} : { scale }), ...(column ? { labels: column } : {}) },
  };
}

/** Milliseconds that the page's thread is held at once. */
const slice = 8;

/** Work in steps, between which the page's thread does other things. */
export async function inSlices<T>(steps: Generator<void, T, void>, signal?: AbortSignal): Promise<T> {
  let since = performance.now();
  for (;;) {
    const step = steps.next();
    if (step.done) return step.value;
    if (performance.now() - since < slice) continue;
    await new Promise((resolve) => setTimeout(resolve));
    signal?.throwIfAborted();
    since = performance.now();
  }
}
