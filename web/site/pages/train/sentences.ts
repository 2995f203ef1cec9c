/** The sentence of the catalogue that says what went wrong. */
import { train } from '../../messages/train';
import type { Problem } from './session.svelte';

export function sentence({ attempt, place, error, facts = {} }: Problem, hasData: boolean): string {
  const text = train.problems;
  switch (attempt) {
    case 'data':
      return hasData ? train.data.failed : train.data.failedFirst;
    case 'model':
      return error instanceof RangeError && /memory/i.test(error.message) ? `${text.model} ${text.memory}` : text.model;
    case 'refused':
      return text.refused;
    case 'unbounded':
      return text.unbounded;
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
