/** Ourselves, through the package that everyone uses. */
import { load } from 'wakesleep';
import { firstParameters, work, type Contender, type Images } from './work.ts';

export async function startWakesleep(images: Images, threads: number): Promise<Contender> {
  const engine = await load({ threads });
  try {
    if (engine.info.threads !== threads)
      throw new Error(engine.info.reason ?? `there are ${engine.info.threads} threads`);
    const data = await engine.dataset(images.pixels, { shape: [images.count, work.visible], scale: 1 });
    const rbm = await engine.rbm({ visible: work.visible, hidden: work.hidden });
    await rbm.setParameters(firstParameters());
    const { batchSize, learningRate, momentum, weightDecay } = work;
    const options = { batchSize, learningRate, momentum, weightDecay, method: 'cd', k: 1 } as const;
    const states = { hiddenStates: 'sampled', visibleStates: 'sampled', visibleBiasFromData: false } as const;
    return {
      async run(batches) {
        const start = performance.now();
        await rbm.train(data, { ...options, ...states, epochs: 1_000_000, batches });
        return performance.now() - start;
      },
      async parameters() {
        const { W, b, c } = await rbm.parameters();
        return { W: W.data, b: b.data, c: c.data };
      },
      dispose() {
        engine.dispose();
      },
    };
  } catch (error) {
    engine.dispose();
    throw error;
  }
}
