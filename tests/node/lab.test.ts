// What the Train page says of a training's figures, and how it compares the runs that it keeps.
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainStatistics } from 'wakesleep';
import { load, type SyncEngine } from 'wakesleep/sync';
import { train as text } from '../../web/site/messages/train.ts';
import { diagnose, findings, limits, type Diagnosis, type Facts } from '../../web/site/pages/train/diagnosis.ts';
import { pointAfter, type Point } from '../../web/site/pages/train/measure.ts';
import { defaultOptions, rbmOptions, tableOf, trainOptions } from '../../web/site/pages/train/options.ts';
import type { Options } from '../../web/site/pages/train/options.ts';
import {
  differences,
  endOf,
  packRun,
  sameTraining,
  shownRuns,
  unpackRun,
  valuesOf,
  type KeptRun,
} from '../../web/site/pages/train/runs.ts';

const options: Options = { ...defaultOptions('stroke-digits'), seed: 1 };
const healthy: TrainStatistics = {
  weightNorm: 2.2,
  updateNorm: 0.3,
  updateRatio: 0.15,
  deadUnits: 0,
  saturatedUnits: 0,
  meanActivity: 0.3,
};

const point = (epoch: number, error: number, given: Partial<Point> = {}): Point => ({
  epoch,
  error,
  validationError: null,
  freeEnergy: null,
  validationFreeEnergy: null,
  logLikelihood: null,
  statistics: healthy,
  ...given,
});
const looks = { mean: 0.15, apart: 0.1, alike: 1 };
const facts = (points: readonly Point[], given: Partial<Facts> = {}): Facts => ({
  points,
  options,
  width: 784,
  data: looks,
  dreams: null,
  ...given,
});
/** From an error of 0.2 to another, with the last point's statistics. */
const course = (
  last: number,
  statistics: Partial<TrainStatistics>,
  between: Partial<TrainStatistics> = {},
): Point[] => [
  point(0.1, 0.2),
  point(0.5, (0.2 + last) / 2, { statistics: { ...healthy, ...between } }),
  point(1, last, { statistics: { ...healthy, ...statistics } }),
];
const kinds = (given: Facts): string[] => findings(given).map(({ kind }) => kind);

describe('what the figures of a training say', () => {
  it('is nothing of one point, and that it learns where nothing is wrong', () => {
    expect(diagnose(facts([point(0.1, 0.2)]))).toBeNull();
    expect(findings(facts(course(0.1, {})))).toEqual([{ kind: 'learns', share: 0.5 }]);
    expect(findings(facts(course(0.199, {})))).toEqual([{ kind: 'flat' }]);
  });

  it('names a step that is too large by its part of the weights, once these have grown', () => {
    const large = { weightNorm: 20, updateNorm: 6, updateRatio: 0.3 };
    const found = diagnose(facts(course(0.19, large)));
    expect(found).toEqual({ kind: 'large-steps', step: 0.3, now: true });
    expect(text.diagnosis(found as Diagnosis)).toBe('The learning rate is too high: a step is 0.3 of the weights.');
    // A third of weights that have just been drawn is no large step.
    expect(kinds(facts(course(0.1, { updateRatio: 0.3 })))).toEqual(['learns']);
    // More than half of them is, but for one that learned all the same.
    const first = { updateRatio: 1.1 };
    expect(kinds(facts(course(0.19, {}, first)))).toEqual(['large-steps', 'learns']);
    expect(kinds(facts(course(0.1, {}, first)))).toEqual(['learns']);
  });

  it('tells steps that are too small from a curve that is flat so far', () => {
    const tiny = { ...healthy, updateRatio: 3e-4 };
    const still = [1, 2, 3].map((epoch) => point(epoch, 0.2, { statistics: tiny }));
    expect(findings(facts(still))).toEqual([{ kind: 'small-steps', step: 3e-4 }, { kind: 'flat' }]);
    expect(text.diagnosis({ kind: 'small-steps', step: 3e-4 })).toContain('too low: no step was more than 0.0003 of');
  });

  it('counts hidden units that are dead or always on, and says why by the steps that were measured', () => {
    const dead = facts(course(0.19, { deadUnits: 55 }, { updateRatio: 1.1 }));
    expect(diagnose(dead)).toEqual({ kind: 'silent', count: 55, all: 60, cause: 'rate', step: 1.1 });
    expect(text.diagnosis(diagnose(dead) as Diagnosis)).toBe(
      '55 of 60 hidden units never fire: the learning rate is too high, a step was 1.1 of the weights.',
    );
    expect(diagnose(facts(course(0.1, { deadUnits: 40 })))).toMatchObject({ cause: 'start', step: null });
    expect(diagnose(facts(course(0.1, { saturatedUnits: 30 })))).toMatchObject({ kind: 'always-on', hot: false });
    expect(kinds(facts(course(0.1, { saturatedUnits: 7, deadUnits: 6 })))).toEqual([
      'learns',
      'some-silent',
      'some-always-on',
    ]);
    // A real unit has no state in which it is off, and a rectified one none in which it is fully on.
    const gaussian = { options: { ...options, hiddenUnits: 'gaussian' } } as const;
    expect(kinds(facts(course(0.1, { saturatedUnits: 60, deadUnits: 60 }), gaussian))).toEqual(['learns']);
    const relu = { options: { ...options, hiddenUnits: 'relu' } } as const;
    expect(kinds(facts(course(0.1, { saturatedUnits: 60 }), relu))).toEqual(['learns']);
  });

  it('sees that it learns by heart by the free energies of examples that were held back', () => {
    const gaps = (...all: number[]): Point[] =>
      all.map((gap, i) => point(i + 1, 0.2 - 0.02 * i, { freeEnergy: -100, validationFreeEnergy: gap - 100 }));
    expect(diagnose(facts(gaps(0, 1, 2, 9)))).toEqual({ kind: 'by-heart', gap: 9 });
    // Small, or not growing.
    expect(kinds(facts(gaps(0, 1, 2, limits.gap)))).toEqual(['learns']);
    expect(kinds(facts(gaps(0, 8, 9, 9)))).toEqual(['learns']);
  });

  it('sees chains that are stuck, by their dreams and by the swaps that they take', () => {
    const dreams = { mean: 0.15, apart: 0.01, alike: 20, count: 21 };
    const found = findings(facts(course(0.1, {}), { dreams }));
    expect(found[0]).toEqual({ kind: 'alike', count: 20, all: 21, fromData: false, rule: 'pcd' });
    expect(kinds(facts(course(0.1, {}), { dreams: { ...dreams, alike: 16 } }))).toEqual(['learns']);
    // Before it has learned much they can't be anything.
    expect(kinds(facts(course(0.15, {}), { dreams }))).toEqual(['learns']);
    expect(kinds(facts(course(0.1, {}), { dreams: { ...dreams, mean: 0.03 } }))).toEqual(['empty', 'learns']);
    expect(kinds(facts(course(0.1, {}), { dreams: { ...dreams, mean: 0.8 } }))).toEqual(['full', 'learns']);
    const tempered = { options: { ...options, method: 'pt' } } as const;
    expect(kinds(facts(course(0.1, { swapRate: 0.01 }), tempered))).toEqual(['few-swaps', 'learns']);
    expect(kinds(facts(course(0.1, { swapRate: 0.1 }), tempered))).toEqual(['learns']);
  });

  it('sees an error that rises again', () => {
    const errors = [0.2, 0.18, 0.16, 0.14, 0.12, 0.1, 0.1, 0.1, 0.1, 0.1, 0.126];
    expect(kinds(facts(errors.map((error, i) => point(i, error))))).toEqual(['worse', 'learns']);
  });

  it('has a sentence for each, and tells the limits that it goes by', () => {
    expect(text.findings.limits).toContain(`above ${String(limits.largeStep)} of the weights`);
    for (const found of findings(facts(course(0.19, { deadUnits: 60, weightNorm: 40, updateRatio: 0.2 }))))
      expect(text.diagnosis(found)).toMatch(/^[A-Z0-9].*\.$/);
  });
});

describe('real trainings', () => {
  let engine: SyncEngine;
  beforeAll(async () => {
    engine = await load();
    return () => engine.dispose();
  });

  /** As the page trains, with the points that it measures; the errors are those of the first examples. */
  function trained(changes: Partial<Options>, batches: number): Facts {
    const given = { ...options, ...changes };
    const data = engine.dataset({ kind: 'stroke-digits', count: 500, seed: 1 });
    const { data: rows } = data.rows(0, 100);
    const rbm = engine.rbm(rbmOptions(given, 784, 0));
    const table = tableOf(engine.describe().rbm);
    const training = rbm.training(data, { ...trainOptions(table, given, 0), epochs: 1e6, statistics: true });
    const points: Point[] = [];
    for (let batch = 1, next = 1; batch <= batches; ++batch) {
      training.step();
      if (batch < next) continue;
      next = pointAfter(batch);
      const { data: made } = rbm.reconstruct(rows, { steps: 1, seed: 1 });
      const error = made.reduce((sum, value, i) => sum + (value - (rows[i] ?? 0)) ** 2, 0) / rows.length;
      points.push(point(batch / 10, error, { statistics: training.progress.statistics ?? null }));
    }
    rbm.dispose();
    return facts(points, { options: given });
  }

  it('learn, go too fast, or hardly move, and are told so', () => {
    expect(kinds(trained({}, 150))).toEqual(['learns']);
    const hot = findings(trained({ learningRate: 1, momentum: 0.9 }, 60));
    expect(hot[0]).toMatchObject({ kind: 'silent', cause: 'rate' });
    expect((hot[0] as { step: number }).step).toBeGreaterThan(0.8);
    expect(kinds(trained({ learningRate: 1e-4 }, 60))).toEqual(['small-steps', 'flat']);
  });
});

describe('runs that are kept', () => {
  const run = (given: Partial<KeptRun> = {}): KeptRun => ({
    id: 'a',
    number: 1,
    name: null,
    data: '{"kind":"stroke-digits","count":5000}',
    examples: 4500,
    options: [options],
    points: [
      point(0.1, 0.2, { statistics: null }),
      point(1, 0.1, {
        validationError: 0.11,
        freeEnergy: -100,
        validationFreeEnergy: -96.5,
        logLikelihood: null,
        statistics: healthy,
      }),
    ],
    repeatable: true,
    ...given,
  });

  it('are told apart by what differs, the data first, and by the rule, the rate and the units where nothing does', () => {
    const cd = run({ id: 'b', number: 2, options: [{ ...options, method: 'cd', learningRate: 0.1 }] });
    expect(differences([run(), cd])).toEqual(['method', 'learningRate']);
    const named = text.runs.named([run(), cd], null);
    expect([named(run()), named(cd)]).toEqual(['1: PCD, learning rate 0.05', '2: CD, learning rate 0.1']);
    expect(text.runs.named([run()], null)(run())).toBe('1: PCD, learning rate 0.05, 60 hidden');
    expect(text.runs.named([run()], cd)(run())).toBe('1: PCD, learning rate 0.05');
    const bars = run({ id: 'c', number: 3, data: '{"kind":"bars-and-stripes","size":4}', examples: 30 });
    expect(text.runs.named([run(), bars], null)(bars)).toBe('3: Bars and stripes of 4, 30 examples');
    expect(text.runs.named([run(), cd], null)({ ...cd, name: 'My own' })).toBe('My own');
    expect(differences([])).toEqual([]);
  });

  it('tell what was changed on the way', () => {
    const changed = run({ options: [0.05, 0.1, 0.05].map((learningRate) => ({ ...options, learningRate })) });
    expect(valuesOf(changed, 'learningRate')).toEqual([0.05, 0.1, 0.05]);
    expect(valuesOf(changed, 'method')).toEqual(['pcd']);
    expect(differences([changed])).toEqual(['learningRate']);
    expect(text.runs.values('learningRate', [0.05, 0.1, 0.05])).toBe('0.05 → 0.1 → 0.05');
    expect(text.runs.values('learningRate', [0.05, 0.1, 0.2, 0.3])).toBe('0.05 → … → 0.3');
  });

  it('are the same training where seed, data and options are, and nothing was changed or brought along', () => {
    expect(sameTraining(run(), run({ id: 'b', points: [] }))).toBe(true);
    expect(sameTraining(run(), run({ options: [{ ...options, seed: 2 }] }))).toBe(false);
    expect(sameTraining(run(), run({ data: '{"kind":"shifter","size":5}' }))).toBe(false);
    expect(sameTraining(run({ repeatable: false }), run({ repeatable: false }))).toBe(false);
    const twice = run({ options: [options, options] });
    expect(sameTraining(twice, twice)).toBe(false);
  });

  it('end with the last figures that were measured', () => {
    const points = [...run().points, point(1.1, 0.09, { validationError: null })];
    expect(endOf(run())).toEqual({ epoch: 1, error: 0.1, validationError: 0.11, logLikelihood: null, gap: 3.5 });
    expect(endOf({ points })).toMatchObject({ epoch: 1.1, error: 0.09, validationError: 0.11, gap: null });
  });

  it('come back from their text as they were, and never as what can’t be shown', () => {
    const kept = run({ name: 'mine' });
    expect(unpackRun(packRun(kept))).toEqual(kept);
    const damaged = (change: (found: Record<string, unknown>) => void): string => {
      const found = JSON.parse(packRun(kept)) as Record<string, unknown>;
      change(found);
      return JSON.stringify(found);
    };
    for (const text of [
      '',
      'null',
      '[]',
      packRun(kept).slice(0, -2),
      damaged((found) => delete found.curves),
      damaged((found) => (found.options = [])),
      damaged((found) => (found.options = [{ ...options, method: 'none' }])),
      damaged((found) => (found.options = [{ ...options, hidden: 'many' }])),
      damaged((found) => (found.data = 'digits')),
      damaged((found) => (found.number = 'one')),
    ])
      expect(unpackRun(text)).toBeNull();
    expect(unpackRun(damaged((found) => (found.name = 7)))?.name).toBeNull();
  });

  it('take little room: a training of a hundred thousand batches some kilobytes', () => {
    const points: Point[] = [];
    for (let batch = 1; batch < 100_000; batch = pointAfter(batch)) {
      const value = 1 / (batch + 2);
      points.push(
        point(batch / 90, value, { validationError: value, freeEnergy: -value, validationFreeEnergy: -value / 3 }),
      );
    }
    expect(packRun(run({ points })).length).toBeLessThan(16_000);
  });

  it('are shown in the places that they have', () => {
    const all = [run(), run({ id: 'b' })];
    const shown = shownRuns(all, [null, 'b', 'gone', 'a'], ({ id }) => `run ${id}`);
    expect(shown.map(({ name, place }) => [name, place])).toEqual([
      ['run b', 1],
      ['run a', 3],
    ]);
  });
});
