// What a pack of chosen lessons needs, is told of each, and opens: a network that several open counts once.
import { pathToFileURL } from 'node:url';
import { describe, expect, it } from 'vitest';
import { fromRoot } from '../../web/tools/paths.mjs';
import { lessons, nets } from '../lessons.ts';

type Names = readonly string[];
interface Net {
  bytes: number;
  kept: boolean;
}
interface Pack {
  netsOfOnly(out: Names): string[];
  netsOfOne(name: string, out: Names): string[];
  partsKept(state: { all: number; kept: number; nets: Record<string, Net> }): string[];
}
const pack = (await import(pathToFileURL(fromRoot('web/site/offline/pack.ts')).href)) as Pack;

describe('a pack of lessons', () => {
  const optional = [...nets].filter(([, of]) => of.length > 0).map(([name]) => name);

  it('says of each what it alone adds, so that the sizes of one choice after the other are the whole', () => {
    expect(pack.netsOfOne('recognition', [])).toEqual([]);
    expect(pack.netsOfOne('features', ['pages'])).toEqual(['twos-rbm']);
    expect(pack.netsOfOne('dreaming', ['pages', 'recognition'])).toEqual(['digits-dbn']);
    const out = [...optional];
    const added: string[] = [];
    for (const name of optional) {
      const alone = pack.netsOfOne(name, out);
      out.splice(out.indexOf(name), 1);
      expect(pack.netsOfOne(name, out), 'the same before and after it is chosen').toEqual(alone);
      added.push(...alone);
    }
    expect(added.sort()).toEqual(pack.netsOfOnly(optional).sort());
  });

  it('opens the lessons whose networks are kept, and none where only what was visited is', () => {
    const state = (left: Names, missing = 0) => {
      const of = Object.fromEntries([...nets].flatMap(([, names]) => names.map((net) => [net, 5])));
      const kept = Object.keys(of).filter((net) => !left.includes(net)).length;
      return {
        all: 100 + 5 * Object.keys(of).length,
        kept: 100 - missing + 5 * kept,
        nets: Object.fromEntries(Object.keys(of).map((net) => [net, { bytes: 5, kept: !left.includes(net) }])),
      };
    };
    expect(pack.partsKept(state([])).filter((name) => name !== 'pages')).toEqual(lessons);
    expect(pack.partsKept(state([], 1))).toEqual([]);
    const some = pack.partsKept(state(['digits-rbm', 'digits-dbm']));
    expect(lessons.filter((name) => !some.includes(name))).toEqual(['dreaming', 'completion', 'feedback']);
  });
});
