// What each consumer does: it opens a model, classifies ten digits, trains with progress, and aborts.
import { load } from 'wakesleep';

export async function run({ model: source = new URL('/digits.safetensors', location.href), ...options } = {}) {
  const began = performance.now();
  const engine = await load(options);
  const model = await engine.open(source);
  const digits = await engine.dataset({ kind: 'stroke-digits', count: 10, seed: 3 });
  const { labels } = await model.classify(digits);
  const milliseconds = Math.round(performance.now() - began);
  const truth = await digits.labels(0, 10);
  const right = labels.filter((label, i) => label === truth[i]).length;

  const rbm = await engine.rbm({ visible: 784, hidden: 20, seed: 1 });
  let reports = 0;
  await rbm.train(digits, { epochs: 5, onProgress: () => void reports++ });
  const enough = new Error('enough');
  const controller = new AbortController();
  const training = rbm.train(digits, { epochs: 1_000_000, signal: controller.signal });
  setTimeout(() => controller.abort(enough), 50);
  const aborted = await training.then(
    () => false,
    (error) => error === enough,
  );
  const { build, threads, reason } = engine.info;
  engine.dispose();
  return { build, threads, reason, right, reports, aborted, milliseconds };
}

/** Tells the outcome to whoever drives the browser, with what comes of `also`. */
export async function show(options, also = () => ({})) {
  try {
    globalThis.outcome = { ...(await run(options)), ...(await also()) };
  } catch (error) {
    globalThis.outcome = { error: `${error.name} ${error.code ?? ''}: ${error.message}` };
  }
  document.body.textContent = JSON.stringify(globalThis.outcome);
}
