// Data sets that the owner of the site has put beside it: the files of $WAKESLEEP_DATA/mnist under data/mnist/.

import { createReadStream, statSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream';

const address = /^\/data\/mnist\/((?:train|t10k)-(?:images-idx3|labels-idx1)-ubyte(?:\.gz)?)$/;

/**
 * Middleware for a server of node:http or Vite. Without a folder, and for all other addresses, it passes the request
 * on.
 */
export function dataMiddleware(folder) {
  return (request, response, next) => {
    const name = address.exec((request.url ?? '').split('?')[0])?.[1];
    const file = name && folder ? join(folder, 'mnist', name) : null;
    const size = file ? statSync(file, { throwIfNoEntry: false })?.size : undefined;
    // The site asks by HEAD what is there. 204 says "nothing" without the error that a browser's console makes of a
    // 404.
    if (name && size === undefined && request.method === 'HEAD') return response.writeHead(204).end();
    if (size === undefined || !['GET', 'HEAD'].includes(request.method)) return next();
    // A .gz file is what it is, not a transfer encoding: the engine unpacks it.
    response.writeHead(200, { 'Content-Type': 'application/octet-stream', 'Content-Length': size });
    if (request.method === 'HEAD') return response.end();
    // Closes the file when the visitor leaves, and the answer when the file can't be read: it is cut short, as nothing
    // else can be said any more.
    pipeline(createReadStream(file), response, () => undefined);
  };
}
