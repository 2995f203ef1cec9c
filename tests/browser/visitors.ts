// Firefox and WebKitGTK, driven alike: what the tests of the pages' main paths need, and no more.

import { spawn, type ChildProcess } from 'node:child_process';
import { createServer, type AddressInfo } from 'node:net';
import puppeteer from 'puppeteer-core';
import { firefoxPath, webkitPaths } from '../../web/tools/browsers.mjs';

export interface Visitor {
  goto(address: string): Promise<void>;
  /** The value of an expression in the page. */
  evaluate(expression: string): Promise<unknown>;
  /** Types one character. */
  press(key: string): Promise<void>;
  /** Draws a line with the mouse, through places in the window. */
  drag(through: readonly (readonly [x: number, y: number])[]): Promise<void>;
  close(): Promise<void>;
}

export async function firefox(): Promise<Visitor> {
  const executablePath = firefoxPath();
  if (!executablePath) throw new Error('there is no Firefox');
  const browser = await puppeteer.launch({ browser: 'firefox', executablePath, headless: true });
  const page = await browser.newPage();
  await page.setViewport({ width: 1280, height: 800 });
  return {
    goto: async (address) => void (await page.goto(address)),
    evaluate: (expression) => page.evaluate(expression),
    press: (key) => page.keyboard.press(key as 'a'),
    async drag([start, ...through]) {
      if (!start) return;
      await page.mouse.move(...start);
      await page.mouse.down();
      for (const place of through) await page.mouse.move(...place);
      await page.mouse.up();
    },
    close: () => browser.close(),
  };
}

const freePort = (): Promise<number> =>
  new Promise((resolve) => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const { port } = server.address() as AddressInfo;
      server.close(() => {
        resolve(port);
      });
    });
  });

/** A display that is kept in memory, and its name. */
async function display(program: string): Promise<{ process: ChildProcess; name: string }> {
  const size = ['-screen', '0', '1280x800x24'];
  const process = spawn(program, ['-displayfd', '3', ...size, '-nolisten', 'tcp'], {
    stdio: ['ignore', 'ignore', 'ignore', 'pipe'],
  });
  const name = await new Promise<string>((resolve, reject) => {
    process.stdio[3]?.once('data', (number: Buffer) => {
      resolve(`:${number.toString().trim()}`);
    });
    process.once('exit', () => {
      reject(new Error('the display did not start'));
    });
  });
  return { process, name };
}

/** By the WebDriver protocol, without a client of it. */
export async function webkit(): Promise<Visitor> {
  const paths = webkitPaths();
  if (!paths) throw new Error('there is no WebKitGTK');
  const screen = await display(paths.display);
  const port = await freePort();
  const driver = spawn(paths.driver, [`--port=${String(port)}`], {
    stdio: 'ignore',
    // Without a locale it calls the page's language "C", which Intl, and so uPlot, refuses.
    env: { ...process.env, DISPLAY: screen.name, LIBGL_ALWAYS_SOFTWARE: '1', LC_ALL: 'en_US.UTF-8', LANGUAGE: 'en_US' },
  });
  const end = (): void => {
    driver.kill();
    screen.process.kill();
  };
  const call = async (method: string, path: string, body?: unknown): Promise<unknown> => {
    const sent = body === undefined ? {} : { body: JSON.stringify(body) };
    const answer = await fetch(`http://127.0.0.1:${String(port)}${path}`, { method, ...sent });
    const { value } = (await answer.json()) as { value: unknown };
    if (!answer.ok) throw new Error(JSON.stringify(value));
    return value;
  };
  try {
    for (let ready = false; !ready; await new Promise((resolve) => setTimeout(resolve, 200)))
      ready = await call('GET', '/status').then(
        () => true,
        () => driver.exitCode !== null,
      );
    const options = { binary: paths.browser, args: ['--automation'] };
    const begun = await call('POST', '/session', {
      capabilities: { alwaysMatch: { 'webkitgtk:browserOptions': options } },
    });
    const session = `/session/${(begun as { sessionId: string }).sessionId}`;
    const act = (type: string, actions: unknown[]): Promise<unknown> =>
      call('POST', `${session}/actions`, { actions: [{ type, id: type, actions }] });
    return {
      goto: async (url) => void (await call('POST', `${session}/url`, { url })),
      evaluate: (expression) => call('POST', `${session}/execute/sync`, { script: `return ${expression}`, args: [] }),
      press: async (value) =>
        void (await act('key', [
          { type: 'keyDown', value },
          { type: 'keyUp', value },
        ])),
      async drag([start, ...through]) {
        if (!start) return;
        const move = ([x, y]: readonly [number, number]) => ({
          type: 'pointerMove',
          duration: 20,
          x: Math.round(x),
          y: Math.round(y),
        });
        await act('pointer', [
          move(start),
          { type: 'pointerDown', button: 0 },
          ...through.map(move),
          { type: 'pointerUp', button: 0 },
        ]);
      },
      async close() {
        await call('DELETE', session).finally(end);
      },
    };
  } catch (error) {
    end();
    throw error;
  }
}
