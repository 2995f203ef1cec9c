/**
 * The words of the frame around the pages, in the language of what stands in it: English, or what messages/frame has
 * of the course and of Teach.
 */
import { messages } from '../messages';
import { route } from './route.svelte';

type Words = typeof import('../messages/frame/de');
const others = import.meta.glob<Words>('../messages/frame/*.ts');

class Frame {
  #other = $state.raw<{ language: string; words: Words } | null>(null);
  readonly #asked = $derived(route.page === 'learn' || route.page === 'teach' ? route.query.get('lang') : null);
  readonly #now = $derived(this.#asked !== null && this.#other?.language === this.#asked ? this.#other : null);

  get words() {
    return this.#now?.words ?? messages;
  }
  /** Where it is not the page's. */
  get language() {
    return this.#now?.language;
  }
  /** What is said where a page can be kept, or none where that is English. */
  get offline() {
    return this.#now?.words.offline;
  }

  /** To be called in an effect. */
  follow(): void {
    const language = this.#asked;
    if (language)
      void others[`../messages/frame/${language}.ts`]?.().then((words) => {
        this.#other = { language, words };
      });
  }
}
export const frame = new Frame();
