// The code that README.md and web/docs show: blocks marked `run` are run, and print what the block below them says;
// blocks that name a file are that file.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import ts from 'typescript';
import { describe, expect, it } from 'vitest';

const root = fileURLToPath(new URL('../..', import.meta.url));
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
      'web/docs/architecture.md',
      'web/docs/elements.md',
      'web/docs/errors.md',
      'web/docs/feed-forward.md',
      'web/docs/fine-tuning.md',
      'web/docs/mathematics.md',
      'web/docs/python.md',
      'web/docs/shipping.md',
      'web/docs/training.md',
    ]),
  );
});

it('every code of an error has its section', async () => {
  const types = await readFile(join(root, 'web/lib/types.ts'), 'utf8');
  const union = /type WakesleepErrorCode =[\s\S]*?';/.exec(types)?.[0] ?? '';
  const codes = [...union.matchAll(/\| '([\w-]+)'/g)].map(([, code]) => code);
  const guide = await readFile(join(root, 'web/docs/errors.md'), 'utf8');
  expect([...guide.matchAll(/^## (.*)$/gm)].map(([, title]) => title)).toEqual(codes.sort());
  expect(codes).toContain('worker-lost');
});
