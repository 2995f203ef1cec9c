/**
 * Runs `work` for the latest request only, one at a time: what came in between is left out, and the last is never lost.
 * So that answers to a moving pen don't queue up.
 */
export function latest<T>(work: (request: T) => Promise<void>): (request: T) => void {
  const waiting: T[] = [];
  let running = false;

  async function run(): Promise<void> {
    running = true;
    while (waiting.length > 0) {
      for (const request of waiting.splice(0).slice(-1)) await work(request);
    }
    running = false;
  }

  return (request) => {
    waiting.push(request);
    if (!running) void run();
  };
}
