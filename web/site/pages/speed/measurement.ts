/** One measurement in this tab, from the start of all who take part to the judgement on them. */
import { startCeiling } from '../../speed/ceiling';
import { start } from '../../speed/contenders';
import { hasLearned } from '../../speed/judge';
import type { Library, Peer } from '../../speed/peers';
import { connect } from '../../speed/remote';
import { inRounds, type Entrant } from '../../speed/rounds';
import { firstParameters, operationsAnImage, work, type Contender, type Images } from '../../speed/work';

export type Who = Library | 'ceiling';

export interface Taking {
  id: string;
  who: Who;
  threads: number;
}

export interface Errors {
  before: number;
  after: number;
  learned: boolean;
}

export type Stage =
  | { name: 'idle' | 'data' | 'warming' | 'judging' | 'done' | 'stopped' }
  | { name: 'starting'; who: Who; threads: number }
  | { name: 'round'; round: number };

export interface Listener {
  onStage: (stage: Stage) => void;
  /** Operations a second. */
  onRate: (id: string, rate: number) => void;
  onFailed: (id: string, message: string) => void;
  onJudged: (id: string, errors: Errors) => void;
  /** 0 to 1. */
  onDone: (share: number) => void;
}

export const rounds = 5;
const batches = 20;
/** Images: learned from in a round, and kept apart. */
export const trained = batches * work.batchSize;
export const held = 200;
/** Milliseconds. */
const ceilingTime = 200;
const rest = 60;

export const hasThreads = (): boolean => crossOriginIsolated && typeof SharedArrayBuffer !== 'undefined';

/** Everyone with one thread, with two, and with as many as there are cores. */
export function field(peers: readonly Peer[]): Taking[] {
  const cores = hasThreads() ? Math.min(navigator.hardwareConcurrency, 64) : 1;
  const counts = [...new Set([1, Math.min(2, cores), cores])];
  return counts.flatMap((threads) =>
    (['ceiling', 'wakesleep', ...peers] as const).map((who) => ({ id: `${who} ${String(threads)}`, who, threads })),
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));

export async function measure(
  taking: readonly Taking[],
  images: { train: Images; held: Images },
  { onStage, onRate, onFailed, onJudged, onDone }: Listener,
  signal: AbortSignal,
): Promise<void> {
  const disposals: (() => void)[] = [];
  const dispose = (): void => {
    for (const one of disposals.splice(0)) one();
  };
  const keep = <T extends { dispose: () => void }>(one: T): T => {
    disposals.push(() => {
      one.dispose();
    });
    // Stopped while it was starting.
    if (signal.aborted) dispose();
    signal.throwIfAborted();
    return one;
  };
  // Calls under way are rejected when their worker ends, so that stopping takes no time.
  signal.addEventListener('abort', dispose);
  try {
    const entrants: Entrant[] = [];
    const contenders = new Map<string, Contender>();
    for (const { id, who, threads } of taking) {
      onStage({ name: 'starting', who, threads });
      try {
        if (who === 'ceiling') {
          const ceiling = keep(await startCeiling(threads));
          entrants.push({ id, measure: () => ceiling.rate(ceilingTime) });
        } else {
          const contender = keep(await start(who, images.train, threads));
          contenders.set(id, contender);
          const operations = trained * operationsAnImage;
          entrants.push({ id, measure: async () => operations / ((await contender.run(batches)) / 1000) });
        }
      } catch (error) {
        signal.throwIfAborted();
        onFailed(id, messageOf(error));
      }
    }

    let done = 0;
    const step = (): void => {
      onDone(++done / (entrants.length * (rounds + 1)));
    };
    const failed = new Set<string>();
    const options = {
      rest,
      signal,
      onFailed: (id: string, error: unknown) => {
        failed.add(id);
        onFailed(id, messageOf(error));
      },
    };
    onStage({ name: 'warming' });
    await inRounds(entrants, { ...options, rounds: 1, onMeasured: step });
    await inRounds(
      entrants.filter(({ id }) => !failed.has(id)),
      {
        ...options,
        rounds,
        onMeasured: (id, rate, round) => {
          step();
          onStage({ name: 'round', round: round + 1 });
          onRate(id, rate);
        },
      },
    );

    onStage({ name: 'judging' });
    const worker = new Worker(new URL('../../speed/judge.worker.ts', import.meta.url), {
      type: 'module',
      name: 'judge',
    });
    const judge = keep(connect(worker));
    const before = await judge.call<number>('reconstructionError', firstParameters(), images.held);
    for (const [id, contender] of contenders) {
      if (failed.has(id)) continue;
      const after = await judge.call<number>('reconstructionError', await contender.parameters(), images.held);
      onJudged(id, { before, after, learned: hasLearned(before, after) });
    }
  } finally {
    signal.removeEventListener('abort', dispose);
    dispose();
  }
}
