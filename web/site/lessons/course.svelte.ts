/** The course: its language, told by the address, and the words around the lessons in it. */
import { route } from '../state/route.svelte';
import { hashOf, withPart } from './address';
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

/** Which of a figure's controls are shown: all, what runs it, or none. */
export const controls = ['all', 'run', 'none'] as const;
export type Controls = (typeof controls)[number];

class Course {
  #words = $state.raw<Words | null>(null);
  /** The language that the address names; null where it names none. */
  readonly chosen: string | null = $derived(languages.find((one) => one === route.query.get('lang')) ?? null);
  readonly language: string = $derived(this.chosen ?? first);
  readonly controls: Controls = $derived(controls.find((one) => one === route.query.get('controls')) ?? 'all');
  #step: string | null = $derived(route.query.get('present'));

  /** The step of a lesson that is presented on a projector; null where none is. */
  get step(): string | null {
    return this.#step;
  }
  /** The address tells it, too, so that it outlives a reload. */
  present(step: string | null): void {
    this.#step = step;
    history.replaceState(history.state, '', withPart(location.hash, 'present', step));
  }

  /** What an address tells of the course, whatever it shows of it. */
  told(language = this.chosen): [name: string, value: string][] {
    const told: [string, string][] = [];
    if (language) told.push(['lang', language]);
    if (this.controls !== 'all') told.push(['controls', this.controls]);
    return told;
  }

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

/** A link within the course, which keeps its language, and which controls are shown. */
export const lessonHref = (name?: LessonName | 'glossary', language: string | null = course.chosen): string =>
  hashOf(`#/learn${name ? `/${name}` : ''}`, course.told(language));

/** What is for teachers: the page, or a lesson's notes and worksheet. */
export const teachHref = (name?: LessonName): string =>
  hashOf(`#/teach${name ? `/${name}` : ''}`, course.chosen ? [['lang', course.chosen]] : []);

export const lessonAfter = (name: LessonName, by: 1 | -1): LessonName | undefined =>
  lessons[lessons.findIndex((one) => one.name === name) + by]?.name;
