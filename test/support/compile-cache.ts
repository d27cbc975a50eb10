// What was compiled before, for programs that tests start with an environment of their own: with it they start in half
// the time.

import { fileURLToPath } from 'node:url';

/** For the environment of a program that node runs. */
export const COMPILE_CACHE = {
  NODE_COMPILE_CACHE: process.env.NODE_COMPILE_CACHE ?? fileURLToPath(new URL('../../node_modules/.cache/compiled', import.meta.url)),
} as const;
