// The custom elements in a page: one says that it is ready, and what it makes of a drawn 7.
import 'wakesleep/elements';
import { show } from './app.js';

/** Resolves with the name of what was drawn, or rejects with what went wrong. */
function recognised(model) {
  const element = document.createElement('wakesleep-digit');
  element.setAttribute('model', model);
  const name = new Promise((resolve, reject) => {
    element.addEventListener('error', ({ detail }) => reject(detail.error));
    element.addEventListener('recognised', ({ detail }) => resolve(detail.name));
    element.addEventListener('ready', () => {
      const corners = [
        [0.25, 0.2],
        [0.5, 0.2],
        [0.75, 0.2],
        [0.65, 0.4],
        [0.55, 0.6],
        [0.45, 0.85],
      ];
      element.strokes = [corners];
    });
  });
  document.body.append(element);
  return name.finally(() => element.remove());
}

show({}, async () => ({ drawn: await recognised('/digits.safetensors') }));
