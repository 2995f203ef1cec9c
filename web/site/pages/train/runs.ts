/**
 * Runs that are kept to be compared: what each was given and what its curves were, without its weights. Of the runs
 * beside one another it is told what differs.
 */
import type { Point } from './measure.ts';
import type { Options } from './options.ts';
import { defaultOptions, hiddenUnits, visibleUnits } from './options.ts';
import { curvesNote, pointsFrom } from './points.ts';

export interface KeptRun {
  readonly id: string;
  /** Counts all that were ever kept here: a name that stays. */
  readonly number: number;
  /** The reader's own; else it is called by its number and by what differs. */
  readonly name: string | null;
  /** As a network's file says it: see `noteOf`. */
  readonly data: string;
  /** Examples that it was trained on. */
  readonly examples: number;
  /** One after another, where they were changed on the way. */
  readonly options: readonly Options[];
  readonly points: readonly Point[];
  /** Whether the seed brings it back: it began here, on data that the page makes. */
  readonly repeatable: boolean;
}

/** What is told of a run beside its curves. */
export type Trait = 'data' | 'examples' | keyof Options;

/** In the order in which they are told. */
const traits: readonly Trait[] = [
  'data',
  'examples',
  'method',
  'optimizer',
  'learningRate',
  'hidden',
  'visibleUnits',
  'learnedSigma',
  'hiddenUnits',
  'k',
  'temperatures',
  'chains',
  'momentum',
  'batchSize',
  'centering',
  'weightDecay',
  'l1',
  'sparsityCost',
  'sparsityTarget',
  'dropout',
  'seed',
];
/** Told where nothing differs, or there is nothing to differ from. */
const usual: readonly Trait[] = ['method', 'learningRate', 'hidden'];

export type TraitValue = string | number | boolean;

/** The values that a run had of a trait, one after another. */
export function valuesOf({ data, examples, options }: KeptRun, trait: Trait): readonly TraitValue[] {
  if (trait === 'data') return [data];
  if (trait === 'examples') return [examples];
  return options.map((one) => one[trait]).filter((value, at, all) => at === 0 || value !== all[at - 1]);
}

/** Those in which these runs are not all alike, and those that one of them changed on the way. */
export function differences(runs: readonly KeptRun[]): readonly Trait[] {
  const [first] = runs;
  if (!first) return [];
  const said = (run: KeptRun, trait: Trait): string => JSON.stringify(valuesOf(run, trait));
  return traits.filter((trait) =>
    runs.some((run) => valuesOf(run, trait).length > 1 || said(run, trait) !== said(first, trait)),
  );
}

/** What a run is called by beside these others. */
export function tellingTraits(runs: readonly KeptRun[]): readonly Trait[] {
  const differ = differences(runs);
  return differ.length > 0 ? differ : usual;
}

/** A run whose curves are shown over the present ones. */
export interface ShownRun {
  name: string;
  points: readonly Point[];
  /** Counted from 0: which colour and which dashes it has. */
  place: number;
}

/** Those whose curves are shown, by the places that they have. */
export function shownRuns(
  runs: readonly KeptRun[],
  places: readonly (string | null)[],
  nameOf: (run: KeptRun) => string,
): ShownRun[] {
  return places.flatMap((id, place) => {
    const run = runs.find((one) => one.id === id);
    return run ? [{ name: nameOf(run), points: run.points, place }] : [];
  });
}

/** Whether two runs are one training, carried on to where each ended: seed, data and options draw the curves. */
export function sameTraining(a: KeptRun, b: KeptRun): boolean {
  const whole = (run: KeptRun): boolean => run.repeatable && run.options.length === 1;
  return whole(a) && whole(b) && traits.every((trait) => valuesOf(a, trait)[0] === valuesOf(b, trait)[0]);
}

/** What its curves ended with. */
export interface EndFigures {
  epoch: number;
  error: number | null;
  validationError: number | null;
  logLikelihood: number | null;
  /** Mean free energy of held-back examples less that of training ones. */
  gap: number | null;
}

export function endOf({ points }: Pick<KeptRun, 'points'>): EndFigures {
  const last = (key: 'error' | 'validationError' | 'logLikelihood'): number | null =>
    points.filter((point) => point[key] !== null).at(-1)?.[key] ?? null;
  const { freeEnergy = null, validationFreeEnergy = null, epoch = 0 } = points.at(-1) ?? {};
  const gap = freeEnergy === null || validationFreeEnergy === null ? null : validationFreeEnergy - freeEnergy;
  return {
    epoch,
    error: last('error'),
    validationError: last('validationError'),
    logLikelihood: last('logLikelihood'),
    gap,
  };
}

/** As text, some kilobytes. */
export function packRun({ points, ...rest }: KeptRun): string {
  return JSON.stringify({ ...rest, curves: curvesNote(points) });
}

const methods: readonly Options['method'][] = ['cd', 'pcd', 'fpcd', 'pt', 'ptt', 'mean-field', 'exact'];
const words: Partial<Record<keyof Options, readonly string[]>> = {
  visibleUnits,
  hiddenUnits,
  method: methods,
  optimizer: ['sgd', 'adam'],
};

function optionsFrom(found: unknown): Options | null {
  const given = Object(found) as Record<string, unknown>;
  const pattern: Options = { ...defaultOptions('stroke-digits'), seed: 1 };
  const fits = Object.entries(pattern).every(([option, value]) => {
    const one = given[option];
    const known = words[option as keyof Options];
    return typeof one === typeof value && (!known || known.includes(String(one)));
  });
  return fits ? (Object.fromEntries(Object.keys(pattern).map((key) => [key, given[key]])) as unknown as Options) : null;
}

function isNote(text: string): boolean {
  try {
    return typeof (Object(JSON.parse(text)) as { kind?: unknown }).kind === 'string';
  } catch {
    return false;
  }
}

/** The run that was packed so; null where the text makes no sense. */
export function unpackRun(text: string): KeptRun | null {
  let found: Record<string, unknown>;
  try {
    found = Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    return null;
  }
  const { id, number, name, data, examples, repeatable } = found;
  const options = Array.isArray(found.options) ? found.options.map(optionsFrom) : [];
  const points = pointsFrom(found.curves);
  const complete = options.every((one) => one !== null);
  if (typeof id !== 'string' || typeof data !== 'string' || !points || points.length === 0) return null;
  if (!isNote(data)) return null;
  if (typeof number !== 'number' || typeof examples !== 'number' || options.length === 0 || !complete) return null;
  return {
    id,
    number,
    name: typeof name === 'string' ? name : null,
    data,
    examples,
    options,
    points,
    repeatable: repeatable === true,
  };
}
