/**
 * A restricted Boltzmann machine of 3 visible and 2 hidden units, small enough to write down all that can happen to it.
 * tests/node/course.test.ts holds these sums to the engine's.
 */
export const visible = 3;
export const hidden = 2;
export const stateCount = 2 ** (visible + hidden);

export interface TinyMachine {
  /** Visible x hidden, row by row. */
  W: readonly number[];
  b: readonly number[];
  c: readonly number[];
}

/** Hidden unit 1 is for units 1 and 2, hidden unit 2 for unit 3; each is against what the other is for. */
export const example: TinyMachine = {
  W: [2, -1, 2, -1.5, -1, 2.5],
  b: [-0.5, -1, -0.5],
  c: [-1, -1],
};

/** Whether a unit is on in a state. A state's number has the binary digits h1 h2 v1 v2 v3. */
export const visibleOn = (state: number, i: number): boolean => ((state >> (visible - 1 - i)) & 1) === 1;
export const hiddenOn = (state: number, j: number): boolean => ((state >> (visible + hidden - 1 - j)) & 1) === 1;

export const flipped = (state: number, side: 'visible' | 'hidden', unit: number): number =>
  state ^ (1 << (side === 'visible' ? visible - 1 - unit : visible + hidden - 1 - unit));

export const stateOf = (v: ArrayLike<number>, h: ArrayLike<number>): number =>
  [...Array.from(h), ...Array.from(v)].reduce((state, on) => 2 * state + (on > 0.5 ? 1 : 0), 0);

export interface Term {
  kind: 'b' | 'c' | 'W';
  value: number;
}

/** What of the parameters counts in a state: the energy is minus their sum. */
export function termsOf({ W, b, c }: TinyMachine, state: number): Term[] {
  const terms: Term[] = [];
  b.forEach((value, i) => {
    if (visibleOn(state, i)) terms.push({ kind: 'b', value });
  });
  c.forEach((value, j) => {
    if (hiddenOn(state, j)) terms.push({ kind: 'c', value });
  });
  W.forEach((value, k) => {
    if (visibleOn(state, Math.floor(k / hidden)) && hiddenOn(state, k % hidden)) terms.push({ kind: 'W', value });
  });
  return terms;
}

/** E(v, h) = -b'v - c'h - v'Wh of each state, and `offset` more. */
export const energies = (machine: TinyMachine, offset = 0): number[] =>
  Array.from({ length: stateCount }, (_, state) =>
    termsOf(machine, state).reduce((energy, { value }) => energy - value, offset),
  );

/** exp(-E / T) / Z. */
export function probabilities(energy: readonly number[], temperature = 1): number[] {
  const lowest = Math.min(...energy);
  const weights = energy.map((one) => Math.exp((lowest - one) / temperature));
  const sum = weights.reduce((a, b) => a + b);
  return weights.map((one) => one / sum);
}

/** p(unit on | the other side's units) of each unit of a side: its input through the logistic function. */
export function coins({ W, b, c }: TinyMachine, side: 'visible' | 'hidden', state: number, temperature = 1): number[] {
  const inputs =
    side === 'hidden'
      ? c.map((bias, j) => b.reduce((sum, _, i) => sum + (visibleOn(state, i) ? (W[hidden * i + j] ?? 0) : 0), bias))
      : b.map((bias, i) => c.reduce((sum, _, j) => sum + (hiddenOn(state, j) ? (W[hidden * i + j] ?? 0) : 0), bias));
  return inputs.map((input) => 1 / (1 + Math.exp(-input / temperature)));
}

/** Half the sum of the differences: by how much two distributions can differ about any event. */
export const totalVariation = (p: readonly number[], q: readonly number[]): number =>
  p.reduce((sum, one, state) => sum + Math.abs(one - (q[state] ?? 0)), 0) / 2;

/** What it is on average, times sqrt(n), between p and a histogram of n independent draws from it, for large n. */
export const independentVariation = (p: readonly number[]): number =>
  p.reduce((sum, one) => sum + Math.sqrt((2 * one * (1 - one)) / Math.PI), 0) / 2;
