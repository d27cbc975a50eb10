// Client ids that are URLs (draft-ietf-oauth-client-id-metadata-document): which ids those are. How such a URL has to be
// written, and whose are trusted, is loaded with `document-client.ts`.

/** Every client id: longer ones are nobody's. */
export const MAX_CLIENT_ID_CHARACTERS = 256;

/** Whether the id is to be taken for the URL of a document. No stored client has such an id, and none is looked up by it (A137). */
export const isClientUrl = (clientId: string): boolean => /^(https:\/\/|http:\/\/(127\.0\.0\.1|\[::1\]|localhost)[:/])/i.test(clientId);
