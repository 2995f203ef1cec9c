// The whole site in one file that opens from a disk: scripts, styles, the engine with one thread and the networks are
// in the page, which asks nobody for anything.

import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { Failure } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** What a page from a disk may do; the browser holds it to that it loads nothing from anywhere. */
const policy = [
  "default-src 'none'",
  "script-src 'unsafe-inline' 'wasm-unsafe-eval' blob:",
  'worker-src blob:',
  "style-src 'unsafe-inline'",
  'img-src data: blob:',
  'connect-src data: blob:',
  "base-uri 'none'",
  "form-action 'none'",
].join('; ');

/** Replaces each match, and fails where there are not as many as there should be. */
function replaced(what, text, pattern, by, times) {
  let found = 0;
  const result = text.replace(pattern, (...match) => {
    found += 1;
    return typeof by === 'string' ? by : by(...match);
  });
  if (found !== times) throw new Failure(`${what}: ${pattern} is there ${found} times, not ${times}.`);
  return result;
}

/** Sources that name files beside them, as they are where there are none. */
const withoutFiles = {
  name: 'wakesleep-single-file',
  enforce: 'pre',
  transform(code, id) {
    const source = id.split('?')[0].slice(fromRoot('web/').length);
    switch (source) {
      // The package then takes the copies in its scripts.
      case 'lib/addresses.ts': {
        const nowhere = 'const nowhere = (): never => { throw new Error("everything is in one file"); };';
        return `${replaced(source, code, /new URL\('[^']+', import\.meta\.url\)/g, 'nowhere()', 5)}\n${nowhere}`;
      }
      case 'lib/inline/wasm.ts':
      case 'lib/inline/worker.ts':
        return readFileSync(fromRoot('dist', source.replace(/\.ts$/, '.js')), 'utf8');
      // Other libraries are not here, and the page Speed offers none.
      case 'site/speed/peers.ts':
        return replaced(source, code, /peers = \[[^\]]*\]/g, 'peers = []', 1);
      case 'site/speed/contenders.ts':
        return replaced(source, code, workers, "'' as never", 3);
      case 'site/speed/ceiling.ts':
      case 'site/pages/speed/measurement.ts':
        return replaced(source, `import Inline from '${workerIn(code)}?worker&inline';\n${code}`, workers, own, 1);
    }
    return null;
  },
  transformIndexHtml: { order: 'pre', handler: withoutNeighbours },
};

/** The page without what a server has beside it. The icon is in it, and it says what the browser is to hold it to. */
function withoutNeighbours(html) {
  const icon = readFileSync(fromRoot('web/site/icon.svg')).toString('base64');
  const changes = [
    [/(?<=<meta charset="utf-8" \/>)/g, `\n    <meta http-equiv="Content-Security-Policy" content="${policy}" />`],
    [/"\.\/icon\.svg"/g, `"data:image/svg+xml;base64,${icon}"`],
    [/\s*<link rel="(?:manifest|apple-touch-icon)"[^>]*>/g, '', 2],
    // What the site's own page says when it is opened from a disk.
    [/\s*<p id="disk"[\s\S]*?<\/p>/g, ''],
    [/\s*<script defer src="[^"]*disk\.js"[^>]*><\/script>/g, ''],
  ];
  return changes.reduce((page, [what, by, times = 1]) => replaced('index.html', page, what, by, times), html);
}
const workers = /new Worker\(\s*new URL\('([^']+\.worker\.ts)', import\.meta\.url\),\s*(\{[^}]*\})[,\s]*\)/g;
const workerIn = (code) => [...code.matchAll(workers)][0]?.[1];
const own = (_whole, _file, options) => `new Inline(${options})`;

/** Text that may stand in a script of a page: the end of one, or a comment of HTML, would be read as that. */
const inScript = (code) => code.replaceAll(/<(?=\/?script|!--)/gi, '\\x3C');
const inStyle = (css) => css.replaceAll(/<(?=\/style)/gi, '\\3C ');

/** Writes the file; the package, which has the copies, must be built. */
export async function makeSingleFile(file) {
  const { build } = await import('vite');
  const { output } = await build({
    configFile: fromRoot('web/site/vite.config.ts'),
    logLevel: 'warn',
    publicDir: false,
    define: { 'import.meta.env.SINGLE_FILE': 'true' },
    plugins: [withoutFiles],
    worker: { format: 'iife' },
    build: {
      write: false,
      assetsInlineLimit: Infinity,
      cssCodeSplit: false,
      modulePreload: false,
      chunkSizeWarningLimit: Infinity,
      rollupOptions: { output: { codeSplitting: false } },
    },
  });
  const chunks = output.filter(({ type }) => type === 'chunk');
  const text = (ending) => {
    const found = output.filter(({ type, fileName }) => type === 'asset' && fileName.endsWith(ending));
    if (found.length !== 1) throw new Failure(`The single file has ${found.length} of ${ending}, not 1.`);
    return String(found[0].source);
  };
  const others = output.filter(({ type, fileName }) => type === 'asset' && !/\.(html|css)$/.test(fileName));
  if (chunks.length !== 1 || others.length > 0)
    throw new Failure(
      `Not in one file: ${[...chunks.slice(1), ...others].map(({ fileName }) => fileName).join(', ')}.`,
    );
  const { code } = chunks[0];
  const parts = [
    [/\s*<script type="module"[^>]*><\/script>/g, ''],
    [/<link rel="stylesheet"[^>]*>/g, `<style>${inStyle(text('.css'))}</style>`],
    [/<\/body>/g, `<script type="module">${inScript(code)}</script>\n  </body>`],
  ];
  const page = parts.reduce((so, [what, by]) => replaced('the page', so, what, by, 1), text('.html'));
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, page);
}
