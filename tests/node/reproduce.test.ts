// `wakesleep reproduce`: what it lists, that a result comes from stages whose files are kept, and that figures which
// the models do not give are refused.
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { idx } from './helpers.ts';
import { failure, hasNative, native, ownFolder, run, wakesleep } from './native.ts';

const own = ownFolder();
const { path } = own;
const lastLine = (text: string) => text.trim().split('\n').at(-1);
const bars = () => ['reproduce', 'bars-and-stripes', '--work', path('bars')];

describe.skipIf(!hasNative)('reproduce', () => {
  it('lists every result with its time and the published figure', async () => {
    const { stdout } = await wakesleep('reproduce', '--list');
    expect(stdout).toMatch(/^centered-mnist \(.+\)\n {2}.+\n {2}Published: -142\.56 nats/m);
    // No place that was left for a figure.
    expect(stdout).not.toMatch(/\b(TIME|TAKES)\b/);
    expect(stdout.match(/^\S+ \(.*\)$/gm)?.length).toBe(11);
    expect(stdout).toMatch(/^ {4}wakesleep evaluate fine-tuned.safetensors --json --out figures.json$/m);
    expect((await failure('reproduce')).stderr).toContain('which result? reproduce --list tells what there is');
  });

  it('prints the figure beside the published one, and makes nothing again that is there', async () => {
    const first = await wakesleep(...bars());
    expect(lastLine(first.stdout)).toBe(
      'bars-and-stripes, seed 1: -2.708 nats an image. Published: -2.639 nats an image at best, log(1/14)',
    );
    const model = path('bars/bars.safetensors');
    const before = await stat(model);
    const again = await wakesleep(...bars());
    expect(lastLine(again.stdout)).toBe(lastLine(first.stdout));
    expect(again.stdout).toContain('bars.safetensors is there already');
    expect((await stat(model)).mtimeMs).toBe(before.mtimeMs);
    const other = await wakesleep('reproduce', 'bars-and-stripes', '--seed', '2', '--work', path('other'));
    expect(lastLine(other.stdout)).toMatch(/, seed 2: -2\.7\d\d nats/);
    expect(await readFile(path('other/bars.safetensors'))).not.toEqual(await readFile(model));
  });

  it(
    'runs the stages of the digit networks, on little data, and those after the greedy one in the folder of up-down',
    {
      timeout: 600_000,
    },
    async () => {
      await mkdir(path('mnist'));
      for (const [part, count] of [
        ['train', 20],
        ['t10k', 10],
      ] as const) {
        const images = Array.from({ length: count * 784 }, (_, i) => ((i * i) % 1009 < 200 ? 255 : 0));
        const labels = Array.from({ length: count }, (_, i) => i % 10);
        await writeFile(path(`mnist/${part}-images-idx3-ubyte`), idx([count, 28, 28], images));
        await writeFile(path(`mnist/${part}-labels-idx1-ubyte`), idx([count], labels));
      }
      const options = { cwd: own.folder, env: { ...process.env, WAKESLEEP_DATA: own.folder } };
      const reproduce = (name: string) => run(native, ['reproduce', name], options);
      const errors = String.raw`, seed 1: \d+\.\d\d % errors\.`;
      expect(lastLine((await reproduce('digits-dbn')).stdout)).toMatch(new RegExp(`^digits-dbn${errors}$`));
      expect(lastLine((await reproduce('up-down')).stdout)).toMatch(
        new RegExp(`^up-down${errors} Published: 1.25 % \\(Hinton, Osindero and Teh 2006\\)$`),
      );
      const { stdout } = await reproduce('figure8');
      expect(stdout).toContain('up-down/fine-tuned.safetensors is there already');
      expect(lastLine(stdout)).toMatch(/^figure8, seed 1: up-down\/figure8.png\. Published: figure 8 of Hinton/);
      const picture = await readFile(path('up-down/figure8.png'));
      expect(picture.readUInt32BE(16)).toBe(picture.readUInt32BE(20));
      const classifier = (await reproduce('backprop')).stdout;
      expect(classifier).toContain('up-down/greedy.safetensors is there already');
      expect(lastLine(classifier)).toMatch(
        new RegExp(
          `^backprop${errors} Published: 1.2 % \\(Hinton and Salakhutdinov 2006\\), 1.6 % from random weights$`,
        ),
      );
      expect(lastLine((await reproduce('digits-rbm')).stdout)).toMatch(/^digits-rbm, seed 1: 0\.\d{5}\.$/);
    },
  );

  it('says which file to remove where one has no figure', async () => {
    await wakesleep(...bars());
    await writeFile(path('bars/figures.json'), '{"logLikelihood":{}}');
    const { stderr } = await failure(...bars());
    expect(stderr).toContain('figures.json has no number logLikelihood.mean; remove it');
  });

  it('checks the figures of models, and fails for one that was altered by hand', async () => {
    await wakesleep(...bars());
    const check = { command: 'evaluate @bars/bars.safetensors --log-likelihood', keys: 'logLikelihood.mean' };
    const found = JSON.parse(
      (await wakesleep('evaluate', path('bars/bars.safetensors'), '--log-likelihood', '--json')).stdout,
    ) as { logLikelihood: { mean: number } };
    const results = path('results.json');
    const write = (figure: number) => writeFile(results, JSON.stringify({ bars: { checks: [{ ...check, figure }] } }));
    await write(found.logLikelihood.mean);
    await wakesleep('reproduce', '--check', results);
    await write(-2.6);
    const { code, stdout, stderr } = await failure('reproduce', '--check', results);
    expect(code).not.toBe(0);
    expect(stdout).toContain('results.json says -2.6');
    expect(stderr).toContain('not what the models give: bars');
    await writeFile(results, '{}');
    expect((await failure('reproduce', '--check', results)).stderr).toContain('has no checks');
  });

  it.runIf(process.env.WAKESLEEP_DATA)('gives the figures of the committed models', { timeout: 600_000 }, async () => {
    await wakesleep('reproduce', '--check', fileURLToPath(new URL('../../models/results.json', import.meta.url)));
  });
});
