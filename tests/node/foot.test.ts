// The foot of the site links to the source where package.json says where that is.
import { describe, expect, it } from 'vitest';
import { addressOf } from '../../web/site/repository.ts';

describe('the address of the source', () => {
  it.each([
    ['github:someone/wakesleep', 'https://github.com/someone/wakesleep'],
    ['someone/wakesleep', 'https://github.com/someone/wakesleep'],
    ['gitlab:someone/wakesleep', 'https://gitlab.com/someone/wakesleep'],
    [{ url: 'git+https://example.org/wakesleep.git' }, 'https://example.org/wakesleep'],
    [{ url: 'git://example.org/wakesleep.git' }, 'https://example.org/wakesleep'],
    ['https://example.org/wakesleep', 'https://example.org/wakesleep'],
  ])('of %j is %s', (repository, address) => {
    expect(addressOf(repository)).toBe(address);
  });

  it.each([undefined, '', { url: 'ssh://git@example.org/wakesleep.git' }, { url: 'file:///home/someone' }])(
    'of %j is none: no link is better than one that leads nowhere',
    (repository) => {
      expect(addressOf(repository)).toBeNull();
    },
  );
});
