// Programs whose own settings do not name this library must be able to read these types.
/// <reference lib="esnext.disposable" preserve="true" />

/**
 * The public types of the package. Matrices are flat, row by row, with their shape beside them: one example a row.
 *
 * Errors: a `TypeError` for the wrong kind of thing, a `RangeError` for a number or a shape outside what is allowed
 * (and when memory runs out), a {@link WakesleepError} for everything else. All messages name the argument, what came,
 * and what is allowed; those of an option carry its name as `option`. After any error the engine still works.
 */
import type { BoltzmannMachine, BoltzmannOptions } from './types/boltzmann.js';
import type { Dbm, DbmOptions } from './types/dbm.js';
import type { Dbn, DbnOptions } from './types/dbn.js';
import type { Network, NetworkOptions } from './types/network.js';
import type { Rbm, RbmOptions } from './types/rbm.js';
import type { Sbn, SbnOptions } from './types/sbn.js';
import type {
  Abortable,
  Dataset,
  DatasetSource,
  FileSource,
  NumberArray,
  PixelOptions,
  Pixels,
  Tensor,
} from './types/shared.js';

export type * from './types/shared.js';
export type * from './types/rbm.js';
export type * from './types/dbn.js';
export type * from './types/dbm.js';
export type * from './types/sbn.js';
export type * from './types/network.js';
export type * from './types/boltzmann.js';

/** Each has a section in the guide Errors (web/docs/errors.md), which says what helps; an error's `help` names it. */
export type WakesleepErrorCode =
  /** The model, data set or engine was disposed. */
  | 'disposed'
  /** A file is damaged, truncated, hostile or of another kind. */
  | 'format'
  /** Training left the range of finite numbers; the model is as after its last good batch. */
  | 'diverged'
  /** A file could not be fetched. */
  | 'fetch'
  /** The model is in training: wait for it to end, or abort it. */
  | 'busy'
  /** The engine's worker stopped working; everything it held is lost, and `load` gives a new one. */
  | 'worker-lost'
  /** What was asked for can't be done here, and the message says why. */
  | 'unsupported';

export type Build = 'threads' | 'simd';

export interface EngineInfo {
  /** Which WebAssembly build runs. */
  readonly build: Build;
  /** Threads that compute, the engine's worker included. */
  readonly threads: number;
  /** Why it is not the faster build, or not as many threads as asked for. */
  readonly reason?: string;
}

export interface LoadOptions {
  /** `'auto'` (default): one for each core, at most 8; or 1 to 64. */
  threads?: 'auto' | number;
  /**
   * Bytes of the engine with threads, which takes them at once: 64 MB to 2 GB (`2 ** 26` to `2 ** 31`); 1 GB unless
   * given, or the half or a quarter of it where the machine does not give that much. With one thread memory grows to 2
   * GB as it is needed. A call that needs more rejects with a RangeError, and the engine works on.
   */
  memory?: number;
  /**
   * Where the engine's files are, when the bundler's own answer is not right: the file's name in, its URL out;
   * `undefined` keeps the bundler's answer. Asked for `worker.js` (one file that needs no other; in Node it is
   * `shell/worker.js`), and for `wakesleep-simd.wasm` and `wakesleep-simd-rest.wasm`, or `wakesleep-threads.wasm` and
   * `wakesleep-threads-rest.wasm`. A page fetches the rest with the first call that needs it; where it does not come,
   * that call rejects, what is open stays, and the next such call asks again. Unless it is asked about them, the worker
   * and the build with one thread are also in the package's scripts, for where their files can't be had.
   */
  locate?: (file: string) => string | URL | undefined;
  signal?: AbortSignal;
  /** Bytes of WebAssembly loaded so far, but for the rest; `total` is 0 where the server does not tell. */
  onProgress?: (progress: { loaded: number; total: number }) => void;
}

export type Model = Rbm | Dbn | Dbm | Sbn | Network;

/** One movement of the pen: points, or x and y of each point in turn. Any unit; y grows downwards. */
export type Stroke =
  readonly { readonly x: number; readonly y: number }[] | readonly (readonly [number, number])[] | Float32Array;

/** RGBA as canvases give it (an `ImageData`), or one value a pixel: bytes 0 to 255, floats 0 to 1. */
export interface Picture {
  readonly data: Uint8ClampedArray | Uint8Array | Float32Array;
  readonly width: number;
  readonly height: number;
}

/**
 * Strokes, or a picture. In a picture that is transparent anywhere, what is opaque is ink; in others the ink is what
 * differs from the border: dark on bright, or bright on dark.
 */
export type Drawing = readonly Stroke[] | Picture;

/** What an option needs: another one that has one of these values, is above a number, or is given. */
export interface OptionNeed {
  option: string;
  is?: (string | boolean)[];
  above?: number;
  given?: true;
  /** Only while the option itself has one of these values, or is above that number. */
  when?: (string | boolean)[];
  whenAbove?: number;
}

export interface OptionDescription {
  name: string;
  type: 'number' | 'integer' | 'boolean' | 'word' | 'numbers' | 'dataset';
  /** Without one, `help` says what holds when the option is not given. */
  default?: number | boolean | string;
  above?: number;
  atLeast?: number;
  below?: number;
  atMost?: number;
  words?: string[];
  /** All of them. An option that is given without what it needs is a `TypeError`. */
  needs?: OptionNeed[];
  /** Whether it holds for a whole training: {@link Training.change} refuses another value. */
  fixed?: true;
  /** A sentence without its full stop. */
  help: string;
  /** A paper and its section. */
  source?: string;
}

export interface OptionTables {
  /** Training of RBMs, of a deep belief net's layers, and the pretraining of a deep Boltzmann machine. */
  rbm: OptionDescription[];
  /** Up-down learning of deep belief nets. */
  upDown: OptionDescription[];
  /** Joint training of deep Boltzmann machines. */
  dbm: OptionDescription[];
  sbn: OptionDescription[];
  network: OptionDescription[];
  meanField: OptionDescription[];
  logPartition: OptionDescription[];
}

/**
 * One of the products that the engine lives by. It can be cut up in several ways, all of which give the same bits; what
 * is fastest hangs on the processor and the browser. So the first products take turns and are timed, for about half a
 * second of training, at no cost but that of the slower ways, and then the fastest stays.
 */
export interface KernelDescription {
  name: string;
  /** The name of the way that was found to be the fastest; absent while they take turns. */
  chosen?: string;
  /** With the time of one addition in the best of several windows; absent where none has ended. */
  variants: { name: string; nanosecondsAnAddition?: number }[];
}

export interface Diagnostics {
  /** Pieces of work that each thread has done since loading; the engine's own worker first. */
  workByThread: number[];
  /** Bytes of memory that the engine has taken from the system. */
  memory: number;
  /** Bytes of it that are in use: by models, data sets, trainings and dreams, until they are freed. */
  held: number;
  kernels: KernelDescription[];
}

export interface Engine {
  readonly info: EngineInfo;
  /** Pixels in a typed array with their shape. */
  dataset(pixels: Pixels, options: PixelOptions & Abortable): Promise<Dataset>;
  /** A result of another call, or what a file has: its shape is the data set's. */
  dataset(array: Tensor | NumberArray, options?: Partial<PixelOptions> & Abortable): Promise<Dataset>;
  /** Aborting rejects with `signal.reason`, and frees what was made so far. */
  dataset(source: DatasetSource, options?: Abortable): Promise<Dataset>;
  rbm(options: RbmOptions): Promise<Rbm>;
  dbn(options: DbnOptions): Promise<Dbn>;
  dbm(options: DbmOptions): Promise<Dbm>;
  sbn(options: SbnOptions): Promise<Sbn>;
  network(options: NetworkOptions): Promise<Network>;
  /** A Boltzmann machine with connections between any units. */
  boltzmann(options: BoltzmannOptions): Promise<BoltzmannMachine>;
  /** A saved model, typed by its `kind`. A URL is fetched, with progress. */
  open(
    source: FileSource,
    options?: { signal?: AbortSignal; onProgress?: (progress: { loaded: number; total: number }) => void },
  ): Promise<Model>;
  /**
   * A drawing as networks trained on MNIST expect it: 28 x 28 in [0, 1], bright ink, its box fitted to 20 pixels, a pen
   * of constant width for strokes, the centre of mass in the middle. All zeros where there is no ink.
   */
  preprocessDigit(drawing: Drawing): Promise<Tensor>;
  /** All options of training and of estimates, with what is known of each: a page can make its controls of them. */
  describe(): Promise<OptionTables>;
  diagnostics(): Promise<Diagnostics>;
  dispose(): void;
  [Symbol.dispose](): void;
}
