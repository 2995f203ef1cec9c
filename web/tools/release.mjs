// The version, which several files name. `npm version 0.2.0` runs this after it has written package.json: the other
// files get the version, and CHANGELOG.md's section of what is not released its date. `check TAG` is for the release:
// it fails unless all files are those of the tag, and prints what is new.

import { execFileSync } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { Failure, isMain, main } from './log.mjs';
import { fromRoot, root } from './paths.mjs';

const number = '\\d+\\.\\d+\\.\\d+';

/** Every place of the version besides package.json: its file, and what surrounds it. `short`: without the patch. */
export const places = [
  { file: 'models/package.json', around: ['"version": "', '"'] },
  { file: 'package-lock.json', around: ['"models": {\n      "name": "wakesleep-models",\n      "version": "', '"'] },
  { file: 'models/README.md', around: ['npm/wakesleep-models@', '/'] },
  { file: 'CITATION.cff', around: ['\nversion: ', '\n'] },
  { file: 'CMakeLists.txt', around: ['project(wakesleep VERSION ', ' '] },
  { file: 'tests/consumers/cpp/CMakeLists.txt', around: ['find_package(wakesleep ', ' '], short: true },
  { file: 'web/docs/cpp.md', around: ['find_package(wakesleep ', ' '], short: true },
];

const literal = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
const pattern = ({ around: [before, after], short }) =>
  new RegExp(`(?<=${literal(before)})${short ? '\\d+\\.\\d+' : number}(?=${literal(after)})`);
const written = ({ short }, version) => (short ? version.split('.').slice(0, 2).join('.') : version);

/** The text of one of these places with another version. */
export function withVersion(place, text, version) {
  if (!pattern(place).test(text)) throw new Failure(`${place.file} names no version where it should.`);
  return text.replace(pattern(place), written(place, version));
}

const heading = (version) => new RegExp(`^## ${literal(version)} \\((unreleased|\\d{4}-\\d\\d-\\d\\d)\\)$`, 'm');

/** CHANGELOG.md with the day on which its first section, of what is not released, is. */
export function released(changelog, version, day) {
  const first = /^## .*$/m.exec(changelog)?.[0];
  if (first !== `## ${version} (unreleased)`)
    throw new Failure(`CHANGELOG.md must begin with a section "## ${version} (unreleased)", and not with "${first}".`);
  return changelog.replace(first, `## ${version} (${day})`);
}

/** What CHANGELOG.md says of a version that is released. */
export function notes(changelog, version) {
  const found = heading(version).exec(changelog);
  if (!found) throw new Failure(`CHANGELOG.md has no section of ${version}.`);
  if (found[1] === 'unreleased') throw new Failure(`CHANGELOG.md calls ${version} unreleased: npm version dates it.`);
  return changelog
    .slice(found.index + found[0].length)
    .split(/^## /m)[0]
    .trim();
}

/** The files, of package.json and the places, that do not name this version. */
export function otherwise(version, read = (file) => readFileSync(fromRoot(file), 'utf8')) {
  const own = JSON.parse(read('package.json')).version === version ? [] : ['package.json'];
  const others = places.filter((place) => pattern(place).exec(read(place.file))?.[0] !== written(place, version));
  return [...own, ...others.map(({ file }) => file)];
}

if (isMain(import.meta.url)) {
  await main(() => {
    const [command, tag] = process.argv.slice(2);
    const read = (file) => readFileSync(fromRoot(file), 'utf8');
    const { version } = JSON.parse(read('package.json'));
    if (!new RegExp(`^${number}$`).test(version)) throw new Failure(`${version} is not three numbers, as CMake needs.`);
    if (command === 'check') {
      const wanted = tag?.replace(/^v/, '') ?? version;
      const wrong = otherwise(wanted);
      if (wrong.length > 0) throw new Failure(`These are not of version ${wanted}: ${wrong.join(', ')}.`);
      console.log(notes(read('CHANGELOG.md'), wanted));
    } else {
      // Nothing is written unless all can be.
      const day = new Date().toISOString().slice(0, 10);
      const texts = new Map([['CHANGELOG.md', released(read('CHANGELOG.md'), version, day)]]);
      for (const place of places)
        texts.set(place.file, withVersion(place, texts.get(place.file) ?? read(place.file), version));
      for (const [file, text] of texts) writeFileSync(fromRoot(file), text);
      execFileSync('git', ['add', ...texts.keys()], { cwd: root });
    }
  });
}
