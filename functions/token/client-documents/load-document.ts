// Fetches the document of a client (draft-ietf-oauth-client-id-metadata-document section 5): one call to a public address,
// without redirects, cut off at 5 kB and at 2 seconds (A131-A134). What is not a document is a value; an outage is thrown.

import { isLoopbackHost } from '../../configuration/parse-client-url.ts';
import type { OutboundReply, SendOutbound } from '../../outbound/outbound.ts';
import { Unavailable } from '../../shared/errors.ts';
import type { OutageReason } from '../../shared/reasons/outages.ts';
import { type DocumentFault, type ParsedDocument, parseClientDocument } from './client-document.ts';
import { keptSeconds } from './kept-seconds.ts';

const MAX_DOCUMENT_BYTES = 5 * 1024;
const DOCUMENT_TIMEOUT_MS = 2000;

export type LoadedDocument =
  | { readonly kind: 'loaded'; readonly document: ParsedDocument; readonly keptSeconds: number }
  /** `fault` is for the log. */
  | { readonly kind: 'refused'; readonly reason: 'client-document-not-loaded' | 'client-document-refused'; readonly fault: DocumentFault };

/** What its host answers wrongly, and will again. Whatever tells of addresses and names is an outage like any other (A131). */
const ANSWERS: ReadonlySet<OutageReason> = new Set<OutageReason>([
  'redirect',
  'too-large',
  'bad-reply',
  'refused-port',
  'bad-url',
  'bad-request',
]);

/** @throws Unavailable where nobody can say what the document is */
export async function loadDocument(sendOutbound: SendOutbound, url: URL): Promise<LoadedDocument> {
  const dependency = `client document of ${url.host}`;
  const isLoopback = isLoopbackHost(url.hostname);
  let reply: OutboundReply;
  try {
    reply = await sendOutbound(dependency, {
      method: 'GET',
      url: url.href,
      headers: { accept: 'application/json' },
      timeoutMs: DOCUMENT_TIMEOUT_MS,
      maxBytes: MAX_DOCUMENT_BYTES,
      // A loopback address is one by its name already, and leads to no other private one.
      allowPlaintext: isLoopback,
      allowPrivateAddress: isLoopback,
    });
  } catch (error) {
    if (error instanceof Unavailable && ANSWERS.has(error.reason)) return notLoaded(error.reason);
    throw error;
  }
  const { status, headers, body } = reply;
  if (status >= 500 || status === 429) throw new Unavailable(dependency, 'bad-status');
  if (status !== 200) return notLoaded('status 200');
  if (!isJsonType(headers['content-type'])) return notLoaded('application/json, or application/…+json');
  const parsed = parseClientDocument(url.href, body);
  if ('expected' in parsed) return { kind: 'refused', reason: 'client-document-refused', fault: parsed };
  return { kind: 'loaded', document: parsed, keptSeconds: keptSeconds(headers) };
}

const notLoaded = (expected: string): LoadedDocument => ({
  kind: 'refused',
  reason: 'client-document-not-loaded',
  fault: { path: '', expected },
});

/** Section 4 of the draft: narrower than what userstores may send, since a page of somebody's text must be no document. */
const isJsonType = (type: string | undefined): boolean => /^application\/([^\s;/+]+\+)?json\s*(;|$)/i.test(type ?? '');
