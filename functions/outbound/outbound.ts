// The contract of every HTTP call that an entry names: a REST userstore, a JWK Set of an issuer or a client.

/** One call. There are no redirects, no retries of what a server may have seen, and no cookies. */
export interface OutboundRequest {
  readonly method: 'GET' | 'POST';
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Time from the name look-up to the last byte. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
  /** Plaintext is allowed; else the URL must be https. */
  readonly allowPlaintext: boolean;
  /**
   * Private addresses are allowed; else every address that the name resolves to must be public; the call goes to the address that was
   * checked (A17, A38).
   */
  readonly allowPrivateAddress: boolean;
  /** PEM: a private CA; a client certificate with its key. */
  readonly tls?: { readonly ca?: string; readonly cert?: string; readonly key?: string };
}

export interface OutboundReply {
  readonly status: number;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
}

/**
 * Sends a request to a server of a tenant's. Only a reply that came whole, with a status other than 3xx, in UTF-8 and
 * without a content coding, is returned.
 *
 * @throws Unavailable: `timeout`, `too-large`, `refused-address`, `refused-port`, `plaintext`, `bad-url`, `bad-request`,
 *   `redirect`, `name-not-resolved`, `connection-failed`, `tls-failed`, `bad-reply`; with `neverSent` where no connection
 *   came about
 */
export type SendOutbound = (dependency: string, request: OutboundRequest) => Promise<OutboundReply>;
