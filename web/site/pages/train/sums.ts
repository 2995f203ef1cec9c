/** What sums over all states of a machine cost: where likelihoods and gradients can be exact within a moment. */
import type { Rbm, UnitType } from 'wakesleep';
import type { Options } from './options';

export interface Size {
  visible: { type: UnitType; count: number };
  hidden: { type: UnitType; count: number };
}

export const sizeOf = ({ units, visible, hiddenUnits }: Rbm): Size => ({
  visible: { type: units.visible.type, count: visible },
  hidden: { type: units.hidden.type, count: hiddenUnits },
});

export const sizeFor = (options: Options, width: number): Size => ({
  visible: { type: options.visibleUnits, count: width },
  hidden: { type: options.hiddenUnits, count: options.hidden },
});

/**
 * Multiplications that a sum may take to be done at every point of the curves, at every eighth, and in every
 * mini-batch.
 */
export const cheapSum = 2 ** 22;
export const dearestSum = 2 ** 26;
const dearestOfABatch = 2 ** 20;
const mostStates = 2 ** 20;

/** The hidden softmax units of this page are one group. */
function statesOf({ type, count }: Size['visible']): number {
  if (type === 'bernoulli') return 2 ** count;
  return type === 'softmax' ? count : Infinity;
}

/** Whether a side can be summed over at all. */
export const countable = ({ visible, hidden }: Size): boolean =>
  Math.min(statesOf(visible), statesOf(hidden)) < Infinity;

/** Multiplications, about, of a sum over the states of the side that has fewer; infinite where there are too many. */
export function sumCost({ visible, hidden }: Size): number {
  const fewer = Math.min(statesOf(visible), statesOf(hidden));
  return fewer > mostStates ? Infinity : fewer * Math.max(visible.count, hidden.count);
}

/** Whether the exact gradient is quick enough to be worth offering. */
export const exactOffered = (size: Size): boolean => sumCost(size) <= dearestOfABatch;
