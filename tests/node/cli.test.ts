// The native program as a user meets it: what is written survives signals, full disks and links; what makes no sense is
// refused.
import { spawn } from 'node:child_process';
import { chmod, lstat, mkdir, open, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { idx } from './helpers.ts';
import { failure, hasNative, native, ownFolder, run, wakesleep } from './native.ts';

const own = ownFolder();
const { path } = own;
const bars = ['--data', 'bars-and-stripes'];
const kinds = {
  rbm: ['train', ...bars, '--layers', '9,6'],
  dbn: ['train', ...bars, '--layers', '9,6,5'],
  dbm: ['train', ...bars, '--model', 'dbm', '--layers', '9,6,5'],
  sbn: ['train', ...bars, '--model', 'sbn', '--layers', '9,6,5'],
  network: ['train', ...bars, '--model', 'network', '--layers', '9,6,9', '--code', '1'],
};
const short = [...kinds.rbm, '--epochs', '2'];
const endless = ['--epochs', '1000000'];

/** Ends a training once it has told of an epoch. */
function ended(
  args: string[],
  signal: NodeJS.Signals,
): Promise<{ code: number | null; signal: string | null; stderr: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(native, args);
    let stderr = '';
    let sent = false;
    child.on('error', reject);
    child.stderr.on('data', (text: Buffer) => {
      if (stderr.length < 100_000) stderr += text.toString();
      if (stderr.length >= 100_000) stderr = stderr.slice(-1000);
      if (!sent && /epoch [1-9]/.test(stderr)) sent = child.kill(signal);
    });
    child.on('close', (code, by) => resolve({ code, signal: by, stderr }));
  });
}

/** What a training leaves in out. */
async function readFileAfter(args: string[]): Promise<Buffer> {
  await wakesleep(...args);
  return readFile(path('out'));
}

const fingerprint = async (file: string) => /fingerprint: (\S+)/.exec((await wakesleep('info', file)).stdout)?.[1];

describe.skipIf(!hasNative)('training that is ended', () => {
  for (const [kind, args] of Object.entries(kinds))
    for (const [signal, code] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const)
      it(`saves a ${kind} on ${signal}`, async () => {
        const result = await ended([...args, ...endless, '--out', path('out')], signal);
        expect(result.code, result.stderr).toBe(code);
        expect(result.stderr).toContain('interrupted');
        expect((await wakesleep('info', path('out'))).stdout).toContain(`kind: ${kind}`);
        const kept = await ended([...args, ...endless, '--out', path('other'), '--checkpoint', path('kept')], signal);
        expect(kept.code, kept.stderr).toBe(code);
        expect(await fingerprint(path('kept'))).toBeTruthy();
        expect((await readdir(own.folder)).sort()).toEqual(['kept', 'out']);
      });

  it('goes on to the same bits', async () => {
    // As many batches as make some of an epoch: where the signal comes is not known, and must not matter.
    const all = [...kinds.rbm, '--epochs', '3000', '--batch-size', '3'];
    await wakesleep(...all, '--out', path('whole'));
    await ended([...all, '--out', path('parts'), '--checkpoint', path('kept')], 'SIGTERM');
    await wakesleep(...all, '--out', path('parts'), '--checkpoint', path('kept'));
    expect(await fingerprint(path('parts'))).toBe(await fingerprint(path('whole')));
  });

  it('within a write leaves the old file whole', async () => {
    const old = await readFileAfter([...short, '--out', path('out')]);
    // The system kills whoever writes past this limit, which is in the middle of the model's file.
    const large = [...bars, '--layers', '9,2000', '--epochs', '0', '--out', path('out')];
    const limited = ['-c', 'ulimit -c 0; ulimit -f 8; exec "$@"', 'bash', native, 'train', ...large];
    await expect(run('bash', limited)).rejects.toMatchObject({ signal: 'SIGXFSZ' });
    expect(await readFile(path('out'))).toEqual(old);
    const left = (await readdir(own.folder)).filter((name) => name !== 'out');
    expect(left).toEqual([expect.stringMatching(/^out\.\w{6}$/)]);
    expect((await stat(path(left[0] ?? ''))).size).toBe(8192);
    // And the next run writes it.
    await wakesleep('train', ...large);
    expect(await fingerprint(path('out'))).toBeTruthy();
  });

  it('by SIGKILL leaves the old file whole', async () => {
    await wakesleep(...short, '--out', path('out'), '--checkpoint', path('kept'));
    const before = [await readFile(path('out')), await readFile(path('kept'))];
    const result = await ended(
      [...kinds.rbm, ...endless, '--out', path('out'), '--checkpoint', path('kept')],
      'SIGKILL',
    );
    expect(result.signal).toBe('SIGKILL');
    expect([await readFile(path('out')), await readFile(path('kept'))]).toEqual(before);
  });
});

describe.skipIf(!hasNative)('what is written', () => {
  it('keeps its mode, follows links and leaves nothing else', async () => {
    await writeFile(path('out'), 'old');
    await chmod(path('out'), 0o640);
    await symlink('out', path('link'));
    await symlink('later', path('dangling'));
    await wakesleep(...short, '--out', path('link'));
    await wakesleep(...short, '--out', path('dangling'));
    expect((await lstat(path('link'))).isSymbolicLink()).toBe(true);
    expect((await lstat(path('dangling'))).isSymbolicLink()).toBe(true);
    expect((await stat(path('out'))).mode & 0o777).toBe(0o640);
    expect((await stat(path('later'))).mode & 0o777).toBe(0o666 & ~process.umask());
    expect(await readFile(path('out'))).toEqual(await readFile(path('later')));
    expect((await readdir(own.folder)).sort()).toEqual(['dangling', 'later', 'link', 'out']);
  });

  it('goes through devices and pipes', async () => {
    await wakesleep(...short, '--out', '/dev/null');
    expect((await stat('/dev/null')).isCharacterDevice()).toBe(true);
    await wakesleep(...short, '--out', path('out'));
    await run('mkfifo', [path('pipe')]);
    const read = readFile(path('pipe'));
    await wakesleep(...short, '--out', path('pipe'));
    expect(await read).toEqual(await readFile(path('out')));
    expect((await stat(path('pipe'))).isFIFO()).toBe(true);
    const sample = ['sample', path('out'), '--steps', '1', '--out', '/dev/stdout', '--form', 'pgm'];
    const { stdout } = await run(native, sample, { encoding: 'buffer' });
    expect(stdout.subarray(0, 2).toString()).toBe('P5');
  });

  it('is tried before training', async () => {
    for (const flag of ['--out', '--checkpoint']) {
      const other = flag === '--out' ? [] : ['--out', path('out')];
      for (const [bad, why] of [
        [path('nowhere/file'), /No such file/],
        [own.folder, /Is a directory/],
        [path('file/below'), /Not a directory/],
      ] as const) {
        await writeFile(path('file'), '');
        const { code, stderr } = await failure(...kinds.rbm, ...endless, ...other, flag, bad);
        expect(code).toBe(1);
        expect(stderr).toMatch(why);
        expect(stderr).toContain(flag);
      }
    }
    expect(await readdir(own.folder)).toEqual(['file']);
    const same = await failure(...short, '--out', path('a'), '--checkpoint', join(own.folder, '.', 'a'));
    expect(same.stderr).toContain('are the same file');
  });

  it('is told to be missing when the disk is full', async () => {
    const { code, stderr } = await failure(...short, '--out', '/dev/full');
    expect(code).toBe(1);
    expect(stderr).toContain('No space left on device');
    // Files of no length are what a full disk still takes.
    const limit = `ulimit -f 0; trap '' XFSZ; exec "$@"`;
    const failed = await run('bash', ['-c', limit, 'bash', native, ...short, '--out', path('big')]).then(
      () => undefined,
      (error: { stderr: string }) => error.stderr,
    );
    expect(failed).toMatch(/big can't be written: File too large/);
    expect(await readdir(own.folder)).toEqual([]);
  });

  it('is the old file when a disk of 64 KB is full', async (test) => {
    // A file system of its own wants a name space of its own, where mounting is allowed.
    const inside = `
      mount -t tmpfs -o size=64k tmpfs "$0" || exit 77
      cd "$0"
      "$@" --layers 9,6 --out small || exit 1
      cp small before
      "$@" --layers 9,6000 --out small
      echo "exit $?"
      cmp small before && ls`;
    const train = ['train', ...bars, '--epochs', '1'];
    const unshared = ['-rm', 'sh', '-c', inside, own.folder, native, ...train];
    const { stdout, stderr } = await run('unshare', unshared).catch((error: unknown) => {
      const { stderr: why } = error as { stderr: string };
      test.skip(`no file system can be mounted here: ${why.trim()}`);
      throw error;
    });
    expect(stderr).toContain('No space left on device');
    expect(stdout.split('\n').slice(-4)).toEqual(['exit 1', 'before', 'small', '']);
  });

  it('goes on without a checkpoint whose folder has gone', async () => {
    await run('mkdir', [path('gone')]);
    const child = spawn(native, [
      ...kinds.rbm,
      '--epochs',
      '20000',
      '--out',
      path('out'),
      '--checkpoint',
      path('gone/kept'),
    ]);
    let stderr = '';
    let removed: Promise<void> | undefined;
    child.stderr.on('data', (text: Buffer) => {
      stderr = (stderr + text.toString()).slice(-2000);
      removed ??= rm(path('gone'), { recursive: true });
    });
    const code = await new Promise((resolve) => child.on('close', resolve));
    await removed;
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('training goes on without a checkpoint');
    expect(await fingerprint(path('out'))).toBeTruthy();
  });

  it('respects what is read-only', async (test) => {
    // Nothing stops the superuser, so this is done as somebody else.
    if (process.getuid?.() === 0 && !existsSync('/usr/bin/setpriv'))
      test.skip('the superuser needs setpriv to be an ordinary user');
    const as = process.getuid?.() === 0 ? ['setpriv', '--reuid=65534', '--regid=65534', '--clear-groups'] : ['env'];
    await writeFile(path('file'), 'old');
    await chmod(path('file'), 0o444);
    await chmod(own.folder, 0o555);
    for (const name of ['file', 'new']) {
      const [program = '', ...rest] = [...as, native, ...short, '--out', path(name)];
      await expect(run(program, rest)).rejects.toMatchObject({ stderr: expect.stringMatching(/Permission denied/) });
    }
    await chmod(own.folder, 0o755);
    expect(await readFile(path('file'), 'utf8')).toBe('old');
    expect(await readdir(own.folder)).toEqual(['file']);
  });
});

describe.skipIf(!hasNative)('a checkpoint', () => {
  it('that has had all epochs is not trained, which is said', async () => {
    for (const [kind, args] of Object.entries(kinds)) {
      const epochs = kind === 'dbm' ? ['--epochs', '3', '--pretraining-epochs', '2'] : ['--epochs', '3'];
      const train = [...args, ...epochs, '--out', path(`${kind}.out`), '--checkpoint', path(kind)];
      expect((await wakesleep(...train)).stderr).not.toContain('nothing was trained');
      const again = await wakesleep(...train);
      expect(again.stderr).toContain('nothing was trained: the model has had 3 epochs');
      expect(again.stdout).toContain(String(await fingerprint(path(kind))));
    }
    expect((await wakesleep(...kinds.rbm, '--epochs', '0', '--out', path('new'))).stderr).toContain(
      'nothing was trained: --epochs asks for none',
    );
  });

  it('and options that contradict it are both named', async () => {
    const begin = (kind: keyof typeof kinds) => [...kinds[kind], '--epochs', '1', '--out', path('out')];
    const kept = ['--checkpoint', path('kept')];
    await wakesleep(...begin('dbn'), ...kept);
    const contradicts = async (args: string[], ...parts: string[]) => {
      const { code, stderr } = await failure('train', '--epochs', '2', '--out', path('out'), ...kept, ...args);
      expect(code).toBe(1);
      for (const part of [...parts, path('kept')]) expect(stderr).toContain(part);
    };
    await contradicts([...bars, '--layers', '9,6'], '--layers is 9,6', '9,6,5');
    await contradicts([...bars, '--layers', '9,6,5,4'], '--layers is 9,6,5,4', '9,6,5');
    await contradicts([...bars, '--layers', '9,6,5', '--model', 'dbm'], '--model is dbm', 'dbn');
    await contradicts([...bars, '--layers', '9,6,5', '--label-units', '2'], '--label-units is 2', 'has 0');
    await contradicts([...bars, '--layers', '9,6,5', '--seed', '4'], '--seed is 4', 'has 1');
    await contradicts(
      [...bars, '--layers', '9,6,5', '--units', 'gaussian,bernoulli,bernoulli'],
      'gaussian',
      'bernoulli,bernoulli',
    );
    await contradicts(['--data', 'bars-and-stripes', '--size', '4', '--layers', '9,6,5'], 'size 4', 'size 3');
    await wakesleep(...begin('dbn'), ...kept, '--units', 'bernoulli,bernoulli,bernoulli', '--label-units', '0');
  });
});

describe.skipIf(!hasNative)('options', () => {
  it('that make no sense are refused', async () => {
    for (const [flag, value, part] of [
      ['--hold-back', '-1', '0 or more'],
      ['--hold-back', '1.5', 'whole'],
      ['--threshold', 'nan', 'finite'],
      ['--threshold', 'inf', 'finite'],
      ['--threshold', '-1', 'above 0'],
      ['--only-label', '-1', '0 or more'],
      ['--count', '0', '1 or more'],
      ['--size', '-3', '1 or more'],
      ['--label-units', '-1', '0 or more'],
      ['--scale', '1', '--images'],
      ['--weights', '', 'empty'],
      ['--mask', '', 'empty'],
      ['--checkpoint', '', 'empty'],
      ['--folder', '', 'empty'],
      ['--batches', '-1', 'batches'],
      ['--threads', '0', '1 or more'],
      ['--threads', 'nan', 'whole'],
      ['--learning-rate', 'nan', '--learning-rate must be'],
      ['--epochs', '-1', '--epochs must be'],
      ['--fast-decay', '0.9', "--fast-decay needs --method 'fpcd', not 'cd'"],
      ['--learning-rate-schedule', 'exponential', '--learning-rate-schedule needs --final-learning-rate'],
    ] as const) {
      const { stderr } = await failure(
        ...short.slice(0, -2),
        '--out',
        path('out'),
        ...(value ? [`${flag}=${value}`] : [flag, '']),
      );
      expect(stderr, `${flag} ${value}`).toContain(part);
    }
    await writeFile(path('none'), ' \n');
    const { stderr } = await failure(...short, '--out', path('out'), '--weights', path('none'));
    expect(stderr).toContain('none: CSV: there are no numbers');
    await wakesleep(...short, '--out', path('out'));
    for (const args of [
      ['sample', path('out'), '--out', path('x.png'), '--chains', '0'],
      ['sample', path('out'), '--out', path('x.png'), '--temperature', 'nan'],
      ['sample', path('out'), '--out', path('x.png'), '--temperature', '0'],
      ['sample', path('out'), '--out', path('x.png'), '--steps', '-1'],
      ['reconstruct', path('out'), '--out', path('x.png'), '--steps', '-1'],
      ['transform', path('out'), '--out', path('x.csv'), '--of', 'energy'],
      ['transform', path('out'), '--out', path('x.csv'), '--rows', '-1'],
      ['evaluate', path('out'), ...bars, '--runs', '0'],
      ['evaluate', path('out'), ...bars, '--part', 'held-back'],
      ['evaluate', path('out'), ...bars, '--predictions', ''],
      ['reproduce', 'infinite-net', '--seeds', '-1'],
    ])
      expect((await failure(...args)).code).not.toBe(0);
    expect((await readdir(own.folder)).sort()).toEqual(['none', 'out']);
  });

  it('that nothing would read are refused, whatever the command', async () => {
    await wakesleep(...kinds.rbm, '--epochs', '1', '--out', path('rbm'));
    await wakesleep(...kinds.dbn, '--epochs', '1', '--out', path('dbn'));
    await wakesleep(...kinds.dbm, '--epochs', '1', '--out', path('dbm'));
    await wakesleep(...kinds.sbn, '--epochs', '1', '--out', path('sbn'));
    await writeFile(path('own.csv'), '1,0,1,0,1,0,1,0,1\n0,0,1,1,1,1,0,0,0\n');
    const ofOwn = ['--images', path('own.csv')];
    const train = ['train', '--layers', '9,4', '--out', path('out')];
    const evaluate = (model: string, ...args: string[]) => ['evaluate', path(model), ...args];
    const transform = (...args: string[]) => ['transform', path('rbm'), '--out', path('z.csv'), ...args];
    const sample = (out: string, ...args: string[]) => ['sample', path('rbm'), '--out', path(out), ...args];
    const pca = ['compare', 'pca', ...bars, '--components', '2'];
    for (const [args, said] of [
      [[...train, ...bars, '--count', '5'], '--count needs data of which there are more or fewer, not bars'],
      [
        [...train, ...bars, '--folder', '/x'],
        '--folder needs --data mnist, fashion-mnist or rotated-faces, not bars-and-stripes',
      ],
      [[...train, ...bars, '--data-seed', '3'], '--data-seed needs --data stroke-digits, or shifter with'],
      [[...train, '--data', 'stroke-digits', '--size', '5'], '--size needs --data bars-and-stripes or shifter'],
      [[...train, '--data', 'stroke-digits', '--folder', '/x'], '--folder needs --data mnist'],
      [[...train, '--data', 'mnist', '--size', '5'], '--size needs --data bars-and-stripes'],
      [[...train, '--data', 'mnist', '--data-seed', '5'], '--data-seed needs --data stroke-digits'],
      [[...train, '--data', 'shifter', '--data-seed', '5'], '--data-seed needs --data stroke-digits'],
      [
        [...kinds.dbm, '--no-pretraining', '--pretraining-k', '2', '--out', path('out')],
        '--pretraining-k needs the pretraining that --no-pretraining leaves out',
      ],
      [[...train, ...ofOwn, '--count', '3'], '--count is 3, but there are 2'],
      [evaluate('rbm', '--count', '5'), '--count needs data'],
      [evaluate('rbm', '--hold-back', '5'), '--hold-back needs --part held-back or training'],
      [evaluate('rbm', '--runs', '7'), '--runs needs an estimate that log Z is for: --log-likelihood'],
      [evaluate('rbm', '--log-likelihood', '--betas', '7'), '--betas needs --method ais'],
      [evaluate('rbm', '--log-likelihood', '--schedule', 'late'), '--schedule needs --method ais'],
      [evaluate('rbm', '--log-likelihood', '--base', 'data'), '--base needs --method ais'],
      [evaluate('rbm', '--log-likelihood', '--seed', '2'), '--seed needs an estimate with random numbers'],
      [evaluate('rbm', '--method', 'ais'), '--method needs an estimate that log Z is for'],
      [evaluate('rbm', '--pseudo-likelihood', '--samples', '2'), '--samples needs the bound of a DBN'],
      [evaluate('rbm', '--stochastic'), '--stochastic needs --pseudo-likelihood'],
      [evaluate('rbm', '--log-likelihood', '--method', 'ais', '--start-steps', '5'), '--start-steps needs --reverse'],
      [evaluate('rbm', '--form', 'csv'), '--form needs --predictions'],
      [evaluate('sbn', '--log-likelihood', '--method', 'ais'), '--method needs an estimate that log Z is for'],
      [transform('--samples', '5'), '--samples needs the bound of a DBN'],
      [transform('--betas', '7'), '--betas needs an estimate that log Z is for: --of log-likelihood'],
      [transform('--of', 'free-energy', '--layer', '1'), '--layer needs --of hidden'],
      [transform('--seed', '1'), '--seed needs an estimate with random numbers'],
      [transform('--width', '3'), '--width needs a picture'],
      [transform('--form', 'npy'), 'contradict each other'],
      [sample('z.csv', '--width', '3'), '--width needs a picture'],
      [sample('z.png', '--form', 'csv'), 'z.png and --form csv contradict each other'],
      [['sample', path('sbn'), '--out', path('z.csv'), '--steps', '3'], '--steps needs a model with Markov chains'],
      [['sample', path('sbn'), '--out', path('z.csv'), '--temperature', '2'], '--temperature needs a model with'],
      [
        ['reconstruct', path('dbm'), '--out', path('z.csv'), '--steps', '0', '--seed', '3'],
        '--seed needs --steps of 1 or more',
      ],
      [[...pca, '--neighbours', '2'], '--neighbours needs nearest-neighbours'],
      [['compare', 'nearest-neighbours', ...bars, '--components', '2'], '--components needs pca'],
      [['reproduce', '--check', path('rbm'), 'infinite-net'], '--check'],
    ] as const)
      expect((await failure(...args)).stderr, args.join(' ')).toContain(said);
    expect((await readdir(own.folder)).sort()).toEqual(['dbm', 'dbn', 'own.csv', 'rbm', 'sbn']);
    // It is known before the examples are read.
    const missing = ['--data', 'mnist', '--folder', path('nowhere')];
    expect((await failure(...evaluate('rbm', ...missing, '--runs', '7'))).stderr).toContain('--runs needs');
    expect((await failure(...transform(...missing, '--samples', '5'))).stderr).toContain('--samples needs');
    // What is read is not refused.
    await wakesleep(...evaluate('dbn', '--bound', '--method', 'ais', '--runs', '7', '--betas', '9', '--samples', '5'));
    await wakesleep(...transform('--of', 'log-likelihood', '--method', 'ais', '--runs', '7', '--seed', '2'));
    await wakesleep(...sample('z.txt', '--form', 'csv', '--chains', '2', '--steps', '1'));
    await wakesleep(...train, ...ofOwn, '--count', '1');
  });

  it('--count takes the first examples of files, and leaves the test part whole unless given again', async () => {
    const images = (count: number) =>
      idx(
        [count, 3, 3],
        Array.from({ length: 9 * count }, (_, i) => (i * 7) % 256),
      );
    await mkdir(path('mnist'));
    for (const [part, count] of [
      ['train', 12],
      ['t10k', 8],
    ] as const) {
      await writeFile(path(`mnist/${part}-images-idx3-ubyte`), images(count));
      await writeFile(
        path(`mnist/${part}-labels-idx1-ubyte`),
        idx(
          [count],
          Array.from({ length: count }, (_, i) => i % 2),
        ),
      );
    }
    const folder = ['--folder', own.folder];
    const train = ['train', '--data', 'mnist', ...folder, '--layers', '9,4', '--epochs', '1', '--out', path('rbm')];
    const { stderr } = await wakesleep(...train, '--count', '5', '--hold-back', '2');
    expect(stderr).toContain('MNIST, training images, the first 5, the first 3: 3 examples of 9 values');
    const examples = async (...args: string[]) =>
      (
        JSON.parse((await wakesleep('evaluate', path('rbm'), ...folder, '--json', ...args)).stdout) as {
          examples: number;
        }
      ).examples;
    expect(stderr).toContain(`reading ${path('mnist')}, training images`);
    expect(await examples()).toBe(8);
    expect(await examples('--count', '6')).toBe(6);
    expect(await examples('--part', 'training')).toBe(3);
    expect(await examples('--part', 'held-back')).toBe(2);
    expect((await failure(...train, '--count', '13')).stderr).toContain('--count is 13, but there are 12: MNIST');
    const shifter = await wakesleep(
      'train',
      '--data',
      'shifter',
      '--count',
      '5',
      '--layers',
      '16,4',
      '--out',
      path('s'),
    );
    expect(shifter.stderr).toContain('shifter, size 8, 5 examples, seed 1: 5 examples of 16 values');
  });

  it('that are misspelt are answered with the nearest', async () => {
    const said = async (...args: string[]) => (await failure(...args)).stderr;
    expect(await said('trian')).toContain('did you mean train?');
    expect(await said('inf', 'x')).toContain('did you mean info?');
    expect(await said('reproduce', 'infinite-nets')).toContain('did you mean infinite-net?');
    expect(await said(...short, '--out', path('out'), '--chekpoint', 'x')).toContain('did you mean --checkpoint?');
    expect(await said(...short, '--out', path('out'), '--learning-rat=1')).toContain('did you mean --learning-rate?');
    expect(await said('eval', 'x')).toContain('did you mean evaluate?');
    expect(await said('reconst', 'x')).toContain('did you mean reconstruct?');
    expect(await said(...short, '--out', path('out'), '--check', 'x')).toContain('did you mean --checkpoint?');
    expect(await said('zzzzzz')).not.toContain('did you mean');
    expect(await said()).toContain('command is missing');
  });

  it('of the program stand before or after the command', async () => {
    await wakesleep('--threads', '1', ...short, '--out', path('a'));
    await wakesleep(...short, '--threads', '2', '--out', path('b'));
    expect(await readFile(path('a'))).toEqual(await readFile(path('b')));
  });

  it('--verbose says at the end which way of each product was the fastest', async () => {
    const { stderr } = await wakesleep(
      ...[
        'train',
        '--verbose',
        '--data',
        'bars-and-stripes',
        '--layers',
        '9,4',
        '--epochs',
        '1',
        '--out',
        path('v.rbm'),
      ],
    );
    expect(stderr).toContain('binary states times weights: too little work to choose\n');
    expect(stderr).toContain('binary states times transposed weights: too little work to choose\n');
  });

  it('of estimates are for the kinds of model that have them', async () => {
    const all = ['--log-likelihood', '--bound', '--pseudo-likelihood', '--free-energy-gap'];
    const has = {
      rbm: ['--log-likelihood', '--pseudo-likelihood', '--free-energy-gap'],
      dbn: ['--bound'],
      dbm: ['--log-likelihood'],
      sbn: ['--log-likelihood'],
    };
    for (const kind of ['rbm', 'dbn', 'dbm', 'sbn'] as const) {
      await wakesleep(...kinds[kind], '--epochs', '1', '--out', path(kind));
      const evaluate = ['evaluate', path(kind), ...bars];
      expect((await wakesleep(...evaluate, ...has[kind])).stdout).toMatch(/likelihood.*: -\d/);
      for (const flag of all.filter((one) => !has[kind].includes(one)))
        expect((await failure(...evaluate, flag)).stderr).toMatch(RegExp(`${flag} is not for .*has ${has[kind][0]}`));
      const steps = kind === 'sbn' ? [] : ['--steps', '2'];
      await wakesleep('sample', path(kind), '--chains', '3', ...steps, '--out', path('picture.pgm'));
      expect((await readFile(path('picture.pgm'))).toString('latin1')).toMatch(/^P5/);
    }
    expect((await failure('sample', path('sbn'), '--label', '1', '--out', path('picture.pgm'))).stderr).toContain(
      '--label and --clamp hold nothing',
    );
    const sbn = [...kinds.sbn, '--out', path('other')];
    await writeFile(path('weights'), '1 '.repeat(14));
    for (const [given, said] of [
      [['--label-units', '2'], '--label-units is for'],
      [['--units', 'bernoulli,bernoulli,bernoulli'], '--units is for'],
      [['--weights', path('weights')], '--weights and --mask are for'],
      [['--k', '2'], '--k is no option of --model sbn'],
    ] as const)
      expect((await failure(...sbn, ...given)).stderr).toContain(said);
  });

  it('of the pretraining and of the library are called as on the command line', async () => {
    const said = async (kind: keyof typeof kinds, ...args: string[]) =>
      (await failure(...kinds[kind], '--out', path('out'), ...args)).stderr;
    expect(await said('dbm', '--pretraining-learning-rate', '-1')).toContain('--pretraining-learning-rate must be');
    expect(await said('dbn', '--learning-rate', '0.1,nan')).toContain('--learning-rate must be');
    expect(await said('rbm', '--sigma-learning-rate', '0.1')).toContain('--sigma-learning-rate is an option of');
    await writeFile(path('weights'), '1 1 1');
    expect(await said('rbm', '--weights', path('weights'))).toContain('--weights must be one for each of 14 examples');
  });

  it('are explained for every command', async () => {
    for (const command of ['train', 'evaluate', 'transform', 'reconstruct', 'sample', 'info', 'reproduce']) {
      const { stdout } = await wakesleep(command, '--help');
      expect(stdout).toContain('--help');
      expect((await wakesleep('help', command)).stdout).toBe(stdout);
    }
    expect((await wakesleep('help')).stdout).toBe((await wakesleep('--help')).stdout);
    expect((await failure('help', 'evalute')).stderr).toContain('did you mean evaluate?');
    expect((await failure('train', '--help', '--layer')).stderr).toContain('did you mean --layers?');
  });
});

describe.skipIf(!hasNative)('log Z of a model', () => {
  const ais = ['--method', 'ais', '--betas', '100'];
  const evaluate = async (model: string, ...args: string[]) =>
    (await wakesleep('evaluate', path(model), ...bars, '--part', 'training', ...args)).stdout;

  it("has an error that is part of the likelihood's, an effective sample size, and the seed of the model", async () => {
    await wakesleep(...short, '--seed', '5', '--out', path('rbm'));
    await wakesleep(...kinds.dbn, '--epochs', '2', '--seed', '5', '--out', path('dbn'));
    await wakesleep(...kinds.dbm, '--epochs', '2', '--seed', '5', '--out', path('dbm'));
    for (const [model, flag] of [
      ['rbm', '--log-likelihood'],
      ['dbn', '--bound'],
      ['dbm', '--log-likelihood'],
    ] as const) {
      const said = await evaluate(model, flag, ...ais);
      expect(said).toMatch(/log Z by AIS: .* effective sample size \d+\.\d/);
      const errors = /standard error ([\d.]+) \(of the examples ([\d.]+), of log Z ([\d.]+)\)/.exec(
        said,
      ) as RegExpExecArray;
      const [all, examples, ofZ] = errors.slice(1).map(Number) as [number, number, number];
      expect(ofZ).toBeGreaterThan(0);
      expect(all).toBeCloseTo(Math.hypot(examples, ofZ), 5);
      expect(await evaluate(model, flag, ...ais, '--seed', '5')).toBe(said);
      expect(await evaluate(model, flag, ...ais, '--seed', '6')).not.toBe(said);
      // The data's own means are those of a uniform base.
      expect(await evaluate(model, flag, ...ais, '--base', 'biases')).not.toBe(said);
    }
  });

  it('by runs in one direction says what its interval does not show', async () => {
    await wakesleep(...short, '--out', path('rbm'));
    const note = "The interval can't show modes that no run has reached; evaluate --reverse";
    expect(await evaluate('rbm', '--log-likelihood', ...ais)).toContain(note);
    expect(await evaluate('rbm', '--log-likelihood', ...ais, '--json')).toContain(`"logZNote":"${note}`);
    expect(await evaluate('rbm', '--log-likelihood', ...ais, '--reverse')).not.toContain(note);
    expect(await evaluate('rbm', '--log-likelihood')).not.toContain(note);
    const args = ['--of', 'log-likelihood', ...bars, ...ais, '--out', path('z.csv')];
    expect((await wakesleep('transform', path('rbm'), ...args)).stderr).toContain(note);
  });

  it('that is too large to sum names the method that estimates it', async () => {
    const wide = ['train', '--data', 'bars-and-stripes', '--size', '6', '--epochs', '0'];
    await wakesleep(...wide, '--layers', '36,30', '--out', path('rbm'));
    await wakesleep(...wide, '--layers', '36,30,30', '--model', 'dbm', '--no-pretraining', '--out', path('dbm'));
    for (const model of ['rbm', 'dbm']) {
      const { stderr } = await failure(
        'evaluate',
        path(model),
        '--data',
        'bars-and-stripes',
        '--size',
        '6',
        '--part',
        'training',
        '--log-likelihood',
      );
      expect(stderr).toContain('--method ais');
    }
  });

  it('is annealed in reverse or refused so, whatever the model', async () => {
    for (const kind of ['rbm', 'dbn', 'dbm', 'sbn'] as const)
      await wakesleep(...kinds[kind], '--epochs', '2', '--out', path(kind));
    for (const [model, flag] of [
      ['rbm', '--log-likelihood'],
      ['dbm', '--log-likelihood'],
      ['dbn', '--bound'],
    ] as const)
      expect(await evaluate(model, flag, ...ais, '--reverse')).toContain('log Z by reverse AIS');
    const refused = async (...args: string[]) =>
      (await failure('evaluate', path(args[0] as string), ...bars, '--part', 'training', ...args.slice(1))).stderr;
    expect(await refused('sbn', '--log-likelihood', ...ais, '--reverse')).toContain('--reverse is for');
    expect(await refused('rbm', ...ais, '--reverse')).toContain('--reverse is for');
    expect(await refused('rbm', '--log-likelihood', '--reverse')).toContain('--reverse needs --method ais');
  });
});

describe.skipIf(!hasNative)('a model file', () => {
  it('is shown without what steers a terminal', async () => {
    await writeFile(path('\u001b[2Jweights'), '1 '.repeat(14));
    await wakesleep(...short, '--out', path('out'), '--weights', path('\u001b[2Jweights'));
    const { stdout } = await wakesleep('info', path('out'));
    expect(stdout).toContain('\\x1b[2Jweights');
    expect(stdout).not.toContain('\u001b');
    expect((await failure('info', path('\u001b[1m'))).stderr).not.toContain('\u001b');
  });

  it('that has no end, or is none, is refused by its first bytes', async () => {
    for (const device of ['/dev/zero', '/dev/full']) {
      expect((await failure('info', device)).stderr).toContain(
        `${device}: this is no model file; its first bytes are 00`,
      );
      for (const flag of ['--checkpoint', '--from'])
        expect((await failure(...short, '--out', path('out'), flag, device)).stderr).toContain('no model file');
      expect((await failure('train', '--images', device, '--layers', '9,4', '--out', path('out'))).stderr).toContain(
        device,
      );
    }
    expect((await failure('info', '/dev/null')).stderr).toContain('/dev/null: this is no model file: it is empty');
    await writeFile(path('own.csv'), '1,0,1,0,1,0,1,0,1\n');
    expect((await failure('evaluate', path('own.csv'))).stderr).toContain(
      'own.csv: this is no model file; its first bytes are 31 2c 30 2c 31 2c 30 2c 31',
    );
    await writeFile(path('short'), 'a');
    expect((await failure('info', path('short'))).stderr).toContain('its first bytes are 61');
  });

  it('is read from a pipe as far as its header says', async () => {
    await wakesleep(...short, '--out', path('out'));
    const from = (command: string) => run('bash', ['-c', `${command} | "$0" info /dev/stdin`, native]);
    const file = JSON.stringify(path('out'));
    expect((await from(`cat ${file}`)).stdout).toContain(`fingerprint: ${(await fingerprint(path('out'))) ?? 'none'}`);
    await expect(from(`cat ${file} /dev/zero`)).rejects.toMatchObject({
      stderr: expect.stringContaining('no tensor covers the last 1 bytes'),
    });
    await writeFile(path('idx'), idx([2, 3, 3], Array<number>(18).fill(255)));
    const train = '"$0" train --images /dev/stdin --layers 9,4 --out /dev/null';
    const endless = `cat ${JSON.stringify(path('idx'))} /dev/zero | ${train}`;
    await expect(run('bash', ['-c', endless, native])).rejects.toMatchObject({
      stderr: expect.stringContaining('2 images of 3x3 (18 bytes) but'),
    });
  });

  it('or data that come through a pipe without end are refused, with the limit', async () => {
    const said = async (command: string, ...given: string[]): Promise<string> => {
      const rest = ['--layers', '3,2', '--out', '/dev/null'];
      const line = `set -o pipefail; ${command} | "$0" train "$@"`;
      const failed = run('bash', ['-c', line, native, ...given, ...rest], { timeout: 60_000 });
      const { stderr } = (await failed.then(
        () => expect.fail('it came to an end'),
        (error: unknown) => error,
      )) as { stderr: string };
      return stderr;
    };
    const unsaid =
      /\/dev\/stdin: there is more after 1024 MB, the most that is read of what does not say how long it is/;
    const memory = /\/dev\/stdin: \d+ MB are more than the \d+ MB of memory that this machine has/;
    const images = ['--images', '/dev/stdin'];
    expect(await said('yes 0,1,0', ...images)).toMatch(unsaid);
    await writeFile(path('one.csv'), '0,1,0\n');
    for (const flag of ['--labels', '--weights'])
      expect(await said('yes 1', '--images', path('one.csv'), flag, '/dev/stdin')).toMatch(unsaid);

    const idxStart = (...sizes: number[]) => idx(sizes, []);
    await writeFile(path('huge'), idxStart(2 ** 31, 256, 256));
    expect(await said(`cat '${path('huge')}' /dev/zero`, ...images)).toMatch(memory);
    expect(await said(`cat '${path('huge')}' /dev/zero | gzip -1`, ...images)).toMatch(memory);
    await writeFile(path('small'), idxStart(4, 3));
    const more = /4 rows of 3 \(12 bytes\) but/;
    expect(await said(`cat '${path('small')}' /dev/zero`, ...images)).toMatch(more);
    expect(await said(`cat '${path('small')}' /dev/zero | gzip -1`, ...images)).toMatch(more);

    const npy = (shape: string) => {
      const header = `{'descr': '|u1', 'fortran_order': False, 'shape': (${shape}), }\n`;
      return Buffer.concat([
        Buffer.from('\x93NUMPY\x01\x00', 'latin1'),
        Buffer.from([header.length, 0]),
        Buffer.from(header),
      ]);
    };
    await writeFile(path('npy'), npy('4, 3'));
    expect(await said(`cat '${path('npy')}' /dev/zero`, ...images)).toMatch(/promises 4 x 3 values/);
    await writeFile(path('npy'), npy('4000000000, 3000'));
    expect(await said(`cat '${path('npy')}' /dev/zero`, ...images)).toMatch(memory);

    // The folder of --data, and the file of a reproduction's figures.
    await mkdir(path('mnist'));
    await run('mkfifo', [path('mnist/train-images-idx3-ubyte')]);
    await writeFile(path('mnist/train-labels-idx1-ubyte'), idx([2], [0, 1]));
    const feed = `(cat '${path('small')}' /dev/zero > '${path('mnist/train-images-idx3-ubyte')}' || true)`;
    expect(await said(feed, '--data', 'mnist', '--folder', path(''))).toMatch(/4 rows of 3 \(12 bytes\) but/);
    await expect(run('bash', ['-c', 'yes | "$0" reproduce --check /dev/stdin', native])).rejects.toMatchObject({
      stderr: expect.stringMatching(unsaid),
    });
  }, 120_000);

  it('that is too long for its header is refused without its data', async () => {
    const header = Buffer.from('{}');
    const start = Buffer.alloc(8);
    start.writeBigUInt64LE(BigInt(header.length));
    const file = await open(path('sparse'), 'w');
    await file.write(Buffer.concat([start, header]));
    await file.truncate(2 ** 40);
    await file.close();
    expect((await failure('info', path('sparse'))).stderr).toContain('no tensor covers the last');
    start.writeBigUInt64LE(99_000_000n);
    await writeFile(path('header'), Buffer.concat([start, Buffer.alloc(99_000_000, '{')]));
    expect((await failure('info', path('header'))).stderr).toContain('at most 4194304');
  });
});
