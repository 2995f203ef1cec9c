/** The data as the visible units take them: as they are, or for Gaussian units standardised; and back to pixels. */
import type { Dataset, Engine } from 'wakesleep';
import type { TrainData } from './train-data.ts';
import type { VisibleUnits } from './options.ts';

/** Of each pixel: what is subtracted, and what it is then divided by. */
export interface Standard {
  readonly mean: Float32Array;
  readonly deviation: Float32Array;
}

export interface Feed extends Pick<TrainData, 'training' | 'validation' | 'probe'> {
  /** Null where the units take pixels. */
  readonly standard: Standard | null;
}

/** `standard`: a file's, which goes before the data's own. */
export async function feedOf(data: TrainData, units: VisibleUnits, standard: Standard | null = null): Promise<Feed> {
  const { training, validation, probe } = data;
  if (units === 'bernoulli') return { training, validation, probe, standard: null };
  const by = standard ?? { mean: (await training.mean()).data, deviation: (await training.deviation()).data };
  const made: Dataset[] = [];
  const standardised = async (dataset: Dataset): Promise<Dataset> => {
    const one = await dataset.standardised(by);
    made.push(one);
    return one;
  };
  const head = async (dataset: Dataset, rows: Float32Array): Promise<Float32Array> =>
    (await dataset.rows(0, rows.length / dataset.width)).data;
  try {
    const shown = await standardised(training);
    const held = validation && (await standardised(validation));
    return {
      training: shown,
      validation: held,
      probe: {
        training: await head(shown, probe.training),
        validation: held && probe.validation && (await head(held, probe.validation)),
      },
      standard: by,
    };
  } catch (error) {
    for (const dataset of made) dataset.dispose();
    throw error;
  }
}

export function disposeFeed(feed: Feed | null): void {
  // Without a standard the data sets are those of the data themselves.
  if (!feed?.standard) return;
  feed.training.dispose();
  feed.validation?.dispose();
}

/** Values of visible units, whole rows, as pixels. */
export function toPixels(standard: Standard | null, values: Float32Array): Float32Array {
  if (!standard) return values;
  const { mean, deviation } = standard;
  return values.map((value, i) => (mean[i % mean.length] ?? 0) + (deviation[i % mean.length] ?? 0) * value);
}

/** Pixels, whole rows, as values of visible units. */
export async function toUnits(engine: Engine, standard: Standard | null, pixels: Float32Array): Promise<Float32Array> {
  if (!standard) return pixels;
  const width = standard.mean.length;
  const plain = await engine.dataset(pixels, { shape: [pixels.length / width, width] });
  const standardised = await plain.standardised(standard).finally(() => {
    plain.dispose();
  });
  try {
    return (await standardised.rows(0, standardised.count)).data;
  } finally {
    standardised.dispose();
  }
}

/** Nine digits bring every float32 back as it was. */
const exactly = (values: Float32Array): number[] => Array.from(values, (value) => Number(value.toPrecision(9)));

export const standardNote = ({ mean, deviation }: Standard): string =>
  JSON.stringify({ mean: exactly(mean), deviation: exactly(deviation) });

/** From a file's note; null where it has none that fits. */
export function standardFrom(note: string | undefined, width: number): Standard | null {
  let found: unknown;
  try {
    found = JSON.parse(note ?? 'null');
  } catch {
    return null;
  }
  if (typeof found !== 'object' || found === null) return null;
  const { mean, deviation } = found as { mean?: unknown; deviation?: unknown };
  const numbers = (list: unknown): list is number[] =>
    Array.isArray(list) && list.length === width && list.every((value) => typeof value === 'number');
  if (!numbers(mean) || !numbers(deviation) || deviation.some((value) => value < 0)) return null;
  return { mean: Float32Array.from(mean), deviation: Float32Array.from(deviation) };
}
