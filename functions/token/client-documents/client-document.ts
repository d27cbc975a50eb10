// What the document of a client says that nobody has registered (draft-ietf-oauth-client-id-metadata-document section 4;
// the names are those of RFC 7591 section 2). Members that nobody reads are ignored; logos and other links are not fetched.

import * as v from 'valibot';
import type { GrantType } from '../../configuration/entries/client-entry.ts';
import { httpsUrl, listOf, redirectUri, text } from '../../configuration/entries/fields.ts';
import { inlineKeyFaults } from '../../configuration/entries/inline-keys.ts';
import { parseJsonBody } from '../../outbound/parse-json-body.ts';
import { shownName } from './shown-name.ts';

export interface ParsedDocument {
  readonly name: string | undefined;
  readonly authMethod: 'none' | 'private_key_jwt';
  readonly grantTypes: GrantType[];
  readonly redirectUris: string[];
  readonly postLogoutRedirectUris: string[];
  /** One object for as long as the document is kept: its keys are parsed once. */
  readonly jwks?: { keys: unknown[] };
  readonly jwksUri?: string;
}

/** Fault of a document, for the log: where, and what was expected, never what stands there. */
export interface DocumentFault {
  readonly path: string;
  readonly expected: string;
}

const MAX_URIS = 50;
const words = v.optional(listOf(text(256), 50));

const schema = v.looseObject({
  client_id: v.string('a string'),
  client_name: v.optional(v.string('a string')),
  redirect_uris: listOf(text(2048), MAX_URIS),
  post_logout_redirect_uris: v.optional(listOf(text(2048), MAX_URIS), []),
  grant_types: words,
  response_types: words,
  // Absent stands for client_secret_basic in RFC 7591, which no document can mean.
  token_endpoint_auth_method: v.optional(v.picklist(['none', 'private_key_jwt'], 'none or private_key_jwt'), 'none'),
  jwks: v.optional(v.looseObject({ keys: listOf(v.unknown(), 20) })),
  jwks_uri: v.optional(httpsUrl),
});

/** No secret can be agreed upon by a public document: who writes one into it does not know what they publish (A136). */
const SECRETS = ['client_secret', 'client_secret_expires_at'] as const;

const fault = (path: string, expected: string): DocumentFault => ({ path, expected });

/**
 * @param clientId the URL that it was fetched from
 * @param body as it was sent
 */
export function parseClientDocument(clientId: string, body: string): ParsedDocument | DocumentFault {
  const unverified = parseJsonBody(body);
  if (typeof unverified !== 'object' || unverified === null || Array.isArray(unverified)) return fault('', 'a JSON object');
  const secret = SECRETS.find((name) => Object.hasOwn(unverified, name));
  if (secret !== undefined) return fault(secret, 'no secret in a document');
  // Valibot's own messages quote what was received.
  const parsed = v.safeParse(schema, unverified, { message: (issue) => issue.expected ?? 'another value' });
  if (!parsed.success) return faultOf(parsed.issues[0]);
  const document = parsed.output;
  // Character for character (A137): nobody else's document speaks for this URL.
  if (document.client_id !== clientId) return fault('client_id', 'the URL of the document, character for character');
  return grantFault(document) ?? keyFault(document) ?? describe(document);
}

type Document = v.InferOutput<typeof schema>;

function describe(document: Document): ParsedDocument | DocumentFault {
  // What an application of its own scheme without a dot would like is of no use to anybody here, and in nobody's way.
  const redirectUris = document.redirect_uris.filter((uri) => v.is(redirectUri, uri));
  if (redirectUris.length === 0) return fault('redirect_uris', 'at least one that can be used: https, or http on a loopback address');
  const { jwks, jwks_uri: jwksUri, token_endpoint_auth_method: authMethod } = document;
  return {
    name: shownName(document.client_name),
    authMethod,
    grantTypes: document.grant_types?.includes('refresh_token') === true ? ['authorization_code', 'refresh_token'] : ['authorization_code'],
    redirectUris,
    postLogoutRedirectUris: document.post_logout_redirect_uris.filter((uri) => v.is(redirectUri, uri)),
    ...(jwks !== undefined && { jwks }),
    ...(jwksUri !== undefined && { jwksUri }),
  };
}

/** Absent: `authorization_code` and `code` (RFC 7591 section 2). Others that are listed are not for such a client, and no fault. */
function grantFault({ grant_types: grants, response_types: responses }: Document): DocumentFault | undefined {
  if (grants?.includes('authorization_code') === false) return fault('grant_types', 'authorization_code among them');
  return responses?.includes('code') === false ? fault('response_types', 'code among them') : undefined;
}

function keyFault({ jwks, jwks_uri: uri, token_endpoint_auth_method: method }: Document): DocumentFault | undefined {
  if (jwks !== undefined && uri !== undefined) return fault('jwks', 'at most one of jwks and jwks_uri');
  if (method === 'private_key_jwt' && jwks === undefined && uri === undefined) return fault('jwks', 'jwks or jwks_uri for private_key_jwt');
  return jwks === undefined ? undefined : inlineKeyFaults(jwks)[0];
}

function faultOf(issue: v.BaseIssue<unknown>): DocumentFault {
  return fault(v.getDotPath(issue) ?? '', issue.received === 'undefined' ? 'this member, which is missing' : issue.message);
}
