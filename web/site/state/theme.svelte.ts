/** Light or dark: what the system says, unless the reader chose otherwise. */

export type Theme = 'light' | 'dark';

const key = 'wakesleep-theme';
const system = matchMedia('(prefers-color-scheme: dark)');

function remembered(): Theme | null {
  try {
    const value = localStorage.getItem(key);
    return value === 'light' || value === 'dark' ? value : null;
  } catch {
    return null; // storage is switched off
  }
}

function remember(choice: Theme | null): void {
  try {
    if (choice) localStorage.setItem(key, choice);
    else localStorage.removeItem(key);
  } catch {
    // The choice holds until the page is closed.
  }
}

class ThemeState {
  #system = $state<Theme>(system.matches ? 'dark' : 'light');
  #choice = $state<Theme | null>(remembered());
  readonly current: Theme = $derived(this.#choice ?? this.#system);

  constructor() {
    system.addEventListener('change', () => {
      this.#system = system.matches ? 'dark' : 'light';
      this.#apply();
    });
    this.#apply();
  }

  /** Changes to the other theme; back at the system's own, the page follows the system again. */
  toggle(): void {
    const other = this.current === 'dark' ? 'light' : 'dark';
    this.#choice = other === this.#system ? null : other;
    remember(this.#choice);
    this.#apply();
  }

  #apply(): void {
    document.documentElement.dataset.theme = this.current;
  }
}

export const theme = new ThemeState();
