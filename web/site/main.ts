import './styles/tokens.css';
import './styles/base.css';
import { mount } from 'svelte';
import App from './App.svelte';
import { keepVisited } from './state/offline.svelte';
import { figureAlone } from './state/route.svelte';

function show(): void {
  const target = document.getElementById('app');
  if (!target) return;
  const figure = figureAlone;
  if (figure) void import('./embed').then(({ embed }) => embed(figure, target));
  else mount(App, { target });
  keepVisited();
}

// WebKit runs modules before the style sheets have come, from which pictures take their colours. The page's load event
// waits for them, and for those that do not come.
const sheets = [...document.querySelectorAll<HTMLLinkElement>('link[rel="stylesheet"]')];
if (document.readyState === 'complete' || sheets.every(({ sheet }) => sheet)) show();
else addEventListener('load', show, { once: true });
