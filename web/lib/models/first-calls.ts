// What the first part of the engine's module answers: all that it takes to open a model or data, to dream, classify and
// reconstruct. The functions that these calls use are found by running them (web/tools/first-calls.mjs); any other
// call brings the second part.
import type { chainsMembers } from './chains.js';
import type { datasetMembers } from './dataset.js';
import type { EngineCore } from './engine.js';
import type { membersOfKinds } from './members.js';

type Tables = typeof membersOfKinds & {
  engine: EngineCore;
  dataset: typeof datasetMembers;
  chains: typeof chainsMembers;
};

const boltzmann = ['predict', 'classify', 'classifyByIteration', 'reconstruct', 'sample', 'dream'] as const;

export const firstCalls = {
  engine: ['open', 'preprocessDigit', 'diagnostics', 'datasetFromPixels', 'datasetFromSource'],
  dataset: ['rows', 'labels', 'subset'],
  rbm: [...boltzmann, 'freeEnergy', 'hiddenMeans', 'visibleMeans', 'sampleHidden', 'sampleVisible'],
  dbn: [...boltzmann, 'up'],
  chains: ['frame', 'startFrom', 'clamp'],
} as const satisfies { [Kind in keyof Tables]?: readonly (keyof Tables[Kind])[] };

export function isFirst(kind: string, method: string): boolean {
  const calls: Partial<Record<string, readonly string[]>> = firstCalls;
  return calls[kind]?.includes(method) ?? false;
}
