/** The multiply-add ceiling on some threads at once. */
import { connect } from './remote.ts';

export interface Ceiling {
  /** Operations a second, all threads together: those of the kernel that is fastest here. */
  rate(milliseconds: number): Promise<number>;
  dispose(): void;
}

export async function startCeiling(threads: number): Promise<Ceiling> {
  const workers = Array.from({ length: threads }, () =>
    connect(new Worker(new URL('./ceiling.worker.ts', import.meta.url), { type: 'module', name: 'ceiling' })),
  );
  const dispose = (): void => {
    for (const worker of workers) worker.dispose();
  };
  try {
    await Promise.all(workers.map((worker) => worker.call('start')));
  } catch (error) {
    dispose();
    throw error;
  }
  return {
    async rate(milliseconds) {
      const rates = await Promise.all(workers.map((worker) => worker.call<number[]>('rates', milliseconds / 5)));
      const together = (rates[0] ?? []).map((_, kernel) =>
        rates.reduce((sum, one) => sum + (one[kernel] as number), 0),
      );
      return Math.max(...together);
    },
    dispose,
  };
}
