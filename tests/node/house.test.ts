// What the sources are held to: what points where, and facts that have one home.
import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { isUpToDate } from '../../web/tools/architecture.mjs';
import { counts } from '../../web/tools/counts.mjs';
import { circles, cppModules, upwards } from '../../web/tools/imports.mjs';
import { root } from '../../web/tools/paths.mjs';

describe('the sources (npm run counts)', () => {
  for (const { what, limit, places } of counts()) {
    it(`have at most ${limit} ${what}`, () => {
      expect(places.length, places.join('\n')).toBeLessThanOrEqual(limit);
    });
  }
});

describe('the top of the repository', () => {
  it('has the usual documents and settings, and the few folders', () => {
    const files = execFileSync('git', ['ls-files'], { cwd: root, encoding: 'utf8' }).trim().split('\n');
    const entries = new Set(files.map((file) => file.split('/')[0]!).filter((entry) => !entry.startsWith('.')));
    const documents = ['CHANGELOG.md', 'CITATION.cff', 'CONTRIBUTING.md', 'LICENSE', 'README.md', 'SECURITY.md'];
    const builds = ['CMakeLists.txt', 'CMakePresets.json', 'package-lock.json', 'package.json'];
    const settings = [
      'eslint.config.js',
      'playwright.config.ts',
      'tsconfig.base.json',
      'tsconfig.json',
      'vitest.config.ts',
    ];
    expect([...entries].sort()).toEqual([...documents, ...builds, ...settings, 'cpp', 'models', 'tests', 'web'].sort());
  });
});

describe('the picture of the architecture (npm run architecture)', () => {
  it('is that of the present includes and imports', () => {
    expect(isUpToDate()).toBe(true);
  });

  it('reads the includes of the real sources', () => {
    const graph = cppModules();
    expect([...(graph.get('models/rbm') ?? [])]).toContain('include/rbm');
    expect([...(graph.get('units/gaussian') ?? [])]).toContain('units/unit_type');
  });

  it('sees circles, and imports that point upwards', () => {
    const graph = new Map([
      ['math/a', new Set(['models/b'])],
      ['models/b', new Set(['math/c'])],
      ['math/c', new Set(['math/a'])],
      ['io/d', new Set(['models/b', 'include/d'])],
      ['include/d', new Set(['math/c'])],
      ['estimate/e', new Set(['include/d'])],
      ['cli/f', new Set(['bindings/g'])],
      ['bindings/g', new Set([])],
    ] as [string, Set<string>][]);
    expect(circles(graph)).toEqual([['math/a', 'math/c', 'models/b']]);
    expect(upwards(graph)).toEqual(['math/a -> models/b', 'estimate/e -> include/d', 'cli/f -> bindings/g']);
  });
});
