// What likelihoods are estimated, learned and sampled with, through the package, as native/likelihood.h says.

import { load } from 'wakesleep';
import { firstParameters, work, type Images } from '../../../web/site/speed/work.ts';
import type { LikelihoodWork } from '../results.ts';

/** Milliseconds of so many of one of these. */
export type Likelihood = (which: LikelihoodWork, times: number) => Promise<number>;

const temperatures = 10;
const top = 1000;

export async function startLikelihood({ pixels, count }: Images, threads: number): Promise<Likelihood> {
  const { visible, hidden, batchSize, learningRate } = work;
  const engine = await load({ threads });
  const data = await engine.dataset(pixels, { shape: [count, visible], scale: 1 });
  const machine = async () => {
    const rbm = await engine.rbm({ visible, hidden });
    const { W, b, c } = firstParameters();
    await rbm.setParameters({ W, b, c });
    return rbm;
  };
  const options = { epochs: 1_000_000, batchSize, learningRate, momentum: 0, visibleBiasFromData: false } as const;
  const trained = async (method: 'pcd' | 'pt', chains: number) =>
    (await machine()).training(data, { ...options, method, chains, ...(method === 'pt' ? { temperatures } : {}) });
  const [rbm, pcd, tempering] = [await machine(), await trained('pcd', batchSize), await trained('pt', 10)];
  const dream = (await machine()).dream({ chains: batchSize });
  const dbm = await engine.dbm({ layers: [visible, hidden, top] });
  const batch = await data.rows(0, batchSize);
  const programs: Record<LikelihoodWork, (times: number) => Promise<unknown>> = {
    ais: (betas) => rbm.logPartition({ method: 'ais', runs: batchSize, betas }),
    pcd: (batches) => pcd.run({ batches }),
    tempering: (batches) => tempering.run({ batches }),
    dreams: (steps) => {
      dream.stepsPerFrame = steps;
      return dream.next();
    },
    'mean-field': (meanFieldSteps) => dbm.hiddenMeans(batch, { meanFieldSteps, meanFieldTolerance: 0 }),
  };
  return async (which, times) => {
    const start = performance.now();
    await programs[which](times);
    return performance.now() - start;
  };
}
