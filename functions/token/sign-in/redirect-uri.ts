// Redirect URIs that a client may use (RFC 9700 section 4.1): those of its entry, character for character. The port of
// a loopback address alone is free, because a native application takes what it gets (RFC 8252 section 7.3).

/** `http://127.0.0.1:49152/callback` → `http://127.0.0.1/callback`; undefined where it is no loopback address with a port. */
const LOOPBACK = /^(http:\/\/(?:127\.0\.0\.1|\[::1\]))(?::(\d{1,5}))?((?:\/[^#]*)?)$/;

/** The name in place of the address: RFC 8252 section 8.3 advises against it, and the documents of agents are full of it. */
const LOCALHOST = /^(http:\/\/localhost)(?::(\d{1,5}))?((?:\/[^#]*)?)$/;

/**
 * Whether `sent` is one of the registered URIs.
 *
 * @param isLocalhostPortFree whether the port of `localhost` is free as well: of clients that a document describes, which is one for all
 */
export function isRegistered(
  registered: readonly string[],
  sent: string,
  { isLocalhostPortFree }: { readonly isLocalhostPortFree: boolean } = { isLocalhostPortFree: false },
): boolean {
  if (registered.includes(sent)) return true;
  const forms = isLocalhostPortFree ? [LOOPBACK, LOCALHOST] : [LOOPBACK];
  return forms.some((form) => {
    const loopback = withoutPort(form, sent);
    return loopback !== undefined && registered.some((uri) => withoutPort(form, uri) === loopback);
  });
}

/**
 * Whether a program on the user's own device takes the answer: on a loopback address, where any program may listen (RFC 8252
 * section 8.3), or by a scheme of an application's own, which any may claim (section 8.6).
 */
export function isOnDevice(uri: string): boolean {
  const url = URL.parse(uri);
  return url?.protocol !== 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(url.hostname);
}

/** What people are shown of it: the host, and of a scheme of an application's own all, since what stands at the host's place there is anybody's (A138). */
export function shownAddress(uri: string): string {
  const url = URL.parse(uri);
  return url?.protocol === 'https:' || url?.protocol === 'http:' ? url.host : uri;
}

function withoutPort(form: RegExp, uri: string): string | undefined {
  const [, origin, port, rest] = form.exec(uri) ?? [];
  if (origin === undefined || rest === undefined) return undefined;
  return port !== undefined && (Number(port) < 1 || Number(port) > 65_535) ? undefined : `${origin}${rest}`;
}
