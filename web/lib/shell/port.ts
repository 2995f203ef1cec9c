// A worker, of Node or of a browser, and how one is started.
import { nodeWorker, startWorker } from '../addresses.js';
import { messageOf, WakesleepError } from '../errors.js';
import { builtin, inNode } from '../node.js';
import { Connection, type Listeners, type Port } from './connection.js';
import type { FromWorker } from './protocol.js';
import { hearing, isForeign, noWorker, watchPolicy, whyNotLoaded, whyRefused, type Why } from './script.js';

/** A worker that listens. */
export function connect(located: URL | undefined, signal: AbortSignal | undefined): Promise<Connection> {
  return inNode
    ? new Connection((listeners) => nodePort(located ?? nodeWorker(), listeners)).ready(signal)
    : connectInBrowser(located, signal);
}

function nodePort(url: URL, { message, lost }: Listeners): Port {
  // The program's own flags are not for the worker: some, as --input-type, even stop it.
  const worker = new (builtin('node:worker_threads').Worker)(url, { execArgv: [], name: 'wakesleep' });
  worker.on('message', (data) => message(data as FromWorker));
  worker.on('messageerror', (error) => lost(messageOf(error)));
  worker.on('error', (error) => lost(messageOf(error)));
  worker.on('exit', (code) => lost(`it ended with code ${String(code)}`));
  return {
    post: (data, transfer) => worker.postMessage(data, transfer),
    terminate: () => void worker.terminate(),
    hold: (on) => (on ? worker.ref() : worker.unref()),
  };
}

/** Milliseconds in which a browser has fetched and begun a script of 40 KB, or never will. */
const patience = 60_000;

/**
 * The worker's own file, and where it can't be started, because it is on another origin or was left behind by a
 * bundler, the copy in the package's scripts, where the page's policy allows that.
 */
async function connectInBrowser(located: URL | undefined, signal: AbortSignal | undefined): Promise<Connection> {
  const first = await begin(() => (located ? new Worker(located, options) : startWorker()), signal);
  if (first instanceof Connection) return first;
  const copy = !located || isForeign(located) || first.refused ? await copyOfScript() : undefined;
  if (!copy) throw await noWorker(first);
  const second = await begin(() => new Worker(copy.href, { name: options.name }), signal);
  if (!(second instanceof Connection)) {
    URL.revokeObjectURL(copy.href);
    throw await noWorker(first, second);
  }
  return second;
}

const options = { type: 'module', name: 'wakesleep' } as const;

/** Threads of the engine begin by it too, and so it stays for as long as the page does. */
let copied: URL | undefined;

async function copyOfScript(): Promise<URL | undefined> {
  if (copied) return copied;
  const { worker } = await import('../inline/worker.js').catch(() => ({ worker: '' }));
  if (worker === '') return undefined;
  return (copied = new URL(URL.createObjectURL(new Blob([worker], { type: 'text/javascript' }))));
}

/** Starts a worker: resolves when it listens, or to why its script did not come. */
async function begin(start: () => Worker, signal: AbortSignal | undefined): Promise<Connection | Why> {
  const watched = watchPolicy();
  let script: URL | undefined;
  let worker: Worker;
  try {
    worker = hearing(start, (url) => (script = url));
  } catch (cause) {
    watched.end();
    return { refused: true, cause, script, explain: () => Promise.resolve(whyRefused(cause)) };
  }
  return new Promise((resolve, reject) => {
    const failed = (explain: () => Promise<string>) => {
      resolve({ refused: false, script, explain });
      connection.close(new WakesleepError('worker-lost', "the engine's worker did not start"));
    };
    const timer = setTimeout(
      () => failed(() => Promise.resolve(`it has not begun for ${patience / 1000} seconds`)),
      patience,
    );
    const connection = new Connection(({ message, lost }) => {
      worker.onmessage = (event: MessageEvent<FromWorker>) => {
        watched.end();
        message(event.data);
      };
      worker.onmessageerror = () => lost('a message of it could not be read');
      worker.onerror = (event) => {
        // A script that did not come has no message.
        if (event.message) lost(event.message);
        else failed(() => whyNotLoaded(script, watched));
      };
      return {
        post: (data, transfer) => worker.postMessage(data, transfer),
        terminate: () => worker.terminate(),
        hold: () => undefined,
      };
    });
    connection
      .ready(signal)
      .then(resolve, reject)
      .finally(() => clearTimeout(timer));
  });
}
