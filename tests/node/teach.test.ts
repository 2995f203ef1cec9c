// For teachers: every lesson has its notes, minutes and right answer in every language, and worksheets their words.
import { readdirSync, readFileSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import type { LessonTexts } from '../../web/site/lessons/texts.ts';
import type { Words } from '../../web/site/pages/teach/messages/en.ts';
import { plain } from '../../web/site/pages/teach/sheet.ts';
import { lessonFacts } from '../../web/site/lesson-facts.ts';
import { fromRoot } from '../../web/tools/paths.mjs';
import { lessons } from '../lessons.ts';

const site = fromRoot('web/site');
const catalogues = (folder: string): string[] =>
  readdirSync(`${site}/${folder}/messages`)
    .filter((file) => file.endsWith('.ts'))
    .sort();
const load = async (file: string): Promise<unknown> =>
  ((await import(pathToFileURL(`${site}/${file}`).href)) as { default: unknown }).default;

/** Every leaf by its path, functions with an example of what they say. */
function leaves(value: unknown, path = ''): [path: string, text: string][] {
  if (typeof value === 'string') return [[path, value]];
  if (typeof value === 'function') return [[`${path}()`, '']];
  return Object.entries(value as object).flatMap(([key, one]) => leaves(one, `${path}.${key}`));
}

describe('the page for teachers', () => {
  it('is in the languages of the course', () => {
    expect(catalogues('pages/teach')).toEqual(catalogues('lessons'));
  });

  it.each(catalogues('pages/teach'))(
    'says in %s what it says in English, with notes for every lesson',
    async (file) => {
      const [words, english] = await Promise.all(
        [`pages/teach/messages/${file}`, 'pages/teach/messages/en.ts'].map(load),
      );
      expect(leaves(words).map(([path]) => path)).toEqual(leaves(english).map(([path]) => path));
      for (const [path, text] of leaves(words)) if (!path.endsWith('()')) expect(text.trim(), path).not.toBe('');
      for (const name of lessons) {
        const notes = (words as Words).notes[name as keyof Words['notes']];
        expect(notes?.think.length, name).toBeGreaterThan(1);
        expect(notes?.ask.length, name).toBeGreaterThan(1);
      }
    },
  );

  it('has no words in its components', () => {
    const folder = `${site}/pages/teach`;
    const files = readdirSync(folder).filter((file) => file.endsWith('.svelte'));
    for (const source of [...files.map((file) => `${folder}/${file}`), `${site}/pages/Teach.svelte`]) {
      const markup = readFileSync(source, 'utf8').replace(/<(script|style)[^]*?<\/\1>|<!--[^]*?-->/g, '');
      expect(
        markup.match(/>[^<>{}]*\p{L}{2,}[^<>{}]*</gu)?.filter((text) => !/[=;()]/.test(text)) ?? [],
        source,
      ).toEqual([]);
    }
  });

  it('knows which choice of every lesson happens', async () => {
    const facts = lessonFacts(`${site}/lessons`);
    for (const name of lessons) {
      const { question } = (await load(`lessons/${name}/messages/en.ts`)) as LessonTexts;
      expect(question.choices[facts[name]!.right], name).toBeTruthy();
      expect(facts[name]!.fields.length, name).toBeGreaterThan(1);
    }
    expect(facts.features!.fields).toEqual(['digit', 'v', 'u', 'held']);
    expect(facts.explaining!.fields).toEqual(['model', 'quake', 'truck', 'house', 'cause', 'weight', 'effect']);
  });

  const from = async (file: string): Promise<unknown> => import(pathToFileURL(`${site}/${file}`).href);

  it('says how long lessons take as their notes do', async () => {
    const { minutes } = (await from('pages/teach/minutes.ts')) as { minutes: Record<string, readonly number[]> };
    const all = Object.values(minutes).map((parts) => parts.reduce((sum, one) => sum + one, 0));
    const [least, most] = [Math.min(...all), Math.max(...all)].map((one) => 5 * Math.round(one / 5));
    for (const file of ['en.ts', 'de.ts']) {
      const { use } = (await load(`pages/teach/messages/${file}`)) as Words;
      expect(use.points[0]).toMatch(new RegExp(` ${String(least)} (to|bis) ${String(most)} `));
    }
  });

  it('name what stands at the foot as it is called there', async () => {
    const { messages } = (await from('messages.ts')) as { messages: { foot: { offline: string } } };
    const german = (await from('messages/frame/de.ts')) as { foot: { offline: string } };
    for (const [file, offline] of [
      ['en.ts', messages.foot.offline],
      ['de.ts', german.foot.offline],
    ] as const) {
      const { use } = (await load(`pages/teach/messages/${file}`)) as Words;
      expect(use.points.join('\n')).toMatch(new RegExp(`[“„]${offline}[”“]`));
    }
  });

  it.each(lessons)('has a worksheet of %s that explains its words and leads nowhere', async (name) => {
    for (const file of catalogues('lessons')) {
      const texts = (await load(`lessons/${name}/messages/${file}`)) as LessonTexts;
      expect(Object.values(texts.terms).every(({ name, means }) => name && means)).toBe(true);
      for (const { task, answer } of texts.tries) expect(plain(task) + plain(answer)).not.toMatch(/\]\(/);
    }
  });
});
