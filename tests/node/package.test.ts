// The package as users get it: packed, installed in a project of its own, imported, and type-checked there.
import { execFile } from 'node:child_process';
import { copyFile, mkdir, mkdtemp, readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gunzipSync } from 'node:zlib';
import { checkPackage, createPackageFromTarballData } from '@arethetypeswrong/core';
import { publint } from 'publint';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));
const timeout = 60_000;

let project: string;
let files: string[];
let tarball: string;

beforeAll(async () => {
  project = await mkdtemp(join(tmpdir(), 'wakesleep-user-'));
  // What is in dist/ was built before the tests; the script that builds it anew is not run.
  const packed = await run('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', project], { cwd: root });
  const [made] = JSON.parse(packed.stdout) as { filename: string; files: { path: string }[] }[];
  if (!made) throw new Error(`npm pack said ${packed.stdout}`);
  tarball = made.filename;
  files = made.files.map(({ path }) => path);
  const installed = join(project, 'node_modules/wakesleep');
  await mkdir(installed, { recursive: true });
  await run('tar', ['-xzf', join(project, tarball), '-C', installed, '--strip-components=1']);
  await writeFile(join(project, 'package.json'), '{ "type": "module", "private": true }');
});
afterAll(() => rm(project, { recursive: true }));

describe('the package', () => {
  it('has scripts for pages that never say process, for which bundlers install a package', async () => {
    const scripts = files.filter((file) => file.endsWith('.js') && !file.endsWith('.node.js'));
    expect(scripts.length).toBeGreaterThan(20);
    for (const file of scripts) {
      const text = await readFile(join(project, 'node_modules/wakesleep', file), 'utf8');
      expect(/.{0,30}(?<![.\w$-])process\b(?=[.?]|\s*==).{0,30}/.exec(text)?.[0], file).toBeUndefined();
    }
  });

  it('has what it needs, and nothing else', async () => {
    const needed = ['index.js', 'index.d.ts', 'sync.js', 'digits.js', 'shell/worker.js', 'worker.js'].map(
      (file) => `dist/lib/${file}`,
    );
    for (const build of ['simd', 'threads']) {
      for (const end of ['.wasm', '-rest.wasm', '.js', '.node.js'])
        needed.push(`dist/lib/engine/wakesleep-${build}${end}`);
    }
    expect(files).toEqual(expect.arrayContaining([...needed, 'package.json', 'README.md', 'LICENSE']));
    const others = files.filter((file) => !/^dist\/lib\/.*\.(js|d\.ts|wasm)$/.test(file));
    // The guides, which errors name and the README links to.
    const guides = (await readdir(join(root, 'web/docs'))).map((name) => `web/docs/${name}`);
    const documents = ['LICENSE', 'README.md', 'dist/lib/licenses.txt', 'package.json'];
    expect(others.sort()).toEqual([...documents, ...guides].sort());
    const licences = await readFile(join(project, 'node_modules/wakesleep/dist/lib/licenses.txt'), 'utf8');
    for (const part of ['Eigen', 'Emscripten', 'musl', 'JSON for Modern C++', 'libc++', 'Mozilla Public License'])
      expect(licences).toContain(part);
  });

  it('has a worker in one piece, and copies for where its files can not be had', async () => {
    const read = (file: string) => readFile(join(project, 'node_modules/wakesleep/dist/lib', file), 'utf8');
    const script = await read('worker.js');
    expect(script).not.toMatch(/\bimport\b|\bexport\b|new URL\(\s*["'`]/);
    expect(script).toContain('em-pthread');
    const [worker, wasm] = await Promise.all([read('inline/worker.js'), read('inline/wasm.js')]);
    expect(JSON.parse(/= (".*");/s.exec(worker)?.[1] ?? '')).toBe(script);
    const parts = JSON.parse(/= (\{.*\});/s.exec(wasm)?.[1] ?? '{}') as Record<string, string>;
    for (const [part, end] of [
      ['first', ''],
      ['rest', '-rest'],
    ] as const) {
      const file = await readFile(join(project, `node_modules/wakesleep/dist/lib/engine/wakesleep-simd${end}.wasm`));
      expect(gunzipSync(Buffer.from(parts[part] ?? '', 'base64')).equals(file)).toBe(true);
    }
    const glue = await Promise.all(['simd', 'threads'].map((build) => read(`engine/wakesleep-${build}.js`)));
    for (const one of glue) expect(one).not.toMatch(/import\.meta|new Worker\(/);
  });

  it('is the same file, byte for byte, whenever and wherever it is packed', { timeout }, async () => {
    const tree = await mkdtemp(join(tmpdir(), 'wakesleep-tree-'));
    // The same contents and modes, at other times and in a folder of another name.
    for (const file of files) {
      await mkdir(dirname(join(tree, file)), { recursive: true });
      await copyFile(join(root, file), join(tree, file));
      await utimes(join(tree, file), 1e9, 1e9);
    }
    await run('npm', ['pack', '--ignore-scripts'], { cwd: tree });
    const [first, second] = await Promise.all([project, tree].map((folder) => readFile(join(folder, tarball))));
    await rm(tree, { recursive: true });
    expect(first?.equals(second!)).toBe(true);
  });

  it('is not installed empty from git', async () => {
    const clone = await mkdtemp(join(tmpdir(), 'wakesleep-clone-'));
    for (const file of ['prepare.mjs', 'paths.mjs']) {
      await mkdir(join(clone, 'web/tools'), { recursive: true });
      await copyFile(join(root, 'web/tools', file), join(clone, 'web/tools', file));
    }
    const prepare = (env: Record<string, string>) =>
      run(process.execPath, [join(clone, 'web/tools/prepare.mjs')], { env: { ...process.env, ...env } });
    // As npm does where it prepares a clone.
    const fromGit = { _PACOTE_NO_PREPARE_: 'git+file:///clone' };
    await expect(prepare(fromGit)).rejects.toThrow(/can not be installed from its git repository/);
    await prepare({});
    await mkdir(join(clone, 'dist/lib/engine'), { recursive: true });
    await writeFile(join(clone, 'dist/lib/engine/wakesleep-simd.wasm'), '');
    await prepare(fromGit);
    await rm(clone, { recursive: true });
  });

  it('trains in Node', { timeout }, async () => {
    const script = `
      import { load, WakesleepError } from 'wakesleep';
      import { load as loadSync } from 'wakesleep/sync';
      import { preprocessDigit } from 'wakesleep/digits';

      const engine = await load({ threads: 2 });
      const data = await engine.dataset({ kind: 'bars-and-stripes', size: 3 });
      const rbm = await engine.rbm({ visible: 9, hidden: 8, seed: 3 });
      await rbm.train(data, { epochs: 50 });
      const sync = await loadSync();
      const twin = sync.rbm({ visible: 9, hidden: 8, seed: 3 });
      twin.train(sync.dataset({ kind: 'bars-and-stripes', size: 3 }), { epochs: 50 });
      const ink = (await preprocessDigit([[[0, 0], [5, 5]]])).data.reduce((sum, value) => sum + value);
      console.log(JSON.stringify({
        info: engine.info,
        same: (await rbm.fingerprint()) === twin.fingerprint(),
        ink: ink > 10,
        error: new WakesleepError('format', 'x') instanceof Error,
      }));`;
    await writeFile(join(project, 'train.js'), script);
    const { stdout } = await run(process.execPath, ['train.js'], { cwd: project, timeout });
    expect(JSON.parse(stdout)).toEqual({ info: { build: 'threads', threads: 2 }, same: true, ink: true, error: true });
  });

  it('has elements that a server may import', { timeout }, async () => {
    const script = `
      import { WakesleepDigit, WakesleepDream, WakesleepTrain } from 'wakesleep/elements';
      const all = [WakesleepDigit, WakesleepDream, WakesleepTrain];
      console.log(all.map(({ observedAttributes }) => observedAttributes[0]).join());`;
    await writeFile(join(project, 'server.js'), script);
    const { stdout } = await run(process.execPath, ['server.js'], { cwd: project, timeout });
    expect(stdout.trim()).toBe('model,model,data');
  });

  it('frees what `using` holds', { timeout }, async () => {
    const source = `
      import { load } from 'wakesleep';
      {
        using engine = await load({ threads: 1 });
        using rbm = await engine.rbm({ visible: 2, hidden: 2 });
        console.log(rbm.kind);
      }`;
    await writeFile(join(project, 'using.ts'), source);
    const options = [
      '--target',
      'ES2022',
      '--module',
      'NodeNext',
      '--lib',
      'ES2022,DOM,ESNext.Disposable',
      '--outDir',
      'out',
      'using.ts',
    ];
    await run(process.execPath, [join(root, 'node_modules/typescript/bin/tsc'), ...options], { cwd: project, timeout });
    const { stdout } = await run(process.execPath, ['out/using.js'], { cwd: project, timeout });
    expect(stdout.trim()).toBe('rbm');
  });

  it.each(['NodeNext', 'ESNext'])(
    'is typed for strict programs without types of Node (module %s)',
    { timeout },
    async (module) => {
      const program = `
      import { load, type Dataset, type Model, type Rbm, WakesleepError } from 'wakesleep';
      import { load as loadSync, type SyncDataset, type SyncRbm, type SyncTraining } from 'wakesleep/sync';
      import { preprocessDigit } from 'wakesleep/digits';
      import { importScikitLearn, readCsv, readNpz } from 'wakesleep/import';
      import { trainOnChunks } from 'wakesleep/stream';
      import { configure, texts, type WakesleepDigit, type WakesleepTrain } from 'wakesleep/elements';

      export function elements(): number {
        configure({ threads: 1 });
        texts.clear = 'Wipe';
        const digit: WakesleepDigit = document.createElement('wakesleep-digit');
        digit.model = 'digits.safetensors';
        const train: WakesleepTrain = document.createElement('wakesleep-train');
        train.learningRate = 0.1;
        // @ts-expect-error seeds are numbers
        train.seed = 'one';
        return digit.recognition?.label ?? digit.strokes.length;
      }

      export async function main(canvas: ImageData, file: File): Promise<number[]> {
        const engine = await load({ threads: 'auto', locate: (name) => new URL(name, 'https://example.org/') });
        const digits: Dataset = await engine.dataset({ kind: 'idx', images: file });
        const rbm: Rbm = await engine.rbm({ visible: 784, hidden: 10 });
        const history = await rbm.train(digits, { k: 2, onProgress: ({ done }) => void done.toFixed() });
        const model: Model = await engine.open(await rbm.save());
        if (model.kind === 'dbn') {
          for await (const { images } of model.dream({ label: [1, null] })) return Array.from(images.data);
        }
        if (model.kind === 'sbn') return Array.from((await model.sample()).means.data);
        const { labels } = await model.classify((await preprocessDigit(canvas)).data);
        const sync = await loadSync();
        const own: SyncDataset = sync.dataset(new Uint8Array(4), { shape: [1, 4], scale: 1 });
        const validation = own.subset({ first: 0, count: 1 });
        const training: SyncTraining = sync.rbm({ visible: 4, hidden: 2 }).training(own, { validation });
        while (training.step()) void training.progress.examplesPerSecond;
        const imported: Rbm = await importScikitLearn(engine, await readNpz(file));
        const nested: SyncRbm = await importScikitLearn(sync, {
          components_: [[1, 2]],
          intercept_hidden_: [0],
          intercept_visible_: [0, 0],
        });
        await trainOnChunks(imported, () => [digits], { learningRate: 0.1, passes: 2, signal: AbortSignal.timeout(9) });
        await trainOnChunks(nested, () => [own]);
        const copied: Rbm = await rbm.copy();
        const table: string = await copied.summary();
        const scores: Float32Array = (await copied.scoreSamples(await readCsv(file), { logZ: 1 })).data;
        void [table, scores];
        const energy: Float32Array = sync.rbm({ visible: 4, hidden: 2 }).freeEnergy(own).data;
        try {
          // @ts-expect-error an option that does not exist
          await rbm.train(digits, { learningrate: 3 });
          // @ts-expect-error epochs are those of the chunks
          await trainOnChunks(rbm, () => [digits], { epochs: 3 });
          // @ts-expect-error bytes are no examples
          await rbm.hiddenMeans(new Uint8Array(4));
        } catch (error) {
          if (error instanceof WakesleepError && error.code === 'disposed') return [];
        }
        return [history.length, ...labels, ...energy];
      }`;
      await writeFile(join(project, 'program.ts'), program);
      const resolution = module === 'NodeNext' ? 'NodeNext' : 'Bundler';
      const compilerOptions = {
        strict: true,
        exactOptionalPropertyTypes: true,
        noEmit: true,
        target: 'ES2022',
        lib: ['ES2022', 'DOM', 'DOM.Iterable', 'DOM.AsyncIterable'],
        types: [],
        module,
        moduleResolution: resolution,
      };
      await writeFile(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files: ['program.ts'] }));
      const tsc = join(root, 'node_modules/typescript/bin/tsc');
      const call = run(process.execPath, [tsc, '-p', '.'], { cwd: project, timeout });
      await call.catch((error: { stdout: string }) => expect(error.stdout).toBe(''));
    },
  );
});

describe('wakesleep-models', () => {
  const models = join(root, 'models');

  it('has the URL of every model, its card, and the licence', async () => {
    const options = { cwd: models };
    const { stdout } = await run('npm', ['pack', '--dry-run', '--json', '--ignore-scripts'], options);
    const [packed] = JSON.parse(stdout) as { name: string; files: { path: string }[] }[];
    const inside = packed?.files.map(({ path }) => path) ?? [];
    const names = (await readdir(models)).flatMap((file) => /^(.*)\.safetensors$/.exec(file)?.[1] ?? []);
    expect(names).toContain('digits-dbn');
    const all = names.flatMap((name) => [`${name}.safetensors`, `${name}.js`, `${name}.md`]);
    const others = ['LICENSE', 'README.md', 'package.json', 'results.json', 'url.d.ts'];
    expect(inside.sort()).toEqual([...all, ...others].sort());
    const { exports: exported } = JSON.parse(await readFile(join(models, 'package.json'), 'utf8')) as {
      exports: Record<string, unknown>;
    };
    for (const name of names) {
      expect(exported[`./${name}`]).toEqual({ types: './url.d.ts', default: `./${name}.js` });
      const { default: url } = (await import(join(models, `${name}.js`))) as { default: URL };
      expect(fileURLToPath(url)).toBe(join(models, `${name}.safetensors`));
    }
    expect(await readFile(join(models, 'LICENSE'), 'utf8')).toBe(await readFile(join(root, 'LICENSE'), 'utf8'));
  });
});

describe('the checkers of packages', () => {
  it.each(['wakesleep', 'wakesleep-models'])('find nothing in %s', { timeout }, async (name) => {
    const folder = name === 'wakesleep' ? root : join(root, 'models');
    await run('npm', ['pack', '--ignore-scripts', '--pack-destination', project], { cwd: folder });
    const { version } = JSON.parse(await readFile(join(folder, 'package.json'), 'utf8')) as { version: string };
    const packed = new Uint8Array(await readFile(join(project, `${name}-${version}.tgz`)));
    const { messages } = await publint({ pack: { tarball: packed.buffer }, strict: true });
    expect(messages).toEqual([]);
    const checked = await checkPackage(createPackageFromTarballData(packed));
    // As its profile for packages of ES modules alone: what `require` gets is a module, which Node 20.19 can, and
    // resolution without `exports` knows no other entries.
    const problems = (checked.types ? checked.problems : []).filter(
      (problem) => !('resolutionKind' in problem && ['node10', 'node16-cjs'].includes(problem.resolutionKind)),
    );
    expect(checked.types).not.toBe(false);
    expect(problems).toEqual([]);
  });
});
