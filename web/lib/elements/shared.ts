// The engine and the models that all elements of a page share: there as long as somebody needs them.
import type { Engine, LoadOptions, Model } from '../types.js';

let options: LoadOptions = {};

/** Options of the engine that the elements share, from its next start on: where its files are, its memory. */
export function configure(given: LoadOptions): void {
  options = given;
}

/** Something that several elements use: it ends with the last of them, or when it has failed. */
class Shared<T> {
  readonly users = new Set<object>();
  readonly #controller = new AbortController();
  readonly value: Promise<T>;
  there: T | null = null;

  constructor(make: (signal: AbortSignal) => Promise<T>, end: (value: T) => void) {
    this.value = make(this.#controller.signal).then((value) => (this.there = value));
    const { signal } = this.#controller;
    signal.addEventListener('abort', () => void this.value.then(end, () => undefined));
    this.value.catch(() => undefined);
  }

  end(): void {
    this.#controller.abort();
  }
}

let engine: Shared<Engine> | null = null;
const models = new Map<string, Shared<Model>>();
/** The elements that are in a document. */
const present = new Set<object>();

/** What lives in the engine is gone with it. */
function endEngine(): void {
  models.clear();
  engine?.end();
  engine = null;
}

export function arrive(element: object): void {
  present.add(element);
}

export function leave(element: object): void {
  present.delete(element);
  release(element);
  if (present.size === 0) endEngine();
}

/** What failed is not kept: the next to ask tries again. The engine is loaded with the first one's threads. */
export function engineFor(threads: number | undefined): Promise<Engine> {
  if (engine) return engine.value;
  const made = new Shared(
    async (signal) => {
      const { load } = await import('../index.js');
      return load({ ...options, ...(threads === undefined ? {} : { threads }), signal });
    },
    (loaded) => loaded.dispose(),
  );
  engine = made;
  made.value.catch(() => {
    if (engine === made) endEngine();
  });
  return made.value;
}

/** The worker of this engine is gone, and with it all that it held. */
export function engineLost(lost: Engine | null): void {
  if (engine?.there === lost) endEngine();
}

/** The model of this file, read once for all elements that ask for it. */
export function modelFor(element: object, url: string, on: Engine): Promise<Model> {
  release(element);
  let shared = models.get(url);
  if (!shared) {
    const made = new Shared(
      (signal) => on.open(url, { signal }),
      (model) => model.dispose(),
    );
    made.value.catch(() => {
      if (models.get(url) === made) models.delete(url);
    });
    models.set(url, made);
    shared = made;
  }
  shared.users.add(element);
  return shared.value;
}

export function release(element: object): void {
  for (const [url, shared] of models) {
    if (!shared.users.delete(element) || shared.users.size > 0) continue;
    models.delete(url);
    shared.end();
  }
}
