// The engine without a worker: what `wakesleep/sync` shows, and what the worker runs.
import { disposed } from '../errors.js';
import type { NativeModule } from '../native.js';
import type {
  DatasetSource,
  DbmOptions,
  DbnOptions,
  Diagnostics,
  Pixels,
  PixelOptions,
  RbmOptions,
  SbnOptions,
  Tensor,
} from '../types.js';
import { plainBytes } from '../bytes.js';
import { datasetFromPixels, datasetFromSource, type DatasetCore } from './dataset.js';
import { createDbm, DbmCore } from './dbm.js';
import { createDbn, DbnCore } from './dbn.js';
import { preprocess, type PlainDrawing } from './drawing.js';
import type { Life } from './life.js';
import { createRbm, RbmCore } from './rbm.js';
import { createSbn, SbnCore } from './sbn.js';
import type { Task } from './task.js';

export class EngineCore {
  readonly life: Life = { ended: false };
  #native: NativeModule | null;

  constructor(native: NativeModule) {
    this.#native = native;
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

  rbm(given: RbmOptions): RbmCore {
    return createRbm(this.native, given, this.life);
  }

  dbn(given: DbnOptions): DbnCore {
    return createDbn(this.native, given, this.life);
  }

  dbm(given: DbmOptions): DbmCore {
    return createDbm(this.native, given, this.life);
  }

  sbn(given: SbnOptions): SbnCore {
    return createSbn(this.native, given, this.life);
  }

  open(source: Uint8Array | ArrayBuffer): RbmCore | DbnCore | DbmCore | SbnCore {
    const { rbm, dbn, dbm, sbn, notes: texts } = this.native.openModel(plainBytes('source', source));
    const notes: Record<string, string> = {};
    for (let i = 0; i + 1 < texts.length; i += 2) notes[texts[i] as string] = texts[i + 1] as string;
    if (dbn) return new DbnCore(dbn, notes, this.life);
    if (dbm) return new DbmCore(dbm, notes, this.life);
    if (rbm) return new RbmCore(rbm, notes, this.life);
    if (sbn) return new SbnCore(sbn, notes, this.life);
    throw new TypeError('source is a model of a kind that this version does not know');
  }

  preprocessDigit(drawing: PlainDrawing): Tensor {
    return preprocess(this.native, drawing);
  }

  diagnostics(): Diagnostics {
    const native = this.native;
    return { workByThread: Array.from(native.workByThread()), memory: native.heapBytes() };
  }

  get threads(): number {
    return this.native.threadCount();
  }

  dispose(): void {
    this.life.ended = true;
    this.#native = null;
  }
}
