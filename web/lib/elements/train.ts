// <wakesleep-train>: a small machine that learns before one's eyes.
import type { Dataset, Engine, Rbm, RbmTrainOptions, Tensor, Training, TrainProgress } from '../types.js';
import { calm } from './dream.js';
import { button, Figure, h } from './figure.js';
import { layoutOf } from './layout.js';
import { gridSize, paintGrid } from './paint.js';
import { texts } from './texts.js';

const leastTime = 100; // milliseconds between pictures
const portion = 20; // mini-batches at most, after which it looks whether to go on

/** What `progress` tells. */
export interface TrainingStep {
  /** Whole epochs done, of how many. */
  epoch: number;
  epochs: number;
  /** Mean squared error of the reconstruction a visible unit, over the present epoch. */
  error: number;
  /** 0 to 1. */
  done: number;
}

export class WakesleepTrain extends Figure {
  static override attributes = {
    data: 'string',
    src: 'string',
    size: 'number',
    count: 'number',
    units: 'number',
    epochs: 'number',
    method: 'string',
    steps: 'number',
    'learning-rate': 'number',
    'batch-size': 'number',
    seed: 'number',
    autoplay: 'boolean',
    threads: 'number',
  } as const;
  /** `bars-and-stripes` (unless given) or `stroke-digits`. */
  declare data: string | null;
  /** URL of an IDX file of images, plain or gzip; goes before `data`. */
  declare src: string | null;
  /** Pixels a side of bars and stripes, 2 to 12; 4 unless given. */
  declare size: number | null;
  /** How many stroke digits there are, 2,000 unless given; of a file the first so many, all unless given. */
  declare count: number | null;
  /** Hidden units: 16 for bars and stripes, and 64 for others, unless given. */
  declare units: number | null;
  /** 300 for bars and stripes, and 10 for others, unless given. */
  declare epochs: number | null;
  /** The learning rule: `cd` unless given. */
  declare method: string | null;
  /** Gibbs steps a mini-batch; 1 unless given. */
  declare steps: number | null;
  /** 0.1 for bars and stripes, and 0.05 for others, unless given. */
  declare learningRate: number | null;
  /** 10 for bars and stripes, and 50 for others, unless given. */
  declare batchSize: number | null;
  /** 1 unless given. */
  declare seed: number | null;
  /** Whether it starts by itself, where the reader has not asked for less motion. */
  declare autoplay: boolean;
  declare threads: number | null;

  #network: Rbm | null = null;
  #dataset: Dataset | null = null;
  #training: Training<RbmTrainOptions> | null = null;
  #weights: Tensor | null = null;
  #errors: number[] = [];
  #signal: AbortSignal | null = null;
  #running = false;
  #looping = false;
  #resets = false;
  #epochs = 0;
  #curve!: SVGSVGElement;
  #path!: SVGPathElement;
  #picture!: HTMLCanvasElement;
  #start!: HTMLButtonElement;
  #reset!: HTMLButtonElement;

  get running(): boolean {
    return this.#running;
  }

  /** The machine in training, `null` before it is there. It is the element's: `copy()` makes one of your own. */
  get network(): Rbm | null {
    return this.#network;
  }

  start(): void {
    if (this.#running || !this.#training || !this.#signal || this.#training.progress.done >= 1) return;
    this.#running = true;
    this.#show();
    if (this.#looping) return;
    this.#looping = true;
    const signal = this.#signal;
    this.work(signal, () => this.#loop(signal));
  }

  pause(): void {
    this.#running = false;
    this.#show();
  }

  /** Forgets what was learned. */
  reset(): void {
    this.#resets = true;
    this.reload();
  }

  /** @internal */
  protected build(): Node[] {
    const svg = 'http://www.w3.org/2000/svg';
    this.#curve = document.createElementNS(svg, 'svg');
    this.#path = document.createElementNS(svg, 'path');
    for (const [name, value] of Object.entries({
      part: 'curve',
      viewBox: '0 0 100 100',
      preserveAspectRatio: 'none',
      role: 'img',
      'aria-label': texts.curve,
    }))
      this.#curve.setAttribute(name, value);
    this.#curve.append(this.#path);
    this.#picture = h('canvas', { part: 'picture weights', role: 'img', 'aria-label': texts.weights });
    this.#start = button(texts.start, 'start', () => {
      if (this.#running) this.pause();
      else this.start();
      this.say(this.#running ? texts.running : texts.paused);
    });
    this.#reset = button(texts.reset, 'reset', () => this.reset());
    return [this.#picture, this.#curve, h('div', { part: 'controls' }, this.#start, this.#reset)];
  }

  /** @internal */
  protected override check(): void {
    const { data } = this;
    if (data && data !== 'bars-and-stripes' && data !== 'stroke-digits')
      throw new RangeError(texts.noWord('data', 'bars-and-stripes, stroke-digits'));
  }

  /** @internal */
  protected async begin(engine: Engine, signal: AbortSignal): Promise<void> {
    const bars = !this.src && this.data !== 'stroke-digits';
    const seed = this.number('seed', 1);
    const count = this.given('count');
    let data: Dataset;
    if (this.src) data = await engine.dataset({ kind: 'idx', images: this.address('src') }, { signal });
    else if (bars) data = await engine.dataset({ kind: 'bars-and-stripes', size: this.number('size', 4) }, { signal });
    else data = await engine.dataset({ kind: 'stroke-digits', count: count ?? 2000, seed }, { signal });
    if (this.src && count !== undefined && count < data.count) {
      const all = data;
      data = await all.subset({ first: 0, count }).finally(() => all.dispose());
    }
    let network: Rbm;
    try {
      network = await engine.rbm({ visible: data.width, hidden: this.number('units', bars ? 16 : 64), seed });
    } catch (error) {
      data.dispose();
      throw error;
    }
    if (signal.aborted) {
      network.dispose();
      data.dispose();
      return;
    }
    [this.#dataset, this.#network, this.#signal] = [data, network, signal];
    this.#epochs = this.number('epochs', bars ? 300 : 10);
    const training = await network.training(data, {
      epochs: this.#epochs,
      method: (this.method ?? 'cd') as 'cd',
      k: this.number('steps', 1),
      learningRate: this.number('learning-rate', bars ? 0.1 : 0.05),
      batchSize: this.number('batch-size', bars ? 10 : 50),
    });
    if (signal.aborted) return training.dispose();
    this.#training = training;
    this.#errors = [];
    await this.#look(signal);
    this.status.textContent = texts.untrained;
    if (this.#resets) this.say(texts.wasReset);
    this.#resets = false;
    if (this.autoplay && !calm()) this.start();
    this.#show();
  }

  /** @internal */
  protected end(): void {
    this.#running = this.#looping = false;
    this.#training?.dispose();
    this.#network?.dispose();
    this.#dataset?.dispose();
    this.#training = this.#network = this.#dataset = this.#signal = null;
    this.#show();
  }

  async #loop(signal: AbortSignal): Promise<void> {
    const training = this.#training!;
    let shown = -Infinity;
    while (this.#running) {
      await this.turn(signal, 0);
      if (!this.#running) break;
      const progress = await training.run({ batches: portion, epochs: 1, signal });
      if (progress.epochEnded) this.#errors.push(progress.reconstructionError);
      if (progress.done >= 1) this.#running = false;
      if (!this.#running || performance.now() - shown >= leastTime) {
        shown = performance.now();
        await this.#look(signal);
      }
      this.#tell(progress);
    }
    this.#looping = false;
    this.#show();
  }

  /** Looks at the weights. */
  async #look(signal: AbortSignal): Promise<void> {
    const parameters = await this.#network!.parameters();
    if (signal.aborted) return;
    this.#weights = parameters.W;
    this.repaint();
  }

  #tell({ epoch, done, reconstructionError: error }: TrainProgress): void {
    const words = (done >= 1 ? texts.trained : texts.epochs)(epoch, error.toFixed(4));
    this.status.textContent = words;
    if (done >= 1) this.say(words);
    this.tell('progress', { epoch, epochs: this.#epochs, error, done } satisfies TrainingStep);
  }

  #show(): void {
    const there = this.#training !== null;
    this.#start.textContent = this.#running ? texts.pause : texts.start;
    this.#start.disabled = !there || (this.#training?.progress.done ?? 0) >= 1;
    this.#reset.disabled = !there;
  }

  /** @internal */
  protected repaint(): void {
    const most = Math.max(...this.#errors);
    const places = this.#errors.map(
      (error, i) => `${(100 * (i + 1)) / this.#epochs} ${100 * (1 - (most > 0 ? error / most : 0))}`,
    );
    this.#path.setAttribute('d', places.length > 0 ? `M${places.join('L')}` : '');
    if (!this.#weights || !this.#dataset) return;
    const { data: values, shape } = this.#weights;
    const [pixels = 1, count = 1] = shape;
    const { itemShape } = this.#dataset;
    const { rows, columns } =
      itemShape.length === 2 ? { rows: itemShape[0]!, columns: itemShape[1]! } : layoutOf(pixels);
    const across = Math.ceil(Math.sqrt(count));
    const scale = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 1e-9);
    const grid = { values, count, rows, columns, pixelStride: count, imageStride: 1, across };
    paintGrid(this.#picture, grid, this.colours.palette('weights'), -scale, scale);
    this.#picture.style.width = `${Math.min(256, 2 * gridSize(grid).size.width)}px`;
  }
}
