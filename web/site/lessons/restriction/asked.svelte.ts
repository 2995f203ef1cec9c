/** The two machines of a setting, from the engine. Of several settings that are asked for the last counts. */
import { engine, lost } from '../../state/engine.svelte';
import { tangle, type Held, type Tangle } from './tangle';

interface Setting {
  held: Held;
  inside: number;
}
interface Answer extends Setting {
  restricted: Tangle;
  full: Tangle;
}

export class Asked {
  /** The last that came. */
  value = $state.raw<Answer | null>(null);
  failed = $state.raw<unknown>(null);
  #wanted: Setting | null = null;
  #busy = false;

  /** Called in an effect. */
  ask(setting: Setting): void {
    this.#wanted = setting;
    void this.#work();
  }

  isOf({ held, inside }: Setting): boolean {
    return this.value?.held === held && this.value.inside === inside;
  }

  async #work(): Promise<void> {
    if (this.#busy) return;
    this.#busy = true;
    await Promise.resolve();
    try {
      while (this.#wanted) {
        const wanted = this.#wanted;
        const made = await engine.get();
        const [restricted, full] = await Promise.all([
          tangle(made, { held: wanted.held, inside: null }),
          tangle(made, wanted),
        ]);
        this.value = { ...wanted, restricted, full };
        this.failed = null;
        if (this.#wanted === wanted) this.#wanted = null;
      }
    } catch (error) {
      lost(error);
      this.failed = error;
    } finally {
      this.#busy = false;
    }
  }
}
