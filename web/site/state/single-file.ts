/** Whether the site is one file that is opened from a disk: what such a page can't have it says. */
export const singleFile = import.meta.env.SINGLE_FILE as boolean;
