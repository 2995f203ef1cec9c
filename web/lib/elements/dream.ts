// <wakesleep-dream>: a picture that a network dreams, a label held or none.
import type { Dbm, Dbn, Dream, DreamFrame, Engine, Rbm } from '../types.js';
import { button, Figure, h } from './figure.js';
import { layoutOf, rangeOf } from './layout.js';
import { paint } from './paint.js';
import { modelFor } from './shared.js';
import { texts } from './texts.js';

const leastTime = 100; // milliseconds between pictures, so that nothing flashes

/** Whether the reader wants pictures that stand still. */
export const calm = (): boolean => matchMedia('(prefers-reduced-motion: reduce)').matches;

export class WakesleepDream extends Figure {
  static override attributes = {
    model: 'string',
    label: 'number',
    names: 'string',
    columns: 'number',
    steps: 'number',
    temperature: 'number',
    seed: 'number',
    autoplay: 'boolean',
    threads: 'number',
  } as const;
  /** URL of the model's file. */
  declare model: string | null;
  /** The label that is held; `null`: none. */
  declare label: number | null;
  /** Names of the labels, apart by spaces; their numbers unless given. */
  declare names: string | null;
  /** Pixels in a row of the picture; unless given it is a square where it can be one. */
  declare columns: number | null;
  /** Gibbs steps between pictures; 1 unless given. */
  declare steps: number | null;
  /** 1 unless given. */
  declare temperature: number | null;
  /** 1 unless given. */
  declare seed: number | null;
  /** Whether it runs by itself, where the reader has not asked for less motion. */
  declare autoplay: boolean;
  declare threads: number | null;

  #network: Rbm | Dbn | Dbm | null = null;
  #dream: Dream | null = null;
  #signal: AbortSignal | null = null;
  #frame: DreamFrame | null = null;
  #coming: Promise<void> = Promise.resolve();
  #running = false;
  #looping = false;
  #picture!: HTMLCanvasElement;
  #labels!: HTMLElement;
  #run!: HTMLButtonElement;
  #step!: HTMLButtonElement;
  #restart!: HTMLButtonElement;

  get running(): boolean {
    return this.#running;
  }

  /** What is shown; `null` before there is something. */
  get frame(): DreamFrame | null {
    return this.#frame;
  }

  run(): void {
    if (this.#running || !this.#dream || !this.#signal) return;
    this.#running = true;
    this.#show();
    if (this.#looping) return;
    this.#looping = true;
    this.work(this.#signal, () => this.#loop());
  }

  pause(): void {
    this.#running = false;
    this.#show();
  }

  /** One picture more. */
  async step(): Promise<void> {
    const [dream, signal] = [this.#dream, this.#signal];
    if (!dream || !signal) return;
    const before = this.#coming;
    const next = before.then(() => this.#next(dream, signal));
    this.#coming = next.catch(() => undefined);
    await next.catch((error: unknown) => this.fail(error, signal));
  }

  /** From noise again. */
  restart(): void {
    this.reload();
  }

  /** @internal */
  protected build(): Node[] {
    this.#picture = h('canvas', { part: 'picture dream', role: 'img', 'aria-label': texts.dream });
    this.#labels = h('div', { part: 'labels', role: 'group', 'aria-label': texts.labels, hidden: '' });
    this.#run = button(texts.run, 'run', () => {
      if (this.#running) this.pause();
      else this.run();
      this.say(this.#running ? texts.running : texts.paused);
    });
    this.#step = button(texts.step, 'step', () => void this.step());
    this.#restart = button(texts.restart, 'restart', () => this.restart());
    return [this.#picture, h('div', { part: 'controls' }, this.#run, this.#step, this.#restart), this.#labels];
  }

  /** @internal */
  protected override check(): void {
    this.address('model');
  }

  /** @internal */
  protected async begin(engine: Engine, signal: AbortSignal): Promise<void> {
    const model = await modelFor(this, this.address('model'), engine);
    if (signal.aborted) return;
    if (!('classifyByIteration' in model)) throw new TypeError(texts.noDreams);
    this.#network = model;
    this.#signal = signal;
    const labels = model.labels > 0 ? [null, ...Array(model.labels).keys()] : [];
    this.#labels.replaceChildren(
      ...labels.map((label) =>
        button(this.#name(label), 'label', () => {
          this.label = label;
        }),
      ),
    );
    this.#labels.hidden = labels.length === 0;
    const label = this.given('label');
    this.#dream = model.dream({
      ...(label === undefined ? {} : { label }),
      stepsPerFrame: this.number('steps', 1),
      temperature: this.number('temperature', 1),
      seed: this.number('seed', 1),
      signal,
    });
    await this.#next(this.#dream, signal);
    if (this.autoplay && !calm()) this.run();
    this.#show();
  }

  /** @internal */
  protected end(): void {
    this.#running = this.#looping = false;
    void this.#dream?.return?.();
    this.#dream = this.#signal = null;
    this.#show();
  }

  async #loop(): Promise<void> {
    const signal = this.#signal!;
    while (this.#running && !signal.aborted) {
      await this.turn(signal, leastTime);
      if (this.#running) await this.step();
    }
    if (!signal.aborted) this.#looping = false;
  }

  async #next(dream: Dream, signal: AbortSignal): Promise<void> {
    const { value, done } = await dream.next();
    if (done || signal.aborted) return;
    this.#frame = value as DreamFrame;
    this.repaint();
    this.tell('frame', { steps: this.#frame.steps, image: this.#frame.images.data, label: this.label });
  }

  #name(label: number | null): string {
    return label === null ? texts.free : (this.names?.trim().split(/\s+/)[label] ?? String(label));
  }

  #show(): void {
    const there = this.#dream !== null;
    this.#run.textContent = this.#running ? texts.pause : texts.run;
    this.#run.disabled = this.#restart.disabled = !there;
    this.#step.disabled = !there || this.#running;
    const { label } = this;
    Array.from(this.#labels.children, (one, i) => one.setAttribute('aria-pressed', String(i - 1 === (label ?? -1))));
    this.#picture.ariaLabel = label === null ? texts.dream : texts.dreamOf(this.#name(label));
  }

  /** @internal */
  protected repaint(): void {
    if (!this.#frame || !this.#network) return;
    const { data } = this.#frame.images;
    const { rows, columns } = layoutOf(data.length, this.given('columns'));
    this.#picture.style.aspectRatio = `${columns} / ${rows}`;
    paint(this.#picture, data, rows, columns, this.colours.palette('model'), ...rangeOf(this.#network, data));
    this.status.textContent = texts.steps(this.#frame.steps);
  }

  /** @internal */
  protected override changed(name: string): boolean {
    if (name === 'autoplay') return true;
    const dream = this.#dream;
    if (!dream) return false;
    if (name === 'label') dream.clamp(this.given('label') ?? null);
    else if (name === 'steps') dream.stepsPerFrame = this.number('steps', 1);
    else if (name === 'temperature') dream.temperature = this.number('temperature', 1);
    else return false;
    this.#show();
    return true;
  }
}
