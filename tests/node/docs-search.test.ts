// The search of the page Docs.
import { describe, expect, it } from 'vitest';
import { find, type Passage, passagesOf } from '../../web/site/pages/docs/search.ts';

const element = (tagName: string, textContent: string, id = '') => ({ tagName, textContent, id }) as unknown as Element;
const passages: Passage[] = [
  ...passagesOf('training', 'Training', [
    element('P', 'What others call   callbacks.'),
    element('H2', 'Early stopping', 'early-stopping'),
    element('P', 'With patience and validation a training ends.'),
    element('H3', 'Of a net', 'of-a-net'),
    element('UL', 'Béreux and others: the ladder.'),
  ]),
  ...passagesOf('errors', 'Errors', [element('H2', 'busy', 'busy'), element('P', 'A training is going on.')]),
];
const places = (query: string) =>
  find(passages, query).map(({ passage: { guide, section } }) => `${guide}/${section ?? ''}`);

describe('the search of the guides', () => {
  it('takes a guide apart at its headings, with those above each', () => {
    expect(passages.map(({ titles }) => titles)).toEqual([
      ['Training'],
      ['Training', 'Early stopping'],
      ['Training', 'Early stopping', 'Of a net'],
      ['Errors', 'busy'],
    ]);
    expect(passages[0]?.text).toBe('What others call callbacks.');
  });

  it('finds passages that have all words, in any order and letters, by how they begin', () => {
    expect(places('validation patience')).toEqual(['training/early-stopping']);
    expect(places('LADDER')).toEqual(['training/of-a-net']);
    expect(places('bereux')).toEqual(['training/of-a-net']);
    expect(places('valid')).toEqual(['training/early-stopping']);
    // Not in the middle of a word.
    expect(places('lidation')).toEqual([]);
    expect(places('validation nothing')).toEqual([]);
  });

  it('puts first what has a word in its titles', () => {
    expect(places('training').at(-1)).toBe('errors/busy');
  });

  it('shows the word in its sentence, and nothing for nothing', () => {
    expect(find(passages, 'patience')[0]?.around).toEqual(['With ', 'patience', ' and validation a training ends.']);
    expect(find(passages, '  ')).toEqual([]);
    expect(find(passages, 'a', 1)).toHaveLength(1);
  });
});
