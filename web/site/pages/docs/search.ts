/** Finds words in the guides. */

/** What stands between two headings. */
export interface Passage {
  guide: string;
  /** Of the heading above it; none above the first. */
  section: string | undefined;
  /** The guide's title, and the headings above it. */
  titles: readonly string[];
  text: string;
}

export interface Found {
  passage: Passage;
  /** What stands around the first of the words: before it, the word, after it. */
  around: readonly [before: string, word: string, after: string];
}

const plain = (text: string): string => text.normalize('NFD').replace(/\p{M}/gu, '').toLowerCase();

/** Characters on either side of a word that are shown. */
const wide = 60;

/** Passages that have all words, or words that begin so; those with a word in their titles first. */
export function find(passages: readonly Passage[], query: string, most = 20): Found[] {
  const words = plain(query)
    .split(/[\s,;]+/)
    .filter((word) => word !== '');
  if (words.length === 0) return [];
  const found: (Found & { inTitle: number })[] = [];
  for (const passage of passages) {
    const [text, titles] = [plain(passage.text), plain(passage.titles.join(' '))];
    if (!words.every((word) => begins(text, word) >= 0 || begins(titles, word) >= 0)) continue;
    const word = words.find((one) => begins(text, one) >= 0);
    // Letters with marks are as many characters as without only where none is left out.
    const same = text.length === passage.text.length;
    const at = word === undefined || !same ? 0 : begins(text, word);
    const length = word === undefined || !same ? 0 : word.length;
    const around = [
      passage.text.slice(Math.max(0, at - wide), at),
      passage.text.slice(at, at + length),
      passage.text.slice(at + length, at + length + wide),
    ] as const;
    found.push({ passage, around, inTitle: words.filter((one) => begins(titles, one) >= 0).length });
  }
  return found
    .sort((a, b) => b.inTitle - a.inTitle)
    .slice(0, most)
    .map(({ passage, around }) => ({ passage, around }));
}

/** Where a word begins so; -1 where none does. */
function begins(text: string, word: string): number {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (at === 0 || !/[\p{L}\p{N}]/u.test(text[at - 1] ?? '')) return at;
  return -1;
}

/** The passages of a guide, from the elements of its page. */
export function passagesOf(guide: string, title: string, elements: Iterable<Element>): Passage[] {
  const made: Passage[] = [{ guide, section: undefined, titles: [title], text: '' }];
  let chapter = '';
  for (const element of elements) {
    const text = element.textContent.replace(/\s+/g, ' ').trim();
    const last = made.at(-1);
    if (/^H[2-6]$/.test(element.tagName)) {
      if (element.tagName === 'H2') chapter = text;
      const titles = element.tagName === 'H2' || chapter === '' ? [title, text] : [title, chapter, text];
      made.push({ guide, section: element.id, titles, text: '' });
    } else if (last) last.text += `${last.text ? ' ' : ''}${text}`;
  }
  return made.filter(({ text, titles }) => text !== '' || titles.length > 1);
}
