/** What the page for teachers says, in a language. */
import type { Words } from './messages/en.ts';

const first = 'en';
const own = import.meta.glob('./messages/*.ts') as Record<string, () => Promise<{ default: Words }>>;

export async function wordsIn(language: string): Promise<Words> {
  const load = own[`./messages/${language}.ts`] ?? own[`./messages/${first}.ts`];
  if (!load) throw new Error('the page for teachers has no words');
  return (await load()).default;
}
