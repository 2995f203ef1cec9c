// Why a browser has not started the worker's script, of which it says nothing itself.
import { shown } from '../bytes.js';
import { messageOf, WakesleepError } from '../errors.js';
import { policyName, trusted, untrusted } from '../trusted.js';

/**
 * Starts a worker and hears where its script is. A bundler writes that into the call of the constructor, where nothing
 * else can read it, and browsers do not list scripts that did not come: so the constructor is another for that call.
 */
export function hearing(start: () => Worker, heard: (script: URL) => void): Worker {
  const realm = globalThis as unknown as { Worker: typeof Worker; location?: { href: string } };
  const own = realm.Worker;
  try {
    realm.Worker = new Proxy(own, {
      construct(target, [script, options]: ConstructorParameters<typeof Worker>) {
        heard(new URL(script, realm.location?.href));
        return new target(trusted(String(script)), options);
      },
    });
  } catch {
    return start(); // where globals are frozen, its address stays unknown
  }
  try {
    return start();
  } finally {
    realm.Worker = own;
  }
}

/** What the page's content security policy has forbidden since then. */
export interface Watched {
  readonly forbidden: readonly { directive: string; address: string }[];
  end(): void;
}

export function watchPolicy(): Watched {
  const forbidden: { directive: string; address: string }[] = [];
  const { document } = globalThis as { document?: Document };
  const hear = ({ effectiveDirective, blockedURI }: SecurityPolicyViolationEvent) => {
    forbidden.push({ directive: effectiveDirective, address: blockedURI });
  };
  document?.addEventListener('securitypolicyviolation', hear);
  return { forbidden, end: () => document?.removeEventListener('securitypolicyviolation', hear) };
}

/** Why a worker has not begun. */
export interface Why {
  /** Whether the browser did not even ask for the script. */
  refused: boolean;
  script: URL | undefined;
  cause?: unknown;
  explain(): Promise<string>;
}

/** Whether a script is on another origin: browsers start no worker from there, and say so at once or by an event. */
export function isForeign(script: URL | undefined): boolean {
  const { location } = globalThis as { location?: { origin: string } };
  return script !== undefined && script.origin !== location?.origin;
}

/** What to tell of a worker that did not start, and of the copy of its script that did not either. */
export async function noWorker(first: Why, copy?: Why): Promise<WakesleepError> {
  const foreign = isForeign(first.script);
  const from = first.script ? shown(first.script) : 'its script';
  const why = foreign
    ? `the worker's script is on another origin (${from}), and browsers start none from there`
    : first.refused
      ? `the page may not start a worker from ${from}: ${await first.explain()}`
      : `the engine's worker did not start: ${await first.explain()}`;
  const cause = { cause: first.cause };
  if (!foreign && !first.refused && !copy) return new WakesleepError('worker-lost', `${why}; load a new engine`, cause);
  const also = copy ? `, nor did a copy of it: ${await copy.explain()}` : '';
  return new WakesleepError(
    'unsupported',
    `${why}${also}. Two ways out: serve the package's files from the page's own host and tell where they are by ` +
      "`locate`, or use 'wakesleep/sync', which needs no worker",
    cause,
  );
}

/** Why the browser threw in place of starting a worker. */
export const whyRefused = (error: unknown): string =>
  untrusted(error)
    ? `its policy requires Trusted Types, and must allow ours: trusted-types ${policyName} (${messageOf(error)})`
    : messageOf(error);

const patience = 5000; // milliseconds

/** Asks for the script once more, and says what is wrong with the answer. */
export async function whyNotLoaded(script: URL | undefined, watched: Watched): Promise<string> {
  // The page hears of its policy by an event of its own.
  await new Promise((resolve) => setTimeout(resolve, 0));
  watched.end();
  const what = `its script ${script ? `${shown(script)} ` : ''}could not be loaded`;
  // The copy of a script has no address that browsers tell.
  const copy = script?.protocol === 'blob:';
  const refused = watched.forbidden.find(
    ({ directive, address }) =>
      /^(worker|child|script)-src|^default-src/.test(directive) && address.startsWith('blob') === copy,
  );
  if (refused) return `${what}: the page's content security policy forbids it (${refused.directive})`;
  if (!script || copy) return what;
  let answer: Response;
  try {
    answer = await fetch(script, { signal: AbortSignal.timeout(patience) });
  } catch (error) {
    return `${what}: no answer came (${messageOf(error)}); is there a network, and does the page's policy allow it?`;
  }
  void answer.body?.cancel();
  if (!answer.ok) return `${what}: the server answered ${answer.status} ${answer.statusText}`.trimEnd();
  const type = answer.headers.get('content-type') ?? 'nothing';
  if (!/javascript|ecmascript/.test(type)) {
    const page = type.includes('html') ? ': servers send a page for addresses at which nothing is' : '';
    return `${what}: the server calls it ${type}, and browsers run only JavaScript${page}`;
  }
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean };
  const embedder = answer.headers.get('cross-origin-embedder-policy') ?? '';
  if (crossOriginIsolated && !/require-corp|credentialless/.test(embedder)) {
    return (
      `${what}: the page is cross-origin isolated, and so the script must come with the header ` +
      'Cross-Origin-Embedder-Policy: require-corp, too'
    );
  }
  return (
    `${what}, though it is there: something that it imports may not be, or the page's policy forbids it ` +
    '(worker-src)'
  );
}
