// The calls that the first part of the engine's module answers, each in every way that leads to other functions of it.
// web/tools/parts.mjs bundles this with the library's sources and runs it three times:
//   files <build> <folder>    writes the models that the others open
//   record <build> <folder>   with the module instrumented: writes which functions were called
//   prove <build> <folder>    with the first part alone: fails where that does not do

import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { firstCalls } from '../lib/models/first-calls.ts';
import { finish, isTask } from '../lib/models/task.ts';
import { loadCore } from '../lib/shell/core.ts';

const [what, build, folder] = process.argv.slice(2);
const models = join(folder, 'models');

/** Each call that was made, as kind.method. */
const called = new Set();

let instance;
let memory;
const { instantiate } = WebAssembly;
WebAssembly.instantiate = async (bytes, imports) => {
  const made = await instantiate(bytes, imports);
  instance ??= made.instance;
  const all = [instance.exports, ...Object.values(imports)].flatMap((one) => Object.values(one));
  memory = all.find((one) => one instanceof WebAssembly.Memory);
  return made;
};

const wasm = readFileSync(join(folder, `engine/wakesleep-${build}.wasm`));
// What is recorded are the calls of one thread, so that they don't depend on which thread comes first; others are
// needed to prove that they lack nothing. The memory has the size that the linker has written down.
const threads = build === 'threads' && what === 'prove' ? 3 : 1;
const settings = build === 'threads' ? { threads, memory: 2 ** 29 } : { threads };
const engine = await loadCore(build, { wasm, ...settings });
const made = (answer) => (isTask(answer) ? finish(answer) : answer);
const created = (kind, options) => made(engine[kind](options));

if (what === 'files') writeModels();
else {
  callAll();
  const missing = Object.entries(firstCalls)
    .flatMap(([kind, methods]) => methods.map((method) => `${kind}.${method}`))
    .filter((name) => !called.has(name));
  if (missing.length > 0) throw new Error(`web/tools/first-calls.mjs does not call ${missing.join(', ')}`);
  if (engine.threads > 1) awaitThreads();
  if (what === 'record') writeFileSync(join(folder, 'profile'), recorded());
}
process.exit();

function writeModels() {
  mkdirSync(models, { recursive: true });
  const write = (name, model, options) => {
    writeFileSync(join(models, name), model.save(options));
    model.dispose();
  };
  // The engine itself tells which types of units there are.
  const types = wordsAfter('there are ', () => created('rbm', { visible: 2, hidden: 2, visibleUnits: '?' }));
  const units = types.flatMap((type) =>
    type === 'softmax'
      ? [{ type, groups: [2, 4] }]
      : type === 'gaussian'
        ? [type, { type, learnedSigma: true }]
        : [type],
  );
  for (const [v, visibleUnits] of units.entries())
    for (const [h, hiddenUnits] of units.entries())
      for (const labels of [0, 3])
        attempt(() =>
          write(
            `rbm-${v}-${h}-${labels}`,
            created('rbm', { visible: 6, hidden: 6, labels, visibleUnits, hiddenUnits }),
          ),
        );
  // As large as those that the kernels for many units are made for, and as the site's.
  write('rbm', created('rbm', { visible: 784, hidden: 500, labels: 10 }), { dtype: 'f16' });
  write('dbn', created('dbn', { layers: [784, 500, 500, 2000], labels: 10 }), { dtype: 'f16' });
  write('dbn-small', created('dbn', { layers: [9, 6, 5] }));
  write('dbm', created('dbm', { layers: [9, 6, 5] }));
  write('sbn', created('sbn', { layers: [9, 6, 5] }));
  write('network', made(created('dbn', { layers: [9, 6, 5] }).toAutoencoder()));
  const data = made(engine.datasetFromSource({ kind: 'bars-and-stripes', size: 3 }));
  for (const method of wordsAfter('method must be ', () =>
    created('rbm', { visible: 9, hidden: 6 }).training(data, { method: '?' }),
  )) {
    const rbm = created('rbm', { visible: 9, hidden: 6 });
    made(rbm.train(data, { method, epochs: 1, momentum: 0.5 }));
    write(`rbm-after-${method}`, rbm, { resumable: true });
  }
}

/** The words that an error's message lists. */
function wordsAfter(start, call) {
  const { message } = attempt(call);
  const list = message.slice(message.indexOf(start) + start.length).split(', not ')[0];
  const words = list.match(/[a-z][a-z-]+/g).filter((word) => word !== 'or');
  if (!message.includes(start) || words.length < 5) throw new Error(`not the list that was expected: ${message}`);
  return words;
}

/** The result, or the error that the engine throws for wrong arguments; others are faults. */
function attempt(call) {
  try {
    return call();
  } catch (error) {
    if (
      error instanceof WebAssembly.RuntimeError ||
      !['TypeError', 'RangeError', 'WakesleepError'].includes(error.name)
    )
      throw error;
    return error;
  }
}

function callAll() {
  const strokes = { kind: 'strokes', points: Float32Array.of(1, 1, 3, 10, 8, 12), lengths: Uint32Array.of(2, 1) };
  const grey = (Type, values, most) => ({
    kind: 'picture',
    data: new Type(values).map((_, i) => ((i % 97) * most) / 97),
    width: 40,
    height: 50,
  });
  for (const drawing of [
    strokes,
    grey(Float32Array, 2000, 1),
    grey(Uint8ClampedArray, 8000, 255),
    grey(Uint8Array, 2000, 255),
    { kind: 'strokes', points: Float32Array.of(), lengths: Uint32Array.of() },
  ])
    call(engine, 'engine', 'preprocessDigit', drawing);
  for (const wrong of ['', 'no model', '\x08\0\0\0\0\0\0\0{"a":{}}', '\x02\0\0\0\0\0\0\0{}', '<!doctype html>'])
    call(engine, 'engine', 'open', new TextEncoder().encode(wrong));
  callData();
  for (const name of readdirSync(models)) {
    const model = call(engine, 'engine', 'open', readFileSync(join(models, name)));
    if (model.kind in firstCalls) callModel(model);
    model.dispose();
  }
  call(engine, 'engine', 'diagnostics');
  // The worker asks after each call that makes an object.
  engine.life.crowded();
}

/** Works until each thread has done a part, so that what one lacks has come to light. */
function awaitThreads() {
  const model = engine.open(readFileSync(join(models, 'rbm')));
  const give = performance.now() + 20_000;
  while (engine.diagnostics().workByThread.some((pieces) => pieces === 0)) {
    if (performance.now() > give) throw new Error('a thread does nothing');
    made(model.sample({ chains: 300, steps: 5 }));
  }
  model.dispose();
}

function callData() {
  const values = { shape: [4, 2, 3], labels: [0, 1, 2, 1] };
  const bits = Uint8Array.from({ length: 24 }, (_, i) => i % 2);
  for (const [pixels, options] of [
    [bits, { ...values, scale: 1 }],
    [bits, { shape: [4, 6], scale: 1 }],
    [bits.map((bit) => 255 * bit), { ...values, scale: 1 / 255 }],
    [bits.map((bit) => 100 * bit), { ...values, scale: 1 / 255 }],
    [Uint16Array.from(bits), { ...values, scale: 1 }],
    [Uint16Array.from(bits), { ...values, scale: 0.3 }],
    [Int8Array.from(bits), { ...values, scale: -1 }],
    [Float32Array.from(bits), values],
    [Float32Array.from(bits, (bit) => bit / 3), values],
    [Float32Array.from(bits, () => NaN), values],
    [Float64Array.from(bits, (bit) => bit / 3), values],
  ])
    callDataset(call(engine, 'engine', 'datasetFromPixels', pixels, options));
  const idx = (...bytes) => Uint8Array.of(0, 0, 8, ...bytes);
  const images = idx(3, 0, 0, 0, 2, 0, 0, 0, 1, 0, 0, 0, 2, 0, 255, 7, 0);
  for (const source of [
    { kind: 'idx', images },
    {
      kind: 'idx',
      images: images.map((byte, i) => (byte === 7 && i > 3 ? 0 : byte)),
      labels: idx(1, 0, 0, 0, 2, 0, 1),
    },
    { kind: 'idx', images, labels: idx(1, 0, 0, 0, 3, 0, 1, 2) },
    { kind: 'idx', images: images.subarray(1) },
    { kind: 'idx', images: images.subarray(0, 18) },
    { kind: 'bars-and-stripes', size: 3 },
    { kind: 'shifter', size: 4 },
    { kind: 'shifter', size: 12, count: 50 },
    { kind: 'stroke-digits', count: 50, seed: 7, first: 3 },
  ])
    callDataset(call(engine, 'engine', 'datasetFromSource', source));
}

function callDataset(data) {
  if (data.kind !== 'dataset') return;
  const on = (method, ...given) => call(data, 'dataset', method, ...given);
  on('rows', 0, 2);
  on('labels', 0, 2);
  for (const which of [{ first: 1, count: 1 }, { label: 1 }, { label: 9 }]) {
    const part = on('subset', which);
    if (part.kind !== 'dataset') continue;
    call(part, 'dataset', 'rows', 0, 1);
    part.dispose();
  }
  data.dispose();
}

function call(target, kind, method, ...given) {
  called.add(`${kind}.${method}`);
  return attempt(() => made(target[method](...given)));
}

function callModel(model) {
  const on = (method, ...given) => call(model, model.kind, method, ...given);
  const row = Float32Array.from({ length: model.visible }, (_, i) => i % 2);
  // One-hot where groups of softmax units want that.
  const groups = Float32Array.from({ length: model.visible }, (_, i) => Number(i === 0 || i === 2));
  const many = Float32Array.from({ length: 100 * model.visible }, (_, i) => row[i % model.visible]);
  for (const x of [row, groups, many, row.map(() => NaN), row.map(() => 0.5), row.subarray(1)]) {
    for (const method of ['predict', 'classify', 'freeEnergy', 'hiddenMeans', 'sampleHidden'])
      if (method in model) on(method, x);
    on('classifyByIteration', x, { iterations: 2 });
    on('reconstruct', x);
    on('reconstruct', x, { steps: 0 });
    on('reconstruct', x, { steps: 2, seed: 1, temperature: 2 });
    if (model.kind === 'dbn') for (const layer of model.layers.keys()) on('up', x, layer);
    else {
      on('freeEnergy', x, { labels: Array(Math.ceil(x.length / model.visible)).fill(1) });
      on('sampleHidden', x, { seed: 1, temperature: 2 });
      const means = on('hiddenMeans', x);
      for (const h of [means, means.data?.map(() => NaN)]) {
        on('visibleMeans', h);
        on('sampleVisible', h);
        on('sampleVisible', h, { seed: 1, temperature: 2, words: 3 });
      }
    }
    const clamp = { values: x, mask: x.map((_, i) => i % 2) };
    for (const options of [
      {},
      { start: x },
      { start: x, words: 5 },
      { clamp },
      { label: 1 },
      { label: null },
      { start: x, label: 99 },
    ])
      for (const more of [{}, { chains: 3, steps: 3, temperature: 2, seed: 1 }]) on('sample', { ...options, ...more });
  }
  for (const tempering of [undefined, 'ladder', 'stacked', '?']) {
    const chains = on('dream', { chains: 10, seed: 1, tempering });
    if (chains.kind !== 'chains') continue;
    const next = () => call(chains, 'chains', 'frame', { stepsPerFrame: 3, temperature: 1 });
    next();
    for (const labels of [1, Array(10).fill(2), 99, null]) {
      call(chains, 'chains', 'clamp', labels);
      next();
    }
    for (const x of [row, groups, many.subarray(0, 10 * row.length), row.map(() => NaN)]) {
      call(chains, 'chains', 'startFrom', x);
      next();
    }
    call(chains, 'chains', 'frame', { stepsPerFrame: 1, temperature: 2 });
    chains.dispose();
  }
  on('sample', { chains: 100, start: row });
  const shape = [100, model.visible];
  for (const pixels of [many, many.map((value) => value / 3)]) {
    const labels = Array(100).fill(1);
    const data = attempt(() => made(engine.datasetFromPixels(pixels, { shape, labels })));
    if (data.kind !== 'dataset') continue;
    for (const method of ['classify', 'reconstruct', 'freeEnergy', 'hiddenMeans', 'sampleHidden', 'up'])
      if (method in model) on(method, data, ...(method === 'up' ? [1] : []));
    on('classifyByIteration', data, { iterations: 2 });
    data.dispose();
  }
  // More than there is memory for.
  if (model.visible > 500) on('sample', { chains: 2 ** 20 });
}

/** What wasm-split's instrumentation has counted. */
function recorded() {
  const most = 2 ** 17; // bytes, at the end of the memory, which is not needed any more
  const address = memory.buffer.byteLength - most;
  const length = instance.exports.__write_profile(address, most);
  return Buffer.from(new Uint8Array(memory.buffer, address, length));
}
