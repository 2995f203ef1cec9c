/** The course: its language, told by the address, and the words around the lessons in it. */
import { route } from '../state/route.svelte';
import type { Words } from './messages/en.ts';
import { lessons, type LessonName } from './list';

const first = 'en';

type Catalogue<T> = Record<string, () => Promise<{ default: T }>>;
/** A file in `messages` adds a language. */
const around = import.meta.glob('./messages/*.ts') as Catalogue<Words>;
const within = import.meta.glob('./*/messages/*.ts') as Catalogue<unknown>;

export const languages: readonly string[] = Object.keys(around)
  .map((path) => /([\w-]+)\.ts$/.exec(path)?.[1] ?? '')
  .sort((a, b) => Number(b === first) - Number(a === first) || a.localeCompare(b));

class Course {
  #words = $state.raw<Words | null>(null);
  /** The language that the address names; null where it names none. */
  readonly chosen: string | null = $derived(languages.find((one) => one === route.query.get('lang')) ?? null);
  readonly language: string = $derived(this.chosen ?? first);

  /** There when a lesson is shown. */
  get words(): Words {
    if (!this.#words) throw new Error('the words of the course have not been loaded');
    return this.#words;
  }

  async loadWords(language: string): Promise<void> {
    const load = around[`./messages/${language}.ts`];
    if (load) this.#words = (await load()).default;
  }

  /** A lesson's texts, in the first language where they have not been translated. */
  async texts(name: LessonName, language: string): Promise<{ language: string; texts: unknown }> {
    const own = within[`./${name}/messages/${language}.ts`];
    if (own) return { language, texts: (await own()).default };
    if (language === first) throw new Error(`the lesson ${name} has no texts`);
    return this.texts(name, first);
  }
}
export const course = new Course();

/** A link within the course, which keeps its language. */
export const lessonHref = (name?: LessonName, language: string | null = course.chosen): string =>
  `#/learn${name ? `/${name}` : ''}${language ? `?lang=${language}` : ''}`;

export const lessonAfter = (name: LessonName, by: 1 | -1): LessonName | undefined =>
  lessons[lessons.findIndex((one) => one.name === name) + by]?.name;
