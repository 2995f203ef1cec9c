// Early stopping of greedy training, layer by layer: what ends early is a layer, and the net goes on with the next one.
import type { NativeComputation, NativeDataset, NativeProgress, NativeRows, NativeTraining } from '../native.js';
import type { DbnTrainOptions, Tensor, TrainingOptions, TrainProgress, TrainStatistics } from '../types.js';
import type { CoreOptions, DatasetCore } from './dataset.js';
import {
  EarlyStopping,
  pseudoLikelihoodOf,
  type Begin,
  type Judged,
  type NativeScored,
  type Patience,
  type Stopping,
} from './stopping.js';
import { compute, finish, type Owner, type Task } from './task.js';

export type GreedyLearning = CoreOptions<TrainingOptions<DbnTrainOptions>>;
export type LayerLearning = NonNullable<GreedyLearning['layers']>[number];

interface NativeMachine extends NativeScored {
  epochs(): number;
  delete(): void;
}

interface NativeStack {
  rbm(layer: number): NativeMachine;
  up(x: NativeRows, layer: number): NativeComputation<Tensor>;
}

/** The net, whose engine's object is another one after it was brought back. */
export interface Stack extends Omit<Judged, 'score'> {
  owner: Owner<NativeStack> & { seed: number; layers: readonly number[] };
}

/** Undefined where no layer is to stop early; throws where one has no score. */
export function greedyStopping(stack: Stack, learning: GreedyLearning, validation: DatasetCore): Stopping | undefined {
  const stopping = new GreedyStopping(stack, learning, validation);
  return stopping.some() ? stopping : undefined;
}

/** What a layer sees of the validation data. */
interface Seen {
  layer: number;
  data: NativeDataset;
}

class GreedyStopping implements Stopping {
  #learning: GreedyLearning;
  #training: Relay | null = null;
  #seen: Seen | null = null;
  #now: { layer: number; stopping: EarlyStopping } | null = null;
  /** Whether another layer may be due. */
  #epochEnded = true;

  constructor(
    private readonly stack: Stack,
    learning: GreedyLearning,
    private readonly validation: DatasetCore,
  ) {
    this.#learning = learning;
  }

  /** Whether there is a layer to stop. Each that there is sees an example, for what it refuses. */
  some(): boolean {
    const judged = this.#layers().filter((layer) => this.#of(layer).patience !== undefined && this.#learns(layer));
    for (const layer of judged) {
      if (this.#knowsZ(layer)) continue;
      const example = this.validation.native.subset(0, 1);
      try {
        const seen = finish(this.#passedUp(example, layer));
        try {
          this.#machine(layer, (rbm) => pseudoLikelihoodOf(rbm, seen, 0).delete());
        } finally {
          if (seen !== example) seen.delete();
        }
      } finally {
        example.delete();
      }
    }
    return judged.length > 0;
  }

  over(begin: Begin, args: readonly unknown[]): NativeTraining {
    return (this.#training = new Relay(begin, args, () => this.#forget()));
  }

  change(learning: object): void {
    this.#learning = learning as GreedyLearning;
    if (this.#now) this.#now.stopping.change(this.#of(this.#now.layer));
  }

  *begin(): Task<void> {
    if (!this.#epochEnded) return;
    // The next layer begins with it, as it does with the next mini-batch.
    this.#training?.prepare();
    let layer = this.#training?.progress().layer ?? 0;
    while (layer < this.#layers().length && !this.#learns(layer)) ++layer;
    // An untrained layer has started from the data by now; its first epoch is the first to beat.
    const another = layer < this.#layers().length && layer !== this.#now?.layer;
    if (another && this.#machine(layer, (rbm) => rbm.epochs() > 0)) yield* this.#judgeOf(layer).begin();
    this.#epochEnded = false;
  }

  *ended(epoch: TrainProgress): Task<boolean> {
    this.#epochEnded = true;
    if (!(yield* this.#judgeOf(epoch.layer).ended(epoch))) return false;
    return this.#training?.passOn(epoch.layer) ?? true;
  }

  #layers(): number[] {
    return Array.from(this.stack.owner.layers.slice(1), (_, layer) => layer);
  }

  #of(layer: number): Patience & LayerLearning & { seed?: number | undefined } {
    const { layers, ...all } = this.#learning;
    const own = Object.entries(layers?.[layer] ?? {}).filter(([, value]) => value !== undefined);
    return { ...all, ...(Object.fromEntries(own) as LayerLearning) };
  }

  #learns(layer: number): boolean {
    return this.#of(layer).epochs !== 0 && !this.#training?.passed(layer);
  }

  #knowsZ(layer: number): boolean {
    return this.#of(layer).method === 'ptt';
  }

  #judgeOf(layer: number): EarlyStopping {
    if (this.#now?.layer === layer) return this.#now.stopping;
    const score = (epoch: TrainProgress | undefined) => this.#score(layer, epoch);
    const { keep } = this.stack;
    const restore: Judged['restore'] = (kept) => {
      this.#training?.leave();
      this.stack.restore(kept);
    };
    const stopping = new EarlyStopping({ score, keep, restore }, this.#of(layer));
    this.#now = { layer, stopping };
    return stopping;
  }

  *#score(layer: number, epoch: TrainProgress | undefined): Task<number | undefined> {
    const { patience, seed = this.stack.owner.seed } = this.#of(layer);
    if (patience === undefined) return undefined;
    if (this.#knowsZ(layer)) return epoch?.logLikelihood?.validation;
    if (this.#seen?.layer !== layer) {
      this.#forget();
      this.#seen = { layer, data: yield* this.#passedUp(this.validation.native, layer) };
    }
    const { data } = this.#seen;
    const { mean } = yield* compute(
      this.#machine(layer, (rbm) => pseudoLikelihoodOf(rbm, data, seed)),
      this.stack.owner,
    );
    if (epoch) epoch.pseudoLikelihood = { validation: mean };
    return mean;
  }

  #machine<T>(layer: number, use: (rbm: NativeMachine) => T): T {
    const rbm = this.stack.owner.native.rbm(layer);
    try {
      return use(rbm);
    } finally {
      rbm.delete();
    }
  }

  /** Upward means, with the labels where the layer is the top; the data themselves for the lowest layer. */
  *#passedUp(data: NativeDataset, layer: number): Task<NativeDataset> {
    const { owner } = this.stack;
    if (layer === 0) return data;
    const means = yield* compute(owner.native.up(data, layer), owner);
    const labelled = layer === owner.layers.length - 2 && data.labelCount() > 0;
    const labels = labelled ? data.labels(0, data.count()) : new Uint16Array(0);
    return yield* compute(owner.life.rows(means.data, owner.layers[layer] as number, labels), owner);
  }

  #forget(): void {
    if (this.#seen && this.#seen.layer > 0 && !this.stack.owner.life.ended) this.#seen.data.delete();
    this.#seen = null;
  }
}

/** The engine's training, and those that follow it, each with the layers that are left. */
class Relay implements NativeTraining {
  #now: NativeTraining;
  #args: readonly unknown[];
  /** How many layers are not trained any more. */
  #passed = 0;
  /** What was done, and how many examples were shown, when the present training began. */
  #before = { done: 0, examples: 0 };
  /** After a training has been followed by another, until that one's first step. */
  #last: NativeProgress | null = null;

  constructor(
    private readonly begin: Begin,
    args: readonly unknown[],
    private readonly onDelete: () => void,
  ) {
    this.#args = args;
    this.#now = begin(args);
  }

  passed(layer: number): boolean {
    return layer < this.#passed;
  }

  /** What the training says last, before the net is brought back. */
  leave(): void {
    this.#last = this.progress();
  }

  /** The net as it is now goes on with the layers above this one; true where there is none to train. */
  passOn(layer: number): boolean {
    const { done, examples } = this.progress();
    this.#passed = layer + 1;
    const next = this.begin(this.#withoutPassed());
    this.#now.delete();
    this.#now = next;
    this.#before = { done, examples };
    if (next.progress().done < 1) return false;
    // The net learns that all its layers have had their turn.
    next.step();
    return true;
  }

  #withoutPassed(): readonly unknown[] {
    const [given, ...others] = this.#args as [{ layers?: object[] | undefined }, ...unknown[]];
    const count = Math.max(this.#passed, given.layers?.length ?? 0);
    const layers = Array.from({ length: count }, (_, l) => ({
      ...given.layers?.[l],
      ...(this.passed(l) ? { epochs: 0 } : {}),
    }));
    return [{ ...given, layers }, ...others];
  }

  prepare(): boolean {
    return this.#now.prepare();
  }

  step(): boolean {
    const goesOn = this.#now.step();
    this.#last = null;
    return goesOn;
  }

  progress(): NativeProgress {
    if (this.#last) return this.#last;
    const now = this.#now.progress();
    const { done, examples } = this.#before;
    return { ...now, done: done + (1 - done) * now.done, examples: examples + now.examples };
  }

  statistics(): TrainStatistics | undefined {
    return this.#now.statistics();
  }

  epochEnded(): boolean {
    return this.#last?.epochEnded ?? this.#now.epochEnded();
  }

  change(options: object): void {
    const before = this.#args;
    this.#args = [options, ...before.slice(1)];
    try {
      this.#now.change(this.#withoutPassed()[0] as object);
    } catch (error) {
      this.#args = before;
      throw error;
    }
  }

  setValidation(data: NativeDataset): void {
    this.#now.setValidation(data);
  }

  validate(): boolean {
    return this.#now.validate();
  }

  delete(): void {
    this.onDelete();
    this.#now.delete();
  }
}
