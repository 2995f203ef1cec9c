// npm run dreams [-- --judge]: what the first page shows of models/digits-dbn.safetensors before the network is there,
// and where its dreams of a label start. Run it again when the network has changed; it takes some minutes.
//
// A dream that is clamped to a label is not always read as that label: some chains settle in a neighbour. Chains take
// random numbers by their place, so what was judged here is what every visitor sees: a seed for the ten dreams that
// form out of noise, and for each label ten starts, whose chains stay with their label as far as `horizon`, where the
// page begins them anew.

import { format, resolveConfig } from 'prettier';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';
import { gunzipSync, gzipSync } from 'node:zlib';
import { judge, judgeFile, packed, unpacked } from '../../tests/judge/judge.mjs';
import { build } from './build.mjs';
import { Failure, isMain, main, note } from './log.mjs';
import { fromRoot, jobs } from './paths.mjs';

const folder = fromRoot('web/site/pages/home/dreams');
const pixels = 784;
const labels = Array.from({ length: 10 }, (_, label) => label);
/** Gibbs steps of the frames that are stored: slowly at first, when the digits form. */
const film = [
  [12, 1],
  [10, 2],
  [9, 4],
  [8, 8],
  [6, 28],
].flatMap(([frames, stride]) => Array(frames).fill(stride));
film.forEach((_, i) => i > 0 && (film[i] += film[i - 1]));
const formed = film.at(-1);
/** Gibbs steps a frame when the film has ended, and how many steps are judged. */
const stride = 2;
const horizon = 450;

/**
 * Gibbs steps between looks at chains that are judged. Each frame that a visitor may see is judged in the end; most
 * chains are found out by a glance now and then.
 */
const looks = [50, 10, stride];

/** Runs chains and tells which rows of those that are `open` are not read as wanted, from that step on. */
function misread(net, read, { from, between, options, wanted, open = wanted.keys() }) {
  const dream = net.dream({ chains: 10, ...options, stepsPerFrame: from });
  const [right, wrong] = [new Set(open), new Set()];
  for (let steps = from; steps <= horizon && right.size > 0; steps += between) {
    const { images } = dream.next().value;
    dream.stepsPerFrame = between;
    for (const row of right) {
      const image = images.data.subarray(pixels * row, pixels * (row + 1));
      if (read(image, wanted[row]) !== wanted[row] && right.delete(row)) wrong.add(row);
    }
  }
  dream.return();
  return wrong;
}

/** Labels whose dreams leave them soonest, first: a seed that does not suit them needs no further look. */
const restless = [4, 3, 8, 9, 2, 5, 7, 6, 1, 0];

/**
 * A seed, and the label of each of its ten chains, with which dreams out of noise are read as their labels from the
 * film's end to the horizon. Each chain is tried with each label, and the labels are dealt so that all are right.
 */
function opening(net, read) {
  for (let seed = 1; seed <= 5000; ++seed) {
    const good = labels.map(() => labels);
    const suits = restless.every((label) => {
      for (const between of looks) {
        const options = { label, seed };
        const wrong = misread(net, read, {
          from: formed,
          between,
          options,
          wanted: Array(10).fill(label),
          open: good[label],
        });
        good[label] = good[label].filter((row) => !wrong.has(row));
      }
      return deal(good) !== null;
    });
    if (suits) return { seed, dealt: deal(good) };
  }
  throw new Failure('No seed keeps ten dreams with their labels.');
}

/** A label for each of ten rows, of the rows that are good for each label; by augmenting paths. */
function deal(good) {
  const label = Array(10).fill(null);
  const place = (of, seen) =>
    good[of].some((row) => {
      if (seen.has(row)) return false;
      seen.add(row);
      if (label[row] !== null && !place(label[row], seen)) return false;
      label[row] = of;
      return true;
    });
  return labels.every((of) => place(of, new Set())) ? label : null;
}

function filmed(net, seed, label) {
  const dream = net.dream({ chains: 10, label, seed });
  const frames = film.map((steps, i) => {
    dream.stepsPerFrame = steps - (film[i - 1] ?? 0);
    return packed(dream.next().value.images.data);
  });
  dream.return();
  return Buffer.concat(frames);
}

/** Dreams that have formed and are read as their label, as images to start from: those that are surest of it first. */
function* candidates(net, read, label) {
  const dream = net.dream({ chains: 24, label, seed: 1000, stepsPerFrame: 300 });
  for (;;) {
    const { images } = dream.next().value;
    dream.stepsPerFrame = 60;
    const all = Array.from({ length: 24 }, (_, row) =>
      unpacked(packed(images.data.subarray(pixels * row, pixels * (row + 1)))),
    ).filter((image) => read(image, label) === label);
    const { freeEnergy } = net.classify(Float32Array.from(all.flatMap((image) => Array.from(image))));
    const margin = all.map((_, i) => {
      const energies = Array.from(freeEnergy.data.subarray(10 * i, 10 * (i + 1)));
      return Math.min(...energies.filter((__, y) => y !== label)) - energies[label];
    });
    yield* all
      .map((image, i) => ({ image, margin: margin[i] }))
      .sort((a, b) => b.margin - a.margin)
      .map(({ image }) => image);
  }
}

/** Ten images, a row each, whose chains stay with the labels of their rows. */
function starts(net, read, wanted, seed, label) {
  const next = wanted.map((of) => candidates(net, read, of));
  // Rows of one label take their candidates in turn, so that no two are the same.
  const take = (row) => next[wanted.indexOf(wanted[row])].next().value;
  const start = new Float32Array(10 * pixels);
  let open = new Set(wanted.keys());
  for (let round = 1; open.size > 0; ++round) {
    for (const row of open) start.set(take(row), pixels * row);
    const left = open;
    open = new Set();
    for (const between of looks) {
      const options = { label, seed, start };
      const wrong = misread(net, read, { from: 1, between, options, wanted, open: left });
      for (const row of wrong) if (left.delete(row)) open.add(row);
    }
    if (round > 2000) throw new Failure(`No starts keep the dreams of ${label}.`);
  }
  return packed(start);
}

/** k-means of each label's training images. */
async function makeJudge() {
  const data = process.env.WAKESLEEP_DATA;
  if (!data) throw new Failure('The judge is made of MNIST: set WAKESLEEP_DATA.');
  const read = (name) => gunzipSync(readFileSync(`${data}/mnist/${name}-ubyte.gz`));
  const [images, of] = [read('train-images-idx3').subarray(16), read('train-labels-idx1').subarray(8)];
  const [centres, iterations] = [100, 5];
  const made = [];
  for (const label of labels) {
    const rows = Array.from(of.keys())
      .filter((i) => of[i] === label)
      .slice(0, 2500);
    const all = rows.map((i) => Float32Array.from(images.subarray(pixels * i, pixels * (i + 1)), (v) => v / 255));
    let means = Array.from({ length: centres }, (_, k) => all[Math.floor((k * all.length) / centres)].slice());
    for (let round = 0; round < iterations; ++round) {
      const sums = means.map(() => new Float32Array(pixels));
      const counts = means.map(() => 0);
      for (const image of all) {
        let [nearest, best] = [Infinity, 0];
        means.forEach((mean, k) => {
          let distance = 0;
          for (let i = 0; i < pixels && distance < nearest; i += 28)
            for (let j = i; j < i + 28; ++j) distance += (mean[j] - image[j]) ** 2;
          if (distance < nearest) [nearest, best] = [distance, k];
        });
        counts[best] += 1;
        for (let i = 0; i < pixels; ++i) sums[best][i] += image[i];
      }
      means = means.map((mean, k) => (counts[k] > 0 ? sums[k].map((v) => v / counts[k]) : mean));
    }
    made.push(...means.map(packed));
  }
  writeFileSync(judgeFile, gzipSync(Buffer.concat(made), { level: 9 }));
  const [test, answers] = [read('t10k-images-idx3').subarray(16), read('t10k-labels-idx1').subarray(8)];
  const reads = judge();
  let right = 0;
  const tried = 1000;
  answers.subarray(0, tried).forEach((label, i) => {
    right += reads(Float32Array.from(test.subarray(pixels * i, pixels * (i + 1)), (v) => v / 255)) === label;
  });
  note(`the judge reads ${((100 * right) / tried).toFixed(1)} % of ${tried} of MNIST's test images right`);
}

/** Of dreams that a reader asks for; those that form out of noise have one that was searched for. */
const seedOfStarts = 1;

const network = fromRoot('models/digits-dbn.safetensors');
async function opened() {
  const { load } = await import('wakesleep/sync');
  const engine = await load();
  return engine.open(readFileSync(network));
}

/** One of the things to be judged, by its name: the opening, a label, or one label each. */
async function judged(what) {
  const [net, read] = [await opened(), judge()];
  if (what === 'opening') {
    const { seed, dealt } = opening(net, read);
    return { seed, labels: dealt, bytes: filmed(net, seed, dealt), fingerprint: net.fingerprint() };
  }
  const label = what === 'each' ? labels : what;
  return { bytes: starts(net, read, what === 'each' ? labels : Array(10).fill(what), seedOfStarts, label) };
}

/** All of them, as many at a time as there are cores; in the order of `all`. */
async function judgedAll(all) {
  const results = [];
  const waiting = all.map((what, i) => ({ what, i }));
  const one = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { what, i } = next;
      results[i] = await new Promise((resolve, reject) => {
        const thread = new Worker(new URL(import.meta.url), { workerData: what });
        thread.once('message', resolve);
        thread.once('error', reject);
      });
      note(`${what} is judged`);
    }
  };
  await Promise.all(Array.from({ length: jobs }, one));
  return results;
}

if (!isMainThread) parentPort.postMessage(await judged(workerData));
else if (isMain(import.meta.url)) {
  await main(async () => {
    if (process.argv.includes('--judge')) await makeJudge();
    await build(['package']);
    // What takes longest comes first.
    const all = ['opening', 'each', ...restless];
    const judgements = await judgedAll(all);
    const [first, ...rows] = ['opening', 'each', ...labels].map((what) => judgements[all.indexOf(what)]);
    mkdirSync(folder, { recursive: true });
    writeFileSync(`${folder}/film.bin`, first.bytes);
    writeFileSync(`${folder}/starts.bin`, Buffer.concat(rows.map(({ bytes }) => bytes)));
    const facts = {
      network: first.fingerprint,
      seed: first.seed,
      labels: first.labels,
      seedOfStarts,
      stride,
      horizon,
      startsHorizon: horizon,
      steps: film,
    };
    const file = `${folder}/film.json`;
    writeFileSync(file, await format(JSON.stringify(facts), { ...(await resolveConfig(file)), parser: 'json' }));
  });
}
