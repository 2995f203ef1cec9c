// The types of units: their options, checked.
import type { NativeUnits } from '../native.js';
import type { UnitDescription, Units, UnitType } from '../types.js';
import { boolean, choice, integer, options, wrongType } from '../validate.js';

const types = [
  'bernoulli',
  'gaussian',
  'softmax',
  'replicated-softmax',
  'relu',
  'noisy-relu',
] as const satisfies readonly UnitType[];

/** Units of one side from their option, checked as far as they can be without their number. */
export function unitsOf(name: string, value: Units | undefined): NativeUnits {
  if (value === undefined || typeof value === 'string') {
    const type = choice(name, value, types, 'bernoulli');
    if (type === 'softmax')
      throw new TypeError(`${name} of type 'softmax' need their groups: { type: 'softmax', groups: [10, 4] }`);
    return { type, learnedSigma: false, groups: new Float64Array(0) };
  }
  if (typeof value !== 'object' || value === null) throw wrongType(name, 'a type of units or an object', value);
  const given = options(name, value as { type: UnitType; groups?: number[]; learnedSigma?: boolean }, [
    'type',
    'groups',
    'learnedSigma',
  ]);
  const type = choice(`${name}.type`, given.type, types, 'bernoulli');
  if (given.groups !== undefined && type !== 'softmax')
    throw new TypeError(`${name}.groups are for softmax units, not ${type}`);
  if (given.learnedSigma !== undefined && type !== 'gaussian')
    throw new TypeError(`${name}.learnedSigma is for gaussian units, not ${type}`);
  let groups: number[] = [];
  if (type === 'softmax') {
    if (!Array.isArray(given.groups)) throw wrongType(`${name}.groups`, 'an array of numbers of states', given.groups);
    groups = given.groups.map((size: unknown, i) => integer(`${name}.groups[${i}]`, size, 2, 2 ** 20));
  }
  return {
    type,
    learnedSigma: boolean(`${name}.learnedSigma`, given.learnedSigma, false),
    groups: Float64Array.from(groups),
  };
}

export function describeUnits(native: NativeUnits): UnitDescription {
  if (native.type === 'softmax') return { type: native.type, groups: Array.from(native.groups) };
  if (native.type === 'gaussian') return { type: native.type, learnedSigma: native.learnedSigma };
  return { type: native.type };
}

/** The words of a document, which only counts of words have. */
export function wordsOf(type: UnitType, words: number | undefined): number {
  if (type === 'replicated-softmax') return integer('words', words, 1, 1_000_000);
  if (words !== undefined) throw new TypeError('words are for replicated-softmax units, whose documents have a length');
  return 0;
}
