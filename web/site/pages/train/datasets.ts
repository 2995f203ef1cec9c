/** The data sets that the page can train on, and what it has to know about each. */
import type { Dataset, Engine } from 'wakesleep';
import { singleFile } from '../../state/single-file';
import { looksOf } from './looks';
import type { DataChoice, TrainData } from './train-data';

export type { DataKind } from './options';
export type { DataChoice, TrainData } from './train-data';

export const sizes = { 'bars-and-stripes': { least: 2, most: 8 }, shifter: { least: 3, most: 10 } } as const;
export const strokeCounts = [500, 1000, 2000, 5000, 10000, 20000, 50000] as const;

export const shownExamples = 24;
const probedRows = 250;
/** Values that are shown or probed at most: of a million pixels an example few examples do. */
const mostValues = 2 ** 22;
const rowsWithin = (most: number, { count, width }: Dataset): number =>
  Math.max(1, Math.min(most, count, Math.floor(mostValues / width)));
const mnistImages = 'data/mnist/train-images-idx3-ubyte.gz';
const mnistLabels = 'data/mnist/train-labels-idx1-ubyte.gz';

/** A row of a binary data set or of sampled states as a key of a set. */
export function rowKey(values: Float32Array, row: number, width: number): string {
  let key = '';
  for (let i = row * width; i < (row + 1) * width; ++i) key += (values[i] ?? 0) > 0.5 ? '1' : '0';
  return key;
}

async function isFile(path: string): Promise<boolean> {
  try {
    const answer = await fetch(new URL(path, document.baseURI), { method: 'HEAD' });
    // A server that answers every address with the page itself does not have the file.
    return answer.status === 200 && !(answer.headers.get('content-type') ?? '').includes('text/html');
  } catch {
    return false;
  }
}

/** Whether the site's owner put MNIST's training images beside the site. */
export const hasMnist = (): Promise<boolean> => (singleFile ? Promise.resolve(false) : isFile(mnistImages));

async function fetchBlob(path: string, signal?: AbortSignal): Promise<Blob> {
  const answer = await fetch(new URL(path, document.baseURI), signal ? { signal } : {});
  if (!answer.ok) throw new Error(`${path}: ${String(answer.status)} ${answer.statusText}`);
  return answer.blob();
}

async function build(engine: Engine, choice: DataChoice, signal?: AbortSignal): Promise<Dataset> {
  const listening = signal ? { signal } : {};
  switch (choice.kind) {
    case 'bars-and-stripes':
    case 'shifter':
      return engine.dataset({ kind: choice.kind, size: choice.size });
    case 'stroke-digits':
      return engine.dataset({ kind: 'stroke-digits', count: choice.count, seed: 1 }, listening);
    case 'drawings': {
      const width = 28 * 28;
      const pixels = new Float32Array(choice.images.length * width);
      choice.images.forEach((image, i) => {
        pixels.set(image, i * width);
      });
      return engine.dataset(pixels, { shape: [choice.images.length, 28, 28], labels: choice.labels });
    }
    case 'idx': {
      const { images, labels } = choice;
      return engine.dataset({ kind: 'idx', images, ...(labels ? { labels } : {}) }, listening);
    }
    case 'mnist': {
      const [images, labels] = await Promise.all([
        fetchBlob(mnistImages, signal),
        isFile(mnistLabels).then((there) => (there ? fetchBlob(mnistLabels, signal) : null)),
      ]);
      return engine.dataset({ kind: 'idx', images, ...(labels ? { labels } : {}) }, listening);
    }
  }
}

function shapeOf(dataset: Dataset): readonly [number, number] {
  const [rows, columns] = dataset.itemShape;
  if (rows !== undefined && columns !== undefined) return [rows, columns];
  const side = Math.round(Math.sqrt(dataset.width));
  return side * side === dataset.width ? [side, side] : [1, dataset.width];
}

async function everyRow(dataset: Dataset): Promise<NonNullable<TrainData['complete']>> {
  const rows = await dataset.rows(0, dataset.count);
  const times = new Map<string, number>();
  for (let row = 0; row < dataset.count; ++row) {
    const key = rowKey(rows.data, row, dataset.width);
    times.set(key, (times.get(key) ?? 0) + 1);
  }
  // No model can do better on average than the data's own frequencies: the mean of log(n / N) over the rows.
  let best = 0;
  for (const n of times.values()) best += (n / dataset.count) * Math.log(n / dataset.count);
  return { distinct: new Set(times.keys()), bestLogLikelihood: best };
}

/**
 * Examples spread over the whole set, so that a set sorted by label shows all of them, and one that counts round does
 * too.
 */
async function lookAt(dataset: Dataset): Promise<TrainData['examples']> {
  const n = rowsWithin(shownExamples, dataset);
  return Promise.all(
    Array.from({ length: n }, async (_, i) => {
      const row = Math.floor((i * dataset.count) / n) + (dataset.count < 50 * n ? 0 : i);
      const [image, labels] = await Promise.all([dataset.rows(row, 1), dataset.labels(row, 1)]);
      return { image: image.data, label: labels[0] ?? null };
    }),
  );
}

/**
 * Builds a data set in the engine, holding a tenth back for validation where it is not a complete set or drawn here.
 */
export async function loadData(engine: Engine, choice: DataChoice, signal?: AbortSignal): Promise<TrainData> {
  const all = await build(engine, choice, signal);
  const made: Dataset[] = [all];
  try {
    const isComplete = choice.kind === 'bars-and-stripes' || choice.kind === 'shifter';
    const whole = isComplete || choice.kind === 'drawings' || all.count < 20;
    const held = whole ? 0 : Math.min(10_000, Math.round(all.count / 10));
    const shape = shapeOf(all);
    const examples = await lookAt(all);
    const complete = isComplete ? await everyRow(all) : null;
    const { count, width } = all;
    const grey = !all.binary && choice.kind !== 'drawings';
    let training = all;
    let validation: Dataset | null = null;
    if (held > 0) {
      validation = await all.subset({ first: count - held, count: held });
      made.push(validation);
      training = await all.subset({ first: 0, count: count - held });
      made.push(training);
      all.dispose();
    }
    const probed = await training.rows(0, rowsWithin(probedRows, training));
    const checked = validation && (await validation.rows(0, rowsWithin(probedRows, validation)));
    const probe = { training: probed.data, validation: checked?.data ?? null };
    signal?.throwIfAborted();
    const labels = choice.kind === 'drawings' ? choice.names.length : 0;
    const looks = looksOf(probed.data, probed.data.length / width);
    return { choice, training, validation, grey, shape, count, width, labels, looks, examples, probe, complete };
  } catch (error) {
    for (const dataset of made) dataset.dispose();
    throw error;
  }
}

export function disposeData(data: TrainData | null): void {
  data?.training.dispose();
  data?.validation?.dispose();
}

/** What of a choice can be written into a model's file, so that opening it brings the same data back. */
export function noteOf(choice: DataChoice): string {
  switch (choice.kind) {
    case 'bars-and-stripes':
    case 'shifter':
      return JSON.stringify({ kind: choice.kind, size: choice.size });
    case 'stroke-digits':
      return JSON.stringify({ kind: choice.kind, count: choice.count });
    case 'drawings':
      return JSON.stringify({ kind: choice.kind, names: choice.names });
    case 'idx':
    case 'mnist':
      return JSON.stringify({ kind: choice.kind });
  }
}

/** The data that a file's note asks for, where the page can make it by itself; `own`: what the reader has drawn. */
export function choiceOf(note: string | undefined, own: DataChoice | null): DataChoice | null {
  let found: unknown;
  try {
    found = JSON.parse(note ?? 'null');
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const { kind, size, count } = found as { kind?: unknown; size?: unknown; count?: unknown };
  if (kind === 'drawings') return own;
  if ((kind === 'bars-and-stripes' || kind === 'shifter') && typeof size === 'number' && Number.isInteger(size)) {
    return size >= sizes[kind].least && size <= sizes[kind].most ? { kind, size } : null;
  }
  if (kind === 'stroke-digits') {
    const known = strokeCounts.find((n) => n === count);
    return known === undefined ? null : { kind, count: known };
  }
  return null;
}
