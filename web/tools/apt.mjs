// Debian's packages: installed in the usual way where the machine's own release has them, and unpacked into a folder of
// ours where they come from a newer release. The archive is the one in the machine's own apt sources, and what comes
// from it is checked with the system's keyring.

import { spawn } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { readIfThere } from './cache.mjs';
import { capture, Failure, note, Progress, run } from './log.mjs';

/** { id, codename, major } of /etc/os-release, for example debian, bookworm, 12. */
export function system() {
  const fields = Object.fromEntries(
    readIfThere('/etc/os-release')
      .split('\n')
      .map((line) => /^(\w+)="?([^"]*)"?$/.exec(line))
      .filter(Boolean)
      .map(([, key, value]) => [key, value]),
  );
  return {
    id: fields.ID,
    codename: fields.VERSION_CODENAME,
    major: Number(fields.VERSION_ID ?? Infinity),
    name: fields.PRETTY_NAME,
  };
}

export const isDebian = () => system().id === 'debian' && capture('apt-get', ['--version']) !== null;

/**
 * The words before apt-get that give it the right to install: none for root, sudo for others, null if there is neither.
 */
function privilege() {
  if (process.getuid() === 0) return [];
  if (capture('sudo', ['-n', 'true']) !== null) return ['sudo', '-n'];
  return process.stdin.isTTY && capture('sudo', ['--version']) !== null ? ['sudo'] : null;
}

/** Installs packages of the machine's own release. */
export async function install(packages) {
  const words = privilege();
  const command = `apt-get install --no-install-recommends ${packages.join(' ')}`;
  if (words === null) {
    throw new Failure(
      `These Debian packages are missing, and installing them needs root or sudo. As root, run:\n  ${command}`,
    );
  }
  note(command);
  const apt = (...args) => {
    const all = [...words, 'env', 'DEBIAN_FRONTEND=noninteractive', 'apt-get', '-o', 'Dpkg::Use-Pty=0', ...args];
    return run(all[0], all.slice(1), { quiet: true });
  };
  const attempt = () => apt('install', '--yes', '--no-install-recommends', ...packages);
  try {
    await attempt();
  } catch {
    // The lists of a fresh machine are empty or point to versions that are gone.
    note('apt-get update');
    await apt('update');
    await attempt();
  }
}

/** The entries of apt's sources, in both of the forms they are written in: { uri, suites, components, signedBy }. */
export function parseSources(text, form) {
  const entries = [];
  if (form === 'deb822') {
    for (const stanza of text.replace(/^#.*\n?/gm, '').split(/\n\s*\n/)) {
      const fields = {};
      for (const [, key, value] of stanza.matchAll(/^([\w-]+):[ \t]*(.*(?:\n[ \t]+.*)*)/gm))
        fields[key.toLowerCase()] = value.trim();
      if (!fields.uris || !/\bdeb\b(?!-)/.test(fields.types ?? '') || /^(no|false)$/i.test(fields.enabled ?? ''))
        continue;
      for (const uri of fields.uris.split(/\s+/)) {
        entries.push({
          uri,
          suites: words(fields.suites),
          components: words(fields.components),
          signedBy: fields['signed-by'],
        });
      }
    }
  } else {
    for (const line of text.split('\n')) {
      const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)([^#]*)/.exec(line);
      if (!match) continue;
      const signedBy = /signed-by=(\S+)/i.exec(match[1] ?? '')?.[1];
      entries.push({ uri: match[2], suites: [match[3]], components: words(match[4]), signedBy });
    }
  }
  return entries;
}

const words = (text = '') => text.trim().split(/\s+/).filter(Boolean);

/** Where this machine takes its Debian from, likeliest first. */
function archives(codename) {
  const folder = '/etc/apt/sources.list.d';
  const files = [
    '/etc/apt/sources.list',
    ...(existsSync(folder) ? readdirSync(folder).sort() : []).map((name) => join(folder, name)),
  ];
  const entries = files.flatMap((file) =>
    file.endsWith('.sources')
      ? parseSources(readIfThere(file), 'deb822')
      : file.endsWith('.list')
        ? parseSources(readIfThere(file), 'one-line')
        : [],
  );
  // Other vendors' archives use Debian's names of suites too. Debian's own carries its updates and is checked by its
  // key.
  const likelihood = ({ suites, uri, signedBy }) =>
    (suites.includes(`${codename}-updates`) ? 4 : 0) +
    (/debian-archive/.test(signedBy ?? '') ? 2 : 0) +
    (/\/debian\/?$/.test(uri) ? 1 : 0);
  return entries
    .filter(
      ({ uri, suites, components }) =>
        suites.includes(codename) && components.includes('main') && !uri.startsWith('cdrom:'),
    )
    .sort((a, b) => likelihood(b) - likelihood(a));
}

/**
 * Downloads packages of another suite of the machine's archive and unpacks them into `folder`. `suites` are tried in
 * order. Nothing is installed and the machine's own apt configuration is not changed.
 */
export async function unpackFrom(suites, packages, folder, { exclude = [] } = {}) {
  const work = join(dirname(folder), `.apt-${process.pid}`);
  rmSync(work, { recursive: true, force: true });
  const downloads = join(work, 'downloads');
  for (const name of ['lists/partial', 'cache/archives/partial', 'downloads'])
    mkdirSync(join(work, name), { recursive: true });
  try {
    const apt = await openArchive(suites, work);
    const listing = capture('apt-get', [...apt, '--print-uris', 'download', ...packages], { cwd: downloads });
    const files = [...(listing ?? '').matchAll(/^'[^']*' (\S+) (\d+) /gm)].map(([, name, size]) => ({
      name,
      size: Number(size),
    }));
    if (files.length < packages.length)
      throw new Failure(`Not all of these packages are in Debian's archive: ${packages.join(', ')}.`);
    await download(apt, packages, files, downloads);
    for (const { name } of files) await unpack(join(downloads, name), folder, exclude);
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

/** Fetches the list of packages of the first suite that the archive has; the options that make apt-get use it. */
async function openArchive(suites, work) {
  const { codename } = system();
  const candidates = archives(codename);
  if (candidates.length === 0)
    throw new Failure(`No entry for ${codename} main was found in apt's sources (/etc/apt).`);
  const list = join(work, 'archive.sources');
  const apt = Object.entries({
    'Dir::Etc::sourcelist': list,
    'Dir::Etc::sourceparts': '/dev/null',
    'Dir::State::Lists': join(work, 'lists'),
    'Dir::Cache': join(work, 'cache'),
    'Acquire::Languages': 'none',
    'APT::Get::List-Cleanup': 'false',
    'APT::Get::AllowUnauthenticated': 'false',
    // Files for root's eyes only would lie in the way of apt's own user.
    ...(process.getuid() === 0 ? { 'APT::Sandbox::User': 'root' } : {}),
  }).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
  let fault;
  for (const suite of suites) {
    for (const { uri, signedBy } of candidates) {
      const keyring = signedBy ?? '/usr/share/keyrings/debian-archive-keyring.gpg';
      const stanza = ['Types: deb', `URIs: ${uri}`, `Suites: ${suite}`, 'Components: main'];
      if (signedBy || existsSync(keyring)) stanza.push(`Signed-By: ${keyring}`);
      writeFileSync(list, stanza.join('\n') + '\n');
      note(`reading the list of packages of Debian's suite ${suite}`);
      try {
        await run('apt-get', [...apt, '-o', 'APT::Update::Error-Mode=any', 'update'], { quiet: true });
        return apt;
      } catch (error) {
        fault ??= error;
      }
    }
  }
  throw new Failure(`Debian's archive could not be read (suite ${suites.join(' or ')}).\n${fault.message}`);
}

async function download(apt, packages, files, folder) {
  const total = files.reduce((sum, { size }) => sum + size, 0);
  const progress = new Progress(`downloading ${packages.join(', ')}`, total);
  const arrived = () => readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
  const timer = setInterval(() => progress.update(arrived()), 250);
  try {
    await run('apt-get', [...apt, 'download', ...packages], { cwd: folder, quiet: true });
  } finally {
    clearInterval(timer);
  }
  // apt-get has checked the signatures of the lists and the checksums of the files.
  if (arrived() !== total) throw new Failure('The download is not complete. Please start again.');
  progress.end();
}

/** dpkg-deb -x, with progress for the large ones. */
async function unpack(file, folder, exclude) {
  const installed = 1024 * Number(capture('dpkg-deb', ['--field', file, 'Installed-Size']) ?? 0);
  const progress = installed > 1e8 ? new Progress('unpacking', installed) : null;
  let count = 0;
  const source = spawn('dpkg-deb', ['--fsys-tarfile', file], { stdio: ['ignore', 'pipe', 'inherit'] });
  const target = spawn('tar', ['-x', '--no-same-owner', ...exclude.map((e) => `--exclude=${e}`), '-C', folder], {
    stdio: ['pipe', 'inherit', 'inherit'],
  });
  source.stdout.on('data', (chunk) => progress?.update((count += chunk.length)));
  source.stdout.pipe(target.stdin);
  target.stdin.on('error', () => {}); // tar's exit code says more than that it has closed its input
  const ended = (child) => new Promise((resolve) => child.on('close', resolve));
  const codes = await Promise.all([ended(source), ended(target)]);
  if (codes.some((code) => code !== 0)) throw new Failure(`${file} could not be unpacked. Is the disk full?`);
  progress?.end();
}

/** The first file below a folder with this name. */
export function findFile(folder, name) {
  const found = readdirSync(folder, { recursive: true }).find((path) => path === name || path.endsWith(`/${name}`));
  return found && join(folder, found);
}
