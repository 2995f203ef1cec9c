// The headers that the site is served with. Any server that sends them gives visitors the build with threads.

/** Cross-origin isolation, without which browsers have no shared memory. */
export const isolationHeaders = {
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Embedder-Policy': 'require-corp',
  'Cross-Origin-Resource-Policy': 'same-origin',
};

const policy = [
  "default-src 'self'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "worker-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data: blob:",
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'none'",
];

export const securityHeaders = {
  'Content-Security-Policy': [...policy, "frame-ancestors 'self'"].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'Referrer-Policy': 'no-referrer',
};

/** Of `?embed`: any page may frame it. */
export const embeddedHeaders = {
  'Content-Security-Policy': [...policy, 'frame-ancestors *'].join('; '),
  'Cross-Origin-Resource-Policy': 'cross-origin',
};
