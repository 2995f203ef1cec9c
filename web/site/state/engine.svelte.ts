/** The engine and the trained networks, loaded once for all pages, when first needed, with progress and another try. */
import { load, type Dbm, type Dbn, type Engine, type Model, type Network, type Rbm } from 'wakesleep';
import digitsCode2 from '../../../models/digits-code2.safetensors?url';
import digitsCode30 from '../../../models/digits-code30.safetensors?url';
import digitsDbm from '../../../models/digits-dbm.safetensors?url';
import digitsDbn from '../../../models/digits-dbn.safetensors?url';
import digitsPca from '../../../models/digits-pca.safetensors?url';
import digitsRbm from '../../../models/digits-rbm.safetensors?url';
import strokesDbn from '../../../models/strokes-dbn.safetensors?url';
import strokesUpDownDbn from '../../../models/strokes-up-down-dbn.safetensors?url';
import threesRbm from '../../../models/threes-rbm.safetensors?url';
import twosRbm from '../../../models/twos-rbm.safetensors?url';

/** Bytes; `total` is 0 where it isn't known. */
type Progress = (progress: { loaded: number; total: number }) => void;

/** Something that takes time to come and may fail to. */
export class Resource<T> {
  status = $state<'idle' | 'loading' | 'ready' | 'failed'>('idle');
  value = $state.raw<T | null>(null);
  error = $state.raw<unknown>(null);
  /** Whether it was ready before it failed. */
  lost = $state(false);
  /** Of {@link Progress}. */
  loaded = $state(0);
  total = $state(0);
  #make: (onProgress: Progress) => Promise<T>;
  #coming: Promise<T> | null = null;

  constructor(make: (onProgress: Progress) => Promise<T>) {
    this.#make = make;
  }

  /** The one there is, or on its way; after a failure a new one. */
  get(): Promise<T> {
    if (this.#coming) return this.#coming;
    this.status = 'loading';
    this.error = null;
    this.loaded = this.total = 0;
    const coming = this.#make(({ loaded, total }) => {
      this.loaded = loaded;
      this.total = total;
    });
    this.#coming = coming;
    coming.then(
      (value) => {
        if (this.#coming !== coming) return;
        this.value = value;
        this.status = 'ready';
      },
      (error: unknown) => {
        if (this.#coming === coming) this.fail(error);
      },
    );
    return coming;
  }

  /** For those who look at `status` instead of waiting. */
  start(): void {
    if (this.status !== 'failed') this.retry();
  }

  retry(): void {
    this.get().catch(() => {
      // Kept in `error`.
    });
  }

  /** What there was is lost. */
  fail(error: unknown): void {
    this.lost = this.value !== null;
    this.#coming = null;
    this.value = null;
    this.error = error;
    this.status = 'failed';
  }
}

/** A network that neither comes nor is kept for when there is no connection. */
export class NotKeptError extends Error {
  constructor(cause: unknown) {
    super('It could not be fetched, and it is not among what is kept on this device.', { cause });
  }
}

async function download(url: string, onProgress: Progress): Promise<Blob> {
  const response = await fetch(url).catch((error: unknown) => {
    throw new NotKeptError(error);
  });
  if (!response.ok) throw new Error(`The server answered ${String(response.status)} ${response.statusText}`.trimEnd());
  const packed = response.headers.has('content-encoding');
  const total = packed ? 0 : Number(response.headers.get('content-length') ?? 0);
  let loaded = 0;
  const counted = new TransformStream<Uint8Array, Uint8Array>({
    transform(part, out) {
      loaded += part.length;
      onProgress({ loaded, total });
      out.enqueue(part);
    },
  });
  return new Response(response.body?.pipeThrough(counted)).blob();
}

/** `?threads=1` in the page's address asks for fewer threads than the machine has. */
function threads(): number | 'auto' {
  const asked = Number(new URLSearchParams(location.search).get('threads') ?? NaN);
  return Number.isInteger(asked) && asked >= 1 && asked <= 64 ? asked : 'auto';
}

export const engine = new Resource<Engine>((onProgress) => load({ threads: threads(), onProgress }));

function model<Kind extends Model['kind']>(url: string, kind: Kind): Resource<Extract<Model, { kind: Kind }>> {
  return new Resource(async (onProgress) => {
    // Side by side: the engine need not be there for the network to be on its way.
    const [bytes, ready] = await Promise.all([download(url, onProgress), engine.get()]);
    const opened = await ready.open(bytes);
    if (opened.kind !== kind) throw new TypeError(`${url} holds a model of kind ${opened.kind}, not ${kind}`);
    return opened as Extract<Model, { kind: Kind }>;
  });
}

export const models: {
  'digits-dbn': Resource<Dbn>;
  'twos-rbm': Resource<Rbm>;
  'threes-rbm': Resource<Rbm>;
  'digits-rbm': Resource<Rbm>;
  'strokes-dbn': Resource<Dbn>;
  'strokes-up-down-dbn': Resource<Dbn>;
  'digits-dbm': Resource<Dbm>;
} = {
  'digits-dbn': model(digitsDbn, 'dbn'),
  'twos-rbm': model(twosRbm, 'rbm'),
  'threes-rbm': model(threesRbm, 'rbm'),
  'digits-rbm': model(digitsRbm, 'rbm'),
  'strokes-dbn': model(strokesDbn, 'dbn'),
  'strokes-up-down-dbn': model(strokesUpDownDbn, 'dbn'),
  'digits-dbm': model(digitsDbm, 'dbm'),
};
export type ModelName = keyof typeof models;

/** Those whose code is a few numbers, for the lesson that compares them. */
export const coders: Record<'digits-code2' | 'digits-code30' | 'digits-pca', Resource<Network>> = {
  'digits-code2': model(digitsCode2, 'network'),
  'digits-code30': model(digitsCode30, 'network'),
  'digits-pca': model(digitsPca, 'network'),
};

const codeOf = (error: unknown): unknown => (error instanceof Error && 'code' in error ? error.code : null);

export type NetName = ModelName | keyof typeof coders;

/**
 * For errors of calls to a model that is ready. If the engine's worker is gone, so is everything it held, and the pages
 * say so; `true` tells that this was it.
 */
export function lost(error: unknown): boolean {
  if (codeOf(error) !== 'worker-lost') return false;
  if (engine.status === 'ready') {
    engine.value?.dispose();
    engine.fail(error);
    for (const one of [...Object.values(models), ...Object.values(coders)]) if (one.status !== 'idle') one.fail(error);
  }
  return true;
}

/** An error in words, without its class. */
export const wordsOf = (error: unknown): string | null =>
  error instanceof Error ? error.message : error == null ? null : String(error);
