// Calls without a seed take the model's next numbers; calls with one are pure functions.
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { load, type Engine, type Rbm } from 'wakesleep';
import { load as loadSync } from 'wakesleep/sync';

let engine: Engine;
beforeAll(async () => {
  engine = await load({ threads: 1 });
});
afterAll(() => engine.dispose());

async function loop(rbm: Rbm, calls: number): Promise<number[]> {
  let start = new Float32Array(4);
  const states: number[] = [];
  for (let i = 0; i < calls; i++) {
    start = new Float32Array((await rbm.sample({ start, steps: 1 })).states.data);
    states.push(start.reduce((all, on, v) => all + on * 2 ** v, 0));
  }
  return states;
}

const flat = async () => {
  const rbm = await engine.rbm({ visible: 4, hidden: 3, seed: 5 });
  await rbm.setParameters({ W: new Float32Array(12), b: new Float32Array(4), c: new Float32Array(3) });
  return rbm;
};

describe('random calls', () => {
  it('move on without a seed: a loop of single steps sees every state, twice the same', async () => {
    const states = await loop(await flat(), 400);
    expect(new Set(states).size).toBe(16);
    expect(await loop(await flat(), 400)).toEqual(states);
  });

  it('are pure functions of a seed, between other calls', async () => {
    const rbm = await flat();
    const first = await rbm.sample({ chains: 50, seed: 9 });
    await rbm.sample();
    expect(await rbm.sample({ chains: 50, seed: 9 })).toEqual(first);
    const reconstructed = await rbm.reconstruct(new Float32Array(40).fill(0.5), { seed: 3 });
    await rbm.reconstruct(new Float32Array(40).fill(0.5));
    expect(await rbm.reconstruct(new Float32Array(40).fill(0.5), { seed: 3 })).toEqual(reconstructed);
  });

  it('move on in every model', async () => {
    const dbn = await engine.dbn({ layers: [4, 3, 3] });
    const dbm = await engine.dbm({ layers: [4, 3, 3] });
    const sbn = await engine.sbn({ layers: [4, 3] });
    for (const sampled of [
      async () => (await dbn.sample({ chains: 50 })).states.data,
      async () => (await dbm.sample({ chains: 50 })).states.data,
      async () => (await sbn.sample({ count: 50 })).states[0]?.data,
      async () => (await sbn.posterior(new Float32Array(4), { sweeps: 5 }))[0]?.data,
    ])
      expect(await sampled()).not.toEqual(await sampled());
  });

  it('go on from a resumable file', async () => {
    const rbm = await flat();
    await rbm.sample();
    const opened = (await engine.open(await rbm.save({ resumable: true }))) as Rbm;
    expect(await opened.sample({ chains: 50 })).toEqual(await rbm.sample({ chains: 50 }));
  });

  it('are the same in both entries', async () => {
    const sync = (await loadSync()).rbm({ visible: 4, hidden: 3, seed: 2 });
    const remote = await engine.rbm({ visible: 4, hidden: 3, seed: 2 });
    for (let i = 0; i < 3; i++) expect(await remote.sample({ chains: 9 })).toEqual(sync.sample({ chains: 9 }));
  });
});
