/** Which of a figure's controls an address shows: all, what runs it, or none. */
export const controls = ['all', 'run', 'none'] as const;
export type Controls = (typeof controls)[number];
