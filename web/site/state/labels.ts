/** Digits, and keys. */
import { letterKeys } from './keys.svelte';

export const labelCount = 10;

/** The digit of a key without a modifier; `null` for other keys. */
export const digitOf = (event: KeyboardEvent): number | null =>
  /^[0-9]$/.test(event.key) && !event.ctrlKey && !event.metaKey && !event.altKey ? Number(event.key) : null;

/** Whether a key belongs to the control that has the focus, and not to the page. */
export function taken(event: KeyboardEvent): boolean {
  if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey) return true;
  const target = event.target instanceof Element ? event.target : document.body;
  if (target.closest('input:not([type=range]), select, textarea, [contenteditable]')) return true;
  if (event.key.length === 1 && event.key !== ' ' && !letterKeys.on) return true;
  // A focused button or link is what the space bar presses.
  return event.key === ' ' && target.closest('button, a, summary') !== null;
}
