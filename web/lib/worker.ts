// The worker's script in browsers. In the package it is one file that needs no other beside it, and asks for none. The
// threads of the engine run it too, under the name that Emscripten's glue knows them by.
import { builds } from './builds.js';
import { listen } from './shell/worker.js';

const scope = globalThis as unknown as { name?: string; onmessage: ((event: MessageEvent) => void) | null };

if (scope.name?.startsWith('em-pthread')) {
  // The glue begins to listen as it is loaded; what came before is handed over.
  const early: MessageEvent[] = [];
  scope.onmessage = (event) => early.push(event);
  void builds.threads.web().then(() => {
    for (const event of early) scope.onmessage?.(event);
  });
} else listen();
