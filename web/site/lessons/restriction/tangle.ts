/**
 * A machine of three visible and four hidden units whose visible ones are held, with connections inside the hidden
 * layer and without: what the engine knows of the hidden units then. tests/node/course-restriction.test.ts asks it the
 * same.
 */
import type { Engine } from 'wakesleep';

export const visible = 3;
export const hidden = 4;
/** From each visible unit to each hidden one. */
export const W: readonly (readonly number[])[] = [
  [1, -1, 0.5, -0.5],
  [0.5, 0.5, -1, 1],
  [-0.5, 0.5, 0.5, -1],
];
/** Steps of Gibbs sampling that are looked at. */
export const most = 5000;
/** At equilibrium is who is nearer to it than this. */
export const near = 0.01;

/** The states of the visible units. */
export type Held = `${0 | 1}${0 | 1}${0 | 1}`;
export const states = ['000', '100', '010', '110', '001', '101', '011', '111'] as const satisfies readonly Held[];

export interface Setting {
  held: Held;
  /** The weight between any two hidden units; null for a restricted machine. */
  inside: number | null;
}

export interface Tangle {
  /** p(h | v) of the 16 states of the hidden units; bit j of a state's number is unit j. */
  p: number[];
  /** The same, were the units independent: the product of each unit's own probability. */
  independent: number[];
  /** Total variation from the posterior before the first step and after each, from all hidden units off. */
  distances: number[];
  /** The first step after which that is less than `near`. */
  steps: number;
  /** The longest of the hidden units' autocorrelation times. */
  time: number;
  /** How many groups of hidden units there are whose units may be drawn at once. */
  groups: number;
}

/** As many of the hidden units on as off is as probable, whatever their weights to each other are. */
export const bias = (inside: number): number => (-inside * (hidden - 1)) / 2;

export function parameters(inside: number): { W: Float32Array; b: Float32Array } {
  const units = visible + hidden;
  const weights = new Float32Array(units * units);
  const b = new Float32Array(units);
  for (let j = 0; j < hidden; j++) {
    const h = visible + j;
    b[h] = bias(inside);
    W.forEach((row, i) => {
      weights[units * i + h] = weights[units * h + i] = row[j] ?? 0;
    });
    for (let k = 0; k < hidden; k++) if (k !== j) weights[units * h + visible + k] = inside;
  }
  return { W: weights, b };
}

export async function tangle(engine: Pick<Engine, 'boltzmann'>, { held, inside }: Setting): Promise<Tangle> {
  const connections = inside === null ? 'restricted' : 'all';
  const machine = await engine.boltzmann({ visible, hidden, connections, weightScale: 0 });
  try {
    await machine.setParameters(parameters(inside ?? 0));
    const values = Float32Array.from({ length: visible + hidden }, (_, unit) => Number(held[unit] ?? 0));
    const clamp = { values, mask: values.map((_, unit) => Number(unit < visible)) };
    const [p, { means }, { distances, times }] = await Promise.all([
      machine.probabilities({ clamp }),
      machine.exact({ clamp }),
      machine.mixing({ clamp, start: values, steps: most }),
    ]);
    const own = means.data.subarray(visible);
    return {
      p: Array.from(p.data),
      independent: Array.from(p.data, (_, state) =>
        own.reduce((product, mean, j) => product * ((state >> j) % 2 === 1 ? mean : 1 - mean), 1),
      ),
      distances: Array.from(distances.data),
      steps: distances.data.findIndex((distance) => distance < near),
      time: Math.max(...times.data.subarray(visible)),
      groups: new Set(machine.colours.slice(visible)).size,
    };
  } finally {
    machine.dispose();
  }
}
