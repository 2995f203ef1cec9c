/** The tiny machine at work: one chain of Gibbs steps by the engine, and how often it was in each state. */
import { untrack } from 'svelte';
import type { Dream, Rbm } from 'wakesleep';
import { engine, lost } from '../../state/engine.svelte';
import {
  energies,
  example,
  hidden,
  probabilities,
  stateCount,
  stateOf,
  totalVariation,
  visible,
} from '../tiny-machine';

/** What a chain is of: the same course gives the same steps. */
export interface Course {
  seed: number;
  temperature: number;
}

/** No run is longer: a link to its end has to walk all the way. */
export const mostSteps = 10_000;
/** Steps a second after `n` of them: slow enough to watch at first. */
const pace = (n: number): number => (n < 3 ? 0.6 : n < 8 ? 2 : n < 100 ? Math.max(4, n / 2) : n);
/** Steps that take longer than this, in seconds, are seen by halves. */
const seen = 0.4;
/** Milliseconds of work between two looks. */
const slice = 12;

const nextFrame = (): Promise<number> => new Promise((resolve) => requestAnimationFrame(resolve));

export class Walk {
  n = $state(0);
  counts = $state.raw<readonly number[]>(Array.from({ length: stateCount }, () => 0));
  /** Where the machine is, and where it was a step ago; null before the first. */
  state = $state(0);
  before = $state.raw<number | null>(null);
  /** Of a slow step: the hidden units have been drawn, the visible ones not yet. */
  half = $state(false);
  running = $state(false);
  busy = $state(false);
  error = $state.raw<unknown>(null);
  /** By how much the histogram is off after 1, 2, … steps. */
  errors: number[] = [];
  #course: Course | null = null;
  #exact: readonly number[] = [];
  #rbm: Rbm | null = null;
  #dream: Dream | null = null;
  /** Whoever asks last is served. */
  #turn = 0;
  #last: Promise<void> = Promise.resolve();

  /** Walks that many steps at once, from the beginning unless it is on the way there. */
  walkTo(course: Course, n: number): Promise<void> {
    const mine = this.#begin();
    this.busy = true;
    return this.#after(() => this.#walkTo(course, n, mine));
  }

  /** Runs to that many steps, first slowly and then faster and faster. */
  run(course: Course, from: number, to: number): Promise<void> {
    const mine = this.#begin();
    this.running = true;
    return this.#after(() => this.#run(course, from, to, mine));
  }

  /** One after the other: what was begun before ends with the step that is on its way. */
  #after(work: () => Promise<void>): Promise<void> {
    this.#last = this.#last.then(work);
    return this.#last;
  }

  async #walkTo(course: Course, n: number, mine: number): Promise<void> {
    try {
      await this.#prepare(course, n, mine);
      await this.#take(n, mine);
    } catch (error) {
      this.#fail(error, mine);
    }
    if (mine === this.#turn) this.busy = false;
  }

  async #run(course: Course, from: number, to: number, mine: number): Promise<void> {
    try {
      await this.#prepare(course, from, mine);
      await this.#take(from, mine);
      let due = untrack(() => this.n);
      let last = performance.now();
      while (mine === this.#turn && this.n < Math.min(to, mostSteps)) {
        const now = await nextFrame();
        const rate = pace(this.n);
        // A page that was hidden does not make up for it.
        due += rate * Math.min(0.25, Math.max(0, now - last) / 1000);
        last = now;
        if (due < this.n + 1) {
          if (this.half && due > this.n + 0.5) this.half = false;
          continue;
        }
        const slow = 1 / rate > seen;
        await this.#take(Math.min(to, mostSteps, Math.floor(due)), mine, slice);
        due = Math.min(due, this.n + 1);
        if (slow && mine === this.#turn) {
          this.half = true;
          due = this.n;
        }
      }
      while (mine === this.#turn && this.half && due < this.n + 0.5) {
        const now = await nextFrame();
        due += (pace(this.n) * Math.max(0, now - last)) / 1000;
        last = now;
      }
    } catch (error) {
      this.#fail(error, mine);
    }
    if (mine === this.#turn) this.pause();
  }

  pause(): void {
    this.#turn += 1;
    this.running = this.busy = this.half = false;
  }

  end(): void {
    this.pause();
    this.#leave();
    this.#rbm?.dispose();
    this.#rbm = null;
  }

  #begin(): number {
    this.pause();
    this.error = null;
    return this.#turn;
  }

  /** The chain of this course, anew where it has gone another way or too far. */
  async #prepare(course: Course, n: number, mine: number): Promise<void> {
    const ready = await engine.get();
    if (mine !== this.#turn) return;
    if (!this.#rbm) {
      const rbm = await ready.rbm({ visible, hidden, seed: 1 });
      const { W, b, c } = example;
      await rbm.setParameters({ W: Float32Array.from(W), b: Float32Array.from(b), c: Float32Array.from(c) });
      if (mine !== this.#turn) {
        rbm.dispose();
        return;
      }
      this.#rbm = rbm;
    }
    const same = this.#course?.seed === course.seed && this.#course.temperature === course.temperature;
    if (this.#dream && same && untrack(() => this.n) <= n) return;
    this.#leave();
    this.#course = course;
    this.#exact = probabilities(energies(example), course.temperature);
    this.#dream = this.#rbm.dream({ chains: 1, ...course });
    this.counts = Array.from({ length: stateCount }, () => 0);
    this.errors = [];
    this.n = 0;
    this.before = null;
  }

  #leave(): void {
    const leaving = this.#dream;
    this.#dream = null;
    leaving?.return?.().catch(() => {
      // It is gone already.
    });
  }

  /** Steps until there have been `n`, or until that many milliseconds are over. */
  async #take(n: number, mine: number, milliseconds = Infinity): Promise<void> {
    const began = performance.now();
    const dream = this.#dream;
    const counts = [...untrack(() => this.counts)];
    let [done, state, before] = untrack(() => [this.n, this.state, this.before] as const);
    const show = (): void => {
      [this.n, this.state, this.before, this.counts] = [done, state, before, [...counts]];
    };
    let shown = began;
    while (dream && done < n && performance.now() - began < milliseconds) {
      const { value, done: ended } = await dream.next();
      // Chains that were left are counted no more; a pause keeps the step that was on its way.
      if (dream !== this.#dream || ended) return;
      before = done > 0 ? state : null;
      state = stateOf(value.states.data, value.hidden.data);
      counts[state] = (counts[state] ?? 0) + 1;
      done += 1;
      this.errors.push(
        totalVariation(
          this.#exact,
          counts.map((count) => count / done),
        ),
      );
      if (mine !== this.#turn) break;
      if (performance.now() - shown > 100) {
        show();
        shown = performance.now();
      }
    }
    show();
  }

  #fail(error: unknown, mine: number): void {
    this.#leave();
    this.#rbm = null;
    if (mine === this.#turn && !lost(error)) this.error = error;
  }
}
