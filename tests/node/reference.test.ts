// The reference is made of what is written beside the declarations, in the types and in the headers.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../web/tools/paths.mjs';
import { documented, entries } from '../../web/tools/reference.mjs';

describe('the reference', () => {
  it('is of every entry that has types', () => {
    expect(entries()).toEqual(expect.arrayContaining(['web/lib/index.ts', 'web/lib/sync.ts', 'web/lib/import.ts']));
    for (const entry of entries()) expect(existsSync(join(root, entry)), entry).toBe(true);
  });

  it("takes a header's plain comments for documentation, and changes no code", () => {
    expect(documented('// What it is.\n#pragma once\n\n// Of a <row>.\nint a = 0;  // in [0, 1]\nint b();')).toBe(
      '/// \\file\n/// What it is.\n#pragma once\n\n/// Of a \\<row\\>.\nint a = 0;  ///< in [0, 1]\nint b();',
    );
    const headers = join(root, 'cpp/include/wakesleep');
    const code = (text: string) =>
      text
        .split('\n')
        .map((line) => line.replace(/\s*\/\/.*$/, ''))
        .filter(Boolean);
    for (const name of readdirSync(headers)) {
      const header = readFileSync(join(headers, name), 'utf8');
      expect(code(documented(header)), name).toEqual(code(header));
    }
  });
});
