// npm run counts: in how many places facts are written that have one home, and what the sources are held to besides.
// tests/node/house.test.ts holds each count to its limit.

import { circles, cppModules, read, sources, toolModules, upwards, webModules } from './imports.mjs';
import { bold, green, isMain, main, red } from './log.mjs';

const ownSources = [
  ...sources('cpp', '.h', '.cpp'),
  ...sources('web/lib', '.ts').filter((file) => !file.startsWith('web/lib/engine/')),
];
const formatted = [
  ...ownSources,
  ...sources('web/site', '.ts', '.svelte'),
  ...['web/tools', 'tests'].flatMap((folder) => sources(folder, '.h', '.cpp', '.ts', '.mjs')),
];

/** The lines of these files, each with its place. Comments are words about code: they may name anything. */
const codeLines = (files) =>
  files.flatMap((file) =>
    read(file)
      .split('\n')
      .map((text, i) => ({ place: `${file}:${i + 1}`, text }))
      .filter(({ text }) => !/^\s*(\/\/|\/?\*)/.test(text)),
  );
const naming = (files, pattern) => files.filter((file) => pattern.test(read(file)));

/** What all share is below the models, then come the shell, the entries, and the elements, which load one of them. */
const webFloorOf = (module) =>
  /^elements\b/.test(module)
    ? 4
    : /^(index|sync|digits|import|stream|worker)$/.test(module)
      ? 3
      : ['models', 'shell'].indexOf(module.split('/')[0]) + 1;

/** What is counted: its limit, and where it was found. */
export const counts = () => [
  {
    what: 'files of cpp and web/lib that name one option, the sparsity decay',
    limit: 5,
    places: naming(ownSources, /sparsity[-_ ]?decay/i),
  },
  {
    what: 'C++ sources outside units that name `UnitType::`',
    limit: 3,
    places: naming(
      ownSources.filter((file) => file.startsWith('cpp/') && !file.startsWith('cpp/src/units/')),
      /\bUnitType::/,
    ),
  },
  {
    what: 'lines of shared sources that name one kind of model, the sigmoid belief net',
    // The page's thread has tables of members without the cores, which is two lines a kind.
    limit: 24,
    places: codeLines(ownSources.filter((file) => !/sbn|belief|infinite_net/.test(file)))
      .filter(({ text }) => /sbn|sigmoid[-_ ]?belief|belief[-_ ]?net/i.test(text))
      .map(({ place }) => place),
  },
  {
    what: 'lines of the remote and the sync face of web/lib together',
    limit: 350,
    places: sources('web/lib', '/remote.ts', '/sync.ts').flatMap((file) =>
      read(file)
        .trimEnd()
        .split('\n')
        .map((_, i) => `${file}:${i + 1}`),
    ),
  },
  {
    what: 'lines of more than 120 columns',
    limit: 0,
    places: formatted.flatMap((file) =>
      read(file)
        .split('\n')
        .flatMap((text, i) => ([...text].length > 120 ? [`${file}:${i + 1}`] : [])),
    ),
  },
  {
    what: 'C++ lines with `default:`, which only switches over numbers have',
    limit: 2,
    places: codeLines(ownSources.filter((file) => file.startsWith('cpp/')))
      .filter(({ text }) => /\bdefault:/.test(text))
      .map(({ place }) => place),
  },
  {
    what: 'imports of cpp/src that point upwards',
    limit: 0,
    places: upwards(cppModules()),
  },
  {
    what: 'imports of web/lib that point upwards: from models to the shell, the entries, the elements',
    limit: 0,
    places: [...webModules()].flatMap(([from, imported]) =>
      [...imported].filter((to) => webFloorOf(to) > webFloorOf(from)).map((to) => `${from} -> ${to}`),
    ),
  },
  {
    // A program that imports itself by a detour waits for itself where it loads with `import()`.
    what: 'circles of imports in cpp/src, web/lib and the programs in web/tools',
    limit: 0,
    places: [cppModules(), webModules(), toolModules()].flatMap(circles).map((circle) => circle.join(', ')),
  },
];

if (isMain(import.meta.url)) {
  await main(() => {
    for (const { what, limit, places } of counts()) {
      const fits = places.length <= limit;
      const count = String(places.length).padStart(5);
      console.log(`${fits ? green(count) : red(count)} ${bold(what)} (at most ${limit})`);
      if (!fits) for (const place of places.slice(0, 20)) console.log(`        ${place}`);
    }
  });
}
