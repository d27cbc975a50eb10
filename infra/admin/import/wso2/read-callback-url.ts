// WSO2's callback URL of an application: one URL, or `regexp=(a|b)`, a pattern of which only whole URLs can stay.

import * as v from 'valibot';
import { redirectUri } from '../../../../functions/configuration/entries/fields.ts';

export interface CallbackUrls {
  readonly uris: readonly string[];
  /** What can't stay, and why. */
  readonly lost: readonly string[];
}

export function readCallbackUrl(callbackUrl: string | undefined): CallbackUrls {
  if (callbackUrl === undefined) return { uris: [], lost: [] };
  const pattern = /^regexp=(.*)$/s.exec(callbackUrl)?.[1];
  const parts = pattern === undefined ? callbackUrl.split(',') : pattern.replace(/^\((.*)\)$/s, '$1').split('|');
  const uris: string[] = [];
  const lost: string[] = [];
  for (const part of parts.map((one) => (pattern === undefined ? one.trim() : unescapeDots(one.trim())))) {
    if (part === '') continue;
    if (/[*^$()[\]\\|]|\.[+?]/.test(part)) lost.push(`${part}: is a pattern, and each URI must be listed whole`);
    else if (!v.is(redirectUri, part)) lost.push(`${part}: must be https, or http on a loopback address`);
    else if (!uris.includes(part)) uris.push(part);
  }
  return { uris, lost };
}

/** `\.` of a pattern is a dot. */
const unescapeDots = (part: string): string => part.replaceAll('\\.', '.').replace(/^\^/, '').replace(/\$$/, '');
