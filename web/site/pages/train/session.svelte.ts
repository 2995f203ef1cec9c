/**
 * The training on this page: which network is being trained on which data, and those that it took the place of.
 *
 * It runs from point to point of the curves. What changes the network takes turns (`#turn`) and interrupts it after a
 * batch; looking at it (weights, samples, reconstructions) needs no turn, the engine answers between batches. Figures
 * are measured after numbers of batches that the schedule fixes in advance, never the clock: the same seed, data and
 * options draw the same curves again.
 */
import type { Classification, Engine, Model, Rbm } from 'wakesleep';
import { engine as shared, lost } from '../../state/engine.svelte';
import type { DataChoice, TrainData } from './datasets';
import { choiceOf, disposeData, loadData, noteOf } from './datasets';
import type { Feed } from './feed';
import { disposeFeed, feedOf, standardFrom, toPixels, toUnits } from './feed';
import { tellsEnergy, type Point } from './measure';
import type { Options, OptionTable } from './options';
import {
  defaultOptions,
  hiddenUnits,
  largestSeed,
  mergeOptions,
  offeredUnits,
  rbmOptions,
  restarting,
  startingRate,
  startingWith,
  tableOf,
  trainOptions,
  visibleUnits,
} from './options';
import { codeOf, outOfMemory, placeOf, type Place, type Problem } from './problems';
import { curvesFrom, notesOf } from './record';
import { Run, type RunPlace } from './run.svelte';
import { exactOffered, sizeFor } from './sums';

/** A network as it was at some time, kept for the case that the engine is lost. */
interface Snapshot {
  file: Uint8Array<ArrayBuffer>;
  points: readonly Point[];
  place: RunPlace;
}

/** Batches that the page trains by itself: enough to see what it is about. */
export const shownBatches = 1350;
const snapshotMilliseconds = 15_000;
/** Weights beyond which a network is too dear to be kept besides another, or as a file. */
const mostKeptWeights = 2 ** 24;
const mostKept = 4;

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

export class TrainSession {
  run = $state.raw<Run | null>(null);
  /** Trained networks that others took the place of, the last one last. */
  kept = $state.raw<readonly Run[]>([]);
  /** As they stand on the page; the engine may still refuse the last change. */
  options = $state.raw<Options>({ ...defaultOptions('stroke-digits'), seed: 1 });
  /** Empty before the engine is there. */
  table = $state.raw<OptionTable>(tableOf([]));
  /** What is under way that one has to wait for. */
  busy = $state.raw<'data' | 'model' | 'file' | 'recovery' | null>(null);
  running = $state.raw(false);
  /** Why it rests: as much was shown as was promised, someone paused it, the page was left, or it could not go on. */
  stopped = $state.raw<'shown' | 'paused' | 'left' | 'failed' | null>(null);
  /** What is not plain to see: it goes on after a visit elsewhere, a change waits, and so on. */
  note = $state.raw<'back' | 'waiting' | 'undone' | 'cancelled' | null>(null);
  /** Whether batches are on their way: a little longer than `running`, whose last one is carried to its end. */
  looping = $state.raw(false);
  /** How many changes and looks at the network are not over: the last figures are there when none is. */
  pending = $state.raw(0);
  problem = $state.raw<Problem | null>(null);
  readonly exactOffered = $derived.by(
    () => this.run !== null && exactOffered(sizeFor(this.options, this.run.data.width)),
  );

  readonly #engine: () => Promise<Engine>;
  readonly #own: () => DataChoice | null;
  readonly #rests: (run: Run) => void;
  /** The engine that holds the network and the data. */
  #used: Engine | null = null;
  #turn: Promise<void> = Promise.resolve();
  /** How many wait for their turn. */
  #waiting = 0;
  /** Batches of the run after which it rests. */
  #stopAt = Infinity;
  /** Ends the portion of training that is under way, after its batch. */
  #portion: AbortController | null = null;
  /** Ends what one waits for: data, a file, a network. */
  #awaited: AbortController | null = null;
  #snapshotAt = 0;
  #snapshot: Snapshot | null = null;

  /**
   * `engine`: the page's engine, or a new one where that was lost; `own`: the reader's drawings as data; `rests` is
   * told of each run that rests, for whatever reason, or that another takes the place of.
   */
  constructor(engine: () => Promise<Engine>, own: () => DataChoice | null, rests: (run: Run) => void) {
    this.#engine = engine;
    this.#own = own;
    this.#rests = rests;
  }

  get data(): TrainData | null {
    return this.run?.data ?? null;
  }

  /** Trains until paused, or so many batches more. */
  play(batches = Infinity): void {
    if (!this.run) return;
    this.#stopAt = this.run.place.done + batches;
    if (this.running) return;
    this.running = true;
    this.stopped = this.note = null;
    this.#clear('run', 'learningRate', 'units');
    if (!this.looping) void this.#loop();
  }

  pause(why: 'paused' | 'left' = 'paused'): void {
    if (this.running) this.stopped = why;
    this.running = false;
    this.#portion?.abort();
  }

  /** After a visit to another page. */
  comeBack(): void {
    if (this.stopped !== 'left') return;
    this.play(this.#stopAt - (this.run?.place.done ?? 0));
    this.note = 'back';
  }

  /** One mini-batch. */
  async step(): Promise<void> {
    this.pause();
    await this.#exclusive(async () => {
      const { run } = this;
      if (!run) return;
      this.note = null;
      this.#clear('run', 'learningRate', 'units');
      await this.#advance(run, 1);
      await this.#look();
    });
  }

  /** Back to the untrained network of the same seed. */
  async reset(): Promise<void> {
    this.pause();
    this.note = null;
    await this.#exclusive(() => this.#rebuild());
  }

  /** The network that this one took the place of. None is lost: this one comes after those that wait. */
  async undo(): Promise<void> {
    this.pause();
    await this.#exclusive(async () => {
      const { run: now } = this;
      const back = this.kept.at(-1);
      if (!back) return;
      if (now) this.#rests(now);
      this.kept = [...(now?.trained ? [now] : []), ...this.kept.slice(0, -1)];
      now?.endTraining();
      this.run = back;
      if (now && !now.trained) this.#release([now]);
      this.options = back.options;
      this.problem = null;
      this.note = 'undone';
      this.#snapshot = null;
      await this.#look();
    });
  }

  /**
   * Takes new options: at once where they allow it, with a fresh network where they don't; not those the engine
   * refuses. A training that rests because enough was shown goes on, to show what they do.
   */
  async change(wanted: Partial<Options>): Promise<void> {
    const shown = this.options;
    const changed = (keys: readonly (keyof Options)[]): boolean =>
      keys.some((option) => option in wanted && wanted[option] !== shown[option]);
    // A slider tells each stop twice.
    if (!changed(Object.keys(wanted) as (keyof Options)[])) return;
    const changes = { ...wanted };
    // Other units and another optimizer learn at another rate, and a gradient without noise allows for larger steps.
    const exactly = changed(['method']) && [shown.method, wanted.method].includes('exact');
    if (this.data && (exactly || changed(['visibleUnits', 'learnedSigma', 'hiddenUnits', 'optimizer']))) {
      Object.assign(changes, startingWith({ ...shown, ...wanted }, this.data.width));
    }
    this.options = { ...shown, ...changes };
    const anew = changed(restarting);
    const taken = await this.#exclusive(async () => {
      const { run } = this;
      if (!run) return true;
      const next = { ...run.options, ...changes };
      const place = placeOf(wanted);
      const fits = anew ? await this.#rebuild(next, place) : await this.#accepts(next, place);
      if (fits && !anew) await run.change(this.table, changes);
      const keys = Object.keys(changes) as (keyof Options)[];
      this.options = { ...this.options, ...(fits ? changes : pick(run.options, keys)) };
      return fits;
    });
    if (!taken || this.running) return;
    if (this.stopped === 'shown') this.play(shownBatches);
    else this.note = anew ? null : 'waiting';
  }

  /** A fresh network with these options, and shows how it learns. */
  async demonstrate(changes: Partial<Options>): Promise<void> {
    this.pause();
    const made = await this.#exclusive(async () => {
      const { run, options: shown } = this;
      if (!run) return false;
      this.options = { ...shown, ...changes };
      const fits = await this.#rebuild({ ...run.options, ...changes }, 'run');
      if (!fits) this.options = { ...this.options, ...pick(shown, Object.keys(changes) as (keyof Options)[]) };
      return fits;
    });
    if (made) this.play(shownBatches);
  }

  async newSeed(): Promise<void> {
    const [seed] = crypto.getRandomValues(new Uint32Array(1));
    await this.change({ seed: Math.min(seed ?? 1, largestSeed) });
  }

  /**
   * Changes the data; a new kind brings the options that suit it. What was there stays when it fails; true when it
   * worked.
   */
  async choose(choice: DataChoice): Promise<boolean> {
    this.pause();
    return this.#exclusive(async () => {
      const data = await this.#load(choice);
      return data !== null && this.#choose(data);
    });
  }

  async #choose(data: TrainData): Promise<boolean> {
    const { choice, width } = data;
    const preset = defaultOptions(choice.kind);
    const next = { ...(this.run?.options ?? this.options) };
    if (choice.kind !== this.data?.choice.kind || choice.kind === 'idx') Object.assign(next, preset);
    if (next.method === 'exact' && !exactOffered(sizeFor(next, width))) next.method = preset.method;
    if (!offeredUnits(data, next.visibleUnits).includes(next.hiddenUnits)) Object.assign(next, preset);
    const made = await this.#rebuild(next, 'data', data);
    if (!made && this.data !== data) disposeData(data);
    return made;
  }

  /** More or fewer of the same data: the network goes on with them, where it has a label unit for each. */
  async extend(choice: DataChoice): Promise<boolean> {
    return this.#exclusive(async () => {
      const data = await this.#load(choice);
      if (!data) return false;
      const { run } = this;
      if (run?.data.choice.kind !== choice.kind || run.model.labels !== data.labels) return this.#choose(data);
      const before = { data: run.data, feed: run.feed };
      run.take(data, await feedOf(data, run.options.visibleUnits, run.feed.standard));
      if (!this.kept.some((one) => one.feed === before.feed)) disposeFeed(before.feed);
      if (!this.kept.some((one) => one.data === before.data)) disposeData(before.data);
      return true;
    });
  }

  /** Ends what one waits for; everything is as it was before. */
  cancel(): void {
    this.#awaited?.abort();
  }

  /** The network as a file: with everything that lets it go on training, or small. */
  async save(resumable: boolean): Promise<Uint8Array<ArrayBuffer> | null> {
    return this.#exclusive(async () => {
      const { run } = this;
      if (!run) return null;
      this.#clear('file');
      try {
        return await run.model.save({ dtype: resumable ? 'f32' : 'f16', resumable, notes: notesOf(run) });
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
      const { signal } = (this.#awaited = new AbortController());
      let model: Model | null = null;
      try {
        model = await (await this.#engine()).open(file, { signal });
        const rbm = this.#trainable(model);
        const units = rbm && unitsOf(rbm);
        const data = rbm && (await this.#dataFor(rbm));
        if (!rbm || !units || !data) return false;
        const standard = standardFrom(rbm.notes.standardisation, rbm.visible);
        const feed = await feedOf(data, units.visibleUnits, standard).catch((error: unknown) => {
          if (data !== this.data) disposeData(data);
          throw error;
        });
        const before = this.run?.options ?? this.options;
        const options = {
          ...mergeOptions(this.table, before, rbm.notes.options),
          ...units,
          hidden: rbm.hiddenUnits,
          seed: rbm.seed,
        };
        // A file from elsewhere does not say how it was trained here.
        if (!rbm.notes.options) options.learningRate = startingRate(options, rbm.visible);
        model = null;
        const run = new Run(rbm, data, feed, options, await tellsEnergy(rbm, feed));
        const { points, place } = curvesFrom(rbm.notes.curves);
        await run.goOn(this.table, points, place);
        this.options = options;
        await this.#replace(run);
        return true;
      } catch (error) {
        if (signal.aborted) this.note = 'cancelled';
        else this.#fail({ place: 'file', attempt: 'open', error });
        return false;
      } finally {
        model?.dispose();
        this.busy = null;
      }
    });
  }

  /** A model that this page trains; says why it is none. */
  #trainable(model: Model): Rbm | null {
    const refuse = (attempt: Problem['attempt'], facts?: Problem['facts']): null => {
      this.#fail({ place: 'file', attempt, error: null, ...(facts ? { facts } : {}) });
      return null;
    };
    if (model.kind !== 'rbm') return refuse('wrong-kind');
    const { visible, hidden } = model.units;
    return unitsOf(model) ? model : refuse('with-units', { units: `${visible.type}, ${hidden.type}` });
  }

  /** After the engine's worker was lost: a new engine, the same data, the network as it was last kept. */
  async recover(): Promise<void> {
    await this.#exclusive(async () => {
      const before = this.run;
      if (!before) return;
      const data = await this.#load(before.data.choice);
      if (!data) return;
      this.busy = 'recovery';
      try {
        // What the others were made of is gone with the engine.
        this.kept = [];
        const { options } = before;
        const feed = await feedOf(data, options.visibleUnits, before.feed.standard);
        const kept = this.#snapshot;
        const model = kept ? await (await this.#engine()).open(kept.file) : null;
        if (kept && model?.kind === 'rbm') {
          const run = new Run(model, data, feed, options, await tellsEnergy(model, feed));
          await run.goOn(this.table, kept.points, { ...kept.place });
          run.former = before.former;
          this.run = run;
          await this.#look();
          await this.#keep(run);
        } else {
          this.run = null;
          await this.#rebuild(options, 'run', data, feed);
        }
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
    return toPixels(this.run?.feed.standard ?? null, values);
  }

  /** What the network makes of an image, as pixels; null while there is none. */
  async reconstruct(pixels: Float32Array): Promise<Float32Array | null> {
    const { run } = this;
    if (!run) return null;
    const values = await toUnits(await this.#engine(), run.feed.standard, pixels);
    const { data } = await run.model.reconstruct(values, { steps: 1, seed: 1 });
    return toPixels(run.feed.standard, data);
  }

  /** What the network's label units make of an image; null where it has none. */
  async classify(pixels: Float32Array): Promise<Classification | null> {
    const { run } = this;
    if (!run || run.model.labels === 0) return null;
    return run.model.classify(await toUnits(await this.#engine(), run.feed.standard, pixels));
  }

  /** Shows a problem that was found outside, such as a dropped file of no known kind. */
  report(problem: Problem): void {
    this.problem = problem;
  }

  async #loop(): Promise<void> {
    this.looping = true;
    while (this.running) {
      await this.#exclusive(async () => {
        const { run } = this;
        // A reset or a pause may have come while this portion waited for its turn.
        if (!this.running || !run || this.#waiting > 0) return;
        const { done, nextPoint } = run.place;
        await this.#advance(run, Math.max(1, Math.min(nextPoint - done, this.#stopAt - done)));
        if (this.running && run.place.done >= this.#stopAt) {
          this.running = false;
          this.stopped = 'shown';
        }
        if (performance.now() - this.#snapshotAt > snapshotMilliseconds) await this.#keep(run);
      });
    }
    this.looping = false;
    if (this.run) this.#rests(this.run);
    // The last batches may have been too quick for the pictures to follow.
    await this.#exclusive(async () => {
      await this.#look();
      if (this.run && this.run.place.done > 0 && !this.problem) await this.#keep(this.run);
    }).catch((error: unknown) => {
      this.#fail({ place: 'run', attempt: 'train', error });
    });
  }

  async #advance(run: Run, batches: number): Promise<void> {
    const { signal } = (this.#portion = new AbortController());
    try {
      await run.advance(this.table, batches, signal);
    } catch (error) {
      this.running = false;
      this.stopped = 'failed';
      run.endTraining();
      if (codeOf(error) === 'diverged') {
        const facts = { learningRate: run.options.learningRate };
        this.#fail({ place: 'learningRate', attempt: 'train', error, facts });
      } else {
        this.#fail({ place: 'run', attempt: 'train', error });
      }
    }
  }

  async #keep(run: Run): Promise<void> {
    this.#snapshotAt = performance.now();
    if (run.weights > mostKeptWeights) return;
    const file = await run.model.save({ dtype: 'f32', resumable: true });
    this.#snapshot = { file, points: run.points, place: { ...run.place } };
  }

  async #look(): Promise<void> {
    try {
      await this.run?.look();
    } catch (error) {
      this.#fail({ place: 'run', attempt: 'train', error });
    }
  }

  async #load(choice: DataChoice): Promise<TrainData | null> {
    this.busy = 'data';
    this.#clear('data');
    const { signal } = (this.#awaited = new AbortController());
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
      return await loadData(engine, choice, signal);
    } catch (error) {
      if (signal.aborted) this.note = 'cancelled';
      else this.#fail({ place: 'data', attempt: 'data', error });
      return null;
    } finally {
      this.busy = null;
    }
  }

  /** The data an opened network goes on with: those that are there if they fit, else those its file names. */
  async #dataFor(model: Rbm): Promise<TrainData | null> {
    const { data } = this;
    const fits = (one: TrainData): boolean => one.width === model.visible && one.labels === model.labels;
    const named = choiceOf(model.notes.data, this.#own());
    const same = data && named && noteOf(named) === noteOf(data.choice);
    if (data && fits(data) && (!named || same)) return data;
    if (named) {
      const made = await loadData(await this.#engine(), named);
      if (fits(made)) return made;
      disposeData(made);
    }
    if (data && fits(data)) return data;
    if (model.labels > 0) {
      this.#fail({ place: 'file', attempt: 'with-labels', error: null });
      return null;
    }
    const facts = { fileWidth: model.visible, ...(data ? { dataWidth: data.width } : {}) };
    this.#fail({ place: 'file', attempt: 'wrong-width', error: null, facts });
    return null;
  }

  /** A fresh network for these data and options; false, and everything as it was, when that fails. */
  async #rebuild(
    options = this.run?.options ?? this.options,
    place: Place = 'hidden',
    data = this.data,
    given?: Feed,
  ): Promise<boolean> {
    if (!data) return false;
    const { run: before, busy } = this;
    this.busy ??= 'model';
    if (this.problem?.place !== 'data' && this.problem?.place !== 'file') this.problem = null;
    const { signal } = (this.#awaited = new AbortController());
    let model: Rbm | null = null;
    let fresh: Feed | null = null;
    try {
      const engine = await this.#engine();
      const same = data === before?.data && options.visibleUnits === before.options.visibleUnits;
      const feed = given ?? (same ? before.feed : (fresh = await feedOf(data, options.visibleUnits)));
      const wanted = rbmOptions(options, data.width, data.labels);
      const make = (): Promise<Rbm> => {
        signal.throwIfAborted();
        return unlessAborted(engine.rbm(wanted), signal);
      };
      model = await make().catch((error: unknown) => {
        // Those that wait to come back make room.
        if (!outOfMemory(error) || this.kept.length === 0) throw error;
        this.#forget(this.kept.length);
        return make();
      });
      if (!(await this.#accepts(options, place, model, feed))) return false;
      const run = new Run(model, data, feed, options, await tellsEnergy(model, feed));
      signal.throwIfAborted();
      if (before?.data === data) run.former = before.points.length > 1 ? before.points : before.former;
      fresh = model = null;
      // Other data bring their options, which are shown as soon as the data are: figures take their time.
      if (before?.data !== data) this.options = options;
      await this.#replace(run);
      return true;
    } catch (error) {
      if (signal.aborted) this.note = 'cancelled';
      else this.#fail({ place, attempt: 'model', error });
      return false;
    } finally {
      model?.dispose();
      disposeFeed(fresh);
      this.busy = busy;
    }
  }

  /** Asks whether a network trains so; says what is refused. */
  async #accepts(
    options: Options,
    place: Place,
    model = this.run?.model ?? null,
    feed = this.run?.feed ?? null,
  ): Promise<boolean> {
    if (!model || !feed) return true;
    if (this.problem?.attempt === 'refused') this.problem = null;
    const [problem] = await model.check(feed.training, trainOptions(this.table, options, model.labels));
    if (problem) this.#fail({ place, attempt: 'refused', error: new Error(problem.message) });
    return !problem;
  }

  /** Another run in place of the present one, which is kept if it has learned anything. */
  async #replace(run: Run): Promise<void> {
    const { run: before } = this;
    if (before) this.#rests(before);
    before?.endTraining();
    this.run = run;
    this.note = null;
    if (before?.trained) {
      this.kept = [...this.kept, before];
      const weights = (): number => this.kept.reduce((sum, one) => sum + one.weights, 0);
      while (this.kept.length > 1 && (this.kept.length > mostKept || weights() > mostKeptWeights)) this.#forget(1);
    } else if (before) this.#release([before]);
    this.#snapshot = null;
    this.#snapshotAt = performance.now();
    await this.#look();
  }

  /** The oldest of the networks that could come back can't any more. */
  #forget(count: number): void {
    const gone = this.kept.slice(0, count);
    this.kept = this.kept.slice(count);
    this.#release(gone);
  }

  #release(gone: readonly Run[]): void {
    const left = [this.run, ...this.kept].filter((one) => one !== null);
    for (const { model, feed, data } of gone) {
      model.dispose();
      if (!left.some((one) => one.feed === feed)) disposeFeed(feed);
      if (!left.some((one) => one.data === data)) disposeData(data);
    }
  }

  #clear(...places: Place[]): void {
    if (this.problem && places.includes(this.problem.place)) this.problem = null;
  }

  #fail(problem: Problem): void {
    if (codeOf(problem.error) === 'worker-lost') {
      this.running = false;
      this.stopped = 'failed';
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

/** A machine in the making takes no signal: the one that comes after the signal is freed. */
async function unlessAborted(made: Promise<Rbm>, signal: AbortSignal): Promise<Rbm> {
  const aborted = new Promise<never>((_, reject) => {
    signal.addEventListener('abort', () => {
      reject(new DOMException('', 'AbortError'));
    });
  });
  try {
    return await Promise.race([made, aborted]);
  } catch (error) {
    if (signal.aborted)
      made.then(
        (late) => {
          late.dispose();
        },
        () => undefined,
      );
    throw error;
  }
}

function pick(from: Options, keys: readonly (keyof Options)[]): Partial<Options> {
  return Object.fromEntries(keys.map((key) => [key, from[key]]));
}
