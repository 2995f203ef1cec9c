/** Where package.json says that the source is, as an address to open; null where it names none that can be opened. */
export function addressOf(repository: string | { url: string } | undefined): string | null {
  const named = typeof repository === 'string' ? repository : (repository?.url ?? '');
  const [, host = 'github', path] = /^(?:(github|gitlab):)?([\w.-]+\/[\w.-]+)$/.exec(named) ?? [];
  if (path) return `https://${host}.com/${path}`;
  const plain = named
    .replace(/^git\+/, '')
    .replace(/^git:\/\//, 'https://')
    .replace(/\.git$/, '');
  return /^https:\/\/[^/]+\/./.test(plain) ? plain : null;
}
