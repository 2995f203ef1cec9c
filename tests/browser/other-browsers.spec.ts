// The pages' main paths in Firefox, and a smoke test in WebKitGTK: where a machine has them (`npm run setup --
// --tests` brings them to Debian).

import { createServer, get } from 'node:http';
import type { AddressInfo } from 'node:net';
import { firefoxPath, webkitPaths } from '../../web/tools/browsers.mjs';
import { lessons } from '../lessons.ts';
import { expect, test } from './harness.ts';
import { figure, seven } from './page.ts';
import { firefox, webkit, type Visitor } from './visitors.ts';

const browsers = [
  { name: 'Firefox', start: firefox, there: firefoxPath() !== undefined, threads: true },
  // It calls the page isolated and has no SharedArrayBuffer.
  { name: 'WebKitGTK', start: webkit, there: webkitPaths() !== undefined, threads: false },
];
const patient = { timeout: 240_000 };

const q = (selector: string): string => `document.querySelector(${JSON.stringify(selector)})`;
const all = (selector: string): string => `[...document.querySelectorAll(${JSON.stringify(selector)})]`;

for (const { name, start, there, threads } of browsers) {
  test.describe(name, () => {
    test.skip(!there, `no ${name} on this machine`);
    test.describe.configure({ timeout: 600_000 });
    let visitor: Visitor | null = null;
    test.beforeAll(async () => {
      test.setTimeout(300_000);
      visitor = await start();
    });
    test.afterAll(() => visitor?.close());

    const now = (): Visitor => {
      if (!visitor) throw new Error(`${name} did not start`);
      return visitor;
    };
    const words = async (figure: string): Promise<string> =>
      String(await now().evaluate(`${q(`[data-figure="${figure}"]`)}?.textContent.trim() ?? ''`));
    const click = (button: string): Promise<unknown> =>
      now().evaluate(
        `(() => { const one = ${all('button')}.find((each) => each.textContent.trim() === ${JSON.stringify(button)});
          one.click(); })()`,
      );
    const isEnabled = (button: string): Promise<unknown> =>
      now().evaluate(
        `${all('button')}.some((each) => each.textContent.trim() === ${JSON.stringify(button)} && !each.disabled)`,
      );
    /** How many colours each of these canvases shows, and how many of the pictures differ. */
    const looks = async (canvases: string): Promise<{ colours: number[]; different: number }> =>
      (await now().evaluate(`(() => {
        // Of copies: in WebKitGTK a canvas whose pixels are read while the page paints it reads as blank ever after.
        const copies = ${all(canvases)}.map((one) => {
          const copy = document.createElement('canvas');
          copy.width = one.width;
          copy.height = one.height;
          copy.getContext('2d').drawImage(one, 0, 0);
          return copy;
        });
        const colours = copies.map((one) => {
          const { data } = one.getContext('2d').getImageData(0, 0, one.width, one.height);
          return new Set(new Uint32Array(data.buffer)).size;
        });
        return { colours, different: new Set(copies.map((one) => one.toDataURL())).size };
      })()`)) as { colours: number[]; different: number };

    /** The first page's dreams, which pause. */
    const expectTenPictures = async (): Promise<void> => {
      await expect.poll(() => isEnabled('From noise'), patient).toBe(true);
      await expect.poll(async () => Number(await words('steps')), patient).toBeGreaterThan(10);
      // Nothing is painted while the pictures are read.
      await click('Pause');
      await expect.poll(() => isEnabled('Dream'), patient).toBe(true);
      const { colours, different } = await looks('[data-figure="dream"] canvas');
      expect(different).toBe(10);
      expect(Math.min(...colours)).toBeGreaterThan(10);
    };

    test('dreams, holds a label, reads a drawing', async ({ site }) => {
      await now().goto(site);
      await expectTenPictures();
      await click('Dream');
      await now().press('7');
      const captions = `${all('[data-figure="dream"] figcaption')}.map((one) => one.textContent.trim()).join('')`;
      await expect.poll(() => now().evaluate(captions), patient).toBe('7777777777');

      const pad = (await now().evaluate(`(() => {
        const pad = ${q('[role="application"]')};
        pad.scrollIntoView({ block: 'center' });
        const { x, y, width, height } = pad.getBoundingClientRect();
        return [x, y, width, height];
      })()`)) as [number, number, number, number];
      const [x, y, width, height] = pad;
      for (const stroke of seven) await now().drag(stroke.map(([u, v]) => [x + u * width, y + v * height]));
      await expect.poll(() => words('reading'), patient).toBe('It reads a 7');
      await expect.poll(() => words('engine'), patient).toContain(threads ? 'How?' : 'Why not faster?');
    });

    test('paints in its colours, however late the style sheet comes', async ({ site }) => {
      const server = createServer(({ url, headers }, response) => {
        const forward = (): void => {
          get(new URL(url ?? '/', site), { headers, agent: false }, (answer) => {
            response.writeHead(answer.statusCode ?? 500, answer.headers);
            answer.pipe(response);
          });
        };
        setTimeout(forward, url?.endsWith('.css') ? 1000 : 0);
      });
      await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
      try {
        await now().goto(`http://localhost:${String((server.address() as AddressInfo).port)}/`);
        await expectTenPictures();
      } finally {
        await now().goto('about:blank');
        server.close();
        server.closeAllConnections();
      }
    });

    test('shows what machines that know only 2s, only 3s or all digits make of a 5', async ({ site }) => {
      await now().goto('about:blank');
      await now().goto(`${site}#/twos`);
      await expect.poll(() => words('steps'), patient).toBe('20 Gibbs steps');
      const machines = ['twos-rbm', 'threes-rbm', 'digits-rbm'].map((one) => `[data-figure="${one}"] canvas`).join();
      const { colours, different } = await looks(machines);
      expect(different).toBe(3);
      expect(Math.min(...colours)).toBeGreaterThan(10);
    });

    test('trains, tells how it goes, and undoes a reset', async ({ site }) => {
      await now().goto('about:blank');
      await now().goto(`${site}#/train`);
      await expect.poll(() => words('data'), patient).toContain('5,000 examples');
      await expect.poll(() => words('diagnosis'), patient).toMatch(/It learns|look alike/);
      await click('Pause');
      await expect.poll(() => words('announced'), patient).toContain('epoch');
      await expect.poll(() => now().evaluate(`${q('.strip')}.getAttribute('aria-busy')`), patient).toBe('false');
      const [error, epoch] = [await words('error'), await words('epoch')];
      expect((await looks('.dreams canvas')).colours[0]).toBeGreaterThan(10);
      await now().evaluate(`${q('.strip')}.focus()`);
      await now().press('r');
      await expect.poll(() => words('error'), patient).toBe('–');
      await now().press('u');
      await expect.poll(() => words('error'), patient).toBe(error);
      expect(await words('epoch')).toBe(epoch);
    });

    test('each lesson asks its question and answers it; a link shows what it shows in Chromium', async ({
      page,
      site,
    }) => {
      for (const lesson of lessons) {
        await now().goto('about:blank');
        await now().goto(`${site}#/learn/${lesson}`);
        await expect.poll(() => now().evaluate(`${q('.question .choice')} !== null`), patient).toBe(true);
        await now().evaluate(`${q('.question .choice')}.click()`);
        await expect.poll(() => words('why'), { ...patient, message: lesson }).not.toBe('');
      }
      const link = `${site}#/learn/completion?d=2&c=14,0,14,28&s=2&n=201`;
      const completions = figure(page, 'completions');
      await page.goto(link);
      await expect(completions).toHaveAttribute('aria-busy', 'false');
      const gains = (await completions.evaluate((one) => one.textContent)).trim();
      expect(gains).toMatch(/\d/);
      await now().goto('about:blank');
      await now().goto(link);
      await expect.poll(() => words('completions'), patient).toBe(gains);
    });

    test('measures, and shows formulas', async ({ site }) => {
      await now().goto('about:blank');
      await now().goto(`${site}#/speed`);
      await expect.poll(() => isEnabled('Measure'), patient).toBe(true);
      await click('Measure');
      await expect.poll(() => words('state'), { timeout: 200_000 }).toBe('Measured.');
      await now().goto(`${site}#/docs/mathematics`);
      await expect.poll(() => now().evaluate(`${all('article math')}.length`), patient).toBeGreaterThan(80);
    });
  });
}
