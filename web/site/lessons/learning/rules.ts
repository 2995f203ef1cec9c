/** How the machine on bars and stripes learns: the same in the lessons' figures and in the test of what they claim. */
import type { RbmTrainOptions } from 'wakesleep';

export const rules = ['cd1', 'cd2', 'cd5', 'cd25', 'pcd', 'exact'] as const;
export type Rule = (typeof rules)[number];

/** Gibbs steps from the data; null where dreams do not begin there. */
export const stepsOf = (rule: Rule): number | null => (rule.startsWith('cd') ? Number(rule.slice(2)) : null);

type Options = Pick<
  RbmTrainOptions,
  'batchSize' | 'learningRate' | 'momentum' | 'weightDecay' | 'seed' | 'method' | 'k' | 'chains'
>;

/** All 14 images are a mini-batch, so that a step of learning is an epoch. */
export const optionsOf = (rule: Rule, seed: number): Options => {
  const k = stepsOf(rule);
  return {
    batchSize: 14,
    learningRate: 0.25,
    momentum: 0,
    weightDecay: 0,
    seed,
    ...(k === null ? { method: rule as 'pcd' | 'exact', ...(rule === 'pcd' && { chains: 500 }) } : { method: 'cd', k }),
  };
};
