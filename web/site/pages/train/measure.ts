/** What the curves show: figures of a network, measured after numbers of mini-batches that are fixed in advance. */
import type { Rbm, TrainStatistics } from 'wakesleep';
import type { TrainData } from './train-data.ts';
import { toPixels, type Feed } from './feed.ts';
import { looksOf, type Looks } from './looks.ts';

/** One column of the curves. */
export interface Point {
  /** Epochs done, with the part of the present one. */
  epoch: number;
  error: number;
  validationError: number | null;
  /** Null, as the next two, where there is none. */
  freeEnergy: number | null;
  validationFreeEnergy: number | null;
  /** Mean log-likelihood an example, in nats, where it can be summed exactly. */
  logLikelihood: number | null;
  /** Null for a network that was opened, before its first mini-batch here. */
  statistics: TrainStatistics | null;
}

const pointGrowth = 1.05;
/** The batch after which the next point is due: they become rarer as the curves become flatter. */
export const pointAfter = (batches: number): number => Math.max(batches + 1, Math.ceil(batches * pointGrowth));

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanSquaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
}

/** `hasEnergy`: whether the units have free energies; `exact`: whether log Z is to be summed. */
export async function measure(
  model: Rbm,
  data: TrainData,
  feed: Feed,
  { hasEnergy, exact }: { hasEnergy: boolean; exact: boolean },
): Promise<Omit<Point, 'epoch' | 'statistics'>> {
  const error = async (x: Float32Array, pixels: Float32Array): Promise<number> => {
    const { data: values } = await model.reconstruct(x, { steps: 1, seed: 1 });
    return meanSquaredDifference(toPixels(feed.standard, values), pixels);
  };
  const energy = async (x: Float32Array): Promise<number | null> =>
    hasEnergy ? mean((await model.freeEnergy(x)).data) : null;
  let logLikelihood: number | null = null;
  if (exact) {
    const { logZ } = await model.logPartition();
    logLikelihood = (await model.logLikelihood(feed.training, { logZ })).mean;
  }
  const { training, validation } = feed.probe;
  const [trainingError, validationError, freeEnergy, validationFreeEnergy] = await Promise.all([
    error(training, data.probe.training),
    validation && data.probe.validation && error(validation, data.probe.validation),
    energy(training),
    validation && energy(validation),
  ]);
  return { error: trainingError, validationError, freeEnergy, validationFreeEnergy, logLikelihood };
}

/** What dreams look like that a network was asked for. */
export type Dreams = Looks & { count: number };

const dreamed = 21;
/** Always as many Gibbs steps from noise, so that what is said of them depends on no clock. */
export const stepsDreamed = 100;
/** Dreams look alike within this part of how far two examples of the data are apart. */
const near = 0.1;
/** Beyond so many weights dreams would take long beside the training. */
const mostWeights = 2 ** 19;

/** Dreams to be judged; null of a network that dreams each of its labels, and of one that would take long. */
export async function dreamsOf(model: Rbm, data: TrainData, feed: Feed, seed: number): Promise<Dreams | null> {
  if (model.labels > 0 || model.visible * model.hiddenUnits > mostWeights) return null;
  const { means } = await model.sample({ chains: dreamed, steps: stepsDreamed, seed });
  return { ...looksOf(toPixels(feed.standard, means.data), dreamed, data.looks.apart * near), count: dreamed };
}

/** Whether the engine tells free energies of this network: some units are for sampling only. */
export async function tellsEnergy(model: Rbm, { probe }: Feed): Promise<boolean> {
  try {
    await model.freeEnergy(probe.training.subarray(0, model.visible));
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}
