// What the Train page says of a training's figures, and how it compares the runs that it keeps.
import { beforeAll, describe, expect, it } from 'vitest';
import type { TrainStatistics } from 'wakesleep';
import { load, type SyncEngine } from 'wakesleep/sync';
import { train as text } from '../../web/site/messages/train.ts';
import { diagnose, findings, limits, type Diagnosis, type Facts } from '../../web/site/pages/train/diagnosis.ts';
import { fieldsOf, framesOf, moved, placeAt } from '../../web/site/pages/train/fields.ts';
import { csvOf, svgOf, ticks, type Panel } from '../../web/site/pages/train/figures.ts';
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

  it('are told apart by what differs, the data first, and by rule, rate and units where nothing does', () => {
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

describe('figures as files', () => {
  const points = [
    point(0.5, 0.25, { statistics: null }),
    point(1, 0.125, { validationError: 0.13, freeEnergy: -101.5, statistics: { ...healthy, deadUnits: 3 } }),
  ];

  it('are a table that other programs read: a line a point, names with any signs in quotes', () => {
    const lines = csvOf([
      { name: 'this run', points },
      { name: '2: CD, rate "0.1"', points: points.slice(1) },
    ]).split('\r\n');
    expect(lines).toEqual([
      'run,epoch,reconstruction_error,reconstruction_error_held_back,free_energy,free_energy_held_back,' +
        'log_likelihood,step_by_weights,mean_activity,silent_units,units_always_on',
      'this run,0.5,0.25,,,,,,,,',
      'this run,1,0.125,0.13,-101.5,,,0.15,0.3,3,0',
      '"2: CD, rate ""0.1""",1,0.125,0.13,-101.5,,,0.15,0.3,3,0',
      '',
    ]);
  });

  it('are a picture in which each line has its name, its last value and its points in their places', () => {
    const panel = (...values: (number | null)[]): Panel => ({
      title: 'Error <a & b>',
      axis: 'epochs',
      lines: [
        { name: 'training', colour: '#0b7268', dash: [], epochs: [0, 1, 2], values },
        { name: 'kept "one"', colour: 'red', dash: [9, 4], epochs: [0, 2], values: [3, 1] },
      ],
    });
    const colours = { paper: '#fff', ink: '#000', muted: '#555', line: '#ddd' };
    const { svg, width, height } = svgOf([panel(4, null, 0), panel(1, 2, 3)], colours);
    expect(svg).toContain(`width="${String(width)}" height="${String(height)}"`);
    expect(svg).toContain('Error &lt;a &amp; b&gt;');
    expect(svg).toContain('training  0<');
    expect(svg).toContain('kept &quot;one&quot;  1<');
    expect(svg.match(/stroke-dasharray="9 4"/g)).toHaveLength(4);
    // The first line falls over the whole of the plot, without the point that was not measured.
    const [, x1, y1, x2, y2] = /<path d="M(\S+) (\S+)L(\S+) (\S+)" stroke-linejoin/.exec(svg)?.map(Number) ?? [];
    expect([x1, x2]).toEqual([72, width - 16]);
    expect((y2 ?? 0) - (y1 ?? 0)).toBeCloseTo(220 / 1.1, 1);
    expect(svgOf([panel(5, 5, 5)], colours).svg).not.toContain('NaN');
    expect(svgOf([{ ...panel(), lines: [] }], colours).svg).not.toContain('NaN');
  });

  it('have round numbers at their axes', () => {
    expect(ticks(0, 1, 5)).toEqual([0, 0.2, 0.4, 0.6, 0.8, 1]);
    expect(ticks(-103, -98, 5)).toEqual([-103, -102, -101, -100, -99, -98]);
    expect(ticks(0.03, 0.21, 5)).toEqual([0.05, 0.1, 0.15, 0.2]);
    expect(ticks(1, 1, 5)).toEqual([1]);
  });
});

describe('the weight under a pointer', () => {
  // Of 28 x 28 pixels a picture has as many, with gaps of 2; of 4 x 4 each is 6 wide.
  const grid = { count: 5, rows: 28, columns: 28, across: 3 };
  const small = { count: 2, rows: 4, columns: 4, across: 2 };

  it('is found by its place in the picture, and none in the gaps and beyond the last unit', () => {
    const [width, height] = [3 * 30 - 2, 2 * 30 - 2];
    const at = (x: number, y: number) => placeAt(grid, (x + 0.5) / width, (y + 0.5) / height);
    expect(at(0, 0)).toEqual({ unit: 0, row: 0, column: 0 });
    expect(at(30 + 5, 7)).toEqual({ unit: 1, row: 7, column: 5 });
    expect(at(5, 30 + 27)).toEqual({ unit: 3, row: 27, column: 5 });
    expect(at(28, 3)).toBeNull();
    expect(at(3, 29)).toBeNull();
    expect(at(60 + 3, 30 + 3)).toBeNull();
    expect(placeAt(grid, 1.01, 0.5)).toBeNull();
    expect(placeAt(small, (26 + 13.5) / 50, 6.5 / 24)).toEqual({ unit: 1, row: 1, column: 2 });
  });

  it('is framed where it is found', () => {
    for (const [of, place] of [
      [grid, { unit: 4, row: 9, column: 27 }],
      [small, { unit: 1, row: 3, column: 0 }],
      [
        { count: 1, rows: 200, columns: 100, across: 1 },
        { unit: 0, row: 40, column: 60 },
      ],
    ] as const) {
      const { pixel, unit } = framesOf(of, place);
      expect(placeAt(of, (pixel.left + pixel.width / 2) / 100, (pixel.top + pixel.height / 2) / 100)).toEqual(place);
      expect(pixel.left).toBeGreaterThanOrEqual(unit.left);
      expect(pixel.top + pixel.height).toBeLessThanOrEqual(unit.top + unit.height + 1e-9);
    }
  });

  it('is gone to by keys, from unit to unit and from pixel to pixel, and never out of the picture', () => {
    const start = moved(grid, null, 'ArrowRight', false);
    expect(start).toEqual({ unit: 0, row: 14, column: 14 });
    expect(moved(grid, start, 'ArrowDown', false)).toMatchObject({ unit: 3 });
    expect(moved(grid, start, 'ArrowUp', false)).toEqual(start);
    expect(moved(grid, start, 'End', false)).toMatchObject({ unit: 4, row: 14 });
    expect(moved(grid, start, 'ArrowUp', true)).toMatchObject({ unit: 0, row: 13, column: 14 });
    expect(moved(grid, { unit: 2, row: 0, column: 27 }, 'ArrowRight', true)).toEqual({ unit: 2, row: 0, column: 27 });
    expect(moved(grid, start, 'x', false)).toBeNull();
  });

  it('is that of the machine on pixels where these were standardised', () => {
    const W = { data: Float32Array.of(1, -2, 3, 4), shape: [2, 2] };
    const model = { hiddenUnits: 2 };
    expect(fieldsOf({ parameters: { W }, feed: { standard: null }, model })?.weights).toEqual(W.data);
    const standard = { mean: new Float32Array(2), deviation: Float32Array.of(0.5, 2) };
    const fields = fieldsOf({ parameters: { W }, feed: { standard }, model });
    expect(fields?.weights).toEqual(Float32Array.of(0.5, -1, 6, 8));
    expect(fields?.scale).toBe(8);
    const place = { unit: 1, row: 1, column: 2, weight: -0.25, largest: 6, bias: -1e-5 };
    expect(text.fields.reading(place)).toBe(
      'Unit 1, row 1, column 2: weight −0.250. Its largest is 6.000, its bias 0.000.',
    );
    expect(fieldsOf({ parameters: null, feed: { standard }, model })).toBeNull();
  });
});
