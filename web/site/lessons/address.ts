/** Addresses within the course: a path, and behind a question mark the state of what is shown. */

/** How a value is written in an address; `read` is null for what is no such value. */
export interface Field<T> {
  initial: T;
  read(text: string): T | null;
  write(value: T): string;
}

export type Told = readonly [name: string, value: string];

/** Commas are allowed there, and are easier to read. */
const text = (query: URLSearchParams): string => query.toString().replaceAll('%2C', ',');

const joined = (path: string, query: string): string => (query ? `${path}?${query}` : path);

/** The hash of a place with what is told of it. */
export const hashOf = (path: string, told: readonly Told[]): string =>
  joined(path, text(new URLSearchParams(told.map(([name, value]) => [name, value]))));

export const nothing = new URLSearchParams();

/** The whole address of a hash. */
export const whole = (hash: string): string => `${location.href.replace(/#.*$/, '')}${hash}`;

/** The same place and state, with another value of this name at the end, or with none. */
export function withPart(hash: string, name: string, value: string | null): string {
  const [path = '', ...rest] = hash.split('?');
  const query = new URLSearchParams(rest.join('?'));
  query.delete(name);
  if (value) query.set(name, value);
  return joined(path, text(query));
}

/** The same place and state in another language; null is the first, which is not told. */
export const inLanguage = (hash: string, language: string | null): string => withPart(hash, 'lang', language);
