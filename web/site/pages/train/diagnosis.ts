/** What the figures of a training say, in words: the first of these is what matters most. */
import type { TrainData } from './train-data.ts';
import type { Looks } from './looks.ts';
import type { Dreams, Point } from './measure.ts';
import { startingRate, type Options } from './options.ts';

export type Diagnosis =
  /** `count` of `all` hidden units are on for hardly any example; `step`: the largest, as a part of the weights. */
  | { kind: 'silent'; count: number; all: number; cause: 'rate' | 'softmax' | 'start'; step: number | null }
  | { kind: 'always-on'; count: number; all: number; hot: boolean; step: number | null }
  /** A step of the weights is, or was, this part of them. */
  | { kind: 'large-steps'; step: number; now: boolean }
  /** Nothing is learned, and no step was larger. */
  | { kind: 'small-steps'; step: number }
  /** Hotter and cooler replicas of a dream hardly swap places: this share of the swaps was taken. */
  | { kind: 'few-swaps'; share: number }
  /** The dreams have hardly any ink. `fromData`: whether the negative phase starts at the data. */
  | { kind: 'empty'; fromData: boolean; rule: Options['method'] }
  | { kind: 'full'; fromData: boolean; rule: Options['method'] }
  /** `count` of `all` dreams hardly differ. */
  | { kind: 'alike'; count: number; all: number; fromData: boolean; rule: Options['method'] }
  | { kind: 'worse' }
  | { kind: 'by-heart'; gap: number }
  | { kind: 'flat' }
  /** `share` of the first error is gone. */
  | { kind: 'learns'; share: number }
  /** Some of the hidden units, and not most. */
  | { kind: 'some-silent' | 'some-always-on'; count: number; all: number };

export interface Facts {
  points: readonly Point[];
  options: Options;
  /** Pixels of an example. */
  width: number;
  /** The data's, and those of dreams where there are some to be judged. */
  data: Looks;
  dreams: Dreams | null;
}

/** Of a run on this page. */
export const factsOf = ({
  points,
  options,
  data,
  dreams,
}: Omit<Facts, 'width' | 'data'> & { data: TrainData }): Facts => ({
  points,
  options,
  width: data.width,
  data: data.looks,
  dreams,
});

/**
 * Where a figure begins to say something. A step is the change of the weights by a mini-batch, as a part of them (root
 * of the sum of squares, both): Hinton (2012, "A practical guide to training restricted Boltzmann machines", section 7)
 * advises about 1e-3. Weights that have just been drawn are small, so the limit is wider at first; what a good
 * rate and two bad ones come to is trained in tests/node/lab.test.ts.
 */
export const limits = {
  largeFirstStep: 0.5,
  /** Once the weights are so many times as large as they began. */
  grown: 4,
  largeStep: 0.1,
  smallStep: 1e-3,
  /** Part of the hidden units. */
  most: 0.5,
  some: 0.1,
  /** Share of the swaps taken: ten temperatures take 0.1 on the digits, two take none. */
  fewSwaps: 0.03,
  /** Mean error, by its first value. */
  flat: 0.95,
  /** Dreams are judged once the network has learned this part of the error away: before, they can't be anything. */
  judged: 0.65,
  /** By the least error so far, after so many points. */
  worse: 1.25,
  worsePoints: 10,
  /** More than this part of the dreams look alike: a good network's chains crowd now and then. */
  crowd: 0.8,
  /** Ink of the dreams, or paper, as a part of that of the data. */
  ink: 0.25,
  /**
   * Nats that an example kept apart is less likely than one that was learned from (Hinton 2012, section 6), and by how
   * much more than after 0.7 of the points.
   */
  gap: 5,
  gapGrowth: 1.3,
  gapSince: 0.7,
} as const;

/** Whether the network has learned enough for its dreams to be judged. */
export function tellByDreams(points: readonly Point[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  return first !== undefined && last !== undefined && last.error < limits.judged * first.error;
}

/** What is said first; null before there is something to compare. */
export const diagnose = (facts: Facts): Diagnosis | null => findings(facts)[0] ?? null;

/** All that holds, what matters most first. */
export function findings(facts: Facts): readonly Diagnosis[] {
  const { points, options } = facts;
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return [];
  const steps = stepsOf(points);
  const learned = last.error <= limits.flat * first.error;
  const [ofUnits, ofSomeUnits] = unitsSay(last, steps, facts);
  const found: Diagnosis[] = [...ofUnits];
  // A rate that was too high at the beginning is no matter where it learned all the same.
  if (steps.now !== null && steps.now > limits.largeStep)
    found.push({ kind: 'large-steps', step: steps.now, now: true });
  else if (steps.largest !== null && steps.largest > limits.largeFirstStep && !tellByDreams(points))
    found.push({ kind: 'large-steps', step: steps.largest, now: false });
  const least = Math.min(...points.map((point) => point.error));
  if (points.length > limits.worsePoints && last.error > limits.worse * least) found.push({ kind: 'worse' });
  found.push(...dreamsSay(facts));
  const { swapRate } = last.statistics ?? {};
  if (options.method === 'pt' && swapRate !== undefined && swapRate < limits.fewSwaps)
    found.push({ kind: 'few-swaps', share: swapRate });
  const gap = gapOf(last);
  const before = gapOf(points[Math.floor(points.length * limits.gapSince)] ?? last);
  if (gap > limits.gap && gap > limits.gapGrowth * before) found.push({ kind: 'by-heart', gap });
  if (!learned && steps.largest !== null && steps.largest < limits.smallStep)
    found.push({ kind: 'small-steps', step: steps.largest });
  found.push(learned ? { kind: 'learns', share: 1 - last.error / first.error } : { kind: 'flat' });
  return [...found, ...ofSomeUnits];
}

interface Steps {
  /** As a part of the weights; null where none was measured. */
  largest: number | null;
  /** The last one, once the weights have grown: before, any step is a large part of them. */
  now: number | null;
}

function stepsOf(points: readonly Point[]): Steps {
  const measured = points.flatMap(({ statistics }) => statistics ?? []);
  const [first, last] = [measured[0], measured.at(-1)];
  if (!first || !last) return { largest: null, now: null };
  const grown = last.weightNorm > limits.grown * first.weightNorm;
  return { largest: Math.max(...measured.map((one) => one.updateRatio)), now: grown ? last.updateRatio : null };
}

/** What the hidden units say: most of them, and some. */
function unitsSay(last: Point, { largest }: Steps, { options, width }: Facts): [Diagnosis[], Diagnosis[]] {
  const { deadUnits = 0, saturatedUnits = 0 } = last.statistics ?? {};
  const all = options.hidden;
  const step = largest !== null && largest > limits.largeFirstStep ? largest : null;
  const hot = step !== null || options.learningRate > 2 * startingRate(options, width);
  const canBeOff = options.hiddenUnits !== 'gaussian';
  // One unit of a softmax group is on for each example, and so each of them for a few.
  const canBeOn = options.hiddenUnits === 'bernoulli';
  if (canBeOff && deadUnits >= limits.most * all) {
    const cause = hot ? 'rate' : options.hiddenUnits === 'softmax' ? 'softmax' : 'start';
    return [[{ kind: 'silent', count: deadUnits, all, cause, step }], []];
  }
  if (canBeOn && saturatedUnits >= limits.most * all)
    return [[{ kind: 'always-on', count: saturatedUnits, all, hot, step }], []];
  const some: Diagnosis[] = [];
  if (canBeOff && deadUnits >= limits.some * all) some.push({ kind: 'some-silent', count: deadUnits, all });
  if (canBeOn && saturatedUnits >= limits.some * all) some.push({ kind: 'some-always-on', count: saturatedUnits, all });
  return [[], some];
}

function dreamsSay({ points, options, data, dreams }: Facts): Diagnosis[] {
  if (!dreams || !tellByDreams(points)) return [];
  const { method: rule } = options;
  const fromData = rule === 'cd' || rule === 'mean-field';
  if (dreams.mean < limits.ink * data.mean) return [{ kind: 'empty', fromData, rule }];
  if (1 - dreams.mean < limits.ink * (1 - data.mean)) return [{ kind: 'full', fromData, rule }];
  if (dreams.alike > limits.crowd * dreams.count)
    return [{ kind: 'alike', count: dreams.alike, all: dreams.count, fromData, rule }];
  return [];
}

const gapOf = ({ freeEnergy, validationFreeEnergy }: Point): number =>
  freeEnergy === null || validationFreeEnergy === null ? 0 : validationFreeEnergy - freeEnergy;
