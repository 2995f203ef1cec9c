// What all elements have: a shadow tree, attributes as properties, a beginning when they come near the viewport, errors
// in words, and an end.
import type { Engine } from '../types.js';
import { messageOf } from '../errors.js';
import { arrive, engineFor, engineLost, leave } from './shared.js';
import { Colours, dress } from './style.js';
import { texts } from './texts.js';

/** A node with these attributes and children. No markup is parsed, which strict policies forbid. */
export function h<K extends keyof HTMLElementTagNameMap>(
  tag: K,
  attributes: Record<string, string> = {},
  ...children: (Node | string)[]
): HTMLElementTagNameMap[K] {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
  node.append(...children);
  return node;
}

export function button(text: string, part: string, press: () => void): HTMLButtonElement {
  const made = h('button', { type: 'button', part: `button ${part}` }, text);
  made.addEventListener('click', press);
  return made;
}

export const percent = (part: number): string => `${Math.round(100 * part)} %`;

// On a server there are no elements, and nothing is defined.
const Base = (globalThis.HTMLElement ?? class {}) as typeof HTMLElement;

type Kind = 'string' | 'number' | 'boolean';

export abstract class Figure extends Base {
  /** Attributes and their types; each is a property, too, its name in camel case. */
  static attributes: Readonly<Record<string, Kind>> = {};

  static get observedAttributes(): string[] {
    return Object.keys(this.attributes);
  }

  /** @internal */
  protected colours!: Colours;
  /** @internal */
  protected status!: HTMLElement;
  /** What assistive technology reads out. */
  #live!: HTMLElement;
  #error!: HTMLElement;
  #message!: HTMLElement;
  #watch: IntersectionObserver | null = null;
  #session: AbortController | null = null;
  #engine: Engine | null = null;
  #present = false;
  #near = false;
  #asked = false;
  #inView = false;

  #render(): void {
    const root = this.attachShadow({ mode: 'open' });
    dress(root);
    this.colours = new Colours(() => this.repaint());
    this.status = h('p', { part: 'status' });
    this.#live = h('p', { class: 'hidden', role: 'status' });
    this.#message = h('p');
    this.#error = h('div', { part: 'error', role: 'alert', hidden: '' }, this.#message);
    this.#error.append(button(texts.again, 'again', () => this.reload()));
    root.append(h('div', { part: 'figure' }, ...this.build(), this.status, this.#error), this.#live, this.colours.node);
  }

  connectedCallback(): void {
    // Properties that were set before the element was defined hide those of its class.
    const own = this as unknown as Record<string, unknown>;
    for (const name of Object.keys(this)) {
      if (!(name in Object.getPrototypeOf(this))) continue;
      const value = own[name];
      delete own[name];
      own[name] = value;
    }
    if (this.#present) return;
    this.#present = true;
    arrive(this);
    if (!this.shadowRoot) this.#render();
    this.repaint();
    if (!globalThis.IntersectionObserver) {
      this.#near = this.#inView = true;
      this.reload();
      return;
    }
    this.#watch = new IntersectionObserver(
      (entries) => {
        const { isIntersecting: near, boundingClientRect: box } = entries.at(-1)!;
        this.#inView = near && box.width > 0;
        if (near && !this.#near) {
          this.#near = true;
          this.reload();
        }
        this.view(this.#inView);
      },
      { rootMargin: '200px' },
    );
    this.#watch.observe(this);
  }

  disconnectedCallback(): void {
    // Frameworks move elements by taking them out and putting them in again.
    queueMicrotask(() => {
      if (this.isConnected || !this.#present) return;
      this.#present = this.#near = this.#inView = false;
      this.#watch?.disconnect();
      this.#watch = null;
      this.#stop();
      leave(this);
    });
  }

  attributeChangedCallback(name: string, before: string | null, now: string | null): void {
    if (before !== now && this.#near && !this.changed(name)) this.reload();
  }

  /** Begins anew, once for all that has changed by then. */
  reload(): void {
    if (this.#asked) return;
    this.#asked = true;
    queueMicrotask(() => {
      this.#asked = false;
      if (this.#near) void this.#begin();
    });
  }

  async #begin(): Promise<void> {
    this.#stop();
    this.#error.hidden = true;
    const session = (this.#session = new AbortController());
    this.status.textContent = texts.loading;
    this.setAttribute('aria-busy', 'true');
    try {
      this.check();
      const engine = (this.#engine = await engineFor(this.given('threads')));
      if (session.signal.aborted) return;
      await this.begin(engine, session.signal);
      if (session.signal.aborted) return;
      this.removeAttribute('aria-busy');
      if (this.status.textContent === texts.loading) this.status.textContent = '';
      this.tell('ready', {});
    } catch (error) {
      this.fail(error, session.signal);
    }
  }

  #stop(): void {
    this.#session?.abort();
    this.#session = null;
    this.end();
  }

  /** Work that goes on after the beginning; its errors are the element's. @internal */
  protected work(signal: AbortSignal, job: () => Promise<void>): void {
    job().catch((error: unknown) => this.fail(error, signal));
  }

  /** @internal */
  protected fail(error: unknown, signal: AbortSignal): void {
    if (signal.aborted) return;
    this.#stop();
    this.removeAttribute('aria-busy');
    this.status.textContent = '';
    if ((error as { code?: string }).code === 'worker-lost') engineLost(this.#engine);
    this.#message.textContent = messageOf(error);
    this.#error.hidden = false;
    this.tell('error', { error });
  }

  /** @internal */
  protected tell(type: string, detail: object): void {
    this.dispatchEvent(new CustomEvent(type, { detail, bubbles: true, composed: true }));
  }

  /** @internal */
  protected say(text: string): void {
    this.#live.textContent = text;
  }

  /** The number that an attribute has. @internal */
  protected given(name: string): number | undefined {
    const text = this.getAttribute(name)?.trim();
    if (!text) return undefined;
    if (Number.isNaN(Number(text))) throw new RangeError(texts.noNumber(name, text));
    return Number(text);
  }

  /** @internal */
  protected number(name: string, preset: number): number {
    return this.given(name) ?? preset;
  }

  /** The address that an attribute has. @internal */
  protected address(name: string): string {
    const text = this.getAttribute(name);
    if (!text) throw new TypeError(texts.missing(this.localName, name));
    return new URL(text, this.baseURI).href;
  }

  /** @internal */
  protected get inView(): boolean {
    return this.#inView;
  }

  /** Waits until it may show the next picture: in view, on a page that is seen, and not too soon. @internal */
  protected async turn(signal: AbortSignal, milliseconds: number): Promise<void> {
    const began = performance.now();
    do {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      signal.throwIfAborted();
    } while (!this.#inView || performance.now() - began < milliseconds);
  }

  /** The nodes of the element, made when it is first put into a document. @internal */
  protected abstract build(): (Node | string)[];
  /** Throws for attributes with which there is no beginning. @internal */
  protected check(): void {}
  /** @internal */
  protected abstract begin(engine: Engine, signal: AbortSignal): Promise<void>;
  /** Lets go of what it has begun. @internal */
  protected abstract end(): void;
  /** Whether an attribute has taken effect without a new beginning. @internal */
  protected changed(_name: string): boolean {
    return false;
  }
  /** It has come into view, or gone. @internal */
  protected view(_inView: boolean): void {}
  /** @internal */
  protected abstract repaint(): void;
}

const camel = (name: string): string => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

/** Defines an element, with its attributes as properties. A page may have loaded it already. */
export function define(tag: string, element: typeof Figure): void {
  for (const [attribute, kind] of Object.entries(element.attributes)) {
    Object.defineProperty(element.prototype, camel(attribute), {
      configurable: true,
      enumerable: true,
      get(this: Figure) {
        const text = this.getAttribute(attribute);
        if (kind === 'boolean') return text !== null;
        return text === null ? null : kind === 'number' ? Number(text) : text;
      },
      set(this: Figure, value: unknown) {
        if (value === null || value === undefined || value === false) this.removeAttribute(attribute);
        else this.setAttribute(attribute, kind === 'boolean' ? '' : String(value));
      },
    });
  }
  const { customElements } = globalThis;
  if (customElements && !customElements.get(tag)) {
    customElements.define(tag, element as unknown as CustomElementConstructor);
  }
}
