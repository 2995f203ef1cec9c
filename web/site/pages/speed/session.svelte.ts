/** The measurement that the page shows: how far it is, and what was found. */
import { engine } from '../../state/engine.svelte';
import { work, type Images } from '../../speed/work';
import { field, hasThreads, held, measure, trained, type Errors, type Stage, type Taking } from './measurement';
import type { Peer } from '../../speed/peers';

export interface Row extends Taking {
  /** Operations a second, one entry a round. */
  rates: number[];
  /** Why it takes no part (any more). */
  failure: string | null;
  errors: Errors | null;
}

export class SpeedSession {
  stage = $state.raw<Stage>({ name: 'idle' });
  rows = $state<Row[]>([]);
  done = $state(0);
  error = $state.raw<unknown>(null);
  readonly threads = hasThreads();
  readonly running: boolean = $derived(!['idle', 'done', 'stopped'].includes(this.stage.name));
  #stopped: AbortController | null = null;
  #images: { train: Images; held: Images } | null = null;

  stop(): void {
    this.#stopped?.abort();
  }

  async run(peers: readonly Peer[]): Promise<void> {
    if (this.running) return;
    const { signal } = (this.#stopped = new AbortController());
    this.error = null;
    this.done = 0;
    this.stage = { name: 'data' };
    const taking = field(peers);
    this.rows = taking.map((one) => ({ ...one, rates: [], failure: null, errors: null }));
    // Stopped while the engine makes the digits: they come for the next time.
    const stopped = new Promise<never>((_, reject) => {
      signal.addEventListener('abort', () => {
        reject(signal.reason as Error);
      });
    });
    try {
      const images = await Promise.race([this.#digits(), stopped]);
      await measure(
        taking,
        images,
        {
          onStage: (stage) => {
            this.stage = stage;
          },
          onDone: (share) => {
            this.done = share;
          },
          onRate: (id, rate) => this.#row(id)?.rates.push(rate),
          onFailed: (id, message) => {
            const row = this.#row(id);
            if (row) row.failure = message;
          },
          onJudged: (id, errors) => {
            const row = this.#row(id);
            if (row) row.errors = errors;
          },
        },
        signal,
      );
      this.stage = { name: 'done' };
    } catch (error) {
      if (!signal.aborted) this.error = error;
      this.stage = { name: 'stopped' };
    }
  }

  #row(id: string): Row | undefined {
    return this.rows.find((one) => one.id === id);
  }

  /** Stroke digits in black and white, made once. */
  async #digits(): Promise<{ train: Images; held: Images }> {
    if (this.#images) return this.#images;
    const ready = await engine.get();
    const digits = await ready.dataset({ kind: 'stroke-digits', count: trained + held });
    const { data } = await digits.rows(0, trained + held);
    digits.dispose();
    const pixels = Uint8Array.from(data, (one) => (one >= 0.5 ? 1 : 0));
    const size = trained * work.visible;
    this.#images = {
      train: { pixels: pixels.slice(0, size), count: trained },
      held: { pixels: pixels.slice(size), count: held },
    };
    return this.#images;
  }
}
