/** Which page is open: told by the hash of the address, so that any server of static files will do. */
const pages = ['home', 'twos', 'train', 'speed'] as const;
export type Page = (typeof pages)[number];

export const hrefOf = (page: Page): string => (page === 'home' ? '#/' : `#/${page}`);

const read = (): Page => pages.find((page) => hrefOf(page) === location.hash) ?? 'home';

class Route {
  page = $state<Page>(read());

  constructor() {
    addEventListener('hashchange', () => {
      this.page = read();
    });
  }
}
export const route = new Route();
