/** Which page is open: told by the hash of the address, so that any server of static files will do. */
const pages = ['home', 'twos', 'train', 'speed', 'docs'] as const;
export type Page = (typeof pages)[number];

/** `rest`: a place within the page. */
export const hrefOf = (page: Page, ...rest: string[]): string =>
  page === 'home' ? '#/' : `#/${[page, ...rest].join('/')}`;

interface Address {
  /** `null` where the address names no page. */
  page: Page | null;
  rest: string[];
}

function read(): Address {
  const [first, ...rest] = location.hash.replace(/^#?\/?/, '').split('/');
  if (!first) return { page: 'home', rest: [] };
  const page = pages.find((name) => name === first) ?? null;
  // Places within a page are those of the texts.
  return { page: page !== 'docs' && rest.some((part) => part !== '') ? null : page, rest };
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
}
export const route = new Route();
