/** One stop of the Tab key for a group of buttons: arrow keys, Home and End lead from one to another. */
import type { Attachment } from 'svelte/attachments';

export const roving: Attachment<HTMLElement> = (group) => {
  const buttons = (): HTMLButtonElement[] => [...group.querySelectorAll('button')];
  /** The one that is reached by Tab: where the focus was, else what is chosen, else the first. */
  function stopAt(wanted?: HTMLButtonElement): void {
    const all = buttons();
    const stop =
      wanted ?? all.find((one) => one === document.activeElement) ?? all.find((one) => one.ariaPressed === 'true');
    for (const [i, one] of all.entries()) one.tabIndex = (stop ? one === stop : i === 0) ? 0 : -1;
  }
  function focused({ target }: FocusEvent): void {
    if (target instanceof HTMLButtonElement) stopAt(target);
  }
  function pressed(event: KeyboardEvent): void {
    if (event.ctrlKey || event.altKey || event.metaKey) return;
    const all = buttons();
    const at = all.findIndex((one) => one === event.target);
    if (at < 0) return;
    /** Those of one line have one top. */
    const [tops, first] = [all.map((one) => one.offsetTop), all[0]?.offsetTop];
    const across = Math.max(1, tops.filter((top) => top === first).length);
    const steps: Record<string, number> = {
      ArrowLeft: at - 1,
      ArrowRight: at + 1,
      ArrowUp: at - across,
      ArrowDown: at + across,
      Home: 0,
      End: all.length - 1,
    };
    const to = all[steps[event.key] ?? -1];
    if (!(event.key in steps)) return;
    event.preventDefault();
    to?.focus();
  }
  const changed = new MutationObserver(() => {
    stopAt();
  });
  stopAt();
  changed.observe(group, { childList: true, subtree: true, attributeFilter: ['aria-pressed'] });
  group.addEventListener('focusin', focused);
  group.addEventListener('keydown', pressed);
  return () => {
    changed.disconnect();
    group.removeEventListener('focusin', focused);
    group.removeEventListener('keydown', pressed);
  };
};
