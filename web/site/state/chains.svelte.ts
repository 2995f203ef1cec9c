/** Gibbs chains that a page shows: step by step, or running at a pace that can be followed. */
import { untrack } from 'svelte';
import type { Dream, DreamFrame } from 'wakesleep';
import { lost } from './engine.svelte';

/** Resolves in the first frame of the screen at or after that time. Hidden pages wait until they are seen. */
const frameAfter = (time: number): Promise<void> =>
  new Promise((resolve) => {
    const look = (now: number): void => {
      if (now >= time) resolve();
      else requestAnimationFrame(look);
    };
    requestAnimationFrame(look);
  });

export class Chains {
  frame = $state.raw<DreamFrame | null>(null);
  /** Frames since the chains began. */
  steps = $state(0);
  running = $state(false);
  /** Whether a frame is on its way. */
  busy = $state(false);
  error = $state.raw<unknown>(null);
  readonly #pace: number;
  readonly #stride: number;
  #make: (() => Dream) | null = null;
  #dream: Dream | null = null;
  #restart = false;
  #owed = 0;
  #most = Infinity;
  #size = 1;
  #hurry = { frames: 0, stride: 1 };

  /** While it runs: frames a second, at most, and Gibbs steps a frame. */
  constructor(pace: number, stride = 1) {
    this.#pace = pace;
    this.#stride = stride;
  }

  get dream(): Dream | null {
    return this.#dream;
  }

  /** Begins new chains, and shows their first step. */
  begin(make: () => Dream): void {
    this.#make = make;
    this.#restart = true;
    this.error = null;
    this.#owed = 1;
    void this.#work();
  }

  /** The same chains from their beginning. */
  again(): void {
    if (this.#make) this.begin(this.#make);
  }

  /** Runs until paused, or until that many steps. */
  play(most = Infinity): void {
    if (!this.#make) return;
    this.#most = most;
    this.running = true;
    void this.#work();
  }

  /** For some frames to come, more Gibbs steps a frame: the chains are far from what they are to show. */
  hurry(frames: number, stride: number): void {
    this.#hurry = { frames, stride };
  }

  pause(): void {
    this.running = false;
  }

  /** One frame, of that many Gibbs steps. */
  step(size = 1): void {
    this.pause();
    this.#size = size;
    this.#owed += 1;
    void this.#work();
  }

  /** Frees the chains. */
  end(): void {
    this.pause();
    this.#make = null;
    this.#owed = 0;
    this.#leave();
    this.frame = null;
    this.steps = 0;
  }

  #leave(): void {
    const leaving = this.#dream;
    this.#dream = null;
    leaving?.return?.().catch(() => {
      // It is gone already.
    });
  }

  #stepsNow(): number {
    if (!this.running) return this.#size;
    if (this.#hurry.frames <= 0) return this.#stride;
    this.#hurry.frames -= 1;
    return this.#hurry.stride;
  }

  /** One frame after the other, as long as there is a reason to. */
  async #work(): Promise<void> {
    // Whoever begins chains in an effect is not to run again when a frame has come.
    if (untrack(() => this.busy)) return;
    this.busy = true;
    try {
      while (this.#make && (this.#owed > 0 || this.running)) {
        const began = performance.now();
        if (this.#restart || !this.#dream) {
          this.#leave();
          this.#dream = this.#make();
          this.#restart = false;
          this.steps = 0;
        }
        const dream = this.#dream;
        // The first frame is of as many steps as its maker says.
        if (this.steps > 0) dream.stepsPerFrame = this.#stepsNow();
        // A step that is asked for while a frame is on its way is another one.
        const paid = this.#owed > 0 ? 1 : 0;
        const { value, done } = await dream.next();
        if (dream !== this.#dream) continue;
        if (done) break;
        this.frame = value;
        this.steps += 1;
        this.#owed -= paid;
        if (this.steps >= this.#most) this.running = false;
        // While new chains wait to begin, what is owed is theirs.
        if (this.#restart) this.#owed = 1;
        else if (this.running) await frameAfter(began + 1000 / this.#pace);
      }
    } catch (error) {
      this.running = false;
      this.#owed = 0;
      this.#dream = null;
      if (!lost(error)) this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
