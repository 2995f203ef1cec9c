/** What a worksheet takes of a lesson's texts. */
import type { LessonTexts } from '../../lessons/texts.ts';

const link = /\[([^\]<>]+)\]\(([^)\s]+)\)/g;

/** A text of a catalogue without its links and explained words: on paper nothing can be pressed. */
export const plain = (text: string): string => text.replace(link, '$1');

/** The words that a lesson explains, as its texts have them first, in the order of its terms. */
export function wordsOf({ question, text, tries, terms }: LessonTexts): { name: string; word: string }[] {
  const all = [question.asks, ...question.why, ...text, ...tries.flatMap(({ task, answer }) => [task, answer])];
  const found = new Map<string, string>();
  for (const [, word = '', name = ''] of all.join('\n').matchAll(link)) if (!found.has(name)) found.set(name, word);
  return Object.keys(terms).flatMap((name) => {
    const word = found.get(name);
    return word === undefined ? [] : [{ name, word }];
  });
}
