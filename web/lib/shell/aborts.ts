// Signals that many calls share: each has one listener of ours, because Node warns of the eleventh.

const waiting = new WeakMap<AbortSignal, Set<() => void>>();

/** Calls back once, when the signal aborts. Returns what makes it forget. */
export function onAbort(signal: AbortSignal | undefined, then: () => void): () => void {
  if (!signal) return () => undefined;
  const all = waiting.get(signal) ?? new Set();
  if (all.size === 0) {
    waiting.set(signal, all);
    signal.addEventListener('abort', abort);
  }
  all.add(then);
  return () => {
    if (!all.delete(then) || all.size > 0) return;
    waiting.delete(signal);
    signal.removeEventListener('abort', abort);
  };
}

function abort(this: AbortSignal): void {
  const all = waiting.get(this) ?? [];
  waiting.delete(this);
  for (const then of all) then();
}
