/** What a worksheet takes of a lesson's texts. */
const link = /\[([^\]<>]+)\]\(([^)\s]+)\)/g;

/** A text of a catalogue without its links and explained words: on paper nothing can be pressed. */
export const plain = (text: string): string => text.replace(link, '$1');
