/** Whether single letters and digits are shortcuts: who speaks to the machine can turn them off (WCAG 2.1.4). */
const storageKey = 'wakesleep-letter-keys';

class LetterKeys {
  #on = $state(read());

  get on(): boolean {
    return this.#on;
  }
  set on(on: boolean) {
    this.#on = on;
    try {
      localStorage.setItem(storageKey, on ? 'on' : 'off');
    } catch {
      // A browser that keeps nothing asks again in the next tab.
    }
  }
}

function read(): boolean {
  try {
    return localStorage.getItem(storageKey) !== 'off';
  } catch {
    return true;
  }
}

export const letterKeys = new LetterKeys();
