/** Runs the multiply-add kernels, each as a function of its own that is called often, so that browsers make it fast. */
import { ceilingModule, operationsATurn } from './ceiling-module.ts';
import { expose } from './remote.ts';

const counts = [6, 8, 10, 12, 14];
const turnsACall = 1000;

let kernels: { run: (turns: number) => number; operations: number }[] = [];

expose({
  async start(): Promise<void> {
    kernels = await Promise.all(
      counts.map(async (count) => {
        const { instance } = await WebAssembly.instantiate(ceilingModule(count));
        const run = instance.exports.run as (turns: number) => number;
        return { run, operations: operationsATurn(count) };
      }),
    );
  },

  /** Operations a second of each kernel, when each has so many milliseconds. */
  rates(milliseconds: number): number[] {
    return kernels.map(({ run, operations }) => {
      const start = performance.now();
      let calls = 0;
      let now: number;
      do {
        for (let i = 0; i < 20; i++) run(turnsACall);
        calls += 20;
        now = performance.now();
      } while (now - start < milliseconds);
      return (calls * turnsACall * operations) / ((now - start) / 1000);
    });
  },
});
