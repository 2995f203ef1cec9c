/** `?embed=digit`, `?embed=dream` and `?embed=train`: a custom element alone, which other pages show in a frame. */
import { figureElement } from './figure-elements';
import { messages } from './messages';
import type { Figure } from './state/route.svelte';
import './styles/embed.css';

/** The site's policy lets it read no files but its own. */
const files = ['model', 'src'];

/** Puts the figure into the page, with those attributes that the page's address has. */
export function embed(name: Figure, target: HTMLElement): void {
  const { element, known } = figureElement(name);
  if (known.includes('autoplay')) element.setAttribute('autoplay', '');
  for (const [attribute, value] of new URLSearchParams(location.search))
    if (known.includes(attribute) && !files.includes(attribute)) element.setAttribute(attribute, value);
  const main = document.createElement('main');
  main.setAttribute('aria-label', messages.name);
  main.append(element);
  target.replaceChildren(main);
}
