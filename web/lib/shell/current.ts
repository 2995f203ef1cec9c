// The engines that are alive, so that functions which need one do not load another.
import type { Engine } from '../types.js';

const engines: Engine[] = [];

export function addEngine(engine: Engine): void {
  engines.push(engine);
}

export function removeEngine(engine: Engine): void {
  const at = engines.indexOf(engine);
  if (at >= 0) engines.splice(at, 1);
}

export function latestEngine(): Engine | undefined {
  return engines.at(-1);
}
