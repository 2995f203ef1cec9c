// A server for the built site. The tests use it too. It needs the Node packages.

import { existsSync } from 'node:fs';
import { createServer } from 'node:http';
import sirv from 'sirv';
import { dataMiddleware } from './data.mjs';
import { embeddedHeaders, isolationHeaders, securityHeaders } from './headers.mjs';
import { Failure } from './log.mjs';
import { fromRoot } from './paths.mjs';

/** For those who come by a wrong address; scripts that ask for a file get two words. */
const nothingHere = `<!doctype html>
<html lang="en">
  <meta charset="utf-8" />
  <meta name="viewport" content="width=device-width" />
  <meta name="color-scheme" content="light dark" />
  <title>There is no such page · Wakesleep</title>
  <style>
    body { max-width: 40rem; margin: 3rem auto; padding-inline: 1rem; font: 1.125rem / 1.5 system-ui, sans-serif; }
  </style>
  <h1>There is no such page</h1>
  <p>Nothing is at this address. <a href="/">Open Wakesleep</a></p>
</html>
`;

/**
 * Serves dist/site and resolves to { url, port, close }. `port` is the first one tried, 0 for any that is free;
 * `isolation: false` leaves out cross-origin isolation; `data` is a folder with data sets (see data.mjs).
 */
export async function serve({
  folder = fromRoot('dist/site'),
  port = 4173,
  host = 'localhost',
  isolation = true,
  data = process.env.WAKESLEEP_DATA,
} = {}) {
  if (!existsSync(folder)) throw new Failure(`There is no ${folder}. Run \`npm run build\` first.`);
  const headers = { ...securityHeaders, ...(isolation ? isolationHeaders : {}) };
  const files = sirv(folder, {
    dev: true, // looks at the files at each request, so that a new build is served at once
    etag: true,
    // What the build has packed beside the files.
    brotli: true,
    gzip: true,
    extensions: ['html'],
    setHeaders: (response, path) => {
      if (/\.(safetensors|bin)$/.test(path)) response.setHeader('Content-Type', 'application/octet-stream');
      // Names in assets/ hold a hash of the contents.
      const lasting = /\/assets\/[^/]+-[\w-]{8}\.\w+$/.test(path);
      response.setHeader('Cache-Control', lasting ? 'public, max-age=31536000, immutable' : 'no-cache');
    },
  });
  const sendData = dataMiddleware(data);
  const server = createServer((request, response) => {
    const embedded = new URL(request.url ?? '/', 'http://localhost').searchParams.has('embed');
    const sent = embedded ? { ...headers, ...embeddedHeaders } : headers;
    for (const [name, value] of Object.entries(sent)) response.setHeader(name, value);
    sendData(request, response, () =>
      files(request, response, () => {
        const reads = request.headers.accept?.includes('text/html');
        response.writeHead(404, { 'Content-Type': `text/${reads ? 'html' : 'plain'}; charset=utf-8` });
        response.end(reads ? nothingHere : 'Not found\n');
      }),
    );
  });
  const taken = await listen(server, port, host);
  const shown = host.includes(':') ? `[${host}]` : host === '0.0.0.0' ? 'localhost' : host;
  return {
    url: `http://${shown}:${taken}/`,
    port: taken,
    close: () =>
      new Promise((resolve) => {
        server.close(resolve);
        server.closeAllConnections();
      }),
  };
}

/** Listens at the first free port from `port` on. */
async function listen(server, port, host) {
  const last = port + 100;
  for (; ; port += 1) {
    try {
      await new Promise((resolve, reject) => {
        server.once('error', reject);
        server.listen(port, host, () => {
          server.off('error', reject);
          resolve();
        });
      });
      return server.address().port;
    } catch (error) {
      if (error.code !== 'EADDRINUSE' || port >= last) throw new Failure(`Port ${port} of ${host}: ${error.message}`);
    }
  }
}
