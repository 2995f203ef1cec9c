/**
 * One network in training on some data: where it stands, and its curves. It lives on, untouched, when another takes its
 * place on the page, so that it can come back.
 */
import type { Rbm, RbmParameters, TrainProgress, TrainStatistics, Training } from 'wakesleep';
import type { TrainData } from './datasets';
import type { Feed } from './feed';
import { tellByDreams } from './diagnosis';
import { dreamsOf, measure, pointAfter, type Dreams, type Point } from './measure';
import type { Options, OptionTable } from './options';
import { trainOptions } from './options';
import { cheapSum, countable, dearestSum, sizeOf, sumCost } from './sums';

/** Where a run stands, as far as the network's own file does not tell. */
export interface RunPlace {
  /** Mini-batches since the network was made. */
  done: number;
  nextPoint: number;
  measured: number;
}

const looksApart = 250;
const showsApart = 120;
/** A network of a million pixels is looked at less often: its weights alone are copied in a second. */
const millisecondsAWeight = 1e-4;

/** Of the examples that the free energy is measured on. */
function byLadder(freeEnergy: number | null, statistics: TrainStatistics | undefined): number | null {
  const logZ = statistics?.ladder?.logZ;
  return freeEnergy === null || logZ === undefined ? null : -freeEnergy - logZ;
}

export class Run {
  data = $state.raw() as TrainData;
  /** The data as the network's visible units take them. */
  feed = $state.raw() as Feed;
  epoch = $state.raw(0);
  batch = $state.raw(0);
  batches = $state.raw(0);
  examplesPerSecond = $state.raw(0);
  points = $state.raw<readonly Point[]>([]);
  /** Those of the last training on the same data. */
  former = $state.raw<readonly Point[]>([]);
  /** Judged with the last point. */
  dreams = $state.raw<Dreams | null>(null);
  parameters = $state.raw<RbmParameters | null>(null);
  /** Moves as the training does: what looks at the network looks again when it changes. */
  version = $state.raw(0);
  place: RunPlace = { done: 0, nextPoint: 1, measured: 0 };
  /** Its options, one after another. */
  path = $state.raw<readonly Options[]>([]);
  /** Whether it goes on with what was learned before. */
  goesOn = false;
  /** Batches when the options changed last. */
  #changedAt = 0;
  #training: Training | null = null;
  #lookedAt = 0;
  #shownAt = 0;

  /** Whether the likelihood is plotted, exact or by a learning rule that knows log Z, and if not, why. */
  readonly likelihood = $derived.by((): 'exact' | 'ladder' | 'no-energy' | 'grey' | 'real' | 'large' => {
    if (!this.hasEnergy) return 'no-energy';
    const exact = this.#exactLikelihood();
    return exact !== 'exact' && this.options.method === 'ptt' ? 'ladder' : exact;
  });

  #exactLikelihood(): 'exact' | 'grey' | 'real' | 'large' {
    const size = sizeOf(this.model);
    if (size.visible.type === 'bernoulli' && !this.data.training.binary) return 'grey';
    if (!countable(size)) return 'real';
    return sumCost(size) > dearestSum ? 'large' : 'exact';
  }

  /** `options`: those that the engine took. */
  constructor(
    readonly model: Rbm,
    data: TrainData,
    feed: Feed,
    public options: Options,
    readonly hasEnergy: boolean,
  ) {
    this.path = [options];
    this.take(data, feed);
  }

  get weights(): number {
    return this.model.visible * this.model.hiddenUnits;
  }

  get trained(): boolean {
    return this.place.done > 0 || this.epoch > 0;
  }

  /** All options that it learned with: those that wait for the next batch are not among them. */
  get learnedWith(): readonly Options[] {
    return this.path.length > 1 && this.#changedAt === this.place.done ? this.path.slice(0, -1) : this.path;
  }

  /** Other data for the same network. */
  take(data: TrainData, feed: Feed): void {
    this.endTraining();
    this.data = data;
    this.feed = feed;
    this.batches = Math.ceil(data.training.count / this.options.batchSize);
  }

  /** Goes on with what a file tells: the engine knows the place within the epoch. */
  async goOn(table: OptionTable, points: readonly Point[], place: RunPlace): Promise<void> {
    this.goesOn = true;
    this.epoch = await this.model.epochs();
    const { progress } = (this.#training ??= await this.#begin(table));
    ({ epoch: this.epoch, batch: this.batch } = progress);
    this.place = place;
    this.points = points;
    if (points.length === 0 && this.epoch > 0) await this.#measure();
    else await this.#judge(points);
  }

  async #begin(table: OptionTable): Promise<Training> {
    const options = { ...trainOptions(table, this.options, this.model.labels), epochs: 1_000_000, statistics: true };
    return this.model.training(this.feed.training, options);
  }

  /** Trains some batches, or fewer where it is interrupted, and measures where a point of the curves is due. */
  async advance(table: OptionTable, batches: number, signal: AbortSignal): Promise<void> {
    if (!this.#training) {
      const training = await this.#begin(table);
      this.#training = training;
      ({ epoch: this.epoch, batch: this.batch } = training.progress);
    }
    const training = this.#training;
    const onProgress = (progress: TrainProgress): void => {
      if (performance.now() - this.#shownAt > showsApart) this.#show(progress);
      const apart = Math.max(looksApart, millisecondsAWeight * this.weights);
      if (performance.now() - this.#lookedAt > apart) void this.look().catch(() => undefined);
    };
    await training.run({ batches, signal, onProgress }).catch((error: unknown) => {
      if (!signal.aborted) throw error;
    });
    this.#show(training.progress);
    if (this.place.done < this.place.nextPoint) return;
    this.place.nextPoint = pointAfter(this.place.done);
    await this.#measure();
  }

  #show({ epoch, batch, batches, examplesPerSecond }: TrainProgress): void {
    this.#shownAt = performance.now();
    this.place.done += (epoch - this.epoch) * batches + batch - this.batch;
    this.epoch = epoch;
    this.batch = batch;
    this.batches = batches;
    this.examplesPerSecond = examplesPerSecond;
    ++this.version;
  }

  async #measure(): Promise<void> {
    const { progress } = this.#training ?? {};
    const cheap = sumCost(sizeOf(this.model)) <= cheapSum || this.place.measured % 8 === 0;
    const exact = this.likelihood === 'exact' && cheap;
    const figures = await measure(this.model, this.data, this.feed, { hasEnergy: this.hasEnergy, exact });
    if (this.likelihood === 'ladder') figures.logLikelihood = byLadder(figures.freeEnergy, progress?.statistics);
    ++this.place.measured;
    const epoch = progress ? progress.epoch + progress.batch / progress.batches : this.epoch;
    const points = [...this.points, { ...figures, epoch, statistics: progress?.statistics ?? null }];
    await this.#judge(points);
    this.points = points;
  }

  async #judge(points: readonly Point[]): Promise<void> {
    const { model, data, feed, options } = this;
    this.dreams = tellByDreams(points) ? await dreamsOf(model, data, feed, options.seed) : null;
  }

  /** Fetches the parameters to be shown. */
  async look(): Promise<void> {
    this.#lookedAt = performance.now();
    this.parameters = await this.model.parameters();
  }

  /** Hands changed options to the training, or ends it where they can't change on the way: another goes on. */
  async change(table: OptionTable, changes: Partial<Options>): Promise<void> {
    this.options = { ...this.options, ...changes };
    const { done } = this.place;
    // Of some changes between two batches the last one counts.
    this.path = [...(this.#changedAt === done ? this.path.slice(0, -1) : this.path), this.options];
    this.#changedAt = done;
    const changed = Object.keys(changes);
    const options = Object.entries(trainOptions(table, this.options, this.model.labels)).filter(([option]) =>
      changed.includes(option),
    );
    const change = options.length < changed.length ? null : this.#training?.change(Object.fromEntries(options));
    const changing = await change?.then(
      () => true,
      () => false,
    );
    if (!changing) this.endTraining();
  }

  endTraining(): void {
    this.#training?.dispose();
    this.#training = null;
  }
}
