/** The worker's script as text, for where its file can't be started. The package's build writes it; empty without. */
export const worker: string = '';
