/** The site without a network: the service worker that keeps its files, and what it can be asked. */
import type { Answer, Progress, Question, Reason, State, Wish } from '../offline/protocol';
import { embedded } from './route.svelte';
import { singleFile } from './single-file';

/** Milliseconds without a word after which nothing more is expected of the worker. */
const patience = 120_000;
const reloaded = 'wakesleep-isolated';

/** Null where the browser has none: over plain http, in some private windows, switched off. */
const workers = (): ServiceWorkerContainer | null => ('serviceWorker' in navigator ? navigator.serviceWorker : null);

let registration: Promise<ServiceWorkerRegistration | null> | null = null;

/** Once, after all that the page shows has come; not in frames of other pages, nor from a development server. */
export function keepVisited(): void {
  if (!import.meta.env.PROD || singleFile || embedded || !workers()) return;
  const register = (): void => void whenIdle(() => (registration ??= begin()));
  if (document.readyState === 'complete') register();
  else addEventListener('load', register, { once: true });
}

const whenIdle = (work: () => unknown): unknown =>
  'requestIdleCallback' in globalThis ? requestIdleCallback(work, { timeout: 5000 }) : setTimeout(work, 1000);

async function begin(): Promise<ServiceWorkerRegistration | null> {
  const container = workers();
  if (!container) return null;
  const cameWithoutWorker = !container.controller;
  if (cameWithoutWorker) container.addEventListener('controllerchange', isolate, { once: true });
  try {
    // Some browsers refuse it, and some tests resolve to nothing.
    const made = (await container.register('./service-worker.js', { updateViaCache: 'none' })) as
      ServiceWorkerRegistration | undefined;
    if (!made) return null;
    void container.ready.then(({ active }) => {
      new PerformanceObserver((list) => {
        const addresses = list.getEntries().map(({ name }) => name);
        active?.postMessage({ ask: 'seen', addresses } satisfies Question);
      }).observe({ type: 'resource', buffered: true });
    });
    return made;
  } catch {
    return null;
  }
}

/**
 * The worker isolates the pages that it answers for, and this one came without it: loading it once more brings the
 * engine's threads. Who has begun to do something is left in peace until the next visit.
 */
function isolate(): void {
  if (crossOriginIsolated || self !== top || navigator.hardwareConcurrency < 2) return;
  if (/[?&]threads=1\b/.test(location.search)) return;
  const busy = (navigator as { userActivation?: { hasBeenActive: boolean } }).userActivation?.hasBeenActive ?? false;
  if (busy) return;
  try {
    if (sessionStorage.getItem(reloaded)) return;
    sessionStorage.setItem(reloaded, 'yes');
  } catch {
    return; // without a memory it could go on for ever
  }
  location.reload();
}

/** Asks the newest worker: that of the build that this page is of, or of one that is about to take its place. */
async function ask(question: Question, onProgress: (progress: Progress) => void = () => undefined): Promise<State> {
  const made = await (registration ??= begin());
  const worker = made?.waiting ?? made?.active ?? (made ? (await navigator.serviceWorker.ready).active : null);
  if (!worker) throw new OfflineError({ why: 'none' });
  const { port1, port2 } = new MessageChannel();
  return new Promise<State>((resolve, reject) => {
    let timer: ReturnType<typeof setTimeout>;
    const wait = (): void => {
      clearTimeout(timer);
      timer = setTimeout(() => {
        reject(new OfflineError({ why: 'silent' }));
      }, patience);
    };
    port1.onmessage = ({ data }: MessageEvent<Answer>) => {
      wait();
      if ('done' in data) onProgress(data);
      else if ('failed' in data) reject(new OfflineError(data.failed));
      else resolve(data.state);
    };
    wait();
    worker.postMessage(question, [port2]);
  }).finally(() => {
    port1.close();
  });
}

class OfflineError extends Error {
  readonly reason: Reason;
  constructor(reason: Reason) {
    super(reason.why);
    this.reason = reason;
  }
}

const reasonOf = (error: unknown): Reason =>
  error instanceof OfflineError ? error.reason : { why: 'other', words: String(error) };

/** What is kept, and the work of keeping more. */
class Offline {
  state = $state.raw<State | null>(null);
  /** While files are on their way. */
  progress = $state.raw<Progress | null>(null);
  failed = $state.raw<Reason | null>(null);

  look(): Promise<void> {
    return this.#do({ ask: 'state' });
  }
  async keep(wish: Wish): Promise<void> {
    this.progress = { done: 0, total: 0 };
    // Asks that what is kept is not thrown away when room is short. Some browsers ask the reader; a no is no failure.
    try {
      await navigator.storage.persist();
    } catch {
      // Such a browser keeps it as long as it likes.
    }
    await this.#do({ ask: 'keep', ...wish });
    this.progress = null;
  }
  remove(): Promise<void> {
    return this.#do({ ask: 'remove' });
  }

  async #do(question: Question): Promise<void> {
    this.failed = null;
    try {
      this.state = await ask(question, (progress) => {
        this.progress = progress;
      });
    } catch (error) {
      this.failed = reasonOf(error);
    }
  }
}
export const offline = new Offline();
