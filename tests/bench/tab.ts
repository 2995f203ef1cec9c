// The tab: a browser with the benchmark's page, which does what it is asked to.

import { cpSync } from 'node:fs';
import { chromium } from '@playwright/test';
import { build } from 'vite';
import { compile } from '../../web/tools/build.mjs';
import { chromiumArguments } from '../../web/tools/chromium.mjs';
import { Failure } from '../../web/tools/log.mjs';
import { fromRoot } from '../../web/tools/paths.mjs';
import { serve } from '../../web/tools/serve.mjs';
import { chromium as findChromium } from '../../web/tools/toolchain.mjs';
import { pageFolder } from './data.ts';
import type { Bench } from './page/main.ts';

export interface Tab {
  version: string;
  call: <K extends keyof Bench>(method: K, ...args: Parameters<Bench[K]>) => Promise<Awaited<ReturnType<Bench[K]>>>;
  close: () => Promise<void>;
}

/** The page and the module of kernels by themselves. Data are put beside it afterwards. */
export async function buildPage(): Promise<void> {
  for (const preset of ['simd', 'threads']) await compile(preset, 'wakesleep_bench');
  await build({ configFile: fromRoot('tests/bench/page/vite.config.ts'), logLevel: 'warn' });
  cpSync(fromRoot('build/bench/kernels'), `${pageFolder}/kernels`, { recursive: true });
}

interface Page {
  goto: (url: string) => Promise<unknown>;
  evaluate: (source: string) => Promise<unknown>;
}

async function openChromium(): Promise<{ version: string; page: Page; close: () => Promise<void> }> {
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: chromiumArguments,
  });
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  return { version: `Chromium ${browser.version()}`, page, close: () => browser.close() };
}

async function openFirefox(): Promise<{ version: string; page: Page; close: () => Promise<void> }> {
  const { default: puppeteer } = await import('puppeteer-core');
  const executablePath = process.env.WAKESLEEP_FIREFOX ?? '/usr/bin/firefox-esr';
  const browser = await puppeteer
    .launch({ browser: 'firefox', executablePath, headless: true, protocolTimeout: 0 })
    .catch((error: Error) => {
      throw new Failure(
        `Firefox did not start (${error.message}). Install firefox-esr or name it in WAKESLEEP_FIREFOX.`,
      );
    });
  const page = await browser.newPage();
  page.setDefaultTimeout(0);
  return { version: (await browser.version()).replace('/', ' '), page, close: () => browser.close() };
}

/** Milliseconds that an answer may take; without an end a thread that never starts would hold the run for ever. */
const patience = 120_000;

async function within<T>(milliseconds: number, what: string, answer: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Error(`${what}: no answer in ${milliseconds / 1000} s`));
    }, milliseconds);
  });
  return Promise.race([answer, late]).finally(() => {
    clearTimeout(timer);
  });
}

export async function openTab(which: 'chromium' | 'firefox'): Promise<Tab> {
  const server = await serve({ folder: pageFolder, port: 0 });
  const { version, page, close } = await (which === 'chromium' ? openChromium() : openFirefox());
  await page.goto(server.url);
  return {
    version,
    call: async (method, ...args) =>
      (await within(
        patience,
        method,
        page.evaluate(`bench[${JSON.stringify(method)}](...${JSON.stringify(args)})`),
      )) as never,
    async close() {
      await within(10_000, 'closing', close()).catch(() => undefined);
      await server.close();
    },
  };
}
