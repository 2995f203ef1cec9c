/** What may be wider than its place is a stop of the Tab key only where it is: there arrow keys scroll it. */
import type { Attachment } from 'svelte/attachments';

export const scrolls: Attachment<HTMLElement> = (element) => {
  const watched = new ResizeObserver(() => {
    if (element.scrollWidth > element.clientWidth) element.tabIndex = 0;
    else element.removeAttribute('tabindex');
  });
  watched.observe(element);
  for (const child of element.children) watched.observe(child);
  return () => {
    watched.disconnect();
  };
};
