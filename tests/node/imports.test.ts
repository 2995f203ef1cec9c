// The imports of the library: they run in no circle, those of types included, and downwards only.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, normalize } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const lib = fileURLToPath(new URL('../../web/lib', import.meta.url));
const files = readdirSync(lib, { recursive: true, encoding: 'utf8' }).filter(
  (file) => file.endsWith('.ts') && !file.startsWith('engine/'),
);

/** The files that each file imports. */
const imports = new Map(
  files.map((file) => {
    const text = readFileSync(join(lib, file), 'utf8');
    const named = [...text.matchAll(/from '(\.[^']*)\.js'/g)].map((found) => found[1] as string);
    return [file, named.map((name) => normalize(join(dirname(file), `${name}.ts`)))];
  }),
);

/** A way from a file back to itself. */
function circleFrom(file: string, way: string[] = []): string[] | null {
  if (way.includes(file)) return [...way.slice(way.indexOf(file)), file];
  for (const next of imports.get(file) ?? []) {
    const circle = circleFrom(next, [...way, file]);
    if (circle) return circle;
  }
  return null;
}

it('reads what is imported', () => {
  expect(imports.get('index.ts')).toContain('shell/remote.ts');
  expect(imports.get('models/rbm.ts')).toContain('models/model.ts');
});

it.each(files)('of %s run in no circle', (file) => {
  expect(circleFrom(file)).toBeNull();
});

it('of the models do not reach up to the shell, nor of the shell to the entries', () => {
  const reaching = (from: string, to: RegExp) =>
    [...imports].filter(([file, all]) => file.startsWith(from) && all.some((one) => to.test(one)));
  expect(reaching('models/', /^(shell\/|index|sync|digits)/)).toEqual([]);
  expect(reaching('shell/', /^(index|sync|digits)\.ts$/)).toEqual([]);
});
