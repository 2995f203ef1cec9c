/** What is said to those who listen: one polite live region for all pages, in the frame around them. */
import { messages } from '../messages';

class Announcer {
  said = $state('');
}
export const announcer = new Announcer();

export function announce(sentence: string): void {
  announcer.said = sentence;
}

/** Says when what is waited for begins to load and when it is there, and no more; a failure is an alert of its own. */
export function announceLoading(status: () => 'idle' | 'loading' | 'ready' | 'failed'): void {
  let waits = false;
  $effect(() => {
    const now = status();
    if (now === 'loading' && !waits) announce(messages.loading.begun);
    if (now === 'ready' && waits) announce(messages.loading.ended);
    waits = now === 'loading';
  });
  // Who leaves meanwhile waits for it no more.
  $effect(() => () => {
    if (waits) announce('');
  });
}
