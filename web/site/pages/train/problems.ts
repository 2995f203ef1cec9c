/** What went wrong, and where it is shown: beside what caused it. */
import { train } from '../../messages/train';
import type { Options } from './options';

export type Place = 'data' | 'units' | keyof Options | 'file' | 'run';

export interface Problem {
  place: Place;
  /** What was being tried; the catalogue has a sentence for each. */
  attempt:
    | 'data'
    | 'model'
    | 'refused'
    | 'train'
    | 'open'
    | 'save'
    | 'lost'
    | 'wrong-kind'
    | 'wrong-width'
    | 'with-labels'
    | 'with-units'
    | 'unknown-file'
    | 'only-labels';
  error: unknown;
  /** What the sentence needs. */
  facts?: { learningRate?: number; fileWidth?: number; dataWidth?: number; file?: string; units?: string };
}

/** Beside which control a refusal of these changes is shown. */
export function placeOf(changes: Partial<Options>): Place {
  const ofUnits = ['visibleUnits', 'hiddenUnits', 'learnedSigma'].some((option) => option in changes);
  return ofUnits ? 'units' : ((Object.keys(changes) as (keyof Options)[])[0] ?? 'hidden');
}

export const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export const outOfMemory = (error: unknown): boolean => error instanceof RangeError && /memory/i.test(error.message);

/** The sentence of the catalogue that says it. */
export function sentence({ attempt, place, error, facts = {} }: Problem, hasData: boolean): string {
  const text = train.problems;
  switch (attempt) {
    case 'data':
      return hasData ? train.data.failed : train.data.failedFirst;
    case 'model':
      return outOfMemory(error) ? `${text.model} ${text.memory}` : text.model;
    case 'refused':
      return text.refused;
    case 'train':
      return place === 'learningRate' ? text.diverged(facts.learningRate ?? 0) : text.train;
    case 'open':
      return text.open;
    case 'save':
      return text.save;
    case 'lost':
      return text.lost;
    case 'wrong-kind':
      return text.wrongKind;
    case 'with-labels':
      return text.withLabels;
    case 'with-units':
      return text.withUnits(facts.units ?? '');
    case 'wrong-width':
      return text.wrongWidth(facts.fileWidth ?? 0, facts.dataWidth ?? null);
    case 'unknown-file':
      return text.unknownFile(facts.file ?? '');
    case 'only-labels':
      return text.onlyLabels(facts.file ?? '');
  }
}
