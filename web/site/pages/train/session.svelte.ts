/**
 * The training on this page: one data set, one network, and whether it is being trained.
 *
 * It runs from point to point of the curves. What changes the network takes turns (`#turn`) and interrupts it after a
 * batch; looking at it (weights, samples, reconstructions) needs no turn, the engine answers between batches. Figures
 * are measured after numbers of batches that the schedule fixes in advance, never the clock: the same seed, data and
 * options draw the same curves again.
 */
import type { Engine, Model, Rbm, RbmParameters, Training, TrainProgress, TrainStatistics } from 'wakesleep';
import { engine as shared, lost } from '../../state/engine.svelte';
import type { DataChoice, TrainData } from './datasets';
import { choiceOf, defaultOptions, disposeData, loadData, noteOf } from './datasets';
import type { Feed } from './feed';
import { disposeFeed, feedOf, standardFrom, standardNote, toPixels, toUnits } from './feed';
import type { Options, OptionTable } from './options';
import {
  hiddenUnits,
  largestSeed,
  mergeOptions,
  rbmOptions,
  restarting,
  startingRate,
  tableOf,
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
  /** Null for a network that was opened, before its first mini-batch here. */
  statistics: TrainStatistics | null;
}

/** Where a problem is shown: beside what caused it. */
export type Place = 'data' | 'units' | keyof Options | 'file' | 'run';

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

const pointGrowth = 1.05;
const weightsMilliseconds = 250;
const snapshotMilliseconds = 15_000;
const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanSquaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
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
  const ofUnits = ['visibleUnits', 'hiddenUnits', 'learnedSigma'].some((option) => option in changes);
  return ofUnits ? 'units' : ((Object.keys(changes) as (keyof Options)[])[0] ?? 'hidden');
}

const isRbm = (model: Model): model is Rbm => model.kind === 'rbm';
const codeOf = (error: unknown): string =>
  typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : '';

export class TrainSession {
  data = $state.raw<TrainData | null>(null);
  /** The data as the network's visible units take them. */
  feed = $state.raw<Feed | null>(null);
  model = $state.raw<Rbm | null>(null);
  /** As they stand on the page; the engine may still refuse the last change. */
  options = $state.raw<Options>({ ...defaultOptions('stroke-digits'), seed: 1 });
  /** Empty before the engine is there. */
  table = $state.raw<OptionTable>(tableOf([]));
  /** What is under way that one has to wait for. */
  busy = $state.raw<'data' | 'model' | 'file' | null>(null);
  running = $state.raw(false);
  /** Whether batches are on their way: a little longer than `running`, whose last one is carried to its end. */
  looping = $state.raw(false);
  /** How many changes and looks at the network are not over: the last figures are there when none is. */
  pending = $state.raw(0);
  epoch = $state.raw(0);
  batch = $state.raw(0);
  batches = $state.raw(0);
  examplesPerSecond = $state.raw(0);
  points = $state.raw<readonly Point[]>([]);
  parameters = $state.raw<RbmParameters | null>(null);
  /** Whether the engine tells free energies of this network: some units are for sampling only. */
  hasEnergy = $state.raw(true);
  problem = $state.raw<Problem | null>(null);
  /** Moves as the training does, and at fresh starts: what looks at the network looks again when it changes. */
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
  /** How many wait for their turn. */
  #waiting = 0;
  #stopAt = Infinity;
  /** Batches since the network was made or opened. */
  #done = 0;
  #nextPoint = 1;
  #measured = 0;
  #training: Training | null = null;
  /** Ends the portion of training that is under way, after its batch. */
  #portion: AbortController | null = null;
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
    this.#portion?.abort();
  }

  /** One mini-batch. */
  async step(): Promise<void> {
    this.pause();
    await this.#exclusive(async () => {
      if (!this.model) return;
      this.#clear('run', 'learningRate', 'units');
      await this.#advance(1);
      await this.#look();
    });
  }

  /** Back to the untrained network of the same seed. */
  async reset(): Promise<void> {
    this.pause();
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
    await this.#exclusive(async () => {
      const next = { ...this.#taken, ...changes };
      const place = placeOf(wanted);
      if (anew ? await this.#rebuild(next, place) : await this.#accepts(next, place)) {
        this.#taken = { ...this.#taken, ...changes };
        await this.#retrain(Object.keys(changes));
      } else this.options = { ...this.options, ...pick(this.#taken, Object.keys(changes) as (keyof Options)[]) };
    });
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
          ...mergeOptions(this.table, this.#taken, rbm.notes.options),
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
        // A reset or a pause may have come while this portion waited for its turn.
        if (!this.running || !this.model || this.#waiting > 0) return;
        const untilStop = (this.#stopAt - this.epoch) * this.batches - this.batch;
        await this.#advance(Math.max(1, Math.min(this.#nextPoint - this.#done, untilStop)));
        if (this.epoch >= this.#stopAt) this.running = false;
        if (performance.now() - this.#snapshotAt > snapshotMilliseconds) await this.#keep(this.model);
      });
    }
    this.looping = false;
    // The last batches may have been too quick for the pictures to follow.
    await this.#exclusive(async () => {
      await this.#look();
      if (this.model && this.#done > 0 && !this.problem) await this.#keep(this.model);
    }).catch((error: unknown) => {
      this.#fail({ place: 'run', attempt: 'train', error });
    });
  }

  /** Trains some batches, or fewer where it is interrupted, and measures where a point of the curves is due. */
  async #advance(batches: number): Promise<void> {
    const { model, data, feed } = this;
    if (!model || !data || !feed) return;
    const { signal } = (this.#portion = new AbortController());
    try {
      const options = { ...trainOptions(this.table, this.#taken), epochs: 1_000_000, statistics: true };
      if (!this.#training) {
        this.#training = await model.training(feed.training, options);
        ({ epoch: this.epoch, batch: this.batch } = this.#training.progress);
      }
      const training = this.#training;
      const onProgress = (progress: TrainProgress): void => {
        this.#show(progress);
        if (performance.now() - this.#weightsAt > weightsMilliseconds) void this.#look();
      };
      await training.run({ batches, signal, onProgress }).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
      this.#show(training.progress);
      if (this.#done < this.#nextPoint) return;
      this.#nextPoint = Math.max(this.#done + 1, Math.ceil(this.#done * pointGrowth));
      const { epoch, batch, batches: all, statistics } = training.progress;
      const point = await this.#measure(model, data, feed, epoch + batch / all, statistics);
      this.points = [...this.points, point];
    } catch (error) {
      this.running = false;
      this.#endTraining();
      if (codeOf(error) === 'diverged' && unbounded(this.#taken)) {
        this.#fail({ place: 'units', attempt: 'unbounded', error });
      } else if (codeOf(error) === 'diverged') {
        const facts = { learningRate: this.#taken.learningRate };
        this.#fail({ place: 'learningRate', attempt: 'train', error, facts });
      } else {
        this.#fail({ place: 'run', attempt: 'train', error });
      }
    }
  }

  #show({ epoch, batch, batches, examplesPerSecond }: TrainProgress): void {
    this.#done += (epoch - this.epoch) * batches + batch - this.batch;
    this.epoch = epoch;
    this.batch = batch;
    this.batches = batches;
    this.examplesPerSecond = examplesPerSecond;
    ++this.version;
  }

  /** Hands changed options to the training, or ends it where they can't change on the way: another goes on. */
  async #retrain(changed: readonly string[]): Promise<void> {
    const options = Object.entries(trainOptions(this.table, this.#taken)).filter(([option]) =>
      changed.includes(option),
    );
    const change = options.length < changed.length ? null : this.#training?.change(Object.fromEntries(options));
    const changing = await change?.then(
      () => true,
      () => false,
    );
    if (!changing) this.#endTraining();
  }

  #endTraining(): void {
    this.#training?.dispose();
    this.#training = null;
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
    this.#weightsAt = performance.now();
    try {
      const parameters = await model.parameters();
      if (model === this.model) this.parameters = parameters;
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
      logLikelihood = (await model.logLikelihood(feed.training, { logZ })).mean;
    }
    ++this.#measured;
    const { training, validation } = feed.probe;
    const [trainingError, validationError, trainingEnergy, validationEnergy] = await Promise.all([
      error(training, data.probe.training),
      validation && data.probe.validation && error(validation, data.probe.validation),
      freeEnergy(training),
      validation && freeEnergy(validation),
    ]);
    return {
      epoch,
      error: trainingError,
      validationError,
      freeEnergy: trainingEnergy,
      validationFreeEnergy: validationEnergy,
      logLikelihood,
      statistics: statistics ?? null,
    };
  }

  async #load(choice: DataChoice): Promise<TrainData | null> {
    this.busy = 'data';
    this.#clear('data');
    let engine: Engine;
    try {
      engine = this.#used = await this.#engine();
      if (this.table.size === 0) this.table = tableOf((await engine.describe()).rbm);
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
    if (this.problem?.place !== 'data' && this.problem?.place !== 'file') this.problem = null;
    let model: Rbm | null = null;
    let fresh: Feed | null = null;
    try {
      const engine = await this.#engine();
      const same = data === this.data && options.visibleUnits === this.#taken.visibleUnits;
      const feed = given ?? (same && this.feed ? this.feed : (fresh = await feedOf(data, options.visibleUnits)));
      model = await engine.rbm(rbmOptions(options, data.width));
      if (!(await this.#accepts(options, place, model, feed))) return false;
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

  /** Asks whether a network trains so; says what is refused. */
  async #accepts(options: Options, place: Place, model = this.model, feed = this.feed): Promise<boolean> {
    if (!model || !feed) return true;
    if (this.problem?.attempt === 'refused') this.problem = null;
    const [problem] = await model.check(feed.training, trainOptions(this.table, options));
    if (problem) this.#fail({ place, attempt: 'refused', error: new Error(problem.message) });
    return !problem;
  }

  async #adopt(model: Rbm, data: TrainData, feed: Feed, epoch: number): Promise<void> {
    const hasEnergy = await tellsEnergy(model, feed);
    this.#endTraining();
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
    ++this.#waiting;
    ++this.pending;
    this.#portion?.abort();
    const mine = this.#turn.then(() => {
      --this.#waiting;
      return work();
    });
    const over = (): void => {
      --this.pending;
    };
    this.#turn = mine.then(over, over);
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
