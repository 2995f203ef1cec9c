// Node's own modules, without an import that a bundler for browsers would stumble over.

interface NodeProcess {
  versions?: { node?: string };
  type?: string;
  getBuiltinModule?: (name: string) => unknown;
}

const nodeProcess = (globalThis as { process?: NodeProcess }).process;

/** Node, Bun or Deno; a window of Electron counts as a browser. */
export const inNode =
  typeof nodeProcess?.versions?.node === 'string' &&
  typeof nodeProcess.getBuiltinModule === 'function' &&
  nodeProcess.type !== 'renderer';

/** The parts that are used here. */
interface Builtins {
  'node:fs/promises': { readFile(path: URL | string): Promise<Uint8Array> };
  'node:os': { availableParallelism(): number };
  'node:url': { pathToFileURL(path: string): URL };
  'node:worker_threads': {
    Worker: new (url: URL, options: { execArgv: string[]; name: string }) => NodeWorker;
    parentPort: NodePort | null;
  };
}

export interface NodePort {
  postMessage(message: unknown, transfer?: readonly unknown[]): void;
  on(event: 'message', listener: (message: unknown) => void): void;
}

export interface NodeWorker extends Omit<NodePort, 'on'> {
  on(event: string, listener: (value: unknown) => void): void;
  terminate(): Promise<number>;
  ref(): void;
  unref(): void;
}

export function builtin<K extends keyof Builtins>(name: K): Builtins[K] {
  return nodeProcess?.getBuiltinModule?.(name) as Builtins[K];
}
