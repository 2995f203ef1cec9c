// Hosts of the package as it is published, for pages that tests write.
import { readFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import { type AddressInfo } from 'node:net';
import { extname, join } from 'node:path';
import { test as base } from '@playwright/test';
import { fromRoot } from '../../web/tools/paths.mjs';

export { expect } from '@playwright/test';

type Headers = Record<string, string>;
export interface Host {
  url: string;
  /** Headers of every answer, and of those whose path ends so. */
  headers: Headers;
  only: Record<string, Headers>;
  /** What other paths answer. */
  pages: Record<string, string>;
}

const types: Headers = { '.js': 'text/javascript', '.wasm': 'application/wasm', '.html': 'text/html' };

/** A host of dist/lib, and of pages that a test writes. */
async function host(): Promise<Host & { close(): void }> {
  const own: Host = { url: '', headers: {}, only: {}, pages: { '/': '<!doctype html><title>A page</title>' } };
  const server = createServer((request, response) => {
    const path = new URL(request.url ?? '/', 'http://localhost').pathname;
    const only = Object.entries(own.only).find(([end]) => path.endsWith(end))?.[1];
    const headers = only ?? own.headers;
    const page = own.pages[path];
    const type = types[extname(path)] ?? (page === undefined ? 'application/octet-stream' : 'text/html');
    const answer = page === undefined ? readFile(join(fromRoot('dist'), path)) : Promise.resolve(Buffer.from(page));
    answer.then(
      (body) => response.writeHead(200, { 'Content-Type': type, ...headers }).end(body),
      () => response.writeHead(404, headers).end(),
    );
  });
  await new Promise<void>((resolve) => server.listen(0, 'localhost', resolve));
  own.url = `http://localhost:${String((server.address() as AddressInfo).port)}/`;
  return Object.assign(own, {
    close: () => {
      server.close();
      server.closeAllConnections();
    },
  });
}

export const test = base.extend<{ site: Host; cdn: Host }>({
  site: async ({}, use) => {
    const one = await host();
    await use(one);
    one.close();
  },
  cdn: async ({}, use) => {
    const one = await host();
    one.headers = { 'Access-Control-Allow-Origin': '*', 'Cross-Origin-Resource-Policy': 'cross-origin' };
    await use(one);
    one.close();
  },
});

/** A strict content security policy: workers from there alone, files from the page's host and one other. */
export const policy = (workers: string, from = '') =>
  `default-src 'none'; script-src 'self' 'wasm-unsafe-eval' ${from}; worker-src ${workers}; connect-src 'self' ${from}`;
