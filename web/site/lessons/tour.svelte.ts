/**
 * What a figure does by itself until it is touched: scenes, one after the other, once. It rests in the last, which
 * says that the figure is the reader's.
 */
import { untrack } from 'svelte';
import { prefersReducedMotion } from 'svelte/motion';
import type { Kept } from './kept.svelte';

export interface Scene {
  seconds: number;
  /** What the figure says meanwhile. */
  says?: () => string;
  /** Shows that part of the scene, 0 to 1. */
  at?: (part: number) => void;
}

/** From one value to another, slow at both ends. */
export const between = (from: number, to: number, part: number): number =>
  from + (to - from) * part * part * (3 - 2 * part);

export class Tour {
  playing = $state(false);
  /** Which scene is shown; null before the first and after a touch. */
  scene = $state<number | null>(null);
  /** Whether it rests in the last scene. */
  ended = $state(false);
  readonly #scenes: readonly Scene[];
  /** Whether the figure has been in sight, and whether the tour waits for that. */
  #seen = false;
  #waits = false;
  #began = 0;
  #part = 0;
  #frame = 0;

  /** To be made while a component is set up: it ends with that. */
  constructor(scenes: readonly Scene[]) {
    this.#scenes = scenes;
    $effect(() => () => {
      cancelAnimationFrame(this.#frame);
    });
  }

  /** What the present scene says. */
  get says(): string | undefined {
    return this.scene === null ? undefined : this.#scenes[this.scene]?.says?.();
  }

  /** Begins, or goes on where it was paused. With reduced motion only who asks for it by a button gets it. */
  play(): void {
    if (this.playing) return;
    this.playing = true;
    if (this.ended) this.scene = 0;
    this.ended = false;
    this.scene ??= 0;
    this.#began = performance.now() - 1000 * this.#part * (this.#scenes[this.scene]?.seconds ?? 0);
    this.#frame = requestAnimationFrame(this.#show);
  }

  /** As {@link play}, but not for who wants no motion, and not before it is in sight. */
  begin(): void {
    if (prefersReducedMotion.current) return;
    if (this.#seen) this.play();
    else this.#waits = true;
  }

  /** The figure has come in sight. */
  readonly see = (): void => {
    this.#seen = true;
    if (this.#waits) this.play();
    this.#waits = false;
  };

  pause(): void {
    this.playing = this.#waits = false;
    cancelAnimationFrame(this.#frame);
  }

  /** Somebody touched the figure: it is theirs. */
  leave(): void {
    this.pause();
    this.scene = null;
    this.ended = false;
    this.#part = 0;
  }

  readonly #show = (now: number): void => {
    const scene = this.#scenes[this.scene ?? 0];
    if (!scene) return;
    this.#part = Math.min(1, Math.max(0, now - this.#began) / 1000 / scene.seconds);
    scene.at?.(this.#part);
    if (this.#part === 1) {
      this.#part = 0;
      const next = (this.scene ?? 0) + 1;
      if (next === this.#scenes.length) {
        this.pause();
        this.ended = true;
        return;
      }
      this.scene = next;
      this.#began = now;
    }
    this.#frame = requestAnimationFrame(this.#show);
  };
}

/** A tour through what is kept in the address, until the reader touches it: what a figure's buttons need of it. */
export class FigureTour<Fields extends object> extends Tour {
  readonly kept: Kept<Fields>;
  readonly #anew: () => void;
  #begun: boolean;
  #stop = (): void => undefined;

  /**
   * It begins by itself unless the address told a state: at once, or when there is something to show. `anew` prepares
   * what is to be seen where it is begun by the button.
   */
  constructor(
    kept: Kept<Fields>,
    scenes: readonly Scene[],
    { ready, anew = () => undefined }: { ready?: () => boolean; anew?: () => void } = {},
  ) {
    super(scenes);
    this.kept = kept;
    this.#anew = anew;
    this.#begun = kept.given || !ready;
    if (!ready && !kept.given) this.begin();
    $effect(() => {
      if (this.#begun || !ready?.()) return;
      this.#begun = true;
      untrack(() => {
        this.begin();
      });
    });
    $effect(() => {
      // What nobody has touched has a plain address.
      kept.held = this.playing || this.ended;
    });
    $effect(() => () => {
      this.#stop();
    });
  }

  /** Stops what moves, at values that an address can tell. */
  rest(): void {
    this.#stop();
    this.pause();
    this.kept.settle();
  }

  /** Whoever touches the figure has it. */
  touch(change: () => void): void {
    this.#begun = true;
    this.rest();
    this.leave();
    change();
  }

  set(change: Partial<Kept<Fields>['values']>): void {
    this.touch(() => {
      Object.assign(this.kept.values, change);
    });
  }

  readonly reset = (): void => {
    this.touch(() => {
      this.kept.reset();
    });
  };

  readonly run = (): void => {
    this.#begun = true;
    if (this.playing) this.rest();
    else {
      this.#stop();
      if (this.scene === null || this.ended) this.#anew();
      this.play();
    }
  };

  /** Leads a value to another, as {@link glide}, until the figure is touched. */
  glide(from: number, to: number, seconds: number, show: (value: number) => void): void {
    this.#stop();
    this.#stop = glide(from, to, seconds, show);
  }

  /** What a {@link Figure.svelte} takes of it; while the figure waits for something it is silent. */
  figure(waits = false) {
    return {
      spoken: this.scene === null && !waits,
      running: this.playing,
      onrun: this.run,
      onreset: this.reset,
      onseen: this.see,
      link: this.#link,
    };
  }
  readonly #link = (): string => {
    this.rest();
    return this.kept.link();
  };
}

/** Leads a value to another in that time, at once where no motion is wanted. Returns what stops it. */
export function glide(from: number, to: number, seconds: number, show: (value: number) => void): () => void {
  if (prefersReducedMotion.current) {
    show(to);
    return () => undefined;
  }
  const began = performance.now();
  let frame = requestAnimationFrame(function step(now) {
    const part = Math.min(1, Math.max(0, now - began) / 1000 / seconds);
    show(part === 1 ? to : between(from, to, part));
    if (part < 1) frame = requestAnimationFrame(step);
  });
  return () => {
    cancelAnimationFrame(frame);
  };
}
