// A garbage collector sees what a page's own objects take, which is next to nothing, and not what they stand for in the
// engine. Where the engine's memory gets full it is made to run, by what it does see.
import { laterFunction } from './scheduler.js';

/** Bytes of an array that nobody keeps. Collectors count them; of the memory behind them not a byte is touched. */
const ballast = 64 * 2 ** 20;
/** V8 collected after 1 to 6 such arrays, SpiderMonkey after 1 or 2. */
const most = 20;
/** Milliseconds after which nothing more is hoped for: on a busy machine a collector beside the page is late. */
const patience = 5000;
const pause = 20;
/** Objects made at each turn: a collection that has begun goes on as others are made, not in its own time only. */
const crumbs = 50_000;

const aPause = () => new Promise<void>((resolve) => setTimeout(resolve, pause));

/**
 * Asks for a collection until `freed` says that something was freed. Where the engine can go on, that is not worth more
 * than some turns; where there is no memory at all (`empty`) it is waited for.
 */
export async function pressCollector(freed: () => boolean, empty: boolean): Promise<void> {
  const later = laterFunction();
  const aTurn = () => new Promise<void>((resolve) => later(resolve));
  const end = performance.now() + patience;
  for (let i = 0; !freed() && (i < most || (empty && performance.now() < end)); ++i) {
    nudgeCollector();
    if (empty) void Array.from({ length: crumbs }, () => ({}));
    await (i < most ? aTurn() : aPause());
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
