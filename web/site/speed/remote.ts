/** Calls to a worker by name. `expose` is the worker's side, `connect` the page's. */

type Methods = Record<string, (...args: never[]) => unknown>;
interface Call {
  id: number;
  method: string;
  args: unknown[];
}
type Answer = { id: number; result: unknown } | { id: number; error: string };

export function expose(methods: Methods): void {
  const scope = self as unknown as {
    onmessage: ((event: MessageEvent<Call>) => void) | null;
    postMessage(answer: Answer): void;
  };
  scope.onmessage = ({ data: { id, method, args } }) => {
    void (async () => {
      try {
        const result = await (methods[method] as (...args: unknown[]) => unknown)(...args);
        scope.postMessage({ id, result });
      } catch (error) {
        scope.postMessage({ id, error: error instanceof Error ? error.message : String(error) });
      }
    })();
  };
}

export interface Remote {
  call<T>(method: string, ...args: unknown[]): Promise<T>;
  /** Ends the worker; calls under way are rejected. */
  dispose(): void;
}

export function connect(worker: Worker): Remote {
  const waiting = new Map<number, { resolve: (value: unknown) => void; reject: (error: Error) => void }>();
  let lastId = 0;
  const fail = (message: string): void => {
    for (const { reject } of waiting.values()) reject(new Error(message));
    waiting.clear();
  };
  worker.onmessage = ({ data }: MessageEvent<Answer>) => {
    const call = waiting.get(data.id);
    waiting.delete(data.id);
    if ('error' in data) call?.reject(new Error(data.error));
    else call?.resolve(data.result);
  };
  worker.onerror = (event) => {
    fail(event.message || 'a worker could not be loaded');
  };
  return {
    call: <T>(method: string, ...args: unknown[]) =>
      new Promise<T>((resolve, reject) => {
        const id = ++lastId;
        waiting.set(id, { resolve: resolve as (value: unknown) => void, reject });
        worker.postMessage({ id, method, args } satisfies Call);
      }),
    dispose() {
      worker.terminate();
      fail('stopped');
    },
  };
}
