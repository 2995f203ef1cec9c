/**
 * Both parts of the build with one thread, gzip in base64, for where their files can't be had: some bundlers leave them
 * behind. The package's build writes them; empty without.
 */
export const wasm = { first: '', rest: '' };
