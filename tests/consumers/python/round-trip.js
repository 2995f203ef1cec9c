// A model goes to Python and comes back changed; both sides compute the same free energies.
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { load } from 'wakesleep/sync';

const engine = await load();
const shapes = engine.dataset({ kind: 'bars-and-stripes', size: 3 });
const rbm = engine.rbm({ visible: 9, hidden: 5, seed: 1 });
rbm.train(shapes, { epochs: 200, batchSize: 14, learningRate: 0.1 });
writeFileSync('model.safetensors', rbm.save());

const { data } = shapes.rows(0, shapes.count);
const rows = Array.from({ length: shapes.count }, (_, i) => Array.from(data.subarray(9 * i, 9 * i + 9)));
const python = ['model.py', 'model.safetensors', 'changed.safetensors'];
const { before, after } = JSON.parse(
  execFileSync('python3', python, { input: JSON.stringify(rows), encoding: 'utf8' }),
);
const changed = engine.open(readFileSync('changed.safetensors'));

const same = (ours, theirs) => ours.data.forEach((value, i) => assert.ok(Math.abs(value - theirs[i]) < 1e-4));
same(rbm.freeEnergy(shapes), before);
same(changed.freeEnergy(shapes), after);
assert.ok(Math.abs(before[0] - after[0]) > 1e-2);
