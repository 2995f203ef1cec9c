// Pages of the package's types by TypeDoc, and of the public C++ headers by Doxygen where that is there.

import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { capture, note, run } from './log.mjs';
import { fromRoot, root } from './paths.mjs';

export const haveDoxygen = () => capture('doxygen', ['--version']) !== null;

/** The sources of the package's entries that have types, as package.json names them. */
export function entries() {
  const { exports: exported } = JSON.parse(readFileSync(fromRoot('package.json'), 'utf8'));
  return Object.values(exported).flatMap(({ types }) =>
    types ? [types.replace('./dist/lib/', 'web/lib/').replace(/\.d\.ts$/, '.ts')] : [],
  );
}

/** Puts all pages into a folder: `package`, `cpp` where Doxygen is there, and a page that leads to them. */
export async function makeReference(folder) {
  rmSync(folder, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  await ofPackage(join(folder, 'package'));
  const cpp = haveDoxygen();
  if (cpp) await ofHeaders(join(folder, 'cpp'));
  else note('no Doxygen: pages of the C++ headers are left out (npm run reference installs it)');
  for (const file of pages(folder)) writeFileSync(file, forSite(readFileSync(file, 'utf8')));
  writeFileSync(join(folder, 'index.html'), forSite(index(cpp)));
}

async function ofPackage(out) {
  const options = {
    name: 'wakesleep',
    tsconfig: 'web/lib/tsconfig.json',
    readme: 'none',
    disableSources: true,
    excludePrivate: true,
    excludeInternal: true,
    // What types are made of inside is no entry's to show; a link that leads nowhere is a fault.
    validation: { notExported: false, invalidLink: true },
    treatValidationWarningsAsErrors: true,
    logLevel: 'Warn',
  };
  const file = `${out}.json`;
  writeFileSync(
    file,
    JSON.stringify({
      ...options,
      tsconfig: fromRoot(options.tsconfig),
      entryPoints: entries().map((one) => fromRoot(one)),
    }),
  );
  await run(process.execPath, [fromRoot('node_modules/typedoc/bin/typedoc'), '--options', file, '--out', out], {
    cwd: root,
  });
  rmSync(file);
}

async function ofHeaders(out) {
  const source = `${out}-source`;
  const from = fromRoot('cpp/include/wakesleep');
  mkdirSync(join(source, 'wakesleep'), { recursive: true });
  for (const name of readdirSync(from))
    writeFileSync(join(source, 'wakesleep', name), documented(readFileSync(join(from, name), 'utf8')));
  const options = {
    PROJECT_NAME: 'wakesleep',
    INPUT: source,
    RECURSIVE: 'YES',
    STRIP_FROM_PATH: source,
    STRIP_FROM_INC_PATH: source,
    OUTPUT_DIRECTORY: join(out, '..'),
    HTML_OUTPUT: 'cpp',
    GENERATE_LATEX: 'NO',
    EXTRACT_ALL: 'YES',
    // The first sentence is what lists show.
    JAVADOC_AUTOBRIEF: 'YES',
    MARKDOWN_SUPPORT: 'NO',
    HAVE_DOT: 'NO',
    SEARCHENGINE: 'NO',
    HTML_DYNAMIC_MENUS: 'NO',
    HTML_TIMESTAMP: 'NO',
    VERBATIM_HEADERS: 'NO',
    SHOW_INCLUDE_FILES: 'NO',
    SORT_MEMBER_DOCS: 'NO',
    QUIET: 'YES',
    WARN_IF_UNDOCUMENTED: 'NO',
  };
  const file = join(source, 'Doxyfile');
  writeFileSync(
    file,
    Object.entries(options)
      .map(([key, value]) => `${key} = "${value}"\n`)
      .join(''),
  );
  await run('doxygen', [file], { cwd: root });
  rmSync(source, { recursive: true });
}

/**
 * A header whose plain comments are those of a documentation: the first one is about the file, one on lines of its own
 * about what follows, one after code about what is before it.
 */
export function documented(header) {
  const escaped = (text) => text.replace(/[\\@<>]/g, '\\$&');
  return header
    .split('\n')
    .map((line, i) => {
      const own = /^(\s*)\/\/(?!\/)(.*)$/.exec(line);
      if (own) return `${i === 0 ? '/// \\file\n' : ''}${own[1]}///${escaped(own[2])}`;
      const after = /^(.*[;,{}].*?)\s+\/\/ (.*)$/.exec(line);
      return after ? `${after[1]}  ///< ${escaped(after[2])}` : line;
    })
    .join('\n');
}

function pages(folder) {
  return readdirSync(folder).flatMap((name) => {
    const path = join(folder, name);
    if (statSync(path).isDirectory()) return pages(path);
    return name.endsWith('.html') ? [path] : [];
  });
}

/**
 * The site's policy lets no script run that is not a file, and these pages do without those that are not; the icon that
 * browsers ask for is none.
 */
const forSite = (html) =>
  html
    .replace(/<script(?![^>]*\bsrc=)[^>]*>[\s\S]*?<\/script>/g, '')
    .replace(/(?=<\/head>|<title>Reference )/, '<link rel="icon" href="data:,">');

const ofCpp = '<a href="cpp/files.html">C++</a>: the public headers, one concept each';

const index = (cpp) => `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <title>Reference - Wakesleep</title>
  <style>
    body {
      max-width: 40rem;
      margin: 4rem auto;
      padding: 0 1rem;
      font: 1.1rem / 1.5 system-ui, sans-serif;
    }
  </style>
  <h1>Reference</h1>
  <ul>
    <li><a href="package/index.html">The package</a>: all entries, with shapes, units, defaults and errors</li>
    <li>${cpp ? ofCpp : 'C++: the headers in <code>cpp/include</code>'}</li>
  </ul>
  <p><a href="../index.html#/docs">Docs</a></p>
</html>
`;
