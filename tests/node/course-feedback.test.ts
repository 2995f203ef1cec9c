// What the lesson Feedback claims, computed anew through the package.
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type SyncDbm, type SyncEngine } from 'wakesleep/sync';
import {
  digitsAt,
  distance,
  Inference,
  set,
  sweepCount,
  winner,
  type Sweep,
} from '../../web/site/lessons/feedback/mean-field.ts';
import { strokesAt } from '../../web/site/lessons/recognition/morph.ts';
import { fromRoot } from '../../web/tools/paths.mjs';

let engine: SyncEngine;
let dbm: SyncDbm;
let inference: Inference;
beforeAll(async () => {
  engine = await load();
  dbm = engine.open(readFileSync(fromRoot('models/digits-dbm.safetensors'))) as SyncDbm;
  inference = new Inference(dbm.parameters());
});
afterAll(() => engine.dispose());

const bent = (part: number): Float32Array => engine.preprocessDigit(strokesAt(part)).data;
const ends = (v: Float32Array): [first: Sweep, last: Sweep] => {
  const all = inference.sweeps(v, sweepCount);
  return [all[0]!, all.at(-1)!];
};
const share = ({ labels }: Sweep, y: number): string => labels[y]!.toFixed(2);

describe('lesson Feedback', () => {
  it('has a fixed point that is the engine’s, and is there after the sweeps of the figure', () => {
    for (const part of [0, 0.2, 0.35, 0.6, 1]) {
      const v = bent(part);
      const [h1, h2] = dbm.hiddenMeans(v, { meanFieldSteps: 200, meanFieldTolerance: 0 });
      const found = inference.sweeps(v, 200).at(-1)!;
      expect(distance(found.h1, h1!.data)).toBeLessThan(1e-3);
      expect(distance(found.h2, h2!.data)).toBeLessThan(1e-3);
      const labels = dbm.classifyByIteration(v, { iterations: 200 }).data;
      found.labels.forEach((p, y) => expect(p).toBeCloseTo(labels[y]!, 3));
      expect(distance(ends(v)[1].labels, found.labels)).toBeLessThan(0.02);
    }
  });

  it('moves: where inference ends is not where the pass upwards was', () => {
    const moved = (part: number): number => {
      const [first, last] = ends(bent(part));
      return distance(first.h1, last.h1);
    };
    for (const part of [0, 0.35, 1]) expect(moved(part)).toBeGreaterThan(2);
    expect(moved(0.35).toFixed(1)).toBe('2.9');
  });

  it('answers its question: the doubt is resolved', () => {
    const [first, last] = ends(bent(0.35));
    expect([share(first, 4), share(first, 9)]).toEqual(['0.40', '0.56']);
    expect([share(last, 4), share(last, 9)]).toEqual(['0.05', '0.93']);
    // What the first layer draws comes nearer to the image.
    const away = ({ h1 }: Sweep) => distance(inference.drawn(h1), bent(0.35));
    expect(away(last)).toBeLessThan(0.8 * away(first));
    const before = ends(bent(0.3));
    expect([share(before[0], 4), share(before[1], 4)]).toEqual(['0.77', '0.99']);
  });

  it('has a doubt that is still there when each label is held in turn', () => {
    const { data: p } = dbm.classify(bent(0.35)).probabilities;
    expect([p[4]!.toFixed(2), p[9]!.toFixed(2)]).toEqual(['0.48', '0.49']);
  });

  it('has digits that the layers above decide otherwise: two rightly, one wrongly', () => {
    const data = engine.dataset(set);
    const found = Object.entries(digitsAt).map(([name, place]) => {
      const [first, last] = ends(data.rows(place, 1).data);
      const [was, is] = [winner(first.labels), winner(last.labels)];
      return [name, data.labels(place, 1)[0], was, share(first, was), is, share(last, is)];
    });
    expect(found).toEqual([
      ['five', 5, 3, '0.47', 5, '0.91'],
      ['nine', 9, 3, '0.59', 9, '0.89'],
      ['eight', 8, 8, '0.61', 5, '0.96'],
    ]);
  });

  it('reads a little better with feedback, and is surer of everything', () => {
    const data = engine.dataset(set);
    const labels = data.labels(0, data.count);
    let [before, after, changed, sureBefore, sureAfter] = [0, 0, 0, 0, 0];
    const rows = data.rows(0, data.count).data;
    for (let row = 0; row < data.count; ++row) {
      const [first, last] = ends(rows.subarray(784 * row, 784 * (row + 1)));
      const [was, is] = [winner(first.labels), winner(last.labels)];
      before += Number(was === labels[row]);
      after += Number(is === labels[row]);
      changed += Number(was !== is);
      sureBefore += first.labels[was]! / data.count;
      sureAfter += last.labels[is]! / data.count;
    }
    expect([before, after, changed]).toEqual([457, 460, 15]);
    expect([sureBefore.toFixed(2), sureAfter.toFixed(2)]).toEqual(['0.85', '0.94']);
  }, 60_000);
});
