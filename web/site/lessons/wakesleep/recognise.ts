/**
 * How many digits a net reads wrongly, by its recognition weights or by the generative ones upside down, as before they
 * were let loose. The same in the lesson's figure and in the test of what it claims.
 */
import type { Dataset, Dbn, DbnParameters, Engine } from 'wakesleep';

export type Way = 'recognition' | 'generative';
export const ways: readonly Way[] = ['recognition', 'generative'];

/** Digits that neither net has seen: both learned those of seed 1. */
export const unseen = { kind: 'stroke-digits', count: 1000, seed: 2 } as const;

/** One unit's weights to or from the pixels. */
export const column = ({ data, shape }: { data: Float32Array; shape: number[] }, unit: number): Float32Array =>
  Float32Array.from({ length: shape[0] ?? 0 }, (_, i) => data[i * (shape[1] ?? 0) + unit] ?? 0);

/** Recognition weights: of a net that was trained greedily they are the generative ones. */
export const upwards = ({ W, R }: DbnParameters): { data: Float32Array; shape: number[] } => R ?? W;

/** Of two vectors, 1 where they have the same direction. */
export function cosine(a: Float32Array, b: Float32Array): number {
  let [ab, aa, bb] = [0, 0, 0];
  a.forEach((one, i) => {
    const other = b[i] ?? 0;
    ab += one * other;
    aa += one * one;
    bb += other * other;
  });
  return aa === 0 || bb === 0 ? 0 : ab / Math.sqrt(aa * bb);
}

const wrong = (found: ArrayLike<number>, labels: ArrayLike<number>): number =>
  Array.from(found).filter((label, i) => label !== labels[i]).length;

/** Errors among the rows of `data`. */
export async function errorsOf(engine: Engine, dbn: Dbn, data: Dataset, way: Way): Promise<number> {
  const labels = await data.labels(0, data.count);
  if (way === 'recognition') return wrong(await dbn.predict(data), labels);
  const top = dbn.layers.length - 2;
  let below: Dataset | Float32Array = data;
  for (let layer = 0; layer <= top; ++layer) {
    const { W, b, c, U, d } = await dbn.parameters(layer);
    const [visible, hidden] = [W.shape[0] ?? 0, W.shape[1] ?? 0];
    const rbm = await engine.rbm({ visible, hidden, ...(layer === top && { labels: dbn.labels }) });
    try {
      const weights = { W: W.data, b: b.data, c: c.data };
      if (layer === top && U && d) {
        await rbm.setParameters({ ...weights, U: U.data, d: d.data });
        return wrong(await rbm.predict(below), labels);
      }
      await rbm.setParameters(weights);
      below = (await rbm.hiddenMeans(below)).data as Float32Array;
    } finally {
      rbm.dispose();
    }
  }
  return NaN;
}
