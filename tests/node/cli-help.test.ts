// The examples that the native program's help gives, run one after the other as a newcomer would, on small data.
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { idx } from './helpers.ts';
import { hasNative, native, ownFolder, run, wakesleep } from './native.ts';

const own = ownFolder();
const { path } = own;
const commands = [
  'train',
  'unroll',
  'calibrate',
  'evaluate',
  'transform',
  'reconstruct',
  'sample',
  'info',
  'reproduce',
];

/** The commands below "Examples:", which stand before the options; a line that ends with \ goes on in the next. */
async function examplesOf(...command: string[]): Promise<string[]> {
  const { stdout } = await wakesleep(...command, '--help');
  const [before, after] = stdout.split('Examples:\n');
  const examples = after?.split('\n\n')[0];
  if (before === undefined || examples === undefined)
    throw new Error(`the help of ${command.join(' ')} has no examples`);
  expect(before).not.toContain('OPTIONS:');
  return examples
    .replace(/\\\n\s*/g, '')
    .split('\n')
    .map((line) => line.trim())
    .filter((line) => line !== '');
}

/** Images whose ink depends on their label. */
const count = 120;
const labels = Array.from({ length: count }, (_, i) => i % 10);
const pixels = labels.flatMap((label, i) =>
  Array.from({ length: 784 }, (_, p) => (Math.floor(p / 78) === label || (p * 7 + i) % 13 === 0 ? 255 : 0)),
);

describe.skipIf(!hasNative)('the examples of --help', () => {
  it('of every command run, in their order', async () => {
    for (const part of ['train', 't10k']) {
      await mkdir(path('data/mnist'), { recursive: true });
      await writeFile(path(`data/mnist/${part}-images-idx3-ubyte`), idx([count, 28, 28], pixels));
      await writeFile(path(`data/mnist/${part}-labels-idx1-ubyte`), idx([count], labels));
    }
    const row = (i: number) => pixels.slice(784 * i, 784 * (i + 1));
    await writeFile(path('digits.csv'), labels.map((_, i) => `${row(i).join(',')}\n`).join(''));
    await writeFile(path('labels.csv'), labels.map((label) => `${String(label)}\n`).join(''));
    const top = (value: number) => Array.from({ length: 784 }, (_, i) => (i < 392 ? value : 0)).join(',');
    await writeFile(
      path('half.csv'),
      row(0)
        .map((pixel) => pixel / 255)
        .join(','),
    );
    await writeFile(path('mask.csv'), top(1));
    const measured = labels.map((label, i) => [label, i % 3, label + (i % 5) - 12.5]);
    await writeFile(path('measured.csv'), `a,b,c\n${measured.map((values) => `${values.join(',')}\n`).join('')}`);
    const env = { ...process.env, WAKESLEEP_DATA: path('data') };
    const examplesOfProgram = await examplesOf();
    expect(examplesOfProgram.pop()).toBe('wakesleep COMMAND --help');
    const examplesOfCommands = [examplesOfProgram];
    for (const command of commands) {
      const examples = await examplesOf(command);
      for (const example of examples) expect(example).toMatch(new RegExp(`^wakesleep ${command} `));
      examplesOfCommands.push(examples);
    }
    for (const examples of examplesOfCommands) {
      expect(examples.length).toBeGreaterThan(0);
      for (const example of examples) {
        const [, ...words] = example.split(' ');
        const done = await run(native, words, { cwd: own.folder, env }).catch((error: unknown) => {
          throw new Error(`${example}\n${(error as { stderr: string }).stderr}`);
        });
        const [, out] = / --(?:out|predictions) (\S+)/.exec(example) ?? [];
        if (out) expect((await readFile(path(out))).length, example).toBeGreaterThan(0);
        else expect(done.stdout, example).not.toBe('');
      }
    }
  });

  it('are named by the help of the program', async () => {
    const { stdout } = await wakesleep('--help');
    for (const command of commands) expect(stdout).toContain(command);
    expect(stdout).toContain('wakesleep COMMAND --help');
  });
});
