/**
 * The training on this page: one data set, one network, and whether it is being trained.
 *
 * Training runs in slices of a few batches. What changes the network takes turns (`#turn`), so that a reset never meets a
 * slice half-way; looking at it (weights, samples, reconstructions) needs no turn, the engine answers between batches.
 * Figures are measured after numbers of batches that the schedule fixes in advance, never the clock: the same seed, data and
 * options draw the same curves again.
 */
import type { Engine, Model, Rbm, RbmParameters } from 'wakesleep';
import { engine as shared, lost } from '../../state/engine.svelte';
import type { DataChoice, TrainData } from './datasets';
import { choiceOf, defaultOptions, disposeData, loadData, noteOf } from './datasets';
import type { Options } from './options';
import { largestSeed, mergeOptions, restarting, trainOptions } from './options';

/** One column of the curves. */
export interface Point {
  /** Epochs done, with the part of the present one. */
  epoch: number;
  error: number;
  validationError: number | null;
  freeEnergy: number;
  validationFreeEnergy: number | null;
  /** Mean log-likelihood an example, in nats, where it can be summed exactly. */
  logLikelihood: number | null;
}

/** Where a problem is shown: beside what caused it. */
export type Place = 'data' | 'hidden' | 'learningRate' | 'file' | 'run';

export interface Problem {
  place: Place;
  /** What was being tried; the catalogue has a sentence for each. */
  attempt:
    | 'data'
    | 'model'
    | 'train'
    | 'open'
    | 'save'
    | 'lost'
    | 'wrong-kind'
    | 'wrong-width'
    | 'with-labels'
    | 'unknown-file'
    | 'only-labels';
  error: unknown;
  /** What the sentence needs. */
  facts?: { learningRate?: number; fileWidth?: number; dataWidth?: number; file?: string };
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
/** Multiplications that a sum over all states may take to be done at every point, and at every eighth. */
const cheapSum = 2 ** 22;
const dearestSum = 2 ** 26;
const mostSummedUnits = 20;

/** Whether log Z can be summed over the states of the smaller side quickly enough to be plotted. */
export function sumCost(visible: number, hidden: number): number {
  const fewer = Math.min(visible, hidden);
  return fewer > mostSummedUnits ? Infinity : 2 ** fewer * Math.max(visible, hidden);
}

const mean = (values: Float32Array): number => values.reduce((sum, value) => sum + value, 0) / values.length;

function meanSquaredDifference(a: Float32Array, b: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; ++i) sum += ((a[i] ?? 0) - (b[i] ?? 0)) ** 2;
  return sum / a.length;
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
  model = $state.raw<Rbm | null>(null);
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
  problem = $state.raw<Problem | null>(null);
  /** Counts the slices and fresh starts: what looks at the network looks again when it changes. */
  version = $state.raw(0);

  /** Whether the exact likelihood is plotted, and if not, why. */
  readonly likelihood = $derived.by((): 'exact' | 'grey' | 'large' | null => {
    if (!this.data || !this.model) return null;
    if (!this.data.training.binary) return 'grey';
    return sumCost(this.model.visible, this.model.hiddenUnits) > dearestSum ? 'large' : 'exact';
  });

  readonly #engine: () => Promise<Engine>;
  /** The engine that holds the network and the data. */
  #used: Engine | null = null;
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
    this.#clear('run', 'learningRate');
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
      this.#clear('run', 'learningRate');
      await this.#slice(1, true);
    });
  }

  /** Back to the untrained network of the same seed. */
  async reset(): Promise<void> {
    this.pause();
    this.#slicing?.abort();
    await this.#exclusive(() => this.#rebuild());
  }

  /** Takes new options: at once where they allow it, with a fresh network where they don't. */
  async change(changes: Partial<Options>): Promise<void> {
    const before = this.options;
    this.options = { ...before, ...changes };
    if (!restarting.some((option) => option in changes && changes[option] !== before[option])) return;
    const wasRunning = this.running;
    await this.#exclusive(async () => {
      if (!(await this.#rebuild())) this.options = { ...this.options, ...pick(before, changes) };
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
      const before = this.options;
      if (choice.kind !== this.data?.choice.kind || choice.kind === 'idx') {
        this.options = { ...before, ...defaultOptions(choice.kind) };
      }
      if (!(await this.#rebuild(data))) {
        this.options = before;
        disposeData(data);
      }
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
                options: JSON.stringify(this.options),
                examples: String(this.data.training.count),
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
        const data = await this.#dataFor(rbm);
        if (!data) return false;
        model = null;
        this.options = {
          ...mergeOptions(this.options, rbm.notes.options),
          hidden: rbm.hiddenUnits,
          seed: rbm.seed,
        };
        await this.#adopt(rbm, data, await rbm.epochs());
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
        if (kept && model && isRbm(model)) {
          await this.#adopt(model, data, await model.epochs());
          ({
            done: this.#done,
            nextPoint: this.#nextPoint,
            measured: this.#measured,
            batch: this.batch,
            points: this.points,
          } = kept);
          await this.#keep(model);
        } else await this.#rebuild(data);
        this.problem = null;
      } catch (error) {
        this.#fail({ place: 'run', attempt: 'lost', error });
      } finally {
        this.busy = null;
      }
    });
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
    const { model, data, options } = this;
    if (!model || !data) return;
    const began = performance.now();
    const slicing = (this.#slicing = new AbortController());
    try {
      const { signal } = slicing;
      const history = await model.train(data.training, { ...trainOptions(options), epochs: 1_000_000, batches, signal });
      const took = (performance.now() - began) / batches;
      this.#millisecondsABatch = single ? this.#millisecondsABatch : 0.7 * this.#millisecondsABatch + 0.3 * took;
      this.#done += batches;
      const last = history.at(-1);
      if (!last) return;
      const batch = last.batch % last.batches;
      const speed = (1000 * data.training.count) / last.batches / took;
      if (this.#done >= this.#nextPoint) {
        this.#nextPoint = Math.max(this.#done + 1, Math.ceil(this.#done * pointGrowth));
        const point = await this.#measure(model, data, last.epoch + batch / last.batches);
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
      if (codeOf(error) === 'diverged') {
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

  async #measure(model: Rbm, data: TrainData, epoch: number): Promise<Point> {
    const { training, validation } = data.probe;
    const error = async (x: Float32Array): Promise<number> =>
      meanSquaredDifference((await model.reconstruct(x, { steps: 1, seed: 1 })).data, x);
    const freeEnergy = async (x: Float32Array): Promise<number> => mean((await model.freeEnergy(x)).data);
    const cost = sumCost(model.visible, model.hiddenUnits);
    let logLikelihood: number | null = null;
    if (data.training.binary && cost <= dearestSum && (cost <= cheapSum || this.#measured % 8 === 0)) {
      const { logZ } = await model.logPartition();
      logLikelihood = await model.logLikelihood(data.training, { logZ });
    }
    ++this.#measured;
    const [trainingError, validationError, trainingEnergy, validationEnergy] = await Promise.all([
      error(training),
      validation && error(validation),
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

  /** A fresh network for these data and the present options; false, and everything as it was, when that fails. */
  async #rebuild(data = this.data): Promise<boolean> {
    if (!data) return false;
    const busyBefore = this.busy;
    this.busy = 'model';
    this.#clear('hidden', 'learningRate', 'run');
    try {
      const { hidden, seed } = this.options;
      const model = await (await this.#engine()).rbm({ visible: data.width, hidden, seed });
      await this.#adopt(model, data, 0);
      return true;
    } catch (error) {
      this.#fail({ place: 'hidden', attempt: 'model', error });
      return false;
    } finally {
      this.busy = busyBefore;
    }
  }

  async #adopt(model: Rbm, data: TrainData, epoch: number): Promise<void> {
    if (this.model !== model) this.model?.dispose();
    if (this.data !== data) disposeData(this.data);
    this.model = model;
    this.data = data;
    this.epoch = epoch;
    this.batch = 0;
    this.batches = Math.ceil(data.training.count / this.options.batchSize);
    this.examplesPerSecond = 0;
    this.points = [];
    this.#done = 0;
    this.#nextPoint = 1;
    this.#measured = 0;
    this.#snapshot = null;
    this.#snapshotAt = performance.now();
    ++this.version;
    await this.#look();
    if (epoch > 0) this.points = [await this.#measure(model, data, epoch)];
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

function pick(from: Options, keys: Partial<Options>): Partial<Options> {
  return Object.fromEntries(Object.entries(from).filter(([key]) => key in keys));
}
