/**
 * Keeps the site for when there is no network: what was visited, or everything where the reader wants it, but for the
 * networks that they leave out. A cache holds the files of one build and never those of another. Answers carry the
 * headers of cross-origin isolation, so that the engine has threads where a host sends none.
 */
import type { Answer, Failure, Kept, Question, State, Wish } from './protocol.ts';

declare const KEPT: Kept;

interface Waiting extends Event {
  waitUntil(work: Promise<unknown>): void;
}
interface FetchEvent extends Waiting {
  readonly request: Request;
  respondWith(answer: Promise<Response>): void;
}
interface Scope {
  readonly registration: ServiceWorkerRegistration;
  readonly clients: { claim(): Promise<void> };
  addEventListener(type: 'install' | 'activate', listen: (event: Waiting) => void): void;
  addEventListener(type: 'fetch', listen: (event: FetchEvent) => void): void;
  addEventListener(type: 'message', listen: (event: Waiting & MessageEvent<Question>) => void): void;
}
const scope = self as unknown as Scope;

const { build, files, shell, peers } = KEPT;
const root = scope.registration.scope;
/** Other sites of this origin have caches of their own. */
const ours = `wakesleep ${root} `;
const cacheName = `${ours}${build}`;
const page = 'index.html';
const own = Object.keys(files).filter((path) => !peers.includes(path));
/** Milliseconds that a page waits for a slow network, where an older copy is kept. */
const patience = 3000;

/** The hash in such a name changes with the contents. */
const lasting = (path: string): boolean => /^assets\/.+-[\w-]{8}\.\w+$/.test(path);
const netIn = (path: string): string | undefined => /^assets\/(.+)-[\w-]{8}\.safetensors$/.exec(path)?.[1];
const withoutHash = (path: string): string => path.replace(/-[\w-]{8}(?=\.\w+$)/, '');
const addressOf = (path: string): string => new URL(path, root).href;

/** Below the site's folder; null for other addresses. */
function pathOf(address: string): string | null {
  const { origin, pathname } = new URL(address);
  const whole = `${origin}${pathname}`;
  if (!whole.startsWith(root)) return null;
  const path = whole.slice(root.length);
  return path === '' ? page : path;
}

class NotKept extends Error {
  readonly failure: Failure;
  constructor(failure: Failure) {
    super(failure.why);
    this.failure = failure;
  }
}

/** A file of this build from the network; an error where a host sends another build's page, or a page for all. */
async function fetched(path: string): Promise<Response> {
  const missing = new NotKept({ why: 'network', file: path });
  const answer = await fetch(addressOf(path), { cache: lasting(path) ? 'default' : 'no-cache' }).catch(() => {
    throw missing;
  });
  const html = answer.headers.get('content-type')?.includes('text/html') ?? false;
  if (!answer.ok || answer.redirected || html !== path.endsWith('.html')) throw missing;
  if (path === page) {
    const text = await answer.clone().text();
    if (!shell.filter(lasting).every((file) => text.includes(file))) throw missing;
  }
  return answer;
}

async function pathsIn(cache: Cache): Promise<Set<string>> {
  return new Set((await cache.keys()).flatMap(({ url }) => pathOf(url) ?? []));
}

/** Puts what is missing into the cache: from an older build's where the same file is there. */
async function fill(paths: Iterable<string>, onDone: (bytes: number) => void = () => undefined): Promise<void> {
  const cache = await caches.open(cacheName);
  const there = await pathsIn(cache);
  for (const path of new Set(paths)) {
    if (!there.has(path)) {
      const same = lasting(path) ? await caches.match(addressOf(path)) : undefined;
      await cache.put(addressOf(path), same ?? (await fetched(path)));
    }
    onDone(files[path] ?? 0);
  }
}

/** What an older build kept, in this build's files. */
async function keptBefore(): Promise<{ paths: string[]; leftOut: readonly string[] | null }> {
  const names = new Set<string>();
  let leftOut: readonly string[] | null = null;
  for (const name of await caches.keys()) {
    if (!name.startsWith(ours) || name === cacheName) continue;
    const cache = await caches.open(name);
    for (const path of await pathsIn(cache)) names.add(withoutHash(path));
    leftOut = (await leftOutOf(cache)) ?? leftOut;
  }
  const paths = Object.keys(files).filter((path) => names.has(withoutHash(path)));
  return { paths: leftOut ? [...paths, ...wished({ peers: false, leftOut })] : paths, leftOut };
}

const wished = ({ peers: withPeers, leftOut }: Wish): string[] =>
  Object.keys(files).filter((path) => (withPeers || !peers.includes(path)) && !leftOut.includes(netIn(path) ?? ''));

/** Stands in a cache that keeps everything but the networks that it names: a later build keeps what it has beside. */
const marker = 'everything-is-kept';
async function mark(leftOut: readonly string[]): Promise<void> {
  await (await caches.open(cacheName)).put(addressOf(marker), new Response(leftOut.join(' ')));
}
/** Null where only what was visited is kept. */
async function leftOutOf(cache: Cache): Promise<readonly string[] | null> {
  const text = await (await cache.match(addressOf(marker)))?.text();
  return text?.split(' ').filter((name) => name !== '') ?? null;
}

const bytesOf = (paths: readonly string[]): number => paths.reduce((bytes, path) => bytes + (files[path] ?? 0), 0);

async function state(): Promise<State> {
  const cache = await caches.open(cacheName);
  const there = await pathsIn(cache);
  return {
    all: bytesOf(own),
    peers: bytesOf(peers),
    kept: bytesOf(own.filter((path) => there.has(path))),
    keptPeers: bytesOf(peers.filter((path) => there.has(path))),
    nets: Object.fromEntries(
      own.flatMap((path) => {
        const name = netIn(path);
        return name ? [[name, { bytes: bytesOf([path]), kept: there.has(path) }]] : [];
      }),
    ),
    leftOut: (await leftOutOf(cache)) ?? [],
  };
}

/** Bytes that the browser has left for this origin; null where it does not tell. */
async function room(): Promise<number | null> {
  try {
    const { quota, usage } = await navigator.storage.estimate();
    return quota === undefined || usage === undefined ? null : quota - usage;
  } catch {
    return null;
  }
}

async function keep(wish: Wish, tell: (answer: Answer) => void): Promise<State> {
  const paths = wished(wish);
  const there = await pathsIn(await caches.open(cacheName));
  const total = bytesOf(paths);
  const needs = bytesOf(paths.filter((path) => !there.has(path)));
  const left = await room();
  if (left !== null && left < needs) throw new NotKept({ why: 'room', needs, left });
  const cache = await caches.open(cacheName);
  const before = await leftOutOf(cache);
  let done = 0;
  try {
    // At once: what was chosen is remembered where the network ends before all is here.
    await mark(wish.leftOut);
    await fill(paths, (bytes) => {
      done += bytes;
      tell({ done, total });
    });
  } catch (error) {
    if (!(error instanceof DOMException && error.name === 'QuotaExceededError')) throw error;
    // What has no room is not to be asked for again by a later build.
    await (before ? mark(before) : cache.delete(addressOf(marker))).catch(() => undefined);
    throw new NotKept({ why: 'room', needs, left: null });
  }
  return state();
}

async function forgetOlder(): Promise<void> {
  for (const name of await caches.keys()) if (name.startsWith(ours) && name !== cacheName) await caches.delete(name);
}

/** What is left is what opens a page; what later visits load is kept as before. */
async function remove(): Promise<State> {
  const cache = await caches.open(cacheName);
  for (const request of await cache.keys()) if (!shell.includes(pathOf(request.url) ?? '')) await cache.delete(request);
  await forgetOlder();
  return state();
}

/** What a page had loaded before it was looked after. The scripts that the engine's worker imports no page can tell. */
async function keepSeen(addresses: string[]): Promise<void> {
  const seen = new Set(addresses.flatMap((address) => pathOf(address) ?? []));
  const builds = [...seen].flatMap((path) => /^assets\/wakesleep-(simd|threads)-[\w-]{8}\.wasm$/.exec(path)?.[1] ?? []);
  const glue = (path: string): boolean =>
    builds.some((name) => path.startsWith(`assets/wakesleep-${name}-`) && path.endsWith('.js'));
  for (const path of Object.keys(files)) if (seen.has(path) || glue(path)) await fill([path]).catch(() => undefined);
}

/** With the headers that isolate a page, its workers among them. */
function isolated(answer: Response): Response {
  if (answer.status === 0) return answer; // a redirection, which the browser follows itself
  const headers = new Headers(answer.headers);
  headers.set('Cross-Origin-Opener-Policy', 'same-origin');
  headers.set('Cross-Origin-Embedder-Policy', 'require-corp');
  const { status, statusText } = answer;
  return new Response(answer.body, { status, statusText, headers });
}

/** Files whose names hold a hash from the cache, others from the network as long as that answers in time. */
async function answer(
  { request, waitUntil }: Pick<FetchEvent, 'request' | 'waitUntil'>,
  path: string,
): Promise<Response> {
  const cache = await caches.open(cacheName);
  const kept = await cache.match(addressOf(path));
  if (kept && lasting(path)) return isolated(kept);
  // A host may let the page itself be cached for minutes, while this build's files have taken the place of its own.
  const coming = path === page ? fetch(request, { cache: 'no-cache' }) : fetch(request);
  if (kept) {
    coming.catch(() => undefined);
    const late = new Promise<null>((resolve) => {
      setTimeout(() => {
        resolve(null);
      }, patience);
    });
    const first = await Promise.race([coming.catch(() => null), late]);
    return isolated(first && (first.ok || first.status === 0) ? first : kept);
  }
  const come = await coming;
  // The page of another build is not kept with this one's files: its own worker keeps it.
  const wanted = path.startsWith('reference/') || (lasting(path) && path in files);
  if (wanted && come.ok && come.type === 'basic' && !come.redirected)
    waitUntil(cache.put(addressOf(path), come.clone()).catch(() => undefined));
  return isolated(come);
}

scope.addEventListener('install', (event) => {
  event.waitUntil(
    (async () => {
      const { paths, leftOut } = await keptBefore();
      await fill([...shell, ...paths]);
      if (leftOut) await mark(leftOut);
    })(),
  );
});

// No page of an older build is open any more.
scope.addEventListener('activate', (event) => {
  event.waitUntil(
    (async () => {
      await forgetOlder();
      await scope.clients.claim();
    })(),
  );
});

scope.addEventListener('fetch', (event) => {
  const { request } = event;
  const path = pathOf(request.url);
  if (request.method !== 'GET' || path === null) return;
  // Data sets are large, and not the site's own; frames in other pages have headers of their own.
  if (path.startsWith('data/')) return;
  if (request.mode === 'navigate' && new URL(request.url).searchParams.has('embed')) return;
  event.respondWith(answer({ request, waitUntil: event.waitUntil.bind(event) }, path));
});

async function answerOf(question: Question, tell: (answer: Answer) => void): Promise<State> {
  switch (question.ask) {
    case 'state':
      return state();
    case 'keep':
      return keep(question, tell);
    case 'remove':
      return remove();
    case 'seen':
      await keepSeen(question.addresses);
      return state();
  }
}

scope.addEventListener('message', (event) => {
  const { data: question, ports } = event;
  const tell = (answer: Answer): void => {
    ports[0]?.postMessage(answer);
  };
  const failed = (error: unknown): void => {
    const failure = error instanceof NotKept ? error.failure : ({ why: 'other', words: String(error) } as const);
    tell({ failed: failure });
  };
  event.waitUntil(
    answerOf(question, tell).then((now) => {
      tell({ state: now });
    }, failed),
  );
});
