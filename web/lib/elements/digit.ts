// <wakesleep-digit>: a drawing, the labels that a network gives it, and what it makes of it.
import type { Dbm, Dbn, Engine, Rbm } from '../types.js';
import { button, Figure, h, percent } from './figure.js';
import { latest } from './latest.js';
import { rangeOf } from './layout.js';
import { paint } from './paint.js';
import { modelFor } from './shared.js';
import { Hand, paintStrokes, penWidth, steady, type Point, type Said, type Strokes } from './strokes.js';
import { texts } from './texts.js';

/** What `recognised` tells. */
export interface Recognition {
  /** The label of lowest free energy, and its name. */
  label: number;
  name: string;
  /** p(y | v), one a label. */
  probabilities: Float32Array;
  /** F(v, y), one a label. */
  freeEnergy: Float32Array;
}

/** Nats above the lowest free energy at which a bar has no height any more. */
const flat = 40;
const mostUndone = 100;

export class WakesleepDigit extends Figure {
  static override attributes = {
    model: 'string',
    bars: 'string',
    names: 'string',
    steps: 'number',
    seed: 'number',
    threads: 'number',
  } as const;
  /** URL of the model's file. */
  declare model: string | null;
  /** What the bars' heights are: `probability` (unless given) or `energy`. */
  declare bars: string | null;
  /** Names of the labels, apart by spaces; their numbers unless given. */
  declare names: string | null;
  /** Gibbs steps of the reconstruction; 1 unless given. */
  declare steps: number | null;
  /** Of the reconstruction; 1 unless given. */
  declare seed: number | null;
  declare threads: number | null;

  #strokes: Strokes = [];
  #before: Strokes[] = [];
  #drawing = false;
  #network: Rbm | Dbn | Dbm | null = null;
  #signal: AbortSignal | null = null;
  #seen: Float32Array | null = null;
  #recognition: Recognition | null = null;
  #size = 0;
  #look = latest(({ strokes, last }: { strokes: Strokes; last: boolean }) => this.#recognise(strokes, last));
  #hand = new Hand(
    Object.defineProperty(
      {
        drawing: false,
        begin: (point: Point) => {
          this.#change([...this.#strokes, [point]]);
          this.#drawing = true;
        },
        extend: (points: readonly Point[]) => {
          const stroke = this.#strokes.at(-1);
          if (this.#drawing && stroke) this.#strokes = [...this.#strokes.slice(0, -1), [...stroke, ...points]];
        },
        end: () => {
          this.#drawing = false;
        },
        undo: () => {
          this.#drawing = false;
          this.#strokes = this.#before.pop() ?? this.#strokes;
        },
        clear: () => {
          this.#drawing = false;
          if (this.#strokes.length > 0) this.#change([]);
        },
      },
      'drawing',
      { get: () => this.#drawing },
    ),
    (said) => this.#show(said),
  );

  #sheet!: HTMLCanvasElement;
  #invitation!: HTMLElement;
  #pen!: HTMLElement;
  #undo!: HTMLButtonElement;
  #clear!: HTMLButtonElement;
  #picture!: HTMLCanvasElement;
  #bars!: HTMLElement;

  /** The strokes drawn, in a square of side 1; `preprocessDigit` takes them. */
  get strokes(): Strokes {
    return this.#strokes;
  }

  /** Puts strokes in place of the drawing, in a square of side 1. */
  set strokes(strokes: Strokes) {
    this.#change(strokes);
    this.#show();
  }

  /** Of the drawing; `null` while there is none. */
  get recognition(): Recognition | null {
    return this.#recognition;
  }

  clear(): void {
    this.#hand.clear();
  }

  undo(): void {
    this.#hand.undo();
  }

  #change(strokes: Strokes): void {
    this.#before = [...this.#before.slice(1 - mostUndone), this.#strokes];
    this.#strokes = strokes;
  }

  /** @internal */
  protected build(): Node[] {
    this.#sheet = h('canvas');
    this.#invitation = h('p', { part: 'invitation', 'aria-hidden': 'true' }, texts.pad);
    this.#pen = h('span', { part: 'pen', hidden: '' });
    this.#pen.style.width = `${100 * penWidth}%`;
    const keys = h('span', { id: 'keys', class: 'hidden' }, texts.padKeys);
    const pad = h(
      'div',
      {
        part: 'pad',
        role: 'application',
        tabindex: '0',
        'aria-label': texts.pad,
        'aria-roledescription': texts.padRole,
        'aria-describedby': 'keys',
      },
      this.#sheet,
      this.#invitation,
      this.#pen,
      keys,
    );
    pad.addEventListener('keydown', (event) => this.#hand.key(event));
    this.#sheet.addEventListener('pointerdown', (event) => this.#hand.start(event, pad));
    this.#sheet.addEventListener('pointermove', (event) => this.#hand.move(event));
    for (const type of ['pointerup', 'pointercancel', 'lostpointercapture'] as const)
      this.#sheet.addEventListener(type, (event) => this.#hand.stop(event));
    new ResizeObserver(() => {
      this.#size = Math.round(pad.clientWidth * devicePixelRatio);
      this.#paintSheet();
    }).observe(pad);
    this.#undo = button(texts.undo, 'undo', () => this.#hand.undo());
    this.#clear = button(texts.clear, 'clear', () => this.#hand.clear());
    this.#picture = h('canvas', {
      part: 'picture reconstruction',
      role: 'img',
      'aria-label': texts.reconstruction,
    });
    this.#bars = h('ol', { part: 'bars', 'aria-label': texts.bars });
    return [pad, this.#picture, this.#bars, h('div', { part: 'controls' }, this.#undo, this.#clear)];
  }

  /** @internal */
  protected override check(): void {
    this.address('model');
    const { bars } = this;
    if (bars && bars !== 'energy' && bars !== 'probability')
      throw new RangeError(texts.noWord('bars', 'energy, probability'));
  }

  /** @internal */
  protected async begin(engine: Engine, signal: AbortSignal): Promise<void> {
    const model = await modelFor(this, this.address('model'), engine);
    if (signal.aborted) return;
    if (!('classifyByIteration' in model)) throw new TypeError(texts.notDrawn);
    if (model.visible !== 784) throw new TypeError(texts.notDigits(model.visible));
    this.#engine = engine;
    this.#network = model;
    this.#signal = signal;
    this.#bars.replaceChildren(
      ...Array.from({ length: model.labels }, (_, label) =>
        h('li', {}, h('span', {}, h('span', { part: 'bar' })), h('b', {}, this.#name(label)), h('small')),
      ),
    );
    this.#bars.hidden = model.labels === 0;
    this.#show();
  }
  #engine: Engine | null = null;

  /** @internal */
  protected end(): void {
    this.#network = this.#engine = null;
  }

  #name(label: number): string {
    return this.names?.trim().split(/\s+/)[label] ?? String(label);
  }

  #show(said?: Said): void {
    if (!this.shadowRoot) return;
    if (said) this.say(texts[said]);
    const { pen, penDown } = this.#hand;
    this.#pen.hidden = !pen;
    this.#pen.classList.toggle('down', penDown);
    if (pen) {
      this.#pen.style.left = `${100 * pen[0]}%`;
      this.#pen.style.top = `${100 * pen[1]}%`;
    }
    const empty = this.#strokes.length === 0;
    this.#invitation.hidden = !empty || pen !== null;
    this.#clear.disabled = empty;
    this.#undo.disabled = this.#before.length === 0;
    this.#paintSheet();
    if (this.#network) this.#look({ strokes: this.#strokes, last: !this.#drawing });
  }

  async #recognise(strokes: Strokes, last: boolean): Promise<void> {
    const [engine, model, signal] = [this.#engine, this.#network, this.#signal];
    if (!engine || !model || !signal) return;
    try {
      let found: Recognition | null = null;
      this.#seen = null;
      if (strokes.length > 0) {
        const { data } = await engine.preprocessDigit(steady(strokes));
        const options = { signal };
        const [seen, classes] = await Promise.all([
          model.reconstruct(data, { steps: this.number('steps', 1), seed: this.number('seed', 1), signal }),
          model.labels > 0 ? model.classify(data, options) : null,
        ]);
        if (signal.aborted) return;
        this.#seen = seen.data;
        if (classes) {
          const label = classes.labels[0] ?? 0;
          const [probabilities, freeEnergy] = [classes.probabilities.data, classes.freeEnergy.data];
          found = { label, name: this.#name(label), probabilities, freeEnergy };
        }
      }
      this.#recognition = found;
      this.#paintResult();
      if (!found) return;
      if (last) this.say(this.status.textContent);
      this.tell('recognised', found);
    } catch (error) {
      this.fail(error, signal);
    }
  }

  #paintResult(): void {
    const found = this.#recognition;
    const lowest = found ? Math.min(...found.freeEnergy) : 0;
    Array.from(this.#bars.children, (row, label) => {
      const [ground, , small] = row.children;
      const bar = ground!.firstElementChild as HTMLElement;
      const probability = found?.probabilities[label] ?? 0;
      const above = found ? (found.freeEnergy[label] ?? 0) - lowest : flat;
      const energy = this.bars === 'energy';
      bar.style.height = percent(energy ? Math.max(0, 1 - above / flat) : probability).replace(' ', '');
      bar.part.toggle('best', found?.label === label);
      small!.textContent = !found ? '' : energy ? above.toFixed(1) : probability >= 0.005 ? percent(probability) : '';
    });
    this.status.textContent = found ? texts.recognised(found.name, percent(found.probabilities[found.label] ?? 0)) : '';
    const range = this.#seen && this.#network ? rangeOf(this.#network, this.#seen) : ([0, 1] as const);
    paint(this.#picture, this.#seen, 28, 28, this.colours.palette('model'), ...range);
  }

  #paintSheet(): void {
    if (this.#size > 0) paintStrokes(this.#sheet, this.#strokes, this.#size, this.colours.css('data-high'));
  }

  /** @internal */
  protected repaint(): void {
    this.#paintSheet();
    this.#paintResult();
  }

  /** @internal */
  protected override changed(name: string): boolean {
    if (name === 'model' || name === 'names' || name === 'bars' || name === 'threads') return false;
    this.#show();
    return true;
  }
}
