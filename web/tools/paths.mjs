// Where things are.

import { availableParallelism, homedir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';

/** The checkout. */
export const root = resolve(dirname(fileURLToPath(import.meta.url)), '../..');

/** The cache for the toolchain, outside the checkout so that every clone shares it. CMake reads the same variable. */
export const cache = resolve(process.env.WAKESLEEP_CACHE || join(homedir(), '.cache', 'wakesleep'));

/** How many compilers or tests run at once. */
export const jobs = availableParallelism();

export const fromRoot = (...parts) => join(root, ...parts);

/** LLVM 19, where Debian has it. */
export const llvm = (...parts) => join('/usr/lib/llvm-19', ...parts);
