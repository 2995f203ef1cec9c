/** Formulas are written in TeX and become MathML while the site is built: pages load no script for them. */
import temml from 'temml';
import type { Plugin } from 'vite';

/** In the figures' colours: what is visible, what is hidden. LaTeX has no `\class`, which `strict` would refuse. */
const macros = {
  '\\vis': '\\class{visible}{#1}',
  '\\hid': '\\class{hidden}{#1}',
};

export const mathOf = (tex: string, displayMode: boolean): string =>
  temml.renderToString(tex, { displayMode, macros: { ...macros }, trust: true, throwOnError: true });

/** Within a string of a script, whichever its quotes are. */
const quoted = (html: string): string =>
  html
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll("'", '&#39;')
    .replaceAll('`', '&#96;')
    .replaceAll(/\s*\n\s*/g, ' ');

/** Where a string is broken over two lines of the source. */
const joint = /'\s*\+\n\s*'/g;

/**
 * The source of a catalogue, its formulas rendered: between single dollars within a sentence, between two on a line of
 * their own. `${` begins a value, as ever.
 */
export const rendered = (source: string): string =>
  source.replace(/\$\$([^$]+)\$\$|\$([^$\n{](?:[^$\n]|'\s*\+\n\s*')*)\$/g, (_, line?: string, inline?: string) =>
    quoted(mathOf((line ?? inline ?? '').replaceAll(joint, '').replaceAll('\\\\', '\\'), line !== undefined)),
  );

/** Renders the formulas of the lessons' catalogues. */
export function formulas(): Plugin {
  return {
    name: 'wakesleep-formulas',
    enforce: 'pre',
    transform(code, id) {
      return /\/lessons\/(?:[\w-]+\/)?messages\/[\w-]+\.ts$/.test(id) ? { code: rendered(code), map: null } : null;
    },
  };
}
