// The engine's module as embind shows it, with precise types, and how it comes to life. Nothing here checks an
// argument: that is done above, in models/.
import { WakesleepError } from './errors.js';
import { moreMemory, OutOfMemory, sharedMemory, type Alive } from './memory.js';
import { inNode } from './node.js';
import { trusted } from './trusted.js';
import { described } from './validate.js';
import type {
  ArraysOf,
  Build,
  Bytes,
  Classification,
  KernelDescription,
  LogPartition,
  Losses,
  Pixels,
  Samples,
  Tensor,
  TrainStatistics,
} from './types.js';

interface Native {
  /** Frees the object, or this hold on it. */
  delete(): void;
}

/** Work in slices of a few milliseconds, with a result once `step` returns false. */
export interface NativeComputation<R> extends Native {
  step(): boolean;
  done(): number;
  result(): R;
}

/** Example rows: a data set, or an array of whole rows. */
export type NativeRows = NativeDataset | Float32Array;

export interface NativeDataset extends Native {
  count(): number;
  width(): number;
  binary(): boolean;
  min(): number;
  max(): number;
  labelCount(): number;
  rows(first: number, count: number): NativeComputation<Tensor>;
  labels(first: number, count: number): Uint16Array;
  mean(): NativeComputation<Float32Array>;
  deviation(): NativeComputation<Float32Array>;
  /** By its own mean and deviation where they are null. */
  standardised(mean: Float32Array | null, deviation: Float32Array | null): NativeComputation<NativeDataset>;
  subset(first: number, count: number): NativeDataset;
  withLabel(label: number): NativeDataset;
}

export interface NativeProgress {
  layer: number;
  epoch: number;
  batch: number;
  batches: number;
  examples: number;
  reconstructionError: number;
  done: number;
  epochEnded: boolean;
  /** At the end of an epoch, once `validate` has returned false. */
  freeEnergy?: { training: number; validation: number };
  /** The same, of a learning rule that knows log Z. */
  logLikelihood?: { training: number; validation?: number };
  losses?: Losses;
  validation?: Losses;
}

export interface NativeTraining extends Native {
  /** A slice of what comes before the next mini-batch's step; false when nothing was left to do. */
  prepare(): boolean;
  step(): boolean;
  progress(): NativeProgress;
  /** Undefined before the first batch. */
  statistics(): TrainStatistics | undefined;
  epochEnded(): boolean;
  change(options: object): void;
  setValidation(data: NativeDataset): void;
  /** A slice of what the end of an epoch asks for; false when nothing was left to do. */
  validate(): boolean;
}

/** What a model learns by. The engine reads and checks the options of its kind by their table. */
export interface NativeLearner extends NativeSaved {
  train(data: NativeDataset, ...options: unknown[]): NativeTraining;
  check(data: NativeDataset, ...options: unknown[]): NativeRefusal[];
}

/** Why a training can't begin. */
export interface NativeRefusal {
  option?: string;
  message: string;
}

export interface NativeChains extends Native {
  advance(steps: number, temperature: number): NativeComputation<Samples>;
  /** `name` stands in messages. */
  start(x: Float32Array, columns: number, name: string): void;
  clamp(mask: Float32Array, values: Float32Array, columns: number): void;
  clampLabels(labels: Int32Array): void;
  steps(): number;
}

export interface NativeHasLogPartition {
  logPartition(options: object): NativeComputation<LogPartition>;
}

/** What every model can do. */
export interface NativeSaved extends Native {
  seed(): number;
  fingerprint(): string;
  save(half: boolean, resumable: boolean, notes: string[]): Bytes;
}

/** What every model can do but a DBN, whose machines do it. */
export interface NativeTrained<P> extends NativeSaved {
  epochs(): number;
  parameters(): P;
  setParameters(given: ArraysOf<P>): void;
  train(data: NativeDataset, options: object): NativeTraining;
  check(data: NativeDataset, options: object): NativeRefusal[];
}

/** What every Boltzmann machine can do, and a DBN. */
export interface NativeBoltzmann extends NativeSaved, NativeHasLogPartition {
  labels(): number;
  classify(x: NativeRows): NativeComputation<Classification>;
  labelMeanField(x: NativeRows, iterations: number): NativeComputation<Tensor>;
  reconstruct(x: NativeRows, steps: number, seed: number | undefined, temperature: number): NativeComputation<Tensor>;
  chains(
    count: number,
    seed: number | undefined,
    words: number | undefined,
    tempering: string | undefined,
  ): NativeChains;
  /** Throws unless the data set fits the visible units and the labels; `name` stands in messages. */
  checkData(name: string, data: NativeDataset): void;
}

/** The engine's module. The classes of the kinds of models, which it has besides, stand with each kind in models/. */
export interface NativeModule {
  WakesleepError?: typeof WakesleepError;
  OutOfMemory?: typeof OutOfMemory;
  described?: typeof described;
  /** The tables of options, as JSON. */
  describe(): string;
  stackPointer(): number;
  restoreStack(pointer: number): void;
  setThreadCount(threads: number): void;
  threadCount(): number;
  workByThread(): Float64Array;
  /** What objects live in this module's memory. */
  alive: Alive;
  /** What the module has taken from the system, and the most that it may take. */
  heapBytes(): number;
  mostHeapBytes(): number;
  /** What of it is in use. */
  heldBytes(): number;
  kernels(): KernelDescription[];
  /** Keeps the bytes of the module's rest and makes its instance, from the compiled module where that is given. */
  wakesleepBring(bytes: Bytes, compiled?: WebAssembly.Module): void;
  preprocessStrokes(points: Float32Array, lengths: Uint32Array): Float32Array;
  preprocessPicture(
    data: Float32Array | Uint8Array | Uint8ClampedArray,
    width: number,
    height: number,
  ): NativeComputation<Float32Array>;
  /** The notes as keys and values in turn. */
  openModel(bytes: Uint8Array): { kind: string; model: NativeLearner; notes: string[] };
  Dataset: {
    fromPixels(pixels: Pixels, width: number, scale: number, labels: Uint16Array): NativeComputation<NativeDataset>;
    fromIdx(images: Uint8Array, labels: Uint8Array): NativeComputation<{ data: NativeDataset; itemShape: number[] }>;
    barsAndStripes(size: number): NativeDataset;
    shifter(size: number, count: number, seed: number): NativeComputation<NativeDataset>;
    strokeDigits(count: number, seed: number, first: number): NativeComputation<NativeDataset>;
  };
}

type Received = (instance: WebAssembly.Instance, module: WebAssembly.Module) => void;
type Factory = (settings: {
  instantiateWasm: (imports: WebAssembly.Imports, received: Received) => object;
  wakesleepThreads: number;
  wakesleepThread: () => Worker;
  wakesleepSecondPart: Rest;
  wasmMemory?: WebAssembly.Memory;
}) => Promise<unknown>;

/** A build's glue, which is loaded when it is needed. */
export interface BuildFiles {
  build: Build;
  web: () => Promise<{ default: unknown }>;
  node: string;
}

/**
 * Where the module's rest comes from when a call needs it: the bytes, which may come later ({@link bringRest}), or the
 * address, at which the thread that lacks it asks for it, and waits.
 */
export interface Rest {
  bytes?: Bytes;
  address?: string;
}

export interface Settings {
  /** The module's first part. */
  wasm: Uint8Array;
  rest?: Rest;
  /** The calling one counts, too. */
  threads: number;
  /** Bytes; the usual where none were asked for. */
  memory?: number;
}

const here = import.meta.url;

export async function instantiate(
  files: BuildFiles,
  { wasm, rest = {}, threads, memory }: Settings,
): Promise<NativeModule> {
  // Browsers and Node have a glue each. Bundlers must see that of browsers, and must not follow that of Node.
  const glue = inNode
    ? ((await import(/* @vite-ignore */ /* webpackIgnore: true */ new URL(files.node, here).href)) as {
        default: unknown;
      })
    : await files.web();
  const create = glue.default as Factory;
  const shared = files.build === 'threads';
  let failed: (error: unknown) => void;
  const failure = new Promise<never>((_, reject) => (failed = reject));
  const instance = create({
    instantiateWasm(imports, received) {
      WebAssembly.instantiate(wasm as BufferSource, imports)
        .then(({ instance, module }) => received(instance, module))
        .catch((error: unknown) => failed(whyNotCompiled(error)));
      return {};
    },
    wakesleepThreads: threads - 1,
    wakesleepThread: startThread,
    wakesleepSecondPart: { ...rest },
    ...(shared ? { wasmMemory: sharedMemory(memory) } : {}),
  });
  const module = (await Promise.race([instance, failure])) as NativeModule;
  module.WakesleepError = WakesleepError;
  module.OutOfMemory = OutOfMemory;
  module.alive = new Map();
  module.described = described;
  guardCalls(module, shared);
  module.setThreadCount(threads);
  return module;
}

/** Gives a running module its rest. */
export async function bringRest(module: NativeModule, bytes: Bytes): Promise<void> {
  try {
    module.wakesleepBring(bytes, await WebAssembly.compile(bytes));
  } catch (error) {
    throw whyNotCompiled(error);
  }
}

/** What browsers say of bytes that they do not compile names neither the bytes nor what the page's policy lacks. */
function whyNotCompiled(error: unknown): unknown {
  if (!(error instanceof WebAssembly.CompileError)) return error;
  return /content security policy|unsafe-eval|CSP/i.test(error.message)
    ? new WakesleepError(
        'unsupported',
        "the page's content security policy forbids WebAssembly: its script-src needs 'wasm-unsafe-eval' " +
          `(${error.message})`,
        { cause: error },
      )
    : new WakesleepError('format', `the engine's WebAssembly is damaged: ${error.message}`, { cause: error });
}

/** A thread in a browser: this worker's script once more, under the name that the glue knows its threads by. */
function startThread(): Worker {
  const scope = globalThis as unknown as { location: { href: string }; importScripts(address: string): void };
  let type: WorkerType = 'classic';
  try {
    // Refused in a module for being called, and elsewhere for an address that is none.
    scope.importScripts(trusted('http://['));
  } catch (error) {
    if (error instanceof TypeError) type = 'module';
  }
  return new Worker(trusted(scope.location.href), { type, name: 'em-pthread' });
}

type Method = (this: unknown, ...args: unknown[]) => unknown;

/**
 * An error on its way out of WebAssembly leaves the module's stack pointer where the last frame had it, a few bytes
 * lower each time; after tens of thousands of errors the stack would run into the module's data. Calls of the engine
 * never nest, so the pointer is put back after each error. That memory has run out is told with who has it.
 */
function guardCalls(module: NativeModule, shared: boolean): void {
  const { stackPointer, restoreStack } = module;
  const start = stackPointer();
  const guarded = (method: Method): Method =>
    function (...args) {
      try {
        return method.apply(this, args);
      } catch (error) {
        restoreStack(start);
        if (error instanceof OutOfMemory) error.message += moreMemory(module.heldBytes(), module.alive, shared);
        // A call may be the first to need the module's rest, and compile it.
        throw whyNotCompiled(error);
      }
    };
  const guard = (holder: Record<string, unknown>) => {
    for (const [name, { value, writable }] of Object.entries(Object.getOwnPropertyDescriptors(holder))) {
      const isError = typeof value === 'function' && value.prototype instanceof Error;
      if (typeof value !== 'function' || !writable || name === 'constructor' || isError) continue;
      if (isClass(value)) {
        guard(value as unknown as Record<string, unknown>);
        guard(value.prototype);
      } else holder[name] = guarded(value as Method);
    }
  };
  guard(module as unknown as Record<string, unknown>);
}

function isClass(value: object): value is { prototype: Record<string, unknown> } {
  const { prototype } = value as { prototype?: unknown };
  return typeof prototype === 'object' && prototype !== null && 'delete' in prototype;
}
