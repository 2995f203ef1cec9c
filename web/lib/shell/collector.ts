// A garbage collector sees what a page's own objects take, which is next to nothing, and not what they stand for in the
// engine. Where the engine's memory gets full it is made to run, by what it does see.

/** Bytes of an array that nobody keeps. Collectors count them; of the memory behind them not a byte is touched. */
const ballast = 64 * 2 ** 20;
/** V8 collected after 1 to 6 such arrays, SpiderMonkey after 1 or 2. */
const most = 20;

/** Asks for a collection, and resolves in a later task: when `freed` says that something was freed, or was not. */
export async function pressCollector(freed: () => boolean): Promise<void> {
  for (let i = 0; i < most && !freed(); ++i) {
    nudgeCollector();
    await aTurn();
  }
  // What a collection frees is told in tasks of their own.
  await aTurn();
}

/** Brings the next collection nearer; what it frees is told once the program waits for something. */
export function nudgeCollector(): void {
  try {
    void new ArrayBuffer(ballast);
  } catch {
    // Where there is no room for it, the collector has run.
  }
}

const aTurn = () => new Promise<void>((resolve) => setTimeout(resolve, 0));
