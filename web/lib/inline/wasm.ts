/**
 * The build with one thread, gzip in base64, for where its file can't be had: some bundlers leave it behind. The
 * package's build writes it; empty without.
 */
export const wasm: string = '';
