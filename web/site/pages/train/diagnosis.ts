/** What the figures of a training say, in words: the first of these that holds. */
import type { Looks } from './looks';
import type { Dreams, Point } from './measure';
import { startingRate, type Options } from './options';

export type Diagnosis =
  /** `count` of `all` hidden units are on for hardly any example. */
  | { kind: 'silent'; count: number; all: number; cause: 'rate' | 'softmax' | 'start' }
  | { kind: 'always-on'; count: number; all: number; hot: boolean }
  /** The dreams have hardly any ink. `data`: whether the negative phase starts at the data. */
  | { kind: 'empty'; fromData: boolean; rule: Options['method'] }
  | { kind: 'full'; fromData: boolean; rule: Options['method'] }
  /** `count` of `all` dreams hardly differ. */
  | { kind: 'alike'; count: number; all: number; fromData: boolean; rule: Options['method'] }
  | { kind: 'worse' }
  | { kind: 'by-heart'; gap: number }
  | { kind: 'flat' }
  /** `share` of the first error is gone. */
  | { kind: 'learns'; share: number };

export interface Facts {
  points: readonly Point[];
  options: Options;
  /** Pixels of an example. */
  width: number;
  /** The data's, and those of dreams where there are some to be judged. */
  data: Looks;
  dreams: Dreams | null;
}

const flat = 0.95;
/** Dreams are judged once the network has learned this part of the error away: before, they can't be anything. */
const judged = 0.65;
/** Dreams hardly differ when more than this part of them look alike: a good network's chains crowd now and then. */
const crowd = 0.8;

/** Whether the network has learned enough for its dreams to be judged. */
export function tellByDreams(points: readonly Point[]): boolean {
  const [first, last] = [points[0], points.at(-1)];
  return first !== undefined && last !== undefined && last.error < judged * first.error;
}

export function diagnose({ points, options, width, data, dreams }: Facts): Diagnosis | null {
  const [first, last] = [points[0], points.at(-1)];
  if (!first || !last || points.length < 2) return null;
  const { deadUnits = 0, saturatedUnits = 0 } = last.statistics ?? {};
  const all = options.hidden;
  const hot = options.learningRate > 2 * startingRate(options, width);
  if (options.hiddenUnits !== 'gaussian' && deadUnits >= all / 2) {
    const cause = hot ? 'rate' : options.hiddenUnits === 'softmax' ? 'softmax' : 'start';
    return { kind: 'silent', count: deadUnits, all, cause };
  }
  if (options.hiddenUnits === 'bernoulli' && saturatedUnits >= all / 2)
    return { kind: 'always-on', count: saturatedUnits, all, hot };
  const least = Math.min(...points.map((point) => point.error));
  if (points.length > 10 && last.error > 1.25 * least) return { kind: 'worse' };
  const share = 1 - last.error / first.error;
  if (dreams && tellByDreams(points)) {
    const fromData = options.method === 'cd' || options.method === 'mean-field';
    if (dreams.mean < data.mean / 4) return { kind: 'empty', fromData, rule: options.method };
    if (1 - dreams.mean < (1 - data.mean) / 4) return { kind: 'full', fromData, rule: options.method };
    if (dreams.alike > crowd * dreams.count)
      return { kind: 'alike', count: dreams.alike, all: dreams.count, fromData, rule: options.method };
  }
  const gap = gapOf(last);
  const before = gapOf(points[Math.floor(points.length * 0.7)] ?? last);
  // Nats that an example kept apart is less likely than one that was learned from.
  if (gap > 5 && gap > 1.3 * before) return { kind: 'by-heart', gap };
  if (last.error > flat * first.error) return { kind: 'flat' };
  return { kind: 'learns', share };
}

const gapOf = ({ freeEnergy, validationFreeEnergy }: Point): number =>
  freeEnergy === null || validationFreeEnergy === null ? 0 : validationFreeEnergy - freeEnergy;
