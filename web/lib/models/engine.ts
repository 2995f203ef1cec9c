// The engine without a worker: what `wakesleep/sync` shows, and what the worker runs.
import { disposed } from '../errors.js';
import type { NativeModule } from '../native.js';
import type { DatasetSource, Diagnostics, Engine, OptionTables, Pixels, PixelOptions, Tensor } from '../types.js';
import { plainBytes } from '../bytes.js';
import { datasetFromPixels, datasetFromSource, type DatasetCore } from './dataset.js';
import { createDbm, DbmCore } from './dbm.js';
import { createDbn, DbnCore } from './dbn.js';
import { preprocess, type PlainDrawing } from './drawing.js';
import type { Handle, Life } from './life.js';
import { createRbm, RbmCore } from './rbm.js';
import { createSbn, SbnCore } from './sbn.js';
import type { Table } from './table.js';
import type { Task } from './task.js';

/** The members that are the core's as they are. */
export const engineMembers = {
  rbm: 'method',
  dbn: 'method',
  dbm: 'method',
  sbn: 'method',
  describe: 'method',
  diagnostics: 'method',
} as const satisfies Partial<Table<Engine>>;

export class EngineCore {
  readonly what = 'engine';
  readonly life: Life = { ended: false };
  #native: NativeModule | null;

  readonly rbm = this.#making(createRbm);
  readonly dbn = this.#making(createDbn);
  readonly dbm = this.#making(createDbm);
  readonly sbn = this.#making(createSbn);

  constructor(native: NativeModule) {
    this.#native = native;
  }

  #making<Given, Core>(create: (native: NativeModule, given: Given, life: Life) => Core): (given: Given) => Core {
    return (given) => create(this.native, given, this.life);
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

  describe(): OptionTables {
    return JSON.parse(this.native.describe()) as OptionTables;
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
