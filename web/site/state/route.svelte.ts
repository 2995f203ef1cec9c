/** Which page is open: told by the hash of the address, so that any server of static files will do. */
const pages = ['home', 'twos', 'train', 'speed', 'docs'] as const;
export type Page = (typeof pages)[number];

/** `rest`: a place within the page. */
export const hrefOf = (page: Page, ...rest: string[]): string =>
  page === 'home' ? '#/' : `#/${[page, ...rest].join('/')}`;

function read(): { page: Page; rest: string[] } {
  const [first, ...rest] = location.hash.replace(/^#\//, '').split('/');
  const page = pages.find((name) => name === first);
  return page && page !== 'home' ? { page, rest } : { page: 'home', rest: [] };
}

class Route {
  #now = $state.raw(read());

  constructor() {
    addEventListener('hashchange', () => {
      this.#now = read();
    });
  }

  get page(): Page {
    return this.#now.page;
  }
  get rest(): readonly string[] {
    return this.#now.rest;
  }
}
export const route = new Route();
