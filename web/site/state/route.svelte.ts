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

class Route {
  #now = $state.raw(read());

  constructor() {
    addEventListener('hashchange', () => {
      this.#now = read();
    });
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
