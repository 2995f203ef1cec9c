/**
 * The training on this page: one data set, one network, and whether it is being trained.
 *
 * Training runs in slices of a few batches. What changes the network takes turns (`#turn`), so that a reset never meets
 * a slice half-way; looking at it (weights, samples, reconstructions) needs no turn, the engine answers between
 * batches. Figures are measured after numbers of batches that the schedule fixes in advance, never the clock: the same
 * seed, data and options draw the same curves again.
 */
import type { Engine, Model, Rbm, RbmParameters, TrainStatistics } from 'wakesleep';
import { engine as shared, lost } from '../../state/engine.svelte';
import type { DataChoice, TrainData } from './datasets';
import { choiceOf, defaultOptions, disposeData, loadData, noteOf } from './datasets';
import type { Feed } from './feed';
import { disposeFeed, feedOf, standardFrom, standardNote, toPixels, toUnits } from './feed';
import type { AskingOption, Options } from './options';
import {
  asking,
  hiddenUnits,
  largestSeed,
  mergeOptions,
  rbmOptions,
  restarting,
  startingRate,
  trainOptions,
  unbounded,
  visibleUnits,
} from './options';
import { cheapSum, countable, dearestSum, exactOffered, sizeFor, sizeOf, sumCost } from './sums';

/** One column of the curves. */
export interface Point {
  /** Epochs done, with the part of the present one. */
  epoch: number;
  error: number;
  validationError: number | null;
  /** Null, as the next two, where there is none. */
  freeEnergy: number | null;
  validationFreeEnergy: number | null;
  /** Mean log-likelihood an example, in nats, where it can be summed exactly. */
  logLikelihood: number | null;
  hidden: Activity;
  /** The last mini-batch's change of the weights, as a part of them; null before the first. */
  updateRatio: number | null;
  /** Parallel tempering: share of the swaps accepted in the last mini-batch. */
  swapRate: number | null;
}

/** What the hidden units do, on average over the probed examples. */
export interface Activity {
  mean: number;
  /** Units that are hardly ever on, and units that hardly ever are not. */
  silent: number;
  alwaysOn: number;
}

/** Where a problem is shown: beside what caused it. */
export type Place = 'data' | 'units' | 'hidden' | AskingOption | 'learningRate' | 'file' | 'run';

export interface Problem {
  place: Place;
  /** What was being tried; the catalogue has a sentence for each. */
  attempt:
    | 'data'
    | 'model'
    | 'refused'
    | 'unbounded'
    | 'train'
    | 'open'
    | 'save'
    | 'lost'
    | 'wrong-kind'
    | 'wrong-width'
    | 'with-labels'
    | 'with-units'
    | 'unknown-file'
    | 'only-labels';
  error: unknown;
  /** What the sentence needs. */
  facts?: { learningRate?: number; fileWidth?: number; dataWidth?: number; file?: string; units?: string };
}

/** A network as it was at some time, kept for the case that the engine is lost. */
interface Snapshot {
  file: Uint8Array<ArrayBuffer>;
  done: number;
  nextPoint: number;
  measured: number;
  batch: number;
  points: readonly Point[];
}

const sliceMilliseconds = 40;
const mostBatchesASlice = 1000;
const pointGrowth = 1.05;
const weightsMilliseconds = 250;
const snapshotMilliseconds = 15_000;
/** As in the engine's own statistics. */
const silentBelow = 0.01;
const alwaysOnAbove = 0.99;

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanSquaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
}

function activityOf(means: Float32Array, hidden: number): Activity {
  const sums = new Float64Array(hidden);
  means.forEach((value, i) => {
    sums[i % hidden] = (sums[i % hidden] ?? 0) + value;
  });
  const each = sums.map((sum) => (sum * hidden) / means.length);
  return {
    mean: each.reduce((sum, value) => sum + value, 0) / hidden,
    silent: each.filter((value) => value < silentBelow).length,
    alwaysOn: each.filter((value) => value > alwaysOnAbove).length,
  };
}

/** The units of a machine that this page could have made, or null. */
function unitsOf({
  units,
  hiddenUnits: count,
}: Rbm): Pick<Options, 'visibleUnits' | 'learnedSigma' | 'hiddenUnits'> | null {
  const below = visibleUnits.find((one) => one === units.visible.type);
  const above = hiddenUnits.find((one) => one === units.hidden.type);
  const oneGroup = above !== 'softmax' || units.hidden.groups?.[0] === count;
  if (!below || !above || !oneGroup || units.hidden.learnedSigma) return null;
  return { visibleUnits: below, learnedSigma: units.visible.learnedSigma ?? false, hiddenUnits: above };
}

/** Beside which control a refusal of these changes is shown. */
function placeOf(changes: Partial<Options>): Place {
  if ('visibleUnits' in changes || 'hiddenUnits' in changes || 'learnedSigma' in changes) return 'units';
  return asking.find((option) => option in changes) ?? 'hidden';
}

const isRbm = (model: Model): model is Rbm => model.kind === 'rbm';
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

/** A turn of the event loop, for the page to draw and for others to be heard. */
const breathe = (): Promise<void> =>
  new Promise((resolve) => {
    setTimeout(resolve, 0);
  });

export class TrainSession {
  data = $state.raw<TrainData | null>(null);
  /** The data as the network's visible units take them. */
  feed = $state.raw<Feed | null>(null);
  model = $state.raw<Rbm | null>(null);
  /** As they stand on the page; the engine may still refuse the last change. */
  options = $state.raw<Options>({ ...defaultOptions('stroke-digits'), seed: 1 });
  /** What is under way that one has to wait for. */
  busy = $state.raw<'data' | 'model' | 'file' | null>(null);
  running = $state.raw(false);
  /** Whether batches are on their way: a little longer than `running`, whose last slice is carried to its end. */
  looping = $state.raw(false);
  epoch = $state.raw(0);
  batch = $state.raw(0);
  batches = $state.raw(0);
  examplesPerSecond = $state.raw(0);
  points = $state.raw<readonly Point[]>([]);
  parameters = $state.raw<RbmParameters | null>(null);
  /** Whether the engine tells free energies of this network: some units are for sampling only. */
  hasEnergy = $state.raw(true);
  problem = $state.raw<Problem | null>(null);
  /** Counts the slices and fresh starts: what looks at the network looks again when it changes. */
  version = $state.raw(0);

  /** Whether the exact likelihood is plotted, and if not, why. */
  readonly likelihood = $derived.by((): 'exact' | 'no-energy' | 'grey' | 'real' | 'large' | null => {
    if (!this.data || !this.model) return null;
    if (!this.hasEnergy) return 'no-energy';
    const size = sizeOf(this.model);
    if (size.visible.type === 'bernoulli' && !this.data.training.binary) return 'grey';
    if (!countable(size)) return 'real';
    return sumCost(size) > dearestSum ? 'large' : 'exact';
  });
  readonly exactOffered = $derived(this.data !== null && exactOffered(sizeFor(this.options, this.data.width)));

  readonly #engine: () => Promise<Engine>;
  /** The engine that holds the network and the data. */
  #used: Engine | null = null;
  /** The options that the engine took. */
  #taken: Options = this.options;
  #turn: Promise<void> = Promise.resolve();
  #stopAt = Infinity;
  /** Batches since the network was made or opened. */
  #done = 0;
  #nextPoint = 1;
  #measured = 0;
  #millisecondsABatch = 5;
  /** Ends the slice that is under way, after its batch. */
  #slicing: AbortController | null = null;
  #weightsAt = 0;
  #snapshotAt = 0;
  #snapshot: Snapshot | null = null;

  /** `engine`: the page's engine, or a new one where that was lost. */
  constructor(engine: () => Promise<Engine>) {
    this.#engine = engine;
  }

  /** Trains until paused, or until so many epochs are done. */
  play(untilEpoch = Infinity): void {
    this.#stopAt = untilEpoch;
    if (!this.model || this.running) return;
    this.running = true;
    this.#clear('run', 'learningRate', 'units');
    if (!this.looping) void this.#loop();
  }

  pause(): void {
    this.running = false;
  }

  /** One mini-batch. */
  async step(): Promise<void> {
    this.pause();
    await this.#exclusive(async () => {
      if (!this.model) return;
      this.#clear('run', 'learningRate', 'units');
      await this.#slice(1, true);
    });
  }

  /** Back to the untrained network of the same seed. */
  async reset(): Promise<void> {
    this.pause();
    this.#slicing?.abort();
    await this.#exclusive(() => this.#rebuild());
  }

  /**
   * Takes new options: at once where they allow it, with a fresh network where they don't; not those the engine
   * refuses.
   */
  async change(wanted: Partial<Options>): Promise<void> {
    const shown = this.options;
    const changed = (keys: readonly (keyof Options)[]): boolean =>
      keys.some((option) => option in wanted && wanted[option] !== shown[option]);
    const changes = { ...wanted };
    // Other units and another optimizer learn at another rate, and a gradient without noise allows for larger steps.
    const exactly = changed(['method']) && [shown.method, wanted.method].includes('exact');
    if (this.data && (exactly || changed(['visibleUnits', 'learnedSigma', 'hiddenUnits', 'optimizer']))) {
      changes.learningRate = startingRate({ ...shown, ...wanted }, this.data.width);
    }
    this.options = { ...shown, ...changes };
    const anew = changed(restarting);
    if (!anew && !changed(asking)) {
      this.#taken = { ...this.#taken, ...changes };
      return;
    }
    const wasRunning = this.running;
    await this.#exclusive(async () => {
      const next = { ...this.#taken, ...changes };
      const place = placeOf(wanted);
      if (anew ? await this.#rebuild(next, place) : await this.#accepts(next, place)) {
        if (!anew) this.#taken = { ...this.#taken, ...changes };
      } else this.options = { ...this.options, ...pick(this.#taken, Object.keys(changes) as (keyof Options)[]) };
    });
    if (wasRunning) this.play();
  }

  async newSeed(): Promise<void> {
    const [seed] = crypto.getRandomValues(new Uint32Array(1));
    await this.change({ seed: Math.min(seed ?? 1, largestSeed) });
  }

  /** Changes the data; a new kind brings the options that suit it. What was there stays when it fails. */
  async choose(choice: DataChoice): Promise<void> {
    this.pause();
    await this.#exclusive(async () => {
      const data = await this.#load(choice);
      if (!data) return;
      const preset = defaultOptions(choice.kind);
      const next = { ...this.#taken };
      if (choice.kind !== this.data?.choice.kind || choice.kind === 'idx') Object.assign(next, preset);
      if (next.method === 'exact' && !exactOffered(sizeFor(next, data.width))) next.method = preset.method;
      if (await this.#rebuild(next, 'data', data)) this.options = this.#taken;
      else disposeData(data);
    });
  }

  /** The network as a file: with everything that lets it go on training, or small. */
  async save(resumable: boolean): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#exclusive(async () => {
      if (!this.model) return null;
      this.#clear('file');
      try {
        return await this.model.save({
          dtype: resumable ? 'f32' : 'f16',
          resumable,
          notes: this.data
            ? {
                data: noteOf(this.data.choice),
                options: JSON.stringify(this.#taken),
                examples: String(this.data.training.count),
                ...(this.feed?.standard ? { standardisation: standardNote(this.feed.standard) } : {}),
              }
            : {},
        });
      } catch (error) {
        this.#fail({ place: 'file', attempt: 'save', error });
        return null;
      }
    });
  }

  /** Opens a saved network and goes on with it; true when it worked. Otherwise everything is as it was. */
  async open(file: Blob): Promise<boolean> {
    this.pause();
    return this.#exclusive(async () => {
      this.#clear('file');
      this.busy = 'file';
      let model: Model | null = null;
      try {
        model = await (await this.#engine()).open(file);
        if (!isRbm(model)) {
          this.#fail({ place: 'file', attempt: 'wrong-kind', error: null });
          return false;
        }
        if (model.labels > 0) {
          this.#fail({ place: 'file', attempt: 'with-labels', error: null });
          return false;
        }
        const rbm = model;
        const units = unitsOf(rbm);
        if (!units) {
          const { visible, hidden } = rbm.units;
          this.#fail({
            place: 'file',
            attempt: 'with-units',
            error: null,
            facts: { units: `${visible.type}, ${hidden.type}` },
          });
          return false;
        }
        const data = await this.#dataFor(rbm);
        if (!data) return false;
        const standard = standardFrom(rbm.notes.standardisation, rbm.visible);
        const feed = await feedOf(data, units.visibleUnits, standard).catch((error: unknown) => {
          if (data !== this.data) disposeData(data);
          throw error;
        });
        model = null;
        const options = {
          ...mergeOptions(this.#taken, rbm.notes.options),
          ...units,
          hidden: rbm.hiddenUnits,
          seed: rbm.seed,
        };
        // A file from elsewhere does not say how it was trained here.
        if (!rbm.notes.options) options.learningRate = startingRate(options, rbm.visible);
        this.#taken = options;
        this.options = this.#taken;
        await this.#adopt(rbm, data, feed, await rbm.epochs());
        return true;
      } catch (error) {
        this.#fail({ place: 'file', attempt: 'open', error });
        return false;
      } finally {
        model?.dispose();
        this.busy = null;
      }
    });
  }

  /** After the engine's worker was lost: a new engine, the same data, the network as it was last kept. */
  async recover(): Promise<void> {
    await this.#exclusive(async () => {
      const choice = this.data?.choice;
      if (!choice) return;
      const data = await this.#load(choice);
      if (!data) return;
      this.busy = 'model';
      try {
        const kept = this.#snapshot;
        const model = kept ? await (await this.#engine()).open(kept.file) : null;
        const feed = await feedOf(data, this.#taken.visibleUnits, this.feed?.standard);
        if (kept && model && isRbm(model)) {
          await this.#adopt(model, data, feed, await model.epochs());
          ({
            done: this.#done,
            nextPoint: this.#nextPoint,
            measured: this.#measured,
            batch: this.batch,
            points: this.points,
          } = kept);
          await this.#keep(model);
        } else await this.#rebuild(this.#taken, 'run', data, feed);
        this.problem = null;
      } catch (error) {
        this.#fail({ place: 'run', attempt: 'lost', error });
      } finally {
        this.busy = null;
      }
    });
  }

  /** Values of the visible units as pixels. */
  pixels(values: Float32Array): Float32Array {
    return toPixels(this.feed?.standard ?? null, values);
  }

  /** What the network makes of an image, as pixels; null while there is none. */
  async reconstruct(pixels: Float32Array): Promise<Float32Array | null> {
    const { model, feed } = this;
    if (!model || !feed) return null;
    const values = await toUnits(await this.#engine(), feed.standard, pixels);
    const { data } = await model.reconstruct(values, { steps: 1, seed: 1 });
    return toPixels(feed.standard, data);
  }

  /** Shows a problem that was found outside, such as a dropped file of no known kind. */
  report(problem: Problem): void {
    this.problem = problem;
  }

  async #loop(): Promise<void> {
    this.looping = true;
    while (this.running) {
      await this.#exclusive(async () => {
        // A reset or a pause may have come while this slice waited for its turn.
        if (!this.running) return;
        const untilPoint = this.#nextPoint - this.#done;
        const inTime = Math.round(sliceMilliseconds / this.#millisecondsABatch);
        await this.#slice(Math.max(1, Math.min(untilPoint, inTime, mostBatchesASlice)), false);
        if (this.epoch >= this.#stopAt) this.running = false;
      });
      await breathe();
    }
    this.looping = false;
    // The last slice may have been too quick for the pictures to follow.
    await this.#exclusive(async () => {
      await this.#look();
      if (this.model && this.#done > 0 && !this.problem) await this.#keep(this.model);
    }).catch((error: unknown) => {
      this.#fail({ place: 'run', attempt: 'train', error });
    });
  }

  /** Trains some batches, and measures where a point of the curves is due. */
  async #slice(batches: number, single: boolean): Promise<void> {
    const { model, data, feed } = this;
    const options = this.#taken;
    if (!model || !data || !feed) return;
    const began = performance.now();
    const slicing = (this.#slicing = new AbortController());
    try {
      const { signal } = slicing;
      const history = await model.train(feed.training, {
        ...trainOptions(options),
        epochs: 1_000_000,
        batches,
        statistics: true,
        signal,
      });
      const took = (performance.now() - began) / batches;
      this.#millisecondsABatch = single ? this.#millisecondsABatch : 0.7 * this.#millisecondsABatch + 0.3 * took;
      this.#done += batches;
      const last = history.at(-1);
      if (!last) return;
      const batch = last.batch % last.batches;
      const speed = (1000 * data.training.count) / last.batches / took;
      if (this.#done >= this.#nextPoint) {
        this.#nextPoint = Math.max(this.#done + 1, Math.ceil(this.#done * pointGrowth));
        const point = await this.#measure(model, data, feed, last.epoch + batch / last.batches, last.statistics);
        this.points = [...this.points, point];
      }
      this.epoch = last.epoch;
      this.batch = batch;
      this.batches = last.batches;
      this.examplesPerSecond = this.examplesPerSecond > 0 ? 0.9 * this.examplesPerSecond + 0.1 * speed : speed;
      ++this.version;
      const now = performance.now();
      if (single || now - this.#weightsAt > weightsMilliseconds) await this.#look();
      if (now - this.#snapshotAt > snapshotMilliseconds) await this.#keep(model);
    } catch (error) {
      // A reset, which is waiting for its turn.
      if (slicing.signal.aborted) return;
      this.running = false;
      if (codeOf(error) === 'diverged' && unbounded(options)) {
        this.#fail({ place: 'units', attempt: 'unbounded', error });
      } else if (codeOf(error) === 'diverged') {
        const facts = { learningRate: options.learningRate };
        this.#fail({ place: 'learningRate', attempt: 'train', error, facts });
      } else {
        this.#fail({ place: 'run', attempt: 'train', error });
      }
    }
  }

  async #keep(model: Rbm): Promise<void> {
    const file = await model.save({ dtype: 'f32', resumable: true });
    this.#snapshotAt = performance.now();
    this.#snapshot = {
      file,
      done: this.#done,
      nextPoint: this.#nextPoint,
      measured: this.#measured,
      batch: this.batch,
      points: this.points,
    };
  }

  async #look(): Promise<void> {
    const { model } = this;
    if (!model) return;
    try {
      const parameters = await model.parameters();
      if (model === this.model) this.parameters = parameters;
      this.#weightsAt = performance.now();
    } catch (error) {
      this.#fail({ place: 'run', attempt: 'train', error });
    }
  }

  async #measure(model: Rbm, data: TrainData, feed: Feed, epoch: number, statistics?: TrainStatistics): Promise<Point> {
    const error = async (x: Float32Array, pixels: Float32Array): Promise<number> => {
      const { data: values } = await model.reconstruct(x, { steps: 1, seed: 1 });
      return meanSquaredDifference(toPixels(feed.standard, values), pixels);
    };
    const freeEnergy = async (x: Float32Array): Promise<number | null> =>
      this.hasEnergy ? mean((await model.freeEnergy(x)).data) : null;
    let logLikelihood: number | null = null;
    if (this.likelihood === 'exact' && (sumCost(sizeOf(model)) <= cheapSum || this.#measured % 8 === 0)) {
      const { logZ } = await model.logPartition();
      logLikelihood = await model.logLikelihood(feed.training, { logZ });
    }
    ++this.#measured;
    const { training, validation } = feed.probe;
    const [trainingError, validationError, trainingEnergy, validationEnergy, hidden] = await Promise.all([
      error(training, data.probe.training),
      validation && data.probe.validation && error(validation, data.probe.validation),
      freeEnergy(training),
      validation && freeEnergy(validation),
      model.hiddenMeans(training),
    ]);
    return {
      epoch,
      error: trainingError,
      validationError,
      freeEnergy: trainingEnergy,
      validationFreeEnergy: validationEnergy,
      logLikelihood,
      hidden: activityOf(hidden.data, model.hiddenUnits),
      updateRatio: statistics?.updateRatio ?? null,
      swapRate: statistics?.swapRate ?? null,
    };
  }

  async #load(choice: DataChoice): Promise<TrainData | null> {
    this.busy = 'data';
    this.#clear('data');
    let engine: Engine;
    try {
      engine = this.#used = await this.#engine();
    } catch {
      // The page says why the engine could not start.
      this.busy = null;
      return null;
    }
    try {
      return await loadData(engine, choice);
    } catch (error) {
      this.#fail({ place: 'data', attempt: 'data', error });
      return null;
    } finally {
      this.busy = null;
    }
  }

  /** The data an opened network goes on with: those that are there if they fit, else those its file names. */
  async #dataFor(model: Rbm): Promise<TrainData | null> {
    const named = choiceOf(model.notes.data);
    const same = this.data && named && noteOf(named) === noteOf(this.data.choice);
    if (this.data?.width === model.visible && (!named || same)) return this.data;
    if (named) {
      const data = await loadData(await this.#engine(), named);
      if (data.width === model.visible) return data;
      disposeData(data);
    }
    if (this.data?.width === model.visible) return this.data;
    const facts = { fileWidth: model.visible, ...(this.data ? { dataWidth: this.data.width } : {}) };
    this.#fail({ place: 'file', attempt: 'wrong-width', error: null, facts });
    return null;
  }

  /** A fresh network for these data and options; false, and everything as it was, when that fails. */
  async #rebuild(options = this.#taken, place: Place = 'hidden', data = this.data, given?: Feed): Promise<boolean> {
    if (!data) return false;
    const before = this.#taken;
    const busyBefore = this.busy;
    this.busy = 'model';
    this.#clear('units', 'hidden', ...asking, 'learningRate', 'run');
    let model: Rbm | null = null;
    let fresh: Feed | null = null;
    try {
      const engine = await this.#engine();
      const same = data === this.data && options.visibleUnits === this.#taken.visibleUnits;
      const feed = given ?? (same && this.feed ? this.feed : (fresh = await feedOf(data, options.visibleUnits)));
      model = await engine.rbm(rbmOptions(options, data.width));
      if (!(await this.#accepts(options, place, feed))) return false;
      // A slider may have been moved meanwhile.
      const keys = Object.keys(before) as (keyof Options)[];
      const moved = keys.filter((key) => this.#taken[key] !== before[key]);
      this.#taken = { ...options, ...pick(this.#taken, moved) };
      const made = model;
      fresh = model = null;
      await this.#adopt(made, data, feed, 0);
      return true;
    } catch (error) {
      this.#fail({ place, attempt: 'model', error });
      return false;
    } finally {
      model?.dispose();
      disposeFeed(fresh);
      this.busy = busyBefore;
    }
  }

  /** Asks the engine whether it trains so, with one example and a twin of the network; says what it refuses. */
  async #accepts(options: Options, place: Place, feed = this.feed): Promise<boolean> {
    if (!feed) return false;
    this.#clear('units', 'hidden', ...asking);
    let twin: Rbm | null = null;
    try {
      twin = await (await this.#engine()).rbm(rbmOptions(options, feed.training.width));
      const gently = { learningRate: 1e-6, batchSize: 1, batches: 1, visibleBiasFromData: false };
      await twin.train(feed.training, { ...trainOptions({ ...options, k: 1, chains: 1 }), ...gently });
      return true;
    } catch (error) {
      this.#fail({ place, attempt: 'refused', error });
      return false;
    } finally {
      twin?.dispose();
    }
  }

  async #adopt(model: Rbm, data: TrainData, feed: Feed, epoch: number): Promise<void> {
    const hasEnergy = await tellsEnergy(model, feed);
    if (this.model !== model) this.model?.dispose();
    if (this.feed !== feed) disposeFeed(this.feed);
    if (this.data !== data) disposeData(this.data);
    this.model = model;
    this.data = data;
    this.feed = feed;
    this.hasEnergy = hasEnergy;
    this.epoch = epoch;
    this.batch = 0;
    this.batches = Math.ceil(data.training.count / this.#taken.batchSize);
    this.examplesPerSecond = 0;
    this.points = [];
    this.#done = 0;
    this.#nextPoint = 1;
    this.#measured = 0;
    this.#snapshot = null;
    this.#snapshotAt = performance.now();
    ++this.version;
    await this.#look();
    if (epoch > 0) this.points = [await this.#measure(model, data, feed, epoch)];
  }

  #clear(...places: Place[]): void {
    if (this.problem && places.includes(this.problem.place)) this.problem = null;
  }

  #fail(problem: Problem): void {
    if (codeOf(problem.error) === 'worker-lost') {
      this.running = false;
      // Another page may have noticed before, and have a new engine already.
      if (shared.value === this.#used) lost(problem.error);
      this.problem = { place: 'run', attempt: 'lost', error: problem.error };
    } else {
      this.problem = problem;
    }
  }

  async #exclusive<T>(work: () => Promise<T>): Promise<T> {
    const mine = this.#turn.then(work);
    this.#turn = mine.then(
      () => undefined,
      () => undefined,
    );
    return mine;
  }
}

async function tellsEnergy(model: Rbm, { probe }: Feed): Promise<boolean> {
  try {
    await model.freeEnergy(probe.training.subarray(0, model.visible));
    return true;
  } catch (error) {
    if (!(error instanceof TypeError)) throw error;
    return false;
  }
}

function pick(from: Options, keys: readonly (keyof Options)[]): Partial<Options> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
