// The engine without a worker: what `wakesleep/sync` shows, and what the worker runs.
import { disposed } from '../errors.js';
import { bringRest, type NativeModule } from '../native.js';
import type {
  BoltzmannOptions,
  Bytes,
  DatasetSource,
  Diagnostics,
  OptionTables,
  Pixels,
  PixelOptions,
  Tensor,
} from '../types.js';
import { plainBytes, refuseHtml } from '../bytes.js';
import { createBoltzmann, type BoltzmannCore, type BoltzmannModule } from './boltzmann.js';
import { datasetFromPixels, datasetFromSource, type DatasetCore } from './dataset.js';
import { preprocess, type PlainDrawing } from './drawing.js';
import { forKinds, kinds, type ModelKind } from './kinds.js';
import type { Handle, Life } from './life.js';
import type { Owner, Task } from './task.js';

export class EngineCore {
  readonly what = 'engine';
  readonly life: Life;
  #native: NativeModule | null;
  /** The bytes that were held when the memory was last called crowded. */
  #heldThen = 0;

  constructor(native: NativeModule) {
    this.#native = native;
    this.life = {
      ended: false,
      alive: native.alive,
      crowded: () => this.#crowded(),
      open: (bytes) => this.open(bytes),
      rows: (values, width, labels) => this.native.Dataset.fromPixels(values, width, 1, labels),
    };
  }

  get native(): NativeModule {
    if (!this.#native) throw disposed('engine');
    return this.#native;
  }

  *datasetFromPixels(pixels: Pixels, given: PixelOptions | undefined): Task<DatasetCore> {
    return yield* datasetFromPixels(this, pixels, given);
  }

  *datasetFromSource(source: DatasetSource): Task<DatasetCore> {
    return yield* datasetFromSource(this, source);
  }

  open(source: Uint8Array | ArrayBuffer): Handle {
    const bytes = plainBytes('source', source);
    refuseHtml(bytes, 'a model', 'source');
    const { kind, model, notes: texts } = this.native.openModel(bytes);
    const notes: Record<string, string> = {};
    for (let i = 0; i + 1 < texts.length; i += 2) notes[texts[i] as string] = texts[i + 1] as string;
    const { core: Core } = kinds[kind as ModelKind];
    return new Core(model as never, notes, this.life);
  }

  *preprocessDigit(drawing: PlainDrawing): Task<Tensor> {
    return yield* preprocess(this, drawing);
  }

  boltzmann(given: BoltzmannOptions): BoltzmannCore {
    return createBoltzmann(this as Owner as Owner<BoltzmannModule>, given);
  }

  /** Gives the engine what it lacks for other calls than the first. */
  async bring(rest: Bytes): Promise<void> {
    await bringRest(this.native, rest);
  }

  describe(): OptionTables {
    return JSON.parse(this.native.describe()) as OptionTables;
  }

  diagnostics(): Diagnostics {
    const native = this.native;
    return {
      workByThread: Array.from(native.workByThread()),
      memory: native.heapBytes(),
      held: native.heldBytes(),
      kernels: native.kernels(),
    };
  }

  #crowded(): boolean {
    const { native } = this;
    const most = native.mostHeapBytes();
    const held = native.heldBytes();
    this.#heldThen = Math.min(this.#heldThen, held);
    if (held < most / 2 || held - this.#heldThen < most / 8) return false;
    this.#heldThen = held;
    return true;
  }

  get threads(): number {
    return this.native.threadCount();
  }

  dispose(): void {
    this.life.ended = true;
    this.#native = null;
  }
}

/** A method for each kind of model, which makes one: `rbm(options)` and so on. */
Object.assign(
  EngineCore.prototype,
  forKinds(
    ({ create }) =>
      function (this: EngineCore, given: never) {
        return create(this as never, given);
      },
  ),
);
