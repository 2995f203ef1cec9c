/** What the part of the foot says that keeps the site for when there is no network. */
import course from '../lessons/messages/en.ts';
import type { LessonName } from '../lessons/list.ts';
import { messages } from '../messages.ts';
import type { Reason } from '../offline/protocol.ts';

const whole = new Intl.NumberFormat('en');
const tenths = new Intl.NumberFormat('en', { minimumFractionDigits: 1, maximumFractionDigits: 1 });
const megabytes = (bytes: number): string => `${tenths.format(bytes / 1e6)}\u00a0MB`;

export const offline = {
  about:
    'What you have visited opens without a network, too. Before a lesson in a room without one, keep everything, or ' +
    'the lessons that you choose, with all pages and the engine.',
  looking: 'Looking what is kept …',
  kept: (kept: number, all: number, chosen: boolean) =>
    kept < all
      ? `${megabytes(kept)} of ${megabytes(all)} are kept.`
      : chosen
        ? `What you chose is kept (${megabytes(all)}): it opens without a network.`
        : `Everything is kept (${megabytes(all)}): this site opens without a network.`,
  lessons: (chosen: number, all: number) => `Lessons: ${whole.format(chosen)} of ${whole.format(all)}`,
  choose:
    'What has a note beside it can be left out. A size is what it alone adds to your choice; “nothing more” stands ' +
    'where others that you chose open the same networks. The other lessons come with the pages.',
  all: 'All',
  none: 'None of them',
  shared: 'nothing more',
  lesson: (name: LessonName) => course.lessons[name].title,
  pages: `Drawing on the pages “${messages.nav.home}” and “${messages.nav.twos}”`,
  size: megabytes,
  keep: 'Keep for offline use',
  missing: (bytes: number) => `${megabytes(bytes)} to fetch.`,
  peers: 'With the libraries that Speed compares with',
  peersSize: (bytes: number) => `${megabytes(bytes)} more`,
  remove: 'Remove',
  keeping: 'Keeping it …',
  keepingBytes: (done: number, total: number) => `Kept so far: ${megabytes(done)} of ${megabytes(total)}`,
  removed: 'Removed. What you visit is kept again.',
  failed: 'Not everything could be kept. What has come stays; another try goes on from there.',
  why(reason: Reason): string {
    switch (reason.why) {
      case 'room':
        return (
          `There is too little room: ${megabytes(reason.needs)} are needed` +
          (reason.left === null ? '.' : `, and the browser gives ${megabytes(Math.max(0, reason.left))}.`)
        );
      case 'network':
        return `A file did not come from the server (${reason.file}). Is there a network? Is the site being renewed?`;
      case 'none':
        return (
          'This browser keeps nothing here. Private windows do not, nor do pages without https; otherwise storage ' +
          'may be switched off for this site.'
        );
      case 'silent':
        return 'Nothing has come for two minutes.';
      case 'other':
        return reason.words;
    }
  },
};
