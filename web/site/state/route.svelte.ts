/** Which page is open: told by the hash of the address, so that any server of static files will do. */
const pages = ['home', 'learn', 'teach', 'twos', 'train', 'speed', 'docs'] as const;
export type Page = (typeof pages)[number];

/** Pages that have places: the course its lessons, Teach their worksheets, Docs its texts and their sections. */
const places: Partial<Record<Page, number>> = { learn: 1, teach: 1, docs: Infinity };

/** `rest`: a place within the page. */
export const hrefOf = (page: Page, ...rest: string[]): string =>
  page === 'home' ? '#/' : `#/${[page, ...rest].join('/')}`;

interface Address {
  /** `null` where the address names no page. */
  page: Page | null;
  rest: string[];
  /** What stands behind a question mark in the hash: the state of what is shown. */
  query: URLSearchParams;
}

function read(): Address {
  const [path = '', ...rests] = location.hash.replace(/^#?\/?/, '').split('?');
  const query = new URLSearchParams(rests.join('?'));
  const [first, ...rest] = path.split('/');
  if (!first) return { page: 'home', rest: [], query };
  const page = pages.find((name) => name === first) ?? null;
  while (rest.at(-1) === '') rest.pop();
  return { page: page && rest.length <= (places[page] ?? 0) ? page : null, rest, query };
}

/** `?embed` in the page's address: another page shows it in a frame, without what surrounds the pages. */
export const embedded = /[?&]embed\b/.test(location.search);

const figures = ['digit', 'dream', 'train'] as const;
export type Figure = (typeof figures)[number];
/** The figure that is shown alone, where the address names one: `?embed=digit`. */
export const figureAlone = figures.find((name) => name === /[?&]embed=(\w+)/.exec(location.search)?.[1]);

/** Of an entry of the history, in its state: what replaces an entry's address has to keep its state. */
interface Marked {
  entry?: string;
}

class Route {
  #now = $state.raw(read());
  /** How far the page was scrolled when an entry was left, by the entries' names. */
  readonly #left = new Map<string, number>();
  #entry = this.#mark();
  /** How we came to the entry: by a link, or by a step to this height; null where the browser alone knows it. */
  #came: 'new' | number | null = null;

  constructor() {
    addEventListener('scroll', () => this.#left.set(this.#entry, scrollY), { passive: true });
    addEventListener('hashchange', () => {
      const known = (history.state as Marked | null)?.entry;
      if (known === undefined) {
        // A link has not scrolled yet, and of what was scrolled just before it no event has told.
        this.#left.set(this.#entry, scrollY);
        this.#entry = this.#mark();
        this.#left.set(this.#entry, 0);
        this.#came = 'new';
      } else {
        this.#entry = known;
        this.#came = this.#left.get(known) ?? null;
      }
      this.#now = read();
    });
  }

  /** Names the entry of the history in which we are. */
  #mark(): string {
    const known = history.state as Marked | null;
    // A page may be opened where there is no secure context, and there is no randomUUID then.
    const entry =
      known?.entry ?? `${String(performance.timeOrigin)}.${String(history.length)}.${String(Math.random())}`;
    history.replaceState({ ...known, entry }, '');
    return entry;
  }

  /**
   * To be called once what the address names is shown. What is new begins at its top, or at what the address names in
   * it; a step through the history leads to where one was. The browser's own step there comes before all is shown, or
   * after, and leads no further down than what was shown before was long.
   */
  settle(target: Element | null = null): void {
    if (typeof this.#came === 'number') scrollTo(0, this.#came);
    else if (target) target.scrollIntoView();
    else if (this.#came === 'new') scrollTo(0, 0);
  }

  get page(): Page | null {
    return this.#now.page;
  }
  get rest(): readonly string[] {
    return this.#now.rest;
  }
  /** As the address was when it was opened: what is kept there since (lessons/kept.svelte.ts) does not change it. */
  get query(): URLSearchParams {
    return this.#now.query;
  }
}
export const route = new Route();
