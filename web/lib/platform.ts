// What this machine and page can run. Every choice between builds is made here.
import { builtin, inNode } from './node.js';
import type { Build } from './types.js';
import { integer, wrongType } from './validate.js';
import { WakesleepError } from './errors.js';

export interface Plan {
  build: Build;
  threads: number;
  /** Why it is not the faster build, or not as many threads as asked for. */
  reason?: string;
}

/** What the choice depends on; tests give their own. */
export interface Platform {
  cores: number;
  node: boolean;
  crossOriginIsolated: boolean;
  sharedMemory: boolean;
}

export const mostThreads = 64;
const mostAutomaticThreads = 8;

export function platform(): Platform {
  const { crossOriginIsolated, navigator } = globalThis as {
    crossOriginIsolated?: boolean;
    navigator?: { hardwareConcurrency?: number };
  };
  return {
    cores: inNode ? builtin('node:os').availableParallelism() : (navigator?.hardwareConcurrency ?? 1),
    node: inNode,
    crossOriginIsolated: crossOriginIsolated === true,
    sharedMemory: inNode || canShareMemory(),
  };
}

/**
 * WebKitGTK calls a page isolated, lacks SharedArrayBuffer, and fails unseen when shared memory is sent to a worker.
 */
function canShareMemory(): boolean {
  if (typeof SharedArrayBuffer === 'undefined') return false;
  const { port1, port2 } = new MessageChannel();
  try {
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 1, shared: true });
    port1.postMessage(memory.buffer);
    return memory.buffer instanceof SharedArrayBuffer;
  } catch {
    return false;
  } finally {
    port1.close();
    port2.close();
  }
}

/** The build and the number of threads for what the user asks: `'auto'`, or 1 to 64. */
export function plan(threads: unknown, on: Platform = platform()): Plan {
  if (threads !== undefined && typeof threads === 'string' && threads !== 'auto') {
    throw wrongType('threads', `'auto' or a whole number from 1 to ${mostThreads}`, threads);
  }
  const automatic = threads === undefined || threads === 'auto';
  const wanted = automatic ? Math.min(on.cores, mostAutomaticThreads) : integer('threads', threads, 1, mostThreads);
  const one = (reason: string): Plan => ({ build: 'simd', threads: 1, reason });

  if (wanted === 1) return one(automatic ? 'this machine has one core' : 'one thread was asked for');
  if (!on.node && !on.crossOriginIsolated) {
    return one(
      'the page is not cross-origin isolated (it needs the headers COOP: same-origin and COEP: ' +
        'require-corp), and without that there are no threads',
    );
  }
  if (!on.sharedMemory) return one('this browser shares no memory between threads here (SharedArrayBuffer)');
  return { build: 'threads', threads: wanted };
}

// The smallest modules that use the features: a 128-bit vector, and a try block.
const vector = [
  0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11,
];
const exceptions = [0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 3, 2, 1, 0, 10, 8, 1, 6, 0, 6, 64, 25, 11, 11];

/** Throws a WakesleepError 'unsupported' where no build can run. */
export function requireWebAssembly(): void {
  const lacks = (what: string) =>
    new WakesleepError(
      'unsupported',
      `Wakesleep needs WebAssembly with ${what}: Chrome 95, Firefox 100, Safari 16.4, Node 20 or newer`,
    );
  if (typeof WebAssembly === 'undefined') throw lacks('vectors');
  if (!WebAssembly.validate(new Uint8Array(vector))) throw lacks('vectors (SIMD)');
  if (!WebAssembly.validate(new Uint8Array(exceptions))) throw lacks('exceptions');
}
