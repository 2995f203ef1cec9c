/** Markdown files as pages: rendered while the site is built, with formulas as MathML and pictures inline. */
import { readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { Marked, type TokenizerAndRendererExtension } from 'marked';
import type { Plugin } from 'vite';
import { mathOf } from './formulas.ts';

/** What an import of a Markdown file gives. */
export interface Guide {
  /** Its heading of the first level, which the HTML leaves out. */
  title: string;
  /** Its headings of the second level. */
  sections: { id: string; title: string }[];
  html: string;
}

/** The identifier of a heading, as GitHub makes it. */
export const slug = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N}\s-]/gu, '')
    .trim()
    .replace(/\s/g, '-');

const escaped = (text: string): string =>
  text.replace(/[&<>"]/g, (c) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' })[c] ?? c);

const formula = (tex: string, displayMode: boolean): string => {
  const math = mathOf(tex, displayMode);
  return displayMode ? `<div class="scroll" tabindex="0" role="group" aria-label="Formula">${math}</div>` : math;
};

const formulas: TokenizerAndRendererExtension[] = [
  {
    name: 'displayFormula',
    level: 'block',
    start: (text) => /^\$\$/m.exec(text)?.index,
    tokenizer(text) {
      const match = /^\$\$([\s\S]+?)\$\$(?:\n|$)/.exec(text);
      return match ? { type: 'displayFormula', raw: match[0], tex: match[1] ?? '' } : undefined;
    },
    renderer: (token) => formula(String(token.tex), true),
  },
  {
    name: 'formula',
    level: 'inline',
    start: (text) => text.indexOf('$'),
    tokenizer(text) {
      const match = /^\$([^$\n]+?)\$(?![\d$])/.exec(text);
      return match ? { type: 'formula', raw: match[0], tex: match[1] ?? '' } : undefined;
    },
    renderer: (token) => formula(String(token.tex), false),
  },
];

/** `pictures`: the contents of the SVG files that the text shows. */
export function render(markdown: string, pictures: ReadonlyMap<string, string>): Guide {
  let title = '';
  const sections: Guide['sections'] = [];
  const marked = new Marked({
    extensions: formulas,
    renderer: {
      heading({ tokens, text, depth }) {
        const words = this.parser.parseInline(tokens);
        if (depth === 1) {
          title = text;
          return '';
        }
        const id = slug(text);
        if (depth === 2) sections.push({ id, title: text });
        return `<h${String(depth)} id="${id}" tabindex="-1">${words}</h${String(depth)}>\n`;
      },
      // Pages of the site are reached by its own addresses; what else the repository has is named, and no link.
      link({ href, tokens }) {
        const words = this.parser.parseInline(tokens);
        const guide = /^([\w-]+)\.md(?:#([\w-]+))?$/.exec(href);
        if (guide) return `<a href="#/docs/${guide.slice(1).filter(Boolean).join('/')}">${words}</a>`;
        return /^https:/.test(href) ? `<a href="${escaped(href)}">${words}</a>` : words;
      },
      image({ href, text }) {
        const picture = pictures.get(href);
        if (!picture) throw new Error(`The picture ${href} (${text}) is not an SVG file beside the text.`);
        return `<span class="scroll picture" tabindex="0" role="group" aria-label="${escaped(text)}">${picture}</span>`;
      },
      code({ text, lang }) {
        const name = escaped(lang?.split(' ')[0] ?? 'text');
        return `<pre tabindex="0" role="group" aria-label="Code: ${name}"><code>${escaped(text)}</code></pre>\n`;
      },
      table(token) {
        const cells = (row: typeof token.header, tag: 'td' | 'th'): string =>
          row.map(({ tokens }) => `<${tag}>${this.parser.parseInline(tokens)}</${tag}>`).join('');
        const named = token.header.some(({ text }) => text !== '');
        const head = named ? `<thead><tr>${cells(token.header, 'th')}</tr></thead>` : '';
        const body = token.rows.map((row) => `<tr>${cells(row, 'td')}</tr>`).join('\n');
        return (
          `<div class="scroll" tabindex="0" role="group" aria-label="Table">` +
          `<table>${head}<tbody>${body}</tbody></table></div>\n`
        );
      },
    },
  });
  const html = marked.parse(markdown, { async: false });
  return { title, sections, html };
}

export function guides(): Plugin {
  return {
    name: 'wakesleep-guides',
    async load(id) {
      if (!id.endsWith('.md')) return null;
      const markdown = await readFile(id, 'utf8');
      const names = [...markdown.matchAll(/!\[[^\]]*\]\(([\w-]+\.svg)\)/g)].map(([, name]) => name ?? '');
      const pictures = new Map<string, string>();
      for (const name of names) {
        const file = join(dirname(id), name);
        this.addWatchFile(file);
        pictures.set(name, await readFile(file, 'utf8'));
      }
      return `export default ${JSON.stringify(render(markdown, pictures))}`;
    },
  };
}
