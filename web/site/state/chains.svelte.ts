/** Gibbs chains that a page shows: step by step, or running at a pace that can be followed. */
import { untrack } from 'svelte';
import type { Dream, DreamFrame } from 'wakesleep';
import { lost } from './engine.svelte';

/** What of a frame is shown. Stored frames are of chains that the engine need not have computed yet. */
export type Frame = Pick<DreamFrame, 'images' | 'labels' | 'steps'> & Partial<DreamFrame>;

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
  frame = $state.raw<Frame | null>(null);
  /** Frames since the chains began. */
  steps = $state(0);
  running = $state(false);
  /** Whether a frame is on its way. */
  busy = $state(false);
  error = $state.raw<unknown>(null);
  readonly #pace: number;
  readonly #stride: number;
  readonly #before: ((frame: Frame | null, dream: Dream) => void) | undefined;
  #make: (() => Dream) | null = null;
  #dream: Dream | null = null;
  #film: readonly Frame[] = [];
  /** While the film is shown, its chains come to where it ends. */
  #ahead: Promise<unknown> | null = null;
  #restart = false;
  #owed = 0;
  #most = Infinity;

  /**
   * While it runs: frames a second, at most, and Gibbs steps a frame. `before` can change a dream ahead of each frame;
   * it is given the last one.
   */
  constructor(pace: number, stride = 1, before?: (frame: Frame | null, dream: Dream) => void) {
    this.#pace = pace;
    this.#stride = stride;
    this.#before = before;
  }

  /** Begins new chains, and shows their first step. */
  begin(make: () => Dream): void {
    this.#film = [];
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

  /** Begins with stored frames; the chains that they are of may come later, by `goOn`. */
  show(film: readonly Frame[]): void {
    this.#leave();
    this.#film = film;
    this.#restart = false;
    this.steps = 0;
    this.#owed = 1;
    void this.#work();
  }

  /** `make` begins the chains of the stored frames, which run unseen to where those end. */
  goOn(make: () => Dream): void {
    this.#make = make;
    this.error = null;
    this.#catchUp();
    void this.#work();
  }

  /** Leaves out the stored frames that have not been shown: what comes next is not in them. */
  leaveFilm(): void {
    if (this.steps >= this.#film.length) return;
    this.#film = this.#film.slice(0, Math.max(1, this.steps));
    if (this.#make) this.#catchUp();
  }

  /** To the last of the stored frames at once, where they are still being shown. */
  toEndOfFilm(): void {
    if (this.steps >= this.#film.length) return;
    this.steps = this.#film.length - 1;
    this.#owed = 1;
    void this.#work();
  }

  /** Runs until paused, or until that many steps. */
  play(most = Infinity): void {
    this.#most = most;
    this.running = true;
    void this.#work();
  }

  pause(): void {
    this.running = false;
  }

  /** One frame, of one Gibbs step. Of stored frames the next one, while there are no chains. */
  step(): void {
    this.pause();
    if (this.#make) this.leaveFilm();
    this.#owed += 1;
    void this.#work();
  }

  /** Frees the chains. */
  end(): void {
    this.pause();
    this.#make = null;
    this.#film = [];
    this.#owed = 0;
    this.#leave();
    this.frame = null;
    this.steps = 0;
  }

  #leave(): void {
    const leaving = this.#dream;
    this.#dream = this.#ahead = null;
    leaving?.return?.().catch(() => {
      // It is gone already.
    });
  }

  #catchUp(): void {
    this.#leave();
    const dream = this.#make?.();
    if (!dream) return;
    this.#dream = dream;
    dream.stepsPerFrame = this.#film.at(-1)?.steps ?? 1;
    this.#ahead = dream.next();
    this.#ahead.catch(() => {
      // Whoever waits for it is told.
    });
  }

  /** At once, so that nothing can come between it and its being shown. */
  get #stored(): Frame | undefined {
    return this.#restart ? undefined : this.#film[untrack(() => this.steps)];
  }

  /** The chains' next frame; `null` when other chains have taken over meanwhile, `undefined` when there is none. */
  async #next(): Promise<Frame | null | undefined> {
    if (this.#restart || !this.#dream) {
      this.#leave();
      this.#dream = this.#make?.() ?? null;
      this.#restart = false;
      this.steps = 0;
    }
    const dream = this.#dream;
    if (!dream) return undefined;
    try {
      await this.#ahead;
      if (dream !== this.#dream) return null;
      this.#ahead = null;
      // The first frame is of as many steps as its maker says.
      if (this.steps > 0) dream.stepsPerFrame = this.running ? this.#stride : 1;
      this.#before?.(this.steps > 0 ? this.frame : null, dream);
      const { value, done } = await dream.next();
      if (dream !== this.#dream) return null;
      return done ? undefined : value;
    } catch (error) {
      // Chains that were left are freed, whatever they were asked for, and end nothing that took over.
      if (dream !== this.#dream) return null;
      throw error;
    }
  }

  /** One frame after the other, as long as there is a reason to. */
  async #work(): Promise<void> {
    // Whoever begins chains in an effect is not to run again when a frame has come.
    if (untrack(() => this.busy)) return;
    this.busy = true;
    try {
      while ((this.#make || untrack(() => this.steps) < this.#film.length) && (this.#owed > 0 || this.running)) {
        const began = performance.now();
        // A step that is asked for while a frame is on its way is another one.
        const paid = this.#owed > 0 ? 1 : 0;
        const frame = this.#stored ?? (await this.#next());
        if (frame === undefined) break;
        if (frame === null) continue;
        this.frame = frame;
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
      this.#dream = this.#ahead = null;
      this.#film = [];
      if (!lost(error)) this.error = error;
    } finally {
      this.busy = false;
    }
  }
}
