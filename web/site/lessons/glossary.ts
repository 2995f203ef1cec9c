/** The terms that the lessons explain, gathered from their texts. */
import type { LessonTexts } from './texts.ts';

export interface Explained<Name extends string = string> {
  name: string;
  means: string;
  /** The lessons that explain it, in the order in which they are read. */
  lessons: Name[];
}

/** Each once, in the language's alphabetical order. */
export function glossaryOf<Name extends string>(
  all: readonly { name: Name; texts: Pick<LessonTexts, 'terms'> }[],
  language: string,
): Explained<Name>[] {
  const found: Record<string, Explained<Name>> = {};
  for (const { name: lesson, texts } of all)
    for (const { name, means } of Object.values(texts.terms))
      (found[name] ??= { name, means, lessons: [] }).lessons.push(lesson);
  return Object.values(found).sort((a, b) => a.name.localeCompare(b.name, language));
}
