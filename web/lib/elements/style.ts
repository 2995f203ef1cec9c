// What all elements look like, and their colours for canvases.
import { gradient, type Rgb } from './paint.js';

/** Custom properties, each with its colours in light and in dark. */
const colours: Readonly<Record<string, readonly [light: string, dark: string]>> = {
  ink: ['#1c2226', '#e9edf0'],
  paper: ['#fff', '#1a2128'],
  muted: ['#5a636b', '#a0abb4'],
  line: ['#908b80', '#697681'],
  accent: ['#96570a', '#f3b557'],
  'data-low': ['#fbfefd', '#18242a'],
  'data-middle': ['#4fa99e', '#2f968b'],
  'data-high': ['#04413b', '#d0fff6'],
  'model-low': ['#fffdf8', '#1e2227'],
  'model-middle': ['#e2a04a', '#b97a24'],
  'model-high': ['#57300a', '#ffe9bf'],
  negative: ['#1f5fae', '#6fb2ff'],
  zero: ['#f8f6f1', '#1b232a'],
  positive: ['#b31b30', '#ff8f78'],
  bad: ['#ab2721', '#ff9a8d'],
};
const names = Object.keys(colours);
const declared = (value: (light: string, dark: string) => string): string =>
  names.map((name) => `--${name}:var(--wakesleep-${name},${value(...colours[name]!)})`).join(';');

const css = `
:host{display:block;color-scheme:light;${declared((light) => light)};
  color:var(--ink);font:1rem/1.4 system-ui,sans-serif}
@supports (color:light-dark(red,red)){:host{color-scheme:inherit;
  ${declared((light, dark) => `light-dark(${light},${dark})`)}}}
:host([hidden]){display:none}
*{box-sizing:border-box}
[hidden]{display:none!important}
[part=figure]{display:flex;flex-wrap:wrap;gap:.75rem;align-items:flex-start;padding:.75rem;background:var(--paper);
  border:1px solid var(--line);border-radius:.5rem}
[part=figure]>*{min-width:0}
canvas{display:block;image-rendering:pixelated}
[part~=picture],[part=pad]{flex:0 1 var(--wakesleep-size,12rem);width:var(--wakesleep-size,12rem);
  border:1px solid var(--line)}
[part~=picture]{border-radius:.25rem}
[part=controls]{display:flex;flex-wrap:wrap;gap:.375rem;flex:1 0 100%}
[part=labels]{display:flex;flex-wrap:wrap;gap:.25rem;flex:1 0 100%;margin:0;padding:0;border:0}
button{min-width:2.75rem;min-height:2.75rem;padding:.25rem .75rem;font:inherit;color:var(--ink);background:var(--paper);
  border:1px solid var(--line);border-radius:.375rem;cursor:pointer}
button[aria-pressed=true]{color:var(--paper);background:var(--accent);border-color:var(--accent)}
button:disabled{color:var(--muted);cursor:default;border-style:dashed}
:focus-visible{outline:2px solid var(--accent);outline-offset:2px}
[part=status]{flex:1 0 100%;min-height:1.4em;margin:0;color:var(--muted);font-size:.875rem;
  font-variant-numeric:tabular-nums;overflow-wrap:anywhere}
[part=error]{flex:1 0 100%;color:var(--bad);overflow-wrap:anywhere}
[part=error] p{margin:0 0 .375rem}
.hidden{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.probes{position:absolute;visibility:hidden;forced-color-adjust:none}
.probes i{transition:color 1ms}
[part=pad]{position:relative;aspect-ratio:1;background:var(--data-low);border-radius:.375rem;overflow:hidden;
  cursor:crosshair}
[part=pad] canvas{position:absolute;inset:0;width:100%;height:100%;touch-action:none}
[part=invitation]{position:absolute;inset:0;display:grid;place-items:center;margin:0;padding:.5rem;color:var(--muted);
  pointer-events:none;text-align:center}
[part=pen]{position:absolute;aspect-ratio:1;transform:translate(-50%,-50%);border:2px solid var(--accent);
  border-radius:50%;pointer-events:none}
[part=pen].down{background:var(--accent)}
[part=bars]{display:grid;grid-auto-flow:column;grid-auto-columns:minmax(0,1fr);flex:1 1 15rem;margin:0;padding:0;
  list-style:none;text-align:center;font-variant-numeric:tabular-nums}
[part=bars] li>span{display:flex;align-items:flex-end;height:8rem;padding:0 12%;border-bottom:1px solid var(--line)}
[part~=bar]{width:100%;height:0;background:var(--line)}
[part~=best]{background:var(--accent)}
[part=bars] small{display:flex;justify-content:center;min-height:1.5em;color:var(--muted);font-size:.6875rem;
  white-space:nowrap}
svg{flex:1 1 12rem;height:8rem;overflow:visible;border:solid var(--line);border-width:0 0 1px 1px}
path{fill:none;stroke:var(--accent);stroke-width:2;vector-effect:non-scaling-stroke}
[part~=weights]{width:auto;max-width:100%;flex:0 1 auto;border:0;background:none}
@media (forced-colors:active){
  [part~=bar]{background:GrayText;forced-color-adjust:none}
  [part~=best]{background:Highlight}
  button[aria-pressed=true]{color:HighlightText;background:Highlight;forced-color-adjust:none}
  path{stroke:Highlight}
}`;

let sheet: CSSStyleSheet | undefined;

/** Dresses a shadow tree; without a `<style>`, which strict policies forbid, where the browser can. */
export function dress(root: ShadowRoot): void {
  if ('adoptedStyleSheets' in root) {
    if (!sheet) {
      sheet = new CSSStyleSheet();
      sheet.replaceSync(css);
    }
    root.adoptedStyleSheets = [sheet];
  } else {
    const style = (root as ShadowRoot).ownerDocument.createElement('style');
    style.textContent = css;
    (root as ShadowRoot).append(style);
  }
}

type Kind = 'data' | 'model' | 'weights';
const stops: Readonly<Record<Kind, readonly string[]>> = {
  data: ['data-low', 'data-middle', 'data-high'],
  model: ['model-low', 'model-middle', 'model-high'],
  weights: ['negative', 'zero', 'positive'],
};

/** The colours that hold in an element, for its canvases. */
export class Colours {
  readonly node: HTMLElement;
  readonly #probes = new Map<string, HTMLElement>();
  readonly #palettes = new Map<Kind, Uint32Array>();

  /** `changed`: when they are others, be it that the system's, the page's or one's own style is another. */
  constructor(changed: () => void) {
    this.node = document.createElement('div');
    this.node.className = 'probes';
    this.node.ariaHidden = 'true';
    for (const name of new Set(Object.values(stops).flat())) {
      const probe = document.createElement('i');
      probe.style.color = `var(--${name})`;
      this.#probes.set(name, probe);
      this.node.append(probe);
    }
    this.node.addEventListener('transitionend', () => {
      this.#palettes.clear();
      changed();
    });
  }

  css(name: string): string {
    return getComputedStyle(this.#probes.get(name) ?? this.node).color;
  }

  palette(kind: Kind): Uint32Array {
    const known = this.#palettes.get(kind);
    if (known) return known;
    const ruler = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
    const rgb = (name: string): Rgb => {
      if (!ruler) return [128, 128, 128];
      ruler.fillStyle = this.css(name);
      ruler.fillRect(0, 0, 1, 1);
      const [r = 0, g = 0, b = 0] = ruler.getImageData(0, 0, 1, 1).data;
      return [r, g, b];
    };
    const made = gradient(stops[kind].map(rgb));
    this.#palettes.set(kind, made);
    return made;
  }
}
