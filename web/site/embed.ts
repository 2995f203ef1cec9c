/** `?embed=digit`, `?embed=dream` and `?embed=train`: a custom element alone, which other pages show in a frame. */
import { WakesleepDigit, WakesleepDream, WakesleepTrain } from 'wakesleep/elements';
import digitsDbn from '../../models/digits-dbn.safetensors?url';
import { messages } from './messages';
import type { Figure } from './state/route.svelte';
import './styles/embed.css';

const elements = { digit: WakesleepDigit, dream: WakesleepDream, train: WakesleepTrain };
/** The site's policy lets it read no files but its own. */
const files = ['model', 'src'];

/** Puts the figure into the page, with those attributes that the page's address has. */
export function embed(name: Figure, target: HTMLElement): void {
  const element = document.createElement(`wakesleep-${name}`);
  const known = elements[name].observedAttributes;
  if (known.includes('model')) element.setAttribute('model', digitsDbn);
  if (known.includes('autoplay')) element.setAttribute('autoplay', '');
  for (const [attribute, value] of new URLSearchParams(location.search))
    if (known.includes(attribute) && !files.includes(attribute)) element.setAttribute(attribute, value);
  const main = document.createElement('main');
  main.setAttribute('aria-label', messages.name);
  main.append(element);
  target.replaceChildren(main);
}
