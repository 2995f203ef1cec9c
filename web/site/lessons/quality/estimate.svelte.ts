/** Log Z of a machine by annealed importance sampling, in the engine. Of several that are asked for the last counts. */
import { engine, lost } from '../../state/engine.svelte';
import { hidden, pixels } from '../learning/bars';
import type { Point } from '../learning/run.svelte';

export const runCount = 100;

interface Asked {
  point: Point;
  betas: number;
  seed: number;
}

export class Estimate {
  value = $state.raw<{ asked: Asked; logZ: number; low: number; high: number } | null>(null);
  failed = $state.raw<unknown>(null);
  #wanted: Asked | null = null;
  #busy = false;

  /** Called in an effect. */
  ask(asked: Asked | null): void {
    this.#wanted = asked;
    void this.#work();
  }

  isOf({ point, betas, seed }: Asked): boolean {
    const asked = this.value?.asked;
    return asked?.point === point && asked.betas === betas && asked.seed === seed;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await Promise.resolve();
    try {
      while (this.#wanted) {
        const asked = this.#wanted;
        const { W, b, c } = asked.point.machine;
        const rbm = await (await engine.get()).rbm({ visible: pixels, hidden });
        try {
          await rbm.setParameters({ W: Float32Array.from(W), b: Float32Array.from(b), c: Float32Array.from(c) });
          const found = await rbm.logPartition({ method: 'ais', runs: runCount, betas: asked.betas, seed: asked.seed });
          this.value = { asked, ...found };
          this.failed = null;
        } finally {
          rbm.dispose();
        }
        if (this.#wanted === asked) this.#wanted = null;
      }
    } catch (error) {
      lost(error);
      this.failed = error;
    } finally {
      this.#busy = false;
    }
  }
}
