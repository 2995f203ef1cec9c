/** What was answered in this tab, lesson by lesson. Not in the address: a link that is passed on does not answer. */
import type { LessonName } from './list';

const key = (lesson: LessonName): string => `wakesleep-answer-${lesson}`;

/** Index of the choice; null where none was made. */
export function answerOf(lesson: LessonName): number | null {
  try {
    const text = sessionStorage.getItem(key(lesson));
    return text === null ? null : Number(text);
  } catch {
    return null; // storage is switched off
  }
}

export function keepAnswer(lesson: LessonName, choice: number | null): void {
  try {
    if (choice === null) sessionStorage.removeItem(key(lesson));
    else sessionStorage.setItem(key(lesson), String(choice));
  } catch {
    // It holds until the page is closed.
  }
}
