/**
 * Two causes and their effect, as a sigmoid belief net and as a restricted Boltzmann machine of the same numbers: all 8
 * states. tests/node/course.test.ts holds these sums to the engine's.
 */
export interface Numbers {
  /** Bias of each cause. */
  cause: number;
  /** Bias of the effect. */
  effect: number;
  /** Of each cause to the effect. */
  weight: number;
}
export type Model = 'net' | 'rbm';
/** What is known of a unit: nothing, that it is on, that it is off. */
export type Seen = '?' | '1' | '0';
export const units = ['quake', 'truck', 'house'] as const;
export type Unit = (typeof units)[number];
export type Evidence = Record<Unit, Seen>;
type State = Record<Unit, boolean>;

export const nothing: Evidence = { quake: '?', truck: '?', house: '?' };

const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const states: readonly State[] = Array.from({ length: 8 }, (_, k) => ({
  quake: k >= 4,
  truck: k % 4 >= 2,
  house: k % 2 === 1,
}));

function weightOf({ cause, effect, weight }: Numbers, model: Model, { quake, truck, house }: State): number {
  const causes = Number(quake) + Number(truck);
  // exp(-E), whose sum is Z.
  if (model === 'rbm') return Math.exp(cause * causes + (house ? effect + weight * causes : 0));
  const happens = sigmoid(effect + weight * causes);
  const prior = (on: boolean): number => (on ? sigmoid(cause) : sigmoid(-cause));
  return prior(quake) * prior(truck) * (house ? happens : 1 - happens);
}

export interface Beliefs {
  /** p(on | what is known) of each unit. */
  on: Record<Unit, number>;
  /** p(quake, truck | what is known): neither, truck alone, quake alone, both. */
  together: [neither: number, truck: number, quake: number, both: number];
}

export function beliefs(numbers: Numbers, model: Model, evidence: Evidence): Beliefs {
  const fits = (state: State): boolean =>
    units.every((unit) => evidence[unit] === '?' || state[unit] === (evidence[unit] === '1'));
  const weights = states.map((state) => (fits(state) ? weightOf(numbers, model, state) : 0));
  const sum = weights.reduce((a, b) => a + b);
  const share = (which: (state: State) => boolean): number =>
    states.reduce((all, state, k) => all + (which(state) ? (weights[k] ?? 0) / sum : 0), 0);
  return {
    on: { quake: share(({ quake }) => quake), truck: share(({ truck }) => truck), house: share(({ house }) => house) },
    together: [
      share(({ quake, truck }) => !quake && !truck),
      share(({ quake, truck }) => !quake && truck),
      share(({ quake, truck }) => quake && !truck),
      share(({ quake, truck }) => quake && truck),
    ],
  };
}
