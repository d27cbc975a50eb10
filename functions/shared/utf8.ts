// Decodes UTF-8 strictly. TextDecoder does the same, and costs a cold start 4 ms before it has decoded anything.

import { isUtf8 } from 'node:buffer';

/** The text; undefined for bytes that are no UTF-8. Bytes that look like a byte order mark are a part of it. */
export const decodeUtf8 = (bytes: Buffer): string | undefined => (isUtf8(bytes) ? bytes.toString() : undefined);
