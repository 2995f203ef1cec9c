// What includes and imports what, read from the sources: the facts behind the picture of the architecture, and behind
// the tests that hold the imports to point downwards.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './paths.mjs';

/** The floors of cpp/src, the lowest first. A folder imports from those below it and from itself. */
export const floors = [
  ['math'],
  ['units'],
  ['data'],
  ['boltzmann'],
  ['compare'],
  ['options'],
  ['models'],
  ['estimate'],
  ['learning'],
  ['regression'],
  ['io'],
  ['bindings', 'cli'],
];

/** The files below a folder of the repository that end with one of these, as paths from its root. */
export function sources(folder, ...endings) {
  const full = join(root, folder);
  if (!existsSync(full)) return [];
  return readdirSync(full, { recursive: true })
    .map((path) => `${folder}/${path.replaceAll('\\', '/')}`)
    .filter((path) => endings.some((ending) => path.endsWith(ending)))
    .sort();
}

export const read = (path) => readFileSync(join(root, path), 'utf8');

/** A graph is a map from the name of each module to the set of the modules that it imports. */
function graphOf(files, moduleOf, importsOf) {
  const graph = new Map(files.map((file) => [moduleOf(file), new Set()]));
  for (const file of files) {
    for (const imported of importsOf(file)) {
      const [from, to] = [moduleOf(file), moduleOf(imported)];
      if (from !== to && graph.has(to)) graph.get(from).add(to);
    }
  }
  return graph;
}

/**
 * The modules of the C++ library: `learning/rule` is rule.h and rule.cpp, `include/rbm` is the public header rbm.h,
 * which models/rbm.cpp and its helpers both import.
 */
export function cppModules() {
  const files = [...sources('cpp/include/wakesleep', '.h'), ...sources('cpp/src', '.h', '.cpp')];
  return graphOf(
    files,
    (file) => file.replace(/^cpp\/include\/wakesleep\//, 'include/').replace(/^cpp\/src\/|\.(h|cpp)$/g, ''),
    (file) =>
      [...read(file).matchAll(/^\s*#include "([^"]+)"/gm)].map(([, path]) =>
        path.startsWith('wakesleep/') ? `cpp/include/${path}` : `cpp/src/${path}`,
      ),
  );
}

const scriptImports = (file) =>
  [...read(file).matchAll(/\b(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map(([, path]) =>
    relative(root, join(root, dirname(file), path)).replaceAll('\\', '/'),
  );

/** The modules of web/lib by their path in it, imports of types among them; what is generated is left out. */
export function webModules() {
  const files = sources('web/lib', '.ts').filter((file) => !file.startsWith('web/lib/engine/'));
  return graphOf(
    files,
    (file) => file.replace(/^web\/lib\//, '').replace(/\.ts$/, ''),
    (file) => scriptImports(file).map((path) => path.replace(/\.js$/, '.ts')),
  );
}

/** The programs of the repository, and what they import from each other. */
export function toolModules() {
  return graphOf(
    ['web/tools', 'tests/consumers', 'tests/bench'].flatMap((folder) => sources(folder, '.mjs')),
    (file) => file,
    scriptImports,
  );
}

/** Sets of modules that import each other in a circle, each in alphabetical order (Tarjan 1972). */
export function circles(graph) {
  const index = new Map();
  const low = new Map();
  const stack = [];
  const found = [];
  const visit = (node) => {
    index.set(node, index.size);
    low.set(node, index.get(node));
    stack.push(node);
    for (const next of graph.get(node)) {
      if (!index.has(next)) visit(next);
      if (stack.includes(next)) low.set(node, Math.min(low.get(node), low.get(next)));
    }
    if (low.get(node) !== index.get(node)) return;
    const circle = stack.splice(stack.indexOf(node));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const node of graph.keys()) if (!index.has(node)) visit(node);
  return found;
}

/**
 * The folder that a module belongs to. A public header belongs to the folder of its name, or to that of the
 * source of its name, or, without either, to the highest folder of what it includes (the lowest of all when that is
 * nothing).
 */
export function folderOf(graph, module) {
  const [folder, name] = module.split('/');
  if (folder !== 'include') return folder;
  if (floors.flat().includes(name)) return name;
  const sources = [...graph.keys()].filter(
    (other) => other.endsWith(`/${name}`) && !/^(include|bindings|cli)\//.test(other),
  );
  if (sources.length > 0) return sources[0].split('/')[0];
  const below = [...graph.get(module)].map((imported) => folderOf(graph, imported));
  return below.sort((a, b) => floorOf(b) - floorOf(a))[0] ?? floors[0][0];
}

/** The number of a folder's floor. */
export function floorOf(folder) {
  const floor = floors.findIndex((folders) => folders.includes(folder));
  if (floor < 0) throw new Error(`cpp/src/${folder} is on no floor: give it one in web/tools/imports.mjs`);
  return floor;
}

/** Which folders import from which, as `[from, to]`, each pair once. */
export function folderImports(graph) {
  const pairs = new Map();
  for (const [from, imported] of graph)
    for (const to of imported) {
      const pair = [from, to].map((module) => folderOf(graph, module));
      if (pair[0] !== pair[1]) pairs.set(pair.join(), pair);
    }
  return [...pairs.values()];
}

/** Imports from a lower floor to a higher one, or between two folders of one floor: `units/relu -> models/rbm`. */
export function upwards(graph) {
  return [...graph].flatMap(([from, imported]) =>
    [...imported]
      .filter((to) => {
        const folders = [from, to].map((module) => folderOf(graph, module));
        return folders[0] !== folders[1] && floorOf(folders[1]) >= floorOf(folders[0]);
      })
      .map((to) => `${from} -> ${to}`),
  );
}
