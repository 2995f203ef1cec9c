import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { hasPackages, install } from '../../web/tools/node-packages.mjs';

describe('packages from npm', () => {
  const manifest = { devDependencies: { jest: '30.5.2' } };
  let folder: string;
  const isInstalled = () => hasPackages(folder, manifest);
  const calls = () => readFileSync(join(folder, 'calls'), 'utf8').length;

  /** An npm that ends with 0, and installs in its n-th call. */
  function npmThatInstalls(nth: number) {
    const program = join(folder, 'npm.js');
    writeFileSync(
      program,
      `const fs = require('node:fs');
      fs.appendFileSync('calls', '.');
      fs.mkdirSync('node_modules/jest', { recursive: true });
      if (fs.readFileSync('calls').length < ${nth}) process.exit(0);
      fs.writeFileSync('node_modules/jest/package.json', '{}');
      fs.writeFileSync('node_modules/.package-lock.json', '{}');`,
    );
    vi.stubEnv('npm_execpath', program);
  }

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'wakesleep-npm-'));
    vi.spyOn(console, 'log').mockImplementation(() => undefined);
  });
  afterEach(() => {
    vi.unstubAllEnvs();
    vi.restoreAllMocks();
    rmSync(folder, { recursive: true });
  });

  it('are asked for again where npm ends with 0 and has installed nothing', async () => {
    npmThatInstalls(3);
    await install(['install'], { folder, isInstalled, quiet: true });
    expect(isInstalled()).toBe(true);
    expect(calls()).toBe(3);
  });

  it('are refused after three times', async () => {
    npmThatInstalls(4);
    await expect(install(['install'], { folder, isInstalled, quiet: true })).rejects.toThrow(
      `npm install said three times that it was done, and the packages of ${folder} are not there.`,
    );
    expect(calls()).toBe(3);
  });

  it('are not taken for there by an empty node_modules, or a part of them', () => {
    mkdirSync(join(folder, 'node_modules/jest'), { recursive: true });
    expect(isInstalled()).toBe(false);
    writeFileSync(join(folder, 'node_modules/jest/package.json'), '{}');
    expect(isInstalled()).toBe(false);
    writeFileSync(join(folder, 'node_modules/.package-lock.json'), '{}');
    expect(isInstalled()).toBe(true);
  });
});
