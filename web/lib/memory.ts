// How much memory the engine has. With threads it is taken at once, because shared memory that grows is slow and
// crashes iOS; without, it grows to 2 GB as it is needed.
import { integer } from './validate.js';

const page = 65536;
const megabyte = 2 ** 20;
/** Beyond it addresses have a sign (web/tools/finish-glue.mjs writes the same into the module). */
const most = 2048 * megabyte;
const least = 64 * megabyte;
const preset = 1024 * megabyte;

/** Bytes, as given or undefined. */
export function memoryGiven(value: unknown): number | undefined {
  return value === undefined ? undefined : integer('memory', value, least, most);
}

/** Shared memory of so many bytes; where none was asked for, as much as the machine gives of the usual size. */
export function sharedMemory(given: number | undefined): WebAssembly.Memory {
  for (let bytes = given ?? preset; ; bytes /= 2) {
    const pages = Math.ceil(bytes / page);
    try {
      return new WebAssembly.Memory({ initial: pages, maximum: pages, shared: true });
    } catch (error) {
      if (given !== undefined || bytes / 2 < least) {
        throw new RangeError(`the machine does not give ${Math.round(bytes / megabyte)} MB of memory in one piece`, {
          cause: error,
        });
      }
    }
  }
}

/** That the engine has run out of memory. */
export class OutOfMemory extends RangeError {}

/** How many objects of the engine there are of each kind, by what they are called. */
export type Alive = Map<string, number>;

/** Who holds so many bytes of an engine that has run out of memory, and what helps. */
export function moreMemory(heldBytes: number, alive: Alive, threads: boolean): string {
  const many = (what: string, count: number) => `${count} ${what}${count > 1 ? 's' : ''}`;
  const held = [...alive].map(([what, count]) => many(what, count)).join(', ');
  const megabytes = Math.round(heldBytes / megabyte);
  const whose = held && `; ${megabytes} MB of it are held, until dispose() frees them, by what lives: ${held}`;
  return threads
    ? `${whose}. With threads it can't grow: load({ memory: 2 ** 31 }) gives it 2 GB, and subsets of the data take less`
    : `${whose}. Smaller models, and subsets of the data, take less`;
}
