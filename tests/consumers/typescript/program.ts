import { load, WakesleepError, type Rbm } from 'wakesleep';
import { preprocessDigit } from 'wakesleep/digits';
import { load as loadSync } from 'wakesleep/sync';

export async function main(canvas: ImageData): Promise<Blob> {
  const engine = await load({ memory: 2 ** 28 });
  const rbm: Rbm = await engine.rbm({ visible: 784, hidden: 30 });
  const bytes = await rbm.save().catch((error: unknown) => {
    throw error instanceof WakesleepError ? new Error(error.code) : error;
  });
  await preprocessDigit(canvas, { engine });
  for await (const { images } of rbm.dream()) if (images.data.length > 0) break;
  (await loadSync()).rbm({ visible: 2, hidden: 2 }).dispose();
  return new Blob([bytes]);
}
