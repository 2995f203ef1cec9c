// Loading, the choice of a build, threads, and the end of an engine.
import { execFile } from 'node:child_process';
import { availableParallelism, tmpdir } from 'node:os';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, vi } from 'vitest';
import { load } from 'wakesleep';
import { plan, type Platform } from '../../web/lib/platform.ts';
import { expectCode, expectError } from './helpers.ts';

const run = promisify(execFile);

describe('load', () => {
  it('runs the build with threads where the machine has several cores, and says what runs', async () => {
    const engine = await load();
    if (availableParallelism() > 1) {
      expect(engine.info).toEqual({ build: 'threads', threads: Math.min(8, availableParallelism()) });
    } else {
      expect(engine.info).toMatchObject({ build: 'simd', threads: 1, reason: expect.stringContaining('one core') });
    }
    engine.dispose();
  });

  it('runs the other build when one thread is asked for, and says why', async () => {
    const engine = await load({ threads: 1 });
    expect(engine.info).toEqual({ build: 'simd', threads: 1, reason: 'one thread was asked for' });
    engine.dispose();
  });

  it('tells how many bytes of WebAssembly have arrived', async () => {
    const told: { loaded: number; total: number }[] = [];
    const engine = await load({ threads: 1, onProgress: (progress) => told.push(progress) });
    expect(told.length).toBeGreaterThan(0);
    expect(told.at(-1)?.loaded).toBe(told.at(-1)?.total);
    expect(told.at(-1)?.loaded).toBeGreaterThan(10_000);
    engine.dispose();
  });

  it('takes files from where `locate` says, and says what failed where they are not', async () => {
    const asked: string[] = [];
    const here = (file: string) => {
      asked.push(file);
      return new URL(`../../dist/lib/${file.endsWith('.wasm') ? 'engine/' : 'shell/'}${file}`, import.meta.url);
    };
    const engine = await load({ threads: 1, locate: here });
    expect(asked.sort()).toEqual(['wakesleep-simd-rest.wasm', 'wakesleep-simd.wasm', 'worker.js']);
    engine.dispose();

    const nowhere = (file: string) => (file.endsWith('.wasm') ? 'file:///nowhere/engine.wasm' : undefined);
    await expectCode(
      () => load({ threads: 1, locate: nowhere }),
      'fetch',
      /file:\/\/\/nowhere\/engine\.wasm could not be loaded: ENOENT/,
    );
    const noWorker = (file: string) => (file === 'worker.js' ? 'file:///nowhere/worker.js' : undefined);
    await expectCode(() => load({ threads: 1, locate: noWorker }), 'worker-lost', /nowhere\/worker\.js/);
  });

  it('falls back to one thread when the build with threads fails, and says why', async () => {
    const locate = (file: string) => (file === 'wakesleep-threads.wasm' ? 'file:///nowhere/threads.wasm' : undefined);
    const engine = await load({ threads: 2, locate });
    expect(engine.info).toMatchObject({ build: 'simd', threads: 1 });
    expect(engine.info.reason).toMatch(/did not start: .*nowhere\/threads\.wasm/);
    engine.dispose();
  });

  it('falls back to one thread when the build with threads never gets ready', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'wakesleep-'));
    const real = new URL('../../dist/lib/shell/worker.js', import.meta.url).href;
    const stuck = `
      import { parentPort } from 'node:worker_threads';
      setInterval(() => undefined, 1000);
      parentPort.postMessage({ kind: 'ready' });
      parentPort.once('message', async (message) => {
        if (message.args[0].build === 'threads') return;
        await import('${real}');
        parentPort.emit('message', message);
      });`;
    await writeFile(join(folder, 'worker.mjs'), stuck);
    vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
    try {
      const loading = load({
        threads: 2,
        locate: (file) => (file === 'worker.js' ? join(folder, 'worker.mjs') : undefined),
      });
      for (let i = 0; i < 1e6 && vi.getTimerCount() === 0; i++) await new Promise((resolve) => setImmediate(resolve));
      vi.advanceTimersByTime(20_000);
      const engine = await loading;
      expect(engine.info).toMatchObject({
        build: 'simd',
        threads: 1,
        reason: expect.stringMatching(/did not start: nothing happened for 15 seconds/),
      });
      expect(await engine.rbm({ visible: 2, hidden: 2 })).toMatchObject({ kind: 'rbm' });
      engine.dispose();
    } finally {
      vi.useRealTimers();
      await rm(folder, { recursive: true });
    }
  });

  it('rejects with the reason of its signal, before and while it loads', async () => {
    const reason = new Error('changed my mind');
    await expect(load({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
    const controller = new AbortController();
    const loading = load({ signal: controller.signal });
    controller.abort(reason);
    await expect(loading).rejects.toBe(reason);
  });

  it('refuses wrong options', async () => {
    await expectError(() => load({ threads: 0 }), RangeError, /threads must be a whole number from 1 to 64, not 0/);
    await expectError(
      () => load({ threads: 1000 }),
      RangeError,
      /threads must be a whole number from 1 to 64, not 1,?000/,
    );
    await expectError(() => load({ threads: 1.5 }), RangeError, /threads .* not 1\.5/);
    await expectError(() => load({ threads: 'many' as 'auto' }), TypeError, /threads must be 'auto' or .* not "many"/);
    await expectError(() => load({ locate: '/engine/' as never }), TypeError, /locate must be a function/);
    await expectError(() => load({ signal: {} as AbortSignal }), TypeError, /signal must be an AbortSignal/);
    await expectError(() => load({ thread: 2 } as never), TypeError, /no entry 'thread'; known are threads,/);
  });
});

describe('plan', () => {
  const good: Platform = { cores: 4, node: false, crossOriginIsolated: true, sharedMemory: true };

  it('takes a thread for each core, at most eight, or as many as asked for', () => {
    expect(plan('auto', good)).toEqual({ build: 'threads', threads: 4 });
    expect(plan(undefined, { ...good, cores: 32 })).toEqual({ build: 'threads', threads: 8 });
    expect(plan(12, good)).toEqual({ build: 'threads', threads: 12 });
  });

  it('does without threads where they can not be, and says why', () => {
    expect(plan('auto', { ...good, crossOriginIsolated: false })).toMatchObject({
      build: 'simd',
      reason: expect.stringContaining('cross-origin isolated'),
    });
    // WebKitGTK.
    expect(plan('auto', { ...good, sharedMemory: false })).toMatchObject({
      build: 'simd',
      reason: expect.stringContaining('SharedArrayBuffer'),
    });
    expect(plan('auto', { ...good, cores: 1 })).toMatchObject({
      build: 'simd',
      reason: expect.stringContaining('one core'),
    });
    expect(plan(1, good)).toMatchObject({ build: 'simd', threads: 1 });
  });

  it('needs no isolation in Node', () => {
    expect(plan('auto', { ...good, node: true, crossOriginIsolated: false })).toEqual({ build: 'threads', threads: 4 });
  });
});

describe('threads', () => {
  it('share the work of training, and each counts its part', async () => {
    const engine = await load({ threads: 3 });
    expect(engine.info.threads).toBe(3);
    const data = await engine.dataset({ kind: 'stroke-digits', count: 500 });
    const rbm = await engine.rbm({ visible: 784, hidden: 200 });
    await rbm.train(data, { epochs: 4 });
    const { workByThread } = await engine.diagnostics();
    expect(workByThread).toHaveLength(3);
    for (const pieces of workByThread) expect(pieces).toBeGreaterThan(0);
    engine.dispose();
  });
});

describe('kernels', () => {
  it('are chosen by what they took at work', async () => {
    const engine = await load({ threads: 1 });
    const names = [
      'binary states times weights',
      'binary states times transposed weights',
      'real numbers times weights',
    ];
    const before = (await engine.diagnostics()).kernels;
    expect(before.map((kernel) => kernel.name)).toEqual(names);
    for (const { chosen, variants } of before) {
      expect(chosen).toBeUndefined();
      for (const variant of variants) expect(Object.keys(variant)).toEqual(['name']);
    }
    // Greys go up as real numbers; states go down, and up again.
    const data = await engine.dataset({ kind: 'stroke-digits', count: 1000 });
    const rbm = await engine.rbm({ visible: 784, hidden: 300 });
    const chosen = new AbortController();
    const decided = async () => (await engine.diagnostics()).kernels.every((kernel) => kernel.chosen !== undefined);
    const training = rbm.train(data, {
      epochs: 1_000_000,
      signal: chosen.signal,
      onProgress: async () => {
        if (await decided()) chosen.abort();
      },
    });
    await expect(training).rejects.toThrow(/abort/i);
    const { kernels } = await engine.diagnostics();
    for (const { chosen, variants } of kernels) {
      const times = variants.map((variant) => variant.nanosecondsAnAddition!);
      for (const time of times) expect(time).toBeGreaterThan(0);
      const mine = variants.find((variant) => variant.name === chosen)!;
      // The first is kept unless another is clearly faster.
      expect(mine === variants[0] || mine.nanosecondsAnAddition === Math.min(...times)).toBe(true);
    }
    engine.dispose();
  });
});

describe('dispose', () => {
  it('makes every later call reject, and those that wait', async () => {
    const engine = await load({ threads: 1 });
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = await engine.rbm({ visible: 9, hidden: 4 });
    const waiting = rbm.train(data, { epochs: 1_000_000 });
    engine.dispose();
    engine.dispose();
    await expectCode(() => waiting, 'disposed', /this engine was disposed/);
    await expectCode(() => engine.rbm({ visible: 1, hidden: 1 }), 'disposed', /this engine was disposed/);
    await expectCode(() => rbm.hiddenMeans(new Float32Array(9)), 'disposed', /this engine was disposed/);
    await expectCode(() => data.rows(0, 1), 'disposed', /this engine was disposed/);
    rbm.dispose();
    data[Symbol.dispose]();
  });

  it('of a model or data set ends that one only', async () => {
    const engine = await load({ threads: 1 });
    const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
    const rbm = await engine.rbm({ visible: 9, hidden: 4 });
    const other = await engine.rbm({ visible: 9, hidden: 4 });
    rbm.dispose();
    await expectCode(() => rbm.hiddenMeans(new Float32Array(9)), 'disposed', /this model was disposed/);
    await expectCode(() => rbm.sample(), 'disposed', /this model was disposed/);
    expect((await other.hiddenMeans(data)).shape).toEqual([14, 4]);
    data.dispose();
    await expectCode(() => other.hiddenMeans(data), 'disposed', /this data set was disposed/);
    await expectCode(() => other.train(data), 'disposed', /this data set was disposed/);
    expect((await other.hiddenMeans(new Float32Array(9))).shape).toEqual([1, 4]);
    engine.dispose();
  });
});

describe('a script', () => {
  const script = (body: string) =>
    run(process.execPath, ['--input-type=module', '-e', `import { load } from 'wakesleep'; ${body}`], {
      timeout: 60_000,
    });

  it('ends by itself when nothing is left to wait for', async () => {
    const { stdout } = await script(`
      const engine = await load({ threads: 2 });
      const rbm = await engine.rbm({ visible: 4, hidden: 2 });
      console.log((await rbm.hiddenMeans(new Float32Array(4))).shape);
      rbm.dream();`);
    expect(stdout.trim()).toBe('[ 1, 2 ]');
  });

  it('goes on while something is pending', async () => {
    const { stdout } = await script(`
      const engine = await load({ threads: 2 });
      const data = await engine.dataset({ kind: 'bars-and-stripes', size: 4 });
      const rbm = await engine.rbm({ visible: 16, hidden: 8 });
      rbm.train(data, { epochs: 3000 }).then((history) => console.log(history.length));`);
    expect(stdout.trim()).toBe('3000');
  });
});
