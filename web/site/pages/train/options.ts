/** The options of a training: their defaults, their ranges, and which of them need a new model. */
import type { TrainOptions } from 'wakesleep';

export interface Options {
  hidden: number;
  method: 'cd' | 'pcd';
  k: number;
  learningRate: number;
  momentum: number;
  weightDecay: number;
  batchSize: number;
  seed: number;
}

export type NumberOption = Exclude<keyof Options, 'method' | 'seed'>;

/** What the sliders can be set to, lowest first: nothing outside can be chosen, so nothing can break. */
export const choices: Record<NumberOption, readonly number[]> = {
  hidden: [1, 2, 3, 4, 5, 6, 8, 10, 12, 16, 20, 24, 30, 40, 50, 60, 80, 100, 150, 200, 300, 400, 500, 750, 1000],
  k: [1, 2, 3, 5, 7, 10, 15, 20, 30, 50, 100],
  learningRate: [0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5, 0.7, 1],
  momentum: [0, 0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98],
  weightDecay: [0, 1e-5, 2e-5, 5e-5, 1e-4, 2e-4, 5e-4, 1e-3, 2e-3, 5e-3, 1e-2],
  batchSize: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000],
};

/** Changing one of these starts the network anew; the others take effect with the next slice of training. */
export const restarting: readonly (keyof Options)[] = ['hidden', 'batchSize', 'seed'];

export const largestSeed = 2 ** 32 - 1;

/** Where the slider of an option stands for a value: the nearest choice. */
export function nearestChoice(option: NumberOption, value: number): number {
  const list = choices[option];
  let best = 0;
  for (let i = 1; i < list.length; ++i) {
    if (Math.abs((list[i] ?? 0) - value) < Math.abs((list[best] ?? 0) - value)) best = i;
  }
  return best;
}

export function trainOptions(options: Options): TrainOptions {
  const { method, k, learningRate, momentum, weightDecay, batchSize, seed } = options;
  return { method, k, learningRate, momentum, weightDecay, batchSize, seed, dataStates: 'sampled' };
}

/** Options from a file's notes: what is missing or out of range stays as it was. */
export function mergeOptions(now: Options, text: string | undefined): Options {
  let found: unknown;
  try {
    found = JSON.parse(text ?? 'null');
  } catch {
    found = null;
  }
  if (typeof found !== 'object' || found === null) return now;
  const merged = { ...now };
  const values = found as Record<string, unknown>;
  for (const option of Object.keys(choices) as NumberOption[]) {
    const value = values[option];
    const list = choices[option];
    if (typeof value === 'number' && value >= (list[0] ?? 0) && value <= (list.at(-1) ?? 0)) {
      merged[option] = list[nearestChoice(option, value)] ?? merged[option];
    }
  }
  if (values.method === 'cd' || values.method === 'pcd') merged.method = values.method;
  return merged;
}
