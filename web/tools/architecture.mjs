// npm run architecture [-- --check]: draws web/docs/architecture.svg from what the sources include and import.
// `--check` only says whether the picture is that of the present sources.

import { readFileSync, writeFileSync } from 'node:fs';
import { cppModules, floors, folderImports, read, sources } from './imports.mjs';
import { Failure, isMain, main, note } from './log.mjs';
import { fromRoot } from './paths.mjs';

const picture = 'web/docs/architecture.svg';

const lineHeight = 17;
const [width, nameWidth, textWidth, columnWidth] = [960, 92, 540, 28];
const matrixAt = nameWidth + textWidth;
const headHeight = 84;

/** Every floor from the top of the house down: its name, what is in it, and the floors that it imports from. */
function rows() {
  const graph = cppModules();
  const imports = folderImports(graph);
  const inFolder = (folder) =>
    [...graph.keys()].filter((module) => module.startsWith(`${folder}/`)).map((module) => module.split('/')[1]);
  const cpp = floors
    .toReversed()
    .flat()
    .filter((folder) => inFolder(folder).length > 0)
    .map((folder) => ({
      name: folder,
      modules: inFolder(folder),
      imports: imports.filter(([from]) => from === folder).map(([, to]) => to),
    }));

  const scripts = (folder) => sources(folder, '.ts', '.svelte').filter((file) => !file.includes('/engine/'));
  const anyImports = (files, pattern) => files.some((file) => pattern.test(read(file)));
  const parts = (folder) => [
    ...new Set(scripts(folder).map((file) => file.slice(folder.length + 1).replace(/\/.*|(\.svelte)?\.ts$/, ''))),
  ];
  const inFolders = scripts('web/lib').filter((file) => file.split('/').length > 3);
  return [
    {
      name: 'site',
      modules: parts('web/site').filter((part) => !part.includes('.')),
      imports: anyImports(scripts('web/site'), /from '(wakesleep|[./]+lib\/)/) ? ['lib'] : [],
    },
    {
      name: 'lib',
      modules: [
        ...scripts('web/lib')
          .filter((file) => !inFolders.includes(file))
          .map((file) => file.slice('web/lib/'.length, -'.ts'.length)),
        ...inFolders.map((file) => file.slice('web/lib/'.length, -'.ts'.length)),
      ],
      imports: anyImports(scripts('web/lib'), /['"]\.\.?\/engine\//) ? ['bindings'] : [],
    },
    ...cpp,
  ];
}

/** Names set into lines that fit; a character of this type is 6.3 pixels wide, give or take. */
function wrap(names) {
  const lines = [''];
  for (const name of names) {
    const line = lines.at(-1);
    const longer = line === '' ? name : `${line}, ${name}`;
    if (longer.length * 6.3 <= textWidth - 24) lines[lines.length - 1] = longer;
    else lines.push(name);
  }
  return lines;
}

export function draw() {
  const floorsDown = rows();
  const columns = floorsDown.map(({ name }) => name).filter((name) => name !== 'site');
  const centre = (name) => matrixAt + (columns.indexOf(name) + 0.5) * columnWidth;
  const parts = [];
  let top = headHeight;
  for (const column of columns) {
    const [x, y] = [centre(column) + 4, headHeight - 10];
    parts.push(`<text class="head" x="${x}" y="${y}" transform="rotate(-90 ${x},${y})">${column}</text>`);
  }
  for (const { name, modules, imports } of floorsDown) {
    const lines = wrap(modules);
    const height = lines.length * lineHeight + 14;
    const middle = top + height / 2;
    parts.push(
      `<rect class="floor ${['site', 'lib'].includes(name) ? 'web' : 'cpp'}" x="0.5" y="${top + 0.5}" ` +
        `width="${matrixAt - 13}" height="${height - 5}" rx="4" />`,
    );
    parts.push(`<text class="name" x="12" y="${top + 19}">${name}</text>`);
    lines.forEach((line, i) =>
      parts.push(`<text class="module" x="${nameWidth}" y="${top + 19 + i * lineHeight}">${line}</text>`),
    );
    const own = columns.indexOf(name);
    if (own >= 0) parts.push(`<rect class="own" x="${centre(name) - 5}" y="${middle - 7.5}" width="10" height="10" />`);
    const [from, last] = [own < 0 ? matrixAt : centre(name) + 8, centre(columns.at(-1))];
    if (from < last) parts.push(`<path class="rule" d="M${from} ${middle - 2.5}H${last}" />`);
    for (const to of columns.filter((column) => imports.includes(column)))
      parts.push(`<circle class="import" cx="${centre(to)}" cy="${middle - 2.5}" r="5.5" />`);
    top += height;
  }
  const described = floorsDown
    .map(
      ({ name, imports }) =>
        `${name} imports from ${columns.filter((one) => imports.includes(one)).join(', ') || 'none'}`,
    )
    .join('; ');
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="-8 -4 ${width + 16} ${top + 8}" role="img" \
aria-labelledby="architecture-title architecture-words">
<title id="architecture-title">The floors of the house, and which imports from which</title>
<desc id="architecture-words">${described}.</desc>
<style>
.architecture { --of-paper: #faf8f3; --of-ink: #1c2226; --of-muted: #5a636b; --of-line: #908b80; --of-cpp: #dcf0ec;
  --of-web: #fbecd2; --of-dot: #0b7268; }
@media (prefers-color-scheme: dark) {
  .architecture { --of-paper: #12171c; --of-ink: #e9edf0; --of-muted: #a0abb4; --of-line: #697681; --of-cpp: #14332f;
    --of-web: #3a2a12; --of-dot: #56cfc0; }
}
.architecture text { font: 12px system-ui, sans-serif; fill: var(--ink, var(--of-ink)); }
.architecture .paper { fill: var(--paper, var(--of-paper)); }
.architecture .name { font-weight: 650; font-size: 13px; }
.architecture .head { fill: var(--muted, var(--of-muted)); }
.architecture .floor { stroke: var(--line-strong, var(--of-line)); stroke-width: 0.5; }
.architecture .cpp { fill: var(--data-wash, var(--of-cpp)); }
.architecture .web { fill: var(--model-wash, var(--of-web)); }
.architecture .own { fill: none; stroke: var(--line-strong, var(--of-line)); }
.architecture .rule { stroke: var(--line-strong, var(--of-line)); stroke-width: 0.5; stroke-dasharray: 1 3; }
.architecture .import { fill: var(--data, var(--of-dot)); }
</style>
<g class="architecture">
<rect class="paper" x="-8" y="-4" width="${width + 16}" height="${top + 8}" />
${parts.join('\n')}
</g>
</svg>
`;
}

/** Whether the committed picture is that of the present sources. */
export const isUpToDate = () => readFileSync(fromRoot(picture), 'utf8') === draw();

if (isMain(import.meta.url)) {
  await main(() => {
    if (process.argv.includes('--check')) {
      if (!isUpToDate()) throw new Failure(`${picture} is of other sources: npm run architecture draws it anew.`);
      return;
    }
    writeFileSync(fromRoot(picture), draw());
    note(picture);
  });
}
