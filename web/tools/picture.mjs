// npm run picture: the moving picture of the README, .github/drawing.png. Two digits are drawn into <wakesleep-digit>
// in a real browser, and dreamt of by <wakesleep-dream>; what is seen is written as an animated PNG.

import { readFileSync, writeFileSync } from 'node:fs';
import { animatedPng, indexed } from './apng.mjs';
import { build } from './build.mjs';
import { chromiumArguments, chromiumPath } from './chromium.mjs';
import { isMain, main, note } from './log.mjs';
import { fromRoot } from './paths.mjs';

const file = fromRoot('.github/drawing.png');
const size = { width: 880, height: 244 };
const colours = 64;

/** Points on an arc about a centre, from one angle to another, in quarters of a turn. */
const arc = ([x, y], [rx, ry], from, to) =>
  Array.from({ length: 13 }, (_, i) => {
    const angle = (Math.PI / 2) * (from + ((to - from) * i) / 12);
    return [x + rx * Math.cos(angle), y + ry * Math.sin(angle)];
  });
const line = ([x, y], [toX, toY]) =>
  Array.from({ length: 13 }, (_, i) => [x + ((toX - x) * i) / 12, y + ((toY - y) * i) / 12]);

const digits = [
  { label: 7, stroke: [...line([0.27, 0.22], [0.74, 0.22]), ...line([0.74, 0.22], [0.42, 0.84])] },
  {
    label: 3,
    stroke: [...arc([0.48, 0.34], [0.2, 0.16], -1.8, 0.9), ...arc([0.48, 0.67], [0.23, 0.19], -1, 1.75)],
  },
];
/** Frames in which a digit is drawn, and Gibbs steps of the frames in which it is dreamt of. */
const drawing = 13;
const dreaming = [1, 1, 1, 2, 3, 5, 8, 12, 20, 40, 60, 90];
/** Milliseconds. */
const delays = { drawing: 90, dreaming: 160, last: 1200 };

const html = `<!doctype html><html lang="en"><title>Wakesleep</title><style>
  :root { color-scheme: light; background: #fff }
  body { display: flex; gap: 8px; margin: 0; padding: 4px; height: ${size.height}px; box-sizing: border-box }
  wakesleep-digit { flex: 1; --wakesleep-size: 168px } wakesleep-dream { flex: 0 0 194px; --wakesleep-size: 168px }
  wakesleep-digit::part(controls), wakesleep-dream::part(controls), wakesleep-dream::part(labels) { display: none }
  ::part(figure) { height: 100%; flex-wrap: wrap }
  </style><body><wakesleep-digit model="/models/digits-dbn.safetensors" bars="energy"></wakesleep-digit>
  <wakesleep-dream model="/models/digits-dbn.safetensors" seed="2"></wakesleep-dream>
  <script type="module" src="/lib/elements.js"></script>`;

/** In the page: the strokes, and what the network says of them; or the dream, so many steps on. */
async function toDrawing(stroke) {
  const digit = document.querySelector('wakesleep-digit');
  const told = new Promise((resolve) => digit.addEventListener('recognised', resolve, { once: true }));
  digit.strokes = [stroke];
  await told;
}
async function toDream({ label, steps }) {
  const dream = document.querySelector('wakesleep-dream');
  const told = new Promise((resolve) => dream.addEventListener('ready', resolve, { once: true }));
  if (label !== undefined) {
    dream.label = label;
    dream.restart();
    await told;
  }
  for (let i = 0; i < steps; ++i) await dream.step();
}

/** In the page: a screenshot's pixels. */
async function pixelsOf(png) {
  const picture = await createImageBitmap(await (await fetch(`data:image/png;base64,${png}`)).blob());
  const canvas = new OffscreenCanvas(picture.width, picture.height);
  const context = canvas.getContext('2d');
  context.drawImage(picture, 0, 0);
  const { data } = context.getImageData(0, 0, picture.width, picture.height);
  let text = '';
  for (let i = 0; i < data.length; i += 8192) text += String.fromCharCode(...data.subarray(i, i + 8192));
  return btoa(text);
}

/** What is seen while the digits are drawn and dreamt of: pixels, and how long each frame stays. */
async function film(page, decoder) {
  const frames = [];
  const take = async (delay) => {
    const png = await page.screenshot({ animations: 'disabled' });
    const pixels = Buffer.from(await decoder.evaluate(pixelsOf, png.toString('base64')), 'base64');
    frames.push({ pixels, delay });
  };
  for (const { label, stroke } of digits) {
    await page.evaluate(toDream, { label, steps: 0 });
    for (let i = 1; i <= drawing; ++i) {
      await page.evaluate(toDrawing, stroke.slice(0, Math.ceil((stroke.length * i) / drawing)));
      await take(delays.drawing);
    }
    for (const steps of dreaming) {
      await page.evaluate(toDream, { steps });
      await take(delays.dreaming);
    }
    frames.at(-1).delay = delays.last;
  }
  return frames;
}

if (isMain(import.meta.url)) {
  await main(async () => {
    await build(['package']);
    const { chromium } = await import('playwright-core');
    const browser = await chromium.launch({ executablePath: chromiumPath(), args: chromiumArguments });
    try {
      const page = await browser.newPage({ viewport: size });
      const host = 'http://localhost/';
      await page.route(`${host}**`, async (route) => {
        const { pathname } = new URL(route.request().url());
        if (pathname === '/') return route.fulfill({ body: html, contentType: 'text/html' });
        const folder = pathname.startsWith('/models/') ? '.' : 'dist';
        const contentType = pathname.endsWith('.js') ? 'text/javascript' : 'application/octet-stream';
        return route.fulfill({ body: readFileSync(fromRoot(folder, pathname.slice(1))), contentType });
      });
      await page.goto(host);
      await page.waitForFunction(
        () => !document.querySelector('[aria-busy]') && document.querySelector('wakesleep-dream').frame,
      );
      const frames = await film(page, await browser.newPage());
      const { palette, frames: drawn } = indexed(frames, colours);
      const bytes = animatedPng({ ...size, palette, frames: drawn });
      writeFileSync(file, bytes);
      note(`${frames.length} frames, ${Math.round(bytes.length / 1000)} KB in .github/drawing.png`);
    } finally {
      await browser.close();
    }
  });
}
