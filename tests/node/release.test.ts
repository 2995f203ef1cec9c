// One version in all the files that name it, and a changelog that tells what is new in it.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../../web/tools/paths.mjs';
import { notes, otherwise, places, released, withVersion } from '../../web/tools/release.mjs';

const read = (file: string) => readFileSync(join(root, file), 'utf8');
const { version } = JSON.parse(read('package.json')) as { version: string };

describe('the version', () => {
  it('is the same in all files that name it', () => {
    expect(otherwise(version)).toEqual([]);
  });

  it('is changed in each of them, and in nothing else', () => {
    const texts = new Map([['package.json', read('package.json').replace(version, '9.8.7')]]);
    for (const place of places) {
      const before = texts.get(place.file) ?? read(place.file);
      const lines = before.split('\n');
      const after = withVersion(place, before, '9.8.7');
      const [changed, ...others] = after.split('\n').filter((line: string, i: number) => line !== lines[i]);
      expect(changed).toContain('9.8');
      expect(others).toEqual([]);
      texts.set(place.file, after);
    }
    expect(otherwise('9.8.7', (file: string) => texts.get(file) ?? '')).toEqual([]);
    expect(otherwise('9.9.0', (file: string) => texts.get(file) ?? '')).toHaveLength(1 + places.length);
  });

  it('begins the changelog', () => {
    expect(/^## (\S+) \(/m.exec(read('CHANGELOG.md'))?.[1]).toBe(version);
  });
});

describe('a release', () => {
  const changelog = '# Changelog\n\n## 0.2.0 (unreleased)\n\n- New.\n\n## 0.1.0 (2026-11-30)\n\n- First.\n';

  it('dates what the changelog calls unreleased, and has it as notes', () => {
    const dated = released(changelog, '0.2.0', '2026-12-24');
    expect(dated).toContain('\n## 0.2.0 (2026-12-24)\n');
    expect(notes(dated, '0.2.0')).toBe('- New.');
    expect(notes(dated, '0.1.0')).toBe('- First.');
  });

  it('is refused without a section in the changelog, or with one that is not dated', () => {
    expect(() => released(changelog, '0.3.0', '2026-12-24')).toThrow(
      'must begin with a section "## 0.3.0 (unreleased)"',
    );
    expect(() => notes(changelog, '0.2.0')).toThrow('unreleased');
    expect(() => notes(changelog, '0.20')).toThrow('no section of 0.20');
  });

  it('tests before it publishes, and publishes what was tested', () => {
    const workflow = read('.github/workflows/release.yml');
    const steps = [
      'release.mjs check',
      '.ci/run',
      'npm pack',
      'npm pack --ignore-scripts --pack-destination packages --workspace models',
      'npm publish --provenance',
    ];
    const at = steps.map((step) => workflow.indexOf(step));
    expect(at).toEqual([...at].sort((a, b) => a - b));
    expect(at[0]).toBeGreaterThan(0);
    expect(workflow.match(/if: github\.ref_type == 'tag'/g)).toHaveLength(3);
  });
});
