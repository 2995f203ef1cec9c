/** How long lessons take. */
import type { LessonName } from '../../lessons/list';

/** Minutes of a lesson in class: to guess and vote, to look at the figure together, to try, and to talk about it. */
export const minutes: Record<LessonName, readonly [guess: number, figure: number, tries: number, talk: number]> = {
  energy: [4, 10, 16, 10],
  chance: [4, 8, 12, 6],
  learning: [5, 12, 16, 12],
  features: [4, 8, 14, 6],
  restriction: [4, 10, 12, 8],
  depth: [5, 12, 14, 12],
  explaining: [5, 8, 14, 10],
  recognition: [4, 8, 14, 8],
  dreaming: [4, 10, 14, 10],
  wakesleep: [5, 12, 12, 12],
  codes: [4, 8, 14, 8],
  completion: [4, 8, 14, 6],
  quality: [5, 10, 16, 12],
  feedback: [5, 10, 12, 10],
  yours: [4, 8, 25, 12],
};
