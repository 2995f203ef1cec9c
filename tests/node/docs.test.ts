// The code that README.md and web/docs show: blocks marked `run` are run, and print what the block below them says;
// blocks that name a file are that file.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { inspect, promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';
import { load, WakesleepError, type WakesleepErrorCode } from 'wakesleep';
import { slug } from '../../web/site/guides.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
/** The headings of a guide below its own. */
const titles = (file: string) =>
  [...readFileSync(file, 'utf8').matchAll(/^##+ (.*)$/gm)].map(([, title]) => title ?? '');
const files = ['README.md', ...readdirSync(join(root, 'web/docs')).map((name) => `web/docs/${name}`)];
const blocks = files
  .filter((file) => file.endsWith('.md'))
  .flatMap((file) => {
    const text = readFileSync(join(root, file), 'utf8');
    return [...text.matchAll(/^```(\w+) (\S+)\n([\s\S]*?)^```\n(?:\n```text\n([\s\S]*?)^```)?/gm)].map(
      ([, , mark = '', code = '', output]) => ({ file, mark, code, output }),
    );
  });

describe.each(blocks.filter(({ mark }) => mark === 'run'))('the code of $file', ({ code, output }) => {
  it('runs, and prints what stands below it', async () => {
    expect(output, 'a block of text below the code').toBeDefined();
    // Within the package, so that `wakesleep` is what was built.
    const folder = await mkdtemp(join(root, 'dist/docs-'));
    try {
      const options = { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2022 };
      await writeFile(join(folder, 'code.mjs'), ts.transpileModule(code, { compilerOptions: options }).outputText);
      const { stdout } = await promisify(execFile)(process.execPath, [join(folder, 'code.mjs')]);
      expect(stdout).toBe(output);
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe.each(blocks.filter(({ mark }) => mark !== 'run'))('the code of $file', ({ mark, code }) => {
  it(`is that of ${mark}`, async () => {
    expect(code).toBe(await readFile(join(root, mark), 'utf8'));
  });
});

it('finds the code', () => {
  expect(blocks.filter(({ mark }) => mark === 'run').map(({ file }) => file)).toEqual(
    expect.arrayContaining([
      'README.md',
      'web/docs/cpp.md',
      'web/docs/data.md',
      'web/docs/drawings.md',
      'web/docs/elements.md',
      'web/docs/errors.md',
      'web/docs/feed-forward.md',
      'web/docs/fine-tuning.md',
      'web/docs/first-steps.md',
      'web/docs/learning-rules.md',
      'web/docs/mathematics.md',
      'web/docs/python.md',
      'web/docs/quality.md',
      'web/docs/shipping.md',
      'web/docs/training.md',
    ]),
  );
});

describe('every code of an error', () => {
  const types = readFileSync(join(root, 'web/lib/types.ts'), 'utf8');
  const union = /type WakesleepErrorCode =[\s\S]*?';/.exec(types)?.[0] ?? '';
  const codes = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, code]) => code as WakesleepErrorCode);

  it('has its section, and every section a code', () => {
    expect(titles(join(root, 'web/docs/errors.md'))).toEqual(codes.sort());
    expect(codes).toContain('worker-lost');
  });

  it.each(codes)("is explained where the error's help says: %s", (code) => {
    const error = new WakesleepError(code, 'what came');
    const [file = '', section] = error.help.split('#');
    const inPackage = /^node_modules\/wakesleep\/(.*)$/.exec(file)?.[1] ?? '';
    const { files: packed } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { files: string[] };
    expect(packed.some((folder) => inPackage.startsWith(`${folder}/`))).toBe(true);
    expect(titles(join(root, inPackage)).map(slug)).toContain(section);
    // The message alone is for visitors; what a console shows has the place.
    expect(error.message).toBe('what came');
    expect(inspect(error)).toContain(error.help);
  });

  it('is told also by errors that come from the worker, once', async () => {
    const engine = await load({ threads: 1 });
    const error = await engine.open(new Uint8Array(9)).catch((reason: unknown) => reason);
    engine.dispose();
    expect(error).toMatchObject({ code: 'format', help: expect.stringMatching(/errors\.md#format$/) });
    expect(inspect(error).match(/errors\.md#format/g)).toHaveLength(1);
  });

  it('links to the site as soon as package.json names it', () => {
    const { homepage } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { homepage?: string };
    if (homepage) expect(new WakesleepError('busy', '').help).toBe(`${homepage}#/docs/errors/busy`);
  });
});

const cards = readdirSync(join(root, 'models')).filter((name) => name.endsWith('.md'));
describe.each(['README.md', ...cards.map((name) => `models/${name}`)])('the text %s', (file) => {
  const text = readFileSync(join(root, file), 'utf8');

  it('has lines of at most 120 columns, but for tables', () => {
    expect(text.split('\n').filter((line) => line.length > 120 && !line.startsWith('|'))).toEqual([]);
  });

  it('links to files and headings that there are', () => {
    for (const [, address = ''] of text.matchAll(/\]\(([^)]+)\)/g)) {
      if (/^https:/.test(address)) continue;
      const [place = '', heading] = address.split('#');
      const target = place ? join(root, dirname(file), place) : join(root, file);
      expect(existsSync(target), address).toBe(true);
      if (heading !== undefined && target.endsWith('.md')) expect(titles(target).map(slug), address).toContain(heading);
    }
    for (const [, label = ''] of text.matchAll(/\]\[(\w+)\]/g)) expect(text).toContain(`\n[${label}]: https://`);
  });
});
